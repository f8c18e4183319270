/* csv.c - the fields of a table as RFC 4180 has them, with LF, CR LF or CR at the ends of lines.
 * In: a source.  Out: field after field, each with its place in the file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "sd/base.h"

sd_csv_reader sd_csv_open(sd_arena *arena, const sd_source *source, sd_diag *diag)
{
    bool marked = source->length >= 3 && memcmp(source->text, "\xEF\xBB\xBF", 3) == 0;
    return (sd_csv_reader){.source = source,
                           .diag = diag,
                           .at = source->text + (marked ? 3 : 0),
                           .end = source->text + source->length,
                           .scratch = sd_text_new(arena)};
}

sd_span sd_csv_span(const sd_csv_reader *r, const char *begin, const char *end)
{
    return (sd_span){.source = r->source,
                     .begin = (size_t)(begin - r->source->text),
                     .end = (size_t)(end - r->source->text)};
}

sd_csv_cell sd_csv_next(sd_csv_reader *r)
{
    sd_csv_cell f = {.begin = r->at};
    const char *c = r->at;

    if (c < r->end && *c == '"') {
        f.quoted = true;
        for (c++; c < r->end && (*c != '"' || (c + 1 < r->end && c[1] == '"')); c++)
            c += *c == '"';
        if (c < r->end)
            c++;
        else
            (void)sd_fail(r->diag, SD_E606, sd_csv_span(r, f.begin, f.begin + 1),
                          "the quotation mark is never closed");
    }
    f.end = c;
    while (c < r->end && *c != ',' && *c != '\n' && *c != '\r')
        c++;
    if (f.quoted && c > f.end)
        (void)sd_fail(r->diag, SD_E606, sd_csv_span(r, f.end, c),
                      "a comma or the end of the line belongs after the closing quotation mark");
    f.end = c;
    f.last = c >= r->end || *c != ',';
    if (c < r->end)
        c += *c == '\r' && c + 1 < r->end && c[1] == '\n' ? 2 : 1;
    r->at = c;
    return f;
}

const char *sd_csv_text(sd_csv_reader *r, sd_csv_cell f)
{
    r->scratch.length = 0;
    sd_text_add(&r->scratch, "", 0);
    if (!f.quoted) {
        sd_text_add(&r->scratch, f.begin, (size_t)(f.end - f.begin));
        return r->scratch.bytes;
    }
    for (const char *c = f.begin + 1; c < f.end && !(*c == '"' && (c + 1 >= f.end || c[1] != '"'));
         c++) {
        sd_text_add(&r->scratch, c, 1);
        c += *c == '"';
    }
    return r->scratch.bytes;
}

static bool is_no_number(const char *text)
{
    static const char *const words[] = {"", "nan", "na", "n/a", "null", "-"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sd_text_equal_fold(text, words[i]))
            return true;
    return false;
}

double sd_csv_number(sd_csv_reader *r, sd_csv_cell f, const char *column)
{
    const char *text;
    double value;

    if (!f.quoted && f.end > f.begin &&
        sd_number_parse(f.begin, (size_t)(f.end - f.begin), &value) == (size_t)(f.end - f.begin))
        return value;
    text = sd_csv_text(r, f);
    if (sd_number_from_text(text, &value))
        return value;
    if (is_no_number(text))
        return (double)NAN;
    if (sd_text_equal_fold(text, "inf") || sd_text_equal_fold(text, "-inf"))
        return *text == '-' ? -(double)INFINITY : (double)INFINITY;
    (void)sd_fail(r->diag, SD_E606, sd_csv_span(r, f.begin, f.end),
                  "'%s' in column '%s' is no number", text, column);
    return (double)NAN;
}
