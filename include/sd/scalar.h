/* scalar.h - the arithmetic of each instruction on one member.  The constant folder and the interpreter use the
 * same lines, so that they agree bit for bit.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_SCALAR_H
#define SD_SCALAR_H

#include <math.h>

#include "sd/program.h"

/* X(op, expression of a, b, c): the operations without memory, in one list for both users.  MIN and MAX hand a nan
 * on from either side, so that it cannot disappear before it is found. */
#define SD_SCALAR_OPS(X)                                                                           \
    X(ADD, a + b)                                                                                  \
    X(SUBTRACT, a - b)                                                                             \
    X(MULTIPLY, a *b)                                                                              \
    X(DIVIDE, a / b)                                                                               \
    X(POWER, sd_pow(a, b))                                                                         \
    X(NEGATE, -a)                                                                                  \
    X(LESS, a < b ? 1.0 : 0.0)                                                                     \
    X(LESS_EQUAL, a <= b ? 1.0 : 0.0)                                                              \
    X(EQUAL, a == b ? 1.0 : 0.0)                                                                   \
    X(NOT_EQUAL, a != b ? 1.0 : 0.0)                                                               \
    X(AND, a != 0.0 && b != 0.0 ? 1.0 : 0.0)                                                       \
    X(OR, a != 0.0 || b != 0.0 ? 1.0 : 0.0)                                                        \
    X(NOT, a == 0.0 ? 1.0 : 0.0)                                                                   \
    X(MOD, a - b * floor(a / b))                                                                   \
    X(IF, a != 0.0 ? b : c)                                                                        \
    X(ABS, fabs(a))                                                                                \
    X(MIN, ((a < b) | (a != a)) ? a : b)                                                            \
    X(MAX, ((a > b) | (a != a)) ? a : b)                                                            \
    X(INT, floor(a))                                                                               \
    X(ROUND, round(a))                                                                             \
    X(SAFEDIV, b == 0.0 ? c : a / b)                                                               \
    X(EXP, sd_exp(a))                                                                              \
    X(LN, sd_ln(a))                                                                                \
    X(LOG10, sd_log10(a))                                                                          \
    X(SQRT, sd_sqrt(a))                                                                            \
    X(SIN, sd_sin(a))                                                                              \
    X(COS, sd_cos(a))                                                                              \
    X(TAN, sd_tan(a))                                                                              \
    X(ARCSIN, sd_arcsin(a))                                                                        \
    X(ARCCOS, sd_arccos(a))                                                                        \
    X(ARCTAN, sd_arctan(a))                                                                        \
    X(SINH, sd_sinh(a))                                                                            \
    X(COSH, sd_cosh(a))                                                                            \
    X(TANH, sd_tanh(a))

#endif
