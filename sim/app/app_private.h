/* app_private.h - what the commands share: their table, the options, prepared studies and printing.
 * The app is the only stage that prints, parses arguments or exits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_PRIVATE_H
#define SD_APP_PRIVATE_H

#include "sd/output.h"

enum { TEXT_LIST_MAX = 200 };

typedef struct text_list {
    size_t count;
    const char *items[TEXT_LIST_MAX];
} text_list;

/* Every option of every command has its place here; NAN, -1 and NULL mean not given. */
typedef struct arguments {
    text_list set, dist, inputs, pin, over, grid, score;
    const char *method, *output, *save, *plot, *of, *color, *cld, *animate, *dot, *mermaid, *layout,
        *members, *mc, *lhs, *sobol, *discover, *skip;
    double dt, rtol, atol, at, budget, floor, every, from, to;
    int64_t seed, depth, futures, threads, morris, uncertain;
    bool json, quiet, verbose, force, table, halve_dt, script, html, help, expand, stocks, native,
        interpret, oat, ranges, resume, over_time, pairs, flat, units, strict, rules;
} arguments;

typedef enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_REAL,
    OPTION_COUNT,
    OPTION_LIST
} option_kind;

/* One row makes the parser, the help and the manual's table. */
typedef struct option_row {
    option_kind kind;
    char letter; /* 0: none */
    const char *name;
    size_t place;         /* offset in arguments */
    const char *argument; /* "DT"; NULL for a flag */
    const char *text;     /* unit and default included */
} option_row;

/* The call of a command. */
typedef struct call {
    sd_arena *arena;
    sd_diag *diag;
    arguments given;
    int argument_count; /* as typed, for the provenance */
    char **arguments;
    bool color; /* of messages on stderr */
    const volatile sig_atomic_t *interrupted;
    bool silent;      /* one of several processes, of which another says it all */
    const char *kept; /* what is left of an interrupted command; NULL: nothing */
} call;

typedef struct app_command {
    const char *name;
    const char *usage;    /* "INPUT..." */
    const char *summary;  /* one line */
    const char *text;     /* a paragraph, "" for none */
    const char *examples; /* lines */
    const char *options;  /* names that it takes, comma separated: "set,method,from=TIME" */
    sd_status (*run)(call *call);
} app_command;
extern const app_command commands[]; /* ends with name NULL */
const app_command *command_find(const char *name);
const char *command_nearest(const char *word); /* NULL when no command resembles it */

/* options.c */
SD_NODISCARD sd_status options_parse(const app_command *command, int count, char **texts,
                                     arguments *ret_given, sd_diag *diag);
void options_help(const app_command *command, FILE *to);

/* study.c: an input read, overlaid with the command line, compiled and run. */
typedef struct study {
    sd_scenario *scenario;
    sd_result result;
    size_t element_count; /* to be written */
    const size_t *elements;
    double seconds; /* of the run itself */
} study;
SD_NODISCARD sd_status study_read(call *call, const char *input, sd_scenario **ret_scenario);
/* Warns (W909) when the units of a model from elsewhere do not balance; `check` shows where. */
void study_warn_units(call *call, const sd_scenario *scenario, const char *input);
SD_NODISCARD sd_status study_run(call *call, sd_scenario *scenario, study *ret_study);
/* "--save a,b[c],d": appends elements to list [element_count], each once. */
SD_NODISCARD sd_status study_save_list(call *call, const sd_model *model, const char *text,
                                       size_t *list, size_t *count, unsigned char *seen);
/* Writes the CSV and its .meta.json; what is no regular file, such as /dev/stdout, gets the CSV alone. */
SD_NODISCARD sd_status study_write(call *call, const study *studies, size_t count, const char *path,
                                   bool with_scenario);

/* The same for a table of facts about these results (with scenario, program, and a trajectory that has times and stats). */
SD_NODISCARD sd_status facts_write(call *call, const sd_facts *facts, const sd_result *results,
                                   size_t count, const char *path);

/* check_rules.c: the linter's warnings for one input, less those of --skip and those that another input has brought.
 * `first`: where the messages about this input begin in the call's diag. */
SD_NODISCARD sd_status check_rules(call *call, const sd_scenario *scenario,
                                   const sd_program *program, const sd_units_report *units,
                                   size_t first);
/* The options of the rules are sound: E701. */
SD_NODISCARD sd_status check_rules_options(call *call);
void print_rules(void);

