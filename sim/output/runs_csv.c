/* runs_csv.c - the table of a sweep read back, as charts want it: some columns of the members that went well.
 * In: CSV as sd_member_table_add writes it, of any length.  Out: columns, in memory that does not grow with the other columns
 * and only up to a bound with the rows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_runs.h"

#include <math.h>
#include <string.h>

enum { ERRORS_MAX = 20 /* of one file: the rest is more of the same */ };

/* "x@26", "mean(x,1,2)": no name of a parameter looks like that. */
static bool is_spec(const char *name)
{
    const size_t length = strlen(name);

    return strchr(name, '@') || (length && name[length - 1] == ')' && strchr(name, '('));
}

/* ---- the first line ---- */

static sd_status fail_other(sd_runs *r)
{
    const sd_status status = sd_fail(
        r->diag, SD_E616, SD_NOWHERE,
        "'%s' is no table of a sweep: it has no columns 'index' and 'status'", r->source->name);

    sd_help(r->diag, "treadmill sweep INPUT --grid P=A:B:N -o runs.csv writes one");
    return status;
}

static sd_status read_head(sd_runs *r)
{
    sd_csv_reader csv = sd_csv_open(r->arena, r->source, r->diag);
    const size_t errors = r->diag->errors;
    SD_LIST(const char *) columns = {0};
    sd_csv_cell cell;

    r->scenario_at = r->status_at = SIZE_MAX;
    do {
        cell = sd_csv_next(&csv);
        const char *name = sd_csv_text(&csv, cell);

        name = sd_arena_copy(r->arena, name, strlen(name));
        if (r->status_at == SIZE_MAX && strcmp(name, "status") == 0)
            r->status_at = columns.count;
        if (r->status_at == SIZE_MAX && strcmp(name, "scenario") == 0)
            r->scenario_at = columns.count;
        SD_PUSH(r->arena, &columns, name);
    } while (!cell.last);
    if (r->diag->errors > errors)
        return SD_SYNTAX;
    r->columns = columns.items;
    r->column_count = columns.count;
    r->body = csv.at;
    if (r->status_at == SIZE_MAX || strcmp(columns.items[0], "index") != 0)
        return fail_other(r);
    r->first_parameter = r->first_score = r->status_at + 1;
    while (r->first_score < r->column_count && !is_spec(r->columns[r->first_score]))
        r->first_score++;
    return SD_OK;
}

sd_status sd_runs_open(sd_arena *arena, const sd_table_request *request, sd_runs *ret_runs,
                       sd_diag *diag)
{
    sd_runs runs = {.arena = arena,
                    .diag = diag,
                    .source = request->table,
                    .interrupted = request->interrupted};
    sd_status status = read_head(&runs);

    if (status == SD_OK)
        status = sd_meta_read(arena, request->meta, request->table, &runs.meta, diag);
    if (status != SD_OK)
        return status;
    const char *end = runs.source->text + runs.source->length;

    for (const char *c = runs.body; c && c < end; runs.line_count++) {
        c = memchr(c, '\n', (size_t)(end - c));
        c = c ? c + 1 : NULL;
    }
    *ret_runs = runs;
    return SD_OK;
}

/* ---- rows ---- */

typedef struct walk { /* over all rows */
    const sd_runs *runs;
    sd_csv_reader csv;
    const char *begin;  /* of the line */
    sd_csv_cell *cells; /* [column_count] of the line */
    size_t errors;      /* before */
    size_t rows;
} walk;

static walk walk_begin(const sd_runs *r)
{
    walk w = {.runs = r,
              .csv = sd_csv_open(r->arena, r->source, r->diag),
              .cells = SD_NEW_ARRAY(r->arena, sd_csv_cell, r->column_count + 1),
              .errors = r->diag->errors};

    w.csv.at = r->body;
    return w;
}

/* The fields of the next line that is not empty; false at the end, or when too much is wrong. */
static bool walk_next(walk *w)
{
    const sd_runs *r = w->runs;

    while (w->csv.at < w->csv.end && r->diag->errors - w->errors < ERRORS_MAX) {
        size_t count = 0;
        sd_csv_cell cell;

        w->begin = w->csv.at;
        if (*w->begin == '\n' || *w->begin == '\r') {
            w->csv.at++;
            continue;
        }
        if (++w->rows % 4096 == 0 && r->interrupted && *r->interrupted)
            return false;
        do {
            cell = sd_csv_next(&w->csv);
            if (count < r->column_count)
                w->cells[count] = cell;
            count++;
        } while (!cell.last);
        if (count == r->column_count)
            return true;
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&w->csv, w->begin, w->begin + 1),
                      "this line has %zu field%s, the first line has %zu", count,
                      count == 1 ? "" : "s", r->column_count);
    }
    return false;
}

