/* tip_picture.c - what `tip` found as pictures: the output over the parameter, and the boundary in two.
 * In: a finished study.  Out: the words of its charts, for the provenance and for the pictures themselves, which are drawn from
 * the table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tip_study.h"

enum { WORDS_MAX = 16 };

/* "hours per week, hour/person/week"; a share has no units worth a word. */
static const char *axis_of(const tip_study *t, const char *variable, size_t element)
{
    const char *units = t->at.scenario->model->element_variables[element]->units_text;
    const char *name = tip_spaced(t->c->arena, variable);
    const bool none =
        !units || !*units || sd_text_equal_fold(units, "dmnl") || strcmp(units, "1") == 0;

    return none ? name : sd_arena_printf(t->c->arena, "%s, %s", name, units);
}

typedef struct words {
    sd_arena *arena;
    size_t count;
    sd_word *list; /* [WORDS_MAX] */
} words;

static void say(words *w, const char *key, const char *text)
{
    w->list[w->count++] = (sd_word){key, text};
}

static void say_number(words *w, const char *key, double value)
{
    char *text = sd_arena_printf(w->arena, "%*s", SD_NUMBER_MAX, "");

    (void)sd_number_format(value, text);
    say(w, key, text);
}

const sd_word *tip_chart_words(const tip_study *t, size_t *ret_count)
{
    sd_arena *arena = t->c->arena;
    const char *scenario = t->at.scenario->title[0] ? t->at.scenario->title : t->at.scenario->name;
    words w = {arena, 0, SD_NEW_ARRAY(arena, sd_word, WORDS_MAX)};

    say(&w, "title", tip_finding(t));
    say(&w, "subtitle",
        sd_arena_printf(arena, "%s\xC2\xA0 \xC2\xB7 \xC2\xA0%s", axis_of(t, t->of, t->element),
                        scenario));
    say(&w, "x_label", axis_of(t, t->over[0].name, t->over[0].element));
    say_number(&w, "x_low", t->over[0].low);
    say_number(&w, "x_high", t->over[0].high);
    say(&w, "runs", sd_arena_printf(arena, "a run, at %s", moment_text(t->c, &t->at)));
    if (!isnan(t->runs.leaves)) {
        say_number(&w, "level_at", t->runs.leaves);
        say(&w, "level",
            sd_arena_printf(arena, "level %s %.2g", t->runs.rising_side ? "up to" : "down to",
                            t->runs.leaves));
    }
    if (t->boundary.count > 1) {
        say(&w, "boundary_title",
            sd_arena_printf(arena, "%s: where %s", tip_label(t),
                            t->boundary_is_fold ? "it tips" : "it begins to move, by degrees"));
        say(&w, "boundary_subtitle",
            sd_arena_printf(arena, "%s (up) against %s", tip_spaced(arena, t->over[1].name),
                            tip_spaced(arena, t->over[0].name)));
        say_number(&w, "y_low", t->over[1].low);
        say_number(&w, "y_high", t->over[1].high);
    }
    *ret_count = w.count;
    return w.list;
}

/* SVG, PNG and PDF. */
static sd_status draw(const tip_study *t, const sd_source *table, const char *kind,
                      const char *folder)
{
    call *c = t->c;
    sd_told told = {.time_units = "", .changed = ""};

    told.words = tip_chart_words(t, &told.word_count);
    for (size_t i = 0; i < sizeof chart_endings / sizeof *chart_endings; i++) {
        const char *script,
            *path = sd_arena_printf(c->arena, "%s/%s.%s", folder, kind, chart_endings[i]);
        const sd_table_request request = {
            .table = table, .told = &told, .path = path, .interrupted = c->interrupted};
        sd_status status = sd_table_chart_find(kind)->script(c->arena, &request, &script, c->diag);

        if (status == SD_OK)
            status = sd_picture_draw(c->arena, script, path, c->given.force, c->diag);
        if (status != SD_OK)
            return status;
    }
    if (!c->given.quiet && !c->given.json)
        printf("drawn: %s/%s.svg, .png, .pdf\n", folder, kind);
    return SD_OK;
}

sd_status tip_draw(const tip_study *t, const sd_facts *facts, const char *folder)
{
    sd_text text = sd_text_new(t->c->arena);
    bool made;
    sd_status status = make_folder(t->c, folder, &made);

    sd_facts_text(facts, &text);
    const sd_source *table = sd_source_from_text(t->c->arena, "tip.csv", text.bytes, text.length);

    if (status == SD_OK)
        status = draw(t, table, "tip", folder);
    if (status == SD_OK && t->boundary.count > 1)
        status = draw(t, table, "tip-boundary", folder);
    return status;
}
