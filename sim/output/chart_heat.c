/* chart_heat.c - a score over two parameters as colours and labelled lines, a panel a scenario: a sweep's table goes in, all
 * places on the picture come out.
 * Colours run from light to dark, so that they say the same to those who see no hues and in grey print; where a gain may be a
 * loss they part at zero, orange below and blue above (Brewer 1994).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_heat.h"

#include <math.h>
#include <string.h>

static const double top_first = 160, frame_bottom = 580; /* [pixel] */
static const double bar_left = 1090, bar_wide = 18;      /* [pixel] the key of colours */
static const double tick_size = 15, tag_size = 13.5, axis_size = 15; /* [pixel] */
static const double fine = 3;                       /* [pixel] between nodes of lines */
static const double piece_wide = 1, piece_high = 2; /* [pixel] of what has one colour */
static const double panel_gap = 34, panel_row = 70; /* [pixel] between panels */
enum { SHADES = 4 /* in each band between two lines */, TAGS_MAX = 48, GAP = 0xd1d5db };

typedef struct heat {
    const sd_runs *runs;
    const sd_heat_field *f;
    sd_canvas canvas;
    sd_text boxes, lines, tags, marks;
    double step, edge_low, edge_high; /* [shown] of the lines and the colours */
    bool parted;                      /* at zero */
    size_t across, down;              /* panels */
    double left, right, top, bottom;  /* [pixel] of the panel that is drawn */
    size_t tag_count;
    double tag_x[TAGS_MAX], tag_y[TAGS_MAX];
    bool has_gaps;
} heat;

/* ---- colours ---- */

static uint32_t mixed(const uint32_t *stops, size_t count, double share)
{
    const double at = fmin(fmax(share, 0), 1) * (double)(count - 1);
    const size_t i = at >= (double)(count - 1) ? count - 2 : (size_t)at;
    uint32_t color = 0;

    for (int shift = 16; shift >= 0; shift -= 8) {
        const double a = stops[i] >> shift & 255, b = stops[i + 1] >> shift & 255;

        color |= (uint32_t)lround(a + (at - (double)i) * (b - a)) << shift;
    }
    return color;
}

static uint32_t color_of(const heat *h, double shown)
{
    static const uint32_t rising[] = {0xfff5e1, 0xfdd49e, 0xf5a35c, 0xdd6e42,
                                      0xab3f4d, 0x6c2150, 0x34123d},
                          parting[] = {0x7f2704, 0xc2570c, 0xf0a35e, 0xfbe0c4, 0xf8f8f6,
                                       0xcfe3f1, 0x7fb4d8, 0x2c74b3, 0x08306b};
    const double quantum = h->step / SHADES, middle = quantum * (floor(shown / quantum) + 0.5);

    if (!h->parted)
        return mixed(rising, sizeof rising / sizeof *rising,
                     (middle - h->edge_low) / (h->edge_high - h->edge_low));
    return mixed(parting, sizeof parting / sizeof *parting,
                 0.5 + 0.5 * middle / fmax(-h->edge_low, h->edge_high));
}

/* What shows on a colour: lines are white on dark and dark on light. */
static uint32_t line_color(const heat *h, double level)
{
    const uint32_t c = color_of(h, level);
    const double light = 0.3 * (c >> 16 & 255) + 0.59 * (c >> 8 & 255) + 0.11 * (c & 255);

    return light > 200 ? 0x4b5563 : 0xffffff;
}

static void set_scale(heat *h)
{
    const double low = h->f->low, high = h->f->high;
    const double range = high - low, least = fmax(1e-9 * fmax(fabs(low), fabs(high)), 1e-12);

    h->step = sd_nice_step(range > least ? range : fmax(fabs(high), 1), 8);
    h->edge_low = h->step * floor(low / h->step + 1e-9);
    h->edge_high = h->step * ceil(high / h->step - 1e-9);
    if (!(h->edge_high > h->edge_low))
        h->edge_high = h->edge_low + h->step;
    h->parted = h->f->score.gain && h->edge_low < 0 && h->edge_high > 0;
}

