/* emit_methods.c - the step loops of a kernel: Euler, the midpoint rule and the classical Runge-Kutta method as C.
 * In: an emission whose point() and slope() are written.  Out: run_euler(), run_rk2() and run_rk4().
 * The sums are those of run/steps.c, in the same order, so that the bits are the same.  Small programs take two vectors
 * through the loop side by side, since one would wait for its own results.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>

#include "emit_private.h"

static const char inside[] = "        "; /* the loop over grid points */

enum { LINES_MAX = 24 }; /* stocks that get a line each instead of a loop */

/* Writes a line for each block and stock, or a loop: `$` stands for the stock, `#` for the block. */
static void each_stock(const emission *m, const char *indent, const char *line)
{
    size_t count = m->p->stock_count;
    bool loop = count > LINES_MAX;
    for (int block = 0; block < m->blocks; block++) {
        if (loop)
            sd_text_printf(m->text, "%sfor (int i = 0; i < STOCKS; i++)\n    ", indent);
        for (size_t i = 0; i < (loop ? 1 : count); i++) {
            sd_text_printf(m->text, "%s", indent);
            for (const char *c = line; *c; c++) {
                if (*c == '$' && loop)
                    sd_text_printf(m->text, "i");
                else if (*c == '$')
                    sd_text_printf(m->text, "%zu", i);
                else if (*c == '#')
                    sd_text_printf(m->text, "%d", block);
                else
                    sd_text_add(m->text, c, 1);
            }
            sd_text_printf(m->text, "\n");
        }
    }
}

static void each_block(const emission *m, const char *line)
{
    for (int block = 0; block < m->blocks; block++) {
        for (const char *c = line; *c; c++) {
            if (*c == '#')
                sd_text_printf(m->text, "%d", block);
            else
                sd_text_add(m->text, c, 1);
        }
        sd_text_printf(m->text, "\n");
    }
}

static void hold_stocks(const emission *m)
{
    for (int block = 0; block < m->blocks; block++)
        for (size_t i = 0; i < m->p->stock_count; i++)
            if (m->p->stocks[i].non_negative)
                sd_text_printf(m->text, "        y%d[%zu] = held_at_zero(y%d[%zu]);\n", block, i,
                               block, i);
}

static void euler(const emission *m)
{
    each_stock(m, inside, "y#[$] += h * k#[$];");
}

/* What only the first slopes meet would not show in the stocks. */
static void rk2(const emission *m)
{
    each_stock(m, inside, "bad# |= not_finite(k#[$]);");
    each_stock(m, inside, "z#[$] = y#[$] + 0.5 * h * k#[$];");
    each_block(m, "        slope(c, w#, z#, time + 0.5 * h, k#);");
    each_stock(m, inside, "y#[$] += h * k#[$];");
}

static void rk4(const emission *m)
{
    each_stock(m, inside, "sum#[$] = k#[$];");
    each_stock(m, inside, "z#[$] = y#[$] + 0.5 * h * k#[$];");
    each_block(m, "        slope(c, w#, z#, time + 0.5 * h, k#);");
    each_stock(m, inside, "sum#[$] += 2.0 * k#[$];");
    each_stock(m, inside, "z#[$] = y#[$] + 0.5 * h * k#[$];");
    each_block(m, "        slope(c, w#, z#, time + 0.5 * h, k#);");
    each_stock(m, inside, "sum#[$] += 2.0 * k#[$];");
    each_stock(m, inside, "z#[$] = y#[$] + 1.0 * h * k#[$];");
    each_block(m, "        slope(c, w#, z#, time + 1.0 * h, k#);");
    each_stock(m, inside, "sum#[$] += k#[$];");
    each_stock(m, inside, "y#[$] += h / 6.0 * sum#[$];");
}

static void emit_run(const emission *m, const char *name, const char *scratch,
                     void (*step)(const emission *m))
{
    sd_text_printf(
        m->text,
        "static void run_%s(const sd_kernel_call *c, int64_t from, int64_t to, double *ret_saved)\n"
        "{\n"
        "    const double h = c->dt;\n"
        "    int64_t next = next_saved(c, from);\n"
        "    v *out = (v *)ret_saved;\n",
        name);
    each_block(m, "    v *restrict const w# = (v *)c->work + # * WORK_ROWS;\n"
                  "    v y#[ROOM], k#[ROOM];\n    vi bad# = (vi)w#[BAD];\n"
                  "    memcpy(y#, w# + FIRST_STOCK, sizeof(v) * STOCKS);");
    if (scratch)
        each_block(m, scratch);
    sd_text_printf(m->text, "    for (int64_t n = from; n < to; n++) {\n"
                            "        const double time = c->start + (double)n * h;\n"
                            "        const bool save = n == next;\n");
    each_block(m, "        point(c, w#, y#, n, time, # * W, k#, &bad#, save ? out + # : NULL);");
    sd_text_printf(m->text,
                   "        if (save) {\n"
                   "            out += OUTPUTS * BLOCKS;\n"
                   "            next = next + c->save_every <= c->save_to ? next + c->save_every : "
                   "INT64_MAX;\n"
                   "        }\n"
                   "        if (n == c->steps) {\n");
    each_stock(m, "            ", "bad# |= not_finite(k#[$]);");
    sd_text_printf(m->text, "            break;\n        }\n");
    step(m);
    hold_stocks(m);
    sd_text_printf(m->text, "    }\n");
    each_stock(m, "    ", "bad# |= not_finite(y#[$]);");
    each_block(m, "    memcpy(w# + FIRST_STOCK, y#, sizeof(v) * STOCKS);\n    w#[BAD] = (v)bad#;");
    sd_text_printf(m->text, "}\n\n");
}

void emit_methods(emission *m)
{
    sd_text_printf(
        m->text,
        "/* The first grid point from n on whose outputs are asked for. */\n"
        "LANES int64_t next_saved(const sd_kernel_call *c, int64_t n)\n{\n"
        "    const int64_t least = n > c->save_from ? n : c->save_from;\n"
        "    const int64_t next = (least + c->save_every - 1) / c->save_every * c->save_every;\n"
        "    return next <= c->save_to ? next : INT64_MAX;\n}\n\n");
    emit_run(m, "euler", NULL, euler);
    emit_run(m, "rk2", "    v z#[ROOM];", rk2);
    emit_run(m, "rk4", "    v z#[ROOM], sum#[ROOM];", rk4);
}
