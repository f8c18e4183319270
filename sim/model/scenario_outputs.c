/* scenario_outputs.c - the `shocks` and `outputs` sections.
 * Shocks of all files of a chain add up; `save` and `score` are the last that were given.  Names become elements,
 * and times are held against the run: a score can only be read where a point is saved.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <math.h>
#include <string.h>

static const char *number_text(const sd_scenario_reader *reader, double value)
{
    char text[SD_NUMBER_MAX];

    return sd_arena_copy(reader->arena, text, sd_number_format(value, text));
}

/* The entry of a name that must be there; NULL, reported, when it is not. */
static const sd_entry *needed(const sd_scenario_reader *reader, const sd_entry *group,
                              const char *name, const char *what)
{
    const sd_entry *entry = sd_entry_find(group, name);

    if (!entry)
        (void)sd_fail(reader->diag, SD_E403, group->span, "%s has no '%s'", what, name);
    return entry;
}

/* ---- shocks ---- */

static const char *const shock_kinds[] = {"step", "pulse", "ramp"};
enum { SHOCK_KINDS = sizeof shock_kinds / sizeof shock_kinds[0] };

static bool read_shock_kind(const sd_scenario_reader *reader, const sd_entry *entry,
                            sd_shock_kind *ret_kind)
{
    const char *name;

    if (!sd_entry_text(entry, &name, reader->diag))
        return false;
    for (size_t each = 0; each < SHOCK_KINDS; each++) {
        if (strcmp(name, shock_kinds[each]) == 0) {
            *ret_kind = (sd_shock_kind)each;
            return true;
        }
    }
    (void)sd_fail(reader->diag, SD_E403, entry->span, "unknown kind of shock '%s'", name);
    sd_help(reader->diag, "a shock is a step, a pulse or a ramp");
    return false;
}

static bool find_shocked(const sd_scenario_reader *reader, const sd_entry *entry,
                         const sd_variable **ret_variable)
{
    const sd_variable *variable;
    const char *name, *reason = NULL;

    if (!sd_entry_text(entry, &name, reader->diag))
        return false;
    variable = sd_model_find(reader->model, name);
    if (!variable) {
        (void)sd_fail(reader->diag, SD_E101, entry->span, "no variable named '%s'", name);
        sd_help_nearest(reader->diag, name, reader->model->known_names,
                        reader->model->variable_count);
        return false;
    }
    if (variable->kind == SD_STOCK)
        reason = "a stock";
    else if (variable->kind == SD_GF)
        reason = "a graphical function";
    else if (sd_variable_is_constant(variable))
        reason = "a constant";
    else if (variable->driver)
        reason = "driven by a conveyor or queue";
    if (reason) {
        (void)sd_fail(reader->diag, SD_E111, entry->span,
                      "'%s' is %s; a shock multiplies a computed variable", variable->name, reason);
        sd_help(reader->diag, variable->kind == SD_STOCK ? "name one of its flows"
                              : variable->kind == SD_GF  ? "name a variable that uses it"
                              : variable->driver         ? "name what flows in"
                                                         : "give it another value in `set`");
        return false;
    }
    *ret_variable = variable;
    return true;
}

static bool read_duration(const sd_scenario_reader *reader, const sd_entry *group, sd_shock *shock)
{
    const sd_entry *entry = sd_entry_find(group, "duration");

    if (shock->kind == SD_SHOCK_STEP) {
        if (entry)
            (void)sd_fail(reader->diag, SD_E402, entry->name_span,
                          "a step has no duration: it stays to the end");
        if (entry)
            sd_help(reader->diag, "write kind = \"pulse\" for one that ends");
        return !entry;
    }
    entry = needed(reader, group, "duration", shock->kind == SD_SHOCK_PULSE ? "a pulse" : "a ramp");
    if (!entry || !sd_entry_number(entry, &shock->duration, reader->diag))
        return false;
    if (shock->duration > 0)
        return true;
    (void)sd_fail(reader->diag, SD_E404, entry->span,
                  "the duration of a shock must be above 0, not %s",
                  number_text(reader, shock->duration));
    return false;
}

