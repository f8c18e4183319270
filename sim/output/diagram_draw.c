/* diagram_draw.c - draws a causal loop diagram: the diagram at a time goes in, words and data blocks for plots/cld.gp, or
 * the finished picture, come out.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <math.h>
#include <string.h>

enum { ARC_POINTS = 64 };

/* What is left to the name of a loop when it is told in the second line of the footer. */
static const char half_a_line[] =
    ", which drives, is not in this picture. An arrow stands for all ways through variables that "
    "are not shown. \xC2\xB1: both signs during the run; dashed: no effect throughout.";
static const double pi = 3.14159265358979323846;

typedef struct drawing {
    const sd_view *view;
    const sd_diagram *d;
    sd_canvas canvas;
    size_t curve_count, head_count;
    sd_text curves, looks, heads, head_colors, strokes;
} drawing;

/* ---- lines and heads ---- */

static void add_point(sd_text *block, sd_point at)
{
    sd_text_printf(block, "%.1f %.1f\n", at.x, at.y);
}

/* Mixed with four parts of white. */
static uint32_t paler(uint32_t color)
{
    uint32_t mixed = 0;

    for (int shift = 0; shift <= 16; shift += 8)
        mixed |= ((color >> shift & 0xff) + 4 * 0xff) / 5 << shift;
    return mixed;
}

/* Begins a curve; its points follow by add_point. */
static void begin_curve(drawing *g, double width, bool dashed, uint32_t color)
{
    if (g->curve_count++ > 0)
        sd_text_printf(&g->curves, "\n\n");
    sd_text_printf(&g->looks, "%.2f %d #%06x\n", width, dashed ? 2 : 1, (unsigned)color);
}

/* A triangle from its base to its tip; `half` [pixel] of its base. */
static void add_head(drawing *g, sd_point base, sd_point tip, double half, uint32_t color)
{
    const double length = fmax(hypot(tip.x - base.x, tip.y - base.y), 1e-9);
    const double x = (tip.x - base.x) / length * half, y = (tip.y - base.y) / length * half;

    if (g->head_count++ > 0)
        sd_text_printf(&g->heads, "\n\n");
    add_point(&g->heads, (sd_point){base.x - y, base.y + x});
    add_point(&g->heads, tip);
    add_point(&g->heads, (sd_point){base.x + y, base.y - x});
    sd_text_printf(&g->head_colors, "#%06x\n", (unsigned)color);
}

/* Two strokes across an arc. */
static void add_delay(drawing *g, const sd_arc *arc, double s, uint32_t color)
{
    const sd_point at = sd_arc_at(arc, s), heading = sd_arc_heading(arc, s);

    for (int side = -1; side <= 1; side += 2) {
        const double x = at.x + 3.6 * side * heading.x, y = at.y + 3.6 * side * heading.y;

        sd_text_printf(&g->strokes, "%.1f %.1f %.1f %.1f 0x%06x\n", x - 9 * heading.y,
                       y + 9 * heading.x, 18 * heading.y, -18 * heading.x, (unsigned)color);
    }
}

/* A glow below the links of the loop that drives, so that it can be seen as a ring. */
static void add_glow(drawing *g, const sd_sketch *sketch, size_t k)
{
    const sd_arc *arc = &sketch->arcs[k];
    const sd_feedback *driver = &g->d->feedbacks->list[g->view->driver];
    const sd_diagram_link *link = &g->d->links.items[k];
    bool drives = false;

    for (size_t i = 0; i < link->loops.count; i++)
        drives |= g->d->loops.items[link->loops.items[i]].feedback == driver;
    if (!drives)
        return;
    begin_curve(g, sd_view_width(g->view, k) + 14, false,
                paler(sd_loop_color(driver->id, sd_view_polarity(g->view, driver), false)));
    for (int i = 0; i <= ARC_POINTS; i++)
        add_point(&g->curves,
                  sd_arc_at(arc, arc->begin + (arc->end - arc->begin) * i / ARC_POINTS));
}