static sd_status walk_status(const walk *w)
{
    const sd_runs *r = w->runs;

    if (r->interrupted && *r->interrupted)
        return SD_INTERRUPTED;
    if (r->diag->errors > w->errors)
        return SD_SYNTAX;
    return w->rows
               ? SD_OK
               : sd_fail(r->diag, SD_E606, sd_csv_span(&w->csv, r->source->text, r->source->text),
                         "the table has no rows");
}

static bool went_well(walk *w)
{
    const sd_csv_cell status = w->cells[w->runs->status_at];

    return status.end - status.begin == 2 && memcmp(status.begin, "ok", 2) == 0;
}

static double number_at(walk *w, size_t column)
{
    const double value = sd_csv_number(&w->csv, w->cells[column], w->runs->columns[column]);

    return isfinite(value) ? value : (double)NAN;
}

/* SIZE_MAX when there are too many. */
static size_t scenario_of(walk *w, sd_runs_rows *rows)
{
    const sd_runs *r = w->runs;
    const char *name =
        r->scenario_at < SIZE_MAX ? sd_csv_text(&w->csv, w->cells[r->scenario_at]) : "";

    for (size_t s = rows->scenario_count; s-- > 0;) /* they follow one another */
        if (strcmp(rows->scenarios[s], name) == 0)
            return s;
    if (rows->scenario_count == SD_RUNS_SCENARIOS_MAX) {
        (void)sd_fail(r->diag, SD_E616, sd_csv_span(&w->csv, w->begin, w->begin + 1),
                      "the table has more than %d scenarios", SD_RUNS_SCENARIOS_MAX);
        return SIZE_MAX;
    }
    rows->scenarios[rows->scenario_count] = sd_arena_copy(r->arena, name, strlen(name));
    return rows->scenario_count++;
}

/* One of `every` rows, spread by the golden ratio so that no order of a grid comes through. */
static bool is_chosen(size_t row, size_t every)
{
    const uint64_t spread = (uint64_t)row * 0x9E3779B97F4A7C15u;

    return every == 1 || (double)spread < 18446744073709551616.0 / (double)every;
}

sd_status sd_runs_load(const sd_runs *r, const size_t *wanted, size_t wanted_count, size_t most,
                       sd_runs_rows *ret_rows)
{
    const size_t every = r->line_count > most ? (r->line_count + most - 1) / most : 1,
                 room = r->line_count / every + r->line_count / every / 8 + 64;
    sd_runs_rows rows = {.every = every};
    double **values = SD_NEW_ARRAY(r->arena, double *, wanted_count + 1);
    uint8_t *scenario = SD_NEW_ARRAY(r->arena, uint8_t, room);
    walk w = walk_begin(r);

    for (size_t i = 0; i < wanted_count; i++)
        values[i] = SD_NEW_ARRAY(r->arena, double, room);
    for (size_t row = 0; walk_next(&w); row++) {
        const size_t which = scenario_of(&w, &rows);

        if (which == SIZE_MAX)
            break;
        if (!went_well(&w)) {
            if (rows.failed++ == 0)
                rows.why =
                    sd_arena_printf(r->arena, "%s", sd_csv_text(&w.csv, w.cells[r->status_at]));
            continue;
        }
        if (!is_chosen(row, every) || rows.count == room)
            continue;
        scenario[rows.count] = (uint8_t)which;
        for (size_t i = 0; i < wanted_count; i++)
            values[i][rows.count] = number_at(&w, wanted[i]);
        rows.count++;
    }
    rows.all = w.rows;
    rows.scenario = scenario;
    rows.values = (const double **)values;
    *ret_rows = rows;
    return walk_status(&w);
}

/* ---- levels ---- */

static void note_level(sd_levels *levels, double value)
{
    size_t low = 0, high = levels->count;

    while (low < high) {
        const size_t middle = (low + high) / 2;

        if (levels->values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < levels->count && levels->values[low] == value)
        return;
    if (levels->count == SD_LEVELS_MAX) {
        levels->count++;
        return;
    }
    memmove(levels->values + low + 1, levels->values + low,
            (levels->count - low) * sizeof *levels->values);
    levels->values[low] = value;
    levels->count++;
}

sd_status sd_runs_levels(const sd_runs *r, const sd_levels **ret_levels)
{
    const size_t count = r->first_score - r->first_parameter;
    sd_levels *levels = SD_NEW_ARRAY(r->arena, sd_levels, count + 1);
    walk w = walk_begin(r);

    memset(levels, 0, (count + 1) * sizeof *levels);
    while (walk_next(&w))
        for (size_t p = 0; p < count; p++)
            if (levels[p].count <= SD_LEVELS_MAX) {
                const double value = number_at(&w, r->first_parameter + p);

                if (!isnan(value))
                    note_level(&levels[p], value);
            }
    *ret_levels = levels;
    return walk_status(&w);
}
