/* cmd_trace.c - what made a variable change: sentences, a tree of causes, CSV, JSON and a chart.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app_private.h"

enum { TRACED_MAX = 2, DEPTH = 3, NUMBER = 10 };
static const double least_share = 0.05; /* [1] of the change: weaker causes are summed */
static const double least_rest = 0.01;  /* [1] of the change: a smaller rest is not printed */

/* One input run and traced. */
typedef struct traced {
    sd_result result;
    const sd_trace *trace;
    double seconds;
} traced;

/* ---- running ---- */

static sd_status find_period(call *c, const sd_run_spec *spec, sd_trace_request *request)
{
    const double *times[] = {&request->from, &request->to};
    static const char *const names[] = {"from", "to"};
    request->from = isnan(c->given.from) ? spec->start : c->given.from;
    request->to = isnan(c->given.to) ? spec->stop : c->given.to;
    for (int i = 0; i < 2; i++)
        if (*times[i] < spec->start || *times[i] > spec->stop)
            return sd_fail(c->diag, SD_E701, SD_NOWHERE,
                           "'--%s %g' lies outside the run, which goes from %g to %g", names[i],
                           *times[i], spec->start, spec->stop);
    if (request->to - request->from >= spec->dt)
        return SD_OK;
    return sd_fail(c->diag, SD_E701, SD_NOWHERE,
                   "'--from %g' must lie at least one DT (%g) before '--to %g'", request->from,
                   spec->dt, request->to);
}

static sd_status find_variable(call *c, const sd_model *model, const char *name,
                               size_t *ret_element)
{
    const sd_source *source = sd_source_from_text(c->arena, "command line", name, strlen(name));
    const sd_span span = {.source = source, .begin = 0, .end = source->length};
    const sd_variable *v = sd_model_find(model, name);
    if (v && v->size > 1) {
        sd_status status =
            sd_fail(c->diag, SD_E109, span, "'%s' is an array of %zu elements; trace one of them",
                    v->name, v->size);
        sd_text list = sd_text_new(c->arena);
        for (size_t i = 0; i < v->size && i < 12; i++)
            sd_text_printf(&list, "%s%s", i ? ", " : "",
                           sd_model_element_name(model, v->first + i, c->arena));
        sd_help(c->diag, "%s%s", list.bytes, v->size > 12 ? ", ..." : "");
        return status;
    }
    sd_status status = sd_model_find_element(model, name, span, ret_element, c->diag);
    if (status == SD_OK && model->element_variables[*ret_element]->kind == SD_GF)
        return sd_fail(c->diag, SD_E111, span,
                       "'%s' is a graphical function, which has no value of its own", name);
    return status;
}

static sd_status trace_input(call *c, const char *input, traced *ret_traced)
{
    sd_scenario *scenario;
    const sd_history *history;
    double began = sd_clock_seconds();
    sd_trace_request request = {.least = least_share};
    request.depth = c->given.depth < 0 ? DEPTH : (size_t)c->given.depth;
    sd_status status = study_read(c, input, &scenario);
    if (status == SD_OK)
        status = find_variable(c, scenario->model, c->given.inputs.items[0], &request.element);
    if (status == SD_OK)
        status = find_period(c, &scenario->spec, &request);
    if (status == SD_OK)
        status = study_history(c, scenario, &ret_traced->result, &history);
    if (status != SD_OK)
        return status;
    ret_traced->trace = sd_trace_new(c->arena, history, &request);
    ret_traced->seconds = sd_clock_seconds() - began;
    return SD_OK;
}

/* ---- the table of facts ---- */

static const char *units_of(const sd_trace *t, const sd_cause *cause)
{
    const sd_equations *e = t->history->equations;
    const sd_node *n = &e->nodes[cause->node];
    if (cause->kind != SD_CAUSE_NODE || n->kind != SD_NODE_VARIABLE)
        return "";
    const char *units = e->program->model->element_variables[n->element]->units_text;
    return units ? units : "";
}

static const char *note_of(call *c, const sd_cause *cause)
{
    if (cause->loop)
        return sd_arena_printf(c->arena, "%s: %s %s", cause->again ? "loop" : "its own loop",
                               cause->loop->id, cause->loop->name);
    return cause->again ? "loop" : "";
}

static const char *path_of(call *c, const sd_trace *t, size_t row)
{
    const char *path = t->list[row].name;
    for (size_t at = row; at > 0; at = t->list[at].above)
        path = sd_arena_printf(c->arena, "%s < %s", t->list[t->list[at].above].name, path);
    return path;
}

