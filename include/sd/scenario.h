/* scenario.h - what an organisation sets in a model: values and what is uncertain in them, policies, shocks, outputs and scores;
 * the model stage's second header.
 *
 * sd_scenario_from_file() overlays a model with an organisation: run settings, constants, policies, shocks and outputs.
 * All pointers live in the arena that was passed in.  Const after return; any number of threads may read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_SCENARIO_H
#define SD_SCENARIO_H

#include "sd/model.h"

enum {
    SD_SCENARIO_BYTES_MAX = 1 << 20 /* [byte] a scenario file, and a layout */
};

/* ---- distributions ------------------------------------------------------------------------------------------- */
/* X(id, name, parameters in order, text) */
#define SD_DISTRIBUTIONS(X)                                                                        \
    X(UNIFORM, "uniform", "min max", "every value from min to max alike")                          \
    X(TRIANGULAR, "triangular", "min mode max", "most likely at mode, none beyond min and max")    \
    X(NORMAL, "normal", "mean sd min max", "bell curve, cut off at min and max")                   \
    X(LOGNORMAL, "lognormal", "median sigma min max", "ln(x) is normal; cut off at min and max")   \
    X(BETA, "beta", "alpha beta min max", "beta on min to max")                                    \
    X(PERT, "pert", "min mode max", "smooth triangular: beta with weight 4 on the mode")           \
    X(CHOICE, "choice", "values weights", "one of a list; the first is the central value")
typedef enum sd_distribution_kind {
    SD_DIST_NONE, /* a plain number */
#define SD_DIST_ENUM(id, name, parameters, text) SD_DIST_##id,
    SD_DISTRIBUTIONS(SD_DIST_ENUM)
#undef SD_DIST_ENUM
} sd_distribution_kind;

typedef struct sd_distribution {
    sd_distribution_kind kind;
    double
        p[4]; /* the parameters, in the order of the table; min and max of normal and lognormal that
                           * are not given are infinite (0 below lognormal), those of beta 0 and 1 */
    size_t choice_count;            /* CHOICE */
    const double *values, *weights; /* weights sum to 1 */
} sd_distribution;
const char *sd_distribution_name(sd_distribution_kind kind); /* "triangular"; "fixed" for NONE */
/* The value below which the share `u` (in the open interval (0, 1)) of the distribution lies, never outside its bounds;
 * of a choice, the value at which the weights, summed in their order, go beyond u.  Not for NONE. */
double sd_distribution_quantile(const sd_distribution *distribution, double u);

/* ---- scenarios ---------------------------------------------------------------------------------------------- */
typedef struct sd_setting {
    size_t element; /* of the model */
    double value; /* [units of the variable] the number, or the central value of the distribution */
    sd_distribution distribution;
    const char *source; /* where it comes from, or NULL */
    bool from_policy;   /* written in `policies`, not in `set` */
    sd_span span;       /* of the value */
} sd_setting;

typedef struct sd_policy {
    const char *name;         /* element of the practice dimension */
    size_t practice;          /* its index */
    double start, stop, ramp; /* [model time]; NAN when not given */
    double intensity;         /* [1] 0..1; 1 when not given */
    sd_span span;
} sd_policy;

typedef enum sd_shock_kind { SD_SHOCK_STEP, SD_SHOCK_PULSE, SD_SHOCK_RAMP } sd_shock_kind;
typedef struct sd_shock {
    const sd_variable *variable; /* a flow or aux; every element of it */
    sd_shock_kind kind;
    double at, duration; /* [model time] duration > 0 for pulse and ramp */
    double size;         /* [1] the equation is multiplied by 1 + size * shape(time), shape 0..1 */
    sd_span span;
} sd_shock;

typedef enum sd_score_kind {
    SD_SCORE_AT,
    SD_SCORE_MEAN,
    SD_SCORE_MIN,
    SD_SCORE_MAX,
    SD_SCORE_INTEGRAL,
    SD_SCORE_WHEN /* the first saved time at which the value is beyond a level; NAN when it never is */
} sd_score_kind;
typedef struct sd_score {
    size_t element;
    sd_score_kind kind;
    int better;      /* +1 higher, -1 lower, 0 not said */
    double from, to; /* [model time] AT: from == to; the others: the whole run unless given */
    double level;    /* [units of the element] WHEN */
    double limit;    /* [units of the element] the better side of it is demanded */
    bool below;      /* WHEN: below the level; otherwise above it */
    bool has_limit;
    const char *spec; /* "burnout_prevalence@156": how tables head it */
    sd_span span;
} sd_score;

typedef struct sd_correlation { /* of two uncertain constants */
    size_t elements[2];         /* of the model: the first of each, different ones */
    double r;                   /* [1] -1 < r < 1, of the normal deviates behind both */
    sd_span span;
} sd_correlation;

