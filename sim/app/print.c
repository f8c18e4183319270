/* print.c - numbers, sparklines and columns for people.
 * In: values.  Out: text whose width is known; all of it UTF-8.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app_private.h"

bool wants_table(const arguments *given)
{
    bool files = given->output || given->plot;
    return given->table || (files ? !given->quiet : isatty(STDOUT_FILENO));
}

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
    printf("%*s%s%*s", width < 0 && gap > 0 ? gap : 0, "", text, width > 0 && gap > 0 ? gap : 0,
           "");
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
    return sd_arena_printf(arena, "%s%.*f",
                           shown < 0 ? "\xE2\x88\x92"
                           : sign    ? "+"
                                     : "",
                           decimals, fabs(shown));
}

const char *plain_text(sd_arena *arena, double value)
{
    if (isnan(value))
        return "-";
    return sd_arena_printf(arena, "%.4g", value);
}

const char *sparkline_between(sd_arena *arena, const double *series, size_t count, size_t width,
                              double low, double high)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    sd_text text = sd_text_new(arena);
    for (size_t i = 0; i < width; i++) {
        double value = series[width < 2 ? 0 : i * (count - 1) / (width - 1)];
        double share = high > low ? fmin(fmax((value - low) / (high - low), 0), 1) : 0;
        sd_text_printf(&text, "%s", isnan(value) ? " " : bars[(size_t)fmin(7, floor(share * 8))]);
    }
    return text.bytes;
}

const char *sparkline(sd_arena *arena, const double *series, size_t count, size_t width)
{
    double low = (double)INFINITY, high = -(double)INFINITY;
    for (size_t i = 0; i < count; i++) {
        if (isnan(series[i]))
            continue;
        low = fmin(low, series[i]);
        high = fmax(high, series[i]);
    }
    return sparkline_between(arena, series, count, width, low, high);
}

static int terminal_width(FILE *to)
{
    struct winsize size;
    if (isatty(fileno(to)) && ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col >= 40)
        return size.ws_col < 100 ? size.ws_col : 100;
    return 100;
}

const char *counted(sd_arena *arena, size_t count, const char *noun)
{
    size_t length = strlen(noun);
    bool ies = count != 1 && noun[length - 1] == 'y';
    return sd_arena_printf(arena, "%zu %.*s%s", count, (int)(length - ies), noun,
                           count == 1 ? ""
                           : ies      ? "ies"
                                      : "s");
}

const char *drawn_text(sd_arena *arena, size_t assumptions, size_t own)
{
    sd_text text = sd_text_new(arena);
    if (assumptions)
        sd_text_printf(&text, "%s within their plausible ranges",
                       counted(arena, assumptions, "assumption"));
    if (own)
        sd_text_printf(&text, "%s%s of the scenario", assumptions ? " and " : "",
                       counted(arena, own, "distribution"));
    return sd_arena_printf(arena, "Drawn: %s. No forecast: nobody has measured how likely each is.",
                           text.bytes);
}

size_t ranges_count(const sd_scenario *scenario)
{
    size_t count = 0;
    for (size_t i = 0; i < scenario->settings.count; i++)
        count += scenario->settings.items[i].distribution.kind != SD_DIST_NONE;
    return count;
}

const char *ranges_text(sd_arena *arena, size_t count)
{
    return count == 1 ? "1 value has a range"
                      : sd_arena_printf(arena, "%zu values have ranges", count);
}

const char *time_text(sd_arena *arena, double time, const char *units)
{
    size_t length = sd_text_equal_fold(units, "time") ? 0 : strlen(units);
    bool plural = length && time != 1 && units[length - 1] != 's';
    return sd_arena_printf(arena, "%g%s%s%s", time, length ? " " : "", length ? units : "",
                           plural ? "s" : "");
}

const char *census(sd_arena *arena, const sd_model *model)
{
    static const char *const nouns[] = {"stock", "flow", "auxiliary", "graphical function",
                                        "constant"};
    enum { KINDS = sizeof nouns / sizeof *nouns };
    size_t counts[KINDS] = {0};
    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];
        counts[v->kind == SD_AUX && sd_variable_is_constant(v) ? KINDS - 1 : (int)v->kind]++;
    }
    sd_text text = sd_text_new(arena);
    for (int k = 0; k < KINDS; k++)
        if (counts[k])
            sd_text_printf(&text, "%s%s", text.length ? ", " : "",
                           counted(arena, counts[k], nouns[k]));
    return text.bytes;
}

/* Breaks at spaces; `column` is where the cursor stands and where further lines begin. */
static void wrap(const char *text, int column, int indent, FILE *to)
{
    int width = terminal_width(to), at = column;
    bool begun = false;
    for (; *text; text += *text != '\0') {
        size_t length = strcspn(text, " \n");
        const char *end = text + length;
        int size = 0;
        for (const char *c = text; c < end; c++)
            size += ((unsigned char)*c & 0xC0U) != 0x80U;
        if (begun && at + 1 + size > width) {
            fprintf(to, "\n%*s", indent, "");
            at = indent;
            begun = false;
        }
        if (length > 0) {
            at += fprintf(to, "%s", begun ? " " : "") + size;
            fwrite(text, 1, length, to);
            begun = true;
        }
        text = end;
        if (*text == '\n' && text[1]) {
            fprintf(to, "\n%*s", indent, "");
            at = indent;
            begun = false;
        }
    }
    fputc('\n', to);
}

void print_hanging(const char *text, int column)
{
    wrap(text, column, column, stdout);
}

void print_wrapped(const char *text, int indent, FILE *to)
{
    fprintf(to, "%*s", indent, "");
    wrap(text, indent, indent, to);
}

void print_head(call *c, const sd_scenario *scenario, double seconds)
{
    const sd_run_spec *spec = &scenario->spec;
    const char *units = scenario->model->time_units;
    printf("%s · ", scenario->title[0] ? scenario->title : scenario->name);
    if (*scenario->changed)
        printf("with %s · ", scenario->changed);
    if (spec->start == 0 && units[0] && !sd_text_equal_fold(units, "time"))
        printf("%s · %s", time_text(c->arena, spec->stop, units), sd_method_name(spec->method));
    else
        printf("time %g to %g · %s", spec->start, spec->stop, sd_method_name(spec->method));
    if (!sd_method_is_adaptive(spec->method))
        printf(" dt %g", spec->dt);
    printf(" · %.1f ms\n", 1000 * seconds);
}
