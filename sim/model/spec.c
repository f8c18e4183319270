/* spec.c - the simulation specification: methods by name, and the whole numbers of a run.
 * In: start, stop, dt, save_interval and method.  Out: how many steps there are and how many lie between saved
 * points; a time is start + n * dt, so every later loop counts steps and never adds up time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/model.h"

#include <assert.h>
#include <math.h>

/* ---- methods ---- */

typedef struct method_row {
    const char *name, *text;
    bool adaptive, stiff;
} method_row;

static const method_row methods[] = {
#define METHOD_ROW(id, method_name, is_adaptive, is_stiff, method_text)                            \
    {.name = (method_name), .text = (method_text), .adaptive = (is_adaptive), .stiff = (is_stiff)},
    SD_METHODS(METHOD_ROW)
#undef METHOD_ROW
};

const char *sd_method_name(sd_method method)
{
    assert((size_t)method < SD_METHOD_COUNT);
    return methods[method].name;
}

const char *sd_method_text(sd_method method)
{
    assert((size_t)method < SD_METHOD_COUNT);
    return methods[method].text;
}

bool sd_method_is_adaptive(sd_method method)
{
    assert((size_t)method < SD_METHOD_COUNT);
    return methods[method].adaptive;
}

bool sd_method_is_stiff(sd_method method)
{
    assert((size_t)method < SD_METHOD_COUNT);
    return methods[method].stiff;
}

/* "a, b or c" of those that are made for stiff models, or of the others. */
static const char *names_of(sd_arena *arena, bool stiff)
{
    sd_text text = sd_text_new(arena);
    size_t left = 0;

    for (size_t each = 0; each < SD_METHOD_COUNT; each++)
        left += methods[each].stiff == stiff;
    for (size_t each = 0; each < SD_METHOD_COUNT; each++) {
        if (methods[each].stiff != stiff)
            continue;
        left--;
        sd_text_printf(&text, "%s%s", methods[each].name,
                       left > 1    ? ", "
                       : left == 1 ? " or "
                                   : "");
    }
    return text.bytes;
}

const char *sd_method_list(sd_arena *arena)
{
    return sd_arena_printf(arena, "%s; for stiff models %s", names_of(arena, false),
                           names_of(arena, true));
}

const char *sd_method_stiff_list(sd_arena *arena)
{
    return names_of(arena, true);
}

bool sd_method_from_name(const char *name, sd_method *ret_method)
{
    /* What XMILE 1.0 calls them. */
    static const struct {
        const char *name;
        sd_method method;
    } others[] = {{"rk1", SD_METHOD_EULER}, {"rk45", SD_METHOD_RKF45}, {"gear", SD_METHOD_MSBDF}};

    for (size_t each = 0; each < SD_METHOD_COUNT; each++) {
        if (sd_text_equal_fold(name, methods[each].name)) {
            *ret_method = (sd_method)each;
            return true;
        }
    }
    for (size_t each = 0; each < sizeof others / sizeof others[0]; each++) {
        if (sd_text_equal_fold(name, others[each].name)) {
            *ret_method = others[each].method;
            return true;
        }
    }
    return false;
}

/* ---- counts ---- */

typedef struct checker {
    const sd_run_spec *spec;
    sd_span where;
    sd_diag *diag;
} checker;

static const char *number_text(const checker *c, double value)
{
    char text[SD_NUMBER_MAX];

    return sd_arena_copy(c->diag->arena, text, sd_number_format(value, text));
}

static void check_finite(const checker *c, const char *name, double value)
{
    if (!isfinite(value))
        (void)sd_fail(c->diag, SD_E112, c->where, "%s must be a finite number, not %s", name,
                      number_text(c, value));
}

/* A length of time that must be above 0; NAN and infinity have been reported. */
static void check_positive(const checker *c, const char *name, double value)
{
    if (isfinite(value) && !(value > 0))
        (void)sd_fail(c->diag, SD_E112, c->where, "%s must be above 0, not %s", name,
                      number_text(c, value));
}

/* Decimal fractions such as 0.1 are not exact in binary, so a ratio counts as whole when it is nearly so. */
static bool is_whole(double ratio)
{
    const double nearest = nearbyint(ratio);

    return fabs(ratio - nearest) <= fmin(1e-9 * fmax(nearest, 1), 1e-3);
}

