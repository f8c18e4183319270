/* dataset.c - series by scenario, as charts read them: results or a CSV go in, a dataset comes out.
 * CSV is that of RFC 4180, with LF, CR LF or CR at the ends of lines.  A column `scenario` parts the rows
 * into series; without it there is one.  What is empty or says that it is no number becomes NAN.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <math.h>
#include <string.h>

enum { ERRORS_MAX = 20 /* of one file: the rest is more of the same */ };

static const char start_name[] = "AI_start", headline_name[] = "net_productivity_gain";

/* "four-layers" -> "Four layers". */
static const char *title_of_name(sd_arena *arena, const char *name)
{
    char *title = sd_arena_copy(arena, name, strlen(name));

    for (char *c = title; *c; c++)
        if (*c == '-' || *c == '_')
            *c = ' ';
    if (*title >= 'a' && *title <= 'z')
        *title = (char)(*title - 'a' + 'A');
    return title;
}

/* When AI arrives within a series; NAN when it does not. */
static double start_within(const sd_series *series, double start)
{
    if (series->time_count == 0 || !(start >= series->times[0]) ||
        !(start <= series->times[series->time_count - 1]))
        return (double)NAN;
    return start;
}

static bool is_moving(const sd_dataset *data, size_t column)
{
    for (size_t s = 0; s < data->count; s++) {
        const double *values = data->series[s].columns[column];

        for (size_t i = 1; i < data->series[s].time_count; i++)
            if (values[i] != values[0] && isfinite(values[i]))
                return true;
    }
    return false;
}

/* `model` tells which columns, those of `t`, are stocks; both may be NULL. */
static size_t main_column(const sd_dataset *data, const sd_model *model, const sd_trajectory *t)
{
    const size_t headline = sd_dataset_column(data, headline_name);

    if (headline != SIZE_MAX)
        return headline;
    for (size_t c = 0; model && c < data->column_count; c++)
        if (model->element_variables[t->columns[c]]->kind == SD_STOCK && is_moving(data, c))
            return c;
    for (size_t c = 0; c < data->column_count; c++)
        if (is_moving(data, c))
            return c;
    return data->column_count > 0 ? 0 : SIZE_MAX;
}

/* ---- from results ---- */

/* The constant `AI_start` of a run, whether it was saved or not. */
static double start_of_result(sd_arena *scratch, const sd_result *result)
{
    const sd_variable *variable = sd_model_find(result->scenario->model, start_name);
    int32_t parameter;

    if (!variable || variable->dimension_count > 0)
        return (double)NAN;
    parameter = result->program->element_parameters[variable->first];
    if (parameter < 0)
        return (double)NAN;
    return sd_run_parameters(scratch, result->program, result->scenario)[parameter];
}

static sd_series series_of_result(sd_arena *arena, const sd_result *result, const sd_result *first)
{
    const sd_scenario *scenario = result->scenario;
    const sd_trajectory *t = result->trajectory;
    const size_t count = first->trajectory->column_count;
    const size_t *from =
        sd_columns_of(arena, result, first->scenario->model, first->trajectory->columns, count);
    const double **columns = SD_NEW_ARRAY(arena, const double *, count + 1);
    double *values = sd_arena_rows(arena, count * t->time_count + 1);

    for (size_t c = 0; c < count; c++) {
        double *column = values + c * t->time_count;

        for (size_t i = 0; i < t->time_count; i++)
            column[i] = from[c] == SIZE_MAX ? (double)NAN : sd_trajectory_value(t, i, from[c], 0);
        columns[c] = column;
    }
    return (sd_series){.name = scenario->name,
                       .title = scenario->title && scenario->title[0]
                                    ? scenario->title
                                    : title_of_name(arena, scenario->name),
                       .time_count = t->time_count,
                       .times = t->times,
                       .columns = columns};
}

