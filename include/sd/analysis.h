/* analysis.h - what a finished run says: the scorecard's rows, the account of the hours saved, the verdict in words.
 *
 * A trap model is one that has the variables of sd_measures[]; any other model gets a plain table of its stocks.
 * Nothing here ranks policies: output, hours, people and money stand side by side, and every sentence begins with
 * its assumptions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ANALYSIS_H
#define SD_ANALYSIS_H

#include "sd/run.h" /* with signal.h */

/* One row of the scorecard: a headline variable and how people read it. */
typedef struct sd_measure {
    const char *variable;   /* of the shipped model, folded */
    const char *label;      /* "Net gain" */
    const char *unit;       /* "% per hour worked" */
    const char *short_unit; /* "%/h worked" */
    double scale;           /* shown = value * scale */
    int decimals;           /* at most, for the widest value */
    int better;             /* +1 more is better, -1 less is, 0 neither */
    bool relative; /* a difference is told in percent of the baseline, else in the row's own unit */
    bool needs_use;      /* a ratio to what AI saves: no meaning while hardly any AI is in use */
    const char *meaning; /* one sentence for a footnote */
} sd_measure;
extern const sd_measure sd_measures[];
extern const size_t sd_measure_count;
/* Ratios to what AI saves (needs_use) are noise while this variable is at or below this share of all tasks. */
extern const char sd_use_variable[];
extern const double sd_least_use; /* [1] */
/* The measure of a variable, NULL when it is no headline. */
const sd_measure *sd_measure_find(const char *variable);

/* ---- what becomes of a gain: one rule for sentences and charts -------------------------------------- */
typedef enum sd_fate {
    SD_FATE_UNKNOWN,  /* no value */
    SD_FATE_UNUSED,   /* hardly any AI is in use (sd_least_use) */
    SD_FATE_KEPT,     /* at least sd_about_zero per hour worked, at normal hours */
    SD_FATE_LONGER,   /* as KEPT, but people work over an hour a week longer */
    SD_FATE_CONSUMED, /* about zero */
    SD_FATE_LOST      /* below -sd_clear_loss: more than the gain is consumed */
} sd_fate;
extern const double sd_about_zero, sd_clear_loss; /* [1] of valuable output per hour worked */
/* `gain` and `use` [1] at the end; hours [hour/person/week] at the end and before; NAN where not known. */
sd_fate sd_fate_of(double gain, double use, double hours_before, double hours);

enum { SD_WEEKS_PER_YEAR = 52, SD_CARD_DATES = 4 };
/* "week", "weeks" or "wk". */
bool sd_units_are_weeks(const char *time_units);

/* A finished run with what it was. */
typedef struct sd_result {
    const sd_scenario *scenario;
    const sd_program *program;
    const sd_trajectory
        *trajectory; /* with every element, or at least the headline variables and the saved list */
} sd_result;

typedef struct sd_card_row {
    const sd_measure *measure; /* NULL in the table of a bare model */
    const char *label, *unit;
    double at[SD_CARD_DATES]; /* shown values (scaled); NAN where it has no meaning */
    const double *series;     /* [time_count] shown values; NAN likewise */
} sd_card_row;

typedef struct sd_scorecard {
    bool trap; /* rows are measures; else stocks with start, minimum, maximum, end */
    const char *dates[SD_CARD_DATES]; /* "before", "year 1", ... */
    size_t time_index[SD_CARD_DATES];
    size_t row_count;
    const sd_card_row *rows;
    size_t time_count;
} sd_scorecard;

const sd_scorecard *sd_scorecard_new(sd_arena *arena, const sd_result *result);

bool sd_model_is_trap(const sd_model *model); /* has it the headline variables? */
/* Elements that the scorecard, the verdict and the account of this model read; count in *ret_count.  None for a model
 * that is no trap model. */
const size_t *sd_scorecard_elements(sd_arena *arena, const sd_model *model, size_t *ret_count);

/* ---- a table of series, from results or read back from CSV --------------------------------------------------------- */
typedef struct sd_series {
    const char *name;  /* "four-layers" */
    const char *title; /* "Four layers": how charts label it */
    size_t time_count;
    const double *times;
    const double **columns; /* [column_count][time_count]; NAN where empty */
    double
        policy_start; /* [model time] of its first policy; NAN when there is none or nobody knows */
} sd_series;

typedef struct sd_dataset {
    size_t column_count;
    const char *const *columns; /* names as in the CSV header, without scenario and time */
    size_t count;
    const sd_series *series;
    const char *time_units; /* "" when not known */
    double ai_start;        /* [model time] when AI arrives within a run, NAN when not known */
    const char *
        changed; /* values set for all of them by hand: "raw_time_saving=0.5"; NULL or "" when none */
    size_t
        main_column; /* what to show when nothing is asked for: the net gain, else the first stock that
                                 * changes, else the first column that does; SIZE_MAX when there is no column */
    const char *note; /* of a table of loops: what its shares are of, for a subtitle; else NULL */
} sd_dataset;

