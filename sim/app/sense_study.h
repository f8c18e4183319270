/* sense_study.h - what the files of the command sense share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_SENSE_STUDY_H
#define SD_APP_SENSE_STUDY_H

#include "sweep_study.h"

typedef enum sense_method { SENSE_OAT, SENSE_MORRIS, SENSE_SOBOL, SENSE_DISCOVER } sense_method;

/* One score, and what it depends on. */
typedef struct sense_output {
    const sd_score *score;
    const char *what;      /* "hours_per_week in week 260" */
    const char *variable;  /* "hours_per_week" */
    const double *results; /* by member, of Sobol' indices sample by sample; NAN: none */
    size_t missing;        /* members without a result */
    const sd_oat_row *oat; /* of the method; NULL: another */
    const sd_morris_row *morris;
    const sd_sobol *sobol;
    const size_t *order; /* [factor_count] factors, the one that decides most first */
} sense_output;

typedef struct sense_study {
    call *call;
    sense_method method;
    bool over_time;     /* outputs are the same variables at several times, variable by variable */
    bool pairs;         /* SOBOL: second order too */
    size_t rows;        /* SOBOL: of each sample; MORRIS: trajectories; DISCOVER: futures */
    size_t times;       /* over_time: outputs of one variable */
    sd_drawing drawing; /* how members are chosen, for their journal */
    sweep_study sweep;
    kept_members kept;
    swept one; /* its only scenario */
    size_t factor_count;
    const sd_factor *factors;
    size_t output_count;
    sense_output *outputs;
    uint64_t failed, first_failed;
    const char *why;
    /* DISCOVER */
    sd_condition condition; /* which futures are looked for */
    sd_cases cases;
    size_t left_out;             /* futures that failed */
    size_t found;                /* cases */
    const sd_region_row *region; /* NULL: all or none are cases */
    const sd_prim *prim;         /* likewise */
} sense_study;

/* Reads the call, runs all members and works out what they say. */
SD_NODISCARD sd_status sense_study_new(call *call, sense_study *ret_study);
/* With what came of it all, the output among it. */
void sense_study_close(sense_study *study, sd_status status);

/* sense_outputs.c: which scores are looked at.  Sets given.score. */
SD_NODISCARD sd_status sense_ask_scores(sense_study *study);
void sense_name_outputs(sense_study *study);

/* sense_design.c: which members are run for it. */
SD_NODISCARD sd_status sense_choose_members(sense_study *study);
/* Where the result of a member stands among those of its output. */
size_t sense_place(const sense_study *study, uint64_t member);
/* The value of a factor at its 5th (low) or 95th percentile. */
double sense_end(const sense_study *study, size_t factor, bool high);

/* sense_words.c */
const char *sense_sentence(const sense_study *study, const sense_output *output);
const char *sense_discovery(const sense_study *study);
const char *sense_over_time(const sense_study *study, size_t first /* output of the variable */);
/* "above 1.1", "between 0.2 and 0.4" */
const char *sense_side(sd_arena *arena, const sd_prim_box *box, size_t factor);
const char *sense_condition_text(const sense_study *study);
const char *sense_percent(sd_arena *arena, double share);

/* sense_print.c */
void print_sense(const sense_study *study);
/* sense_facts.c: output,parameter,measure,value,low,high */
/* `whole`: with what a chart of futures needs of each of them. */
const sd_facts *sense_facts(const sense_study *study, bool whole);
/* sense_picture.c */
SD_NODISCARD sd_status sense_draw(const sense_study *study, const char *folder);

#endif
