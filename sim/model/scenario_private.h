/* scenario_private.h - what the scenario files of the model stage share.
 *
 * A scenario's text becomes tokens (scenario_scan.c), then a tree of entries that know where their names and
 * values stand (scenario_positions.c) and take their values from libconfig (scenario_entry.c).  scenario.c reads
 * a file with all that it extends and overlays them, the base first, through scenario_settings.c,
 * scenario_policies.c, scenario_run.c and scenario_outputs.c.  What the whole makes of it all is asked at the end, in
 * scenario_sense.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_SCENARIO_PRIVATE_H
#define SD_SCENARIO_PRIVATE_H

#include "sd/scenario.h"

/* ---- tokens --------------------------------------------------------------------------------------------- */

typedef enum sd_token_kind {
    SD_TOKEN_END,
    SD_TOKEN_NAME,
    SD_TOKEN_BOOL,
    SD_TOKEN_NUMBER,
    SD_TOKEN_TEXT,
    SD_TOKEN_MARK /* one of = : , ; { } [ ] ( ), '=' for both of the first */
} sd_token_kind;

/* What libconfig makes of a value; an array holds one kind only. */
typedef enum sd_token_type {
    SD_TYPE_NONE,
    SD_TYPE_BOOL,
    SD_TYPE_INT,
    SD_TYPE_INT64,
    SD_TYPE_FLOAT,
    SD_TYPE_TEXT
} sd_token_type;

typedef struct sd_token {
    sd_token_kind kind;
    sd_token_type type;
    char mark;
    bool broken;       /* already reported: its value means nothing */
    size_t begin, end; /* [byte] in the source */
} sd_token;

/* The text of a scenario and a copy of the same length that libconfig may read: comments and every reported
 * fault are blanked out of it, so that one pass reports all of a file's errors and no directive reaches
 * libconfig. */
typedef struct sd_scan {
    sd_arena *arena;
    sd_diag *diag;
    const sd_source *source;
    char *clean;
    bool unreadable;          /* libconfig could not read the copy */
    SD_LIST(sd_token) tokens; /* the last is an END; empty after a fault that ends the scan */
} sd_scan;

void sd_scan_tokens(sd_scan *scan);
sd_span sd_scan_span(const sd_scan *scan, size_t begin, size_t end);
/* Spaces instead of the bytes from begin to end; line breaks stay, so that lines keep their numbers. */
void sd_scan_blank(sd_scan *scan, size_t begin, size_t end);

/* ---- entries -------------------------------------------------------------------------------------------- */

typedef enum sd_entry_kind {
    SD_ENTRY_NUMBER,
    SD_ENTRY_TEXT,
    SD_ENTRY_BOOL,
    SD_ENTRY_GROUP,
    SD_ENTRY_ARRAY,
    SD_ENTRY_LIST
} sd_entry_kind;

typedef struct sd_entry {
    sd_entry_kind kind;
    const char *name;                   /* NULL within lists and arrays */
    sd_span name_span, span;            /* of the name, of the value */
    bool broken;                        /* already reported: its value means nothing */
    double number;                      /* NUMBER */
    bool whole;                         /* NUMBER: written without a point */
    int64_t integer;                    /* NUMBER, when whole */
    const char *text;                   /* TEXT */
    bool flag;                          /* BOOL */
    SD_LIST(struct sd_entry *) entries; /* GROUP, ARRAY, LIST */
} sd_entry;

/* The tree of a file with positions, no values yet; NULL when the text cannot be followed to its end. */
sd_entry *sd_entry_tree(sd_scan *scan);
/* Reads a whole scenario text.  NULL after an error that left nothing to look at; after lesser errors, which are
 * in diag, the tree without the faulty parts. */
const sd_entry *sd_entry_read(sd_arena *arena, const sd_source *source, sd_diag *diag);

const sd_entry *sd_entry_find(const sd_entry *group, const char *name); /* NULL when absent */
const char *sd_entry_kind_text(const sd_entry *entry);                  /* "a text", "a list" */
/* What the entry is called in messages: its name, "an item" in a list. */
const char *sd_entry_called(const sd_entry *entry);
/* Each returns false after reporting E403, and silently for a broken entry. */
bool sd_entry_number(const sd_entry *entry, double *ret_number, sd_diag *diag);
bool sd_entry_text(const sd_entry *entry, const char **ret_text, sd_diag *diag);
bool sd_entry_bool(const sd_entry *entry, bool *ret_flag, sd_diag *diag);
bool sd_entry_is_group(const sd_entry *entry, sd_diag *diag);
bool sd_entry_is_sequence(const sd_entry *entry, sd_diag *diag); /* an array or a list */
/* E401 or E403 unless `root`, called `what`, says that it is of schema 1. */
void sd_entry_check_schema(const sd_entry *root, const char *what, const sd_source *source,
                           sd_diag *diag);
/* E402 for every entry whose name is not one of `known`, with the nearest of them. */
void sd_entry_check_names(const sd_entry *group, const char *where, const char *const *known,
                          size_t count, sd_diag *diag);

/* ---- amounts: a number or a distribution, with its source ------------------------------------------------- */

typedef struct sd_amount {
    bool given;
    double value; /* the number, or the central value */
    sd_distribution distribution;
    const char *source; /* or NULL */
    sd_span span;
} sd_amount;

