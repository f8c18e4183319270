/* loops_desk.h - what tests of causal graphs and loops share: a small model run and looked at, and its links and loops by
 * the names of their variables.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_LOOPS_DESK_H
#define TESTS_LOOPS_DESK_H

#include "desk.h"

#include "sd/structure.h"

typedef struct looked {
    desk *on; /* a copy: it keeps this model */
    const sd_equations *equations;
    const sd_history *history;
    const sd_graph *graph;
} looked;

/* The run of on->request as it stands; all steps must go well. */
looked look_at_run(desk *on, bool expand);
/* The same from lines of desk_variables(); a chain of hidden stocks is one node. */
looked look_at_lines(desk *on, const char *specs, const char *lines);
/* A scenario that comes with the program, as it is run. */
looked look_at_scenario(desk *on, const char *name);

size_t looked_node(const looked *l, const char *name);
/* The link between two variables, NULL when there is none. */
const sd_link *looked_find(const looked *l, const char *from, const char *to);
double looked_score(const looked *l, const char *from, const char *to, size_t point);

/* "a b c": names of variables or "x[1]" of elements, parted by spaces. */
sd_route_scores looked_route(const looked *l, const char *names, bool closed);
const sd_stop *looked_stops(const looked *l, const char *names, size_t *ret_count);

/* A search that is never cut short. */
extern const sd_budget ample;
const sd_feedbacks *looked_loops(const looked *l, const sd_budget *budget);
/* The loop that passes these variables in this order, wherever it begins, and no others; fails when there is none. */
const sd_feedback *looked_loop(const looked *l, const sd_feedbacks *all, const char *names);

/* "a b c", as looked_loop() takes them. */
const char *looked_names(const looked *l, const sd_feedback *loop);

/* [row_count] a column of a table by its name; fails when there is none. */
double table_value(const desk_table *table, const char *name, size_t row);

#endif