typedef struct sd_scenario {
    const char *name;  /* file name without folder and ending */
    const char *title; /* "" when none */
    const char
        *changed; /* what sd_scenario_set changed: "raw_time_saving=0.5, ...", "" when nothing */
    const char *article;     /* whose story it is, "" when none; `list scenarios` groups by it */
    const char *question;    /* what a reader may ask, "" when none; likewise */
    const char *origin;      /* `source` of the whole file, or NULL */
    const sd_source *source; /* the file itself; the model's for a bare model */
    bool bare;               /* an XMILE file was given, not a scenario */
    const sd_model *model;
    sd_run_spec spec;
    sd_span spec_span;
    bool start_given, stop_given; /* by the model or the scenario */
    SD_LIST(sd_setting) settings; /* one an element, the last word on it */
    SD_LIST(sd_setting) covered;  /* settings of `set` whose place a policy's setting took */
    SD_LIST(sd_policy) policies;
    SD_LIST(sd_shock) shocks;
    SD_LIST(sd_correlation) correlations; /* no element is in two of them */
    SD_LIST(size_t) save;                 /* elements; empty: every variable */
    SD_LIST(sd_score) scores;
    SD_LIST(const sd_source *)
    sources; /* every file that was read for it: itself, then what it extends */
} sd_scenario;

/* Reads a scenario (.cfg) with what it extends and its model, or a bare XMILE file, told apart by ending
 * (.cfg is a scenario).  `input` is a path, or the plain name of a built-in scenario when no such file exists.
 * Every error is in diag.  The scenario is open for sd_scenario_set and const after that. */
SD_NODISCARD sd_status sd_scenario_from_input(sd_arena *arena, const char *input,
                                              sd_scenario **ret_scenario, sd_diag *diag);
/* The same from a source that is already there; extends and model are looked up beside `folder` (NULL: only
 * built-in ones). */
SD_NODISCARD sd_status sd_scenario_from_source(sd_arena *arena, const sd_source *source,
                                               const char *folder, sd_scenario **ret_scenario,
                                               sd_diag *diag);
/* "NAME=VALUE" from the command line, checked like a line of `set`. */
SD_NODISCARD sd_status sd_scenario_set(sd_arena *arena, sd_scenario *scenario,
                                       const char *assignment, sd_diag *diag);
/* "NAME=SHAPE(NUMBERS)" likewise, as "x=triangular(0.2,0.4,0.6)": the parameters in the order of SD_DISTRIBUTIONS, of a
 * choice its values. */
SD_NODISCARD sd_status sd_scenario_set_distribution(sd_arena *arena, sd_scenario *scenario,
                                                    const char *assignment, sd_diag *diag);
const sd_setting *sd_scenario_setting(const sd_scenario *scenario, size_t element); /* or NULL */
/* Whether the value of an element is uncertain, and how: by a distribution of the scenario or, with `ranges`, because it is
 * an assumption that nobody has measured, that the scenario says nothing about and that has a plausible range round its
 * value: then triangular over that range.  Elements of one entry of a scenario have the same span in *ret_setting. */
bool sd_scenario_uncertain(const sd_scenario *scenario, size_t element, bool ranges,
                           sd_setting *ret_setting);
/* The number that a constant or initial value has in a scenario; false when it is none but the result of an equation. */
bool sd_scenario_number(const sd_scenario *scenario, size_t element, double *ret_value);
/* NAME or NAME[ELEMENT] of a constant, or of an initial value given as a number, and a value for it, checked like a line
 * of `set`: `count` elements from `first` on. */
SD_NODISCARD sd_status sd_scenario_check_value(const sd_scenario *scenario, const char *name,
                                               sd_span name_span, double value, sd_span value_span,
                                               size_t *ret_first, size_t *ret_count, sd_diag *diag);
/* A scenario of its own, to be changed by sd_scenario_put: no check, no word in `changed`. */
sd_scenario *sd_scenario_copy(sd_arena *arena, const sd_scenario *scenario);
void sd_scenario_put(sd_arena *arena, sd_scenario *scenario, size_t element, double value,
                     sd_span span);
/* A score from the command line: "x@26", or mean, min, max or integral as "mean(x)" or "mean(x,105,156)", or
 * "when(x>0.3)", with < as well.  E701 for what is none of these, E101, E109, and E404 for a time that the scenario's run
 * does not save.  `where` is its text. */
SD_NODISCARD sd_status sd_score_from_spec(sd_arena *arena, const sd_scenario *scenario,
                                          sd_span where, sd_score *ret_score, sd_diag *diag);
/* What makes sense together, asked once a scenario is complete: after reading it and the last sd_scenario_set, and
 * when the command line has had its say on spec.  Warns of what never acts (W906), a DT that is too coarse (W907) and
 * a run whose ends nobody gave (W908); fails with E410 when shares of a whole do not add up to 1.  What is known of
 * the shipped model is asked by the names of its variables; other models are left in peace. */