static bool read_size(const sd_scenario_reader *reader, const sd_entry *entry, sd_shock *shock)
{
    if (!sd_entry_number(entry, &shock->size, reader->diag))
        return false;
    if (shock->size >= -1)
        return true;
    (void)sd_fail(reader->diag, SD_E404, entry->span,
                  "a size below -1 would turn the variable's sign");
    sd_help(reader->diag, "a size is a share: -0.2 takes a fifth away");
    return false;
}

static void read_shock(sd_scenario_reader *reader, const sd_entry *group)
{
    static const char *const known[] = {"variable", "at", "kind", "size", "duration"};
    const sd_entry *variable, *at, *kind, *size;
    sd_shock shock = {.span = group->span};
    bool good;

    if (!sd_entry_is_group(group, reader->diag))
        return;
    sd_entry_check_names(group, "a shock", known, sizeof known / sizeof known[0], reader->diag);
    variable = needed(reader, group, "variable", "a shock");
    at = needed(reader, group, "at", "a shock");
    kind = needed(reader, group, "kind", "a shock");
    size = needed(reader, group, "size", "a shock");
    good = variable && find_shocked(reader, variable, &shock.variable);
    good = at && sd_entry_number(at, &shock.at, reader->diag) && good;
    good = size && read_size(reader, size, &shock) && good;
    good = kind && read_shock_kind(reader, kind, &shock.kind) &&
           read_duration(reader, group, &shock) && good;
    if (variable)
        shock.span = variable->span;
    if (good)
        SD_PUSH(reader->arena, &reader->scenario->shocks, shock);
}

void sd_shocks_read(sd_scenario_reader *reader, const sd_entry *shocks)
{
    if (!sd_entry_is_sequence(shocks, reader->diag))
        return;
    for (size_t each = 0; each < shocks->entries.count; each++)
        read_shock(reader, shocks->entries.items[each]);
}

/* ---- what is saved ---- */

void sd_outputs_read(sd_scenario_reader *reader, const sd_entry *outputs)
{
    static const char *const known[] = {"save", "score"};
    const sd_entry *save, *score;

    if (!sd_entry_is_group(outputs, reader->diag))
        return;
    sd_entry_check_names(outputs, "outputs", known, sizeof known / sizeof known[0], reader->diag);
    save = sd_entry_find(outputs, "save");
    score = sd_entry_find(outputs, "score");
    if (save && sd_entry_is_sequence(save, reader->diag))
        reader->save = save;
    if (score && sd_entry_is_sequence(score, reader->diag))
        reader->score = score;
}

static bool has_value(const sd_scenario_reader *reader, const sd_variable *variable, sd_span span)
{
    if (variable->kind != SD_GF)
        return true;
    (void)sd_fail(reader->diag, SD_E111, span,
                  "'%s' is a graphical function, it has no value over time", variable->name);
    return false;
}

static void save_element(sd_scenario_reader *reader, size_t element, bool *saved)
{
    if (!saved[element])
        SD_PUSH(reader->arena, &reader->scenario->save, element);
    saved[element] = true;
}

static void read_save(sd_scenario_reader *reader, const sd_entry *entry, bool *saved)
{
    const sd_variable *variable;
    const char *name;
    size_t element;

    if (!sd_entry_text(entry, &name, reader->diag))
        return;
    variable = sd_model_find(reader->model, name);
    if (variable && has_value(reader, variable, entry->span)) {
        for (size_t each = 0; each < variable->size; each++)
            save_element(reader, variable->first + each, saved);
    } else if (!variable && sd_model_find_element(reader->model, name, entry->span, &element,
                                                  reader->diag) == SD_OK) {
        save_element(reader, element, saved);
    }
}

/* ---- scores ---- */

