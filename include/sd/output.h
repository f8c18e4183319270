/* output.h - results as files: CSV with its provenance, and charts drawn by gnuplot.
 *
 * A file is written beside its place as NAME.tmp, flushed to the disk and renamed, so that no reader ever sees half of
 * one; nothing is overwritten unless asked.  Thread rule: calls for different files are independent.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_OUTPUT_H
#define SD_OUTPUT_H

#include "sd/ensemble.h"
#include "sd/structure.h"

/* ---- files ----------------------------------------------------------------------------------------------- */
typedef struct sd_file {
    FILE *stream;          /* write here; errors may be left to sd_file_close */
    const char *path;      /* where it will stand */
    const char *temporary; /* NULL when written in place: stdout, a device, a pipe */
    bool replace;          /* an existing file gives way */
    sd_span where;         /* what messages point at: the -o option, or nowhere */
} sd_file;

/* E603 when the file exists and `force` is false; E602 when it cannot be made.  `path` "-" means stdout; a device or
 * a pipe is written as it is, and so is what /dev/fd and /proc name. */
SD_NODISCARD sd_status sd_file_open(sd_arena *arena, const char *path, bool force,
                                    sd_file *ret_file, sd_diag *diag);
/* stdout, a device, a pipe: written as it is, and no place for a file beside it. */
bool sd_file_in_place(const char *path);
/* Whether sd_file_open would go well as far as can be seen without making a file. */
SD_NODISCARD sd_status sd_file_check(sd_arena *arena, const char *path, bool force, sd_diag *diag);
/* Flushes, syncs and renames into place.  E602 with the system's reason when anything failed, E603 when a file came to
 * stand there meanwhile; then the temporary file is gone. */
SD_NODISCARD sd_status sd_file_close(sd_file *file, sd_diag *diag);
/* Gives up: removes the temporary file. */
void sd_file_abandon(sd_file *file);

/* ---- series ------------------------------------------------------------------------------------------------ */
/* RFC 4180, UTF-8, LF: `time` (with `scenario` before it when there are several results) and one column an
 * element; shortest numbers that read back to the same bits.  `elements` are of the first result's model; the
 * others may have other models: a column they lack is empty. */
SD_NODISCARD sd_status sd_csv_write(sd_file *file, const sd_result *results, size_t count,
                                    const size_t *elements, size_t element_count,
                                    bool with_scenario);

/* ---- facts: a table that is no series of a run, such as loops, modes or causes; one fact a row ------------------------- */
typedef struct sd_cell {
    const char *text; /* NULL: a number */
    double number;    /* NAN: an empty cell, null in JSON */
} sd_cell;
typedef struct sd_word { /* what a chart of a table says and the table does not: "title" */
    const char *key, *text;
} sd_word;
typedef struct sd_facts {
    sd_arena *arena;
    size_t column_count;
    const struct sd_column *columns;
    SD_LIST(sd_cell) cells; /* row by row */
    size_t word_count;      /* for the provenance; 0: none */
    const sd_word *words;
} sd_facts;
/* One row: a letter of `kinds` a column, s for const char *, d for double. */
void sd_facts_add(sd_facts *facts, const char *kinds, ...);
void sd_facts_csv(const sd_facts *facts,
                  FILE *to); /* as series: RFC 4180, numbers that read back */
void sd_facts_text(const sd_facts *facts, sd_text *to); /* the same */
void sd_facts_json(const sd_facts *facts, sd_text *to); /* an array with an object a row */

/* ---- members of a sweep, one a row ---------------------------------------------------------------------------------------
 * index, scenario when there are several, seed, status, one column a factor and one a score.  `status` is ok, or says in
 * words why a member failed; its scores are then empty, as is a `when` that never came. */
typedef struct sd_member_table {
    bool json; /* an array of objects instead of CSV */
    bool with_scenario;
    size_t factor_count, score_count;
    const sd_factor *factors;
    const sd_score *scores;
    size_t scenario_count; /* that many have the same members, one after the other */
    /* Whole trajectories: the last saved_count * time_count scores are values of these elements at these times. */
    size_t saved_count, time_count;
    const size_t *saved;
    const double *times; /* [model time] */
} sd_member_table;
void sd_member_table_begin(const sd_member_table *table, sd_text *to);
/* The rows of a tile.  `scenario` may be NULL without with_scenario. */
void sd_member_table_add(const sd_member_table *table, const char *scenario, uint64_t seed,
                         const sd_members *members, bool first, sd_text *to);
