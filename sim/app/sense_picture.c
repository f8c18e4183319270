/* sense_picture.c - the charts of a study of sensitivity: which of them there are, and where they go.
 * In: a finished study, as its table.  Out: files in a folder.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "sense_study.h"

typedef struct gallery {
    const sense_study *study;
    const char *folder;
    const sd_source *table;
} gallery;

static sd_status draw_as(const gallery *g, const char *kind, const char *of, const char *name)
{
    call *c = g->study->call;
    const sd_scenario *scenario = g->study->one.scenario;
    const sd_told told = {.time_units = scenario->model->time_units,
                          .changed = scenario->changed,
                          .trap = sd_model_is_trap(scenario->model)};
    sd_status status = SD_OK;
    for (size_t i = 0; status == SD_OK && i < sizeof chart_endings / sizeof *chart_endings; i++) {
        const char *script,
            *path = sd_arena_printf(c->arena, "%s/%s.%s", g->folder, name, chart_endings[i]);
        const sd_table_request request = {.table = g->table,
                                          .told = &told,
                                          .of = of,
                                          .path = path,
                                          .interrupted = c->interrupted};
        status = sd_table_chart_find(kind)->script(c->arena, &request, &script, c->diag);
        if (status == SD_OK)
            status = sd_picture_draw(c->arena, script, path, c->given.force, c->diag);
    }
    if (status == SD_OK && !c->given.quiet && !c->given.json)
        printf("drawn: %s/%s.svg, .png, .pdf\n", g->folder, name);
    return status;
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

static sd_status draw_output(const gallery *g, const sense_output *o)
{
    const sense_study *s = g->study;
    const char *kind = s->over_time ? "influence"
                       : o->oat     ? "tornado"
                       : o->morris  ? "effects"
                                    : "shares";
    return draw_as(g, kind, o->score->spec,
                   file_name(s, kind, s->over_time ? o->variable : o->score->spec,
                             s->output_count > (s->over_time ? s->times : 1)));
}

static gallery gallery_of(const sense_study *s, const char *folder)
{
    sd_text text = sd_text_new(s->call->arena);
    sd_facts_text(sense_facts(s, true), &text);
    return (gallery){s, folder,
                     sd_source_from_text(s->call->arena, "sense.csv", text.bytes, text.length)};
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
    const gallery g = gallery_of(s, folder);
    if (status == SD_OK && s->method == SENSE_DISCOVER)
        status = draw_as(&g, "futures", NULL, "futures");
    else
        for (size_t i = 0; status == SD_OK && i < s->output_count; i += s->over_time ? s->times : 1)
            status = draw_output(&g, &s->outputs[i]);
    if (status != SD_OK && made)
        (void)rmdir(folder); /* only when nothing is in it */
    return status;
}
