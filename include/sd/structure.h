/* structure.h - what moves what: the causal graph of a run, its loops and which of them drives, what made a variable change, where
 * a model comes to rest, how it swings there and what tips.
 *
 * Numbers come from the equations one by one and from runs; nothing here needs the trap model.  docs/METHODS.md has the
 * methods with their sources.
 * Thread rule: results are const; each call works in the arena that it is given.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_STRUCTURE_H
#define SD_STRUCTURE_H

#include "sd/analysis.h"

/* ---- cycles of a directed graph ---------------------------------------------------------------------------------------- */
typedef struct sd_digraph {
    size_t node_count, link_count;
    const size_t *from, *to; /* [link_count] no two links alike */
} sd_digraph;
/* [node_count] the strongly connected component of each node, numbered from 0 (Tarjan 1972). */
const size_t *sd_digraph_components(sd_arena *arena, const sd_digraph *graph, size_t *ret_count);

typedef struct sd_cycle {
    size_t length;
    const size_t *links; /* [length] in order, the first from the cycle's lowest node */
} sd_cycle;
typedef struct sd_cycles {
    size_t count;
    const sd_cycle
        *list;     /* shortest first, then by their links: the same graph gives the same order */
    bool complete; /* these are all */
    double
        least; /* of sd_cycles_strong when not complete: all cycles of at least this strength are here; above 1 when nothing
                * is certain */
    double seconds; /* spent */
} sd_cycles;
typedef struct sd_budget {
    size_t most;                              /* cycles to keep */
    double seconds;                           /* to spend */
    const volatile sig_atomic_t *interrupted; /* not 0: stop soon, incomplete; may be NULL */
} sd_budget;
/* Every elementary cycle (Johnson 1975), as far as the budget goes. */
sd_cycles sd_cycles_all(sd_arena *arena, const sd_digraph *graph, const sd_budget *budget);
/* The number of them alone, as far as the time of the budget goes. */
uint64_t sd_cycles_count(const sd_digraph *graph, const sd_budget *budget, bool *ret_complete);
/* The strong ones: cycles whose product of weights [0..1] is at least a threshold, which falls until the budget is spent or all
 * of positive weight are found; where there is not room for all, the strongest.  `weights` [set_count][link_count]: a cycle that is strong in one of the sets is kept. */
sd_cycles sd_cycles_strong(sd_arena *arena, const sd_digraph *graph, const double *weights,
                           size_t set_count, const sd_budget *budget);

/* ---- the causal graph, scored ------------------------------------------------------------------------------------------
 * Loops That Matter (Schoenberg, Davidsen and Eberlein 2020; flow-to-stock links as Schoenberg, Hayward and Eberlein
 * 2023): the score of a link is how much of the change of its target came through it.  Series have one value a
 * grid point; value k belongs to the step that ends there, so value 0 is 0. */
typedef struct sd_link {
    size_t from, to;     /* nodes of the equations */
    bool delayed;        /* `to` is a stock, a hidden one, or what PREVIOUS or DELAY gives out */
    const double *score; /* [point_count] [1] link score, signed */
    const double *
        gain; /* [point_count] partial derivative of `to` (of a stock: of its net flow) [units of to / of from];
                          * through a chain of hidden stocks: that of each link multiplied */
} sd_link;

typedef struct sd_graph {
    const sd_history *history;
    size_t link_count;
    const sd_link
        *links; /* by `to`, then in the order of its inputs; none from or to what is constant */
    const size_t
        *first_in; /* [node_count + 1] links first_in[n] .. first_in[n + 1] - 1 end in node n */
    size_t partition_count;   /* cycle partitions: stocks that reach each other */
    const size_t *partitions; /* [node_count] SIZE_MAX for a node on no loop */
} sd_graph;
/* `expand`: every hidden stock of a smooth or delay is a node.  Otherwise a chain is one node, the last of its stocks, its
 * inner loops are left out, and the score of a link into it is that of the strongest path through it at each step.
 * `floor` [1]: a change below this share of the value is rounding and counts as none; sd_change_floor is usual.
 * SD_LIMIT (E503) when the series of all links need more than SD_RUN_BYTES_MAX. */
