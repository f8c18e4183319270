/* still.h - what tests of equilibria, modes and tipping points share: a small model with time standing still.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_STILL_H
#define TESTS_STILL_H

#include "desk.h"
#include "sd/structure.h"

typedef struct still {
    desk *on;
    sd_field *field;
    sd_core *core;
    double *stocks; /* [stock_count] of the equilibrium */
    sd_modes modes;
} still;

/* Lines of desk_variables(), compiled; the field and core at time 0, stocks at their start. */
still still_open(desk *on, const char *lines);
/* The same at its equilibrium, with its modes. */
still still_find(desk *on, const char *lines);
double still_value(const still *at, const char *name);
/* The number of a parameter. */
size_t still_parameter(const still *at, const char *name);

#endif