static void check_tolerances(const checker *c)
{
    const sd_run_spec *spec = c->spec;

    check_finite(c, "rtol", spec->rtol);
    check_finite(c, "atol", spec->atol);
    if (spec->rtol < 0 || spec->atol < 0) {
        (void)sd_fail(c->diag, SD_E112, c->where, "rtol and atol must not be below 0");
    } else if (sd_method_is_adaptive(spec->method) && spec->rtol == 0 && spec->atol == 0) {
        (void)sd_fail(c->diag, SD_E112, c->where,
                      "the adaptive method %s needs rtol or atol above 0",
                      sd_method_name(spec->method));
        sd_help(c->diag, "rtol = 1e-6 is usual");
    }
}

/* Everything about the times that needs no count. */
static void check_times(const checker *c)
{
    const sd_run_spec *spec = c->spec;

    check_finite(c, "start", spec->start);
    check_finite(c, "stop", spec->stop);
    check_finite(c, "dt", spec->dt);
    if (spec->save_interval != spec->dt)
        check_finite(c, "save_interval", spec->save_interval);
    check_positive(c, "dt", spec->dt);
    if (spec->save_interval != spec->dt) /* where it is not given it is dt */
        check_positive(c, "save_interval", spec->save_interval);
    if (isfinite(spec->start) && isfinite(spec->stop) && !(spec->start < spec->stop)) {
        (void)sd_fail(c->diag, SD_E112, c->where,
                      "stop must come after start, but start is %s and stop is %s",
                      number_text(c, spec->start), number_text(c, spec->stop));
    }
}

/* The whole steps of a run; a last part of a step is left out. */
static double whole_steps(double steps)
{
    return is_whole(steps) ? nearbyint(steps) : floor(steps);
}

static sd_status check_sizes(const checker *c, double steps, double save_every)
{
    const sd_run_spec *spec = c->spec;
    sd_status status = SD_OK;

    if (!is_whole(save_every) || save_every < 0.5) {
        status =
            sd_fail(c->diag, SD_E112, c->where, "save_interval %s is not a whole number of dt %s",
                    number_text(c, spec->save_interval), number_text(c, spec->dt));
        if (isfinite(save_every))
            sd_help(c->diag, "%.12g would be", fmax(1, nearbyint(save_every)) * spec->dt);
    } else if (steps / nearbyint(save_every) >= SD_SAVES_MAX) {
        status = sd_fail(c->diag, SD_E503, c->where,
                         "the run has more than %d million saved points", SD_SAVES_MAX / 1000000);
        sd_help(c->diag, "raise save_interval");
    }
    if (steps > SD_STEPS_MAX) {
        const sd_status large =
            sd_fail(c->diag, SD_E503, c->where, "the run has more than %d million steps",
                    SD_STEPS_MAX / 1000000);
        sd_help(c->diag, "raise dt");
        status = status == SD_OK ? large : status;
    } else if (whole_steps(steps) < 1) {
        status = sd_fail(c->diag, SD_E112, c->where, "dt %s is longer than the whole run",
                         number_text(c, spec->dt));
    }
    return status;
}

sd_status sd_run_spec_count(const sd_run_spec *spec, sd_span where, int64_t *ret_steps,
                            int64_t *ret_save_every, sd_diag *diag)
{
    const checker c = {.spec = spec, .where = where, .diag = diag};
    const size_t errors = diag->errors;
    double steps, save_every;
    sd_status status;

    check_times(&c);
    check_tolerances(&c);
    if (diag->errors > errors)
        return SD_INVALID;
    steps = (spec->stop - spec->start) / spec->dt;
    save_every = spec->save_interval / spec->dt;
    status = check_sizes(&c, steps, save_every);
    if (status != SD_OK)
        return status;
    if (!is_whole(steps)) {
        sd_warn(diag, SD_W904, where, "stop %s is not a whole number of dt %s after start %s",
                number_text(&c, spec->stop), number_text(&c, spec->dt),
                number_text(&c, spec->start));
        sd_help(diag, "the run ends at %.12g", spec->start + whole_steps(steps) * spec->dt);
    }
    *ret_steps = (int64_t)whole_steps(steps);
    /* Beyond the longest run only the start is saved, however far beyond. */
    *ret_save_every = (int64_t)fmin(nearbyint(save_every), SD_STEPS_MAX + 1.0);
    return SD_OK;
}