static const char *level_text(const heat *h, double level)
{
    const double shown = fabs(level) < 1e-9 * h->step ? 0 : level;
    const char *number = fabs(level) >= 10000
                             ? sd_chart_rounded(h->runs->arena, shown, false)
                             : sd_chart_number(h->runs->arena, shown, sd_step_decimals(h->step),
                                               h->f->score.gain && shown > 0);

    return sd_arena_printf(h->runs->arena, "%s%s", number, h->f->score.suffix);
}

/* ---- one panel ---- */

static double x_pixel(const heat *h, double value)
{
    const sd_heat_axis *x = &h->f->x;

    return h->left +
           (value - x->values[0]) / (x->values[x->count - 1] - x->values[0]) * (h->right - h->left);
}

static double y_pixel(const heat *h, double value)
{
    const sd_heat_axis *y = &h->f->y;

    return h->bottom -
           (value - y->values[0]) / (y->values[y->count - 1] - y->values[0]) * (h->bottom - h->top);
}

static double value_at(const heat *h, size_t scenario, double x, double y)
{
    const sd_heat_axis *xs = &h->f->x, *ys = &h->f->y;

    return sd_heat_value(h->f, scenario,
                         xs->values[0] + (x - h->left) / (h->right - h->left) *
                                             (xs->values[xs->count - 1] - xs->values[0]),
                         ys->values[0] + (h->bottom - y) / (h->bottom - h->top) *
                                             (ys->values[ys->count - 1] - ys->values[0]));
}

/* Rows of pieces of one colour; each reaches under the next one to the right and below, so that no seams show. */
static void add_colors(heat *h, size_t scenario)
{
    const size_t rows = (size_t)ceil((h->bottom - h->top) / piece_high - 1e-6),
                 columns = (size_t)ceil((h->right - h->left) / piece_wide - 1e-6);

    for (size_t row = 0; row < rows; row++) {
        const double y = h->top + piece_high * (double)row;
        const double y_end = fmin(y + piece_high + 1, h->bottom);
        double begin = h->left;
        uint32_t color = 0;

        for (size_t column = 0; column <= columns; column++) {
            const double x = h->left + piece_wide * (double)column;
            const bool end = column == columns;
            const double value = end ? 0
                                     : value_at(h, scenario, fmin(x + piece_wide / 2, h->right),
                                                fmin(y + piece_high / 2, h->bottom));
            const uint32_t next = end ? color : isnan(value) ? GAP : color_of(h, value);

            h->has_gaps |= !end && isnan(value);
            if (x > begin && (end || next != color)) {
                const double x_end = fmin(x + 1, h->right);

                sd_text_printf(&h->boxes, "%.1f %.1f %.1f %.1f %u\n", (begin + x_end) / 2,
                               (y + y_end) / 2, (x_end - begin) / 2, (y_end - y) / 2,
                               (unsigned)color);
                begin = x;
            }
            color = next;
        }
    }
}

/* Whether a label there would lie on another one or leave the panel. */
static bool has_room(const heat *h, double x, double y, double wide)
{
    if (x - wide / 2 < h->left + 4 || x + wide / 2 > h->right - 4 || y < h->top + 14 ||
        y > h->bottom - 14)
        return false;
    for (size_t i = 0; i < h->tag_count; i++)
        if (fabs(h->tag_x[i] - x) < wide + 14 && fabs(h->tag_y[i] - y) < 26)
            return false;
    return h->tag_count < TAGS_MAX;
}

static void add_tag(heat *h, const sd_heat_line *line, double level)
{
    static const double shares[] = {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8};
    const char *text = level_text(h, level);
    const double wide = sd_chart_width(text, tag_size, true) + 8;

    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const size_t at = (size_t)(shares[i] * (double)(line->count - 1));
        const double x = h->left + fine * line->x[at], y = h->top + fine * line->y[at];

        if (!has_room(h, x, y, wide))
            continue;
        sd_text_printf(&h->tags, "%.1f %.1f %.1f 10 %u\n", x, y, wide / 2, 0xffffffU);
        sd_canvas_text(
            &h->canvas, x, y,
            (sd_font){.size = tag_size, .bold = true, .color = SD_INK, .side = SD_CENTER}, text);
        h->tag_x[h->tag_count] = x;
        h->tag_y[h->tag_count++] = y;
        return;
    }
}