typedef struct measure {
    const char *name, *function;
    sd_score_kind kind;
} measure;

static const measure measures[] = {
    {"at", "", SD_SCORE_AT},
    {"mean_over", "mean", SD_SCORE_MEAN},
    {"min_over", "min", SD_SCORE_MIN},
    {"max_over", "max", SD_SCORE_MAX},
    {"integral_over", "integral", SD_SCORE_INTEGRAL},
};
enum { MEASURES = sizeof measures / sizeof measures[0] };

/* Of a saved interval, as a whole number; allows for the rounding of a quotient. */
static bool is_whole(double place)
{
    return fabs(place - nearbyint(place)) <= 1e-9 * fmax(1, place);
}

bool sd_score_time_check(const sd_run_spec *spec, double time, sd_span span, sd_diag *diag)
{
    const double place = (time - spec->start) / spec->save_interval, before = floor(place);
    char at[SD_NUMBER_MAX], low[SD_NUMBER_MAX], high[SD_NUMBER_MAX];
    const bool outside = !(time >= spec->start && time <= spec->stop);

    (void)sd_number_format(time, at);
    (void)sd_number_format(outside ? spec->start : spec->start + before * spec->save_interval, low);
    (void)sd_number_format(outside ? spec->stop : spec->start + (before + 1) * spec->save_interval,
                           high);
    if (outside) {
        (void)sd_fail(diag, SD_E404, span, "time %s lies outside the run from %s to %s", at, low,
                      high);
        return false;
    }
    if (is_whole(place))
        return true;
    (void)sd_fail(diag, SD_E404, span, "no point is saved at time %s", at);
    sd_help(diag, "write %s or %s, or change save_interval in `run`", low, high);
    return false;
}

/* A time of a score must lie in the run and at a saved point.  A score of a file below falls away without a word:
 * the scenario may have another run, and its author cannot change that file. */
static bool is_saved_time(const sd_scenario_reader *reader, double time, sd_span span)
{
    const sd_run_spec *spec = &reader->scenario->spec;

    if (reader->run_failed)
        return true;
    if (span.source != reader->scenario->source &&
        (time < spec->start || time > spec->stop ||
         !is_whole((time - spec->start) / spec->save_interval)))
        return false;
    return sd_score_time_check(spec, time, span, reader->diag);
}

/* [from, to], or "run" for all of it. */
static bool read_interval(const sd_scenario_reader *reader, const sd_entry *entry, sd_score *score,
                          bool *ret_whole)
{
    const sd_entry *const *items;

    *ret_whole = entry->kind == SD_ENTRY_TEXT && !entry->broken && strcmp(entry->text, "run") == 0;
    score->from = reader->scenario->spec.start;
    score->to = reader->scenario->spec.stop;
    if (*ret_whole)
        return true;
    if ((entry->kind != SD_ENTRY_ARRAY && entry->kind != SD_ENTRY_LIST) ||
        entry->entries.count != 2) {
        if (!entry->broken) {
            (void)sd_fail(reader->diag, SD_E403, entry->span, "'%s' must be two times",
                          entry->name);
            sd_help(reader->diag, "write %s = [from, to], or \"run\" for the whole run",
                    entry->name);
        }
        return false;
    }
    items = (const sd_entry *const *)entry->entries.items;
    if (!sd_entry_number(items[0], &score->from, reader->diag) ||
        !sd_entry_number(items[1], &score->to, reader->diag))
        return false;
    if (!(score->from < score->to)) {
        (void)sd_fail(reader->diag, SD_E404, entry->span,
                      "the first time must come before the second");
        return false;
    }
    return (int)is_saved_time(reader, score->from, items[0]->span) &
           (int)is_saved_time(reader, score->to, items[1]->span);
}

