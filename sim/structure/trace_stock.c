/* trace_stock.c - what flows did to a stock over a period, its own feedback taken into account.
 * In: a history and the weight of each step of the stock.  Out: the weight of each change of its net flow.
 *
 * Within a step a stock moves by a quadrature of its net flow: Euler's own rule, else the cubic through four neighbouring
 * points, which is of fourth order as rk4 is.  Most stocks act back on their flows (a smooth drains the faster the fuller
 * it is), so that inputs and this reply would cancel in huge numbers.  Therefore the reply through auxiliaries alone is
 * solved for: with g the gain from the stock to its net flow, Q the quadrature and A(j) = sum over m >= j of (Q'v)(m), the
 * weights v(j) = w(j) + g(j) A(j) make sum w ds = net(0) A(0) + sum A(j) dx(j), where dx is what all else changes.  It is the
 * discrete adjoint equation of the stock, solved backwards; what reaches forward by the cubic is iterated.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "trace_private.h"

/* [1] of an input's value: a smaller change gives no quotient that can be trusted, since rounding is 1e-16 of the value. */
static const double least_change = 1e-8;
enum { SWEEPS_MAX = 60, STENCIL = 4 };
static const double settled = 1e-15; /* [1] of the largest weight, between two sweeps */

trace_period trace_period_new(sd_arena *arena, sd_arena *scratch, const sd_history *history,
                              size_t first, size_t last)
{
    const sd_equations *e = history->equations;
    return (trace_period){.arena = arena,
                          .scratch = scratch,
                          .history = history,
                          .e = e,
                          .replay = sd_replay_new(scratch, history),
                          .first = first,
                          .steps = last - first,
                          .gains = SD_NEW_ARRAY(scratch, const double *, e->node_count),
                          .own = SD_NEW_ARRAY(scratch, own_feedback *, e->node_count)};
}

bool trace_is_stock(const sd_node *n)
{
    return n->out == SD_NO_ROW && (n->kind == SD_NODE_VARIABLE || n->kind == SD_NODE_STATE);
}

const double *trace_gains(trace_period *t, size_t node)
{
    const sd_node *n = &t->e->nodes[node];
    size_t points = t->history->point_count, series = t->steps + 1;
    if (t->gains[node])
        return t->gains[node];
    double *gains = sd_arena_rows(t->scratch, n->input_count * series + 1);
    sd_arena *whole = sd_arena_new("changes of an equation");
    double *changes = sd_arena_rows(whole, n->input_count * points + 1);
    double *partials = sd_arena_rows(whole, n->input_count * points + 1);
    sd_replay_changes(t->replay, node, changes);
    sd_replay_partials(t->replay, node, partials);
    for (size_t i = 0; i < n->input_count; i++) {
        const double *x = trace_values(t, n->inputs[i]);
        for (size_t k = 1; k <= t->steps; k++) {
            size_t at = i * points + t->first + k;
            double by = x[k] - x[k - 1];
            bool moved = fabs(by) > least_change * fmax(fabs(x[k]), fabs(x[k - 1]));
            double gain = moved ? changes[at] / by : partials[at - 1];
            gains[i * series + k] = isfinite(gain) ? gain : 0;
        }
    }
    sd_arena_free(whole);
    return t->gains[node] = gains;
}

/* What the flows of a stock need without another stock in between.  A node comes after its inputs. */
static unsigned char *needed_by(const trace_period *t, size_t stock)
{
    unsigned char *needed = SD_NEW_ARRAY(t->scratch, unsigned char, t->e->node_count);
    for (size_t i = 0; i < t->e->nodes[stock].input_count; i++)
        needed[t->e->nodes[stock].inputs[i]] = 1;
    for (size_t n = t->e->node_count; n-- > 0;) {
        const sd_node *node = &t->e->nodes[n];
        for (size_t i = 0; needed[n] && node->out != SD_NO_ROW && i < node->input_count; i++)
            needed[node->inputs[i]] = 1;
    }
    return needed;
}

const own_feedback *trace_own_feedback(trace_period *t, size_t stock)
{
    if (t->own[stock])
        return t->own[stock];
    own_feedback *own = SD_NEW(t->scratch, own_feedback);
    size_t series = t->steps + 1;
    const unsigned char *needed = needed_by(t, stock);
    double *itself = sd_arena_rows(t->scratch, series);
    own->stock = stock;
    own->gains = SD_NEW_ARRAY(t->scratch, const double *, t->e->node_count);
    own->gains[stock] = itself;
    for (size_t k = 1; k < series; k++)
        itself[k] = 1;
    for (size_t n = 0; n < t->e->node_count; n++) {
        const sd_node *node = &t->e->nodes[n];
        double *sum = NULL;
        for (size_t i = 0; needed[n] && node->out != SD_NO_ROW && i < node->input_count; i++) {
            const double *input = own->gains[node->inputs[i]];
            if (!input)
                continue;
            sum = sum ? sum : sd_arena_rows(t->scratch, series);
            const double *gain = trace_gains(t, n) + i * series;
            for (size_t k = 1; k < series; k++)
                sum[k] += gain[k] * input[k];
        }
        if (sum)
            own->gains[n] = sum;
    }
    return t->own[stock] = own;
}

