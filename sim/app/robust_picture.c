/* robust_picture.c - what `compare --uncertain` found as pictures: a fan over time for each output that is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "robust_study.h"

_Static_assert((int)ROBUST_QUANTILES == (int)SD_FAN_QUANTILES, "a fan is drawn from them");

/* The row of the same output at the end. */
static const robust_row *row_of(const robust_study *s, size_t fan)
{
    for (size_t r = 0; r < s->row_count; r++)
        if (s->rows[r].ahead && strcmp(s->rows[r].name, s->fan_names[fan]) == 0)
            return &s->rows[r];
    return NULL;
}

static const char *label_of(const robust_study *s, size_t fan)
{
    const sd_measure *m = sd_measure_find(s->fan_names[fan]);
    char *label =
        m ? NULL : sd_arena_copy(s->call->arena, s->fan_names[fan], strlen(s->fan_names[fan]));
    for (char *c = label; c && *c; c++)
        *c = (char)(*c == '_' ? ' ' : c == label ? toupper((unsigned char)*c) : *c);
    return m ? m->label : label;
}

/* "Fewer people are burned out in 479 of 500 futures": at most 62 letters. */
static const char *title_of(const robust_study *s, size_t fan)
{
    sd_arena *arena = s->call->arena;
    const robust_row *row = row_of(s, fan);
    if (row && s->count == 2) {
        const sd_standing *at = &row->result.standings[1];
        return sd_arena_printf(arena, "%c%s in %s%zu of %zu futures",
                               toupper((unsigned char)row->ahead[0]), row->ahead + 1,
                               2 * at->ahead < row->result.valid ? "only " : "", at->ahead,
                               row->result.valid);
    }
    return sd_arena_printf(arena, "%.40s in %zu futures", label_of(s, fan), s->future_count);
}

static const char *unit_of(const robust_study *s, size_t fan)
{
    const sd_measure *m = sd_measure_find(s->fan_names[fan]);
    size_t element;
    if (m)
        return m->unit;
    if (sd_model_find_element(s->sides->scenario->model, s->fan_names[fan], SD_NOWHERE, &element,
                              sd_diag_new(s->call->arena)) != SD_OK)
        return "";
    return s->sides->scenario->model->element_variables[element]->units_text;
}

/* "Burnout, % of staff · Four layers against Tools only, the same 500 futures": at most 88 letters. */
static const char *subtitle_of(const robust_study *s, size_t fan)
{
    enum { LETTERS = 88 };
    sd_arena *arena = s->call->arena;
    const char *unit = unit_of(s, fan), *what, *both;
    what = sd_arena_printf(arena, "%s%s%s", label_of(s, fan), *unit ? ", " : "", unit);
    both = sd_arena_printf(arena, "%s \xC2\xB7 %s against %s, the same %zu futures", what,
                           s->sides[1].title, s->sides->title, s->future_count);
    if (s->count == 2 && text_width(both) <= LETTERS)
        return both;
    return sd_arena_printf(arena, "%s \xC2\xB7 the same %zu futures for every scenario", what,
                           s->future_count);
}

static sd_fan_picture picture_of(const robust_study *s, size_t fan)
{
    sd_arena *arena = s->call->arena;
    const sd_model *model = s->sides->scenario->model;
    const char *unit = unit_of(s, fan), **notes = SD_NEW_ARRAY(arena, const char *, 2);
    sd_fan *fans = SD_NEW_ARRAY(arena, sd_fan, s->count);
    const char *changed = s->sides->scenario->changed ? s->sides->scenario->changed : "";
    for (size_t i = 0; i < s->count; i++)
        fans[i] = (sd_fan){.label = s->sides[i].title, .quantiles = s->sides[i].fans[fan]};
    notes[0] =
        "Half of the futures lie in the dark band, nine of ten within the light one; the line is "
        "the median.";
    notes[1] =
        sd_arena_printf(arena, "%s%s%sIf these assumptions hold. %s", *changed ? "With " : "",
                        changed, *changed ? ". " : "", robust_drawn(s));
    return (sd_fan_picture){.title = title_of(s, fan),
                            .subtitle = subtitle_of(s, fan),
                            .time_units = model->time_units,
                            .suffix = *unit == '%'                  ? "%"
                                      : strncmp(unit, "h ", 2) == 0 ? "h"
                                                                    : "",
                            .sign = sd_measure_find(s->fan_names[fan]) &&
                                    strstr(s->fan_names[fan], "gain"),
                            .time_count = s->point_count,
                            .times = s->times,
                            .count = s->count,
                            .fans = fans,
                            .note_count = 2,
                            .notes = notes};
}

static sd_status draw_fan(const robust_study *s, size_t fan, const char *folder)
{
    call *c = s->call;
    const sd_fan_picture picture = picture_of(s, fan);
    const char *name =
        s->fan_count == 1 ? "fan" : sd_arena_printf(c->arena, "fan-%s", s->fan_names[fan]);
    for (int i = 0; i < 3; i++) {
        const char *path = sd_arena_printf(c->arena, "%s/%s.%s", folder, name, chart_endings[i]);
        sd_status status = sd_fan_draw(c->arena, &picture, path, c->given.force, c->diag);
        if (status != SD_OK)
            return status;
    }
    if (!c->given.quiet && !c->given.json)
        printf("drawn: %s/%s.svg, .png, .pdf\n", folder, name);
    return SD_OK;
}

sd_status robust_draw(const robust_study *s, const char *folder)
{
    call *c = s->call;
    bool made;
    if (s->count > SD_FANS_MAX)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE,
                       "a fan of more than %d scenarios cannot be read", (int)SD_FANS_MAX);
    sd_status status = make_folder(c, folder, &made);
    for (size_t f = 0; f < s->fan_count && status == SD_OK; f++)
        status = draw_fan(s, f, folder);
    if (status != SD_OK && made)
        (void)rmdir(folder); /* only when nothing is in it */
    return status;
}