SD_NODISCARD sd_status sd_graph_new(sd_arena *arena, const sd_history *history, bool expand,
                                    double floor, const sd_graph **ret_graph, sd_diag *diag);
extern const double sd_change_floor; /* 8 units in the last place */
/* "work_pressure", "AI_use[high]", "SMTH1(...) in x": how people see a node. */
const char *sd_graph_node_name(sd_arena *arena, const sd_graph *graph, size_t node);

/* ---- routes: lists of variables that stand for all paths between them --------------------------------------------------
 * A route names every stock and flow that it passes.  Between two of its stops it is the sum of all paths through
 * auxiliaries that it does not name, and of none through a stock or flow that it does not name. */
typedef struct sd_route_scores {
    double *score; /* [point_count] sum over paths of products of link scores */
    double *gain;  /* [point_count] the same of gains */
    size_t broken; /* the stop from which no path leads on to the next; SIZE_MAX when it is whole */
    double path_count; /* elementary paths, of all elements */
} sd_route_scores;
/* `closed`: the last stop leads back to the first, and an array stands for the sum over all ways round through its
 * elements (the trace of the product of matrices); otherwise for the mean over the last stop of the sum over the first. */
sd_route_scores sd_route_follow(sd_arena *arena, const sd_graph *graph, const sd_stop *stops,
                                size_t count, bool closed);

/* ---- which loop drives -------------------------------------------------------------------------------------------------- */
typedef struct sd_feedback {
    const char *id, *name; /* "R1", "expectation treadmill"; name "" when nobody named it */
    const sd_loop *named;  /* of the model; NULL for one that was pinned or found */
    size_t count;
    const sd_stop *stops; /* from cause to effect; the last leads to the first */
    size_t partition;
    double ways;         /* elementary loops that it stands for: 1 for one that was found */
    const double *score; /* [point_count] loop score [1], negative: balancing */
    const double *
        relative; /* [point_count] score over the sum of |scores| of all loops examined in its partition */
    double share; /* [1] mean of |relative| over the steps in which its partition moves */
    /* The same among the named loops of its partition alone; NULL and NAN for any other loop. */
    const double *among;
    double among_share;
    int polarity; /* +1 reinforcing, -1 balancing, 0 idle throughout: the larger sum of its scores of one sign */
    double confidence; /* [1] |r - b| / (r + b) of those sums; NAN when idle throughout */
} sd_feedback;
/* "R", "B"; "Ru", "Bu" below a confidence of 0.99; "U" where it is unknown: Stella's words. */
const char *sd_feedback_letter(const sd_feedback *feedback);

typedef struct sd_feedbacks {
    const sd_graph *graph;
    size_t count;
    const sd_feedback *list; /* named ones first, the largest partition first, then by share */
    size_t named;
    size_t
        pinned_count; /* what the user wants scored beside these: no sum, share of another or sentence depends on it */
    const sd_feedback *pinned; /* in the order of the pins; relative to the loops of the list */
    size_t
        examined; /* elementary loops that a search found and no named loop holds; at most SD_FEEDBACKS_MAX are listed */
    bool complete;  /* these and the named ones are all that there are */
    double seconds; /* of the search */
    bool moves;     /* false: no loop does anything in the whole run */
} sd_feedbacks;
enum { SD_FEEDBACKS_MAX = 50 };

typedef struct sd_pin { /* a loop that the user wants scored */
    const char *id;
    size_t count;
    const sd_stop *stops;
    sd_span span;
} sd_pin;
/* Scores the loops that the model names, those that are pinned, and what a search finds within its budget (budget.most 0: no
 * search).  A named loop stands for all its elementary loops; one that the search finds again is not counted twice.
 * E115 when the equations have no such loop, E116 when a named loop works against its polarity; W910 when it works both ways. */
