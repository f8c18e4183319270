/* diagram_geometry.c - the geometry of causal loop diagrams: a diagram goes in, where each arc begins and ends and where
 * signs and marks of delay stand comes out.
 * Method: a link is one circular arc whose tangent leaves the chord by a given angle, cut where it leaves and enters the
 * boxes of its labels.  What accompanies an arc takes, of a few places in a fixed order, the first that touches nothing,
 * else the one that touches least; so the same diagram is always drawn alike.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <math.h>

enum { SAMPLES = 200 };

static const double line_height = 1.25;       /* [em] */
static const double gap_from = 4, gap_to = 7; /* [pixel] between label and arc */
static const double pi = 3.14159265358979323846;

/* ---- boxes ---- */

bool sd_box_holds(sd_box box, sd_point point)
{
    return fabs(point.x - box.x) < box.half_width && fabs(point.y - box.y) < box.half_height;
}

double sd_box_overlap(sd_box a, sd_box b)
{
    const double x = a.half_width + b.half_width - fabs(a.x - b.x);
    const double y = a.half_height + b.half_height - fabs(a.y - b.y);

    return fmax(0, fmin(x, y));
}

sd_box sd_label_box(sd_arena *arena, double x, double y, const char *label, double size, bool bold)
{
    sd_box box = {.x = x, .y = y};
    const char *end;

    for (const char *line = label; line; line = *end ? end + 1 : NULL) {
        end = line;
        while (*end && *end != '\n')
            end++;
        const char *text = sd_arena_copy(arena, line, (size_t)(end - line));

        box.half_width = fmax(box.half_width, sd_chart_width(text, size, bold) / 2);
        box.half_height += size * line_height / 2;
    }
    return box;
}

static sd_box widened(sd_box box, double by)
{
    box.half_width += by;
    box.half_height += by;
    return box;
}

/* ---- arcs ---- */

/* Along the chord and to its left, of length 1. */
static void axes_of(const sd_arc *arc, sd_point *ret_along, sd_point *ret_left, double *ret_chord)
{
    const double dx = arc->to.x - arc->from.x, dy = arc->to.y - arc->from.y;
    const double chord = fmax(hypot(dx, dy), 1e-9);

    *ret_along = (sd_point){dx / chord, dy / chord};
    *ret_left = (sd_point){dy / chord, -dx / chord}; /* y points downwards */
    *ret_chord = chord;
}

sd_point sd_arc_at(const sd_arc *arc, double s)
{
    sd_point along, left;
    double chord, u, v = 0;

    axes_of(arc, &along, &left, &chord);
    u = chord * s;
    if (fabs(arc->bend) > 1e-6) {
        const double radius = chord / (2 * sin(arc->bend)), turn = arc->bend * (1 - 2 * s);

        u = radius * (sin(arc->bend) - sin(turn));
        v = radius * (cos(turn) - cos(arc->bend));
    }
    return (sd_point){arc->from.x + along.x * u + left.x * v,
                      arc->from.y + along.y * u + left.y * v};
}

sd_point sd_arc_heading(const sd_arc *arc, double s)
{
    const double turn = arc->bend * (1 - 2 * s);
    sd_point along, left;
    double chord;

    axes_of(arc, &along, &left, &chord);
    return (sd_point){along.x * cos(turn) + left.x * sin(turn),
                      along.y * cos(turn) + left.y * sin(turn)};
}

double sd_arc_length(const sd_arc *arc)
{
    const double chord = hypot(arc->to.x - arc->from.x, arc->to.y - arc->from.y);

    return fabs(arc->bend) > 1e-6 ? chord * arc->bend / sin(arc->bend) : chord;
}

/* Where the arc crosses the edge of the box between s `inside` and s `outside`, by bisection. */
static double edge_at(const sd_arc *arc, sd_box box, double inside, double outside)
{
    for (int i = 0; i < 40; i++) {
        const double middle = (inside + outside) / 2;

        if (sd_box_holds(box, sd_arc_at(arc, middle)))
            inside = middle;
        else
            outside = middle;
    }
    return outside;
}

sd_arc sd_arc_between(sd_box from, sd_box to, double bend, double from_gap, double to_gap)
{
    const sd_box first = widened(from, from_gap), last = widened(to, to_gap);
    sd_arc arc = {.from = {from.x, from.y}, .to = {to.x, to.y}, .bend = bend * pi / 180, .end = 1};

    for (int i = 0; i < SAMPLES / 2; i++) {
        const double s = (double)i / SAMPLES, step = 1.0 / SAMPLES;

        if (sd_box_holds(first, sd_arc_at(&arc, s)))
            arc.begin = edge_at(&arc, first, s, s + step);
        if (sd_box_holds(last, sd_arc_at(&arc, 1 - s)))
            arc.end = edge_at(&arc, last, 1 - s, 1 - s - step);
    }
    if (arc.end < arc.begin) /* the labels touch */
        arc.end = arc.begin = (arc.begin + arc.end) / 2;
    return arc;
}

double sd_head_length(double width)
{
    return 9 + 1.7 * width;
}

sd_box sd_mark_box(const sd_diagram *d, size_t loop)
{
    const sd_diagram_loop *l = &d->loops.items[loop];
    const char *words =
        sd_arena_printf(d->arena, "%s%sunder 1\xC2\xA0%%", l->label, *l->label ? "\n" : "");
    const sd_box box = sd_label_box(d->arena, 0, 0, words, SD_LOOP_SIZE, true);
    const double half = SD_DRIVER_RADIUS + 1 + box.half_height;

    return (sd_box){.x = l->x,
                    .y = l->y - SD_DRIVER_RADIUS + half,
                    .half_width = fmax(box.half_width, SD_DRIVER_RADIUS),
                    .half_height = half};
}

