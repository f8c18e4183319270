/* model.h - equations and units: from XMILE text to one const value.
 *
 * sd_model_from_xmile() reads an XMILE 1.0 file, parses and resolves every equation and orders them; the
 * model is const from then on and holds the position of every token.  What an organisation sets in it is in scenario.h.
 * Words are those of XMILE 1.0 (OASIS, 2015): stock, flow, aux, graphical function, dimension, element.
 * All pointers live in the arena that was passed in.  Const after return; any number of threads may read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_H
#define SD_MODEL_H

#include "sd/base.h"

enum {
    SD_MODEL_BYTES_MAX = 64 << 20, /* [byte] a model file */
    SD_XML_DEPTH_MAX = 64,         /* nested XML elements */
    SD_EXPR_DEPTH_MAX = 500,       /* nested brackets, signs and calls of one equation */
    SD_ELEMENTS_MAX =
        1000000, /* array elements of a whole model, scalars counted as one; of all dimensions */
    SD_OPERATIONS_MAX = 40000000, /* of all equations, one for each element, sums written out */
    SD_VARIABLE_DIMENSIONS_MAX = 4,
    SD_UNIT_TERMS_MAX = 8, /* different base units in one unit */
    SD_ARGUMENTS_MAX = 5   /* of a function */
};

typedef struct sd_variable sd_variable;
typedef struct sd_expr sd_expr;
typedef struct sd_conveyor sd_conveyor;

/* ---- units: a product of powers of named base units ---------------------------------------------------- */
typedef struct sd_unit_term {
    const char *name; /* folded and singular: "hour" for Hours; compare by strcmp */
    double power;     /* [1] not 0 */
} sd_unit_term;

typedef struct sd_unit {
    bool known;                            /* false: no units were given, so nothing can be said */
    size_t count;                          /* 0 and known: dimensionless */
    sd_unit_term terms[SD_UNIT_TERMS_MAX]; /* sorted by name */
} sd_unit;

/* ---- dimensions ----------------------------------------------------------------------------------------- */
typedef struct sd_dimension {
    const char *name;          /* display form */
    const char *key;           /* folded */
    size_t index;              /* place in the model's list */
    size_t size;               /* number of elements, >= 1 */
    const char **elements;     /* [size] display names; "1".."size" when only a size was given */
    const char **element_keys; /* [size] folded */
    const char **element_docs; /* [size] what the element means, or NULL */
    const struct sd_table
        *places; /* key -> its place in element_keys; NULL when only a size was given */
    sd_span span;
} sd_dimension;

/* ---- functions and operators ---------------------------------------------------------------------------
 * builtins.def lists them all: one row makes the enum, the parser's names, the unit rule and the help. */
typedef enum sd_function {
#define SD_BUILTIN(id, name, least, most, rule, lag, call, text) SD_FN_##id,
#include "sd/builtins.def"
#undef SD_BUILTIN
    SD_FUNCTIONS
} sd_function;

typedef enum sd_unit_rule {
    SD_RULE_SAME,  /* all arguments have the same units, and so has the result */
    SD_RULE_FIRST, /* the result has the units of the first argument; the others are times */
    SD_RULE_PRODUCT,
    SD_RULE_QUOTIENT,
    SD_RULE_POWER,
    SD_RULE_ROOT,
    SD_RULE_NUMBER,   /* arguments and result are dimensionless */
    SD_RULE_COMPARE,  /* the arguments have the same units; the result is dimensionless */
    SD_RULE_IF,       /* the first is a condition, the others as SAME */
    SD_RULE_TIME,     /* no arguments; the result is a time */
    SD_RULE_RATE,     /* TREND: first any, second a time; the result is 1/time */
    SD_RULE_STEP,     /* height, time: units of the height */
    SD_RULE_RAMP,     /* slope, time[, time]: units of the slope times time */
    SD_RULE_PULSE,    /* magnitude[, time[, time]]: units of the magnitude over time */
    SD_RULE_COUNT,    /* any argument; the result is dimensionless */
    SD_RULE_PROD,     /* product over an array: the units raised to the number of elements */
    SD_RULE_LOOKUP,   /* the result has the units of the graphical function */
    SD_RULE_ORDER_N,  /* as FIRST, but the third argument is a number (the order of a delay) */
    SD_RULE_PICK,     /* the result has the units of the first argument; the others are numbers */
    SD_RULE_SIGNATURE /* as unit_signature.c lists it */
} sd_unit_rule;