SD_NODISCARD sd_status sd_feedbacks_new(sd_arena *arena, const sd_graph *graph, const sd_pin *pins,
                                        size_t pin_count, const sd_budget *budget,
                                        const sd_feedbacks **ret_feedbacks, sd_diag *diag);

/* The mean of |share| over a fortieth of the run round a point: among the named loops where it is one, else of all that were
 * examined.  What tables, pictures and spells go by, since single steps jump about where a stock turns. */
double sd_feedback_share_at(const sd_feedbacks *feedbacks, const sd_feedback *feedback,
                            size_t point);

/* A time in which one loop drives: no other has a larger share of that moving average, and its scores have one sign.  Spells
 * shorter than a fortieth of the run are joined to a neighbour. */
typedef struct sd_spell {
    double from, to;         /* [model time] */
    const sd_feedback *loop; /* NULL: no loop acts */
    int sign;                /* +1: it reinforces in that time, -1: it balances */
    double
        share; /* [1] its mean share then: among the named ones where there are any, else of all examined */
    const sd_feedback *second; /* the next strongest, NULL when none has 10 % */
    double second_share;
} sd_spell;
enum { SD_SPELL_WINDOWS = 40 }; /* of a run: the length of the moving average */
/* Of the loops in the largest partition (where there are named ones, among these). */
const sd_spell *sd_spells_new(sd_arena *arena, const sd_feedbacks *feedbacks, size_t *ret_count);
/* "No loop acts until week 26. Then B2 overtime drives until week 37 (63 %), and from then on R2x compounding drives (79 %)." It "drives"
 * with half of the share or more, else it "leads"; below a tenth no loop stands out. */
const char *sd_spells_text(sd_arena *arena, const sd_feedbacks *feedbacks, const sd_spell *spells,
                           size_t count);

/* ---- what pushes a stock ------------------------------------------------------------------------------------------------
 * Loop impact (Hayward and Boswell 2014): the impact of a cause on a stock is d(net flow)/d(cause) * (change of the cause) /
 * (change of the net flow) at one instant, through all auxiliaries between; the impacts of all stocks and of time sum to the whole change.  Needs no list
 * of loops. */
typedef struct sd_impact {
    size_t stock,
        cause; /* nodes; cause: a stock, a hidden one, or TIME for all that comes from outside */
    double
        impact; /* [1/time] > 0: it speeds the stock up, as its net flow goes; < 0: it slows it down */
    double share; /* [1] |impact| over the sum for this stock */
} sd_impact;
/* At point k >= 0; by stock, then by share, largest first; stocks that stand still have none. */
const sd_impact *sd_impacts_at(sd_arena *arena, const sd_graph *graph, size_t point,
                               size_t *ret_count);

/* ---- where a model comes to rest ---------------------------------------------------------------------------------------
 * The core of a model is what can move by itself while time stands still: without stocks that nothing depends on,
 * without stocks that nothing moves, and with every sum of stocks that no flow changes held at the value it has. */
enum { SD_CORE_STOCKS_MAX = 1000 };
typedef enum sd_role {
    SD_ROLE_MOVES,
    SD_ROLE_COUNTER, /* a running total: no net flow but its own kind's depends on it, so it is left out */
    SD_ROLE_STILL /* nothing moves it */
} sd_role;

typedef struct sd_total { /* weights times stocks: no flow changes it */
    const double
        *weights; /* [stock_count] 0 for stocks that have no part in it; the first other one is 1 */
    double value; /* [units of the first stock] */
} sd_total;

typedef struct sd_core {
    const sd_program *program;
    sd_field *field;
    double horizon;       /* [model time] the length of a run: what is slower by far is no motion */
    size_t stock_count;   /* of the program */
    const sd_role *roles; /* [stock_count] */
    size_t total_count;
    const sd_total *totals;
    size_t count;        /* of coordinates y: what is left */
    const double *scale; /* [stock_count] > 0, typical size of each stock [its units] */
    double *at;          /* [stock_count] the stocks at y = 0 */
    const double *basis; /* [stock_count][count] stocks = at + basis y */
    const double *dual;  /* [count][stock_count] y = dual (stocks - at); y' = dual net */
    struct sd_core_work *work;
} sd_core; /* belongs to one thread, as its field does */

