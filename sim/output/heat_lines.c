/* heat_lines.c - lines of equal value over a rectangle of nodes.
 * In: values at nodes.  Out: lines.
 * Method: marching squares (Lorensen and Cline 1987, in two dimensions); where a square has two pieces the mean of its corners
 * says which corners belong together.  Pieces that end on the same edge of the raster are one line.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_heat.h"

#include <math.h>
#include <stdint.h>

/* Edge 2 n goes from node n to the right, edge 2 n + 1 from it down. */
typedef struct edge {
    uint32_t next[2]; /* the edges that a line goes on to; NONE */
    bool walked;
} edge;
static const uint32_t none = UINT32_MAX;

typedef struct tracer {
    sd_arena *arena;
    const sd_heat_raster *raster;
    double level;
    edge *edges;
    SD_LIST(sd_heat_line) lines;
} tracer;

static void join(tracer *t, size_t a, size_t b)
{
    t->edges[a].next[t->edges[a].next[0] != none] = (uint32_t)b;
    t->edges[b].next[t->edges[b].next[0] != none] = (uint32_t)a;
}

static void cross_square(tracer *t, size_t row, size_t column)
{
    const size_t w = t->raster->width, n = row * w + column;
    const double *v = t->raster->values;
    const double corners[] = {v[n], v[n + 1], v[n + w + 1], v[n + w]}; /* clockwise */
    /* top, right, bottom, left: the edge after each corner */
    const size_t sides[] = {2 * n, 2 * (n + 1) + 1, 2 * (n + w), 2 * n + 1};
    size_t crossed[4], count = 0;
    double sum = 0;

    for (size_t i = 0; i < 4; i++) {
        if (isnan(corners[i]))
            return;
        sum += corners[i];
        if ((corners[i] >= t->level) != (corners[(i + 1) % 4] >= t->level))
            crossed[count++] = sides[i];
    }
    if (count == 2)
        join(t, crossed[0], crossed[1]);
    if (count < 4)
        return;
    /* With the middle like the first corner, the second and the fourth are cut off, each by the edges beside it. */
    const bool like_first = (sum / 4 >= t->level) == (corners[0] >= t->level);

    join(t, sides[0], sides[like_first ? 1 : 3]);
    join(t, sides[2], sides[like_first ? 3 : 1]);
}

static void add_point(const tracer *t, size_t at, sd_heat_line *line)
{
    const size_t w = t->raster->width, n = at / 2, row = n / w, m = at % 2 ? n + w : n + 1;
    const double a = t->raster->values[n], b = t->raster->values[m],
                 share = fmin(fmax((t->level - a) / (b - a), 0), 1);

    line->x[line->count] = (double)(n % w) + (at % 2 ? 0 : share);
    line->y[line->count++] = (double)row + (at % 2 ? share : 0);
}

static void walk_from(tracer *t, size_t start)
{
    sd_heat_line line = {0};
    size_t length = 1;

    for (size_t at = start, before = none;; length++) { /* count */
        const edge *e = &t->edges[at];
        const size_t next = e->next[0] != before ? e->next[0] : e->next[1];

        if (next == none || next == start)
            break;
        before = at;
        at = next;
    }
    line.x = SD_NEW_ARRAY(t->arena, double, length + 1);
    line.y = SD_NEW_ARRAY(t->arena, double, length + 1);
    for (size_t at = start, before = none;;) {
        edge *e = &t->edges[at];
        const size_t next = e->next[0] != before ? e->next[0] : e->next[1];

        e->walked = true;
        add_point(t, at, &line);
        if (next == start)
            add_point(t, start, &line); /* round and closed */
        if (next == none || next == start)
            break;
        before = at;
        at = next;
    }
    SD_PUSH(t->arena, &t->lines, line);
}

sd_heat_lines sd_heat_lines_at(sd_arena *arena, const sd_heat_raster *raster, double level)
{
    const size_t count = 2 * raster->width * raster->height;
    sd_arena *scratch = sd_arena_new("lines of equal value");
    tracer t = {.arena = arena,
                .raster = raster,
                .level = level,
                .edges = SD_NEW_ARRAY(scratch, edge, count)};

    for (size_t i = 0; i < count; i++)
        t.edges[i] = (edge){.next = {none, none}};
    for (size_t row = 0; row + 1 < raster->height; row++)
        for (size_t column = 0; column + 1 < raster->width; column++)
            cross_square(&t, row, column);
    /* Open lines from their ends first; what is left then is round. */
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < count; i++) {
            const edge *e = &t.edges[i];

            if (!e->walked && e->next[0] != none && (round || e->next[1] == none))
                walk_from(&t, i);
        }
    sd_arena_free(scratch);
    return (sd_heat_lines){t.lines.count, t.lines.items};
}
