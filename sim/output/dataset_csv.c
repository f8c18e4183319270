/* dataset_csv.c - series by scenario, as charts read them, from a CSV file.
 * CSV is that of RFC 4180, with LF, CR LF or CR at the ends of lines.  A column `scenario` parts the rows
 * into series; without it there is one.  What is empty or says that it is no number becomes NAN.  A table of loops has a
 * column `loop` too, and one row for each step of each loop.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <math.h>
#include <string.h>

enum { ERRORS_MAX = 20 /* of one file: the rest is more of the same */ };

typedef struct row {
    double time;
    const double *values; /* [column_count] */
} row;

typedef struct scenario_rows {
    const char *name;
    const char *loop, *loop_name; /* of a table of loops, which has such rows for each loop */
    SD_LIST(row) rows;
} scenario_rows;

typedef struct reader {
    sd_arena *arena;
    sd_diag *diag;
    sd_csv_reader csv;
    size_t scenario_at, time_at, loop_at, name_at; /* which fields these are; SIZE_MAX: none */
    size_t field_count;
    const char **columns; /* names of all other fields */
    size_t column_count;
    const char *time_name;
    SD_LIST(scenario_rows *) scenarios;
    sd_table *by_name;                 /* -> scenario_rows */
    sd_text scenario, loop, loop_name; /* of the line */
} reader;

static bool is_time_name(const char *name, size_t place)
{
    static const char *const others[] = {"t",     "week",   "weeks",   "day",  "days",
                                         "month", "months", "quarter", "year", "years"};

    if (sd_text_equal_fold(name, "time") || strcmp(name, "t_end") == 0)
        return true;
    for (size_t i = 0; place == 0 && i < sizeof others / sizeof *others; i++)
        if (sd_text_equal_fold(name, others[i]))
            return true;
    return false;
}

static sd_status read_head(reader *r)
{
    const char *begin = r->csv.at;
    SD_LIST(const char *) columns = {0};
    sd_csv_cell f;

    do {
        const char *name;

        f = sd_csv_next(&r->csv);
        name = sd_csv_text(&r->csv, f);
        if (r->time_at == SIZE_MAX && is_time_name(name, r->field_count)) {
            r->time_at = r->field_count;
            r->time_name = sd_arena_copy(r->arena, name, strlen(name));
        } else if (r->scenario_at == SIZE_MAX && sd_text_equal_fold(name, "scenario")) {
            r->scenario_at = r->field_count;
        } else if (r->loop_at == SIZE_MAX && strcmp(name, "loop") == 0) {
            r->loop_at = r->field_count;
        } else if (r->loop_at != SIZE_MAX && strcmp(name, "name") == 0) {
            r->name_at = r->field_count;
        } else {
            name = sd_arena_copy(r->arena, name, strlen(name));
            SD_PUSH(r->arena, &columns, name);
        }
        r->field_count++;
    } while (!f.last);
    r->columns = columns.items;
    r->column_count = columns.count;
    if (r->time_at != SIZE_MAX)
        return SD_OK;
    const sd_status status = sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, f.end),
                                     "there is no column named 'time'");

    sd_help(r->diag, "the first line names the columns, with commas between them");
    return status;
}

/* Where the line that was read last belongs. */
static scenario_rows *scenario_of(reader *r)
{
    sd_text *key = &r->csv.scratch;
    scenario_rows *found;

    key->length = 0;
    sd_text_add(key, r->scenario.bytes, r->scenario.length);
    if (r->loop_at != SIZE_MAX)
        sd_text_printf(key, "\n%s\n%s", r->loop.bytes, r->loop_name.bytes);
    found = sd_table_find(r->by_name, key->bytes);
    if (found)
        return found;
    found = SD_NEW(r->arena, scenario_rows);
    found->name = sd_arena_copy(r->arena, r->scenario.bytes, r->scenario.length);
    found->loop = sd_arena_copy(r->arena, r->loop.bytes, r->loop.length);
    found->loop_name = sd_arena_copy(r->arena, r->loop_name.bytes, r->loop_name.length);
    (void)sd_table_put(r->by_name, sd_arena_copy(r->arena, key->bytes, key->length), found);
    SD_PUSH(r->arena, &r->scenarios, found);
    return found;
}

