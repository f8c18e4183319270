/* eval_lanes.c - the interpreter for many members: each instruction over vectors of them.
 * In: an instruction list and the rows that it reads, for a whole number of vectors.  Out: the rows that it writes, with the
 * bits of eval.c; and whether rows are finite.  The build compiles this file once for every instruction set (Makefile); eval.c takes the best.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "lanes.h"

#include "run_private.h"

#ifndef SD_LANE_FUNCTIONS
#define SD_LANE_FUNCTIONS lanes_generic
#endif

/* Rows of fewer members than a vector has lanes do not lie where a vector would. */
typedef double loose __attribute__((vector_size(8 * W), aligned(8)));

static inline v load(const double *from)
{
    return *(const loose *)from;
}

static inline void store(double *to, v value)
{
    *(loose *)to = value;
}

static void look_up(const sd_gf_table *from, double *restrict out, const double *restrict in,
                    size_t count)
{
    const table t = {from->x, from->y, from->slopes, from->rows, (int)from->count, from->scale};
    for (size_t m = 0; m < count; m += W) {
        const v x = load(in + m);
        if (from->kind == SD_GF_DISCRETE)
            store(out + m, on_step(x, t));
        else
            store(
                out + m,
                on_line(from->kind == SD_GF_CONTINUOUS ? between(x, from->low, from->high) : x, t));
    }
}

static size_t eval_list(run_state *s, const sd_instructions *list)
{
    const size_t stride = s->members, count = stride / W * W;
    const sd_gf_table *tables = s->program->tables;
    if (count == 0)
        return 0;
    for (const sd_instruction *i = list->list, *end = i + list->count; i < end; i++) {
        double *restrict out = s->rows + (size_t)i->out * stride;
        const double *restrict ra = s->rows + (size_t)i->a * stride;
        const double *restrict rb = i->b == SD_NO_ROW ? ra : s->rows + (size_t)i->b * stride;
        const double *restrict rc = i->c == SD_NO_ROW ? ra : s->rows + (size_t)i->c * stride;
        switch (i->op) {
#define SD_LANES(id, expression)                                                                   \
    case SD_OP_##id:                                                                               \
        for (size_t m = 0; m < count; m += W) {                                                    \
            const v a = load(ra + m), b = load(rb + m), c = load(rc + m);                          \
            (void)a, (void)b, (void)c;                                                             \
            store(out + m, expression);                                                            \
        }                                                                                          \
        break;
#include "sd/lanes.def"
#undef SD_LANES
        case SD_OP_GF:
            if (tables && tables[i->extra].bounded)
                look_up(&tables[i->extra], out, ra, count);
            else
                eval_rest(s, i, 0, count);
            break;
        default:
            eval_rest(s, i, 0, count);
            break;
        }
    }
    return count;
}

static bool are_finite(const run_state *s, const int32_t *rows, size_t count)
{
    const size_t stride = s->members, whole = stride / W * W;
    vi bad = {0};
    double rest = 0;
    for (size_t k = 0; k < count; k++) {
        const double *row = s->rows + (size_t)rows[k] * stride;
        for (size_t m = 0; m < whole; m += W)
            bad |= not_finite(load(row + m));
        for (size_t m = whole; m < stride; m++)
            rest += 0.0 * row[m];
    }
    for (size_t m = 0; m < W; m++)
        if (bad[m])
            return false;
    return rest == 0;
}

const lane_functions SD_LANE_FUNCTIONS = {eval_list, are_finite};
