/* members.c - the table of a sweep: one member a row, as CSV or JSON.
 * In: tiles of members.  Out: text, to be written in their order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "output_private.h"

static void add_number(sd_text *to, double value)
{
    char text[SD_NUMBER_MAX];
    sd_text_add(to, text, sd_number_format(value, text));
}

/* ---- CSV ---- */

static void csv_head(const sd_member_table *t, sd_text *to)
{
    sd_text_printf(to, t->with_scenario ? "index,scenario,seed,status" : "index,seed,status");
    for (size_t f = 0; f < t->factor_count; f++) {
        sd_text_add(to, ",", 1);
        sd_csv_field(to, t->factors[f].name);
    }
    for (size_t i = 0; i < t->score_count; i++) {
        sd_text_add(to, ",", 1);
        sd_csv_field(to, t->scores[i].spec);
    }
    sd_text_add(to, "\n", 1);
}

static void csv_row(const sd_member_table *t, const char *scenario, uint64_t seed,
                    const sd_members *tile, size_t m, sd_text *to)
{
    sd_text_printf(to, "%" PRIu64 ",", tile->first + m);
    if (t->with_scenario) {
        sd_csv_field(to, scenario);
        sd_text_add(to, ",", 1);
    }
    sd_text_printf(to, "%" PRIu64 ",", seed);
    sd_csv_field(to, tile->why[m] ? tile->why[m] : "ok");
    for (size_t f = 0; f < t->factor_count; f++) {
        sd_text_add(to, ",", 1);
        add_number(to, tile->values[f * SD_TILE + m]);
    }
    for (size_t i = 0; i < t->score_count; i++) {
        double value = tile->scores[i * SD_TILE + m];
        sd_text_add(to, ",", 1);
        if (!isnan(value))
            add_number(to, value);
    }
    sd_text_add(to, "\n", 1);
}

/* ---- JSON ---- */

static void json_row(const sd_member_table *t, const char *scenario, uint64_t seed,
                     const sd_members *tile, size_t m, sd_text *to)
{
    sd_text_printf(to, "  {\"index\": %" PRIu64 ", ", tile->first + m);
    if (t->with_scenario) {
        sd_text_printf(to, "\"scenario\": ");
        sd_json_string(to, scenario);
        sd_text_printf(to, ", ");
    }
    sd_text_printf(to, "\"seed\": %" PRIu64 ", \"status\": ", seed);
    sd_json_string(to, tile->why[m] ? tile->why[m] : "ok");
    for (size_t c = 0; c < t->factor_count + t->score_count; c++) {
        bool factor = c < t->factor_count;
        size_t i = factor ? c : c - t->factor_count;
        double value = (factor ? tile->values : tile->scores)[i * SD_TILE + m];
        sd_text_printf(to, ", ");
        sd_json_string(to, factor ? t->factors[i].name : t->scores[i].spec);
        sd_text_printf(to, ": ");
        if (isfinite(value))
            add_number(to, value);
        else
            sd_text_printf(to, "null");
    }
    sd_text_printf(to, "}");
}

/* ---- both ---- */

void sd_member_table_begin(const sd_member_table *t, sd_text *to)
{
    if (t->json)
        sd_text_printf(to, "[\n");
    else
        csv_head(t, to);
}

void sd_member_table_add(const sd_member_table *t, const char *scenario, uint64_t seed,
                         const sd_members *tile, bool first, sd_text *to)
{
    for (size_t m = 0; m < tile->count; m++) {
        if (!t->json) {
            csv_row(t, scenario, seed, tile, m, to);
            continue;
        }
        if (!first || m > 0)
            sd_text_printf(to, ",\n");
        json_row(t, scenario, seed, tile, m, to);
    }
}

void sd_member_table_end(const sd_member_table *t, sd_text *to)
{
    if (t->json)
        sd_text_printf(to, "\n]\n");
}

static const char *units_of_score(sd_arena *arena, const sd_score *score, const sd_model *model)
{
    const char *units = model->element_variables[score->element]->units_text;
    const char *time = model->time_units[0] ? model->time_units : "time";
    if (score->kind == SD_SCORE_WHEN)
        return model->time_units;
    if (score->kind == SD_SCORE_INTEGRAL)
        return sd_arena_printf(arena, "%s*%s", units && *units ? units : "1", time);
    return units;
}

const sd_column *sd_member_table_columns(sd_arena *arena, const sd_member_table *t,
                                         const sd_model *model, size_t *ret_count)
{
    static const sd_column first[] = {
        {"index", "", "number of the member"},
        {"scenario", "", "name of the scenario"},
        {"seed", "", "of the random functions; draws depend on the member's number too"},
        {"status", "", "ok, or why the member failed"},
    };
    enum { FIRST = sizeof first / sizeof *first };
    sd_column *columns = SD_NEW_ARRAY(arena, sd_column, FIRST + t->factor_count + t->score_count);
    size_t count = 0;
    for (size_t c = 0; c < FIRST; c++)
        if (c != 1 || t->with_scenario)
            columns[count++] = first[c];
    for (size_t f = 0; f < t->factor_count; f++) {
        const sd_variable *variable = model->element_variables[t->factors[f].first];
        columns[count++] = (sd_column){t->factors[f].name, variable->units_text, variable->doc};
    }
    for (size_t i = 0; i < t->score_count; i++)
        columns[count++] =
            (sd_column){t->scores[i].spec, units_of_score(arena, &t->scores[i], model),
                        model->element_variables[t->scores[i].element]->doc};
    *ret_count = count;
    return columns;
}
