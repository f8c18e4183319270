/* diagram_private.h - what the files of causal loop diagrams share: arcs and boxes on the picture, and the diagram at
 * one time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_DIAGRAM_PRIVATE_H
#define SD_DIAGRAM_PRIVATE_H

#include "chart_private.h"

/* ---- diagram.c ---- */

/* The node that shows a stop; SIZE_MAX when none does. */
size_t sd_diagram_node_of(const sd_diagram *d, sd_stop stop);

/* ---- diagram_choose.c, diagram_place.c: without a layout ---- */

enum { SD_DIAGRAM_NODES_MAX = 12 };
/* Fills nodes and loops: the strongest loops, and of their variables those that tell them apart. */
void sd_diagram_choose(sd_diagram *d, double at /* [model time]; NAN: over the whole run */);
/* Gives nodes, links and marks their places. */
void sd_diagram_place(sd_diagram *d);

/* ---- diagram_geometry.c: all in pixels from the top left corner, y downwards ---- */

typedef struct sd_point {
    double x, y;
} sd_point;

typedef struct sd_box {
    double x, y, half_width, half_height; /* x, y: of its middle */
} sd_box;
bool sd_box_holds(sd_box box, sd_point point);
/* [pixel] by which the smaller side of what two boxes share is wide; 0 when they do not touch. */
double sd_box_overlap(sd_box a, sd_box b);
/* A label of several lines. */
sd_box sd_label_box(sd_arena *arena, double x, double y, const char *label, double size, bool bold);

/* A part of a circle from one point to another; its points are numbered by s from 0 to 1. */
typedef struct sd_arc {
    sd_point from, to;
    double bend;       /* [radian] between chord and tangent at `from`; > 0: turns to the right */
    double begin, end; /* the part of it that is seen */
} sd_arc;
sd_point sd_arc_at(const sd_arc *arc, double s);
sd_point sd_arc_heading(const sd_arc *arc, double s); /* of length 1 */
double sd_arc_length(const sd_arc *arc);
/* From the edge of one box to the edge of another, each `gap` away from it. */
sd_arc sd_arc_between(sd_box from, sd_box to, double bend /* [degree] */, double gap_from,
                      double gap_to);

/* Where everything stands. */
typedef struct sd_sketch {
    sd_box *nodes;  /* [node_count] of their labels */
    sd_arc *arcs;   /* [link_count] */
    sd_point *tips; /* [link_count] where the line ends and the head begins */
    sd_box *signs;  /* [link_count] */
    double *delays; /* [link_count] where on the arc the delay is marked */
    sd_box *marks;  /* [loop_count] the turning arrow and the words below it */
} sd_sketch;

enum {
    SD_NODE_SIZE = 17, /* [pixel] of letters */
    SD_LEVER_SIZE = 15,
    SD_LOOP_SIZE = 14,
    SD_SIGN_SIZE = 20,
    SD_MARK_RADIUS = 19,
    SD_DRIVER_RADIUS = 25
};
/* `widths` [link_count] of the lines. */
sd_sketch sd_sketch_new(const sd_diagram *d, const double *widths);
double sd_head_length(double width); /* [pixel] of the head of a line */
sd_box sd_mark_box(const sd_diagram *d, size_t loop);

/* ---- diagram_view.c: what can be seen at a time ---- */

/* The points whose mean is shown: a fortieth of the run, as in sd_spells_new. */
typedef struct sd_window {
    size_t first, middle, last;
} sd_window;
sd_window sd_window_at(const sd_history *history, double at);
/* [1] mean size of a loop's shares within it, 0 when it has none. */
double sd_window_share(const sd_feedbacks *feedbacks, const sd_feedback *feedback,
                       sd_window window);

typedef struct sd_view {
    const sd_diagram *d;
    double time;
    sd_window window;
    double *shares;    /* [link_count] [1] of the changes that come into the same node, 0..1 */
    double *strengths; /* [loop_count] [1] mean share round that time, 0..1 */
    size_t driver;     /* of the feedbacks; SIZE_MAX when none does anything */
    double drive;      /* [1] its mean share */
} sd_view;
sd_view sd_view_at(const sd_diagram *d, double at);
double sd_view_width(const sd_view *view, size_t link); /* [pixel] */
/* The colours of lines and of words. */
uint32_t sd_view_color(const sd_view *view, size_t link, bool word);
uint32_t sd_node_color(const sd_diagram_node *node);
bool sd_link_works(const sd_diagram *d, size_t link);       /* it moves its target at some time */
const char *sd_view_sign(const sd_diagram *d, size_t link); /* "+", "–", "±", "" when idle */
const char *sd_view_time(const sd_view *view);              /* "Week 52", "Time 5 months" */
/* "Week 52: B9 AI relief drives"; what has less than half of it leads. */
const char *sd_view_title(const sd_view *view);
/* [point_count] and [1] the shares that a reader is told: among the named loops where there are any, else of all examined;
 * NULL and NAN for a loop that was found beside named ones. */
const double *sd_loop_shares(const sd_feedbacks *feedbacks, const sd_feedback *feedback);
double sd_loop_share(const sd_feedbacks *feedbacks, const sd_feedback *feedback);
/* What stands inside the mark of a loop, its id unless that is too long, and below it, its name or else its long id. */
const char *sd_loop_letter(const sd_view *view, const sd_feedback *feedback);
const char *sd_loop_words(const sd_feedback *feedback);
/* How it works at that time: +1 reinforcing, -1 balancing, 0 both; when idle then, as over the whole run. */
int sd_view_polarity(const sd_view *view, const sd_feedback *feedback);
bool sd_view_draws(const sd_view *view, const sd_feedback *feedback);
const char *sd_loop_named(sd_arena *arena, const sd_feedback *feedback); /* "R1 treadmill" */
/* One colour a loop wherever it is drawn: those of R1, R2, R3 and of all that balance are given. */
uint32_t sd_loop_color(const char *id, int polarity, bool word);

/* ---- diagram_draw.c ---- */

/* The gnuplot text of one picture of a moving one. */
const char *sd_diagram_frame(sd_arena *arena, const sd_diagram *diagram, double at);

#endif
