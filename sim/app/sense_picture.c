/* sense_picture.c - the charts of a study of sensitivity: which of them there are, and what they show.
 * In: a finished study.  Out: files in a folder.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <unistd.h>

#include "sense_study.h"

static sd_status draw_as(const sense_study *s, const sd_sense_chart *chart, const char *folder,
                         const char *name)
{
    call *c = s->call;
    sd_status status = SD_OK;
    for (size_t i = 0; status == SD_OK && i < sizeof chart_endings / sizeof *chart_endings; i++)
        status = sd_sense_draw(
            c->arena, chart, sd_arena_printf(c->arena, "%s/%s.%s", folder, name, chart_endings[i]),
            c->given.force, c->diag);
    if (status == SD_OK && !c->given.quiet && !c->given.json)
        printf("drawn: %s/%s.svg, .png, .pdf\n", folder, name);
    return status;
}

static const char **names_of(const sense_study *s, const size_t *order)
{
    const char **names = SD_NEW_ARRAY(s->call->arena, const char *, s->factor_count);
    for (size_t i = 0; i < s->factor_count; i++)
        names[i] = s->factors[order ? order[i] : i].name;
    return names;
}

static sd_sense_chart chart_of(const sense_study *s, const sense_output *o)
{
    return (sd_sense_chart){.time_units = s->one.scenario->model->time_units,
                            .changed = s->one.scenario->changed,
                            .trap = sd_model_is_trap(s->one.scenario->model),
                            .variable = o->variable,
                            .time = o->score->kind == SD_SCORE_AT ? o->score->from : (double)NAN,
                            .spec = o->score->spec,
                            .count = s->factor_count,
                            .parameters = names_of(s, o->order)};
}

static void set_tornado(const sense_study *s, const sense_output *o, sd_sense_chart *chart)
{
    const size_t k = s->factor_count;
    double *columns[4];
    for (int i = 0; i < 4; i++)
        columns[i] = SD_NEW_ARRAY(s->call->arena, double, k);
    for (size_t r = 0; r < k; r++) {
        columns[0][r] = o->oat[r].low;
        columns[1][r] = o->oat[r].high;
        columns[2][r] = sense_end(s, o->order[r], false);
        columns[3][r] = sense_end(s, o->order[r], true);
    }
    chart->kind = SD_SENSE_TORNADO;
    chart->centre = o->results[0];
    chart->low = columns[0];
    chart->high = columns[1];
    chart->from = columns[2];
    chart->to = columns[3];
}

static sd_estimate influence_of(const sense_output *o, size_t factor)
{
    return o->sobol ? o->sobol->list[factor].total : o->morris[factor].mu_star;
}

static void set_shares(const sense_study *s, const sense_output *o, sd_sense_chart *chart)
{
    sd_estimate *all = SD_NEW_ARRAY(s->call->arena, sd_estimate, s->factor_count),
                *alone = SD_NEW_ARRAY(s->call->arena, sd_estimate, s->factor_count);
    for (size_t r = 0; r < s->factor_count; r++) {
        all[r] = influence_of(o, o->order[r]);
        if (o->sobol)
            alone[r] = o->sobol->list[o->order[r]].first;
    }
    chart->kind = SD_SENSE_SHARES;
    chart->all = all;
    chart->alone = o->sobol ? alone : NULL;
    chart->effects = o->morris != NULL;
}

/* "hours_per_week-260": a part of a file's name. */
static const char *file_word(const sense_study *s, const char *spec)
{
    char *word = sd_arena_printf(s->call->arena, "%s", spec);
    for (char *c = word; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
              *c == '_' || *c == '.'))
            *c = '-';
    return word;
}

/* With several outputs each has a chart of its own name. */
static const char *file_name(const sense_study *s, const char *kind, const char *spec, bool several)
{
    return several ? sd_arena_printf(s->call->arena, "%s-%s", kind, file_word(s, spec)) : kind;
}

static sd_status draw_output(const sense_study *s, const sense_output *o, const char *folder)
{
    sd_sense_chart chart = chart_of(s, o);
    if (o->oat)
        set_tornado(s, o, &chart);
    else
        set_shares(s, o, &chart);
    const char *kind = o->oat ? "tornado" : o->morris ? "effects" : "shares";
    return draw_as(s, &chart, folder, file_name(s, kind, o->score->spec, s->output_count > 1));
}

static sd_status draw_times(const sense_study *s, size_t first, const char *folder)
{
    sd_arena *arena = s->call->arena;
    const sense_output *list = s->outputs + first, *last = &list[s->times - 1];
    sd_sense_chart chart = chart_of(s, last);
    double *times = SD_NEW_ARRAY(arena, double, s->times);
    const sd_estimate **influences = SD_NEW_ARRAY(arena, const sd_estimate *, s->factor_count);
    for (size_t i = 0; i < s->times; i++)
        times[i] = list[i].score->from;
    for (size_t r = 0; r < s->factor_count; r++) {
        sd_estimate *row = SD_NEW_ARRAY(arena, sd_estimate, s->times);
        for (size_t i = 0; i < s->times; i++)
            row[i] = influence_of(&list[i], last->order[r]);
        influences[r] = row;
    }
    chart.kind = SD_SENSE_INFLUENCE;
    chart.effects = last->morris != NULL;
    chart.time_count = s->times;
    chart.times = times;
    chart.influences = influences;
    return draw_as(s, &chart, folder,
                   file_name(s, "influence", list->variable, s->output_count > s->times));
}

/* The axes: the factors of the box that tell most, then others that do. */
static sd_status draw_discovery(const sense_study *s, const char *folder)
{
    size_t axes[2] = {0, 0}, count = 0;
    sd_sense_chart chart = chart_of(s, s->outputs);
    if (!s->prim || s->factor_count < 2)
        return sd_fail(s->call->diag, SD_E606, SD_NOWHERE,
                       s->prim ? "there is nothing to draw: two parameters are needed"
                               : "there is nothing to draw: all futures are alike in this");
    for (int restricted = 1; restricted >= 0; restricted--)
        for (size_t i = 0; i < s->factor_count && count < 2; i++) {
            const size_t f = s->region[i].factor;
            if (isnan(s->prim->quasi_p[f]) == !restricted)
                axes[count++] = f;
        }
    chart.kind = SD_SENSE_FUTURES;
    chart.cases = &s->cases;
    chart.box = &s->prim->box;
    chart.across = axes[0];
    chart.up = axes[1];
    chart.above = s->condition.above;
    chart.level = s->condition.level;
    return draw_as(s, &chart, folder, "futures");
}

sd_status sense_draw(const sense_study *s, const char *folder)
{
    call *c = s->call;
    bool made;
    sd_status status = make_folder(c, folder, &made);
    if (status == SD_OK && s->over_time && s->method == SENSE_OAT)
        status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                         "a tornado stands at one time: leave out '--over-time', or add '--sobol' "
                         "or '--morris'");
    if (status == SD_OK && s->method == SENSE_DISCOVER)
        status = draw_discovery(s, folder);
    else
        for (size_t i = 0; status == SD_OK && i < s->output_count; i += s->over_time ? s->times : 1)
            status =
                s->over_time ? draw_times(s, i, folder) : draw_output(s, &s->outputs[i], folder);
    if (status != SD_OK && made)
        (void)rmdir(folder); /* only when nothing is in it */
    return status;
}
