/* desk.h - what tests of models and runs share: reading, compiling and running a small model, the messages as
 * people read them, and comparing numbers with a tolerance.
 *
 * A desk is one test's place to work; everything on it lives in its arena.  A step that is expected to go well
 * (desk_must_*) fails the test with the messages when it does not.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_DESK_H
#define TESTS_DESK_H

#include "sd/run.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag; /* of the last read, compile or run */
    const sd_model *model;
    const sd_program *program;
    sd_run_request request;          /* of the last run */
    const sd_trajectory *trajectory; /* NULL when the last run failed */
} desk;

/* cmocka fixtures: *state is a desk. */
int desk_set_up(void **state);
int desk_tear_down(void **state);
#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)

/* A whole file from its parts: `specs` is "method start stop dt" such as "euler 0 10 0.25", `more` stands on the
 * lines from 3 on, before the variables.  `variables` begins on line 4 when `more` is one line without a break. */
const char *desk_file(desk *on, const char *specs, const char *more, const char *variables);
/* "<aux ...>" and so on from a list of lines: "stock P = 100; in births; out deaths", "flow births = 0.04 * P",
 * "aux x = 2", where <, > and & are escaped.  "nonneg" after a ';' holds a stock or flow at zero. */
const char *desk_variables(desk *on, const char *lines);

sd_status desk_read(desk *on, const char *text /* of a file called t.xmile */);
void desk_must_read(desk *on, const char *text);
/* Reads and compiles; without shocks. */
void desk_must_compile(desk *on, const char *text);
/* The same for a file beneath the checkout ($TREADMILL_ROOT, else the current folder). */
void desk_must_compile_file(desk *on, const char *path);
/* Runs the compiled program with on->request as desk_request() or the test has set it. */
void desk_request(desk *on);
sd_status desk_run(desk *on);
void desk_must_run(desk *on);
/* All in one: lines of desk_variables(), compiled and run. */
void desk_simulate(desk *on, const char *specs, const char *lines);

size_t desk_element(desk *on, const char *name);
/* A saved value; the time must have been saved. */
double desk_value(desk *on, const char *name, double time);
double desk_member_value(desk *on, const char *name, double time, size_t member);
/* All messages as people read them, without the count at the end; "" when there are none. */
const char *desk_printed(desk *on);

/* |a - b| <= tolerance * max(|a|, |b|), or both below `tiny`. */
bool is_near(double a, double b, double tolerance, double tiny);
#define assert_near(value, expected, tolerance)                                                    \
    desk_assert_near((value), (expected), (tolerance), #value, __FILE__, __LINE__)
void desk_assert_near(double value, double expected, double tolerance, const char *what,
                      const char *file, int line);

/* Once for each time from `from` to `to`, without summing steps up; the inner loop is there to name the time. */
#define DESK_EACH_TIME(t, from, to, step)                                                          \
    for (int n_ = 0, last_ = (int)(((to) - (from)) / (double)(step) + 1e-9); n_ <= last_; n_++)    \
        for (double t = (from) + n_ * (step), *once_ = &(t); once_; once_ = NULL)

/* A table of numbers with named columns; the first is not special.  Ends of line may be CR, LF or both,
 * cells are separated by `separator` and may be quoted. */
typedef struct desk_table {
    size_t row_count, column_count;
    const char **names;
    const double *values; /* [row_count][column_count]; NAN for an empty cell */
} desk_table;
/* NULL when there is no such file. */
const desk_table *desk_table_read(desk *on, const char *path);
/* A path beneath $TREADMILL_SHARED, NULL when that is not set. */
const char *desk_shared(desk *on, const char *path);

#endif
