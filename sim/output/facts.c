/* facts.c - tables with one fact a row, as CSV and as JSON.
 * In: rows of texts and numbers.  Out: RFC 4180 text like that of series, or an array of objects.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "output_private.h"

void sd_facts_add(sd_facts *facts, const char *kinds, ...)
{
    va_list arguments;
    va_start(arguments, kinds);
    for (size_t c = 0; c < facts->column_count; c++) {
        sd_cell cell = {.number = (double)NAN};
        if (kinds[c] == 's')
            cell.text = va_arg(arguments, const char *);
        else
            cell.number = va_arg(arguments, double);
        SD_PUSH(facts->arena, &facts->cells, cell);
    }
    va_end(arguments);
}

static void add_row(const sd_facts *facts, size_t first, sd_text *to)
{
    char number[SD_NUMBER_MAX];
    for (size_t c = 0; c < facts->column_count; c++) {
        const sd_cell *cell = &facts->cells.items[first + c];
        sd_text_printf(to, "%s", c ? "," : "");
        if (cell->text)
            sd_csv_field(to, cell->text);
        else if (!isnan(cell->number))
            sd_text_add(to, number, sd_number_format(cell->number, number));
    }
    sd_text_printf(to, "\n");
}

static void add_head(const sd_facts *facts, sd_text *to)
{
    assert(facts->column_count > 0);
    for (size_t c = 0; c < facts->column_count; c++) {
        sd_text_printf(to, "%s", c ? "," : "");
        sd_csv_field(to, facts->columns[c].name);
    }
    sd_text_printf(to, "\n");
}

void sd_facts_text(const sd_facts *facts, sd_text *to)
{
    add_head(facts, to);
    for (size_t i = 0; i < facts->cells.count; i += facts->column_count)
        add_row(facts, i, to);
}

void sd_facts_csv(const sd_facts *facts, FILE *to)
{
    sd_arena *scratch = sd_arena_new("a row");
    sd_text row = sd_text_new(scratch);
    add_head(facts, &row);
    for (size_t i = 0; i < facts->cells.count; i += facts->column_count) {
        fwrite(row.bytes, 1, row.length, to);
        row.length = 0;
        add_row(facts, i, &row);
    }
    fwrite(row.bytes, 1, row.length, to);
    sd_arena_free(scratch);
}

void sd_facts_json(const sd_facts *facts, sd_text *to)
{
    sd_json json = sd_json_new(facts->arena);
    assert(facts->column_count > 0);
    sd_json_open(&json, NULL, '[');
    for (size_t i = 0; i < facts->cells.count; i++) {
        const sd_cell *cell = &facts->cells.items[i];
        size_t column = i % facts->column_count;
        if (column == 0)
            sd_json_open_line(&json, NULL, '{');
        if (cell->text)
            sd_json_text(&json, facts->columns[column].name, cell->text);
        else
            sd_json_number(&json, facts->columns[column].name, cell->number);
        if (column + 1 == facts->column_count)
            sd_json_close(&json, '}');
    }
    sd_json_close(&json, ']');
    sd_text_add(to, json.text.bytes, json.text.length);
}
