/* chart_trace.c - a traced variable and its strongest causes over time: traces go in, small panels below one another come
 * out as gnuplot data.
 * Read from the top: the effect, then what it comes from, indented as in the tree.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MAX = 400 /* of one line */ };
static const double head_high = 118, panel_high = 112, between = 30, axis_high = 50;  /* [pixel] */
static const double tick_room = 60, indent = 16, name_room = 310;                     /* [pixel] */
static const double name_size = 16, small_size = 13, tick_size = 13, label_size = 14; /* [pixel] */
static const double flat = 0.01; /* [1] of its values: a panel is at least that high */

typedef struct panel {
    size_t row;                   /* of the leading trace */
    double top, bottom;           /* [pixel] */
    double y_low, y_high, y_step; /* [units of the variable] */
} panel;

typedef struct picture {
    sd_arena *arena;
    const sd_dataset *data; /* the scenarios, without columns */
    const sd_trace *const *traces;
    size_t count, lead; /* the trace that says which panels there are */
    sd_canvas canvas;
    double left, right;   /* [pixel] */
    double x_low, x_high; /* [model time] */
    size_t panel_count;
    panel panels[SD_TRACE_PANELS_MAX];
    sd_text grid, marks, period, lines, styles;
    size_t line_count;
} picture;

/* ---- which causes are shown ---- */

static const sd_variable *variable_of(const sd_trace *t, size_t row)
{
    const sd_equations *e = t->history->equations;
    const sd_node *n = &e->nodes[t->list[row].node];

    return n->kind == SD_NODE_VARIABLE ? e->program->model->element_variables[n->element] : NULL;
}

static bool is_of_kind(const sd_trace *t, size_t row, sd_variable_kind kind)
{
    const sd_variable *v = variable_of(t, row);

    return v && v->kind == kind;
}

/* What can have a panel: not the clock, nor what stands above already. */
static bool is_drawable(const sd_trace *t, size_t row)
{
    const sd_cause *cause = &t->list[row];

    return cause->kind == SD_CAUSE_NODE && !cause->again &&
           t->history->equations->nodes[cause->node].kind != SD_NODE_TIME;
}

/* Of a cause and those that it alone comes from, one after the other, the first stock, else the last that is no flow. */
static size_t stand_for(const sd_trace *t, size_t row)
{
    size_t last = row;

    for (size_t i = row; i == row || (i < t->count && t->list[i].sole); i++) {
        if (!is_drawable(t, i))
            continue;
        if (row > 0 && is_of_kind(t, i, SD_STOCK))
            return i;
        if (!is_of_kind(t, i, SD_FLOW))
            last = i;
    }
    return last;
}

static bool is_chosen(const picture *p, const sd_trace *t, size_t row)
{
    for (size_t k = 0; k < p->panel_count; k++)
        if (t->list[p->panels[k].row].node == t->list[row].node)
            return true;
    return false;
}

static void choose(picture *p, size_t row)
{
    size_t k = p->panel_count++;

    for (; k > 0 && p->panels[k - 1].row > row; k--)
        p->panels[k] = p->panels[k - 1];
    p->panels[k] = (panel){.row = row};
}

static void choose_panels(picture *p)
{
    const sd_trace *t = p->traces[p->lead];

    choose(p, 0);
    if (!is_chosen(p, t, stand_for(t, 0)))
        choose(p, stand_for(t, 0));
    while (p->panel_count < SD_TRACE_PANELS_MAX) {
        size_t best = SIZE_MAX;

        for (size_t i = 1; i < t->count; i++) {
            const sd_cause *cause = &t->list[i];

            if (!is_drawable(t, i) || cause->sole || is_chosen(p, t, stand_for(t, i)))
                continue;
            if (best == SIZE_MAX ||
                fabs(cause->contribution) > fabs(t->list[best].contribution) * (1 + 1e-9))
                best = i;
        }
        if (best == SIZE_MAX)
            break;
        choose(p, stand_for(t, best));
    }
}

