/* chart_panel.h - charts with one panel a scenario: up to four side by side on common axes, in which areas and lines
 * are drawn over time, with labels at the right edge of each.
 * Values stay values as far as gnuplot; plots/panels.gp turns them into places on the picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_CHART_PANEL_H
#define SD_CHART_PANEL_H

#include "chart_private.h"

enum { SD_PANELS_MAX = 4, SD_PANEL_LABELS_MAX = 12 };

/* The colours of parts and lines: [fill, word], the word darker so that it can be read on white. */
typedef struct sd_paint {
    uint32_t fill, word;
} sd_paint;
extern const sd_paint sd_paint_meta_work, sd_paint_permission, sd_paint_expectation, sd_paint_kept,
    sd_paint_rework, sd_paint_burnout, sd_paint_slack, sd_paint_ink;

typedef struct sd_panel_label {
    double at; /* what it points to, on the scale of the panel */
    const char *text;
    uint32_t color;
    bool bold;
} sd_panel_label;

typedef struct sd_panel {
    size_t series;
    const char *title, *under;       /* "Tools only"; a line in small letters, "" for none */
    double left, right, top, bottom; /* [pixel] */
    double low, high;                /* values that the axis has to hold */
    double y_low, y_high, y_step;    /* the axis */
    size_t label_count;
    sd_panel_label labels[SD_PANEL_LABELS_MAX];
} sd_panel;

typedef struct sd_panels {
    sd_arena *arena;
    const sd_dataset *data;
    sd_canvas canvas;
    size_t count, usable; /* panels; series that could have one */
    sd_panel panels[SD_PANELS_MAX];
    double label_room; /* [pixel] to the right of each panel */
    double x_low, x_high;
    bool own_scales;  /* the values differ too much for one axis */
    const char *unit; /* behind the numbers of the value axis */
    bool sign;        /* those numbers have one */
    bool policies;    /* mark when the first one starts too */
    size_t area_count, line_count;
    sd_text areas, lines, styles;
} sd_panels;

/* Panels for the first series that have a number in column `column`; E606 when none has. */
SD_NODISCARD sd_status sd_panels_new(sd_arena *arena, const sd_dataset *data, const char *column,
                                     double label_room, size_t foot_lines, sd_panels *ret_panels,
                                     sd_diag *diag);
/* Values that the axis of a panel has to hold; 0 always is on it.  Then sets the axes: one for all panels, unless some
 * need many times the height of others. */
void sd_panels_hold(sd_panels *p, size_t panel, const double *values);
void sd_panels_scale(
    sd_panels *p,
    double least /* height of an axis: what hardly moves must not look as if it did */);
/* Between two rows of values, [time_count] of the panel's series. */
void sd_panels_area(sd_panels *p, size_t panel, const double *low, const double *high,
                    uint32_t color, bool hatched);
/* `dash` is 1 (none) or 2. */
void sd_panels_line(sd_panels *p, size_t panel, const double *values, uint32_t color, double width,
                    int dash);
void sd_panels_label(sd_panels *p, size_t panel, double at, uint32_t color, bool bold,
                     const char *text);
/* The area between two rows of values, and a word in it, if there is room; `more` goes below where there is more. */
void sd_panels_gap(sd_panels *p, size_t panel, const double *a, const double *b, uint32_t color,
                   uint32_t word_color, const char *word, const char *more);
/* [pixel] */
double sd_panel_x(const sd_panels *p, size_t panel, double time);
double sd_panel_y(const sd_panels *p, size_t panel, double value);
/* "260 weeks", "the first 4 of 5 scenarios, each on its own scale": the end of a subtitle. */
const char *sd_panels_extent(const sd_panels *p);
/* Titles, axes, labels, data: everything but head and foot, which the canvas has already. */
void sd_panels_write(sd_panels *p, sd_text *script);

/* The last number of a column; NAN when there is none. */
double sd_panel_last(const sd_panels *p, size_t panel, const char *column);
/* The values of a column times `scale`, [time_count]; NAN where it is not there. */
const double *sd_panel_values(const sd_panels *p, size_t panel, const char *column, double scale);

#endif
