/* chart_private.h - what the charts share: a canvas in pixels, words made safe for gnuplot, text widths,
 * numbers as people read them, and what a dataset's columns are called.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_CHART_PRIVATE_H
#define SD_CHART_PRIVATE_H

#include "output_private.h"

/* ---- chart_text.c ---- */

/* One line of printable UTF-8: control and direction marks become spaces, quotes are set as in print. */
const char *sd_chart_plain(sd_arena *arena, const char *text);
/* The same text for gnuplot's enhanced mode, which gives _ ^ { } @ & ~ \ a meaning. */
const char *sd_chart_escaped(sd_arena *arena, const char *text);
/* [pixel] in Inter at `size`; an estimate, a little wide. */
double sd_chart_width(const char *text, double size, bool bold);
/* Cut with an ellipsis to `width` [pixel]. */
const char *sd_chart_fitted(sd_arena *arena, const char *text, double width, double size,
                            bool bold);
/* Breaks at spaces into at most `most` lines of `width` [pixel]; the last is cut.  Returns how many. */
size_t sd_chart_wrapped(sd_arena *arena, const char *text, double width, double size, bool bold,
                        size_t most, const char **ret_lines);
size_t sd_chart_letters(const char *text); /* UTF-8 characters */
/* With `decimals` places, an en dash for the minus, and '+' when `sign`; "–" alone for NAN. */
const char *sd_chart_number(sd_arena *arena, double value, int decimals, bool sign);
/* With two or three significant digits, k, M or bn beyond 10000. */
const char *sd_chart_rounded(sd_arena *arena, double value, bool sign);

/* At most two digits: "0.5", "4.0", "11", "–2.0". */
const char *sd_chart_hours(sd_arena *arena, double hours);
/* The same without a zero behind the point: "4". */
const char *sd_chart_brief(sd_arena *arena, double hours);
/* "+27 %", "about zero" within sd_about_zero of it. */
const char *sd_chart_gain(sd_arena *arena, double percent);
/* The first phrase of a list that ends with NULL that fits a title, else the last. */
const char *sd_chart_title(const char *const *phrases);

/* ---- canvas: every word of a chart with its place, and the size of the picture ---- */

typedef struct sd_canvas {
    sd_arena *arena;
    double width, height; /* [pixel] */
    sd_text words, places;
    size_t count;
} sd_canvas;

enum sd_side { SD_LEFT, SD_CENTER, SD_RIGHT }; /* of the text that stands at x */

typedef struct sd_font {
    double size; /* [pixel] */
    bool bold;
    uint32_t color; /* 0xRRGGBB */
    enum sd_side side;
} sd_font;

enum {
    SD_INK = 0x1f2937,
    SD_MUTE = 0x6b7280,
    SD_FAINT = 0x9ca3af,
    SD_MARGIN = 36 /* [pixel] on the left and right of a picture */
};

sd_canvas sd_canvas_new(sd_arena *arena, double width, double height);
/* `y` [pixel] from the top, of the middle of the line. */
void sd_canvas_text(sd_canvas *canvas, double x, double y, sd_font font, const char *text);
/* Title, subtitle and a footnote of up to three lines: the frame of every chart.  The first two words of
 * every canvas, so that a picture can be named by them. */
void sd_canvas_head(sd_canvas *canvas, const char *title, const char *subtitle);
extern const double sd_subtitle_size, sd_foot_size; /* [pixel] of their letters */
void sd_canvas_foot(sd_canvas *canvas, const char *const *lines, size_t count);
/* Appends size, words and places as gnuplot text. */
void sd_canvas_write(const sd_canvas *canvas, sd_text *script);

/* ---- chart_data.c: columns, styles and axes ---- */

/* How a column is shown. */
typedef struct sd_shown {
    const sd_measure *measure; /* NULL: the column as it is */
    size_t column;             /* of the dataset; SIZE_MAX when it is not there */
    const char *label, *unit;  /* "Net gain", "% per hour worked"; unit may be "" */
    double scale;              /* shown = value * scale */
    bool percent;              /* the unit is a percentage */
    bool gain;                 /* 0 means: as before AI */
} sd_shown;

bool sd_is_trap(const sd_dataset *data);
const char *sd_column_label(sd_arena *arena, const char *column); /* "Hours per week" */
/* Column `of`, or the column that a chart shows when none is asked for.  E101 when it is not there. */
SD_NODISCARD sd_status sd_shown_find(sd_arena *arena, const sd_dataset *data, const char *of,
                                     sd_shown *ret_shown, sd_diag *diag);