typedef struct sd_builtin {
    sd_function id;
    const char *name; /* "SMTH1|SMOOTH": the first is how it is written, the others are accepted */
    int least, most;  /* arguments */
    sd_unit_rule rule;
    unsigned lag; /* bit i: argument i reaches the value only through state, not at the same time */
    const char *call; /* "SMTH1(input, time[, initial])" */
    const char *text; /* one or two sentences of help */
} sd_builtin;
extern const sd_builtin sd_builtins[SD_FUNCTIONS];
const sd_builtin *sd_builtin_find(const char *name,
                                  size_t length); /* case ignored; NULL: no such function */
/* Which argument each one written under that name is, "0132"; "": as they come. */
const char *sd_builtin_order(const char *name, size_t length);
/* Whether time changes its value though its arguments stay. */
bool sd_builtin_moves(const sd_builtin *builtin);

/* ---- expressions ------------------------------------------------------------------------------------------
 * A tree for each equation.  Operators are builtins, so a node is a number, a reference or a call. */
typedef enum sd_expr_kind {
    SD_EXPR_NUMBER,
    SD_EXPR_REFERENCE, /* a variable, with its subscripts */
    SD_EXPR_INDEX,     /* the number, 1.., of the element that an apply-to-all equation is at */
    SD_EXPR_DIMENSION, /* a dimension as the argument of SIZE */
    SD_EXPR_CALL
} sd_expr_kind;

typedef enum sd_subscript_kind {
    SD_SUBSCRIPT_ELEMENT, /* a fixed element */
    SD_SUBSCRIPT_OWN,     /* the element that the equation itself is for */
    SD_SUBSCRIPT_EACH,    /* every element in turn, inside SUM and its kin */
    SD_SUBSCRIPT_NUMBER,  /* the element whose number `index` gives; time does not change it */
    SD_SUBSCRIPT_PICKED /* every element in turn, inside the call of PICK that chooses one of them */
} sd_subscript_kind;

typedef struct sd_subscript {
    sd_subscript_kind kind;
    size_t
        at; /* ELEMENT: which, 0..; OWN: which of the equation's dimensions; EACH, PICKED: which loop, 0.. */
    size_t first; /* OWN, EACH: number 0 there is this element here (a range), ... */
    size_t count; /* ... of so many, 0 for all; or ... */
    const size_t
        *map; /* ... number i is element map[i], SIZE_MAX for none (a part of a dimension) */
    const sd_expr *index; /* NUMBER: 1.. is an element, all else none */
    sd_span span;
} sd_subscript;

struct sd_expr {
    sd_expr_kind kind;
    sd_span span;  /* the whole sub-expression in its file */
    double number; /* NUMBER */
    const sd_variable
        *variable;          /* REFERENCE; a graphical function as the first argument of LOOKUP */
    size_t subscript_count; /* REFERENCE: one for each of the variable's dimensions */
    sd_subscript *subscripts;
    size_t dimension;          /* INDEX: which of the equation's dimensions */
    const sd_dimension *over;  /* DIMENSION */
    const sd_builtin *builtin; /* CALL */
    size_t argument_count;
    sd_expr **arguments;
    size_t loop_count; /* CALL of SUM ..., PICK: loops over dimensions; the last runs fastest */
    const sd_dimension **loops;
};

/* Which elements an expression is evaluated for: the equation's own subscripts and the current loops. */
typedef struct sd_place {
    const sd_variable *variable;             /* whose equation it is */
    size_t own[SD_VARIABLE_DIMENSIONS_MAX];  /* 0.. element of each of its dimensions */
    size_t each[SD_VARIABLE_DIMENSIONS_MAX]; /* 0.. element of each loop of the enclosing SUM ... */
    size_t picked[SD_VARIABLE_DIMENSIONS_MAX]; /* the same of the enclosing PICK */
} sd_place;

/* The element number (model-wide) that a REFERENCE means at a place; SIZE_MAX for none: its value is 0. */
size_t sd_expr_element(const sd_expr *reference, const sd_place *place);
/* The place of element `index` (0..size-1) of a variable. */
sd_place sd_place_of(const sd_variable *variable, size_t index);
/* Where the loops of `call` (SUM and its kin, PICK) begin; the same place when it has none. */
sd_place sd_place_inside(const sd_place *place, const sd_expr *call);
/* Moves the loops of `call` to the next combination; false after the last. */
bool sd_place_next(sd_place *place, const sd_expr *call);
/* Whether an argument of a call is worked out for each turn of its loops: RANK's rank and PICK's numbers are not. */
bool sd_expr_is_looped(const sd_expr *call, size_t argument);