static void add_link(drawing *g, const sd_sketch *sketch, size_t k)
{
    const sd_diagram_link *link = &g->d->links.items[k];
    const sd_arc *arc = &sketch->arcs[k];
    const uint32_t color = sd_view_color(g->view, k, false);
    const double width = sd_view_width(g->view, k), head = sd_head_length(width);
    const double end = fmax(arc->begin, arc->end - 0.7 * head / sd_arc_length(arc));
    const sd_font font = {.size = SD_SIGN_SIZE,
                          .bold = true,
                          .color = sd_view_color(g->view, k, true),
                          .side = SD_CENTER};

    begin_curve(g, width, !sd_link_works(g->d, k), color);
    for (int i = 0; i <= ARC_POINTS; i++)
        add_point(&g->curves, sd_arc_at(arc, arc->begin + (end - arc->begin) * i / ARC_POINTS));
    add_head(g, sketch->tips[k], sd_arc_at(arc, arc->end), 0.42 * head, color);
    if (link->delayed && link->loops.count > 0)
        add_delay(g, arc, sketch->delays[k], color);
    if (*sd_view_sign(g->d, k))
        sd_canvas_text(&g->canvas, sketch->signs[k].x, sketch->signs[k].y, font,
                       sd_view_sign(g->d, k));
}

/* ---- words ---- */

/* Lines of a label below y. */
static void add_label(drawing *g, double x, double y, sd_font font, const char *label)
{
    const double step = font.size * 1.25;
    double line_y = y + step / 2;

    font.side = SD_CENTER;
    for (const char *line = label; line; line_y += step) {
        const char *end = strchr(line, '\n');
        const size_t length = end ? (size_t)(end - line) : strlen(line);

        sd_canvas_text(&g->canvas, x, line_y, font, sd_arena_copy(g->d->arena, line, length));
        line = end ? end + 1 : NULL;
    }
}

static void add_node(drawing *g, const sd_diagram_node *node)
{
    const sd_font font = {.size = node->lever ? SD_LEVER_SIZE : SD_NODE_SIZE,
                          .bold = !node->outside,
                          .color = sd_node_color(node)};

    add_label(g, node->x,
              node->y -
                  sd_label_box(g->d->arena, 0, 0, node->label, font.size, font.bold).half_height,
              font, node->label);
}

static const char *share_words(const drawing *g, double share)
{
    return share == 0      ? "idle"
           : share < 0.005 ? "under 1\xC2\xA0%"
                           : sd_arena_printf(g->d->arena, "%.0f\xC2\xA0%%", 100 * share);
}

/* A turning arrow with the id inside and the name below. */
static void add_mark(drawing *g, size_t l)
{
    const sd_diagram_loop *loop = &g->d->loops.items[l];
    const sd_feedback *f = loop->feedback;
    const bool drives = g->view->driver != SIZE_MAX && f == &g->d->feedbacks->list[g->view->driver];
    const int polarity = sd_view_polarity(g->view, f);
    const char *letter = sd_loop_letter(g->view, f);
    /* An id that speaks of the other polarity, that of most of the run, stands below. */
    const bool turned = strchr(letter, *f->id) == NULL && strcmp(sd_loop_words(f), f->id) != 0;
    const uint32_t color = sd_loop_color(f->id, polarity, false);
    const double radius = drives ? SD_DRIVER_RADIUS : SD_MARK_RADIUS,
                 way = loop->clockwise ? 1 : -1;
    /* From 20 degrees beside the top nearly all the way round; y points downwards. */
    const double from = -pi / 2 + way * 20 * pi / 180, turn = way * 285 * pi / 180;
    const sd_font id = {.size = drives ? 19 : 15,
                        .bold = true,
                        .color = sd_loop_color(f->id, polarity, true),
                        .side = SD_CENTER},
                  name = {.size = SD_LOOP_SIZE, .bold = drives, .color = id.color};
    const double share = g->view->strengths[l];
    sd_point last = {0}, before = {0};

    begin_curve(g, drives ? 3.2 : 1.8, false, color);
    for (int i = 0; i <= 40; i++) {
        const double angle = from + turn * i / 40;

        before = last;
        last = (sd_point){loop->x + radius * cos(angle), loop->y + radius * sin(angle)};
        add_point(&g->curves, last);
    }
    const double length = hypot(last.x - before.x, last.y - before.y), head = drives ? 12 : 9;
    const sd_point tip = {last.x + (last.x - before.x) / length * head,
                          last.y + (last.y - before.y) / length * head};

    add_head(g, last, tip, 0.55 * head, color);
    sd_canvas_text(&g->canvas, loop->x, loop->y, id, letter);
    if (*loop->label || g->view->driver != SIZE_MAX)
        add_label(g, loop->x, loop->y + SD_DRIVER_RADIUS + 2, name,
                  sd_arena_printf(g->d->arena, "%s%s%s%s%s", turned ? f->id : "",
                                  !turned        ? ""
                                  : *loop->label ? " "
                                                 : "\n",
                                  loop->label,
                                  *loop->label && g->view->driver != SIZE_MAX ? "\n" : "",
                                  g->view->driver != SIZE_MAX ? share_words(g, share) : ""));
}

