/* sweep_study.h - what the files of the command sweep share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_SWEEP_STUDY_H
#define SD_APP_SWEEP_STUDY_H

#include "app_private.h"

/* One scenario of a sweep. */
typedef struct swept {
    const sd_scenario *scenario;
    const sd_program *program;
    const double *parameters; /* [parameter_count] */
    const sd_design *design;
    sd_score *scores;
    sd_summary *summary;
    const sd_kernel *kernel; /* NULL: the interpreter */
    sd_trajectory counts;    /* for the provenance: no values, only how many members and steps */
    double last;             /* [model time] of the last saved point */
    int64_t save_every;      /* steps; 0: the run has none that could be counted */
    double seconds;
} swept;

/* All of them. */
typedef struct sweep_study {
    size_t count;
    size_t score_count,
        shown_count; /* shown: those that somebody asked for come first, then points of trajectories */
    size_t saved_count, time_count; /* whole trajectories, of --save */
    const size_t *saved;            /* [saved_count] elements of the first scenario */
    const double *times;            /* [time_count] model time */
    swept *list;                    /* [count] */
    const sd_source *members;       /* the table that they come from, or NULL */
    sd_drawing drawing;             /* how else they are chosen */
    uint64_t member_count;          /* of all scenarios together */
} sweep_study;

/* Reads the inputs of the call, chooses members and scores, and compiles. */
SD_NODISCARD sd_status sweep_study_new(call *call, sweep_study *ret_study);
/* The steps of that, for other commands that run members. */
SD_NODISCARD sd_status sweep_scenario(call *call, const char *input, swept *one);
/* Which of the designs was asked for; *ret_drawn is false for a grid or a table. */
SD_NODISCARD sd_status sweep_drawing(call *call, sd_drawing *drawing, bool *ret_drawn);
/* Those of --score, else of the scenario, else every stock at the end.  Those of the first scenario decide for all, so that every
 * row has the same columns. */
SD_NODISCARD sd_status sweep_scores(call *call, sweep_study *study, swept *one);
/* The program without what no score depends on, as far as a kernel of the binary allows when there may be one. */
SD_NODISCARD sd_status sweep_compile(call *call, const sweep_study *study, swept *one);
sd_kernel_policy sweep_kernel_policy(const arguments *given);
/* All that decides about the members, for a journal: lines "what: value". */
const char *sweep_identity(call *call, const sweep_study *study);

/* sweep_journals.c: the journals of a sweep and of its ranks. */
typedef struct sweep_journals {
    sd_journal_request request; /* of FILE.part */
    sd_journal *own;            /* of this rank; NULL: none */
    uint64_t recalled;          /* members that an earlier sweep had finished */
    unsigned char *done;        /* [part_count][tiles] which tiles they are; NULL: none */
} sweep_journals;
/* All ranks together; the request is known.  `before`: rank 0's status, without which nothing is opened.  Alone, the
 * journal has what further ranks of an earlier sweep have left. */
SD_NODISCARD sd_status sweep_journals_open(call *call, const sd_ranks *ranks, sd_status before,
                                           sweep_journals *journals);
const unsigned char *sweep_journals_done(const sweep_journals *journals, size_t part);
/* Rank 0, when the others have closed theirs: from now on its own journal has all. */
SD_NODISCARD sd_status sweep_journals_gather(call *call, sweep_journals *journals);
/* What an interrupted command says about the members that are kept; nothing when none is. */
void sweep_tell_kept(call *call, uint64_t kept, uint64_t members, const char *path);

/* kept_members.c: the journal of another command that runs members, of one process. */
typedef struct kept_members {
    sd_journal *journal; /* NULL: nothing is kept */
    const char *path;
    uint64_t member_count; /* of all scenarios together */
} kept_members;
/* `study` as sweep_identity wants it; `how`: lines before those, "what: value".  Without a file to write there is no journal.
 * E603, E607 and E608 as for a sweep. */
SD_NODISCARD sd_status kept_members_open(call *call, const sweep_study *study, const char *how,
                                         kept_members *ret_kept);
/* With what came of it all: a journal goes when the output stands. */
void kept_members_close(call *call, kept_members *kept, sd_status status);

/* sweep_sink.c: the table of a sweep, wherever it goes. */
typedef struct sweep_sink sweep_sink;
bool sweep_is_netcdf(const char *path);
/* Opens the file and what belongs beside it. */
SD_NODISCARD sd_status sweep_sink_open(call *call, const sweep_study *study, const char *path,
                                       sweep_sink **ret_sink);
/* Any thread: the rows of a tile, where they are text. */
void sweep_sink_tell(const sweep_sink *sink, size_t which, const sd_members *members, sd_text *to);
/* In the order of members. */
SD_NODISCARD sd_status sweep_sink_take(sweep_sink *sink, size_t which, const sd_members *members,
                                       const sd_text *text, sd_diag *diag);
/* Ends the table and puts it in its place; after a status that is not SD_OK nothing is left of it. */
SD_NODISCARD sd_status sweep_sink_close(sweep_sink *sink, sd_status status);
/* Leaves out of the command, for the provenance, what only says how it was run. */
void sweep_forget_how(call *call);

/* sweep_summary.c */
void print_sweep(call *call, const sweep_study *study);

#endif