/* ---- graphical functions -------------------------------------------------------------------------------- */
typedef enum sd_gf_kind { SD_GF_CONTINUOUS, SD_GF_EXTRAPOLATE, SD_GF_DISCRETE } sd_gf_kind;

typedef struct sd_gf {
    sd_gf_kind kind;
    size_t count;    /* >= 2 points */
    const double *x; /* strictly rising */
    const double *y;
    sd_span span;
} sd_gf;

/* The value at x.  CONTINUOUS: linear between the points, the end values beyond; EXTRAPOLATE: the end segments
 * go on; DISCRETE: the y of the last point at or below x. */
double sd_gf_at(const sd_gf *gf, double x);
/* The slope at x [units of y / units of x]: at a point that of the segment to its right, at the last point and beyond the
 * ends 0 (EXTRAPOLATE: the end segments go on); DISCRETE: 0. */
double sd_gf_slope(const sd_gf *gf, double x);

/* ---- grades of evidence ------------------------------------------------------------------------------------
 * How much stands behind a value.  One list makes the enum, the words of a file and the help.  X(id, name, text). */
#define SD_GRADES(X)                                                                               \
    X(MEASURED, "measured", "a published study measured it")                                       \
    X(VENDOR, "vendor", "a survey or list price of a vendor or a trade body")                      \
    X(ARTICLE, "article", "told by an article, not measured")                                      \
    X(PRIOR, "prior", "an assumption")                                                             \
    X(DEFINITION, "definition", "a convention or conversion")                                      \
    X(SCENARIO, "scenario", "a choice of the user")
typedef enum sd_grade {
    SD_GRADE_NONE, /* the file does not say */
#define SD_GRADE_ENUM(id, name, text) SD_GRADE_##id,
    SD_GRADES(SD_GRADE_ENUM)
#undef SD_GRADE_ENUM
        SD_GRADE_COUNT
} sd_grade;
const char *sd_grade_name(sd_grade grade); /* "prior"; "" for NONE */
const char *sd_grade_text(sd_grade grade); /* "an assumption"; "" for NONE */

/* ---- variables -------------------------------------------------------------------------------------------- */
typedef enum sd_variable_kind { SD_STOCK, SD_FLOW, SD_AUX, SD_GF } sd_variable_kind;

struct sd_variable {
    sd_variable_kind kind;
    const char *name; /* display form, '_' between words: AI_share_of_tasks */
    const char *key;  /* folded: ai_share_of_tasks */
    sd_span span;     /* of the name attribute */
    size_t index;     /* place in the model's list */

    size_t dimension_count;
    const sd_dimension **dimensions;
    size_t size;  /* elements; 1 for a scalar */
    size_t first; /* model-wide number of its first element; elements lie in row-major order */

    bool apply_to_all;         /* one equation for all elements */
    const sd_expr **equations; /* [size]; NULL entries only in a pure graphical function */
    const char **texts;        /* [size] the equations as written, white space folded */
    const sd_gf **gfs;         /* [size] or NULL; y = gf(equation) */

    size_t inflow_count, outflow_count; /* stocks */
    const sd_variable **inflows, **outflows;
    bool non_negative;
    bool limit_content_only; /* a non-negative stock whose inflows depend on its outflow */
    bool queue;              /* stocks that are one */
    bool overflow; /* flows out of a queue that take only what one listed before had to leave */
    /* A flow out of one non-negative stock takes no more than is there: the stock's content, plus what flows in unless
     * limit_content_only, less what the outflows listed before it take.  NULL for all other flows. */
    const sd_variable *limited_by;
    /* A flow from another stock into one non-negative one that may be negative: that one, which gives back no more than its
     * content. */
    const sd_variable *drawn_from;
    const sd_conveyor *conveyor; /* stocks that are one, else NULL */
    /* Flows out of a conveyor or queue: it, for it says what flows; the equation is then but a reference to it. */
    const sd_variable *driver;
    const sd_variable *enters; /* flows into a conveyor or queue: it; they are never negative */

    const char *units_text; /* as written, NULL when none */
    sd_span units_span;
    sd_unit units;
    const char *doc;   /* NULL when none */
    const char *group; /* name of its sector, NULL when none */

