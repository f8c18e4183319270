/* cmd_loops.c - which feedback loop drives when: sentences, a table, CSV, JSON and charts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app_private.h"

enum {
    STUDIES_MAX = 2,
    BARS = 24,
    OTHERS_SHOWN = 5,
    CAUSES_SHOWN = 4,
    ID = 9,
    SHARE = 9,
    PATH_MAX_SHOWN = 6
};
static const double faint = 0.0005; /* [1] a share that prints as 0.0 % */

static const char *polarity_words(const sd_feedback *f)
{
    if (f->polarity == 0)
        return "idle";
    if (strlen(sd_feedback_letter(f)) > 1)
        return f->polarity > 0 ? "mostly reinforcing" : "mostly balancing";
    return f->polarity > 0 ? "reinforcing" : "balancing";
}

static const char *percent(call *c, double share)
{
    if (isnan(share))
        return "";
    return sd_arena_printf(c->arena, share > 0 && share < 0.0995 ? "%.1f %%" : "%.0f %%",
                           100 * share);
}

/* The variables of a loop in order; of a long one its stocks, which tell it apart. */
static const char *path_text(call *c, const sd_feedback *f)
{
    sd_text text = sd_text_new(c->arena);
    bool whole = f->count <= PATH_MAX_SHOWN;
    for (size_t i = 0; i < f->count; i++)
        if (whole || f->stops[i].variable->kind == SD_STOCK)
            sd_text_printf(&text, "%s%s", text.length ? " → " : "",
                           sd_stop_name(c->arena, &f->stops[i]));
    return text.bytes;
}

/* The grid point that `--at` means; the last when it was not given. */
static sd_status point_at(call *c, const sd_history *h, size_t *ret_point)
{
    double at = c->given.at, first = h->times[0], last = h->times[h->point_count - 1];
    *ret_point = h->point_count - 1;
    if (isnan(at))
        return SD_OK;
    if (!(at >= first && at <= last)) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--at %g' is not within the run", at);
        sd_help(c->diag, "it goes from %g to %g", first, last);
        return status;
    }
    *ret_point = (size_t)llround((at - first) / h->spec.dt);
    return SD_OK;
}

/* ---- the table ---- */

static const double *shares_of(const sd_feedback *f)
{
    return f->among ? f->among : f->relative;
}

static const char *bars(call *c, const loop_study *s, const sd_feedback *f)
{
    size_t points = s->graph->history->point_count;
    double *sizes = SD_NEW_ARRAY(c->arena, double, points);
    for (size_t k = 0; k < points; k++)
        sizes[k] = fabs(shares_of(f)[k]) < 1.0 / 32 ? (double)NAN : fabs(shares_of(f)[k]);
    return sparkline_between(c->arena, sizes, points, BARS, 0, 1);
}

static void print_loop(call *c, const loop_study *s, const sd_feedback *f, size_t point, int name)
{
    print_padded(f->id, ID);
    print_padded(f->name, name);
    print_padded(percent(c, f->among ? f->among_share : f->share), -SHARE);
    if (!isnan(c->given.at))
        print_padded(percent(c, sd_feedback_share_at(s->feedbacks, f, point)), -SHARE);
    printf("  %s  %s\n", bars(c, s, f), polarity_words(f));
}

static bool is_faint(const sd_feedback *f)
{
    return f->among && f->polarity != 0 && f->among_share < faint;
}

static bool is_idle(const sd_feedback *f)
{
    return f->among && f->polarity == 0;
}

/* "Idle in this run: B7 triage, R11 survivors." */
static void print_names(call *c, const loop_study *s, const char *head,
                        bool (*wanted)(const sd_feedback *f))
{
    sd_text text = sd_text_new(c->arena);
    for (size_t i = 0; i < s->feedbacks->count; i++) {
        const sd_feedback *f = &s->feedbacks->list[i];
        if (wanted(f))
            sd_text_printf(&text, "%s%s%s%s", text.length ? ", " : head, f->id, *f->name ? " " : "",
                           f->name);
    }
    if (text.length)
        print_wrapped(sd_arena_printf(c->arena, "%s.", text.bytes), 0, stdout);
}

