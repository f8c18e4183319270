/* output_private.h - what the files of the output stage share: CSV fields, JSON and text for charts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_OUTPUT_PRIVATE_H
#define SD_OUTPUT_PRIVATE_H

#include "sd/output.h"

/* ---- csv.c ---- */

void sd_csv_field(sd_text *text, const char *field); /* quoted when it has to be */
/* For each element of `model` its column in the result's trajectory, SIZE_MAX where it has none.  The
 * result's own model may be another: then names decide. */
size_t *sd_columns_of(sd_arena *arena, const sd_result *result, const sd_model *model,
                      const size_t *elements, size_t count);

/* ---- dataset.c ---- */

const char *sd_title_of_name(sd_arena *arena, const char *name); /* "four-layers": "Four layers" */
/* What to show when nothing is asked for.  `model` tells which columns, those of `t`, are stocks; both may be NULL. */
size_t sd_main_column(const sd_dataset *data, const sd_model *model, const sd_trajectory *t);
extern const char sd_start_column[]; /* "AI_start" */
/* When AI arrives within a series; NAN when it does not. */
double sd_start_within(const sd_series *series, double start);
/* The name and title of a scenario's series, without values. */
sd_series sd_series_of_scenario(sd_arena *arena, const sd_scenario *scenario);
/* The constant `AI_start` of a run, whether it was saved or not; NAN when the model has none. */
double sd_start_of_result(sd_arena *scratch, const sd_result *result);

/* ---- dataset_loops.c ---- */

typedef struct sd_loop_row {
    size_t series; /* counted in the list that follows */
    const char *id, *name;
    double partition;               /* only loops with the same one are compared */
    const double *relative, *among; /* [time_count] of the step that ends then; the first does not
                                     * count; `among` may be NULL */
} sd_loop_row;
/* As sd_dataset_from_loops; of a series, the partition of its first loop counts. */
sd_dataset *sd_dataset_of_loops(sd_arena *arena, const sd_series *series, size_t series_count,
                                const sd_loop_row *loops, size_t loop_count,
                                const char *found /* ends the note */);
#define SD_STILL_COLUMN "still"

/* ---- json.c ---- */

/* The bytes of the UTF-8 character at `text`, 0 when none begins there. */
size_t sd_utf8_length(const char *text);

/* JSON as people read it: two spaces a level, small things on one line. */
typedef struct sd_json {
    sd_text text;
    int depth;      /* open brackets */
    int line_depth; /* from this depth on everything stays on one line; 0: nowhere yet */
    bool filled;    /* the innermost bracket holds something */
} sd_json;
sd_json sd_json_new(sd_arena *arena);
/* `key` is NULL inside an array and for the whole.  `bracket` is '{' or '['. */
void sd_json_open(sd_json *json, const char *key, char bracket);
void sd_json_open_line(sd_json *json, const char *key, char bracket); /* all of it on one line */
void sd_json_close(sd_json *json, char bracket);                      /* '}' or ']' */
void sd_json_text(sd_json *json, const char *key, const char *value); /* NULL: null */
void sd_json_number(sd_json *json, const char *key, double value);    /* not finite: null */
void sd_json_count(sd_json *json, const char *key, uint64_t value);
void sd_json_bool(sd_json *json, const char *key, bool value);
void sd_json_hash(sd_json *json, const char *key, uint64_t hash); /* "fnv1a64:0123456789abcdef" */

#endif