    /* Constants; +-infinity where the file gives none. */
    double range_min, range_max; /* plausible, from <range> */
    double bound_min, bound_max; /* hard, from <treadmill:bounds> */
    const char *source;          /* where the value comes from, from <treadmill:source>, or NULL */
    sd_grade grade;              /* how much stands behind it, from the attribute `grade` of that */
};

/* A constant's element: its equation is a number, or is computed from numbers alone.  Only these, and the
 * initial values of stocks that are given so, can be set by a scenario. */
bool sd_variable_is_constant(const sd_variable *variable);

/* ---- conveyors and queues ---------------------------------------------------------------------------------
 * Stocks that say themselves what flows out of them (XMILE 1.0, 3.7.2 and 3.7.3).  A conveyor carries what flows in for its
 * transit time and lets it out then; on the way some may leak.  A queue keeps what each inflow brings in one DT as a batch and
 * hands batches out, the first in first. */
typedef struct sd_leak {
    const sd_variable *flow;
    /* [size of the conveyor] linear: [1] the fraction of what enters that leaks on the way; exponential: [1/time] the fraction
     * of what is there that leaks. */
    const sd_expr *const *fractions;
    bool integers; /* only whole units leak: the rest is kept back until it makes one */
    double from,
        to; /* [1] 0 <= from < to <= 1: the part of the way, from the entry on, where it leaks */
} sd_leak;

struct sd_conveyor {
    const sd_variable *exit; /* the flow at its end */
    size_t leak_count;       /* in the order of the outflows */
    const sd_leak *leaks;
    /* [size of the stock] each; NULL where the file does not say */
    const sd_expr **len; /* [model time] > 0, rounded to whole DTs, at least one */
    const sd_expr *
        *capacity; /* [units of the stock] >= 0: what it holds at most; NULL: any amount */
    const sd_expr *
        *in_limit; /* [units of the stock / time] >= 0: what may enter; NULL: any amount */
    const sd_expr *
        *sample; /* [1] the transit time is taken anew when this is not 0; NULL: at each DT */
    const sd_expr **arrest; /* [1] nothing moves while this is not 0; NULL: it always moves */
    /* Lumps in place of a stream: the initial content lies at the start of each time unit, and all that in_limit allows for a
     * time unit may enter in one DT. */
    bool discrete;
    bool batch_integrity;  /* batches of a queue are not split */
    bool one_at_a_time;    /* no more than one batch of a queue in a DT */
    bool exponential_leak; /* of all leaks */
};

/* Whether something may have to wait outside: only then does what flows in depend on the conveyor. */
bool sd_conveyor_limits(const sd_variable *conveyor);
/* Who gets in first where room is scarce: what other conveyors let out cannot wait, so it comes before all else; the others
 * in the order of the inflows.  Both are inflows of the conveyor. */
bool sd_conveyor_serves_before(const sd_variable *conveyor, const sd_variable *first,
                               const sd_variable *second);
/* What goes into a conveyor that a queue listed later goes into as well is held from grid point to grid point, so that the
 * queue, whose batches leave at grid points, knows what is left. */
bool sd_conveyor_holds(const sd_variable *conveyor, const sd_variable *inflow);

typedef struct sd_group {
    const char *name, *doc; /* doc may be NULL */
} sd_group;

/* ---- what the file says about the model ---------------------------------------------------------------------
 * Prose, named feedback loops and a glossary, from the elements treadmill:section, treadmill:loop and
 * treadmill:term directly inside <model>.  No number depends on them, and other programs ignore them. */

/* A name that was written in such an element: a variable, or an element of a dimension. */
typedef struct sd_mention {
    const sd_variable *variable;   /* NULL: an element is meant */
    const sd_dimension *dimension; /* NULL: a variable is meant */
    size_t element;                /* 0.. of the dimension */
    sd_span span;
} sd_mention;

/* <treadmill:section title="..." show="a, b">prose</treadmill:section> */
typedef struct sd_section {
    const char *title;
    const char *text; /* Markdown: paragraphs, and lists with "- "; lines are not indented */
    size_t shown_count;
    const sd_mention *shown; /* variables whose values stand in a table below the prose */
    sd_span span;
} sd_section;

/* <treadmill:loop id="R1" name="..." polarity="+"> with the children treadmill:through (the variables, in order),
 * treadmill:active (when it works) and treadmill:doc.  The list names every stock on the loop: it stands for all
 * paths through auxiliaries that are not listed, and for none through a stock that is not. */
