/* chart_heat.h - what the files of the heat map share: a field of values over two parameters, and lines of equal value.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_CHART_HEAT_H
#define SD_CHART_HEAT_H

#include "chart_runs.h"

/* ---- heat_field.c ---- */

enum {
    SD_HEAT_POINTS_MAX = 100 /* along an axis; more are put together */,
    SD_HEAT_PANELS_MAX = 6
};

typedef struct sd_heat_axis {
    size_t column;                     /* of the table */
    size_t count;                      /* >= 2 */
    double values[SD_HEAT_POINTS_MAX]; /* [units of the parameter] rising */
    size_t levels;                     /* different values of the table */
} sd_heat_axis;

/* The score at each point of the grid. */
typedef struct sd_heat_field {
    sd_runs_score score;
    sd_runs_rows rows;
    sd_heat_axis x, y;
    size_t missing;      /* rows without a value */
    size_t fewest, most; /* members of a point that has any */
    double *shown;       /* [scenario][y.count][x.count] medians; NAN: none */
    double low, high;    /* of all */
} sd_heat_field;
SD_NODISCARD sd_status sd_heat_field_read(const sd_runs *runs, const sd_table_request *request,
                                          sd_heat_field *ret_field);
/* Between the points, bilinear; NAN next to one that has none.  x and y are within the grid. */
double sd_heat_value(const sd_heat_field *field, size_t scenario, double x, double y);

/* ---- heat_words.c ---- */

const char *sd_heat_title(const sd_runs *runs, const sd_heat_field *field);
const char *sd_heat_subtitle(const sd_runs *runs, const sd_heat_field *field);
const char *sd_heat_note(const sd_runs *runs, const sd_heat_field *field, bool has_gaps);

/* ---- heat_lines.c ---- */

/* A rectangle of width * height nodes, [height][width], NAN where there is none. */
typedef struct sd_heat_raster {
    size_t width, height;
    const double *values;
} sd_heat_raster;
typedef struct sd_heat_line {
    size_t count;
    double *x, *y; /* [count] in nodes */
} sd_heat_line;
typedef struct sd_heat_lines {
    size_t count;
    const sd_heat_line *items;
} sd_heat_lines;
/* Where the value is `level`: marching squares, their pieces put together. */
sd_heat_lines sd_heat_lines_at(sd_arena *arena, const sd_heat_raster *raster, double level);

#endif
