/* score_spec.c - scores as people type them: "x@26", "mean(x,105,156)", "when(x>0.3)".
 * In: a text and the scenario whose run it is about.  Out: sd_score, or a message that points into the text.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario_private.h"

typedef struct spec_reader {
    sd_arena *arena;
    const sd_scenario *scenario;
    const sd_source *source;
    sd_diag *diag;
} spec_reader;

static const struct {
    const char *name;
    sd_score_kind kind;
} functions[] = {
    {"mean", SD_SCORE_MEAN},         {"min", SD_SCORE_MIN},   {"max", SD_SCORE_MAX},
    {"integral", SD_SCORE_INTEGRAL}, {"when", SD_SCORE_WHEN},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static sd_span trimmed(const spec_reader *r, size_t begin, size_t end)
{
    const char *text = r->source->text;

    while (begin < end && text[begin] == ' ')
        begin++;
    while (end > begin && text[end - 1] == ' ')
        end--;
    return (sd_span){.source = r->source, .begin = begin, .end = end};
}

static const char *text_of(const spec_reader *r, sd_span span)
{
    return sd_arena_copy(r->arena, r->source->text + span.begin, span.end - span.begin);
}

/* The first of `marks` in the span that stands neither in brackets nor in quotation marks; span.end when none does. */
static size_t find_mark(sd_span span, const char *marks)
{
    bool quoted = false;
    int depth = 0;

    for (size_t at = span.begin; at < span.end; at++) {
        char c = span.source->text[at];

        quoted ^= c == '"';
        depth += quoted ? 0 : c == '[' ? 1 : c == ']' ? -1 : 0;
        if (!quoted && depth == 0 && strchr(marks, c))
            return at;
    }
    return span.end;
}

static bool read_number(const spec_reader *r, sd_span span, const char *what, double *ret_value)
{
    const char *text = text_of(r, span);

    if (sd_number_from_text(text, ret_value))
        return true;
    (void)sd_fail(r->diag, SD_E701, span, "%s must be a number, not '%s'", what, text);
    return false;
}

static bool read_time(const spec_reader *r, sd_span span, double *ret_time)
{
    return read_number(r, span, "a time", ret_time) &&
           sd_score_time_check(&r->scenario->spec, *ret_time, span, r->diag);
}

static bool read_name(const spec_reader *r, sd_span span, sd_score *score)
{
    const sd_model *model = r->scenario->model;

    if (sd_model_find_element(model, text_of(r, span), span, &score->element, r->diag) != SD_OK)
        return false;
    if (model->element_variables[score->element]->kind != SD_GF)
        return true;
    (void)sd_fail(r->diag, SD_E111, span, "'%s' is a graphical function, it has no value over time",
                  model->element_variables[score->element]->name);
    return false;
}

/* "x", or "x>0.3" for a time. */
static bool read_subject(const spec_reader *r, sd_span span, sd_score *score)
{
    size_t sign = span.end;

    if (score->kind == SD_SCORE_WHEN) {
        sign = find_mark(span, "<>");
        if (sign == span.end) {
            (void)sd_fail(r->diag, SD_E701, span, "'when' needs a condition");
            sd_help(r->diag, "write when(x>0.3) or when(x<0.3)");
            return false;
        }
        score->below = r->source->text[sign] == '<';
        if (!read_number(r, trimmed(r, sign + 1, span.end), "the level", &score->level))
            return false;
    }
    return read_name(r, trimmed(r, span.begin, sign), score);
}

/* "x", or "x,105,156": what stands in the brackets. */
static bool read_arguments(const spec_reader *r, sd_span span, sd_score *score)
{
    size_t first = find_mark(span, ",");

    score->from = r->scenario->spec.start;
    score->to = r->scenario->spec.stop;
    if (first < span.end) {
        sd_span rest = trimmed(r, first + 1, span.end);
        size_t second = find_mark(rest, ",");

        if (second == rest.end) {
            (void)sd_fail(r->diag, SD_E701, rest, "a score over an interval needs two times");
            sd_help(r->diag, "write mean(x,105,156), or mean(x) for the whole run");
            return false;
        }
        if (!read_time(r, trimmed(r, first + 1, second), &score->from) ||
            !read_time(r, trimmed(r, second + 1, span.end), &score->to))
            return false;
        if (!(score->from < score->to)) {
            (void)sd_fail(r->diag, SD_E404, rest, "the first time must come before the second");
            return false;
        }
    }
    return read_subject(r, trimmed(r, span.begin, first), score);
}

/* The function that the text calls; FUNCTIONS when it calls none. */
static size_t function_of(const char *text)
{
    size_t each = 0, length = strcspn(text, "( ");

    while (each < FUNCTIONS && (strlen(functions[each].name) != length || text[length] != '(' ||
                                strncmp(functions[each].name, text, length) != 0))
        each++;
    return each;
}

static bool read_spec(const spec_reader *r, sd_span span, sd_score *score)
{
    const char *text = text_of(r, span);
    size_t function = function_of(text), at;

    if (function < FUNCTIONS && text[strlen(text) - 1] == ')') {
        score->kind = functions[function].kind;
        return read_arguments(
            r, trimmed(r, span.begin + strlen(functions[function].name) + 1, span.end - 1), score);
    }
    at = find_mark(span, "@");
    if (at < span.end) {
        score->kind = SD_SCORE_AT;
        if (!read_time(r, trimmed(r, at + 1, span.end), &score->from))
            return false;
        score->to = score->from;
        return read_name(r, trimmed(r, span.begin, at), score);
    }
    (void)sd_fail(r->diag, SD_E701, span, "'%s' is no score", text);
    sd_help(r->diag, "write x@26, mean(x,105,156), min(x), max(x), integral(x) or when(x>0.3)");
    return false;
}

sd_status sd_score_from_spec(sd_arena *arena, const sd_scenario *scenario, sd_span where,
                             sd_score *ret_score, sd_diag *diag)
{
    const spec_reader r = {arena, scenario, where.source, diag};
    const size_t errors = diag->errors;
    sd_span span = trimmed(&r, where.begin, where.end);
    sd_score score = {.span = span, .spec = text_of(&r, span)};

    if (read_spec(&r, span, &score))
        *ret_score = score;
    return diag->errors > errors ? sd_diag_status(diag) : SD_OK;
}
