/* eval.c - the interpreter: one instruction at a time, each over all members.
 * In: an instruction list and the rows it reads.  Out: the rows it writes.  The result row is never one of the
 * argument rows (the graph has no circles), so every loop can be a vector loop: eval_lanes.c has those, and what is here
 * serves a run alone and the members that fill no vector.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "run_private.h"

static void eval_gf(const sd_gf *gf, double *restrict out, const double *restrict a, size_t from,
                    size_t to)
{
    for (size_t m = from; m < to; m++)
        out[m] = sd_gf_at(gf, a[m]);
}

static void eval_pulse(const run_state *s, const sd_instruction *i, double *restrict out,
                       size_t from, size_t to)
{
    const sd_program *p = s->program;
    const double *time = state_row(s, p->time_row), *dt = state_row(s, p->dt_row);
    const double *size = state_row(s, i->a), *first = state_row(s, i->b),
                 *interval = state_row(s, i->c);
    for (size_t m = from; m < to; m++)
        out[m] = sd_pulse_is_on(time[m], dt[m], first[m], interval[m]) ? size[m] / dt[m] : 0.0;
}

uint64_t seed_of(double value)
{
    return fabs(value) < 9e18 ? (uint64_t)(int64_t)value : 0;
}

double standard_draw(sd_draw draw, bool normal)
{
    double pair[2];
    sd_random_uniform(draw, pair);
    if (!normal)
        return pair[0];
    return sd_sqrt(-2.0 * sd_ln(pair[0])) * sd_cos(6.283185307179586 * pair[1]);
}

static void eval_draw(const run_state *s, const sd_instruction *i, double *restrict out,
                      size_t from, size_t to)
{
    const double *a = state_row(s, i->a), *b = state_row(s, i->b);
    const double *seed = i->c == SD_NO_ROW ? NULL : state_row(s, i->c);
    for (size_t m = from; m < to; m++) {
        sd_draw draw = {.seed = seed ? seed_of(seed[m]) : s->request->spec.seed,
                        .member = s->first_member + m,
                        .variable = (uint32_t)i->extra,
                        .step = (uint32_t)s->step};
        double drawn = standard_draw(draw, i->op == SD_OP_NORMAL);
        out[m] = a[m] + (i->op == SD_OP_NORMAL ? b[m] : b[m] - a[m]) * drawn;
    }
}

static void eval_delay(const run_state *s, const sd_instruction *i, double *restrict out,
                       size_t from, size_t to)
{
    const ring *past = &s->rings[i->extra];
    const double *time = state_row(s, i->a), *initial = state_row(s, i->b);
    const double *dt = state_row(s, s->program->dt_row);
    for (size_t m = from; m < to; m++) {
        /* A delay shorter than one step still takes one: the present is not known yet. */
        double steps = round(time[m] / dt[m]);
        int64_t back = !(steps >= 1) ? 1 : steps > (double)s->step ? s->step + 1 : (int64_t)steps;
        int64_t at = s->step - back;
        out[m] = at < 0 ? initial[m] : past->values[(size_t)at % past->length * s->members + m];
    }
}

static void eval_held(const run_state *s, const sd_instruction *i, double *restrict out,
                      size_t from, size_t to)
{
    switch (i->op) {
    case SD_OP_STEP: {
        const double *height = state_row(s, i->a), *at = state_row(s, i->b),
                     *time = state_row(s, i->c);
        const double *dt = state_row(s, s->program->dt_row);
        for (size_t m = from; m < to; m++)
            out[m] = sd_step_is_on(time[m], dt[m], at[m]) ? height[m] : 0.0;
        break;
    }
    case SD_OP_PULSE:
        eval_pulse(s, i, out, from, to);
        break;
    case SD_OP_PREVIOUS:
        for (size_t m = from; m < to; m++)
            out[m] = s->step == 0 ? state_row(s, i->a)[m]
                                  : s->memories[(size_t)i->extra * s->members + m];
        break;
    case SD_OP_DELAY:
        eval_delay(s, i, out, from, to);
        break;
    case SD_OP_HOLD:
        for (size_t m = from; m < to; m++)
            out[m] = state_row(s, i->a)[m];
        break;
    case SD_OP_UNIFORM:
    case SD_OP_NORMAL:
        eval_draw(s, i, out, from, to);
        break;
    default:
        eval_belt(s, i, out, from, to);
        break;
    }
}

static bool is_held(sd_op op)
{
    return op == SD_OP_STEP || op == SD_OP_PULSE || op == SD_OP_UNIFORM || op == SD_OP_NORMAL ||
           op == SD_OP_PREVIOUS || op == SD_OP_DELAY || op == SD_OP_HOLD || op == SD_OP_EXIT ||
           op == SD_OP_LEAK || op == SD_OP_ENTRY || op == SD_OP_OUTLET;
}

/* Members from .. to - 1.  These are parameters, and `stride`, so that the compiler can make a version without loops for a
 * run alone. */
static inline __attribute__((always_inline)) void
eval_list(run_state *s, const sd_instructions *list, size_t stride, size_t from, size_t to)
{
    double *rows = s->rows;
    assert(rows);
    for (const sd_instruction *i = list->list, *end = i + list->count; i < end; i++) {
        double *restrict out = rows + (size_t)i->out * stride;
        const double *restrict ra = rows + (size_t)i->a * stride;
        const double *restrict rb = i->b == SD_NO_ROW ? ra : rows + (size_t)i->b * stride;
        const double *restrict rc = i->c == SD_NO_ROW ? ra : rows + (size_t)i->c * stride;
        switch (i->op) {
#define SD_SCALAR(id, expression)                                                                  \
    case SD_OP_##id:                                                                               \
        for (size_t m = from; m < to; m++) {                                                       \
            const double a = ra[m], b = rb[m], c = rc[m];                                          \
            (void)b, (void)c;                                                                      \
            out[m] = expression;                                                                   \
        }                                                                                          \
        break;
#include "sd/scalar.def"
#undef SD_SCALAR
        default:
            eval_rest(s, i, from, to);
            break;
        }
    }
}

void eval_rest(run_state *s, const sd_instruction *i, size_t from, size_t to)
{
    if (i->op == SD_OP_GF)
        eval_gf(s->program->gfs[i->extra], state_row(s, i->out), state_row(s, i->a), from, to);
    else if (is_held(i->op))
        eval_held(s, i, state_row(s, i->out), from, to);
    else
        eval_list(s, &(sd_instructions){.count = 1, .list = i}, s->members, from, to);
}

const lane_functions *best_lanes(void)
{
#ifdef __x86_64__
    if (processor_has("x86-64-v4"))
        return &lanes_x86_64_v4;
    if (processor_has("x86-64-v3"))
        return &lanes_x86_64_v3;
    if (processor_has("x86-64-v2"))
        return &lanes_x86_64_v2;
#endif
    return &lanes_generic;
}

void eval(run_state *s, const sd_instructions *list)
{
    if (s->members == 1) {
        eval_list(s, list, 1, 0, 1);
        return;
    }
    if (!s->lanes)
        s->lanes = best_lanes();
    size_t done = s->lanes->eval(s, list);
    if (done < s->members)
        eval_list(s, list, s->members, done, s->members);
}
