/* csv.c - series as CSV: results go in, RFC 4180 text comes out (UTF-8, LF, a point in numbers).
 * A number is the shortest text that reads back to the same bits; where a column's value has the same bits
 * as in the row above, its text is used again, since constants and settled variables are most of a table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <math.h>
#include <string.h>

/* One column's last number as text, with the comma before it. */
typedef struct cell {
    uint64_t bits;
    unsigned char length; /* [byte] 0: not written yet */
    char text[SD_NUMBER_MAX + 1];
} cell;

void sd_csv_field(sd_text *text, const char *field)
{
    if (!field[strcspn(field, ",\"\r\n")]) {
        sd_text_add(text, field, strlen(field));
        return;
    }
    sd_text_add(text, "\"", 1);
    for (const char *c = field; *c; c++)
        sd_text_add(text, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    sd_text_add(text, "\"", 1);
}

static void cell_set(cell *into, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    if (into->length != 0 && into->bits == bits)
        return;
    into->bits = bits;
    into->text[0] = ',';
    /* What is not a number is an empty field, as spreadsheets and readers of tables have it. */
    into->length = (unsigned char)(isnan(value) ? 1 : 1 + sd_number_format(value, into->text + 1));
}

/* The rows of one result, every one beginning with `prefix`. */
static void write_rows(FILE *stream, const sd_trajectory *t, const size_t *columns, size_t count,
                       const char *prefix, cell *cells, char *row)
{
    const size_t prefix_length = strlen(prefix);

    for (size_t i = 0; i < t->time_count; i++) {
        size_t length = prefix_length;

        memcpy(row, prefix, prefix_length);
        length += sd_number_format(t->times[i], row + length);
        for (size_t c = 0; c < count; c++) {
            cell_set(&cells[c], columns[c] == SIZE_MAX ? (double)NAN
                                                       : sd_trajectory_value(t, i, columns[c], 0));
            memcpy(row + length, cells[c].text, cells[c].length);
            length += cells[c].length;
        }
        row[length++] = '\n';
        fwrite(row, 1, length, stream);
    }
}

static void write_head(sd_arena *arena, FILE *stream, const sd_model *model, const size_t *elements,
                       size_t count, bool with_scenario)
{
    sd_text head = sd_text_new(arena);

    sd_text_printf(&head, with_scenario ? "scenario,time" : "time");
    for (size_t c = 0; c < count; c++) {
        sd_text_add(&head, ",", 1);
        sd_csv_field(&head, sd_model_element_name(model, elements[c], arena));
    }
    sd_text_add(&head, "\n", 1);
    fwrite(head.bytes, 1, head.length, stream);
}

/* Each scenario reads its own copy of a model, and equal texts are equal models. */
static bool is_same_model(const sd_model *a, const sd_model *b)
{
    return a == b || (a->source->length == b->source->length &&
                      memcmp(a->source->text, b->source->text, a->source->length) == 0);
}

/* The element of `to` that has the name of an element of `from`; SIZE_MAX when there is none. */
static size_t element_of_name(const sd_model *from, size_t element, const sd_model *to,
                              sd_arena *scratch)
{
    const char *name = sd_model_element_name(from, element, scratch);
    size_t found;

    return sd_model_find_element(to, name, SD_NOWHERE, &found, sd_diag_new(scratch)) == SD_OK
               ? found
               : SIZE_MAX;
}

size_t *sd_columns_of(sd_arena *arena, const sd_result *result, const sd_model *model,
                      const size_t *elements, size_t count)
{
    const sd_model *own = result->scenario->model;
    const sd_trajectory *t = result->trajectory;
    const bool same = is_same_model(model, own);
    size_t *column_of = SD_NEW_ARRAY(arena, size_t, own->element_count + 1); /* column + 1 */
    size_t *columns = SD_NEW_ARRAY(arena, size_t, count + 1);

    for (size_t c = 0; c < t->column_count; c++)
        column_of[t->columns[c]] = c + 1;
    for (size_t c = 0; c < count; c++) {
        const size_t element = same ? elements[c] : element_of_name(model, elements[c], own, arena);

        columns[c] = element == SIZE_MAX ? SIZE_MAX : column_of[element] - 1;
    }
    return columns;
}

sd_status sd_csv_write(sd_file *file, const sd_result *results, size_t count,
                       const size_t *elements, size_t element_count, bool with_scenario)
{
    sd_arena *scratch = sd_arena_new("a table");

    if (count > 0)
        write_head(scratch, file->stream, results[0].scenario->model, elements, element_count,
                   with_scenario);
    for (size_t r = 0; r < count; r++) {
        const size_t *columns = sd_columns_of(scratch, &results[r], results[0].scenario->model,
                                              elements, element_count);
        cell *cells = SD_NEW_ARRAY(scratch, cell, element_count + 1);
        sd_text prefix = sd_text_new(scratch);
        char *row;

        if (with_scenario) {
            sd_csv_field(&prefix, results[r].scenario->name);
            sd_text_add(&prefix, ",", 1);
        }
        row = sd_arena_alloc(scratch, prefix.length + (element_count + 2) * (SD_NUMBER_MAX + 1), 1);
        write_rows(file->stream, results[r].trajectory, columns, element_count, prefix.bytes, cells,
                   row);
    }
    sd_arena_free(scratch);
    /* What could not be written is told by sd_file_close, with the reason. */
    return SD_OK;
}