double trace_effective(const trace_period *t, const own_feedback *own, size_t node, size_t k)
{
    const double *x = trace_values(t, node);
    double change = x[k] - x[k - 1];
    if (!own || !own->gains[node])
        return change;
    const double *stock = trace_values(t, own->stock);
    return change - own->gains[node][k] * (stock[k] - stock[k - 1]);
}

/* ---- quadrature ---- */

/* One step within `steps`: ds(k) = dt * sum of parts[i] * net(first + i). */
typedef struct stencil {
    size_t first, count;
    double parts[STENCIL]; /* [1] */
} stencil;

static stencil stencil_of(const trace_period *t, size_t k)
{
    size_t n = t->steps;
    if (t->history->spec.method == SD_METHOD_EULER)
        return (stencil){k - 1, 1, {1}};
    if (n == 1)
        return (stencil){0, 2, {1.0 / 2, 1.0 / 2}};
    if (n == 2 && k == 1)
        return (stencil){0, 3, {5.0 / 12, 8.0 / 12, -1.0 / 12}};
    if (n == 2)
        return (stencil){0, 3, {-1.0 / 12, 8.0 / 12, 5.0 / 12}};
    if (k == 1)
        return (stencil){0, 4, {9.0 / 24, 19.0 / 24, -5.0 / 24, 1.0 / 24}};
    if (k == n)
        return (stencil){n - 3, 4, {1.0 / 24, -5.0 / 24, 19.0 / 24, 9.0 / 24}};
    return (stencil){k - 2, 4, {-1.0 / 24, 13.0 / 24, 13.0 / 24, -1.0 / 24}};
}

/* [model time] how much of the net flow at point m goes into step k. */
static double part_of(const trace_period *t, size_t k, size_t m)
{
    stencil s = stencil_of(t, k);
    return m >= s.first && m < s.first + s.count ? t->history->spec.dt * s.parts[m - s.first] : 0;
}

/* The weight of the net flow at point m, without step `apart`. */
static double level_weight(const trace_period *t, const double *v, size_t m, size_t apart)
{
    double sum = 0;
    for (size_t k = m > 2 ? m - 2 : 1; k <= t->steps && k <= m + 3; k++)
        if (k != apart)
            sum += part_of(t, k, m) * v[k];
    return sum;
}

/* Gain [1/time] from the stock to its own net flow in step k. */
static double own_gain(const trace_period *t, const own_feedback *own, size_t k)
{
    const sd_node *n = &t->e->nodes[own->stock];
    double gain = 0;
    for (size_t i = 0; i < n->input_count; i++) {
        const double *flow = own->gains[n->inputs[i]];
        gain += flow ? (i < n->inflow_count ? flow[k] : -flow[k]) : 0;
    }
    return gain;
}

/* One pass backwards; the largest change of a weight over the largest weight. */
static double sweep(const trace_period *t, const double *w, const double *gains, double *v,
                    double *a)
{
    double largest = 0, moved = 0, after = 0;
    for (size_t j = t->steps; j > 0; j--) {
        double own = part_of(t, j, j), rest = after + level_weight(t, v, j, j);
        double next = (w[j] + gains[j] * rest) / (1 - gains[j] * own);
        moved = fmax(moved, fabs(next - v[j]));
        largest = fmax(largest, fabs(next));
        v[j] = next;
        after = a[j] = rest + own * next;
    }
    return largest > 0 ? moved / largest : 0;
}

stock_parts trace_stock(trace_period *t, const own_feedback *own, const double *weights)
{
    const sd_node *n = &t->e->nodes[own->stock];
    size_t series = t->steps + 1;
    double *v = sd_arena_rows(t->scratch, series), *gains = sd_arena_rows(t->scratch, series);
    stock_parts parts = {.weights = sd_arena_rows(t->scratch, series)};
    for (size_t k = 1; k < series; k++)
        gains[k] = own_gain(t, own, k);
    memcpy(v, weights, series * sizeof *v);
    for (int s = 0; s < SWEEPS_MAX && sweep(t, weights, gains, v, parts.weights) > settled; s++)
        continue;
    /* Once more, so that every sum is of the weights that stand. */
    double after = 0, net = 0;
    for (size_t j = t->steps + 1; j-- > 0;)
        after = parts.weights[j] = after + level_weight(t, v, j, 0);
    for (size_t i = 0; i < n->input_count; i++) {
        double flow = trace_values(t, n->inputs[i])[0];
        net += i < n->inflow_count ? flow : -flow;
    }
    parts.under_way = net * parts.weights[0];
    return parts;
}