/* ---- the whole ---- */

/* `text` cut to what `rest` leaves of a line of the footer: what is said in the rest is never cut for its sake. */
static const char *cut_beside(const drawing *g, const char *text, const char *rest)
{
    const double room = g->canvas.width - 2 * SD_MARGIN - sd_chart_width(rest, sd_foot_size, false);

    return sd_chart_fitted(g->d->arena, text, fmax(room, 60), sd_foot_size, false);
}

static const char *source_words(const drawing *g)
{
    const sd_scenario *scenario = g->d->scenario;
    const sd_feedbacks *all = g->d->feedbacks;
    const size_t count = all->named > 0 ? all->named : all->examined;
    const char *rest = sd_arena_printf(
        g->d->arena,
        ". %s, mean over a fortieth of the run. Percentages: share in the scores of the %s%s.%s",
        sd_view_time(g->view),
        count == 1 ? "only loop" : sd_arena_printf(g->d->arena, "%zu loops", count),
        all->named > 0 ? (count == 1 ? " that has a name" : " that have names") : " examined",
        g->d->computed ? " Positions are computed." : "");

    return sd_arena_printf(g->d->arena, "%s%s",
                           cut_beside(g, *scenario->title ? scenario->title : scenario->name, rest),
                           rest);
}

static const char *meaning_words(const drawing *g)
{
    const size_t driver = g->view->driver;
    const sd_feedback *f = driver != SIZE_MAX ? &g->d->feedbacks->list[driver] : NULL;

    return sd_arena_printf(
        g->d->arena,
        "%sAn arrow stands for all ways through variables that are not shown. \xC2\xB1: both signs "
        "during the run; dashed: no effect throughout.",
        f && !sd_view_draws(g->view, f)
            ? sd_arena_printf(g->d->arena, "%s, which %s, is not in this picture. ",
                              cut_beside(g, sd_loop_named(g->d->arena, f), half_a_line),
                              g->view->drive >= 0.5 ? "drives" : "leads")
            : "");
}

static const char *caveat_words(const drawing *g)
{
    const sd_scenario *scenario = g->d->scenario;
    const bool trap = sd_model_is_trap(scenario->model);
    const char *changed = scenario->changed ? scenario->changed : "";

    return sd_caveat(
        g->d->arena,
        *changed ? cut_beside(g, changed, sd_caveat(g->d->arena, "With . ", trap)) : "", trap);
}