void sd_member_table_end(const sd_member_table *table, sd_text *to);
/* Its columns, for the provenance; the units are those of the model. */
const struct sd_column *sd_member_table_columns(sd_arena *arena, const sd_member_table *table,
                                                const sd_model *model, size_t *ret_count);

/* The same as netCDF-4 with the attributes of the CF conventions.  Thread rule: one call at a time in the process. */
typedef struct sd_netcdf sd_netcdf;
typedef struct sd_netcdf_request {
    const char *path;  /* written from its beginning, whatever stands there */
    const char *shown; /* what messages call it */
    sd_member_table table;
    const sd_model *model;                   /* has the units */
    const char *const *scenarios;            /* [table.scenario_count] names */
    const uint64_t *seeds;                   /* [table.scenario_count] */
    uint64_t member_count;                   /* of each scenario */
    const char *title, *source, *provenance; /* attributes */
} sd_netcdf_request;
/* The request must outlive the writer, which lives in the arena.  E602 with the library's or the system's reason; E609
 * without the library. */
SD_NODISCARD sd_status sd_netcdf_open(sd_arena *arena, const sd_netcdf_request *request,
                                      sd_netcdf **ret_netcdf, sd_diag *diag);
/* Tiles in the order of members, scenario after scenario. */
SD_NODISCARD sd_status sd_netcdf_take(sd_netcdf *netcdf, size_t scenario, const sd_members *members,
                                      sd_diag *diag);
/* Writes what is left.  After any error too, the file is closed. */
SD_NODISCARD sd_status sd_netcdf_close(sd_netcdf *netcdf, sd_diag *diag);
void sd_netcdf_abandon(sd_netcdf *netcdf); /* NULL is allowed */

/* ---- provenance ---------------------------------------------------------------------------------------------- */
typedef struct sd_provenance {
    const char *version, *build; /* of the program */
    int argument_count;
    char **arguments;     /* the command as typed */
    const char *output;   /* the data file; NULL: the text stands in it */
    uint64_t output_hash; /* FNV-1a 64 of the data file's bytes */
    bool facts; /* a table of facts: it has no column `time` beside those that are listed */
    bool sweep; /* a row is a whole run: of each scenario only these and its steps are counted */
    const sd_source *members; /* the table that a sweep's members came from; NULL when from none */
    size_t word_count;        /* of a chart of the table; 0: none */
    const sd_word *words;
} sd_provenance;
typedef struct sd_column {
    const char *name, *units; /* units "" where there are none */
    const char *doc;          /* NULL when none */
} sd_column;
const sd_column *sd_columns_from_elements(sd_arena *arena, const sd_model *model,
                                          const size_t *elements, size_t count);
/* What the next one writes, as text. */
const char *sd_provenance_json(sd_arena *arena, const sd_provenance *provenance,
                               const sd_result *results, size_t count, const sd_column *columns,
                               size_t column_count, size_t rows);
/* FILE.meta.json beside a data file: version, command, scenario text and hash, seed, method, DT, units of each
 * column, counts.  No date, host or path: equal runs give equal bytes. */
SD_NODISCARD sd_status sd_meta_write(sd_file *file, const sd_provenance *provenance,
                                     const sd_result *results, size_t count,
                                     const sd_column *columns, size_t column_count, size_t rows);
/* A JSON string with its quotes. */
void sd_json_string(sd_text *text, const char *value);

/* ---- the table of series: made and read ---------------------------------------------------------------------------- */
/* The columns of the first result's trajectory; what another result lacks is NAN. */
const sd_dataset *sd_dataset_from_results(sd_arena *arena, const sd_result *results, size_t count);
/* Shares of feedback loops over time: column `still` is 1 where none moves, the others are called by id and name, "R1
 * expectation treadmill", and negative where the loop balances.  Loops of the largest partition, among the named ones where
 * there are any; of the step that ends at a time, at the first time of that which begins there. */
const sd_dataset *sd_dataset_from_loops(sd_arena *arena, const sd_result *results,
                                        const sd_feedbacks *const *loops, size_t count);
/* Reads a CSV that sd_csv_write made, or any with a time column: RFC 4180 with LF, CR LF or CR; and the table of loops,
 * which has a row for each loop and step.  E606 with line and column for each field that is wrong. */
SD_NODISCARD sd_status sd_dataset_from_csv(sd_arena *arena, const sd_source *source,
                                           const sd_dataset **ret_dataset, sd_diag *diag);

/* What a comparison found in one column (NULL: the net gain), for the heading of a chart: at most 62 characters. */
const char *sd_dataset_finding(sd_arena *arena, const sd_dataset *data, const char *of);