/* The column of a name, any spelling that folds to it; SIZE_MAX when there is none. */
size_t sd_dataset_column(const sd_dataset *data, const char *name);
/* The names of a list "a, b[c], d" that are no column of the dataset, in the same form; NULL when all are there. */
const char *sd_dataset_missing(sd_arena *arena, const sd_dataset *data, const char *names);

/* ---- where the hours go ------------------------------------------------------------------------------------------- */
/* What becomes of the gross hours that AI saves: the parts sum to gross_hours_saved, because the model's hours_check
 * is 0.  A part can be negative: kept when more is used up than saved, rework and burnout when there is less of them
 * than before AI. */
enum {
    SD_ACCOUNT_META_WORK,  /* meta_work_hours: prompting, reviewing, repairing, moving data */
    SD_ACCOUNT_PERMISSION, /* permission_hours: asking, waiting and deciding what one may do */
    SD_ACCOUNT_REWORK,     /* extra_rework_hours: flawed work, beyond what there was before AI */
    SD_ACCOUNT_REFILL, /* refill_hours: what the extra tasks are worth less than the tasks before AI */
    SD_ACCOUNT_BURNOUT, /* burnout_and_turnover_hours: the slower pace of tired and new people */
    SD_ACCOUNT_ABSORBED, /* absorbed_and_programme_hours: slack that nobody governs, and the hours of practices */
    SD_ACCOUNT_KEPT, /* kept_hours: more valuable output, rest, posts not needed, less the overtime */
    SD_ACCOUNT_PARTS
};
typedef struct sd_account_part {
    const char *variable; /* of the shipped model, folded; [hour/week] of the whole organisation */
    const char *label;    /* "Meta-work" */
    const char *words;    /* within a sentence: "asking for permission" */
} sd_account_part;
extern const sd_account_part sd_account_parts[SD_ACCOUNT_PARTS];

typedef struct sd_account {
    double gross; /* [hour/person/week] gross_hours_saved over the people at the first saved time:
                                      * load belongs to the organisation, not to those who are left */
    double hours[SD_ACCOUNT_PARTS]; /* [hour/person/week] likewise; they sum to gross */
    double shares
        [SD_ACCOUNT_PARTS]; /* [1] of gross, summing to 1; NAN while sd_use_variable <= sd_least_use */
} sd_account;
extern const char sd_account_columns[]; /* the columns it needs, a list for sd_dataset_missing */
/* One a saved time, [time_count]; NULL when a column is missing. */
const sd_account *sd_account_new(sd_arena *arena, const sd_dataset *data, size_t series);

/* Where the week of one employed person goes: the kinds sum to hours_per_week = contract_hours + overtime - rest_hours. */
enum {
    SD_WEEK_HANDS_ON, /* task_hours_used less meta-work, permission and rework; the slower pace of tired and new
                           * people stands here too */
    SD_WEEK_COORDINATION, /* contract_hours * coordination_share */
    SD_WEEK_REWORK, /* all of it, not only what AI adds: rework_found / headcount times the hands-on part of the
                           * effort per task, effort_per_task - (meta_work_hours + permission_hours) / completion_rate;
                           * at most what leaves SD_WEEK_HANDS_ON at 0 */
    SD_WEEK_META_WORK,  /* meta_work_hours / headcount, that of tasks done again included */
    SD_WEEK_PERMISSION, /* permission_hours / headcount */
    SD_WEEK_PROGRAMME,  /* programme_hours_per_person as far as the week holds it:
                           * contract_hours * (1 - coordination_share) - normal_task_hours */
    SD_WEEK_REDEPLOYED, /* redeployed_hours: freed time that goes into better work */
    SD_WEEK_SLACK,      /* absorbed_hours: freed time that nobody governs */
    SD_WEEK_KINDS
};
extern const char *const sd_week_labels[SD_WEEK_KINDS];

typedef struct sd_week {
    double worked;               /* [hour/person/week] */
    double hours[SD_WEEK_KINDS]; /* [hour/person/week] they sum to worked */
} sd_week;
extern const char sd_week_columns[];
const sd_week *sd_week_new(sd_arena *arena, const sd_dataset *data,
                           size_t series); /* as sd_account_new */

/* ---- words -------------------------------------------------------------------------------------------------------- */
/* Two or three sentences: what becomes of the gain, beside the same organisation without its policies (baseline may
 * be NULL), and what decides.  NULL for a model that is no trap model. */