static sd_text *label_at(reader *r, size_t place)
{
    return place == r->scenario_at ? &r->scenario
           : place == r->loop_at   ? &r->loop
           : place == r->name_at   ? &r->loop_name
                                   : NULL;
}

static bool is_share_name(const char *name)
{
    return strcmp(name, "relative") == 0 || strcmp(name, "among_named") == 0;
}

/* Reads the fields of one line; returns how many there were. */
static size_t read_fields(reader *r, row *ret_row, double *values)
{
    size_t place = 0, column = 0;
    sd_csv_cell f;

    r->scenario.length = r->loop.length = r->loop_name.length = 0;

    do {
        f = sd_csv_next(&r->csv);
        if (place == r->time_at) {
            ret_row->time = sd_csv_number(&r->csv, f, r->time_name);
            if (!isfinite(ret_row->time))
                (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, f.begin, f.end),
                              "a time is missing");
        } else if (label_at(r, place)) {
            sd_text_printf(label_at(r, place), "%s", sd_csv_text(&r->csv, f));
        } else if (column < r->column_count) {
            values[column] = sd_csv_number(&r->csv, f, r->columns[column]);
            if (r->loop_at != SIZE_MAX && is_share_name(r->columns[column]) &&
                fabs(values[column]) > 1 + 1e-9)
                (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, f.begin, f.end),
                              "a share of a loop lies between -1 and 1");
            column++;
        }
        place++;
    } while (!f.last);
    return place;
}

static size_t column_named(const reader *r, const char *name)
{
    for (size_t c = 0; c < r->column_count; c++)
        if (strcmp(r->columns[c], name) == 0)
            return c;
    return SIZE_MAX;
}

/* In a table of loops each step begins where the one before it ends. */
static void check_step(reader *r, const scenario_rows *rows, const row *made, const char *begin)
{
    const size_t starts = r->loop_at != SIZE_MAX ? column_named(r, "t_start") : SIZE_MAX;

    if (starts < SIZE_MAX && !(made->values[starts] <= made->time))
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, begin + 1),
                      "the step ends before it begins");
    else if (rows->rows.count > 0 && starts < SIZE_MAX &&
             made->values[starts] != rows->rows.items[rows->rows.count - 1].time)
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, begin + 1),
                      "the step does not begin where the one before it ends");
}

static void read_row(reader *r)
{
    const char *begin = r->csv.at;
    const size_t errors = r->diag->errors;
    scenario_rows *scenario;
    double *values;
    size_t fields;
    row made = {0};

    if (*begin == '\n' || *begin == '\r') { /* an empty line */
        r->csv.at++;
        return;
    }
    values = SD_NEW_ARRAY(r->arena, double, r->column_count + 1);
    fields = read_fields(r, &made, values);
    made.values = values;
    if (r->diag->errors > errors)
        return;
    if (fields != r->field_count) {
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, begin + 1),
                      "this line has %zu field%s, the first line has %zu", fields,
                      fields == 1 ? "" : "s", r->field_count);
        return;
    }
    scenario = scenario_of(r);
    if (scenario->rows.count > 0 &&
        !(scenario->rows.items[scenario->rows.count - 1].time < made.time))
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, begin + 1),
                      "the time does not rise from the line before");
    else
        check_step(r, scenario, &made, begin);
    SD_PUSH(r->arena, &scenario->rows, made);
}

/* The rows of one scenario as columns. */
static sd_series series_of_rows(const reader *r, const scenario_rows *from)
{
    const size_t count = from->rows.count;
    const double **columns = SD_NEW_ARRAY(r->arena, const double *, r->column_count + 1);
    double *values = SD_NEW_ARRAY(r->arena, double, count * r->column_count + 1);
    double *times = SD_NEW_ARRAY(r->arena, double, count + 1);
    const char *name = from->name[0] ? from->name : "run";

    for (size_t i = 0; i < count; i++) {
        times[i] = from->rows.items[i].time;
        for (size_t c = 0; c < r->column_count; c++)
            values[c * count + i] = from->rows.items[i].values[c];
    }
    for (size_t c = 0; c < r->column_count; c++)
        columns[c] = values + c * count;
    return (sd_series){.name = name,
                       .title = sd_title_of_name(r->arena, name),
                       .time_count = count,
                       .times = times,
                       .columns = columns,
                       .policy_start = (double)NAN};
}