/* The values of a panel's variable in scenario `s`, by its name; NULL when that model has not got it. */
static const double *values_of(const picture *p, size_t k, size_t s)
{
    const sd_trace *lead = p->traces[p->lead];
    const sd_history *h = p->traces[s]->history;
    size_t node = lead->list[p->panels[k].row].node, element;

    if (s != p->lead) {
        if (!variable_of(lead, p->panels[k].row) ||
            sd_model_find_element(h->equations->program->model, lead->list[p->panels[k].row].name,
                                  SD_NOWHERE, &element, sd_diag_new(p->arena)) != SD_OK)
            return NULL;
        node = h->equations->element_nodes[element];
    }
    return node == SIZE_MAX ? NULL : h->values + node * h->point_count;
}

/* ---- places ---- */

static double x_pixel(const picture *p, double time)
{
    return p->left + (time - p->x_low) / (p->x_high - p->x_low) * (p->right - p->left);
}

static double y_pixel(const panel *at, double value)
{
    return at->top + (at->y_high - value) / (at->y_high - at->y_low) * (at->bottom - at->top);
}

static void set_axis(picture *p, size_t k)
{
    panel *at = &p->panels[k];
    double low = (double)INFINITY, high = -(double)INFINITY;

    for (size_t s = 0; s < p->count; s++) {
        const double *values = values_of(p, k, s);

        for (size_t i = 0; values && i < p->traces[s]->history->point_count; i++) {
            low = fmin(low, values[i]);
            high = fmax(high, values[i]);
        }
    }
    const double least = fmax(flat * fmax(fabs(low), fabs(high)), 1e-12);

    if ((low > 0 && low < 0.3 * high) || (high < 0 && high > 0.3 * low)) {
        low = fmin(low, 0);
        high = fmax(high, 0);
    }
    if (high - low < least) {
        low -= least / 2;
        high += least / 2;
    }
    at->y_step = sd_nice_step(high - low, 3);
    at->y_low = sd_edge_of(low, -at->y_step, high - low);
    at->y_high = sd_edge_of(high, at->y_step, high - low);
}

static const char *label_of(const picture *p, size_t k, size_t s)
{
    const double *values = values_of(p, k, s);
    const size_t last = p->traces[s]->history->point_count - 1;

    if (!values)
        return NULL;
    const char *number = sd_chart_rounded(p->arena, values[last], false);

    return p->count == 1 ? number
                         : sd_arena_printf(p->arena, "%s\xC2\xA0 %s", number,
                                           sd_series_short(p->arena, p->data, s, 40));
}

static void lay_out(picture *p)
{
    double room = 0;

    p->x_low = (double)INFINITY;
    p->x_high = -(double)INFINITY;
    for (size_t s = 0; s < p->count; s++) {
        const sd_history *h = p->traces[s]->history;

        p->x_low = fmin(p->x_low, h->times[0]);
        p->x_high = fmax(p->x_high, h->times[h->point_count - 1]);
        for (size_t k = 0; k < p->panel_count; k++)
            if (label_of(p, k, s))
                room = fmax(room, sd_chart_width(label_of(p, k, s), label_size, true));
    }
    p->left = SD_MARGIN + name_room + tick_room;
    p->right = p->canvas.width - SD_MARGIN - 26 - fmin(room, 280);
    for (size_t k = 0; k < p->panel_count; k++) {
        p->panels[k].top = head_high + 18 + (double)k * (panel_high + between);
        p->panels[k].bottom = p->panels[k].top + panel_high;
        set_axis(p, k);
    }
    p->canvas.height = p->panels[p->panel_count - 1].bottom + axis_high + 56;
}

/* ---- words ---- */

/* What the variable of a panel did to the traced one in scenario `s`: where it stands strongest. */
static double moved_by(const picture *p, size_t k, size_t s)
{
    const char *name = p->traces[p->lead]->list[p->panels[k].row].name;
    const sd_trace *t = p->traces[s];
    double strongest = (double)NAN;

    for (size_t i = 1; i < t->count; i++)
        if (strcmp(t->list[i].name, name) == 0 && !t->list[i].again &&
            !(fabs(t->list[i].contribution) <= fabs(strongest)))
            strongest = t->list[i].contribution;
    return strongest;
}

