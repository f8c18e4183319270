/* round_trip.h - a scenario that is written as XMILE, read back and run: every variable must have the same bits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_ROUND_TRIP_H
#define TESTS_ROUND_TRIP_H

#include "desk.h"

enum { TRIP_FORMS = 2 }; /* 0: into the model's own text, 1: flat */

/* NULL when all elements agree at all saved times; "" when that form refuses (on->diag says why); else what is wrong.
 * on->model and on->trajectory are those of the file that was written then. */
const char *round_trip(desk *on, const sd_scenario *scenario, bool flat);
/* What was written; "" after a refusal. */
const char *trip_text(desk *on, const sd_scenario *scenario, bool flat);
/* A scenario of a model text and the lines of a .cfg, which must be readable. */
sd_scenario *trip_scenario(desk *on, const char *model, const char *lines);

#endif