typedef struct sd_loop {
    const char *id, *name;
    int polarity;              /* +1 reinforcing, -1 balancing */
    const char *active;        /* NULL when not said */
    const char *doc;           /* NULL when none */
    size_t count;              /* >= 2 */
    const sd_mention *through; /* variables; the last leads to the first */
    sd_span span;              /* of the id */
} sd_loop;

/* <treadmill:term name="..." also="a, b" see="x, y" scenarios="s, t">meaning</treadmill:term> */
typedef struct sd_term {
    const char *name, *text;
    size_t also_count; /* other words for it */
    const char *const *also;
    size_t see_count; /* where the model has it */
    const sd_mention *see;
    size_t scenario_count; /* names of scenarios that show it; not looked up here */
    const char *const *scenarios;
    sd_span span; /* of the name */
} sd_term;

/* ---- simulation specification ------------------------------------------------------------------------------ */
/* One list makes the enum, the names and the help.  X(id, name, adaptive, stiff, text). */
#define SD_METHODS(X)                                                                              \
    X(EULER, "euler", false, false, "Euler, first order, fixed step DT")                           \
    X(RK2, "rk2", false, false, "midpoint rule, second order, fixed step DT")                      \
    X(RK4, "rk4", false, false, "classical Runge-Kutta, fourth order, fixed step DT")              \
    X(RKF45, "rkf45", true, false, "Runge-Kutta-Fehlberg 4(5), adaptive (XMILE rk45)")             \
    X(RKCK, "rkck", true, false, "Runge-Kutta-Cash-Karp 4(5), adaptive")                           \
    X(RK8PD, "rk8pd", true, false, "Runge-Kutta-Prince-Dormand 8(9), adaptive")                    \
    X(MSADAMS, "msadams", true, false, "Adams of order 1 to 12, adaptive")                         \
    X(BSIMP, "bsimp", true, true, "implicit Bulirsch-Stoer, adaptive, for stiff models")           \
    X(MSBDF, "msbdf", true, true, "BDF of order 1 to 5, adaptive, for stiff models (XMILE gear)")
typedef enum sd_method {
#define SD_METHOD_ENUM(id, name, adaptive, stiff, text) SD_METHOD_##id,
    SD_METHODS(SD_METHOD_ENUM)
#undef SD_METHOD_ENUM
        SD_METHOD_COUNT
} sd_method;
const char *sd_method_name(sd_method method);
const char *sd_method_text(sd_method method);
bool sd_method_is_adaptive(sd_method method);
bool sd_method_is_stiff(sd_method method); /* made for stiff models; works with the Jacobian */
/* XMILE's rk1, rk45 and gear too; case ignored. */
bool sd_method_from_name(const char *name, sd_method *ret_method);
/* Names as messages list them: "euler, rk2 ...; for stiff models bsimp or msbdf", and the last three words of that. */
const char *sd_method_list(sd_arena *arena);
const char *sd_method_stiff_list(sd_arena *arena);

typedef struct sd_run_spec {
    double start, stop;   /* [model time] start < stop */
    double dt;            /* [model time] > 0 */
    double save_interval; /* [model time] a whole number of dt */
    sd_method method;
    double rtol, atol; /* [1], [units of the stock] local error per step of the adaptive methods */
    uint64_t seed;     /* of the random functions */
} sd_run_spec;

enum { SD_STEPS_MAX = 100000000, SD_SAVES_MAX = 10000000 };
/* The whole numbers of a run: steps of dt from start to stop, and steps between saved points.  Fails with E112
 * for dt <= 0, stop <= start, numbers that are not finite, a save_interval that is not a whole number of dt, and
 * E503 for too many steps or saved points; warns W904.  `where` is what the message points at. */
SD_NODISCARD sd_status sd_run_spec_count(const sd_run_spec *spec, sd_span where, int64_t *ret_steps,
                                         int64_t *ret_save_every, sd_diag *diag);