/* What the loops that drive are about, in the words of the model. */
static void print_stories(const loop_study *s)
{
    for (size_t i = 0; i < s->spell_count; i++) {
        const sd_feedback *f = s->spells[i].loop;
        bool told = !f || !f->named || !f->named->doc;
        for (size_t k = 0; k < i; k++)
            told = told || s->spells[k].loop == f;
        if (told)
            continue;
        printf("  ");
        print_padded(f->id, 5);
        print_hanging(f->named->doc, 7);
    }
}

/* Loops that nobody named, after the named ones. */
static void print_others(call *c, const loop_study *s)
{
    const sd_feedbacks *all = s->feedbacks;
    size_t shown = 0;
    for (size_t i = all->named; i < all->count && shown < OTHERS_SHOWN; i++) {
        const sd_feedback *f = &all->list[i];
        if (f->partition != all->list[0].partition)
            continue;
        shown++;
        print_padded(f->id, ID);
        print_padded(percent(c, f->share), -SHARE + 2);
        printf("  ");
        print_hanging(path_text(c, f), ID + SHARE);
    }
}

/* What part of the score of all loops examined the named ones hold. */
static double held_by_named(const sd_feedbacks *all)
{
    double held = 0;
    for (size_t i = 0; i < all->named; i++)
        if (all->list[i].partition == all->list[0].partition)
            held += all->list[i].share;
    return held;
}

/* What the shares in the sentence are shares of. */
static const char *base_text(call *c, const sd_feedbacks *all)
{
    if (all->named && all->examined)
        return sd_arena_printf(c->arena,
                               "Shares are among the %s, which %s %s of the score of all that were "
                               "examined.",
                               counted(c->arena, all->named, "named loop"),
                               all->named == 1 ? "holds" : "hold", percent(c, held_by_named(all)));
    if (all->named)
        return sd_arena_printf(c->arena, "Shares are among the %s; no others were looked for.",
                               counted(c->arena, all->named, "named loop"));
    return sd_arena_printf(c->arena, "Shares are of the %s %s.",
                           counted(c->arena, all->examined, "loop"),
                           all->complete ? "that the model has"
                                         : "examined; the model has more, so these are not all");
}

static void print_searched(call *c, const loop_study *s)
{
    const sd_feedbacks *all = s->feedbacks;
    if (all->examined == 0)
        return;
    printf("\n");
    print_wrapped(
        sd_arena_printf(c->arena,
                        "A search of %.1f s examined %zu further loops%s. The strongest, by "
                        "their stocks, with their share of all:",
                        all->seconds, all->examined,
                        all->complete ? ", which are all"
                                      : "; the model has more, so these are not all"),
        0, stdout);
    print_others(c, s);
}

/* Loops apart from the largest group follow it: none of these can push one of those. */
static void print_rows(call *c, const loop_study *s, size_t rows, size_t point, int name)
{
    const sd_feedbacks *all = s->feedbacks;
    for (size_t i = 0; i < rows; i++) {
        const sd_feedback *f = &all->list[i];
        if (i && f->partition != all->list[i - 1].partition)
            puts("apart from these, in a group of their own:");
        if (!is_idle(f) && !is_faint(f))
            print_loop(c, s, f, point, name);
    }
    for (size_t i = 0; i < all->pinned_count; i++)
        print_loop(c, s, &all->pinned[i], point, name);
}