/* `stocks` [stock_count]: a state that gives totals, still stocks and running totals their values.  The field must stand
 * as it is to stay, but for sd_core_set.  E512 for more than SD_CORE_STOCKS_MAX stocks, E501 when net flows are not finite there. */
SD_NODISCARD sd_status sd_core_new(sd_arena *arena, const sd_program *program, sd_field *field,
                                   const sd_run_spec *spec, const double *stocks,
                                   sd_core **ret_core, sd_diag *diag);
/* Gives a parameter another value; totals that begin otherwise with it follow. */
void sd_core_set(sd_core *core, size_t parameter, double value);
/* "backlog", "SMTH1 in expected_output": how people see a stock of the program. */
const char *sd_stock_name(sd_arena *arena, const sd_program *program, size_t stock);

/* The equilibrium that is found from `start` [stock_count]: by Powell's hybrid method in GSL, else by following the
 * motion with implicit steps that grow (pseudo-transient continuation; Kelley and Keyes 1998).  E510 when there is none to be found.
 * `attracting`: the other way round, for the equilibrium in which the motion itself would end, even where another is near. */
SD_NODISCARD sd_status sd_equilibrium_find(sd_core *core, const double *start, bool attracting,
                                           double *ret_stocks, sd_diag *diag);

/* A way of moving near an equilibrium: exp(lambda t) times a vector. */
typedef struct sd_mode {
    double real,
        imaginary; /* [1/model time] lambda; imaginary >= 0: it and its mirror are one mode */
    double
        time_constant; /* [model time] -1 / real: e-fold in it; below 0: grows; INFINITY: neither */
    double period;     /* [model time] 2 pi / imaginary; NAN without swings */
    double damping;    /* [1] -real / |lambda|; NAN at 0 */
    bool
        defective; /* one of several that coincide and share a direction, as in a chain of delays; their mean stands here */
    const double *right,
        *left; /* [count][2] in coordinates y, real and imaginary part; left times right is 1 unless defective */
    const double *shares; /* [stock_count] how much each stock takes part [1], sums to 1 */
} sd_mode;
typedef struct sd_modes {
    size_t count;
    const sd_mode *list; /* the fastest growing or slowest dying out first */
    size_t growing;      /* [coordinates] eigenvalues with a real part above 0, mirrors counted */
    const bool *
        corners; /* [stock_count] its net flow has a corner there: up and down go by different slopes, and the
                          * modes hold for one side; NULL when none has */
    const double *
        stocks; /* [stock_count] where the derivatives were taken: the equilibrium, or a hair off its corners */
} sd_modes;
/* Of the net flows linearised at the equilibrium `stocks`; E501 when a derivative is not finite.  Where that lies on a
 * corner, on the side on which `from` [stock_count] lies, such as where a run stands; NULL: on any side. */
SD_NODISCARD sd_status sd_modes_new(sd_arena *arena, sd_core *core, const double *stocks,
                                    const double *from, sd_modes *ret_modes, sd_diag *diag);

typedef struct sd_elasticity { /* of lambda; how many percent it changes by one percent more */
    size_t to, from;  /* of an entry of the Jacobian: net flow of stock `to` by stock `from` */
    size_t parameter; /* or of a parameter */
    double real, imaginary; /* [1] */
} sd_elasticity;
/* `stocks` in both: those of sd_modes.
 * To every entry that is not 0, largest first; they sum to 1 (Forrester 1982).  None for lambda = 0. */
const sd_elasticity *sd_mode_entries(sd_arena *arena, sd_core *core, const double *stocks,
                                     const sd_mode *mode, size_t *ret_count);
