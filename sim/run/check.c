/* check.c - the first value that is not a finite number, traced back to the sub-expression that made it.
 * In: the rows of a state.  Out: a message with the variable, its equation, the member, the time and the values
 * that went in.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "run_private.h"

static bool row_is_finite(const run_state *s, int32_t row, size_t member)
{
    return isfinite(state_row(s, row)[member]);
}

static const sd_instruction *maker_in(const sd_instructions *list, int32_t row)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].out == row)
            return &list->list[i];
    return NULL;
}

static const sd_instruction *maker(const sd_program *p, int32_t row)
{
    const sd_instruction *found = maker_in(&p->grid, row);
    return found ? found : maker_in(&p->once, row);
}

/* Where a multiplication stands for a division (simplify.c): the row of the divisor, else SD_NO_ROW. */
static int32_t divisor_row(const sd_program *p, const sd_instruction *i)
{
    const sd_expr *expr = p->origins[i->out].expr;
    bool written = expr && expr->kind == SD_EXPR_CALL && expr->builtin->id == SD_FN_DIVIDE;
    const sd_instruction *reciprocal =
        written && i->op == SD_OP_MULTIPLY ? maker_in(&p->once, i->b) : NULL;
    bool is_one = reciprocal && reciprocal->op == SD_OP_DIVIDE && reciprocal->a >= 0 &&
                  (size_t)reciprocal->a < p->constant_count && p->constants[reciprocal->a] == 1;
    return is_one ? reciprocal->b : SD_NO_ROW;
}

/* Down from a bad row to the instruction whose arguments are all good. */
static const sd_instruction *culprit(const run_state *s, int32_t row, size_t member)
{
    const sd_instruction *at = maker(s->program, row);
    while (at) {
        int32_t divisor = divisor_row(s->program, at);
        const int32_t arguments[] = {at->a, divisor == SD_NO_ROW ? at->b : divisor, at->c};
        const sd_instruction *deeper = NULL;
        for (int i = 0; i < 3 && !deeper; i++)
            if (arguments[i] != SD_NO_ROW && !row_is_finite(s, arguments[i], member))
                deeper = maker(s->program, arguments[i]);
        if (!deeper)
            return at;
        at = deeper;
    }
    return NULL;
}

/* A part of an equation on one line, cut when it is long. */
static const char *slice(sd_arena *arena, sd_span span)
{
    enum { LONGEST = 60 };
    sd_text text = sd_text_new(arena);
    for (size_t i = span.begin; i < span.end; i++) {
        const char *c = span.source->text + i;
        bool space = *c == ' ' || *c == '\t' || *c == '\r' || *c == '\n';
        if (text.length >= LONGEST && ((unsigned char)*c & 0xC0) != 0x80) {
            sd_text_printf(&text, "...");
            break;
        }
        if (!space)
            sd_text_add(&text, c, 1);
        else if (text.length && text.bytes[text.length - 1] != ' ')
            sd_text_add(&text, " ", 1);
    }
    return text.bytes;
}

/* The rows of an instruction are those of the call's arguments, one by one. */
static bool is_direct(const sd_expr *expr)
{
    sd_function id = expr->builtin->id;
    return expr->loop_count == 0 && expr->builtin->lag == 0 && id != SD_FN_RAMP &&
           id != SD_FN_TREND && id != SD_FN_FORCST && expr->builtin->rule != SD_RULE_SIGNATURE &&
           id != SD_FN_SAMPLE_IF_TRUE && id != SD_FN_ACTIVE_INITIAL && id != SD_FN_HISTORY &&
           id != SD_FN_QUANTUM;
}

/* Where the value of argument k stands, SD_NO_ROW when that cannot be said. */
static int32_t argument_row(const run_state *s, const sd_instruction *i, const sd_expr *expr,
                            size_t k)
{
    const sd_program *p = s->program;
    const int32_t rows[] = {i->a, i->b, i->c};
    const sd_expr *argument = expr->arguments[k];
    sd_function id = expr->builtin->id;
    if (is_direct(expr) && expr->builtin->rule == SD_RULE_LOOKUP)
        return k == 1 ? i->a : SD_NO_ROW;
    if (id == SD_FN_DIVIDE && i->op == SD_OP_MULTIPLY && k == 1)
        return divisor_row(p, i);
    if (is_direct(expr))
        return rows[id == SD_FN_GREATER || id == SD_FN_GREATER_EQUAL ? 1 - k : k];
    if (argument->kind == SD_EXPR_REFERENCE && argument->subscript_count == 0)
        return p->element_rows[argument->variable->first];
    for (int r = 0; r < 3; r++)
        if (rows[r] != SD_NO_ROW && p->origins[rows[r]].expr == argument)
            return rows[r];
    return SD_NO_ROW;
}