/* outputs.c: a data file with its provenance beside it. */
typedef struct outputs {
    const char *path;
    sd_file data, meta;
    bool beside; /* there is a place for `meta` */
} outputs;
/* Whether a file can be written there, before any is made. */
SD_NODISCARD sd_status outputs_check(call *call, const char *path);
SD_NODISCARD sd_status outputs_open(call *call, const char *path, outputs *ret_outputs);
/* One that has its provenance inside. */
SD_NODISCARD sd_status outputs_open_alone(call *call, const char *path, outputs *ret_outputs);
void outputs_abandon(outputs *outputs);
/* Version, command and the file, as the provenance has them. */
void outputs_name(const call *call, const outputs *outputs, sd_provenance *provenance);
/* Closes the data and writes the rest.  `known`: what only the command knows; without an output_hash the file is read
 * again for it. */
SD_NODISCARD sd_status outputs_close(call *call, outputs *outputs, const sd_provenance *known,
                                     const sd_result *results, size_t count,
                                     const sd_column *columns, size_t column_count, size_t rows);
/* A run kept whole; the trajectory of *ret_result has times and counts, but no columns. */
SD_NODISCARD sd_status study_history(call *call, const sd_scenario *scenario, sd_result *ret_result,
                                     const sd_history **ret_history);

/* regime.c: an input run up to a time at which time then stands still. */
typedef struct regime {
    sd_scenario *scenario;
    sd_result result;         /* of the run up to `time`, without columns */
    const double *parameters; /* [parameter_count] of the scenario */
    double time;              /* [model time] */
    const double *stocks;     /* [stock_count] where the run stands then */
    const double *sizes;      /* [stock_count] largest absolute value in the run so far */
    sd_field *field;
    sd_core *core;
} regime;
SD_NODISCARD sd_status regime_new(call *call, const char *input, regime *ret_regime);
const char *moment_text(call *call, const regime *r); /* "week 260", "time 12.5" */

void study_tell_written(const char *path); /* "written: my.csv, my.csv.meta.json" */

/* loop_study.c: a run with its causal graph and loops. */
typedef struct loop_study {
    sd_result result; /* as study_history makes it */
    const sd_graph *graph;
    const sd_feedbacks *feedbacks;
    size_t spell_count;
    const sd_spell *spells;
    double seconds;
} loop_study;
SD_NODISCARD sd_status loop_study_run(call *call, const sd_scenario *scenario,
                                      loop_study *ret_study);
/* Facts of every step of every loop that is listed: t_start, t_end, loop, score, relative, among_named; `scenario` first when there are
 * several. */
const sd_facts *loop_facts(call *call, const loop_study *studies, size_t count);

/* loop_futures.c: in how many futures each loop drives: sentences, a table, CSV and JSON. */
SD_NODISCARD sd_status loop_futures(call *call, const char *input);

/* progress.c: how far something is, on stderr of a terminal once it takes half a second. */
typedef struct progress_bar {
    double began, told; /* [s] */
    bool shown;
} progress_bar;
progress_bar progress_begin(void);
void progress_show(void *bar, double fraction);
/* `words` stand before the time that is left: "123 members/s  ". */
void progress_tell(progress_bar *bar, double fraction, const char *words);
void progress_end(const progress_bar *bar); /* leaves no trace */

/* loop_pictures.c: the causal loop diagram and the chart of a study, wherever the options want them. */
bool wants_pictures(const arguments *given);
/* Before the run: files that could not be written, and options that would say nothing, are refused. */
SD_NODISCARD sd_status loop_pictures_check(call *call);
SD_NODISCARD sd_status loop_pictures(call *call, const loop_study *studies, size_t count);

/* counterfactual.c: an organisation's policies without AI, so that their own effect is not sold as AI's. */
bool has_counterfactual(
    const sd_scenario *scenario); /* only the trap model knows when AI arrives */
SD_NODISCARD sd_status study_without_ai(call *call, const sd_scenario *scenario, study *ret_study);
/* A table of what AI adds at the end, if any of the policies does something by itself. */
void print_counterfactuals(call *call, const study *studies, const study *without, size_t count,
                           const int *widths);

/* hours.c: what becomes of the hours that AI saves, at the end of each run. */
void print_hours(call *call, const study *studies, size_t count,
                 const int *widths /* of the columns */);