/* To every parameter that has an effect, the shift of the equilibrium included, largest first.  None for a defective mode. */
const sd_elasticity *sd_mode_parameters(sd_arena *arena, sd_core *core, const double *stocks,
                                        const sd_mode *mode, size_t *ret_count);

/* ---- what tips over a parameter ------------------------------------------------------------------------------------------ */
typedef enum sd_special {
    SD_POINT_PLAIN,
    SD_POINT_FOLD,  /* the branch turns back: two equilibria meet and vanish */
    SD_POINT_HOPF,  /* a swing begins to last */
    SD_POINT_BRANCH /* two branches cross and exchange their stability */
} sd_special;
const char *sd_special_name(sd_special special); /* "fold", "hopf", "branch"; "" for PLAIN */

typedef struct sd_branch_point {
    double parameter;     /* [its units] */
    const double *stocks; /* [stock_count] */
    size_t growing;       /* eigenvalues with a real part above 0; 0: stable */
    sd_special special;
    double period; /* [model time] of the swing at a HOPF, else NAN */
} sd_branch_point;

typedef enum sd_branch_end {
    SD_END_BOUND, /* the parameter's range ends */
    SD_END_LOST,  /* no equilibrium follows: an equation breaks off there */
    SD_END_GONE,  /* it runs away to infinity, or below zero where a stock may not */
    SD_END_JOINS, /* it meets a branch that is known, or itself */
    SD_END_LONG   /* SD_BRANCH_POINTS_MAX */
} sd_branch_end;

enum { SD_BRANCH_POINTS_MAX = 2000, SD_BRANCHES_MAX = 24 };
typedef struct sd_branch {
    size_t count;
    const sd_branch_point *points; /* in the order of the curve */
    sd_branch_end ends[2];         /* at its first and its last point */
} sd_branch;

typedef struct sd_tip_request {
    size_t parameter;     /* of the program */
    double low, high;     /* [its units] low < high */
    const double *stocks; /* [stock_count] where the search for equilibria starts */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
} sd_tip_request;

typedef struct sd_branches {
    size_t count;
    const sd_branch *list; /* the one on which `stocks` come to rest first */
} sd_branches;
/* Every branch of equilibria that is found over the range: by pseudo-arclength continuation (Keller 1977) from what several
 * searches find at several values, and by switching at simple branch points.  E511 when the parameter has no effect, E510
 * when no value of the range has an equilibrium; SD_INTERRUPTED.  The core's parameter stands as before afterwards. */
SD_NODISCARD sd_status sd_branches_follow(sd_arena *arena, sd_core *core,
                                          const sd_tip_request *request, sd_branches *ret_branches,
                                          sd_diag *diag);

/* What a slow change of the parameter would bring: at each value the motion is followed until it rests, or for at most
 * eight times the length of a run, from where the value before left it. */
typedef struct sd_sweep {
    size_t count;
    const double *parameters; /* [count] low .. high */
    const double *up
        [2]; /* [count] least and largest value of the output at the end; NAN where it runs away */
    const double *down[2];
    double to_high,
        to_low; /* [model time] from rest at one end, until 95 % of the change of the output to rest at the
                             * other are done; NAN where it does not rest or hardly changes */
} sd_sweep;
SD_NODISCARD sd_status sd_sweep_run(sd_arena *arena, sd_core *core, const sd_tip_request *request,
                                    size_t element, size_t count, sd_sweep *ret_sweep);

/* How an output answers to a parameter: where it begins to move and where it moves most. */
typedef struct sd_response {
    size_t count;
    const double *parameters,
        *values; /* [count] what was given, but for values at the ends that are no number */
    double
        leaves; /* the value at which it has left a level stretch at one end, by a fiftieth of its range; NAN without one */
    double level;     /* [units of the output] of that stretch */
    bool rising_side; /* the level stretch lies below `leaves`, not above */
    double steepest;  /* the middle of the steepest stretch of a tenth of the range */
    double slope;     /* [output / parameter] there */
    double
        turn; /* the value at which it is largest, or smallest, between a rise and a fall of a twentieth of its
                       * range each; NAN when it only rises or only falls */
    double turn_value;
} sd_response;
sd_response sd_response_of(const double *parameters, const double *values, size_t count);