static sd_facts *facts_of(call *c, const traced *list, size_t count)
{
    const char *units = units_of(list[0].trace, &list[0].trace->list[0]);
    const sd_column columns[] = {
        {"scenario", "", "which run"},
        {"depth", "", "0 for the variable itself, 1 for its causes, 2 for theirs"},
        {"path", "", "from the variable to the cause"},
        {"variable", "", NULL},
        {"at_from", "", "value at the beginning of the period"},
        {"at_to", "", "value at its end"},
        {"units", "", "of the two values"},
        {"contribution", units, "what it did to the variable; the rows below one sum to it"},
        {"share", "dmnl", "of the variable's change"},
        {"note", "", "the loop that it closes, or the stock's loop with itself"}};
    size_t total = sizeof columns / sizeof *columns, skip = count == 1;
    sd_column *kept = SD_NEW_ARRAY(c->arena, sd_column, total);
    memcpy(kept, columns, sizeof columns);
    sd_facts *facts = SD_NEW(c->arena, sd_facts);
    *facts = (sd_facts){.arena = c->arena, .column_count = total - skip, .columns = kept + skip};
    for (size_t s = 0; s < count; s++) {
        const sd_trace *t = list[s].trace;
        for (size_t i = 0; i < t->count; i++) {
            const sd_cause *row = &t->list[i];
            const char *name = list[s].result.scenario->name, *path = path_of(c, t, i);
            if (skip)
                sd_facts_add(facts, "dssddsdds", (double)row->depth, path, row->name, row->from,
                             row->to, units_of(t, row), row->contribution, row->share,
                             note_of(c, row));
            else
                sd_facts_add(facts, "sdssddsdds", name, (double)row->depth, path, row->name,
                             row->from, row->to, units_of(t, row), row->contribution, row->share,
                             note_of(c, row));
        }
    }
    return facts;
}

/* ---- the tree ---- */

/* A flow that alone fills a stock says no more than the stock; small rests only hide the rest. */
static bool is_shown(const call *c, const sd_trace *t, size_t row)
{
    const sd_cause *cause = &t->list[row];
    const sd_equations *e = t->history->equations;
    const sd_node *n = &e->nodes[cause->node];
    if (c->given.verbose)
        return true;
    if (cause->kind == SD_CAUSE_OTHERS || cause->kind == SD_CAUSE_TOGETHER)
        return fabs(cause->share) >= least_rest;
    return !(cause->sole && n->kind == SD_NODE_VARIABLE &&
             e->program->model->element_variables[n->element]->kind == SD_FLOW);
}

/* Whether another cause of the same level follows beside row `at` of those shown. */
static bool goes_on(const sd_trace *t, const size_t *shown, size_t count, size_t at, size_t level)
{
    for (size_t i = at + 1; i < count; i++) {
        const sd_cause *next = &t->list[shown[i]];
        if (next->level < level)
            return false;
        if (next->level == level && !next->sole)
            return true;
    }
    return false;
}

static const char *branch_text(call *c, const sd_trace *t, const size_t *shown, size_t count,
                               size_t at)
{
    const sd_cause *cause = &t->list[shown[at]];
    sd_text text = sd_text_new(c->arena);
    for (size_t level = 1; level <= cause->level; level++) {
        bool more = goes_on(t, shown, count, at, level),
             own = level == cause->level && !cause->sole;
        sd_text_printf(&text, "%s", own ? (more ? "├ " : "└ ") : more ? "│ " : "  ");
    }
    sd_text_printf(&text, "%s%s", cause->sole ? "← " : "", cause->name);
    if (cause->kind == SD_CAUSE_UNDER_WAY)
        sd_text_printf(&text, " at %g", t->history->times[t->first]);
    return text.bytes;
}

/* Places behind the point that give the change three digits; contributions stand in one column. */
static int decimals_of(const sd_trace *t)
{
    double digits = 2 - floor(log10(fabs(t->change)));
    return digits < 0 ? 0 : digits > 12 ? 12 : (int)digits;
}

static void print_row(call *c, const sd_trace *t, const sd_cause *row, const char *left,
                      const int *widths)
{
    bool node = row->kind == SD_CAUSE_NODE;
    print_padded(left, widths[0]);
    print_padded(node ? plain_text(c->arena, row->from) : "", -NUMBER);
    print_padded(node ? plain_text(c->arena, row->to) : "", -NUMBER);
    printf("  ");
    print_padded(units_of(t, row), widths[1]);
    print_padded(number_text(c->arena, row->contribution, decimals_of(t), true), -NUMBER);
    print_padded(
        sd_arena_printf(c->arena, "%s %%", number_text(c->arena, 100 * row->share, 0, false)), -8);
    const char *note = note_of(c, row);
    printf("%s%s\n", *note ? "  " : "", note);
}

