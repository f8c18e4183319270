/* diagram_place.c - where things stand in a causal loop diagram that nobody laid out: nodes, links and loops go in, places,
 * bends and marks come out.
 * Method: the longest of the strong loops lies on a ring, the other variables as near to their distances in the graph as they can
 * (stress majorisation, one node after the other; Gansner, Koren and North 2005), then labels are pushed apart.  Each link
 * takes the bend, and each mark the place, that touches least.  No chance is in it: the same diagram is always drawn alike.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <math.h>

enum { ROUNDS = 300, COLUMNS = 40, ROWS = 28 };

static const double width = 1270, height = 950;                        /* [pixel] */
static const double left = 110, right = 1160, top = 150, bottom = 830; /* of middles */
static const double link_length = 230, far_apart = 4; /* [pixel], [links] when nothing joins them */
static const double strong = 0.3;                     /* [1] of the strongest loop's share */
static const double pi = 3.14159265358979323846;

typedef struct placing {
    sd_diagram *d;
    size_t ring;      /* the loop that lies on it */
    bool *fixed;      /* [node_count] on the ring */
    double *distance; /* [node_count * node_count] in links */
    sd_box *boxes;    /* [node_count] */
    sd_arc *arcs;     /* [link_count] those that are bent already */
} placing;

static double within(double value, double low, double high)
{
    return fmin(fmax(value, low), high);
}

/* ---- nodes ---- */

/* The nodes of a loop in order. */
static size_t nodes_of(const sd_diagram *d, size_t loop, size_t *ret_nodes)
{
    const sd_feedback *f = d->loops.items[loop].feedback;
    size_t count = 0;

    for (size_t i = 0; i < f->count; i++)
        if (sd_diagram_node_of(d, f->stops[i]) != SIZE_MAX)
            ret_nodes[count++] = sd_diagram_node_of(d, f->stops[i]);
    return count;
}