static bool read_measure(const sd_scenario_reader *reader, const sd_entry *group, sd_score *score,
                         const char *name)
{
    const sd_entry *found = NULL;
    const measure *of = NULL;
    bool whole;

    for (size_t each = 0; each < MEASURES; each++) {
        const sd_entry *entry = sd_entry_find(group, measures[each].name);

        if (entry && found) {
            (void)sd_fail(reader->diag, SD_E402, entry->name_span,
                          "a score has either '%s' or '%s'", found->name, entry->name);
            sd_help(reader->diag, "write a second score");
            return false;
        }
        if (entry) {
            found = entry;
            of = &measures[each];
        }
    }
    if (!found) {
        (void)sd_fail(reader->diag, SD_E403, group->span, "a score needs a time");
        sd_help(reader->diag,
                "add at = 52; or mean_over, min_over, max_over or integral_over = [from, to];");
        return false;
    }
    score->kind = of->kind;
    if (score->kind == SD_SCORE_AT) {
        if (!sd_entry_number(found, &score->from, reader->diag) ||
            !is_saved_time(reader, score->from, found->span))
            return false;
        score->to = score->from;
        score->spec =
            sd_arena_printf(reader->arena, "%s@%s", name, number_text(reader, score->from));
        return true;
    }
    if (!read_interval(reader, found, score, &whole))
        return false;
    score->spec =
        whole ? sd_arena_printf(reader->arena, "%s(%s)", of->function, name)
              : sd_arena_printf(reader->arena, "%s(%s,%s,%s)", of->function, name,
                                number_text(reader, score->from), number_text(reader, score->to));
    return true;
}

static bool read_better(const sd_scenario_reader *reader, const sd_entry *group, sd_score *score)
{
    const sd_entry *better = sd_entry_find(group, "better"), *limit = sd_entry_find(group, "limit");
    const char *text;

    if (better) {
        if (!sd_entry_text(better, &text, reader->diag))
            return false;
        score->better = strcmp(text, "higher") == 0 ? 1 : strcmp(text, "lower") == 0 ? -1 : 0;
        if (score->better == 0) {
            (void)sd_fail(reader->diag, SD_E403, better->span,
                          "'better' must be \"higher\" or \"lower\", not \"%s\"", text);
            return false;
        }
    }
    if (!limit)
        return true;
    score->has_limit = true;
    if (!better) {
        (void)sd_fail(reader->diag, SD_E403, limit->name_span, "a limit needs 'better'");
        sd_help(reader->diag, "add better = \"higher\"; or \"lower\"");
        return false;
    }
    return sd_entry_number(limit, &score->limit, reader->diag);
}

static void read_score(sd_scenario_reader *reader, const sd_entry *group)
{
    static const char *const known[] = {
        "of", "at", "mean_over", "min_over", "max_over", "integral_over", "better", "limit"};
    sd_score score = {.span = group->span};
    const sd_entry *of;
    const char *name;
    bool good;

    if (!sd_entry_is_group(group, reader->diag))
        return;
    sd_entry_check_names(group, "a score", known, sizeof known / sizeof known[0], reader->diag);
    of = needed(reader, group, "of", "a score");
    good = of && sd_entry_text(of, &name, reader->diag) &&
           sd_model_find_element(reader->model, name, of->span, &score.element, reader->diag) ==
               SD_OK &&
           has_value(reader, reader->model->element_variables[score.element], of->span);
    if (good)
        score.span = of->span;
    name = good ? sd_model_element_name(reader->model, score.element, reader->arena) : "";
    good = read_measure(reader, group, &score, name) && good;
    good = read_better(reader, group, &score) && good;
    if (good)
        SD_PUSH(reader->arena, &reader->scenario->scores, score);
}

void sd_outputs_finish(sd_scenario_reader *reader)
{
    bool *saved = SD_NEW_ARRAY(reader->arena, bool, reader->model->element_count);

    for (size_t each = 0; reader->save && each < reader->save->entries.count; each++)
        read_save(reader, reader->save->entries.items[each], saved);
    for (size_t each = 0; reader->score && each < reader->score->entries.count; each++)
        read_score(reader, reader->score->entries.items[each]);
}