/* The fold that begins at a point of a branch, followed over a second parameter: the tipping boundary. */
typedef struct sd_boundary {
    size_t count;
    const double *first, *second; /* [count] values of both parameters, by the second */
} sd_boundary;
SD_NODISCARD sd_status sd_fold_follow(sd_arena *arena, sd_core *core, const sd_tip_request *request,
                                      const sd_branch_point *fold, size_t second, double low,
                                      double high, sd_boundary *ret_boundary, sd_diag *diag);

/* ---- what made a variable change ----------------------------------------------------------------------------------------
 * The change of a variable over a period is the sum of what its inputs did to it in each step; an input's own change goes
 * back to its inputs, and so on: a tree whose every row is in the units of the traced variable, and whose rows sum to the
 * row above.  A stock is taken apart into what was under way at the beginning (its net flow then, and what the stock makes
 * of that by itself) and what each flow changed since; what the stock does to its own flows through auxiliaries alone is
 * part of its reply and no cause, so that a stock which follows its goal shows the goal, and one in balance with large
 * flows shows which of them moved it. */
typedef enum sd_cause_kind {
    SD_CAUSE_NODE,      /* a variable's element, a smooth, a delay, TIME */
    SD_CAUSE_UNDER_WAY, /* of a stock */
    SD_CAUSE_OTHERS,    /* causes below the least share, summed */
    SD_CAUSE_TOGETHER /* the rest: inputs that change in the same step, of a stock the error of the method */
} sd_cause_kind;

typedef struct sd_cause {
    sd_cause_kind kind;
    size_t node; /* of the equations; of the other kinds: whose causes they are */
    const char *name;
    size_t depth; /* rows above it, up to the variable: 0 for that */
    size_t level; /* the same, without counting where it is the sole cause of what stands above */
    bool sole;    /* all of it comes from here, within a hundredth */
    size_t above; /* in the list: what it is a cause of; 0 for the variable itself */
    double from, to;     /* [units of the node] values; NAN for other kinds than NODE */
    double contribution; /* [units of the traced variable] */
    double share;        /* [1] of the change of the traced variable */
    bool again;          /* it stands above already, so its own causes are there */
    const sd_loop *
        loop; /* again: the loop that it closes, if the model names it; of a stock: its loop with itself */
} sd_cause;

typedef struct sd_trace {
    const sd_history *history;
    size_t first, last; /* points of the period */
    double low, high;   /* [units of the variable] within the period */
    double change;      /* [units of the variable] */
    size_t count;       /* 1 when the change is 0 or rounding */
    const sd_cause
        *list; /* the variable, then its causes, strongest first, each followed by its own */
} sd_trace;

typedef struct sd_trace_request {
    size_t element;  /* not of a pure graphical function */
    double from, to; /* [model time] the nearest grid points are taken; they must differ */
    size_t depth;    /* levels of the tree */
    double least;    /* [1] share of the change below which causes are summed; 0.05 is usual */
} sd_trace_request;
enum { SD_TRACE_ROWS_MAX = 2000 }; /* beyond that no row is taken further apart */
const sd_trace *sd_trace_new(sd_arena *arena, const sd_history *history,
                             const sd_trace_request *request);
/* "From week 26 to week 260 hours per week rise from 40 to 43.7. Most of it comes through overtime (+3.9), ..." */
const char *sd_trace_text(sd_arena *arena, const sd_trace *trace);

/* ---- which loop drives in many futures --------------------------------------------------------------------------------------
 * Loops That Matter on an ensemble.  A future is the scenario with values drawn for what nobody has measured; its draws
 * are a function of (seed, number) alone, so a future is the same however many there are and whoever works them out. */
typedef struct sd_drawn {
    size_t parameter; /* of the program */
    sd_distribution distribution;
} sd_drawn;
/* What is drawn: sd_scenario_uncertain, ranges of assumptions included. */
const sd_drawn *sd_futures_drawn(sd_arena *arena, const sd_program *program,
                                 const sd_scenario *scenario, size_t *ret_count);