/* Floyd and Warshall; the direction of links does not count. */
static void find_distances(placing *p)
{
    const size_t n = p->d->nodes.count;

    for (size_t i = 0; i < n * n; i++)
        p->distance[i] = i % (n + 1) == 0 ? 0 : far_apart;
    for (size_t k = 0; k < p->d->links.count; k++) {
        const sd_diagram_link *link = &p->d->links.items[k];

        p->distance[link->from * n + link->to] = p->distance[link->to * n + link->from] = 1;
    }
    for (size_t m = 0; m < n; m++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                p->distance[i * n + j] =
                    fmin(p->distance[i * n + j], p->distance[i * n + m] + p->distance[m * n + j]);
}

/* The longest of the loops that are not much weaker than the strongest. */
static size_t ring_of(const sd_diagram *d, size_t *nodes)
{
    size_t ring = 0, longest = 0;

    for (size_t l = 0; l < d->loops.count; l++) {
        const size_t count = nodes_of(d, l, nodes);

        if (count > longest &&
            sd_loop_share(d->feedbacks, d->loops.items[l].feedback) >=
                strong * sd_loop_share(d->feedbacks, d->loops.items[0].feedback)) {
            longest = count;
            ring = l;
        }
    }
    return ring;
}

/* That loop on an ellipse, clockwise; the others start outside of it, beside those that they are joined to. */
static void start(placing *p)
{
    const size_t n = p->d->nodes.count;
    size_t *ring = SD_NEW_ARRAY(p->d->arena, size_t, n + 1);
    const size_t count = nodes_of(p->d, p->ring, ring);
    const double size = count < n ? 0.66 : 0.88, x = (left + right) / 2, y = (top + bottom) / 2;
    const double across = size * (right - left) / 2, down = size * (bottom - top) / 2;

    for (size_t i = 0; i < count; i++) {
        const double angle = -pi / 2 - pi / (double)count + 2 * pi * (double)i / (double)count;
        sd_diagram_node *node = &p->d->nodes.items[ring[i]];

        node->x = x + across * cos(angle);
        node->y = y + down * sin(angle);
        p->fixed[ring[i]] = true;
    }
    for (size_t i = 0; i < n; i++) {
        double sum_x = 0, sum_y = 0;

        for (size_t j = 0; j < n && !p->fixed[i]; j++)
            if (p->fixed[j]) {
                const double weight = pow(p->distance[i * n + j], -4);

                sum_x += weight * (p->d->nodes.items[j].x - x) / across;
                sum_y += weight * (p->d->nodes.items[j].y - y) / down;
            }
        if (!p->fixed[i]) {
            /* Nodes with the same neighbours begin a little apart. */
            const double angle = atan2(sum_y, sum_x) + 0.5 * ((double)i / (double)n - 0.5);

            p->d->nodes.items[i].x = x + 1.4 * across * cos(angle);
            p->d->nodes.items[i].y = y + 1.4 * down * sin(angle);
        }
    }
}

/* Moves a node to where the distances to all others want it, weighed by their inverse squares. */
static void settle(placing *p, size_t i)
{
    const size_t n = p->d->nodes.count;
    sd_diagram_node *node = &p->d->nodes.items[i];
    double x = 0, y = 0, weights = 0;

    for (size_t j = 0; j < n; j++) {
        const sd_diagram_node *other = &p->d->nodes.items[j];
        const double dx = node->x - other->x, dy = node->y - other->y;
        const double wanted = link_length * p->distance[i * n + j];
        const double weight = 1 / (wanted * wanted), apart = fmax(hypot(dx, dy), 1);

        if (j == i)
            continue;
        x += weight * (other->x + wanted * dx / apart);
        y += weight * (other->y + wanted * dy / apart);
        weights += weight;
    }
    node->x = within(x / weights, left, right);
    node->y = within(y / weights, top, bottom);
}

static sd_box box_of(const sd_diagram *d, size_t n)
{
    const sd_diagram_node *node = &d->nodes.items[n];

    return sd_label_box(d->arena, node->x, node->y, node->label, SD_NODE_SIZE, true);
}

/* Pushes two labels apart that have less than some room between them, along the axis that needs less. */
static void push_apart(placing *p, size_t i, size_t j)
{
    const double room_x = 50, room_y = 34;
    sd_diagram_node *a = &p->d->nodes.items[i], *b = &p->d->nodes.items[j];
    const double x = p->boxes[i].half_width + p->boxes[j].half_width + room_x - fabs(a->x - b->x);
    const double y = p->boxes[i].half_height + p->boxes[j].half_height + room_y - fabs(a->y - b->y);
    const double share_a = p->fixed[i] == p->fixed[j] ? 0.5 : p->fixed[i] ? 0.1 : 0.9;

    if (x <= 0 || y <= 0)
        return;
    if (x < y) {
        const double way = a->x < b->x ? -x : x;

        a->x = within(a->x + way * share_a, left, right);
        b->x = within(b->x - way * (1 - share_a), left, right);
    } else {
        const double way = a->y < b->y ? -y : y;

        a->y = within(a->y + way * share_a, top, bottom);
        b->y = within(b->y - way * (1 - share_a), top, bottom);
    }
}

/* Draws everything out to the edges of what may be filled. */
static void fill_canvas(sd_diagram *d)
{
    double low_x = right, high_x = left, low_y = bottom, high_y = top;

    for (size_t i = 0; i < d->nodes.count; i++) {
        low_x = fmin(low_x, d->nodes.items[i].x);
        high_x = fmax(high_x, d->nodes.items[i].x);
        low_y = fmin(low_y, d->nodes.items[i].y);
        high_y = fmax(high_y, d->nodes.items[i].y);
    }
    for (size_t i = 0; i < d->nodes.count; i++) {
        sd_diagram_node *node = &d->nodes.items[i];

        if (high_x > low_x)
            node->x = left + (node->x - low_x) * (right - left) / (high_x - low_x);
        if (high_y > low_y)
            node->y = top + (node->y - low_y) * (bottom - top) / (high_y - low_y);
    }
}

static void place_nodes(placing *p)
{
    const size_t n = p->d->nodes.count;

    find_distances(p);
    start(p);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < n; i++)
            if (!p->fixed[i])
                settle(p, i);
    if (n > 3) /* fewer would only be torn apart */
        fill_canvas(p->d);
    for (size_t i = 0; i < n; i++)
        p->boxes[i] = box_of(p->d, i);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + 1; j < n; j++)
                push_apart(p, i, j);
    for (size_t i = 0; i < n; i++)
        p->boxes[i] = box_of(p->d, i);
}

/* ---- links ---- */

/* How much an arc touches: labels on its way, other arcs beside it, the edge of the picture. */
static double touch_of(const placing *p, size_t link, const sd_arc *arc)
{
    enum { SAMPLES = 40 };
    const sd_diagram_link *l = &p->d->links.items[link];
    double touch = 0;

    for (int i = 0; i <= SAMPLES; i++) {
        const sd_point at = sd_arc_at(arc, arc->begin + (arc->end - arc->begin) * i / SAMPLES);
        const sd_box near = {at.x, at.y, 8, 8};

        for (size_t n = 0; n < p->d->nodes.count; n++)
            if (n != l->from && n != l->to)
                touch += sd_box_overlap(near, p->boxes[n]);
        for (size_t k = 0; k < link; k++)
            for (int j = 1; j < 20; j++) {
                const sd_arc *other = &p->arcs[k];
                const sd_point there =
                    sd_arc_at(other, other->begin + (other->end - other->begin) * j / 20);

                touch += 0.12 * fmax(0, 16 - hypot(at.x - there.x, at.y - there.y));
            }
        touch += fmax(0, left - 60 - at.x) + fmax(0, at.x - right - 60) + fmax(0, top - 40 - at.y) +
                 fmax(0, at.y - bottom - 20);
    }
    return touch;
}

