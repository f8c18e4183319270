/* chart_sense.h - what the charts of sensitivity share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_CHART_SENSE_H
#define SD_CHART_SENSE_H

#include "chart_private.h"

typedef struct sense_picture {
    sd_arena *arena;
    const sd_sense_chart *chart;
    const sd_measure *measure; /* of the variable; NULL: none */
    double scale;              /* shown = result * scale */
    const char *output;        /* "net gain" */
    const char *unit;          /* " %" or "" */
    sd_canvas canvas;
    sd_text boxes, grid, marks; /* [pixel] */
} sense_picture;

/* ", week 260", or "" */
const char *sense_moment(const sense_picture *p);
const char *sense_subject(const sense_picture *p); /* "Hours (h per week)" */
/* A parameter's value, with three digits at most. */
const char *sense_setting(const sense_picture *p, double value);
/* A result as people read it, without its unit. */
const char *sense_number(const sense_picture *p, double result);
const char *sense_label(const sense_picture *p, size_t row); /* of a parameter */
/* "Who moves what most", as far as it fits: `verb` as in "moves". */
const char *sense_title(const sense_picture *p, const char *one, const char *two);
/* An axis of `count` steps about; ends are steps. */
typedef struct sense_axis {
    double low, high, step;
} sense_axis;
sense_axis sense_axis_over(double low, double high, double count);

/* chart_tornado.c, chart_influence.c, chart_futures.c: the picture's data, appended to `script` beside the canvas. */
sd_status sense_prepare_bars(sense_picture *p, sd_text *script, sd_diag *diag);
sd_status sense_prepare_influence(sense_picture *p, sd_text *script, sd_diag *diag);
sd_status sense_prepare_futures(sense_picture *p, sd_text *script, sd_diag *diag);

#endif