/* ---- charts ------------------------------------------------------------------------------------------------------- */
/* One row a chart. */
typedef struct sd_chart {
    const char *name;  /* "compare" */
    const char *text;  /* one line for `list plots` */
    const char *needs; /* columns it cannot do without, comma separated */
    const char *
        drawn_by; /* a script of plots/ that several charts share and that follows NAME.gp, or NULL */
    /* Appends the chart's data and words as gnuplot text (datablocks and quoted strings only). */
    sd_status (*prepare)(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                         sd_diag *diag);
} sd_chart;
extern const sd_chart sd_charts[]; /* ends with name NULL */
const sd_chart *sd_chart_find(const char *name);
/* The columns that a chart needs and the dataset has not got, comma separated; NULL when it can be drawn. */
const char *sd_chart_missing(sd_arena *arena, const sd_chart *chart, const sd_dataset *data);

/* The whole gnuplot text of a chart: its data, plots/style.gp and its script.  `of` names another column to draw where
 * the chart allows it, or NULL.  `path` ends in .svg, .png or .pdf and decides the terminal.  E606 when a column that
 * it needs is missing. */
SD_NODISCARD sd_status sd_chart_script(sd_arena *arena, const sd_chart *chart,
                                       const sd_dataset *data, const char *of, const char *path,
                                       const char **ret_script, sd_diag *diag);
/* Draws it.  E604 when there is no gnuplot, E605 with its words when it fails, E603 and E602 as above. */
SD_NODISCARD sd_status sd_chart_draw(sd_arena *arena, const sd_chart *chart, const sd_dataset *data,
                                     const char *of, const char *path, bool force, sd_diag *diag);

/* ---- charts of tables that are no series: the runs of a sweep ------------------------------------------------------------ */
typedef struct sd_told { /* what stands in a meta, for those who know it */
    const char *time_units, *changed;
    bool trap;
    size_t word_count;
    const sd_word *words;
} sd_told;
typedef struct sd_table_request {
    const sd_source *table; /* CSV */
    const sd_source *meta;  /* FILE.meta.json beside it: units, titles; NULL: none */
    const sd_told *told;    /* instead of that; NULL: none */
    const char *of;         /* which column, or "COLUMN > NUMBER"; NULL: the chart chooses */
    const char *const
        *over; /* [over_count] which parameters are the axes; none: the chart chooses */
    size_t over_count;
    const char *path;                         /* its ending decides the terminal */
    const volatile sig_atomic_t *interrupted; /* not 0: SD_INTERRUPTED soon; may be NULL */
} sd_table_request;
typedef struct sd_table_chart {
    const char *name, *text; /* as those of sd_chart */
    /* As sd_chart_script.  E606 for a malformed table, E616 for one that the chart cannot show, E617 for a malformed
     * meta. */
    sd_status (*script)(sd_arena *arena, const sd_table_request *request, const char **ret_script,
                        sd_diag *diag);
} sd_table_chart;
extern const sd_table_chart sd_table_charts[]; /* ends with name NULL */
const sd_table_chart *sd_table_chart_find(const char *name);
/* Draws the script of any chart to a path of the ending that it was made for, as sd_chart_draw does. */
SD_NODISCARD sd_status sd_picture_draw(sd_arena *arena, const char *script, const char *path,
                                       bool force, sd_diag *diag);

/* ---- an output over a parameter: what `tip` found ------------------------------------------------------------------------ */
typedef enum sd_curve_kind {
    SD_CURVE_STABLE,   /* states of rest */
    SD_CURVE_UNSTABLE, /* states of rest that nothing stays at */
    SD_CURVE_RUNS,     /* of runs that end */
    SD_CURVE_UP,       /* of a slow change up, and down: points */
    SD_CURVE_DOWN,
    SD_CURVE_BOUNDARY,
    SD_CURVE_KINDS
} sd_curve_kind;
typedef struct sd_curve {
    sd_curve_kind kind;
    const char *label; /* at its end; NULL: none */
    size_t count;
    const double *x, *y; /* [count] */
} sd_curve;
typedef struct sd_curve_mark {
    double x, y; /* y NAN: it stands for all y */
    const char *label;
} sd_curve_mark;
typedef struct sd_tip_picture {
    const char *title, *subtitle; /* at most 62 and 88 characters */
    const char *x_label;
    double x_low, x_high, y_low, y_high; /* of the frame; NAN: what the curves need */
    size_t curve_count, mark_count, note_count;
    const sd_curve *curves;
    const sd_curve_mark *marks; /* by x */
    const char *const *notes;   /* below, at most three lines */
} sd_tip_picture;
/* As sd_chart_script. */
SD_NODISCARD sd_status sd_tip_script(sd_arena *arena, const sd_tip_picture *picture,
                                     const char *path, const char **ret_script, sd_diag *diag);