/* The shown values of a series, NAN where there is none or it means nothing; [time_count]. */
const double *sd_shown_values(sd_arena *arena, const sd_dataset *data, const sd_shown *shown,
                              size_t series);
/* A shown value with the digits that its column deserves, without its unit. */
const char *sd_shown_number(sd_arena *arena, const sd_shown *shown, double value, bool sign);
/* The last that is a number; NAN when none is. */
double sd_last(const double *values, size_t count);
/* A title of at most `letters` characters: what stands before a colon, if that still tells the series apart. */
const char *sd_series_short(sd_arena *arena, const sd_dataset *data, size_t series, size_t letters);
/* Which series is drawn as the redesign; SIZE_MAX when there is only one. */
size_t sd_series_redesign(const sd_dataset *data);
/* 1.. the line style of plots/style.gp, and its colour for words. */
int sd_series_style(const sd_dataset *data, size_t series);
uint32_t sd_style_color(int style); /* of words */
bool sd_in_weeks(const sd_dataset *data);
/* A step of 1, 2, 2.5 or 5 times a power of ten that parts `range` into about `count`. */
double sd_nice_step(double range, double count);
int sd_step_decimals(double step);
/* A little beyond the outermost value, or at the next grid line when that is near; `step` points outwards. */
double sd_edge_of(double value, double step, double range);
/* [model time] between marks of a time axis that `span` is to have about `count` of: years where time is in weeks. */
double sd_time_step(const sd_dataset *data, double span, double count);

/* A label beside a chart: where its middle should stand, and where it does. */
typedef struct sd_spot {
    double want, y, height; /* [pixel] */
} sd_spot;
enum { SD_SPOTS_MAX = 24 };
/* Sets `y` of spots sorted by `want` so that none overlap and all lie between `top` and `bottom`: neighbours that
 * would overlap share the shift, as in isotonic regression. */
void sd_spots_spread(sd_spot *spots, size_t count, double top, double bottom);
/* What decides and that it is no forecast: the first footnote of every chart.  `changed` as in sd_scenario. */
const char *sd_caveat(sd_arena *arena, const char *changed, bool trap);
const char *sd_chart_caveat(sd_arena *arena, const sd_dataset *data);

sd_status sd_prepare_loops(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                           sd_diag *diag);

/* ---- gnuplot.c: running the program ---- */

typedef enum sd_terminal {
    SD_TERMINAL_SVG,
    SD_TERMINAL_PNG,
    SD_TERMINAL_PDF,
    SD_TERMINAL_FRAME, /* a PNG of single size, for a GIF */
    SD_TERMINAL_GIF
} sd_terminal;
extern const char *const sd_terminal_names[]; /* "svg" ... */
/* Runs gnuplot on a script that draws to "chart.svg" and so on; the picture's bytes are the result.  The script finds
 * `inputs` as "input-0", "input-1" and so on. */
SD_NODISCARD sd_status sd_gnuplot_run(sd_arena *arena, const char *script, sd_terminal terminal,
                                      const sd_source *const *inputs, size_t input_count,
                                      const sd_source **ret_picture, sd_diag *diag);

/* ---- chart.c: pictures that are not made from a dataset, too ---- */

/* The terminal that the ending of a path asks for; E701. */
SD_NODISCARD sd_status sd_terminal_of(const char *path, sd_terminal *ret_terminal, sd_diag *diag);
/* The whole gnuplot text: `prepared` (data and words, as sd_canvas_write gives them), then style.gp, KIND.gp and
 * `drawn_by`, which may be NULL. */
const char *sd_picture_script(sd_arena *arena, const char *kind, sd_terminal terminal,
                              const char *prepared, const char *drawn_by);

/* ---- the charts ---- */

sd_status sd_prepare_compare(sd_arena *arena, const sd_dataset *data, const char *of,
                             sd_text *script, sd_diag *diag);
sd_status sd_prepare_scorecard(sd_arena *arena, const sd_dataset *data, const char *of,
                               sd_text *script, sd_diag *diag);

sd_status sd_prepare_gain(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                          sd_diag *diag);
sd_status sd_prepare_where(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                           sd_diag *diag);
sd_status sd_prepare_perception(sd_arena *arena, const sd_dataset *data, const char *of,
                                sd_text *script, sd_diag *diag);
sd_status sd_prepare_divide(sd_arena *arena, const sd_dataset *data, const char *of,
                            sd_text *script, sd_diag *diag);
sd_status sd_prepare_yield(sd_arena *arena, const sd_dataset *data, const char *of, sd_text *script,
                           sd_diag *diag);

#endif
