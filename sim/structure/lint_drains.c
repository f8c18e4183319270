/* lint_drains.c - outflows that do not depend on the stock that they drain (W934).
 * In: the equations, element by element.  Out: warnings at the outflow.  A search from the outflow back through what it
 * needs, auxiliaries, smooths and delays included, and through one stock that perceives the drained one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "lint_private.h"

enum {
    VISITS_MAX = 20000000, /* of all searches together */
    STOCKS_PASSED = 1
};

typedef struct search {
    lint *l;
    size_t *seen;           /* [element_count] number of the last search that came by */
    unsigned char *crossed; /* [element_count] stocks on the way there */
    size_t number, visits;
    size_t at; /* element that is expanded */
    SD_LIST(size_t) queue;
} search;

static void reach(void *context, size_t needed, bool lagged)
{
    search *s = context;
    const int crossed =
        s->crossed[s->at] + (s->l->model->element_variables[needed]->kind == SD_STOCK);

    (void)lagged;
    s->visits++;
    if (s->seen[needed] == s->number || crossed > STOCKS_PASSED + 1)
        return;
    s->seen[needed] = s->number;
    s->crossed[needed] = (unsigned char)crossed;
    SD_PUSH(s->l->arena, &s->queue, needed);
}

/* Whether the stock or one of its inflows, which a delay hands on, is met; breadth first, so by fewest stocks. */
static bool depends(search *s, const sd_variable *stock, size_t index, const sd_variable *flow)
{
    s->number++;
    s->queue.count = 0;
    s->seen[flow->first + index] = s->number;
    s->crossed[flow->first + index] = 0;
    SD_PUSH(s->l->arena, &s->queue, flow->first + index);
    for (size_t i = 0; i < s->queue.count && s->visits < VISITS_MAX; i++) {
        const sd_variable *v = s->l->model->element_variables[s->queue.items[i]];

        if (v == stock)
            return true;
        for (size_t k = 0; k < stock->inflow_count; k++) {
            if (v == stock->inflows[k])
                return true;
        }
        s->at = s->queue.items[i];
        if (v->kind != SD_STOCK || s->crossed[s->at] <= STOCKS_PASSED)
            sd_model_visit_needs(s->l->model, s->at, false, reach, s);
    }
    return s->visits >= VISITS_MAX;
}

/* An equation that is 0, as in a model half built. */
static bool is_zero(const sd_variable *flow, size_t index)
{
    const sd_expr *e = flow->equations ? flow->equations[flow->apply_to_all ? 0 : index] : NULL;

    return !e || (e->kind == SD_EXPR_NUMBER && e->number == 0);
}

static void warn_drain(search *s, const sd_variable *stock, const sd_variable *flow)
{
    for (size_t i = 0; i < stock->size && s->visits < VISITS_MAX; i++) {
        if (is_zero(flow, i) || depends(s, stock, i, flow))
            continue;
        sd_warn(s->l->diag, SD_W934, flow->span, "'%s' drains '%s' without depending on it",
                flow->name, stock->name);
        sd_help(s->l->diag, "take no more than is there: MIN(..., %s / a shortest time)",
                stock->name);
        return;
    }
}

void lint_drains(lint *l)
{
    search s = {.l = l,
                .seen = SD_NEW_ARRAY(l->arena, size_t, l->model->element_count + 1),
                .crossed = SD_NEW_ARRAY(l->arena, unsigned char, l->model->element_count + 1)};

    for (size_t i = 0; i < l->model->variable_count; i++) {
        const sd_variable *stock = l->model->variables[i];

        if (stock->kind != SD_STOCK || stock->non_negative ||
            (isfinite(stock->range_min) && stock->range_min < 0))
            continue;
        for (size_t k = 0; k < stock->outflow_count; k++)
            warn_drain(&s, stock, stock->outflows[k]);
    }
    if (s.visits >= VISITS_MAX)
        lint_skip(l, "whether every outflow depends on its stock: the model is too large");
}
