/* chart_text.c - words on charts: text of unknown origin goes in, safe, measured and broken lines come out.
 * Every letter of a chart passes sd_chart_plain and sd_chart_escaped on its way to gnuplot.
 * Widths are those of Inter Regular; a viewer without it uses something a little wider, so room is kept.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <string.h>

static const double bold_factor = 1.06; /* Inter Bold against Regular, on English text */
static const double other_width = 0.62; /* [em] of what is not ASCII */

/* [1/1000 em] of ASCII 32..126. */
static const short widths[] = {
    281, 278, 403, 630, 637, 812, 639, 221, 362, 362, 500, 659, 279, 460, 275, 356, 625, 464, 605,
    636, 642, 607, 623, 571, 616, 623, 275, 279, 659, 659, 659, 507, 936, 676, 650, 727, 718, 598,
    586, 742, 740, 264, 542, 651, 562, 889, 752, 761, 634, 761, 639, 637, 642, 741, 676, 948, 642,
    664, 625, 362, 356, 362, 468, 451, 497, 563, 620, 558, 620, 582, 360, 609, 590, 237, 237, 544,
    237, 869, 585, 596, 609, 609, 372, 522, 363, 580, 556, 812, 539, 556, 541, 362, 326, 362, 659};

/* The code point at `c` and its length; the length is 0 for a byte that begins none. */
static uint32_t code_point(const char *c, size_t *ret_length)
{
    const unsigned char *at = (const unsigned char *)c;
    const size_t length = sd_utf8_length(c);
    uint32_t value = length == 1 ? at[0] : at[0] & (0x7Fu >> length);

    for (size_t i = 1; i < length; i++)
        value = value << 6 | (at[i] & 0x3Fu);
    *ret_length = length;
    return value;
}

/* Marks that hide text, turn its direction or end its line. */
static bool is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFD) ||
           c >= 0xE0000;
}

const char *sd_chart_plain(sd_arena *arena, const char *text)
{
    sd_text plain = sd_text_new(arena);

    for (const char *c = text; *c;) {
        size_t length;
        const uint32_t value = code_point(c, &length);
        const bool blank = length == 0 || is_hidden(value) || value == ' ';

        if (value == '"' && length > 0)
            sd_text_add(&plain, "\xE2\x80\x9D", 3);
        else if ((value == '\'' || value == '`') && length > 0)
            sd_text_add(&plain, "\xE2\x80\x99", 3);
        else if (!blank)
            sd_text_add(&plain, c, length);
        else if (plain.length > 0 && plain.bytes[plain.length - 1] != ' ')
            sd_text_add(&plain, " ", 1);
        c += length > 0 ? length : 1;
    }
    while (plain.length > 0 && plain.bytes[plain.length - 1] == ' ')
        plain.bytes[--plain.length] = '\0';
    return plain.bytes;
}

const char *sd_chart_escaped(sd_arena *arena, const char *text)
{
    sd_text escaped = sd_text_new(arena);

    for (const char *c = text; *c; c++) {
        if (strchr("_^{}@&~\\", *c))
            sd_text_add(&escaped, "\\", 1);
        sd_text_add(&escaped, c, 1);
    }
    return escaped.bytes;
}

double sd_chart_width(const char *text, double size, bool bold)
{
    double ems = 0;

    for (const char *c = text; *c;) {
        size_t length;
        const uint32_t value = code_point(c, &length);

        ems += value >= 32 && value < 127 ? widths[value - 32] / 1000.0 : other_width;
        c += length > 0 ? length : 1;
    }
    return ems * size * (bold ? bold_factor : 1);
}