static void draw_moves(picture *p, size_t k, double x, double y)
{
    static const char moves[] = "moves the top line by";
    sd_font font = {.size = small_size, .color = SD_MUTE};
    bool any = false;

    for (size_t s = 0; k > 0 && s < p->count; s++) {
        const double by = moved_by(p, k, s);

        if (isnan(by))
            continue;
        if (!any) {
            sd_canvas_text(&p->canvas, x, y, font, moves);
            x += sd_chart_width(moves, small_size, false) + 6;
        }
        any = true;
        font.bold = true;
        font.color = sd_style_color(sd_series_style(p->data, s));
        const char *text = sd_chart_rounded(p->arena, by, true);
        sd_canvas_text(&p->canvas, x, y, font, text);
        x += sd_chart_width(text, small_size, true) + 14;
    }
}

static void draw_name(picture *p, size_t k)
{
    const sd_trace *t = p->traces[p->lead];
    const sd_cause *cause = &t->list[p->panels[k].row];
    const sd_variable *v = variable_of(t, p->panels[k].row);
    const double middle = (p->panels[k].top + p->panels[k].bottom) / 2;
    const double arrow = k == 0 ? 0 : 24,
                 x = SD_MARGIN + indent * fmin((double)cause->level, 3) + arrow;
    const double room = SD_MARGIN + name_room - x;
    const char *label = sd_column_label(p->arena, cause->name);
    const bool plain = !v || !v->units_text || (v->units.known && v->units.count == 0);
    const char *units = plain ? "" : v->units_text;

    if (k > 0)
        sd_canvas_text(&p->canvas, x - arrow, middle - 18,
                       (sd_font){.size = name_size, .color = SD_MUTE}, "\xE2\x86\x91");
    sd_canvas_text(&p->canvas, x, middle - 18,
                   (sd_font){.size = name_size, .bold = true, .color = SD_INK},
                   sd_chart_fitted(p->arena, label, room, name_size, true));
    sd_canvas_text(&p->canvas, x, middle + 4, (sd_font){.size = small_size, .color = SD_MUTE},
                   sd_chart_fitted(p->arena, units, room, small_size, false));
    draw_moves(p, k, x, middle + (*units ? 24 : 4));
}

static void draw_value_axis(picture *p, size_t k)
{
    const panel *at = &p->panels[k];
    const sd_font font = {.size = tick_size, .color = SD_MUTE, .side = SD_RIGHT};
    const int decimals = sd_step_decimals(at->y_step);

    for (double n = ceil(at->y_low / at->y_step - 1e-6);
         n * at->y_step <= at->y_high + 1e-6 * at->y_step; n++) {
        const double value = fabs(n) < 0.5 ? 0 : n * at->y_step;
        const char *number =
            fabs(value) >= 10000 || (decimals > 4 && value != 0)
                ? sd_chart_rounded(p->arena, value, false)
                : sd_chart_number(p->arena, value, value == 0 ? 0 : decimals, false);

        sd_text_printf(value == 0 ? &p->marks : &p->grid, "%.1f %.1f %.1f 0 %u\n", p->left,
                       y_pixel(at, value), p->right - p->left, value == 0 ? 0x9ca3afU : 0xe5e7ebU);
        sd_canvas_text(&p->canvas, p->left - 10, y_pixel(at, value), font, number);
    }
}

static void draw_time_axis(picture *p)
{
    const double bottom = p->panels[p->panel_count - 1].bottom;
    const sd_font font = {.size = tick_size, .color = SD_MUTE, .side = SD_CENTER};
    const double step = sd_time_step(p->data, p->x_high - p->x_low, 6);
    const bool years = sd_in_weeks(p->data) && fmod(step, 52) == 0;
    const char *unit = sd_in_weeks(p->data)     ? "week"
                       : p->data->time_units[0] ? p->data->time_units
                                                : "time";

    for (double n = ceil(p->x_low / step - 1e-9); n * step <= p->x_high + 1e-6 * step; n++) {
        const double x = x_pixel(p, n * step);
        const char *number = sd_chart_number(p->arena, n * step, sd_step_decimals(step), false);

        sd_text_printf(&p->marks, "%.1f %.1f 0 5 %u\n", x, bottom + 4, 0x9ca3afU);
        if (years)
            number = n == 0 ? "start" : sd_arena_printf(p->arena, "year %.0f", n * step / 52);
        sd_canvas_text(&p->canvas, x, bottom + 22, font, number);
    }
    if (!years)
        sd_canvas_text(&p->canvas, (p->left + p->right) / 2, bottom + 42, font, unit);
}

