/* design.c - which values the members of an ensemble have, and what all designs are checked for.
 * In: sd_design and the number of a member.  Out: the values of its factors.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ensemble_private.h"

/* ---- values of members ---- */

/* The decimal that a value stands for but for the rounding of its computation, with up to 15 digits when counted from the
 * first digit of `size`; a value that stands for none, such as a third, stays. */
static double tidied(double value, double size)
{
    double scale = 1, decimal; /* a power of ten that a double holds exactly */

    if (!(size >= 1e-7 && size < 1e15))
        return value;
    while (size * scale < 1e14)
        scale *= 10;
    decimal = round(value * scale) / scale;
    return fabs(decimal - value) <= 4 * DBL_EPSILON * size ? decimal : value;
}

static double grid_value(const sd_factor *factor, uint64_t point)
{
    if (point == 0)
        return factor->low;
    if (point + 1 == factor->points)
        return factor->high;
    double share = (double)point / (double)(factor->points - 1);
    return tidied(factor->low + (factor->high - factor->low) * share,
                  fmax(fabs(factor->low), fabs(factor->high)));
}

static void grid_values(const sd_factor *factors, size_t count, uint64_t number, double *ret_values)
{
    for (size_t f = count; f-- > 0;) {
        ret_values[f] = grid_value(&factors[f], number % factors[f].points);
        number /= factors[f].points;
    }
}

/* Number 0 has all factors at their central values, 2 f + 1 and 2 f + 2 factor f low and high. */
static void one_at_a_time(const sd_factor *factors, size_t count, uint64_t number,
                          double *ret_values)
{
    static const double tails[] = {0.05, 0.95}; /* [1] */
    for (size_t f = 0; f < count; f++)
        ret_values[f] = factors[f].value;
    if (number == 0)
        return;
    const size_t moved = (size_t)(number - 1) / 2;
    if (factors[moved].distribution.kind != SD_DIST_NONE)
        ret_values[moved] =
            sd_distribution_quantile(&factors[moved].distribution, tails[(number - 1) % 2]);
}

/* The point of the unit cube is worked out in the place of the values. */
void sd_design_values(const sd_design *design, uint64_t member, double *ret_values)
{
    const size_t levers = design->lever_count, drawn = design->factor_count - levers;
    switch (design->kind) {
    case SD_DESIGN_GRID:
        grid_values(design->factors, design->factor_count, member, ret_values);
        return;
    case SD_DESIGN_TABLE:
        memcpy(ret_values, design->table + member * design->factor_count,
               design->factor_count * sizeof *ret_values);
        return;
    case SD_DESIGN_COMPUTED:
        design->values(design->context, member, ret_values);
        return;
    default:
        break;
    }
    grid_values(design->factors, levers, member / design->sample_count, ret_values);
    member %= design->sample_count;
    if (design->kind == SD_DESIGN_ONE_AT_A_TIME) {
        one_at_a_time(design->factors + levers, drawn, member, ret_values + levers);
        return;
    }
    sd_points_at(design->points, member, ret_values + levers);
    sd_factors_values(design->factors + levers, drawn, ret_values + levers, ret_values + levers);
}

/* ---- what all designs share ---- */

bool factor_is_new(const sd_factor *factors, size_t count, const sd_factor *next, sd_span where,
                   sd_diag *diag)
{
    for (size_t f = 0; f < count; f++) {
        if (next->first >= factors[f].first + factors[f].count ||
            factors[f].first >= next->first + next->count)
            continue;
        (void)sd_fail(diag, SD_E102, where, "'%s' is varied twice", next->name);
        return false;
    }
    return true;
}

sd_status design_check(const sd_design *design, const sd_scenario *scenario, sd_span where,
                       sd_diag *diag)
{
    const uint64_t ends[] = {0, design->member_count - 1};
    sd_arena *scratch = sd_arena_new("a member");
    double *values = SD_NEW_ARRAY(scratch, double, design->factor_count + 1);
    sd_status status = SD_OK;

    for (size_t e = 0; e < 2 && status == SD_OK && design->factor_count > 0; e++) {
        sd_scenario *member = sd_scenario_copy(scratch, scenario);
        sd_diag *found = sd_diag_new(scratch);

        sd_design_values(design, ends[e], values);
        for (size_t f = 0; f < design->factor_count; f++)
            for (size_t i = 0; i < design->factors[f].count; i++)
                sd_scenario_put(scratch, member, design->factors[f].first + i, values[f], where);
        if (sd_scenario_check(member, found) == SD_OK)
            continue;
        for (size_t i = 0; i < found->messages.count; i++) {
            const sd_message *message = &found->messages.items[i];

            if (message->severity != SD_ERROR_SEVERITY)
                continue;
            status = sd_fail(diag, message->code, where, "in member %" PRIu64 ", %s", ends[e],
                             message->text);
            if (message->help)
                sd_help(diag, "%s", message->help);
        }
    }
    sd_arena_free(scratch);
    return status;
}

static bool list_reads(const sd_instructions *list, int32_t row)
{
    for (size_t i = 0; i < list->count; i++) {
        const sd_instruction *at = &list->list[i];
        if (at->a == row || at->b == row || at->c == row)
            return true;
    }
    return false;
}

static bool belts_read(const sd_program *p, int32_t row)
{
    for (size_t i = 0; i < p->belt_count; i++)
        for (size_t k = 0; k < SD_BELT_ROWS; k++)
            if (p->belts[i].rows[k] == row)
                return true;
    for (size_t i = 0; i < p->belt_leak_count; i++)
        for (size_t k = 0; k < SD_LEAK_ROWS; k++)
            if (p->belt_leaks[i].rows[k] == row)
                return true;
    return false;
}

static bool reads_parameter(const sd_program *p, int32_t row)
{
    if (belts_read(p, row))
        return true;
    if (list_reads(&p->once, row) || list_reads(&p->grid, row))
        return true;
    for (size_t i = 0; i < p->stock_count; i++)
        if (p->stocks[i].start == row || p->stocks[i].net == row)
            return true;
    for (size_t i = 0; i < p->memory_count; i++)
        if (p->memories[i].input == row)
            return true;
    for (size_t i = 0; i < p->pipeline_count; i++)
        if (p->pipelines[i].input == row || p->pipelines[i].time == row ||
            p->pipelines[i].start == row)
            return true;
    return false;
}

void sd_design_warn_unused(const sd_design *design, const sd_program *program, sd_diag *diag)
{
    for (size_t f = 0; f < design->factor_count; f++) {
        const sd_factor *factor = &design->factors[f];
        bool read = false;

        for (size_t i = 0; i < factor->count && !read; i++) {
            int32_t k = program->element_parameters[factor->first + i];
            read = k >= 0 && reads_parameter(program, program->parameters[k].row);
        }
        if (read)
            continue;
        sd_warn(diag, SD_W911, SD_NOWHERE, "no score depends on '%s'", factor->name);
    }
}
