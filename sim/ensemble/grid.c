/* grid.c - designs of every combination of values.
 * In: "P=a:b:n".  Out: sd_design.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "ensemble_private.h"

typedef struct grid_text {
    const sd_source *source;
    size_t equals, first, second; /* where '=' and the two ':' stand */
} grid_text;

static sd_span part(const grid_text *t, size_t begin, size_t end)
{
    const char *text = t->source->text;

    while (begin < end && text[begin] == ' ')
        begin++;
    while (end > begin && text[end - 1] == ' ')
        end--;
    return (sd_span){.source = t->source, .begin = begin, .end = end};
}

static bool number_of(const sd_diag *diag, sd_span span, double *ret_value)
{
    return sd_number_from_text(
        sd_arena_copy(diag->arena, span.source->text + span.begin, span.end - span.begin),
        ret_value);
}

static sd_status split(const sd_source *source, grid_text *ret_text, sd_diag *diag)
{
    const char *text = source->text, *equals = strchr(text, '='),
               *first = equals ? strchr(equals, ':') : NULL,
               *second = first ? strchr(first + 1, ':') : NULL;

    if (!second || strchr(second + 1, ':')) {
        sd_status status = sd_fail(diag, SD_E701, (sd_span){source, 0, source->length},
                                   "'%s' is no grid", source->text);
        sd_help(diag, "write NAME=FIRST:LAST:COUNT, as in attrition_rate=0.1:0.3:5");
        return status;
    }
    *ret_text = (grid_text){source, (size_t)(equals - text), (size_t)(first - text),
                            (size_t)(second - text)};
    return SD_OK;
}

static sd_status read_points(const grid_text *t, sd_factor *factor, sd_diag *diag)
{
    const sd_span ends[] = {part(t, t->equals + 1, t->first), part(t, t->first + 1, t->second)};
    const sd_span points = part(t, t->second + 1, t->source->length);
    double *const values[] = {&factor->low, &factor->high}, count;
    sd_status status;

    for (size_t i = 0; i < 2; i++)
        if (!number_of(diag, ends[i], values[i]))
            return sd_fail(diag, SD_E701, ends[i], "an end of a grid must be a number");
    if (!number_of(diag, points, &count) || count != floor(count) || count < 0)
        return sd_fail(diag, SD_E701, points, "the number of points must be a whole number");
    if (count < 1)
        return sd_fail(diag, SD_E702, points, "a grid without points has no members");
    factor->points = count <= (double)SD_MEMBERS_MAX ? (uint64_t)count : SD_MEMBERS_MAX + 1UL;
    if ((factor->points == 1) == (factor->low == factor->high))
        return SD_OK;
    status = sd_fail(diag, SD_E701, points,
                     factor->points == 1 ? "one point cannot be both ends of the grid"
                                         : "the ends of the grid are the same");
    sd_help(diag, "%s", factor->points == 1 ? "give 2 points or more" : "give 1 point");
    return status;
}

static sd_status read_factor(sd_arena *arena, const sd_scenario *scenario, const char *text,
                             sd_factor *factor, sd_span *ret_name, sd_diag *diag)
{
    const sd_source *source = sd_source_from_text(arena, "--grid", text, strlen(text));
    grid_text t = {0};
    sd_status status = split(source, &t, diag);

    if (status != SD_OK)
        return status;
    *ret_name = part(&t, 0, t.equals);
    factor->name = sd_arena_copy(arena, text + ret_name->begin, ret_name->end - ret_name->begin);
    status = read_points(&t, factor, diag);
    const double ends[] = {factor->low, factor->high};
    const sd_span spans[] = {part(&t, t.equals + 1, t.first), part(&t, t.first + 1, t.second)};
    for (size_t i = 0; status == SD_OK && i < (factor->points > 1 ? 2 : 1); i++)
        status = sd_scenario_check_value(scenario, factor->name, *ret_name, ends[i], spans[i],
                                         &factor->first, &factor->count, diag);
    return status;
}

static sd_status count_members(sd_design *design, sd_diag *diag)
{
    double members = 1;

    for (size_t f = 0; f < design->factor_count; f++)
        members *= (double)design->factors[f].points;
    design->member_count = 1;
    if (members <= (double)SD_MEMBERS_MAX) {
        for (size_t f = 0; f < design->factor_count; f++)
            design->member_count *= design->factors[f].points;
        return SD_OK;
    }
    sd_status status = sd_fail(diag, SD_E702, SD_NOWHERE, "the grid has %.3g members, more than %d",
                               members, SD_MEMBERS_MAX);
    sd_help(diag, "take fewer points, or a part of the grid at a time");
    return status;
}

sd_status sd_design_from_grid(sd_arena *arena, const sd_scenario *scenario,
                              const char *const *texts, size_t count, const sd_design **ret_design,
                              sd_diag *diag)
{
    sd_design *design = SD_NEW(arena, sd_design);
    sd_factor *factors = SD_NEW_ARRAY(arena, sd_factor, count + 1);
    sd_span name = SD_NOWHERE;
    const size_t errors = diag->errors;

    for (size_t f = 0; f < count; f++) {
        sd_factor *factor = &factors[design->factor_count];

        if (read_factor(arena, scenario, texts[f], factor, &name, diag) == SD_OK &&
            factor_is_new(factors, design->factor_count, factor, name, diag))
            design->factor_count++;
    }
    design->kind = SD_DESIGN_GRID;
    design->factors = factors;
    if (diag->errors > errors)
        return sd_diag_status(diag);
    sd_status status = count_members(design, diag);
    if (status == SD_OK)
        status = design_check(design, scenario, name, diag);
    if (status == SD_OK)
        *ret_design = design;
    return status;
}