static void print_table(call *c, const loop_study *s, size_t point)
{
    const sd_feedbacks *all = s->feedbacks;
    size_t rows = all->named ? all->named : all->count < 12 ? all->count : 12;
    int name = 2;
    for (size_t i = 0; i < rows; i++)
        name = text_width(all->list[i].name) + 2 > name ? text_width(all->list[i].name) + 2 : name;
    if (rows == 0)
        return;
    printf("\n");
    print_padded("loop", ID + name);
    print_padded("share", -SHARE);
    if (!isnan(c->given.at))
        print_padded(sd_arena_printf(c->arena, "at %g", c->given.at), -SHARE);
    const sd_run_spec *spec = &s->result.scenario->spec;
    printf("  %s\n", sd_arena_printf(c->arena, "%-*s%*g", BARS - 6,
                                     sd_arena_printf(c->arena, "%g", spec->start), 6, spec->stop));
    print_rows(c, s, rows, point, name);
    print_names(c, s, "Below 0.1 %: ", is_faint);
    print_names(c, s, "Idle in this run: ", is_idle);
    if (all->named) {
        print_searched(c, s);
    } else {
        printf("\n");
        for (size_t i = 0; i < rows; i++) {
            print_padded(all->list[i].id, ID);
            print_hanging(path_text(c, &all->list[i]), ID);
        }
    }
    if (sd_model_is_trap(s->result.scenario->model))
        print_wrapped(
            "\nShares tell what drives change, not where it ends: two runs can be driven by the "
            "same loop, one into the trap and one out of it. For that: treadmill compare.",
            0, stdout);
}

/* ---- what pushes each stock ---- */

/* "through hiring +64 %, quits −36 %": what part of the change of its net flow each flow brings in that step. */
static const char *flows_text(call *c, const sd_graph *g, size_t stock, size_t point)
{
    sd_text text = sd_text_new(c->arena);
    double sum = 0;
    for (size_t l = g->first_in[stock]; l < g->first_in[stock + 1]; l++)
        sum += fabs(g->links[l].score[point]);
    for (size_t l = g->first_in[stock]; sum > 0 && l < g->first_in[stock + 1]; l++)
        if (g->links[l].score[point] != 0)
            sd_text_printf(&text, "%s%s %s%s", text.length ? ", " : "through ",
                           sd_graph_node_name(c->arena, g, g->links[l].from),
                           g->links[l].score[point] > 0 ? "+" : "−",
                           percent(c, fabs(g->links[l].score[point]) / sum));
    return text.bytes;
}

static void print_stocks(call *c, const loop_study *s, size_t point)
{
    const sd_graph *g = s->graph;
    size_t count, shown = 0, last = SIZE_MAX;
    const sd_impact *impacts = sd_impacts_at(c->arena, g, point, &count);
    printf("\nWhat pushes each stock at %g: shares of what speeds its net flow up (+) or slows it "
           "down "
           "(−)\n",
           g->history->times[point]);
    for (size_t i = 0; i < count; i++) {
        if (impacts[i].stock != last)
            printf("%s  %s\n", sd_graph_node_name(c->arena, g, impacts[i].stock),
                   flows_text(c, g, impacts[i].stock, point));
        shown = impacts[i].stock == last ? shown + 1 : 0;
        last = impacts[i].stock;
        if (shown >= CAUSES_SHOWN)
            continue;
        printf("  ");
        print_padded(percent(c, impacts[i].share), -SHARE);
        printf("  %s  %s\n", impacts[i].impact > 0 ? "+" : "−",
               sd_graph_node_name(c->arena, g, impacts[i].cause));
    }
    if (count == 0)
        puts("  no stock moves then");
}

/* ---- JSON ---- */

static void json_number(sd_text *text, const char *key, double value)
{
    char number[SD_NUMBER_MAX];
    (void)sd_number_format(value, number);
    sd_text_printf(text, ", \"%s\": %s", key, isfinite(value) ? number : "null");
}

static void json_string(sd_text *text, const char *key, const char *value)
{
    sd_text_printf(text, "\"%s\": ", key);
    sd_json_string(text, value);
}