size_t sd_chart_letters(const char *text)
{
    size_t count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

const char *sd_chart_fitted(sd_arena *arena, const char *text, double width, double size, bool bold)
{
    char *cut;
    size_t length = strlen(text);

    if (sd_chart_width(text, size, bold) <= width)
        return text;
    cut = memcpy(SD_NEW_ARRAY(arena, char, length + 4), text, length); /* with room for the dots */
    while (length > 0) {
        do
            length--;
        while (length > 0 && ((unsigned char)cut[length] & 0xC0) == 0x80);
        while (length > 1 && (cut[length - 1] == ' ' || cut[length - 1] == ','))
            length--;
        memcpy(cut + length, "\xE2\x80\xA6", 4);
        if (sd_chart_width(cut, size, bold) <= width)
            break;
    }
    return cut;
}

size_t sd_chart_wrapped(sd_arena *arena, const char *text, double width, double size, bool bold,
                        size_t most, const char **ret_lines)
{
    size_t count = 0;

    while (*text && count < most) {
        const char *end = text, *next = text;

        /* As many words as fit, but at least one. */
        while (*next) {
            const char *stop = next + strcspn(next, " ");
            const char *line = sd_arena_copy(arena, text, (size_t)(stop - text));

            if (end > text && sd_chart_width(line, size, bold) > width)
                break;
            end = stop;
            next = stop + strspn(stop, " ");
        }
        if (count + 1 == most)
            end = text + strlen(text);
        ret_lines[count++] = sd_chart_fitted(
            arena, sd_arena_copy(arena, text, (size_t)(end - text)), width, size, bold);
        text = end + strspn(end, " ");
    }
    return count;
}

const char *sd_chart_number(sd_arena *arena, double value, int decimals, bool sign)
{
    const double unit = pow(10, decimals);
    const double rounded = round(fabs(value) * unit) / unit;

    if (!isfinite(value))
        return isnan(value) ? "\xE2\x80\x93"
               : value > 0  ? "\xE2\x88\x9E"
                            : "\xE2\x80\x93\xE2\x88\x9E";
    return sd_arena_printf(arena, "%s%.*f",
                           rounded == 0 ? ""
                           : value < 0  ? "\xE2\x80\x93"
                           : sign       ? "+"
                                        : "",
                           decimals, rounded);
}

const char *sd_chart_rounded(sd_arena *arena, double value, bool sign)
{
    static const struct {
        double from, unit;
        const char *word;
    } sizes[] = {{1e15, 0, ""},
                 {9.9995e8, 1e9,
                  "\xC2\xA0"
                  "bn"},
                 {9.9995e5, 1e6, "\xC2\xA0M"},
                 {9999.5, 1e3, "k"},
                 {0, 1, ""}};
    const double size = fabs(value);
    size_t s = 0;

    if (!isfinite(value) || value == 0)
        return sd_chart_number(arena, value, 0, false);
    while (size < sizes[s].from)
        s++;
    if (sizes[s].unit == 0 || size < 1e-4)
        return sd_arena_printf(arena, "%s%.1e", value < 0 ? "\xE2\x80\x93" : sign ? "+" : "", size);
    const double shown = size / sizes[s].unit;
    const int decimals = shown >= 99.95 ? 0 : shown >= 9.995 ? 1 : shown >= 0.995 ? 2 : 3;
    /* A number that is whole is shown whole. */
    const bool whole = fabs(shown - round(shown)) < 1e-9 * shown;

    return sd_arena_printf(
        arena, "%s%s",
        sd_chart_number(arena, value < 0 ? -shown : shown, whole ? 0 : decimals, sign),
        sizes[s].word);
}

/* ---- canvas ---- */

sd_canvas sd_canvas_new(sd_arena *arena, double width, double height)
{
    return (sd_canvas){.arena = arena,
                       .width = width,
                       .height = height,
                       .words = sd_text_new(arena),
                       .places = sd_text_new(arena)};
}

void sd_canvas_text(sd_canvas *canvas, double x, double y, sd_font font, const char *text)
{
    static const char *const sides[] = {"left", "center", "right"};

    /* The bar before each word keeps it from being taken for the end of the block. */
    sd_text_printf(&canvas->words, "|%s\n",
                   sd_chart_escaped(canvas->arena, sd_chart_plain(canvas->arena, text)));
    sd_text_printf(&canvas->places, "%.1f %.1f %s %g %s #%06x\n", x, y, sides[font.side], font.size,
                   font.bold ? "bold" : "plain", (unsigned)font.color);
    canvas->count++;
}

const double sd_subtitle_size = 18, sd_foot_size = 13.5;

void sd_canvas_head(sd_canvas *canvas, const char *title, const char *subtitle)
{
    const double room = canvas->width - 2 * SD_MARGIN;
    sd_font font = {.size = 28, .bold = true, .color = SD_INK};

    while (font.size > 20 && sd_chart_width(title, font.size, true) > room)
        font.size--;
    title = sd_chart_fitted(canvas->arena, title, room, font.size, true);
    sd_canvas_text(canvas, SD_MARGIN, 46, font, title);
    font = (sd_font){.size = sd_subtitle_size, .color = SD_MUTE};
    subtitle = sd_chart_fitted(canvas->arena, subtitle, room, font.size, false);
    sd_canvas_text(canvas, SD_MARGIN, 82, font, subtitle);
}

void sd_canvas_foot(sd_canvas *canvas, const char *const *lines, size_t count)
{
    const sd_font font = {.size = sd_foot_size, .color = SD_MUTE};
    const double line = 20;

    for (size_t i = 0; i < count; i++)
        sd_canvas_text(canvas, SD_MARGIN, canvas->height - 24 - line * (double)(count - 1 - i),
                       font,
                       sd_chart_fitted(canvas->arena, lines[i], canvas->width - 2 * SD_MARGIN,
                                       font.size, false));
}

void sd_canvas_write(const sd_canvas *canvas, sd_text *script)
{
    sd_text_printf(script, "width = %g\nheight = %g\n", canvas->width, canvas->height);
    sd_text_printf(script, "$words << end_of_words\n%send_of_words\n", canvas->words.bytes);
    sd_text_printf(script, "$places << end_of_places\n%send_of_places\n", canvas->places.bytes);
}

/* ---- numbers and titles of panels ---- */

const char *sd_chart_hours(sd_arena *arena, double hours)
{
    return sd_chart_number(arena, hours, fabs(hours) < 9.95 ? 1 : 0, false);
}

const char *sd_chart_brief(sd_arena *arena, double hours)
{
    const double tenths = round(10 * hours);

    return sd_chart_number(arena, hours, fabs(hours) < 9.95 && fmod(tenths, 10) != 0 ? 1 : 0,
                           false);
}

const char *sd_chart_gain(sd_arena *arena, double percent)
{
    if (fabs(percent) < 100 * sd_about_zero)
        return "about zero";
    return sd_arena_printf(arena, "%s\xC2\xA0%%", sd_chart_number(arena, percent, 0, true));
}

const char *sd_chart_title(const char *const *phrases)
{
    const double room = 1200 - 2 * SD_MARGIN, least_size = 24;

    while (phrases[1] && sd_chart_width(phrases[0], least_size, true) > room)
        phrases++;
    return phrases[0];
}
