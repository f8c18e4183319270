/* belt_desk.h - a model with one conveyor, for tests.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_BELT_DESK_H
#define TESTS_BELT_DESK_H

#include "desk.h"

enum { BELT_METHODS = 5 };
extern const char *const belt_methods[BELT_METHODS]; /* three of fixed steps, two adaptive ones */

/* "METHOD 0 STOP DT" */
const char *belt_specs(desk *on, const char *method, double stop, double dt);
/* A conveyor `S` that begins with `start`, with an inflow `in` and an exit `out`; `flows` are other <outflow>s, `conveyor` is its
 * element <conveyor>, `more` other variables. */
void belt_compile(desk *on, const char *specs, const char *start, const char *in, const char *flows,
                  const char *conveyor, const char *more);
void belt_run(desk *on, const char *specs, const char *start, const char *in, const char *flows,
              const char *conveyor, const char *more);

#endif
