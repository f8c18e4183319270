/* print.c - numbers, sparklines and columns for people.
 * In: values.  Out: text whose width is known; all of it UTF-8.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app_private.h"

int text_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0U) != 0x80U;
    return width;
}

void print_padded(const char *text, int width)
{
    int size = width < 0 ? -width : width, gap = size - text_width(text);
    printf("%*s%s%*s", width < 0 && gap > 0 ? gap : 0, "", text, width > 0 && gap > 0 ? gap : 0, "");
}

const char *number_text(sd_arena *arena, double value, int decimals, bool sign)
{
    if (isnan(value))
        return "-";
    double unit = 1;
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    double shown = round(value * unit) / unit;
    if (shown == 0)
        return sd_arena_printf(arena, "%.*f", decimals, 0.0);
    return sd_arena_printf(arena, "%s%.*f", shown < 0 ? "\xE2\x88\x92" : sign ? "+" : "", decimals, fabs(shown));
}

const char *plain_text(sd_arena *arena, double value)
{
    if (isnan(value))
        return "-";
    return sd_arena_printf(arena, "%.4g", value);
}

const char *sparkline(sd_arena *arena, const double *series, size_t count, size_t width)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    double low = (double)INFINITY, high = -(double)INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (isnan(series[i]))
            continue;
        low = fmin(low, series[i]);
        high = fmax(high, series[i]);
    }
    sd_text text = sd_text_new(arena);
    for (size_t i = 0; i < width; i++) {
        double value = series[width < 2 ? 0 : i * (count - 1) / (width - 1)];
        double share = high > low ? (value - low) / (high - low) : 0;
        sd_text_printf(&text, "%s", isnan(value) ? " " : bars[(size_t)fmin(7, floor(share * 8))]);
    }
    return text.bytes;
}

static int terminal_width(FILE *to)
{
    struct winsize size;
    if (isatty(fileno(to)) && ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col < 100 ? size.ws_col : 100;
    return 100;
}

void print_wrapped(const char *text, int indent, FILE *to)
{
    int width = terminal_width(to), column = 0;
    while (*text) {
        size_t length = strcspn(text, " \n");
        char word[512];
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        if (column > 0 && column + 1 + text_width(word) > width) {
            fputc('\n', to);
            column = 0;
        }
        if (length > 0) {
            column += fprintf(to, "%*s", column ? 1 : indent, "") + text_width(word);
            fputs(word, to);
        }
        text += length;
        if (*text == '\n') {
            fputc('\n', to);
            column = 0;
        }
        text += *text != '\0';
    }
    if (column > 0)
        fputc('\n', to);
}
