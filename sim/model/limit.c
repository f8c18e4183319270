/* limit.c - how much work the equations of a model are, before anything is done with them.
 * In: resolved equations.  Out: E113 for a model that would exhaust memory or patience.  A short file can ask for much: an
 * equation for a million elements, sums within sums.  Operations are counted as lowering and ordering will meet them: each
 * node of an equation, for each element and for each term of a sum; a delay of order n as n stocks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "model_private.h"

/* Nodes that one stock of a smooth or delay takes. */
static const double STOCK_NODES = 6;

static double order_of(const sd_expr *e)
{
    if (e->builtin->rule == SD_RULE_ORDER_N && e->argument_count > 2)
        return e->arguments[2]->kind == SD_EXPR_NUMBER ? e->arguments[2]->number : 100;
    return e->builtin->lag ? 3 : 0;
}

/* Infinite when it is beyond all numbers. */
static double operations_of(const sd_expr *e)
{
    double sum = 1;
    if (e->kind != SD_EXPR_CALL)
        return sum;
    double turns = 1;
    for (size_t loop = 0; loop < e->loop_count; loop++)
        turns *= (double)e->loops[loop]->size;
    for (size_t i = 0; i < e->argument_count; i++)
        sum += operations_of(e->arguments[i]) * (sd_expr_is_looped(e, i) ? turns : 1);
    /* The terms of a sum are added up, and of RANK each is compared with each. */
    if (e->loop_count)
        sum += e->builtin->id == SD_FN_RANK ? turns * turns : turns;
    return sum + STOCK_NODES * order_of(e);
}

static double operations_of_variable(const sd_variable *v)
{
    double sum = 0;
    for (size_t i = 0; i < v->size; i++) {
        const bool same = i > 0 && v->equations[i] == v->equations[i - 1];
        if (v->equations[i] && !same)
            sum += operations_of(v->equations[i]) * (double)(v->apply_to_all ? v->size : 1);
    }
    /* What fills a non-negative stock or leaves it first counts for all that leave it after. */
    const double flows = (double)v->inflow_count + (double)v->outflow_count;
    return sum + (v->non_negative ? (double)v->outflow_count * flows * (double)v->size : 0);
}

sd_status model_limit(builder *b)
{
    double sum = 0;
    for (size_t i = 0; i < b->variables.count; i++) {
        const sd_variable *v = b->variables.items[i];
        const double own = operations_of_variable(v);
        sum += own;
        if (sum <= SD_OPERATIONS_MAX)
            continue;
        sd_status status = sd_fail(b->diag, SD_E113, v->span,
                                   "with '%s' the equations are more than %d operations", v->name,
                                   SD_OPERATIONS_MAX);
        sd_help(b->diag, "it has %.3g: every element and every term of a sum counts", own);
        return status;
    }
    return SD_OK;
}