/* ---- bands over time: scenarios in many futures -------------------------------------------------------------------------- */
enum { SD_FAN_QUANTILES = 5, SD_FANS_MAX = 8 };
typedef struct sd_fan {
    const char *label; /* at its end */
    const double
        *quantiles; /* [time_count][SD_FAN_QUANTILES] shown; 0.05 0.25 0.5 0.75 0.95; NAN: none */
} sd_fan;
typedef struct sd_fan_picture {
    const char *title, *subtitle; /* at most 62 and 88 characters */
    const char *time_units;
    const char *suffix; /* of each number: "%", "h" or "" */
    bool sign;          /* numbers are differences: "+4" */
    size_t time_count;
    const double *times; /* [time_count] [model time] rising */
    size_t count;        /* 1 .. SD_FANS_MAX; the first is the baseline */
    const sd_fan *fans;
    size_t note_count;
    const char *const *notes; /* below, at most three lines */
} sd_fan_picture;
/* As sd_chart_script and sd_chart_draw. */
SD_NODISCARD sd_status sd_fan_script(sd_arena *arena, const sd_fan_picture *picture,
                                     const char *path, const char **ret_script, sd_diag *diag);
SD_NODISCARD sd_status sd_fan_draw(sd_arena *arena, const sd_fan_picture *picture, const char *path,
                                   bool force, sd_diag *diag);

/* ---- causal loop diagrams ------------------------------------------------------------------------------------------
 * Structure, signs and widths come from the equations and a run; a layout only says what is shown and where. */
typedef enum sd_sign { SD_SIGN_IDLE, SD_SIGN_PLUS, SD_SIGN_MINUS, SD_SIGN_MIXED } sd_sign;

typedef struct sd_diagram_node {
    sd_stop stop;
    const char *label; /* lines are parted by \n */
    double x, y;       /* [pixel] of its middle, from the top left corner */
    bool lever, outside;
} sd_diagram_node;

typedef struct sd_diagram_link {
    size_t from, to;            /* nodes */
    size_t count;               /* >= 2 */
    const sd_stop *stops;       /* the route that it stands for */
    double bend;                /* [degree] as in sd_layout_link */
    bool delayed;               /* a stock, a smooth or a delay lies on the way, its end included */
    sd_sign sign;               /* of `gain` over the whole run */
    const double *score, *gain; /* [point_count] of sd_route_follow */
    SD_LIST(size_t) loops;      /* of the diagram that pass it; none for a layout's own links */
} sd_diagram_link;

typedef struct sd_diagram_loop {
    const sd_feedback *feedback;
    const char *label; /* "" when it has no name */
    double x, y;       /* [pixel] of its mark */
    bool clockwise;
} sd_diagram_loop;

typedef struct sd_diagram {
    sd_arena *arena;
    const sd_feedbacks *feedbacks;
    const sd_scenario *scenario;
    bool computed;        /* nobody laid it out */
    double width, height; /* [pixel] */
    SD_LIST(sd_diagram_node) nodes;
    SD_LIST(sd_diagram_link) links;
    SD_LIST(sd_diagram_loop) loops;
} sd_diagram;

/* `layout` is that of the scenario's model; with NULL the loops that are strongest round `at` [model time; NAN: over the whole run] are
 * chosen and places computed (E117 when there are none).  E411, at its place in the layout, for what the equations do not have. */
SD_NODISCARD sd_status sd_diagram_new(sd_arena *arena, const sd_feedbacks *feedbacks,
                                      const sd_scenario *scenario, const sd_layout *layout,
                                      double at, const sd_diagram **ret_diagram, sd_diag *diag);
/* The diagram at the grid point nearest to `at` [model time]: the gnuplot text, and the picture as by sd_chart_draw. */
SD_NODISCARD sd_status sd_diagram_script(sd_arena *arena, const sd_diagram *diagram, double at,
                                         const char *path, const char **ret_script, sd_diag *diag);
SD_NODISCARD sd_status sd_diagram_draw(sd_arena *arena, const sd_diagram *diagram, double at,
                                       const char *path, bool force, sd_diag *diag);
/* The same for Graphviz (with places, for neato -n) and for Mermaid. */
const char *sd_diagram_dot(sd_arena *arena, const sd_diagram *diagram, double at);
const char *sd_diagram_mermaid(sd_arena *arena, const sd_diagram *diagram, double at);