static void print_tree(call *c, const sd_trace *t)
{
    size_t *shown = SD_NEW_ARRAY(c->arena, size_t, t->count), count = 0;
    const char **left = SD_NEW_ARRAY(c->arena, const char *, t->count);
    int widths[2] = {0, 0};
    for (size_t i = 0; i < t->count; i++)
        if (is_shown(c, t, i))
            shown[count++] = i;
    for (size_t i = 0; i < count; i++) {
        left[i] = branch_text(c, t, shown, count, i);
        int wide[] = {text_width(left[i]) + 1, text_width(units_of(t, &t->list[shown[i]])) + 1};
        for (int w = 0; w < 2; w++)
            widths[w] = wide[w] > widths[w] ? wide[w] : widths[w];
    }
    printf("%*s", widths[0], "");
    print_padded(sd_arena_printf(c->arena, "at %g", t->history->times[t->first]), -NUMBER);
    print_padded(sd_arena_printf(c->arena, "at %g", t->history->times[t->last]), -NUMBER);
    printf("  %*s%*s%8s\n", widths[1], "", NUMBER, "moves it", "share");
    for (size_t i = 0; i < count; i++)
        print_row(c, t, &t->list[shown[i]], left[i], widths);
}

static void print_words(call *c, const traced *one, bool several, FILE *to)
{
    const sd_scenario *scenario = one->result.scenario;
    if (to == stdout)
        print_head(c, scenario, one->seconds);
    else if (several)
        fprintf(to, "%s\n", scenario->title[0] ? scenario->title : scenario->name);
    print_wrapped(sd_trace_text(c->arena, one->trace), 0, to);
}

static void print_json(call *c, const traced *list, size_t count)
{
    sd_text text = sd_text_new(c->arena);
    sd_text_printf(&text, "{\"variable\": ");
    sd_json_string(&text, list[0].trace->list[0].name);
    sd_text_printf(&text, ",\n\"sentences\": [");
    for (size_t s = 0; s < count; s++) {
        sd_text_printf(&text, "%s", s ? ", " : "");
        sd_json_string(&text, sd_trace_text(c->arena, list[s].trace));
    }
    sd_text_printf(&text, "],\n\"causes\": ");
    sd_facts_json(facts_of(c, list, count), &text);
    sd_text_printf(&text, "}\n");
    fputs(text.bytes, stdout);
}

static sd_status print_all(call *c, const traced *list, size_t count)
{
    const arguments *given = &c->given;
    if (given->json) {
        print_json(c, list, count);
        return SD_OK;
    }
    bool table = wants_table(given), any = false;
    for (size_t s = 0; s < count; s++) {
        if (!given->quiet)
            print_words(c, &list[s], count > 1, table ? stdout : stderr);
        if (table && list[s].trace->count > 1) {
            printf("%s", given->quiet ? "" : "\n");
            print_tree(c, list[s].trace);
            any = true;
        }
        if (table && s + 1 < count)
            printf("\n");
    }
    if (any && !given->quiet)
        printf("\nThe rows below one sum to it, but for rests below 1 %%; ← is the only cause of "
               "the row above.\n");
    if (!table && !given->output && !given->plot)
        sd_facts_csv(facts_of(c, list, count), stdout);
    return SD_OK;
}

/* ---- files ---- */

static sd_status draw(call *c, const traced *list, size_t count)
{
    const sd_trace *traces[TRACED_MAX];
    sd_result results[TRACED_MAX];
    const char *folder = c->given.plot;
    bool made;
    sd_status status = make_folder(c, folder, &made);
    for (size_t s = 0; s < count; s++) {
        traces[s] = list[s].trace;
        results[s] = list[s].result;
    }
    for (int i = 0; status == SD_OK && i < 3; i++) {
        const char *path = sd_arena_printf(c->arena, "%s/trace.%s", folder, chart_endings[i]);
        status = sd_trace_draw(c->arena, traces, results, count, path, c->given.force, c->diag);
        if (status != SD_OK && made)
            (void)rmdir(folder); /* only when nothing is in it */
    }
    if (status == SD_OK && !c->given.quiet && !c->given.json)
        printf("drawn: %s/trace.svg, .png, .pdf\n", folder);
    return status;
}

static sd_status write_facts(call *c, const traced *list, size_t count)
{
    sd_result results[TRACED_MAX];
    for (size_t s = 0; s < count; s++)
        results[s] = list[s].result;
    return facts_write(c, facts_of(c, list, count), results, count, c->given.output);
}

sd_status cmd_trace(call *c)
{
    const text_list *inputs = &c->given.inputs;
    traced list[TRACED_MAX] = {0};
    size_t count = inputs->count - 1;
    if (inputs->count < 2 || count > TRACED_MAX) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "'trace' takes a variable and one or two inputs");
        sd_help(c->diag, "for example: treadmill trace hours_per_week tools-only --from 26");
        return status;
    }
    sd_status status = SD_OK;
    for (size_t s = 0; status == SD_OK && s < count; s++)
        status = trace_input(c, inputs->items[s + 1], &list[s]);
    if (c->given.output && strcmp(c->given.output, "-") == 0)
        c->given.output = NULL; /* "-" is what a pipe gets anyway */
    if (status == SD_OK && c->given.output)
        status = write_facts(c, list, count);
    if (status == SD_OK)
        status = print_all(c, list, count);
    if (status == SD_OK && c->given.plot)
        status = draw(c, list, count);
    if (status == SD_OK && c->given.output && !c->given.quiet && !c->given.json)
        study_tell_written(c->given.output);
    return status;
}
