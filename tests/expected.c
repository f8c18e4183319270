/* expected.c - reads the expected output of a model, whoever wrote it.
 * In: CSV or its like.  Out: numbers with named columns, or what is wrong with the file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "expected.h"

#include <math.h>
#include <string.h>

enum { FILE_BYTES_MAX = 64 << 20 };

typedef SD_LIST(const char *) cells;

static bool ends_line(char c)
{
    return c == '\r' || c == '\n';
}

/* The cell at *at, without quotes and blanks; *at moves behind it. */
static const char *read_cell(sd_arena *arena, const char **at, const char *end, char separator)
{
    sd_text text = sd_text_new(arena);
    const char *c = *at;
    bool quoted = false;

    for (; c < end && (quoted || (*c != separator && !ends_line(*c))); c++) {
        if (*c == '"' && quoted && c + 1 < end && c[1] == '"')
            sd_text_add(&text, c++, 1);
        else if (*c == '"' && (quoted || text.length == 0))
            quoted = !quoted;
        else if (text.length || (*c != ' ' && *c != '\t'))
            sd_text_add(&text, c, 1);
    }
    *at = c;
    while (text.length && strchr(" \t", text.bytes[text.length - 1]))
        text.bytes[--text.length] = '\0';
    return text.bytes;
}

/* The next line that is not blank; no cells at the end of the file. */
static cells read_line(sd_arena *arena, const char **at, const char *end, char separator)
{
    cells line = {0};

    while (*at < end && ends_line(**at))
        ++*at;
    if (*at == end)
        return line;
    do {
        SD_PUSH(arena, &line, read_cell(arena, at, end, separator));
        if (*at == end || ends_line(**at))
            break;
        ++*at;
    } while (true);
    return line;
}

static char separator_of(const char *begin, const char *end)
{
    static const char candidates[] = "\t,;";
    const char *stop = begin;

    while (stop < end && !ends_line(*stop))
        stop++;
    for (const char *c = candidates; *c; c++)
        if (memchr(begin, *c, (size_t)(stop - begin)))
            return *c;
    return ',';
}

static void fill_constants(double *values, size_t rows, size_t columns)
{
    for (size_t c = 0; c < columns; c++) {
        size_t given = 0;

        for (size_t row = 0; row < rows; row++)
            given += isnan(values[row * columns + c]) ? 0 : 1;
        for (size_t row = 1; given == 1 && row < rows; row++)
            values[row * columns + c] = values[c];
    }
}

/* Empty cells at the end of a line count for nothing: some programs end lines with a separator. */
static size_t count_of(const cells *line, size_t wanted)
{
    size_t count = line->count;

    while (count > wanted && line->items[count - 1][0] == '\0')
        count--;
    return count;
}

const char *expected_read(sd_arena *arena, const char *path, expected *ret)
{
    const sd_source *source;
    sd_diag *diag = sd_diag_new(arena);

    if (sd_source_from_file(arena, path, FILE_BYTES_MAX, &source, diag) != SD_OK)
        return diag->messages.items[0].text;
    if (memchr(source->text, '\0', source->length))
        return "the expected output is not a text";
    const bool marked = source->length >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0;
    const char *at = source->text + (marked ? 3 : 0), *end = source->text + source->length;
    const char separator = separator_of(at, end);
    const cells names = read_line(arena, &at, end, separator);
    const size_t columns = count_of(&names, 1);
    SD_LIST(double) values = {0};
    size_t rows = 0;

    for (cells line = read_line(arena, &at, end, separator); line.count;
         line = read_line(arena, &at, end, separator), rows++) {
        if (count_of(&line, columns) != columns)
            return sd_arena_printf(arena, "row %zu of the expected output has %zu cells, not %zu",
                                   rows + 1, line.count, columns);
        for (size_t c = 0; c < columns; c++) {
            double value = (double)NAN;

            if (line.items[c][0] && !sd_number_from_text(line.items[c], &value))
                return sd_arena_printf(arena,
                                       "'%.40s' in row %zu of the expected output is no number",
                                       line.items[c], rows + 1);
            SD_PUSH(arena, &values, value);
        }
    }
    if (rows == 0)
        return "the expected output has no rows";
    fill_constants(values.items, rows, columns);
    *ret = (expected){
        .row_count = rows, .column_count = columns, .names = names.items, .values = values.items};
    return NULL;
}