/* ---- the model ------------------------------------------------------------------------------------------------ */
typedef struct sd_model {
    const sd_source *source;
    const char *name; /* header <name>, else the file's name */
    bool
        vensim; /* the header says that Vensim or xmutil wrote it: INT and MOD round toward 0, and PULSE(start, width)
                  * is 1 for that time */
    const char *time_units; /* "" when none */
    sd_run_spec spec;
    sd_span spec_span;
    bool start_given, stop_given; /* false: the file does not say, and spec has 0 or 100 */
    size_t data_count;
    const sd_source **data; /* the files whose numbers were imported */
    size_t dimension_count;
    const sd_dimension **dimensions;
    size_t variable_count;
    const sd_variable **variables; /* in the order of the file */
    size_t group_count;
    const sd_group *groups;
    size_t section_count, loop_count, term_count; /* in the order of the file */
    const sd_section *sections;
    const sd_loop *loops;
    const sd_term *terms;
    size_t element_count;
    const sd_variable **element_variables; /* [element_count] whose element it is */
    const size_t
        *step_order; /* [element_count] each after those whose value it needs at the same time */
    const size_t *start_order; /* [element_count] the same for the initial values */
    const sd_table *names;     /* folded name -> const sd_variable; in a module after its path */
    const sd_table *modules;   /* folded path of each module -> not NULL */
    const char *const *known_names; /* [variable_count] display names, for "did you mean" */
    /* Unit names after aliases (<model_units>): folded name -> const sd_unit */
    const sd_table *unit_names;
} sd_model;

/* Reads a whole XMILE file.  Every error of the file is in diag when it fails.  A part of the standard that is
 * not supported is an error (E114) if leaving it out could change a number.  Nothing but `source` is read: no
 * entity, no other file. */
SD_NODISCARD sd_status sd_model_from_xmile(sd_arena *arena, const sd_source *source,
                                           const sd_model **ret_model, sd_diag *diag);

/* NULL when there is none.  Any spelling that folds to the name. */
const sd_variable *sd_model_find(const sd_model *model, const char *name);
/* Whether a module has that path, "hares"; its variables are then called "hares.births". */
bool sd_model_has_module(const sd_model *model, const char *path);
/* "practice_intensity[permission]", "headcount": the element's number.  Reports E101 or E109 at `where`, with the
 * nearest name.  A bare array name is an error. */
SD_NODISCARD sd_status sd_model_find_element(const sd_model *model, const char *name, sd_span where,
                                             size_t *ret_element, sd_diag *diag);
/* NAME, which may be a whole array, or NAME[ELEMENT]: `count` elements from `first` on; false with E101 or E109. */
bool sd_model_find_named(const sd_model *model, const char *name, sd_span where, size_t *ret_first,
                         size_t *ret_count, sd_diag *diag);
/* "name" or "name[element,element]" as in CSV headers. */
const char *sd_model_element_name(const sd_model *model, size_t element, sd_arena *arena);

/* Calls `visit` for each element whose value element `element` needs.  `lagged`: it comes through state (a
 * delay's input), so not at the same time; stocks as arguments are reported with lagged false. `start` asks for
 * what the initial value needs instead. */
typedef void sd_visit(void *context, size_t needed, bool lagged);
void sd_model_visit_needs(const sd_model *model, size_t element, bool start, sd_visit *visit,
                          void *context);
/* The same for each graphical function that its equation looks up: they have an element number, but no value to wait
 * for, so sd_model_visit_needs leaves them out. */
void sd_model_visit_gfs(const sd_model *model, size_t element, sd_visit *visit, void *context);

/* What could be checked, and what not. */
typedef struct sd_units_gap { /* an equation that could not be checked */
    const sd_variable *variable;
    sd_span span;
    const char *why; /* "'mute' has no units" */
} sd_units_gap;
typedef struct sd_units_report {
    size_t checked;   /* equations whose units were compared */
    size_t inferred;  /* the same with units that follow from other equations */
    size_t unchecked; /* equations that use something without units, whatever other equations say */
    const sd_unit *units; /* [variable_count] given or inferred; not known where neither */
    size_t gap_count;     /* at most one for equations with the same text */
    const sd_units_gap *gaps;
} sd_units_report;
/* Compares the units of every equation (E201, E202, E206); a flow must be its stock per time (E205).  A literal 0 fits
 * everything; other literal numbers are dimensionless.  Units that are not given follow from the equations where these
 * leave one possibility; to them hidden constants fit.  E204: none is possible; E203: units that cannot be read, which
 * count as none.  SD_UNITS when something clashes. */
SD_NODISCARD sd_status sd_model_check_units(const sd_model *model, sd_arena *arena,
                                            sd_units_report *ret_report, sd_diag *diag);
/* "hour/person/week", "dmnl"; into the arena. */
const char *sd_unit_text(const sd_unit *unit, sd_arena *arena);

#endif
