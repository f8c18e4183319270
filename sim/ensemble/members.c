/* members.c - a design from a table: the first line names parameters, each further line is a member.
 * In: CSV.  Out: sd_design, or every error with its line and column.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>

#include "ensemble_private.h"

enum { ERRORS_MAX = 20 /* of one file: the rest is more of the same */ };

typedef struct extreme { /* of a column: what decides whether all of it is within bounds */
    double value;
    sd_span span;
} extreme;

typedef struct member_reader {
    sd_arena *arena;
    const sd_scenario *scenario;
    sd_diag *diag;
    sd_csv_reader csv;
    size_t column_count;
    sd_factor *factors;
    sd_span *names;
    extreme *lowest, *highest;
    SD_LIST(double) values;
    uint64_t row_count;
} member_reader;

static void read_head(member_reader *r)
{
    SD_LIST(sd_factor) factors = {0};
    SD_LIST(sd_span) names = {0};
    sd_csv_cell cell;

    do {
        sd_factor factor = {0};

        cell = sd_csv_next(&r->csv);
        sd_span span = sd_csv_span(&r->csv, cell.begin, cell.end);
        factor.name = sd_arena_printf(r->arena, "%s", sd_csv_text(&r->csv, cell));
        SD_PUSH(r->arena, &factors, factor);
        SD_PUSH(r->arena, &names, span);
    } while (!cell.last);
    r->column_count = factors.count;
    r->factors = factors.items;
    r->names = names.items;
    r->lowest = SD_NEW_ARRAY(r->arena, extreme, factors.count);
    r->highest = SD_NEW_ARRAY(r->arena, extreme, factors.count);
}

static void note_extremes(member_reader *r, size_t column, double value, sd_span span)
{
    extreme *low = &r->lowest[column], *high = &r->highest[column];

    if (!low->span.source || value < low->value)
        *low = (extreme){value, span};
    if (!high->span.source || value > high->value)
        *high = (extreme){value, span};
}

static void read_member(member_reader *r)
{
    const char *begin = r->csv.at;
    size_t column = 0;
    sd_csv_cell cell;

    if (*begin == '\n' || *begin == '\r') { /* an empty line */
        r->csv.at++;
        return;
    }
    do {
        cell = sd_csv_next(&r->csv);
        if (column < r->column_count) {
            const size_t errors = r->diag->errors;
            sd_span span = sd_csv_span(&r->csv, cell.begin, cell.end);
            double value = sd_csv_number(&r->csv, cell, r->factors[column].name);

            if (!isfinite(value) && r->diag->errors == errors)
                (void)sd_fail(r->diag, SD_E606, span, "a value of '%s' is missing",
                              r->factors[column].name);
            SD_PUSH(r->arena, &r->values, value);
            note_extremes(r, column, value, span);
        }
        column++;
    } while (!cell.last);
    if (column != r->column_count)
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, begin + 1),
                      "this line has %zu field%s, the first line has %zu", column,
                      column == 1 ? "" : "s", r->column_count);
    r->row_count++;
}

static void check_columns(member_reader *r)
{
    for (size_t f = 0; f < r->column_count; f++) {
        sd_factor *factor = &r->factors[f];
        const extreme *ends[] = {&r->lowest[f], &r->highest[f]};
        size_t count = ends[0]->value == ends[1]->value ? 1 : 2;
        sd_status status = SD_OK;

        for (size_t i = 0; i < count && status == SD_OK; i++)
            status =
                sd_scenario_check_value(r->scenario, factor->name, r->names[f], ends[i]->value,
                                        ends[i]->span, &factor->first, &factor->count, r->diag);
        if (status == SD_OK)
            (void)factor_is_new(r->factors, f, factor, r->names[f], r->diag);
    }
}

sd_status sd_design_from_csv(sd_arena *arena, const sd_scenario *scenario, const sd_source *source,
                             const sd_design **ret_design, sd_diag *diag)
{
    const size_t errors = diag->errors;
    member_reader r = {.arena = arena,
                       .scenario = scenario,
                       .diag = diag,
                       .csv = sd_csv_open(arena, source, diag)};

    if (r.csv.at < r.csv.end)
        read_head(&r);
    while (r.csv.at < r.csv.end && diag->errors - errors < ERRORS_MAX &&
           r.row_count <= SD_MEMBERS_MAX)
        read_member(&r);
    if (diag->errors == errors && r.row_count == 0)
        return sd_fail(diag, SD_E702, sd_csv_span(&r.csv, source->text, source->text),
                       "the table has no members");
    if (diag->errors == errors && r.row_count > SD_MEMBERS_MAX)
        return sd_fail(diag, SD_E702, sd_csv_span(&r.csv, source->text, source->text),
                       "the table has more than %d members", SD_MEMBERS_MAX);
    if (diag->errors == errors)
        check_columns(&r);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    sd_design *design = SD_NEW(arena, sd_design);
    *design = (sd_design){.kind = SD_DESIGN_TABLE,
                          .member_count = r.row_count,
                          .factor_count = r.column_count,
                          .factors = r.factors,
                          .table = r.values.items};
    assert(r.names); /* where there is a member, there is a first line */
    sd_status status = design_check(design, scenario, r.names[0], diag);
    if (status == SD_OK)
        *ret_design = design;
    return status;
}
