/* stopwatch.h - what benchmarks share: medians of times, and a checksum that shows a fast wrong answer.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_STOPWATCH_H
#define TESTS_STOPWATCH_H

#include "desk.h"

enum { STOPWATCH_REPEATS = 9 };
/* [s] the median of what `work` takes. */
double stopwatch_median(void (*work)(desk *on), desk *on);
int stopwatch_by_size(const void *a, const void *b); /* of two doubles, for qsort */

extern uint64_t stopwatch_checksum; /* FNV-1a of the bits of all results */
void stopwatch_check(double result);

#endif