static void add_frame(drawing *g)
{
    static const char dot[] = "\xC2\xA0 \xC2\xB7 \xC2\xA0";
    bool levers = false;

    for (size_t n = 0; n < g->d->nodes.count; n++)
        levers |= g->d->nodes.items[n].lever;
    const char *const legends[] = {
        sd_arena_printf(g->d->arena,
                        "Width: share in what moves its target%s+ same direction, "
                        "\xE2\x80\x93 opposite%s\xE2\x80\x96 delay%s%s%sR reinforcing, B balancing",
                        dot, dot, dot, levers ? "green: levers" : "", levers ? dot : ""),
        sd_arena_printf(g->d->arena,
                        "Width: share%s+ same, \xE2\x80\x93 opposite%s\xE2\x80\x96 delay%sR "
                        "reinforcing, B balancing",
                        dot, dot, dot),
        "+ same, \xE2\x80\x93 opposite; R reinforcing, B balancing", NULL};
    size_t l = 0;

    while (legends[l + 1] &&
           sd_chart_width(legends[l], sd_subtitle_size, false) > g->canvas.width - 2 * SD_MARGIN)
        l++;
    sd_canvas_head(&g->canvas, sd_view_title(g->view), legends[l]);
    sd_canvas_foot(&g->canvas,
                   (const char *const[]){source_words(g), meaning_words(g), caveat_words(g)}, 3);
}

static const char *prepared(const sd_view *view)
{
    const sd_diagram *d = view->d;
    double *widths = SD_NEW_ARRAY(d->arena, double, d->links.count + 1);
    drawing g = {.view = view,
                 .d = d,
                 .canvas = sd_canvas_new(d->arena, d->width, d->height),
                 .curves = sd_text_new(d->arena),
                 .looks = sd_text_new(d->arena),
                 .heads = sd_text_new(d->arena),
                 .head_colors = sd_text_new(d->arena),
                 .strokes = sd_text_new(d->arena)};
    sd_text script = sd_text_new(d->arena);
    sd_sketch sketch;

    for (size_t k = 0; k < d->links.count; k++)
        widths[k] = sd_view_width(view, k);
    sketch = sd_sketch_new(d, widths);
    add_frame(&g);
    for (size_t k = 0; k < d->links.count && view->driver != SIZE_MAX; k++)
        add_glow(&g, &sketch, k);
    for (size_t k = 0; k < d->links.count; k++)
        add_link(&g, &sketch, k);
    for (size_t n = 0; n < d->nodes.count; n++)
        add_node(&g, &d->nodes.items[n]);
    for (size_t l = 0; l < d->loops.count; l++)
        add_mark(&g, l);
    sd_canvas_write(&g.canvas, &script);
    sd_text_printf(&script, "$curves << end_of_curves\n%send_of_curves\n", g.curves.bytes);
    sd_text_printf(&script, "$curve_looks << end_of_looks\n%send_of_looks\n", g.looks.bytes);
    sd_text_printf(&script, "$heads << end_of_heads\n%send_of_heads\n", g.heads.bytes);
    sd_text_printf(&script, "$head_colors << end_of_colors\n%send_of_colors\n",
                   g.head_colors.bytes);
    sd_text_printf(&script, "$strokes << end_of_strokes\n%s0 0 0 0 0xffffff\nend_of_strokes\n",
                   g.strokes.bytes); /* never without a row, which gnuplot would not plot */
    return script.bytes;
}

const char *sd_diagram_frame(sd_arena *arena, const sd_diagram *diagram, double at)
{
    const sd_view view = sd_view_at(diagram, at);

    return sd_picture_script(arena, "cld", SD_TERMINAL_FRAME, prepared(&view), NULL);
}

sd_status sd_diagram_script(sd_arena *arena, const sd_diagram *diagram, double at, const char *path,
                            const char **ret_script, sd_diag *diag)
{
    const sd_view view = sd_view_at(diagram, at);
    sd_terminal terminal = SD_TERMINAL_SVG;
    const sd_status status = sd_terminal_of(path, &terminal, diag);

    if (status == SD_OK)
        *ret_script = sd_picture_script(arena, "cld", terminal, prepared(&view), NULL);
    return status;
}

sd_status sd_diagram_draw(sd_arena *arena, const sd_diagram *diagram, double at, const char *path,
                          bool force, sd_diag *diag)
{
    const char *script = "";
    const sd_status status = sd_diagram_script(arena, diagram, at, path, &script, diag);

    return status == SD_OK ? sd_picture_draw(arena, script, path, force, diag) : status;
}