/* ---- what accompanies an arc ---- */

/* [pixel] from a point to the nearest sample of the seen part of an arc, at most `most`. */
static double distance_to(const sd_arc *arc, sd_point point, double most)
{
    double nearest = most;

    for (int i = 0; i <= 48; i++) {
        const sd_point at = sd_arc_at(arc, arc->begin + (arc->end - arc->begin) * i / 48);

        nearest = fmin(nearest, hypot(at.x - point.x, at.y - point.y));
    }
    return nearest;
}

/* [pixel] how much something touches labels, marks and the signs that stand already. */
static double touched(const sd_diagram *d, const sd_sketch *sketch, sd_box box, size_t signs)
{
    double touch = 0;

    for (size_t n = 0; n < d->nodes.count; n++)
        touch += 4 * sd_box_overlap(box, widened(sketch->nodes[n], 2));
    for (size_t l = 0; l < d->loops.count; l++)
        touch += 4 * sd_box_overlap(box, sketch->marks[l]);
    for (size_t k = 0; k < signs; k++)
        touch += 4 * sd_box_overlap(box, sketch->signs[k]);
    touch += 10 * (fmax(0, box.half_width - box.x) + fmax(0, box.x + box.half_width - d->width));
    return touch;
}

static double crowding(const sd_diagram *d, const sd_sketch *sketch, sd_point point, size_t own,
                       double clear)
{
    double crowd = 0;

    for (size_t k = 0; k < d->links.count; k++)
        if (k != own)
            crowd += clear - distance_to(&sketch->arcs[k], point, clear);
    return crowd;
}

/* The sign stands beside the head, outside of the bend unless there is no room. */
static sd_box place_sign(const sd_diagram *d, const sd_sketch *sketch, size_t link, double width)
{
    static const double backs[] = {8, 18, 0, 30, 44, 60};
    const sd_arc *arc = &sketch->arcs[link];
    const double length = sd_arc_length(arc), outer = arc->bend >= 0 ? 1 : -1;
    const double aside = 12 + width / 2;
    double least = (double)INFINITY;
    sd_box best = {0};

    for (size_t b = 0; b < sizeof backs / sizeof *backs; b++)
        for (int side = 0; side < 2; side++) {
            const double s =
                fmax(arc->begin, arc->end - (sd_head_length(width) + backs[b]) / length);
            const double hand = (side == 0 ? outer : -outer) * aside;
            const sd_point on = sd_arc_at(arc, s), heading = sd_arc_heading(arc, s);
            const sd_box box = {.x = on.x + heading.y * hand,
                                .y = on.y - heading.x * hand,
                                .half_width = 7,
                                .half_height = 7};
            const double cost = touched(d, sketch, box, link) +
                                crowding(d, sketch, (sd_point){box.x, box.y}, link, 11) +
                                0.05 * backs[b] + 0.6 * side;

            if (cost < least - 1e-9) {
                least = cost;
                best = box;
            }
        }
    return best;
}

static double place_delay(const sd_diagram *d, const sd_sketch *sketch, size_t link)
{
    static const double shares[] = {0.5, 0.42, 0.58, 0.34, 0.66, 0.26};
    const sd_arc *arc = &sketch->arcs[link];
    double least = (double)INFINITY, best = 0.5;

    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++) {
        const double s = arc->begin + (arc->end - arc->begin) * shares[i];
        const sd_point at = sd_arc_at(arc, s);
        const sd_box box = {at.x, at.y, 10, 10};
        const double cost = touched(d, sketch, box, d->links.count) +
                            crowding(d, sketch, at, link, 14) + 2 * fabs(shares[i] - 0.5);

        if (cost < least - 1e-9) {
            least = cost;
            best = s;
        }
    }
    return best;
}

sd_sketch sd_sketch_new(const sd_diagram *d, const double *widths)
{
    const size_t links = d->links.count;
    sd_sketch sketch = {.nodes = SD_NEW_ARRAY(d->arena, sd_box, d->nodes.count + 1),
                        .arcs = SD_NEW_ARRAY(d->arena, sd_arc, links + 1),
                        .tips = SD_NEW_ARRAY(d->arena, sd_point, links + 1),
                        .signs = SD_NEW_ARRAY(d->arena, sd_box, links + 1),
                        .delays = SD_NEW_ARRAY(d->arena, double, links + 1),
                        .marks = SD_NEW_ARRAY(d->arena, sd_box, d->loops.count + 1)};

    for (size_t n = 0; n < d->nodes.count; n++) {
        const sd_diagram_node *node = &d->nodes.items[n];

        sketch.nodes[n] = sd_label_box(d->arena, node->x, node->y, node->label,
                                       node->lever ? SD_LEVER_SIZE : SD_NODE_SIZE, !node->outside);
    }
    for (size_t l = 0; l < d->loops.count; l++)
        sketch.marks[l] = sd_mark_box(d, l);
    for (size_t k = 0; k < links; k++) {
        const sd_diagram_link *link = &d->links.items[k];

        sketch.arcs[k] = sd_arc_between(sketch.nodes[link->from], sketch.nodes[link->to],
                                        link->bend, gap_from, gap_to);
    }
    for (size_t k = 0; k < links; k++) {
        const sd_arc *arc = &sketch.arcs[k];
        const double head = sd_head_length(widths[k]) / sd_arc_length(arc);

        sketch.tips[k] = sd_arc_at(arc, fmax(arc->begin, arc->end - head));
        sketch.signs[k] = place_sign(d, &sketch, k, widths[k]);
        sketch.delays[k] = place_delay(d, &sketch, k);
    }
    return sketch;
}