static void add_lines(heat *h, size_t scenario)
{
    enum { SHORT = 24 /* pieces: not worth a label */ };
    sd_arena *arena = h->runs->arena;
    sd_heat_raster raster = {.width = (size_t)((h->right - h->left) / fine) + 1,
                             .height = (size_t)((h->bottom - h->top) / fine) + 1};
    double *values = SD_NEW_ARRAY(arena, double, raster.width *raster.height);

    for (size_t row = 0; row < raster.height; row++)
        for (size_t column = 0; column < raster.width; column++)
            values[row * raster.width + column] =
                value_at(h, scenario, h->left + fine * (double)column, h->top + fine * (double)row);
    raster.values = values;
    for (double n = round(h->edge_low / h->step) + 1; n * h->step < h->edge_high - 1e-9 * h->step;
         n++) {
        const double level = n * h->step;
        const sd_heat_lines all = sd_heat_lines_at(arena, &raster, level);

        for (size_t i = 0; i < all.count; i++) {
            const sd_heat_line *line = &all.items[i];

            for (size_t k = 0; k < line->count; k++)
                sd_text_printf(&h->lines, "%.1f %.1f %u\n", h->left + fine * line->x[k],
                               h->top + fine * line->y[k], (unsigned)line_color(h, level));
            sd_text_printf(&h->lines, "\n");
            if (line->count >= SHORT)
                add_tag(h, line, level);
        }
    }
}

static void add_axis(heat *h, const sd_heat_axis *axis, bool is_x, double count)
{
    sd_arena *arena = h->runs->arena;
    const double low = axis->values[0], high = axis->values[axis->count - 1],
                 step = sd_nice_step(high - low, count);
    const sd_font font = {.size = tick_size, .color = SD_MUTE, .side = is_x ? SD_CENTER : SD_RIGHT};

    for (double n = ceil(low / step - 1e-9); n * step <= high + 1e-9 * step; n++) {
        const double value = fabs(n) < 0.5 ? 0 : n * step;
        const char *number = fabs(value) >= 10000
                                 ? sd_chart_rounded(arena, value, false)
                                 : sd_chart_number(arena, value, sd_step_decimals(step), false);

        if (is_x) {
            sd_text_printf(&h->marks, "%.1f %.1f 0 5 %u\n", x_pixel(h, value), h->bottom + 1,
                           (unsigned)SD_FAINT);
            sd_canvas_text(&h->canvas, x_pixel(h, value), h->bottom + 20, font, number);
        } else {
            sd_text_printf(&h->marks, "%.1f %.1f -5 0 %u\n", h->left - 1, y_pixel(h, value),
                           (unsigned)SD_FAINT);
            sd_canvas_text(&h->canvas, h->left - 12, y_pixel(h, value), font, number);
        }
    }
}

static void add_panel(heat *h, size_t scenario)
{
    const sd_font head = {.size = 16, .bold = true, .color = SD_INK};
    const double wide = (bar_left - 54 - SD_MARGIN - 62 - panel_gap * (double)(h->across - 1)) /
                        (double)h->across,
                 high = (frame_bottom - top_first - panel_row * (double)(h->down - 1)) /
                        (double)h->down;
    const size_t column = scenario % h->across, row = scenario / h->across;

    h->left = SD_MARGIN + 62 + (wide + panel_gap) * (double)column;
    h->right = h->left + fine * floor(wide / fine);
    h->top = top_first + (high + panel_row) * (double)row;
    h->bottom = h->top + fine * floor(high / fine);
    add_colors(h, scenario);
    add_lines(h, scenario);
    add_axis(h, &h->f->x, true, fmax(3, (h->right - h->left) / 130));
    if (column == 0)
        add_axis(h, &h->f->y, false, fmax(3, (h->bottom - h->top) / 75));
    if (h->f->rows.scenario_count > 1)
        sd_canvas_text(&h->canvas, h->left, h->top - 16, head,
                       sd_chart_fitted(h->runs->arena,
                                       sd_meta_title(h->runs->arena, &h->runs->meta,
                                                     h->f->rows.scenarios[scenario]),
                                       h->right - h->left, head.size, true));
}

/* ---- round them ---- */