/* print.c */
/* A table goes to people: to a terminal, when asked for, and beside files unless all should be quiet. */
bool wants_table(const arguments *given);
int text_width(const char *text);               /* [column] of UTF-8 text */
void print_padded(const char *text, int width); /* width < 0: flush right */
const char *number_text(sd_arena *arena, double value, int decimals,
                        bool sign);                    /* "-" for NAN; real minus */
const char *plain_text(sd_arena *arena, double value); /* four digits, for tables of any model */
const char *sparkline(sd_arena *arena, const double *series, size_t count, size_t width);
const char *sparkline_between(sd_arena *arena, const double *series, size_t count, size_t width,
                              double low, double high);
/* "Tools only · with x=1 · 260 weeks · rk4 dt 0.25 · 7.9 ms" */
void print_head(call *call, const sd_scenario *scenario, double seconds);
/* "23 stocks, 35 flows, 146 auxiliaries, 188 constants" */
const char *census(sd_arena *arena, const sd_model *model);
const char *time_text(sd_arena *arena, double time,
                      const char *units); /* "260 weeks", "1 year", "12.5" */
const char *counted(sd_arena *arena, size_t count,
                    const char *noun); /* "1 policy", "4 policies", "2 stocks" */
/* What was drawn in futures, so that nobody takes them for a forecast. */
const char *drawn_text(sd_arena *arena, size_t assumptions, size_t own /* distributions */);
size_t ranges_count(const sd_scenario *scenario);       /* values that are distributions */
const char *ranges_text(sd_arena *arena, size_t count); /* "2 values have ranges" */
/* Words from `column` on, further lines indented to it. */
void print_hanging(const char *text, int column);
void print_wrapped(const char *text, int indent,
                   FILE *to); /* at the width of the terminal, at most 100 */

/* export_check.c: whether a model that was written gives the numbers of the scenario, to the bit; E613 or E614 when it does not. */
SD_NODISCARD sd_status export_check(call *call, const sd_scenario *scenario,
                                    const sd_model *written);

/* shipped.c: every built-in scenario, in the order of their names. */
const sd_scenario *const *shipped_scenarios(call *call, size_t *ret_count);

/* glossary.c: what the file says in words. */
const char *mention_text(const sd_mention *mention);
const char *mentions_text(sd_arena *arena, const sd_mention *list, size_t count); /* "a, b, c" */
const char *words_text(sd_arena *arena, const char *const *words, size_t count);  /* likewise */
const char *polarity_text(const sd_loop *loop); /* "reinforcing" */
/* The term of this name, or of another word for it, in any spelling; NULL when there is none. */
const sd_term *term_named(sd_arena *arena, const sd_model *model, const char *name);
/* Prints every term whose name or other words hold all words of `name`; the number of them. */
size_t explain_terms_like(call *call, const sd_model *model, const char *name);
void explain_term(call *call, const sd_term *term);
/* Prints the loops of this id or name, after an empty line when something stands above; the number of them. */
size_t explain_loops(call *call, const sd_model *model, const char *name, bool follows);

/* cmd_version.c */
const char *build_text(void); /* the commit that was built, "" when not known */

extern const char *const chart_endings[3]; /* of the files in which each chart is drawn */
/* A folder for charts; *ret_made: it was not there before. */
SD_NODISCARD sd_status make_folder(call *call, const char *folder, bool *ret_made);
/* Draws every chart that the data allows into a folder, as SVG, PNG and PDF; says where on stdout. */
SD_NODISCARD sd_status draw_all(call *call, const sd_dataset *data,
                                const sd_chart *only /* NULL: all that can be drawn */,
                                const char *folder);

/* The commands, one file each. */
sd_status cmd_run(call *call);
sd_status cmd_compare(call *call);
sd_status compare_uncertain(call *call, sd_scenario *const *scenarios, size_t count);
sd_status cmd_check(call *call);
sd_status cmd_list(call *call);
sd_status cmd_loops(call *call);
sd_status cmd_sweep(call *call);
sd_status cmd_sense(call *call);
sd_status cmd_modes(call *call);
sd_status cmd_tip(call *call);
sd_status cmd_explain(call *call);
sd_status cmd_doc(call *call);
sd_status cmd_export(call *call);
sd_status cmd_trace(call *call);
sd_status cmd_plot(call *call);
sd_status cmd_help(call *call);
sd_status cmd_version(call *call);

#endif