const char *sd_verdict(sd_arena *arena, const sd_result *result, const sd_result *baseline);
/* The assumptions that usually decide, with this run's refill share; for several runs give NULL. */
const char *sd_verdict_decides(sd_arena *arena, const sd_result *result);
/* A value as a row of the scorecard shows it, so that differences are those of the numbers that people see. */
double sd_measure_rounded(const sd_measure *measure, double shown);

/* A score of the scenario on its run.  Limits: false when the value lies on the worse side. */
double sd_score_value(const sd_score *score, const sd_result *result);
bool sd_score_holds(const sd_score *score, double value);

/* What halving DT changes: for each column the largest difference at common times, as a share of its range. */
typedef struct sd_halving {
    size_t element;
    double share; /* [1] of the column's range over the run */
    double time;  /* where it is largest */
} sd_halving;
/* Sorted by share, largest first; both runs must have the same columns and saved times. */
const sd_halving *sd_compare_halved(sd_arena *arena, const sd_trajectory *whole,
                                    const sd_trajectory *half, size_t *ret_count);

/* ---- what an answer depends on ------------------------------------------------------------------------------------------
 * Functions of columns of numbers alone.  A result that is NAN, of a member that failed or never got there, counts for
 * nothing. */
typedef struct sd_estimate {
    double value;
    double low, high; /* 95 % interval; NAN where there is none */
} sd_estimate;

/* Sobol' indices [1], shares of the variance.  A and B are two samples of independent factors; AB_i is A with factor i from
 * B, and BA_i the other way round. */
typedef struct sd_sobol_request {
    size_t count; /* >= 2: rows */
    size_t factor_count;
    const double *a, *b;   /* [count] results */
    const double *ab, *ba; /* [factor_count][count]; ba NULL: no second order */
    size_t resamples;      /* of the bootstrap; 0: no intervals */
    uint64_t seed;
    int threads; /* 0: one for each processor */
    const volatile sig_atomic_t
        *interrupted; /* not 0: ends soon, with intervals that mean nothing; may be NULL */
} sd_sobol_request;
typedef struct sd_sobol_index {
    sd_estimate
        first; /* by itself: Saltelli et al. 2010, equation b of table 2, of centred results */
    sd_estimate
        first_jansen; /* the same by Jansen 1999: exact where it is large, poor where it is small */
    sd_estimate total; /* with all interactions: Jansen 1999 */
    const sd_estimate *
        second; /* [factor_count] Saltelli 2002, of both orders; NAN with itself; NULL: not asked */
    bool wide;  /* an interval of first or total is wider than sd_sobol_wide */
    bool crossed; /* first is above total by more than sd_sobol_crossed, which cannot be */
} sd_sobol_index;
extern const double sd_sobol_wide, sd_sobol_crossed; /* [1] */
typedef struct sd_sobol {
    size_t used;           /* rows without a NAN */
    double mean, variance; /* of A and B [units of the result], the variance over all 2 N of them */
    bool
        varies; /* false: the result is always the same, or fewer than 2 rows were used; indices are NAN */
    const sd_sobol_index *list; /* [factor_count] */
} sd_sobol;
const sd_sobol *sd_sobol_new(sd_arena *arena, const sd_sobol_request *request);

/* Elementary effects (Morris 1991; mu* Campolongo, Cariboni and Saltelli 2007).  A trajectory has factor_count + 1 points and
 * changes one factor after the other, in an order of its own, by 2/3 of its range between SD_MORRIS_LEVELS levels. */
enum { SD_MORRIS_LEVELS = 4 };
/* ret_levels [factor_count], each 0, 1/3, 2/3 or 1: a function of (seed, trajectory, point) alone. */
void sd_morris_point(uint64_t seed, uint64_t trajectory, size_t point, size_t factor_count,
                     double *ret_levels);
typedef struct sd_morris_row {
    sd_estimate mu, mu_star, sigma; /* [units of the result per whole range] */
    size_t used;                    /* effects; sigma is NAN below 2 */
} sd_morris_row;
/* results [trajectory_count][factor_count + 1]; [factor_count] rows. */
const sd_morris_row *sd_morris_new(sd_arena *arena, uint64_t seed, size_t trajectory_count,
                                   size_t factor_count, const double *results, size_t resamples,
                                   const volatile sig_atomic_t *interrupted /* as above */);

/* One factor at a time: results [2 * factor_count + 1], the first with all at their central values, then with each factor
 * low and high.  Widest first. */
typedef struct sd_oat_row {
    size_t factor;
    double low, high; /* the result with the factor low and high [units of the result] */
    double width;     /* from the least to the largest of low, high and the central one; NAN last */
} sd_oat_row;
const sd_oat_row *sd_oat_new(sd_arena *arena, size_t factor_count, const double *results);