const sd_dataset *sd_dataset_from_results(sd_arena *arena, const sd_result *results, size_t count)
{
    sd_dataset *data = SD_NEW(arena, sd_dataset);
    sd_series *series = SD_NEW_ARRAY(arena, sd_series, count + 1);

    data->series = series;
    data->time_units = data->changed = "";
    data->ai_start = (double)NAN;
    data->main_column = SIZE_MAX;
    if (count == 0)
        return data;
    const sd_trajectory *t = results[0].trajectory;
    const char **names = SD_NEW_ARRAY(arena, const char *, t->column_count + 1);

    for (size_t c = 0; c < t->column_count; c++)
        names[c] = sd_model_element_name(results[0].scenario->model, t->columns[c], arena);
    data->column_count = t->column_count;
    data->columns = names;
    data->count = count;
    data->time_units = results[0].scenario->model->time_units;
    data->changed = results[0].scenario->changed;
    for (size_t r = 0; r < count; r++) {
        series[r] = series_of_result(arena, &results[r], &results[0]);
        if (isnan(data->ai_start))
            data->ai_start = start_within(&series[r], start_of_result(arena, &results[r]));
    }
    data->main_column = main_column(data, results[0].scenario->model, t);
    return data;
}

/* ---- from CSV ---- */

typedef struct row {
    double time;
    const double *values; /* [column_count] */
} row;

typedef struct scenario_rows {
    const char *name;
    SD_LIST(row) rows;
} scenario_rows;

typedef struct reader {
    sd_arena *arena;
    sd_diag *diag;
    sd_csv_reader csv;
    size_t scenario_at, time_at; /* which fields these are; SIZE_MAX when there is none */
    size_t field_count;
    const char **columns; /* names of all other fields */
    size_t column_count;
    const char *time_name;
    SD_LIST(scenario_rows *) scenarios;
    sd_table *by_name; /* -> scenario_rows */
} reader;

static bool is_time_name(const char *name, size_t place)
{
    static const char *const others[] = {"t",     "week",   "weeks",   "day",  "days",
                                         "month", "months", "quarter", "year", "years"};

    if (sd_text_equal_fold(name, "time"))
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

static scenario_rows *scenario_of(reader *r, const char *name)
{
    scenario_rows *found = sd_table_find(r->by_name, name);

    if (found)
        return found;
    found = SD_NEW(r->arena, scenario_rows);
    found->name = sd_arena_copy(r->arena, name, strlen(name));
    (void)sd_table_put(r->by_name, found->name, found);
    SD_PUSH(r->arena, &r->scenarios, found);
    return found;
}

/* Reads the fields of one line; returns how many there were. */
static size_t read_fields(reader *r, row *ret_row, scenario_rows **ret_scenario, double *values)
{
    size_t place = 0, column = 0;
    sd_csv_cell f;

    do {
        f = sd_csv_next(&r->csv);
        if (place == r->time_at) {
            ret_row->time = sd_csv_number(&r->csv, f, r->time_name);
            if (!isfinite(ret_row->time))
                (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, f.begin, f.end),
                              "a time is missing");
        } else if (place == r->scenario_at) {
            *ret_scenario = scenario_of(r, sd_csv_text(&r->csv, f));
        } else if (column < r->column_count) {
            values[column] = sd_csv_number(&r->csv, f, r->columns[column]);
            column++;
        }
        place++;
    } while (!f.last);
    return place;
}

static void read_row(reader *r)
{
    const char *begin = r->csv.at;
    const size_t errors = r->diag->errors;
    scenario_rows *scenario = NULL;
    double *values;
    size_t fields;
    row made = {0};

    if (*begin == '\n' || *begin == '\r') { /* an empty line */
        r->csv.at++;
        return;
    }
    values = SD_NEW_ARRAY(r->arena, double, r->column_count + 1);
    fields = read_fields(r, &made, &scenario, values);
    made.values = values;
    if (r->diag->errors > errors)
        return;
    if (fields != r->field_count) {
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, begin + 1),
                      "this line has %zu field%s, the first line has %zu", fields,
                      fields == 1 ? "" : "s", r->field_count);
        return;
    }
    if (!scenario)
        scenario = scenario_of(r, "");
    if (scenario->rows.count > 0 &&
        !(scenario->rows.items[scenario->rows.count - 1].time < made.time))
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(&r->csv, begin, begin + 1),
                      "the time does not rise from the line before");
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
                       .title = title_of_name(r->arena, name),
                       .time_count = count,
                       .times = times,
                       .columns = columns};
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
    data->main_column = main_column(data, NULL, NULL);
    start = sd_dataset_column(data, start_name);
    for (size_t s = 0; s < count && start != SIZE_MAX && isnan(data->ai_start); s++)
        data->ai_start = start_within(&series[s], series[s].columns[start][0]);
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
                .by_name = sd_table_new(arena)};
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
    *ret_dataset = finish(&r);
    return SD_OK;
}