/* The same with one more value in front. */
static const double *with_first(const reader *r, double first, const double *values, size_t count)
{
    double *all = SD_NEW_ARRAY(r->arena, double, count + 1);

    all[0] = first;
    memcpy(all + 1, values, count * sizeof *all);
    return all;
}

/* A table of loops: a row has the shares of the step that ends at its time. */
static const sd_dataset *finish_loops(const reader *r)
{
    const size_t relative = column_named(r, "relative"), among = column_named(r, "among_named");
    const size_t partition = column_named(r, "partition"), begins = column_named(r, "t_start");
    SD_LIST(sd_series) series = {0};
    SD_LIST(sd_loop_row) loops = {0};

    for (size_t i = 0; i < r->scenarios.count; i++) {
        const scenario_rows *from = r->scenarios.items[i];
        const sd_series rows = series_of_rows(r, from);
        const size_t count = rows.time_count;
        const double *named = among < SIZE_MAX ? rows.columns[among] : NULL;
        size_t s = 0;

        while (s < series.count && strcmp(series.items[s].name, rows.name) != 0)
            s++;
        if (s == series.count) {
            sd_series made = rows;

            made.times = with_first(r, begins < SIZE_MAX ? rows.columns[begins][0] : rows.times[0],
                                    rows.times, count);
            made.time_count++;
            SD_PUSH(r->arena, &series, made);
        }
        if (series.items[s].time_count != count + 1)
            continue; /* cut off: the last loop of a file that is not whole */
        SD_PUSH(r->arena, &loops,
                ((sd_loop_row){.series = s,
                               .id = from->loop,
                               .name = from->loop_name,
                               .partition = partition < SIZE_MAX ? rows.columns[partition][0] : 0,
                               .relative = with_first(r, 0, rows.columns[relative], count),
                               .among = named && isfinite(named[0]) ? with_first(r, 0, named, count)
                                                                    : NULL}));
    }
    return sd_dataset_of_loops(r->arena, series.items, series.count, loops.items, loops.count, "");
}

static const sd_dataset *finish(const reader *r)
{
    sd_dataset *data = SD_NEW(r->arena, sd_dataset);
    const size_t count = r->scenarios.count;
    sd_series *series = SD_NEW_ARRAY(r->arena, sd_series, count + 1);
    const bool has_units = strlen(r->time_name) > 1 && !sd_text_equal_fold(r->time_name, "time");
    size_t start;

    data->column_count = r->column_count;
    data->columns = r->columns;
    data->count = count;
    data->series = series;
    data->time_units = has_units ? r->time_name : "";
    data->ai_start = (double)NAN;
    for (size_t s = 0; s < count; s++)
        series[s] = series_of_rows(r, r->scenarios.items[s]);
    data->main_column = sd_main_column(data, NULL, NULL);
    start = sd_dataset_column(data, sd_start_column);
    for (size_t s = 0; s < count && start != SIZE_MAX && isnan(data->ai_start); s++)
        data->ai_start = sd_start_within(&series[s], series[s].columns[start][0]);
    return data;
}

sd_status sd_dataset_from_csv(sd_arena *arena, const sd_source *source,
                              const sd_dataset **ret_dataset, sd_diag *diag)
{
    reader r = {.arena = arena,
                .diag = diag,
                .csv = sd_csv_open(arena, source, diag),
                .scenario_at = SIZE_MAX,
                .time_at = SIZE_MAX,
                .loop_at = SIZE_MAX,
                .name_at = SIZE_MAX,
                .by_name = sd_table_new(arena),
                .scenario = sd_text_new(arena),
                .loop = sd_text_new(arena),
                .loop_name = sd_text_new(arena)};
    const size_t before = diag->errors;
    sd_status status;

    status = read_head(&r);
    if (status != SD_OK)
        return status;
    while (r.csv.at < r.csv.end && diag->errors - before < ERRORS_MAX)
        read_row(&r);
    if (diag->errors > before)
        return SD_SYNTAX;
    if (r.scenarios.count == 0)
        return sd_fail(diag, SD_E606, sd_csv_span(&r.csv, source->text, source->text),
                       "the table has no rows");
    *ret_dataset = r.loop_at < SIZE_MAX && column_named(&r, "relative") < SIZE_MAX
                       ? finish_loops(&r)
                       : finish(&r);
    return SD_OK;
}