static void json_loop(call *c, const sd_feedback *f, sd_text *text)
{
    static const char *const kinds[] = {"balancing", "idle", "reinforcing"};
    sd_text_printf(text, "{");
    json_string(text, "id", f->id);
    sd_text_printf(text, ", ");
    json_string(text, "name", f->name);
    sd_text_printf(text, ", ");
    json_string(text, "polarity", kinds[f->polarity + 1]);
    json_number(text, "confidence", f->confidence);
    json_number(text, "share", f->share);
    json_number(text, "among_named", f->among_share);
    json_number(text, "ways", f->ways);
    sd_text_printf(text, ", \"variables\": [");
    for (size_t i = 0; i < f->count; i++) {
        sd_text_printf(text, "%s", i ? ", " : "");
        sd_json_string(text, sd_stop_name(c->arena, &f->stops[i]));
    }
    sd_text_printf(text, "]}");
}

static void json_spell(const sd_spell *spell, sd_text *text)
{
    sd_text_printf(text, "{");
    json_string(text, "loop", spell->loop ? spell->loop->id : "");
    json_number(text, "from", spell->from);
    json_number(text, "to", spell->to);
    json_number(text, "share", spell->loop ? spell->share : (double)NAN);
    sd_text_printf(text, "}");
}

/* Every flow and every stock that pushes a stock, with its share, at the time of `--at`. */
static void json_stocks(call *c, const loop_study *s, size_t point, sd_text *text)
{
    const sd_graph *g = s->graph;
    size_t count, last = SIZE_MAX;
    const sd_impact *impacts = sd_impacts_at(c->arena, g, point, &count);
    json_number(text, "at", g->history->times[point]);
    sd_text_printf(text, ", \"stocks\": [");
    for (size_t i = 0; i < count; i++) {
        size_t stock = impacts[i].stock;
        if (stock != last) {
            sd_text_printf(text, "%s\n    {", last == SIZE_MAX ? "" : "]},");
            json_string(text, "stock", sd_graph_node_name(c->arena, g, stock));
            sd_text_printf(text, ", \"flows\": [");
            for (size_t l = g->first_in[stock]; l < g->first_in[stock + 1]; l++) {
                sd_text_printf(text, "%s{", l > g->first_in[stock] ? ", " : "");
                json_string(text, "flow", sd_graph_node_name(c->arena, g, g->links[l].from));
                json_number(text, "score", g->links[l].score[point]);
                sd_text_printf(text, "}");
            }
            sd_text_printf(text, "], \"causes\": [");
        }
        sd_text_printf(text, "%s{", stock == last ? ", " : "");
        json_string(text, "cause", sd_graph_node_name(c->arena, g, impacts[i].cause));
        json_number(text, "impact", impacts[i].impact);
        json_number(text, "share", impacts[i].share);
        sd_text_printf(text, "}");
        last = stock;
    }
    sd_text_printf(text, "%s]", last == SIZE_MAX ? "" : "]}");
}

static void json_study(call *c, const loop_study *s, size_t point, sd_text *text)
{
    const sd_feedbacks *all = s->feedbacks;
    sd_text_printf(text, "  {");
    json_string(text, "scenario", s->result.scenario->name);
    sd_text_printf(text, ",\n   ");
    json_string(text, "text", sd_spells_text(c->arena, all, s->spells, s->spell_count));
    sd_text_printf(text,
                   ",\n   \"named\": %zu, \"examined\": %zu, \"complete\": %s,\n   \"spells\": [",
                   all->named, all->examined, all->complete ? "true" : "false");
    for (size_t i = 0; i < s->spell_count; i++) {
        sd_text_printf(text, "%s\n    ", i ? "," : "");
        json_spell(&s->spells[i], text);
    }
    sd_text_printf(text, "],\n   \"loops\": [");
    for (size_t i = 0; i < all->count + all->pinned_count; i++) {
        sd_text_printf(text, "%s\n    ", i ? "," : "");
        json_loop(c, i < all->count ? &all->list[i] : &all->pinned[i - all->count], text);
    }
    sd_text_printf(text, "]");
    json_stocks(c, s, point, text);
    sd_text_printf(text, "}");
}