static bool is_on_loop(const sd_diagram_link *link, size_t loop)
{
    for (size_t i = 0; i < link->loops.count; i++)
        if (link->loops.items[i] == loop)
            return true;
    return false;
}

static void bend_links(placing *p)
{
    static const double bends[] = {20, -20, 10, -10, 32, -32, 45, -45, 60, -60, 0};
    sd_diagram *d = p->d;
    const size_t on_ring = nodes_of(d, p->ring, SD_NEW_ARRAY(d->arena, size_t, d->nodes.count + 1));

    for (size_t k = 0; k < d->links.count; k++) {
        sd_diagram_link *link = &d->links.items[k];
        double least = (double)INFINITY;

        for (size_t b = 0; b < sizeof bends / sizeof *bends; b++) {
            const double bend = b == 0 && is_on_loop(link, p->ring)
                                    ? within(180 / (double)on_ring, 12, 50)
                                    : bends[b];
            const sd_arc arc = sd_arc_between(p->boxes[link->from], p->boxes[link->to], bend, 4, 7);
            const double touch = touch_of(p, k, &arc) + 0.5 * (double)b;

            if (touch < least) {
                least = touch;
                link->bend = bend;
                p->arcs[k] = arc;
            }
        }
    }
}

/* ---- marks ---- */

static double mark_touch(const placing *p, size_t loop, sd_point middle)
{
    const sd_box box = sd_mark_box(p->d, loop);
    double touch = 0.08 * hypot(box.x - middle.x, box.y - middle.y);

    for (size_t n = 0; n < p->d->nodes.count; n++)
        touch += 6 * sd_box_overlap(box, p->boxes[n]);
    for (size_t l = 0; l < loop; l++)
        touch += 6 * sd_box_overlap(box, sd_mark_box(p->d, l));
    for (size_t k = 0; k < p->d->links.count; k++)
        for (int i = 0; i <= 40; i++) {
            const sd_arc *arc = &p->arcs[k];
            const sd_point at = sd_arc_at(arc, arc->begin + (arc->end - arc->begin) * i / 40);

            touch += 2 * sd_box_overlap((sd_box){at.x, at.y, 10, 10}, box);
        }
    return touch;
}

/* Each loop's mark near the middle of its nodes, turning as they lie. */
static void place_mark(placing *p, size_t loop)
{
    sd_diagram *d = p->d;
    sd_diagram_loop *l = &d->loops.items[loop];
    size_t *nodes = SD_NEW_ARRAY(d->arena, size_t, d->nodes.count + 1);
    const size_t count = nodes_of(d, loop, nodes);
    double area = 0, least = (double)INFINITY;
    sd_point middle = {0}, best = {0};

    for (size_t i = 0; i < count; i++) {
        const sd_diagram_node *a = &d->nodes.items[nodes[i]];
        const sd_diagram_node *b = &d->nodes.items[nodes[(i + 1) % count]];

        middle.x += a->x / (double)count;
        middle.y += a->y / (double)count;
        area += a->x * b->y - b->x * a->y;
    }
    l->clockwise = area >= 0; /* y points downwards */
    for (int row = 0; row <= ROWS; row++)
        for (int column = 0; column <= COLUMNS; column++) {
            l->x = left + (right - left) * column / COLUMNS;
            l->y = top + (bottom - top) * row / ROWS;
            const double touch = mark_touch(p, loop, middle);

            if (touch < least) {
                least = touch;
                best = (sd_point){l->x, l->y};
            }
        }
    l->x = best.x;
    l->y = best.y;
}

void sd_diagram_place(sd_diagram *d)
{
    const size_t n = d->nodes.count;
    placing p = {.d = d,
                 .fixed = SD_NEW_ARRAY(d->arena, bool, n + 1),
                 .distance = SD_NEW_ARRAY(d->arena, double, n *n + 1),
                 .boxes = SD_NEW_ARRAY(d->arena, sd_box, n + 1),
                 .arcs = SD_NEW_ARRAY(d->arena, sd_arc, d->links.count + 1)};

    d->width = width;
    d->height = height;
    if (d->loops.count == 0)
        return;
    p.ring = ring_of(d, SD_NEW_ARRAY(d->arena, size_t, n + 1));
    place_nodes(&p);
    bend_links(&p);
    for (size_t l = 0; l < d->loops.count; l++)
        place_mark(&p, l);
}