/* Where the period begins and ends, unless that is where the run does. */
static void draw_period(picture *p)
{
    const sd_trace *t = p->traces[p->lead];
    const double ends[] = {t->history->times[t->first], t->history->times[t->last]};
    const double top = p->panels[0].top, bottom = p->panels[p->panel_count - 1].bottom;
    const char *unit = sd_in_weeks(p->data) ? "week" : "time";

    for (int i = 0; i < 2; i++) {
        if (ends[i] <= p->x_low || ends[i] >= p->x_high)
            continue;
        sd_text_printf(&p->period, "%.1f %.1f 0 %.1f\n", x_pixel(p, ends[i]), top, bottom - top);
        sd_canvas_text(
            &p->canvas, x_pixel(p, ends[i]), top - 13,
            (sd_font){.size = small_size, .color = SD_MUTE, .side = SD_CENTER},
            sd_arena_printf(p->arena, "%s %s", unit, sd_chart_rounded(p->arena, ends[i], false)));
    }
}

/* ---- lines ---- */

static void draw_line(picture *p, size_t k, size_t s)
{
    const sd_history *h = p->traces[s]->history;
    const double *values = values_of(p, k, s);
    const size_t last = h->point_count - 1, stride = h->point_count / POINTS_MAX + 1;

    if (!values)
        return;
    for (size_t i = 0; i < last; i += stride)
        sd_text_printf(&p->lines, "%.8g %.6g\n", h->times[i], values[i]);
    sd_text_printf(&p->lines, "%.8g %.6g\n\n\n", h->times[last], values[last]);
    p->line_count++;
    sd_text_printf(&p->styles, "line_panel[%zu] = %zu; line_style[%zu] = %d\n", p->line_count,
                   k + 1, p->line_count, sd_series_style(p->data, s));
}

static void draw_labels(picture *p, size_t k)
{
    const panel *at = &p->panels[k];
    sd_spot spots[SD_TRACES_MAX];
    size_t of[SD_TRACES_MAX], count = 0;

    for (size_t s = 0; s < p->count; s++) {
        const double *values = values_of(p, k, s);
        size_t place = count;

        if (!values)
            continue;
        const double y = y_pixel(at, values[p->traces[s]->history->point_count - 1]);

        for (; place > 0 && spots[place - 1].want > y; place--) {
            spots[place] = spots[place - 1];
            of[place] = of[place - 1];
        }
        spots[place] = (sd_spot){.want = y, .height = 18.5};
        of[place] = s;
        count++;
    }
    sd_spots_spread(spots, count, at->top - 12, at->bottom + 12);
    for (size_t i = 0; i < count; i++) {
        const sd_font font = {.size = label_size,
                              .bold = true,
                              .color = sd_style_color(sd_series_style(p->data, of[i]))};

        sd_canvas_text(&p->canvas, p->right + 20, spots[i].y, font,
                       sd_chart_fitted(p->arena, label_of(p, k, of[i]), 280, label_size, true));
        sd_text_printf(&p->marks, "%.1f %.1f %.1f %.1f %u\n", p->right + 4, spots[i].want, 12.0,
                       spots[i].y - spots[i].want, 0x9ca3afU);
    }
}