typedef struct sd_futures_request {
    const sd_equations *equations;
    const sd_scenario *scenario;
    size_t count; /* 1..SD_FUTURES_MAX */
    uint64_t seed;
    int threads; /* 0: one for each processor */
    void (*progress)(void *context,
                     double fraction); /* one call at a time, from any thread; may be NULL */
    void *progress_context;
    const volatile sig_atomic_t *interrupted; /* as in sd_run_request */
} sd_futures_request;
enum { SD_FUTURES_MAX = 100000, SD_FUTURE_PERIODS = 3 };

/* One future.  Loops are counted as the model names them; SIZE_MAX: none. */
typedef struct sd_future {
    bool failed;    /* a value was not finite, or the method gave up */
    size_t longest; /* the loop that drives for the longest time, all its spells together */
    size_t in_period[SD_FUTURE_PERIODS]; /* the same within each period */
    const double *shares; /* [loop_count] [1] among the named loops of its partition; 0 when idle */
    const bool *drives;   /* [loop_count] in some spell */
    const bool *against;  /* [loop_count] works against its stated polarity */
} sd_future;

typedef struct sd_future_loop {
    const sd_loop *loop;
    size_t longest, drives, against;     /* [futures] */
    size_t in_period[SD_FUTURE_PERIODS]; /* [futures] */
    double low, median, high; /* [1] its share: quantiles 0.05, 0.5 and 0.95 over the futures */
} sd_future_loop;

typedef struct sd_futures {
    size_t count, failed;
    const sd_future *list; /* [count] by number */
    size_t drawn_count;
    const sd_drawn *drawn;
    size_t loop_count;
    const sd_future_loop
        *loops;   /* those that drive longest in most futures first, then by their median */
    size_t still; /* [futures] that did not fail and in which no loop drives */
    size_t period_count;
    double from[SD_FUTURE_PERIODS],
        to[SD_FUTURE_PERIODS]; /* [model time] years 1, 2 and 5, or thirds of the run */
    const char *periods[SD_FUTURE_PERIODS]; /* "year 1", "0 to 33" */
} sd_futures;
/* E115 when the model names no loops or the equations lack one; E503; SD_INTERRUPTED.  Failed futures are counted; when all
 * fail, the first one's messages are in diag. */
SD_NODISCARD sd_status sd_futures_new(sd_arena *arena, const sd_futures_request *request,
                                      const sd_futures **ret_futures, sd_diag *diag);
/* "In 83 of 100 futures R2x compounding drives longest, in 12 B2 overtime. ..." */
const char *sd_futures_text(sd_arena *arena, const sd_futures *futures);

/* ---- what is probably wrong, though it runs: rules, each a warning of errors.def at its place.  X(code) ---- */
#define SD_LINT_RULES(X)                                                                           \
    X(W930) X(W931) X(W932) X(W933) X(W934) X(W935) X(W936) X(W937) X(W938) X(W939) X(W940) X(W941)
/* More stocks are not looked at for time constants; a run of more instructions is not made. */
enum { SD_LINT_STOCKS_MAX = 300, SD_LINT_WORK_MAX = 200000000 };
typedef struct sd_lint_request {
    const sd_scenario *scenario;
    const sd_program *program;                /* of its model and shocks, all elements wanted */
    const sd_units_report *units;             /* of its model */
    const volatile sig_atomic_t *interrupted; /* may be NULL */
} sd_lint_request;
typedef struct sd_lint {
    size_t skipped_count;
    const char *const *skipped; /* what could not be looked at, and why: one sentence each */
} sd_lint;
/* Reads the equations, runs the scenario once and works out time constants along it, within these limits. */
SD_NODISCARD sd_status sd_lint_scenario(sd_arena *arena, const sd_lint_request *request,
                                        sd_lint *ret_lint, sd_diag *diag);

#endif