/* Reads 0.4, { value = 0.4; source = "..."; } or { dist = "..."; ... }; false after an error. */
bool sd_amount_read(sd_arena *arena, const sd_entry *entry, sd_amount *ret_amount, sd_diag *diag);
/* A group with one of the keys that make it an amount. */
bool sd_amount_is_group(const sd_entry *entry);
/* A group without `dist` whose keys say that a distribution was meant. */
bool sd_amount_is_nameless(const sd_entry *entry);
/* The ends of what an amount can be; infinite where it has none. */
void sd_amount_ends(const sd_amount *amount, double *ret_low, double *ret_high);
/* distribution_text.c: "uniform(0.1,0.3)" as an entry called `name`, whose parameters are not checked yet.  E409, E403. */
SD_NODISCARD sd_status sd_distribution_entry(sd_arena *arena, const char *name, sd_span span,
                                             const sd_entry **ret_entry, sd_diag *diag);

/* ---- the reader of a whole scenario ------------------------------------------------------------------------ */

enum { SD_PRACTICE_FIELDS = 4 }; /* start, stop, ramp, intensity */

/* A policy while files are overlaid. */
typedef struct sd_policy_draft {
    size_t practice;
    const char *name;
    sd_amount fields[SD_PRACTICE_FIELDS];
    sd_span span; /* of the name */
} sd_policy_draft;

typedef enum sd_run_key {
    SD_RUN_START,
    SD_RUN_STOP,
    SD_RUN_DT,
    SD_RUN_SAVE_INTERVAL,
    SD_RUN_RTOL,
    SD_RUN_ATOL,
    SD_RUN_METHOD,
    SD_RUN_SEED,
    SD_RUN_KEYS
} sd_run_key;

typedef struct sd_scenario_reader {
    sd_arena *arena;
    sd_diag *diag;
    const sd_model *model;
    sd_scenario *scenario;
    size_t errors;      /* in diag before the files were overlaid */
    bool shipped;       /* the file is part of the program: plausible ranges are not checked */
    size_t file;        /* 1.., which file of the chain is overlaid; the base is 1 */
    size_t *set_in;     /* [element_count] the last file that set the element, 0: none */
    size_t *setting_of; /* [element_count] its place in the settings plus 1, 0: none */
    SD_LIST(sd_policy_draft) drafts;
    sd_span run_spans[SD_RUN_KEYS]; /* of the values; source NULL: not given */
    bool run_failed;                /* a value of `run` could not be read */
    const sd_entry *save, *score;   /* the last that were given */
} sd_scenario_reader;

/* scenario_settings.c */
void sd_settings_read(sd_scenario_reader *reader, const sd_entry *set);
/* Whether the variable may take the amount: E408, E404 and W901.  `name` as it is written in messages. */
bool sd_settings_check(const sd_scenario_reader *reader, const sd_variable *variable,
                       const char *name, const sd_amount *amount, sd_span name_span);
/* The value of an equation that is made of numbers alone; false for others. */
bool sd_settings_constant(const sd_expr *expr, double *ret_value);

/* scenario_policies.c */
void sd_policies_read(sd_scenario_reader *reader, const sd_entry *policies);
/* Turns what all files gave into policies and settings, and checks the order of the layers (W902). */
void sd_policies_finish(sd_scenario_reader *reader);
/* Keeps a policy's numbers in step with a setting that came later. */
void sd_policies_follow(sd_scenario *scenario, size_t element, double value);

/* scenario_run.c */
void sd_run_read(sd_scenario_reader *reader, const sd_entry *run);
void sd_run_finish(sd_scenario_reader *reader);

/* scenario_correlations.c */
void sd_correlations_read(sd_scenario_reader *reader, const sd_entry *correlations);

/* scenario_outputs.c */
void sd_shocks_read(sd_scenario_reader *reader, const sd_entry *shocks);
void sd_outputs_read(sd_scenario_reader *reader, const sd_entry *outputs);
void sd_outputs_finish(sd_scenario_reader *reader);
/* Whether a point of the run is saved at that time: E404. */
bool sd_score_time_check(const sd_run_spec *spec, double time, sd_span span, sd_diag *diag);

/* scenario.c */
sd_span sd_span_trimmed(sd_span span); /* without the spaces round it */

/* scenario_files.c */

/* One file of a chain. */
typedef struct sd_scenario_file {
    const sd_source *source;
    const char
        *prefix; /* what its neighbours' names follow: "", "folder/"; NULL for a built-in file */
    const sd_entry *root; /* NULL when it could not be read */
} sd_scenario_file;

enum { SD_EXTENDS_MAX = 8 }; /* files that one scenario may stand on */

typedef struct sd_scenario_chain {
    sd_scenario_file files[SD_EXTENDS_MAX + 1]; /* the scenario itself, then what it extends */
    size_t count;
} sd_scenario_chain;

/* Reads files[0] and all that it stands on; false when a part is missing, with errors in diag. */
bool sd_scenario_chain_read(sd_arena *arena, sd_scenario_chain *chain, sd_diag *diag);
/* The model that the chain names, else the default one; NULL after an error. */
const sd_model *sd_scenario_chain_model(sd_arena *arena, const sd_scenario_chain *chain,
                                        sd_diag *diag);
/* What opening a file that stands beside another came to. */
typedef enum sd_found { SD_FOUND, SD_ABSENT, SD_FAILED } sd_found;
/* Neither a folder nor a hidden file nor what leads out of its folder. */
bool sd_is_plain_name(const char *name);
/* Reads a plain file of at most `limit` bytes, no link; messages call it `name` and point at `where`. */
sd_found sd_neighbour_read(sd_arena *arena, const char *path, size_t limit, const char *name,
                           sd_span where, const sd_source **ret_source, sd_diag *diag);
/* Help "did you mean" with the nearest built-in scenario; `ending`: .cfg must be written. */
void sd_scenario_help_built_in(sd_arena *arena, const char *name, bool ending, sd_diag *diag);

#endif