/* "task_backlog = 0, headcount = 12": what the operation worked on. */
static void tell_arguments(const run_state *s, const sd_instruction *i, const sd_expr *expr,
                           size_t member, sd_diag *diag)
{
    sd_text text = sd_text_new(diag->arena);
    for (size_t k = 0; expr->kind == SD_EXPR_CALL && k < expr->argument_count && k < 3; k++) {
        const sd_expr *argument = expr->arguments[k];
        int32_t row = argument_row(s, i, expr, k);
        if (argument->kind == SD_EXPR_NUMBER || row == SD_NO_ROW || !argument->span.source)
            continue;
        char number[SD_NUMBER_MAX];
        (void)sd_number_format(state_row(s, row)[member], number);
        const char *told =
            sd_arena_printf(diag->arena, "%s = %s", slice(diag->arena, argument->span), number);
        if (strcmp(told, text.bytes ? text.bytes : "") == 0) /* x * x */
            continue;
        sd_text_printf(&text, "%s%s", text.length ? ", " : "", told);
    }
    if (text.length)
        sd_help(diag, "here %s", text.bytes);
}

sd_status report_nonfinite(const run_state *s, int32_t row, sd_diag *diag)
{
    size_t member = 0;
    while (member + 1 < s->members && row_is_finite(s, row, member))
        member++;
    const sd_program *p = s->program;
    const sd_instruction *i = culprit(s, row, member);
    int32_t bad = i ? i->out : row;
    const sd_origin *origin = &p->origins[bad];
    const sd_model *model = p->model;
    const sd_variable *variable = model->element_variables[origin->element];
    sd_span span = origin->expr ? origin->expr->span : variable->span;
    double value = state_row(s, bad)[member];
    char time[SD_NUMBER_MAX];
    double now = s->in_stage ? s->stage_time : state_row(s, p->time_row)[member];
    (void)sd_number_format(now, time);
    const char *in_member =
        s->request->members == 1
            ? ""
            : sd_arena_printf(diag->arena, " in member %" PRIu64, s->first_member + member);
    sd_status status = sd_fail(diag, SD_E501, span, "'%s' is %s at time %s%s",
                               sd_model_element_name(model, origin->element, diag->arena),
                               isnan(value) ? "undefined (nan)"
                               : value > 0  ? "infinite"
                                            : "minus infinite",
                               time, in_member);
    if (i && origin->expr)
        tell_arguments(s, i, origin->expr, member, diag);
    else if (!i && row >= p->stock_row)
        sd_help(diag, "this stock grew beyond all bounds: look at its flows, or take a smaller dt");
    return status;
}

bool is_healthy(const run_state *s)
{
    double all = 0;
    for (size_t m = 0; m < s->members; m++)
        all += s->health[m];
    return all == 0;
}

sd_status check_rows(const run_state *s, const int32_t *rows, size_t count, sd_diag *diag)
{
    if (s->lanes && s->lanes->are_finite(s, rows, count))
        return SD_OK;
    for (size_t k = 0; k < count; k++)
        note_row(s, state_row(s, rows[k]));
    if (s->failed || is_healthy(s))
        return SD_OK;
    for (size_t k = 0; k < count; k++)
        for (size_t m = 0; m < s->members; m++)
            if (!row_is_finite(s, rows[k], m))
                return report_nonfinite(s, rows[k], diag);
    return SD_OK;
}

size_t settle_failures(const run_state *s)
{
    size_t alive = 0;
    for (size_t m = 0; m < s->members; m++) {
        if (s->failed[m] < 0 && isnan(s->health[m]))
            s->failed[m] = s->step;
        alive += s->failed[m] < 0;
    }
    return alive;
}
