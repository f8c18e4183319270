/* sheet.h - the variables of a model at one time, worked out from the trees of their equations, element by element:
 * a second opinion on the engine, which runs flat instructions over rows.
 * It knows the operators and functions that the shipped model uses; any other fails the test.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SHEET_H
#define TESTS_SHEET_H

#include "sd/model.h"

typedef struct sheet {
    const sd_model *model;
    double time, start; /* [model time] */
    double *values;     /* [element_count] */
    bool *still; /* [element_count] keeps its value when the sheet is worked out; stocks must */
} sheet;

sheet sheet_new(sd_arena *arena, const sd_model *model);
/* The values and what stands still, copied. */
void sheet_copy(sheet *to, const sheet *from);
/* Every value that does not stand still, by its equation, in the order of a step. */
void sheet_work_out(sheet *s);
/* What its equation gives on this sheet; nothing is changed. */
double sheet_equation(const sheet *s, size_t element);
/* The inflows less the outflows of a stock's element, as they stand on the sheet. */
double sheet_net_flow(const sheet *s, const sd_variable *stock, size_t index);
/* ret_vector [to->size] = the derivative of `to`, of the net flow of a stock, with respect to `from`, times `vector`
 * [from->size]; by differences, with steps of 2^-bits of each value.  `base` is laid out; on `scratch` stands still what is
 * not to answer. */
void sheet_follow(sd_arena *arena, const sheet *base, sheet *scratch, int bits,
                  const sd_variable *from, const double *vector, const sd_variable *to,
                  double *ret_vector);

#endif
