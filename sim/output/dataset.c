/* dataset.c - series by scenario, as charts read them: results go in, a dataset comes out.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <math.h>
#include <string.h>

const char sd_start_column[] = "AI_start";
static const char headline_name[] = "net_productivity_gain";

const char *sd_title_of_name(sd_arena *arena, const char *name)
{
    char *title = sd_arena_copy(arena, name, strlen(name));

    for (char *c = title; *c; c++)
        if (*c == '-' || *c == '_')
            *c = ' ';
    if (*title >= 'a' && *title <= 'z')
        *title = (char)(*title - 'a' + 'A');
    return title;
}

/* When the first policy of a scenario starts. */
static double start_of_policies(const sd_scenario *scenario)
{
    double first = (double)NAN;

    for (size_t i = 0; i < scenario->policies.count; i++)
        first = fmin(first, scenario->policies.items[i].start);
    return first;
}

double sd_start_within(const sd_series *series, double start)
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

size_t sd_main_column(const sd_dataset *data, const sd_model *model, const sd_trajectory *t)
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

double sd_start_of_result(sd_arena *scratch, const sd_result *result)
{
    const sd_variable *variable = sd_model_find(result->scenario->model, sd_start_column);
    int32_t parameter;

    if (!variable || variable->dimension_count > 0)
        return (double)NAN;
    parameter = result->program->element_parameters[variable->first];
    if (parameter < 0)
        return (double)NAN;
    return sd_run_parameters(scratch, result->program, result->scenario)[parameter];
}

sd_series sd_series_of_scenario(sd_arena *arena, const sd_scenario *scenario)
{
    return (sd_series){.name = scenario->name,
                       .title = scenario->title && scenario->title[0]
                                    ? scenario->title
                                    : sd_title_of_name(arena, scenario->name),
                       .policy_start = start_of_policies(scenario)};
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
    sd_series series = sd_series_of_scenario(arena, scenario);

    series.time_count = t->time_count;
    series.times = t->times;
    series.columns = columns;
    return series;
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
            data->ai_start = sd_start_within(&series[r], sd_start_of_result(arena, &results[r]));
    }
    data->main_column = sd_main_column(data, results[0].scenario->model, t);
    return data;
}