static void add_key(heat *h)
{
    const sd_font font = {.size = tick_size, .color = SD_MUTE};
    const double quantum = h->step / SHADES, high = frame_bottom - top_first;
    const double scale = high / (h->edge_high - h->edge_low);

    const long quanta = lround((h->edge_high - h->edge_low) / quantum);

    for (long i = 0; i < quanta; i++) {
        const double v = h->edge_low + quantum * (double)i;
        const double y = frame_bottom - (v + quantum / 2 - h->edge_low) * scale;

        sd_text_printf(&h->boxes, "%.1f %.1f %.1f %.1f %u\n", bar_left + bar_wide / 2, y,
                       bar_wide / 2, quantum * scale / 2 + 0.5,
                       (unsigned)color_of(h, v + quantum / 2));
    }
    for (double n = round(h->edge_low / h->step); n * h->step <= h->edge_high + 1e-9 * h->step; n++)
        sd_canvas_text(&h->canvas, bar_left + bar_wide + 8,
                       frame_bottom - (n * h->step - h->edge_low) * scale, font,
                       level_text(h, n * h->step));
}

static void add_names(heat *h)
{
    const sd_font font = {.size = axis_size, .bold = true, .color = SD_MUTE};
    sd_font below = font;

    below.side = SD_CENTER;
    sd_canvas_text(
        &h->canvas, SD_MARGIN, top_first - (h->f->rows.scenario_count > 1 ? 42 : 24), font,
        sd_arena_printf(h->runs->arena, "\xE2\x86\x91 %s", sd_runs_axis(h->runs, h->f->y.column)));
    sd_canvas_text(
        &h->canvas, (SD_MARGIN + 62 + bar_left - 54) / 2, frame_bottom + 46, below,
        sd_arena_printf(h->runs->arena, "%s \xE2\x86\x92", sd_runs_axis(h->runs, h->f->x.column)));
}

/* ---- all ---- */

static void write_data(const heat *h, sd_text *script)
{
    const struct {
        const char *name;
        const sd_text *rows;
    } blocks[] = {
        {"boxes", &h->boxes}, {"lines", &h->lines}, {"tags", &h->tags}, {"marks", &h->marks}};

    sd_canvas_write(&h->canvas, script);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) /* gnuplot wants a row in each */
        sd_text_printf(script, "$%s << end_of_%s\n%s%send_of_%s\n", blocks[i].name, blocks[i].name,
                       blocks[i].rows->bytes, blocks[i].rows->length ? "" : "-9 -9 0 0 0\n",
                       blocks[i].name);
}

sd_status sd_heat_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                         sd_diag *diag)
{
    sd_runs runs;
    sd_heat_field field;
    sd_terminal terminal = SD_TERMINAL_SVG;
    sd_text script = sd_text_new(arena);
    sd_status status = sd_terminal_of(q->path, &terminal, diag);

    if (status == SD_OK)
        status = sd_runs_open(arena, q, &runs, diag);
    if (status == SD_OK)
        status = sd_heat_field_read(&runs, q, &field);
    if (status != SD_OK)
        return status;
    heat h = {.runs = &runs,
              .f = &field,
              .canvas = sd_canvas_new(arena, 1200, 706),
              .boxes = sd_text_new(arena),
              .lines = sd_text_new(arena),
              .tags = sd_text_new(arena),
              .marks = sd_text_new(arena)};
    const size_t panels = field.rows.scenario_count;
    const char *notes[3];

    h.across = panels <= 3 ? panels : (panels + 1) / 2;
    h.down = panels <= 3 ? 1 : 2;
    set_scale(&h);
    sd_canvas_head(&h.canvas, sd_heat_title(&runs, &field), sd_heat_subtitle(&runs, &field));
    for (size_t s = 0; s < panels; s++)
        add_panel(&h, s);
    add_key(&h);
    add_names(&h);
    const size_t count = sd_runs_notes(&runs, &field.rows, field.missing,
                                       sd_heat_note(&runs, &field, h.has_gaps), notes);

    h.canvas.height += 20 * (double)(count > 2 ? 1 : 0);
    sd_canvas_foot(&h.canvas, notes, count);
    write_data(&h, &script);
    *ret_script = sd_picture_script(arena, "heat", terminal, script.bytes, NULL);
    return SD_OK;
}
