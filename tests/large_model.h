/* large_model.h - models of any size, made from a number: the same size gives the same file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_LARGE_MODEL_H
#define TESTS_LARGE_MODEL_H

#include "sd/base.h"

/* A whole XMILE file of `variables` (a multiple of LARGE_SECTOR) scalars in sectors: in each a chain of three stocks with
 * five flows between them and twelve auxiliaries, four of them constants and one with a graphical function.  Most of
 * what an equation names is in its own sector, some anywhere.  Units balance, every variable has a text, no flow is
 * more than its stock per month. */
enum { LARGE_SECTOR = 20 };
const char *large_scalars(sd_arena *arena, size_t variables);
/* The same of arrays over one dimension: each of the `variables` has `elements`. */
const char *large_arrays(sd_arena *arena, size_t variables, size_t elements);

#endif