static void write_data(const picture *p, sd_text *script)
{
    static const char *const arrays[] = {"top", "bottom", "y_low", "y_high"};
    static const char *const blocks[] = {"grid", "marks", "period", "lines"};
    const sd_text *rows[] = {&p->grid, &p->marks, &p->period, &p->lines};

    sd_canvas_write(&p->canvas, script);
    sd_text_printf(script, "left = %.1f\nright = %.1f\nx_low = %.10g\nx_high = %.10g\n", p->left,
                   p->right, p->x_low, p->x_high);
    for (size_t i = 0; i < 4; i++)
        sd_text_printf(script, "array %s[%zu]\n", arrays[i], p->panel_count);
    for (size_t k = 0; k < p->panel_count; k++)
        sd_text_printf(script,
                       "top[%zu] = %.1f; bottom[%zu] = %.1f; y_low[%zu] = %.10g; y_high[%zu] = "
                       "%.10g\n",
                       k + 1, p->panels[k].top, k + 1, p->panels[k].bottom, k + 1,
                       p->panels[k].y_low, k + 1, p->panels[k].y_high);
    sd_text_printf(script, "array line_panel[%zu]\narray line_style[%zu]\n", p->line_count,
                   p->line_count);
    sd_text_add(script, p->styles.bytes, p->styles.length);
    for (size_t i = 0; i < 4; i++)
        sd_text_printf(script, "$%s << end_of_%s\n%send_of_%s\n", blocks[i], blocks[i],
                       rows[i]->bytes, blocks[i]);
}

/* "Hours per week rise from 40 to 43.7": the first sentence without its period of time. */
static void draw_head(picture *p)
{
    const char *text = sd_trace_text(p->arena, p->traces[p->lead]);
    const char *end = strstr(text, ". "), *head;
    const sd_trace *t = p->traces[p->lead];

    head = sd_arena_copy(p->arena, text, end ? (size_t)(end - text) : strlen(text));
    const char *scenario = sd_series_short(p->arena, p->data, p->lead, 60);
    sd_canvas_head(
        &p->canvas,
        p->count > 1 ? sd_arena_printf(p->arena, "%s: %c%s", scenario, head[0] | 0x20, head + 1)
                     : head,
        sd_arena_printf(p->arena,
                        "%s and its strongest causes%s; read down from the effect to what "
                        "it comes from",
                        sd_column_label(p->arena, t->list[0].name),
                        p->count > 1 ? "" : sd_arena_printf(p->arena, ", %s", scenario)));
}

static sd_status prepare(picture *p, const sd_result *results, sd_text *script, sd_diag *diag)
{
    while (p->lead < p->count && p->traces[p->lead]->count < 2)
        p->lead++;
    if (p->lead == p->count)
        return sd_fail(diag, SD_E606, SD_NOWHERE, "there is nothing to draw: %s",
                       sd_trace_text(p->arena, p->traces[0]));
    choose_panels(p);
    lay_out(p);
    draw_head(p);
    for (size_t k = 0; k < p->panel_count; k++) {
        draw_name(p, k);
        draw_value_axis(p, k);
        for (size_t s = 0; s < p->count; s++)
            draw_line(p, k, s);
        draw_labels(p, k);
    }
    draw_time_axis(p);
    draw_period(p);
    const char *foot =
        sd_caveat(p->arena, p->data->changed, sd_model_is_trap(results[0].scenario->model));
    sd_canvas_foot(&p->canvas, &foot, 1);
    write_data(p, script);
    return SD_OK;
}

sd_status sd_trace_script(sd_arena *arena, const sd_trace *const *traces, const sd_result *results,
                          size_t count, const char *path, const char **ret_script, sd_diag *diag)
{
    picture p = {.arena = arena,
                 .data = sd_dataset_from_results(arena, results, count),
                 .traces = traces,
                 .count = count,
                 .canvas = sd_canvas_new(arena, 1200, 0),
                 .grid = sd_text_new(arena),
                 .marks = sd_text_new(arena),
                 .period = sd_text_new(arena),
                 .lines = sd_text_new(arena),
                 .styles = sd_text_new(arena)};
    sd_text prepared = sd_text_new(arena);
    sd_terminal terminal;
    sd_status status = sd_terminal_of(path, &terminal, diag);

    if (status == SD_OK)
        status = prepare(&p, results, &prepared, diag);
    if (status == SD_OK)
        *ret_script = sd_picture_script(arena, "trace", terminal, prepared.bytes, NULL);
    return status;
}

sd_status sd_trace_draw(sd_arena *arena, const sd_trace *const *traces, const sd_result *results,
                        size_t count, const char *path, bool force, sd_diag *diag)
{
    const char *script = "";
    const sd_status status = sd_trace_script(arena, traces, results, count, path, &script, diag);

    return status == SD_OK ? sd_picture_draw(arena, script, path, force, diag) : status;
}