static sd_status print_json(call *c, const loop_study *studies, size_t count)
{
    sd_text text = sd_text_new(c->arena);
    sd_text_printf(&text, "[\n");
    for (size_t i = 0; i < count; i++) {
        size_t point;
        sd_status status = point_at(c, studies[i].graph->history, &point);
        if (status != SD_OK)
            return status;
        json_study(c, &studies[i], point, &text);
        sd_text_printf(&text, "%s\n", i + 1 < count ? "," : "");
    }
    sd_text_printf(&text, "]\n");
    fputs(text.bytes, stdout);
    return SD_OK;
}

/* ---- the command ---- */

static sd_status show(call *c, const loop_study *studies, size_t count)
{
    FILE *words = wants_table(&c->given) ? stdout : stderr;
    for (size_t i = 0; i < count; i++) {
        const loop_study *s = &studies[i];
        size_t point;
        sd_status status = point_at(c, s->graph->history, &point);
        if (status != SD_OK)
            return status;
        if (words == stdout && i)
            printf("\n");
        if (words == stdout && !c->given.quiet)
            print_head(c, s->result.scenario, s->seconds);
        else if (count > 1 && !c->given.quiet)
            fprintf(words, "%s\n", s->result.scenario->title);
        if (!c->given.quiet)
            print_wrapped(sd_spells_text(c->arena, s->feedbacks, s->spells, s->spell_count), 0,
                          words);
        if (!c->given.quiet && s->feedbacks->moves)
            print_wrapped(base_text(c, s->feedbacks), 0, words);
        if (words == stdout && !c->given.quiet)
            print_stories(s);
        if (words == stdout && s->feedbacks->moves)
            print_table(c, s, point);
        if (words == stdout && c->given.stocks)
            print_stocks(c, s, point);
    }
    if (words == stdout || c->given.output || wants_pictures(&c->given))
        return SD_OK;
    sd_facts_csv(loop_facts(c, studies, count), stdout);
    return SD_OK;
}

static sd_status write_table(call *c, const loop_study *studies, size_t count)
{
    sd_result results[STUDIES_MAX];
    for (size_t i = 0; i < count; i++)
        results[i] = studies[i].result;
    return facts_write(c, loop_facts(c, studies, count), results, count, c->given.output);
}

sd_status cmd_loops(call *c)
{
    size_t count = c->given.inputs.count;
    sd_scenario *scenario;
    loop_study *studies = SD_NEW_ARRAY(c->arena, loop_study, STUDIES_MAX);
    sd_status status = SD_OK;
    if (count < 1 || count > STUDIES_MAX) {
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'loops' takes one or two inputs, not %zu",
                         count);
        sd_help(c->diag, "for example: treadmill loops tools-only");
        return status;
    }
    if (c->given.futures >= 0)
        return loop_futures(c, c->given.inputs.items[0]);
    for (size_t i = 0; status == SD_OK && i < count; i++) {
        status = study_read(c, c->given.inputs.items[i], &scenario);
        if (status == SD_OK)
            study_warn_units(c, scenario, c->given.inputs.items[i]);
        if (status == SD_OK)
            status = loop_study_run(c, scenario, &studies[i]);
    }
    if (c->given.output && strcmp(c->given.output, "-") == 0)
        c->given.output = NULL; /* "-" is what a pipe gets anyway */
    if (status == SD_OK && c->given.output)
        status = write_table(c, studies, count);
    if (status != SD_OK)
        return status;
    status = c->given.json ? print_json(c, studies, count) : show(c, studies, count);
    if (status == SD_OK && c->given.output && !c->given.quiet && !c->given.json)
        study_tell_written(c->given.output);
    if (status == SD_OK)
        status = loop_pictures(c, studies, count);
    return status;
}
