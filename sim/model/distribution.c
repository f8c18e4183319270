/* distribution.c - a number of a scenario that may be uncertain: an entry goes in, an amount comes out, which is
 * a number with its source, or a distribution with its parameters checked and its central value.
 * The central value is what a single run takes: the midpoint, the mode, the mean or the median, whichever is the
 * first parameter that people name for the shape.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum { PARAMETERS_MAX = 4, CHOICES_MAX = 1000 };

/* What one shape needs, in the order of SD_DISTRIBUTIONS. */
typedef struct shape {
    const char *name;
    const char *parameters[PARAMETERS_MAX];
    size_t needed;                    /* so many of the parameters must be given */
    double otherwise[PARAMETERS_MAX]; /* the values of the others when they are not */
} shape;

static const shape shapes[] = {
    [SD_DIST_NONE] = {.name = "fixed"},
    [SD_DIST_UNIFORM] = {"uniform", {"min", "max"}, 2, {0}},
    [SD_DIST_TRIANGULAR] = {"triangular", {"min", "mode", "max"}, 3, {0}},
    [SD_DIST_NORMAL] = {"normal", {"mean", "sd", "min", "max"}, 2, {0, 0, -HUGE_VAL, HUGE_VAL}},
    [SD_DIST_LOGNORMAL] = {"lognormal", {"median", "sigma", "min", "max"}, 2, {0, 0, 0, HUGE_VAL}},
    [SD_DIST_BETA] = {"beta", {"alpha", "beta", "min", "max"}, 2, {0, 0, 0, 1}},
    [SD_DIST_PERT] = {"pert", {"min", "mode", "max"}, 3, {0}},
    [SD_DIST_CHOICE] = {.name = "choice"},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static const char *const shape_names[] = {
#define SHAPE_NAME(id, name, parameters, text) name,
    SD_DISTRIBUTIONS(SHAPE_NAME)
#undef SHAPE_NAME
};

const char *sd_distribution_name(sd_distribution_kind kind)
{
    assert((size_t)kind < SHAPES);
    return shapes[kind].name;
}

/* ---- one distribution while it is read ---- */

typedef struct draft {
    sd_arena *arena;
    sd_diag *diag;
    const sd_entry *entry;
    sd_distribution *distribution;
} draft;

static const char *number_text(const draft *d, double value)
{
    char text[SD_NUMBER_MAX];

    return sd_arena_copy(d->diag->arena, text, sd_number_format(value, text));
}

static sd_span span_of(const draft *d, const char *name)
{
    const sd_entry *entry = sd_entry_find(d->entry, name);

    return entry ? entry->span : d->entry->span;
}

/* "min, mode and max" */
static const char *needed_text(const draft *d, const shape *wanted)
{
    sd_text text = sd_text_new(d->diag->arena);

    for (size_t each = 0; each < wanted->needed; each++)
        sd_text_printf(&text, "%s%s",
                       each == 0                    ? ""
                       : each + 1 == wanted->needed ? " and "
                                                    : ", ",
                       wanted->parameters[each]);
    return text.bytes;
}

static bool read_parameters(const draft *d, const shape *wanted)
{
    bool good = true;

    for (size_t each = 0; each < PARAMETERS_MAX && wanted->parameters[each]; each++) {
        const char *name = wanted->parameters[each];
        const sd_entry *entry = sd_entry_find(d->entry, name);
        double *value = &d->distribution->p[each];

        *value = wanted->otherwise[each];
        if (entry) {
            good = sd_entry_number(entry, value, d->diag) && good;
        } else if (each < wanted->needed) {
            (void)sd_fail(d->diag, SD_E409, d->entry->span, "the %s distribution of '%s' has no %s",
                          wanted->name, sd_entry_called(d->entry), name);
            sd_help(d->diag, "it needs %s", needed_text(d, wanted));
            good = false;
        }
    }
    return good;
}

static bool check_ends(const draft *d, double low, double high)
{
    if (low < high)
        return true;
    (void)sd_fail(d->diag, SD_E409, span_of(d, "min"), "min %s is not below max %s",
                  number_text(d, low), number_text(d, high));
    if (low == high)
        sd_help(d->diag, "write the plain number %s", number_text(d, low));
    else
        sd_help(d->diag, "exchange them");
    return false;
}

static bool check_within(const draft *d, const char *name, double value, double low, double high)
{
    if (value >= low && value <= high)
        return true;
    (void)sd_fail(d->diag, SD_E409, span_of(d, name), "%s %s lies %s %s", name,
                  number_text(d, value), value < low ? "below min" : "above max",
                  number_text(d, value < low ? low : high));
    return false;
}

static bool check_positive(const draft *d, const char *name, double value)
{
    if (value > 0)
        return true;
    (void)sd_fail(d->diag, SD_E409, span_of(d, name), "%s must be above 0, not %s", name,
                  number_text(d, value));
    return false;
}

/* Every parameter is a number by now. */
static bool check_parameters(const draft *d)
{
    const double *p = d->distribution->p;

    switch (d->distribution->kind) {
    case SD_DIST_UNIFORM:
        return check_ends(d, p[0], p[1]);
    case SD_DIST_TRIANGULAR:
    case SD_DIST_PERT:
        return check_ends(d, p[0], p[2]) && check_within(d, "mode", p[1], p[0], p[2]);
    case SD_DIST_NORMAL:
        return (int)check_positive(d, "sd", p[1]) &
               (int)(check_ends(d, p[2], p[3]) && check_within(d, "mean", p[0], p[2], p[3]));
    case SD_DIST_LOGNORMAL:
        return (int)check_positive(d, "sigma", p[1]) &
               (int)(check_positive(d, "median", p[0]) && check_ends(d, p[2], p[3]) &&
                     check_within(d, "median", p[0], p[2], p[3]));
    case SD_DIST_BETA:
        return (int)check_positive(d, "alpha", p[0]) & (int)check_positive(d, "beta", p[1]) &
               (int)check_ends(d, p[2], p[3]);
    default:
        return true;
    }
}

static double central_value(const sd_distribution *distribution)
{
    const double *p = distribution->p;

    switch (distribution->kind) {
    case SD_DIST_UNIFORM:
        return p[0] + (p[1] - p[0]) / 2;
    case SD_DIST_TRIANGULAR:
    case SD_DIST_PERT:
        return p[1];
    case SD_DIST_BETA:
        return p[2] + (p[3] - p[2]) * (p[0] / (p[0] + p[1]));
    case SD_DIST_CHOICE:
        return distribution->values[0];
    default: /* the mean of a normal, the median of a lognormal distribution */
        return p[0];
    }
}

/* ---- choice ---- */

/* The numbers of a list; NULL after an error. */
static double *read_numbers(const draft *d, const sd_entry *list, size_t *ret_count)
{
    double *numbers;
    bool good = true;

    if (!sd_entry_is_sequence(list, d->diag))
        return NULL;
    if (list->entries.count == 0 || list->entries.count > CHOICES_MAX) {
        (void)sd_fail(d->diag, SD_E409, list->span, "'%s' must hold from 1 to %d numbers",
                      list->name, CHOICES_MAX);
        return NULL;
    }
    numbers = SD_NEW_ARRAY(d->arena, double, list->entries.count);
    for (size_t each = 0; each < list->entries.count; each++)
        good = sd_entry_number(list->entries.items[each], &numbers[each], d->diag) && good;
    *ret_count = list->entries.count;
    return good ? numbers : NULL;
}

/* The weights of so many choices as shares of 1; NULL after an error. */
static const double *read_weights(const draft *d, const sd_entry *list, size_t choices)
{
    size_t count = 0;
    double *weights = read_numbers(d, list, &count);
    double sum = 0;

    if (!weights)
        return NULL;
    if (count != choices) {
        (void)sd_fail(d->diag, SD_E409, list->span, "there are %zu weights for %zu values", count,
                      choices);
        return NULL;
    }
    for (size_t each = 0; each < count; each++) {
        if (!(weights[each] >= 0)) {
            (void)sd_fail(d->diag, SD_E409, list->entries.items[each]->span, "a weight is below 0");
            return NULL;
        }
        sum += weights[each];
    }
    if (!(sum > 0) || !isfinite(sum)) {
        (void)sd_fail(d->diag, SD_E409, list->span, "the weights must add up to more than 0");
        return NULL;
    }
    for (size_t each = 0; each < count; each++)
        weights[each] /= sum;
    return weights;
}

static const double *even_weights(const draft *d, size_t choices)
{
    double *weights = SD_NEW_ARRAY(d->arena, double, choices);

    for (size_t each = 0; each < choices; each++)
        weights[each] = 1 / (double)choices;
    return weights;
}

static bool read_choice(const draft *d)
{
    const sd_entry *list = sd_entry_find(d->entry, "values");
    const sd_entry *weights = sd_entry_find(d->entry, "weights");
    sd_distribution *distribution = d->distribution;

    if (!list) {
        (void)sd_fail(d->diag, SD_E409, d->entry->span,
                      "the choice distribution of '%s' has no values", sd_entry_called(d->entry));
        sd_help(d->diag, "it needs values = [ ] and may have weights = [ ]");
        return false;
    }
    distribution->values = read_numbers(d, list, &distribution->choice_count);
    if (!distribution->values)
        return false;
    distribution->weights = weights ? read_weights(d, weights, distribution->choice_count)
                                    : even_weights(d, distribution->choice_count);
    return distribution->weights != NULL;
}

/* ---- entries ---- */

static void check_names(const draft *d, const shape *wanted)
{
    const char *known[PARAMETERS_MAX + 2] = {"dist", "source"};
    size_t count = 2;

    if (d->distribution->kind == SD_DIST_CHOICE) {
        known[count++] = "values";
        known[count++] = "weights";
    }
    for (size_t each = 0; each < PARAMETERS_MAX && wanted->parameters[each]; each++)
        known[count++] = wanted->parameters[each];
    sd_entry_check_names(d->entry, sd_arena_printf(d->arena, "a %s distribution", wanted->name),
                         known, count, d->diag);
}

static bool read_distribution(const draft *d, const sd_entry *dist, sd_amount *ret_amount)
{
    sd_distribution *distribution = d->distribution;
    const char *name;
    bool good;

    if (!sd_entry_text(dist, &name, d->diag))
        return false;
    for (size_t each = 1; each < SHAPES; each++) {
        if (strcmp(name, shapes[each].name) == 0)
            distribution->kind = (sd_distribution_kind)each;
    }
    if (distribution->kind == SD_DIST_NONE) {
        (void)sd_fail(d->diag, SD_E409, dist->span, "unknown distribution '%s'", name);
        if (sd_nearest(name, shape_names, SHAPES - 1))
            sd_help_nearest(d->diag, name, shape_names, SHAPES - 1);
        else
            sd_help(d->diag, "'treadmill help scenario' lists them");
        return false;
    }
    check_names(d, &shapes[distribution->kind]);
    if (distribution->kind == SD_DIST_CHOICE)
        good = read_choice(d);
    else
        good = read_parameters(d, &shapes[distribution->kind]) && check_parameters(d);
    if (good)
        ret_amount->value = central_value(distribution);
    return good;
}

static bool read_value(const draft *d, const sd_entry *value, sd_amount *ret_amount)
{
    static const char *const known[] = {"value", "source"};

    sd_entry_check_names(d->entry, "a value", known, sizeof known / sizeof known[0], d->diag);
    ret_amount->span = value->span;
    return sd_entry_number(value, &ret_amount->value, d->diag);
}

bool sd_amount_read(sd_arena *arena, const sd_entry *entry, sd_amount *ret_amount, sd_diag *diag)
{
    sd_amount amount = {.given = true, .span = entry->span};
    const draft d = {
        .arena = arena, .diag = diag, .entry = entry, .distribution = &amount.distribution};
    const size_t errors = diag->errors;
    const sd_entry *dist, *value, *source;
    bool good;

    if (entry->kind != SD_ENTRY_GROUP) {
        good = sd_entry_number(entry, &amount.value, diag);
        *ret_amount = amount;
        return good;
    }
    dist = sd_entry_find(entry, "dist");
    value = sd_entry_find(entry, "value");
    source = sd_entry_find(entry, "source");
    if (!dist && !value) {
        (void)sd_fail(diag, SD_E409, entry->span, "the distribution of '%s' has no dist",
                      sd_entry_called(entry));
        sd_help(diag, "add dist = \"uniform\"; or another");
        return false;
    }
    good = !source || sd_entry_text(source, &amount.source, diag);
    good = (dist ? read_distribution(&d, dist, &amount) : read_value(&d, value, &amount)) && good;
    *ret_amount = amount;
    return good && diag->errors == errors;
}

bool sd_amount_is_group(const sd_entry *entry)
{
    return entry->kind == SD_ENTRY_GROUP &&
           (sd_entry_find(entry, "dist") || sd_entry_find(entry, "value"));
}

bool sd_amount_is_nameless(const sd_entry *entry)
{
    if (entry->kind != SD_ENTRY_GROUP || sd_amount_is_group(entry))
        return false;
    for (size_t kind = 1; kind < SHAPES; kind++) {
        for (size_t each = 0; each < PARAMETERS_MAX && shapes[kind].parameters[each]; each++) {
            if (sd_entry_find(entry, shapes[kind].parameters[each]))
                return true;
        }
    }
    return sd_entry_find(entry, "values") != NULL;
}

void sd_amount_ends(const sd_amount *amount, double *ret_low, double *ret_high)
{
    const sd_distribution *distribution = &amount->distribution;
    const double *p = distribution->p;
    double low = amount->value, high = amount->value;

    switch (distribution->kind) {
    case SD_DIST_NONE:
        break;
    case SD_DIST_UNIFORM:
        low = p[0], high = p[1];
        break;
    case SD_DIST_TRIANGULAR:
    case SD_DIST_PERT:
        low = p[0], high = p[2];
        break;
    case SD_DIST_CHOICE:
        for (size_t each = 0; each < distribution->choice_count; each++) {
            low = fmin(low, distribution->values[each]);
            high = fmax(high, distribution->values[each]);
        }
        break;
    default:
        low = p[2], high = p[3];
        break;
    }
    *ret_low = low;
    *ret_high = high;
}