SD_NODISCARD sd_status sd_scenario_check(const sd_scenario *scenario, sd_diag *diag);
/* Whether the element is a share of a whole that E410 watches: it cannot change alone. */
bool sd_model_is_share(const sd_model *model, size_t element);
/* The scenario as an XMILE file: the text of its model with values, run settings and shocks written into it, and nothing
 * else changed.  `remark` becomes a comment.  *ret_read is what was written, read back, which gives the same numbers to the bit.
 * E613 when there is no one place for a change (sd_scenario_to_flat_xmile knows none such); W929 for what other programs
 * will do otherwise. */
SD_NODISCARD sd_status sd_scenario_to_xmile(sd_arena *arena, const sd_scenario *scenario,
                                            const char *remark, const char **ret_text,
                                            const sd_model **ret_read, sd_diag *diag);
/* The same as a new file without arrays, each element being a variable; E614 for what cannot be written so. */
SD_NODISCARD sd_status sd_scenario_to_flat_xmile(sd_arena *arena, const sd_scenario *scenario,
                                                 const char *remark, const char **ret_text,
                                                 const sd_model **ret_read, sd_diag *diag);
/* [element_count] What they are called there: "practice_intensity_permission"; no two alike. */
const char *const *sd_model_flat_names(sd_arena *arena, const sd_model *model);
/* The same organisation without its policies: what `run` shows beside a redesign. */
sd_scenario *sd_scenario_without_policies(sd_arena *arena, const sd_scenario *scenario);

/* ---- layouts -----------------------------------------------------------------------------------------------------
 * How a causal loop diagram of a model is laid out: a libconfig file NAME.layout beside NAME.xmile, or built-in.  It says
 * which variables are shown and where, which named loops are drawn, and how links bend.  No link can be drawn by it that
 * the equations do not have: signs and widths come from a run. */

/* What a loop or a link passes: one element of an array, or a variable as a whole. */
typedef struct sd_stop {
    const sd_variable *variable;
    size_t element; /* of the model; SIZE_MAX: all that the variable has */
} sd_stop;
const char *sd_stop_name(sd_arena *arena, const sd_stop *stop); /* "AI_use", "AI_use[high]" */

typedef struct sd_layout_place {
    sd_stop stop;      /* no two places alike */
    const char *label; /* as drawn; lines are parted by \n */
    double x, y;       /* [pixel] of its middle, from the top left corner */
    bool lever;        /* what a policy moves: drawn in green */
    bool outside;      /* given from outside: drawn in grey */
    sd_span span;      /* of its name */
} sd_layout_place;

typedef struct sd_layout_link {
    size_t from, to; /* places */
    /* [count] from `from` to `to`, with every stock and flow between them; 0: the link belongs to a loop that is drawn, and
     * only its bend is told here. */
    size_t count;
    const sd_stop *through;
    const sd_span *spans; /* [count] where each is named */
    double
        bend; /* [degree] between chord and arc at its start; > 0: a turn to the right all along */
    sd_span span;
} sd_layout_link;

typedef struct sd_layout_loop {
    const sd_loop *loop; /* of the model */
    const char *label;   /* the loop's name unless another is given; lines are parted by \n */
    double x, y;         /* [pixel] of its mark */
    bool clockwise;      /* how the arrow of the mark turns */
    sd_span span;        /* of its id */
} sd_layout_loop;

enum {
    SD_LAYOUT_SIZE_MIN = 400,
    SD_LAYOUT_SIZE_MAX = 4000,
    SD_LAYOUT_BEND_MAX = 120,
    SD_LAYOUT_LETTERS_MAX = 24, /* of a line of a label */
    SD_LAYOUT_LINES_MAX = 4
};
typedef struct sd_layout {
    const sd_source *source;
    double width, height; /* [pixel] */
    size_t place_count, link_count, loop_count;
    const sd_layout_place *places;
    const sd_layout_link *links;
    const sd_layout_loop *loops;
} sd_layout;
/* Reads a layout for a model; every error is in diag, with its line and column: E101 and E109 for what the model has not
 * got, E102 for what is there twice, E404 for numbers out of bounds and labels that reach out of the
 * picture or into its title and footer, E411 for ends of links that are not shown, E401, E402,
 * E403 as in scenarios. */
SD_NODISCARD sd_status sd_layout_from_source(sd_arena *arena, const sd_source *source,
                                             const sd_model *model, const sd_layout **ret_layout,
                                             sd_diag *diag);
/* The layout that belongs to a model: NAME.layout beside its file, a plain file of at most SD_SCENARIO_BYTES_MAX, or
 * built-in with a built-in model; NULL in *ret_layout when there is none. */
SD_NODISCARD sd_status sd_layout_of_model(sd_arena *arena, const sd_model *model,
                                          const sd_layout **ret_layout, sd_diag *diag);

#endif