/* Regional sensitivity (Spear and Hornberger 1980): how differently a factor is spread over the cases and over the rest. */
typedef struct sd_region_row {
    size_t factor;
    double distance; /* [1] Kolmogorov-Smirnov */
    double at;       /* [units of the factor] where the distributions are farthest apart */
    int side;        /* +1: the factor is larger among the cases, -1: smaller */
    double p_value;  /* [1] of a distance like this by chance (Smirnov 1948, Stephens 1970) */
} sd_region_row;
typedef struct sd_cases { /* members, and those that are to be told from the rest */
    size_t count, factor_count;
    const double *values; /* [factor_count][count] finite */
    const bool *is_case;  /* [count] */
} sd_cases;
/* Which members are cases: "hours_per_week@260 > 42". */
typedef struct sd_condition {
    const char *spec; /* of the score */
    bool above, or_equal;
    double level; /* [units of the score] NAN: only the score is said */
} sd_condition;
/* false: what follows the comparison is no number. */
bool sd_condition_from_text(sd_arena *arena, const char *text, sd_condition *ret_condition);
bool sd_condition_holds(const sd_condition *condition, double value); /* never of NAN */
/* Farthest first; [factor_count]. */
const sd_region_row *sd_region_new(sd_arena *arena, const sd_cases *cases);

/* Scenario discovery: where do the cases lie?  The patient rule induction method (Friedman and Fisher 1999; Bryant and
 * Lempert 2010). */
typedef struct sd_prim_box {
    const double *low,
        *high; /* [factor_count] of members within, both bounds outside of them; infinite: not restricted */
    size_t restricted;     /* factors */
    size_t members, cases; /* within */
    double coverage;       /* [1] share of all cases that are within */
    double density;        /* [1] share of cases among the members within */
} sd_prim_box;
typedef struct sd_prim_request {
    sd_cases cases;
    /* [factor_count] which factors may be restricted; NULL: all.  Of many that say nothing, some look by chance as if they did. */
    const bool *among;
    double alpha; /* [1] share that a step peels off or pastes; sd_prim_alpha is usual */
    double least; /* [1] share of all members that a box keeps; sd_prim_least is usual */
    const volatile sig_atomic_t *interrupted; /* not 0: ends soon, with any box; may be NULL */
} sd_prim_request;
extern const double sd_prim_alpha, sd_prim_least;
typedef struct sd_prim {
    size_t members, cases;
    size_t step_count;
    const sd_prim_box *steps; /* the peeling trajectory, from the whole on */
    /* The step with the largest harmonic mean of coverage and (density - d) / (1 - d), where d is the density everywhere. */
    size_t chosen;
    sd_prim_box box; /* that, with sides pasted back as long as its density grows */
    /* [factor_count] [1] chance of as many cases within the box, were it not restricted in this factor (binomial; Bryant and
     * Lempert 2010); NAN: not restricted.  A factor above 0.05 is set aside and all is peeled again. */
    const double *quasi_p;
} sd_prim;
/* At least one case and one member that is none. */
const sd_prim *sd_prim_new(sd_arena *arena, const sd_prim_request *request);

/* ---- compared in many futures --------------------------------------------------------------------------------------------
 * The same futures for several scenarios (common random numbers), the first of which the others are compared with.  A future
 * counts in a row where every scenario has a value. */
typedef struct sd_contest { /* one row of a comparison */
    size_t scenario_count, future_count, factor_count;
    int better; /* +1 more is better, -1 less is, 0 nobody said: then more is ahead, and there is no regret */
    const double *values;                     /* [scenario_count][future_count] NAN: none */
    const double *factors;                    /* [factor_count][future_count] what was drawn */
    const volatile sig_atomic_t *interrupted; /* not 0: ends soon, with any result; may be NULL */
} sd_contest;

enum { SD_DECIDERS_MAX = 3 };
typedef struct
    sd_standing { /* of one scenario; quantiles 0.05, 0.5 and 0.95; NAN where no future counts */
    double low, median, high;
    size_t ahead,
        behind; /* [futures] better and worse than the first; the rest are ties but for rounding */
    double lead_low, lead_median, lead_high; /* of its value less the first's */
    double regret_90,
        regret_most; /* what the best of the compared has more in a future: the 0.9 quantile and the most */
    size_t
        decider_count; /* factors whose rank correlation with the lead is no accident, the strongest first */
    size_t deciders[SD_DECIDERS_MAX];
    double ranks[SD_DECIDERS_MAX]; /* [1] those correlations (Spearman) */
} sd_standing;
typedef struct sd_robust {
    size_t valid;                 /* futures that count */
    const sd_standing *standings; /* [scenario_count] */
} sd_robust;
sd_robust sd_robust_new(sd_arena *arena, const sd_contest *contest);

#endif