/* E701 unless the name ends as a picture must. */
SD_NODISCARD sd_status sd_picture_check(const char *path, sd_diag *diag);

typedef struct sd_animation {
    double every;                                     /* [model time] between pictures, > 0 */
    void (*progress)(void *context, double fraction); /* 0..1, after each picture; may be NULL */
    void *progress_context;
    const volatile sig_atomic_t
        *interrupted; /* not 0: stop soon with SD_INTERRUPTED; may be NULL */
} sd_animation;
/* One picture each `every` from the start to the end of the run: a moving GIF when `path` ends in .gif, else a new folder
 * `path` with an SVG each, "000.svg", "013.svg", by their times. */
SD_NODISCARD sd_status sd_diagram_animate(sd_arena *arena, const sd_diagram *diagram,
                                          const sd_animation *animation, const char *path,
                                          bool force, sd_diag *diag);
/* Whether it could be written to `path`, without doing so: E602, E603. */
SD_NODISCARD sd_status sd_animation_check(sd_arena *arena, const char *path, bool force,
                                          sd_diag *diag);

/* ---- causes over time ---------------------------------------------------------------------------------------------------
 * The traced variable and its strongest causes in small panels below one another, with the lines of one or more
 * scenarios in each: traces[i] is of results[i], whose trajectory needs no columns.  The first trace that has causes
 * says which panels there are.  E606 when none has. */
enum { SD_TRACE_PANELS_MAX = 5, SD_TRACES_MAX = 4 };
SD_NODISCARD sd_status sd_trace_script(sd_arena *arena, const sd_trace *const *traces,
                                       const sd_result *results, size_t count, const char *path,
                                       const char **ret_script, sd_diag *diag);
SD_NODISCARD sd_status sd_trace_draw(sd_arena *arena, const sd_trace *const *traces,
                                     const sd_result *results, size_t count, const char *path,
                                     bool force, sd_diag *diag);

/* ---- what an answer depends on ------------------------------------------------------------------------------------------- */
typedef enum sd_sense_kind {
    SD_SENSE_TORNADO,   /* the result with each parameter low and high */
    SD_SENSE_SHARES,    /* what each parameter decides, with intervals */
    SD_SENSE_INFLUENCE, /* the same over time, as lines */
    SD_SENSE_FUTURES    /* members by two parameters, with the box in which most cases lie */
} sd_sense_kind;
enum { SD_SENSE_ROWS_MAX = 10, SD_SENSE_LINES_MAX = 5 }; /* parameters that are drawn */

typedef struct sd_sense_chart { /* what a kind does not draw may be zero */
    sd_sense_kind kind;
    const char *time_units, *changed; /* of the scenario; "" where there is nothing */
    bool trap;                        /* it is of a trap model */
    const char *note;                 /* stands below before all else; NULL: nothing */
    const char *variable;             /* what is explained */
    double time;                      /* [model time] when; NAN: `spec` says it */
    const char *spec;                 /* of the score */
    size_t count;                     /* parameters */
    const char *const *parameters;    /* what decides most first */
    const char *const
        *axes;     /* FUTURES: [count] what they are called with units; NULL: by name alone */
    double centre; /* TORNADO: the result with all at their central values */
    const double *low, *high; /* TORNADO: [count] results */
    const double *from, *to;  /* TORNADO: [count] what the parameter is then */
    bool effects;             /* not shares of the variance, but elementary effects */
    const sd_estimate *all;   /* SHARES: [count] total order, or mu* */
    const sd_estimate *alone; /* SHARES: [count] first order; NULL: none */
    size_t time_count;
    const double *times;                  /* INFLUENCE: [time_count] [model time] */
    const sd_estimate *const *influences; /* INFLUENCE: [count][time_count] total order, or mu* */
    const sd_cases *cases;                /* FUTURES: values of the two axes */
    const sd_prim_box *box;
    size_t futures;    /* FUTURES: of which `cases` are the first; 0: they are all */
    double share;      /* FUTURES: [1] of all of these in which it happens */
    size_t across, up; /* FUTURES: factors of the two axes */
    bool above;        /* FUTURES: cases are above `level`, otherwise below */
    double level;      /* FUTURES: [units of the result] */
} sd_sense_chart;
/* E606 when there is nothing to draw. */
SD_NODISCARD sd_status sd_sense_script(sd_arena *arena, const sd_sense_chart *chart,
                                       const char *path, const char **ret_script, sd_diag *diag);
enum { SD_FUTURES_DRAWN = 3000 /* more would only hide each other */ };

#endif
