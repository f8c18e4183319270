/* expected.h - the output that somebody else's program gave for a model: a table of numbers with named columns.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_EXPECTED_H
#define TESTS_EXPECTED_H

#include "sd/base.h"

typedef struct expected {
    size_t row_count, column_count;
    const char **names;
    const double *values; /* [row_count][column_count]; NAN for an empty cell */
} expected;

/* Reads any file: cells are separated by the first of tab, comma and semicolon that its first line has, and may be quoted;
 * lines end with CR, LF or both; blank lines and a byte order mark are skipped.  A column with a number in its first row
 * alone is a constant, and gets it in every row.  NULL, or what is wrong with the file. */
const char *expected_read(sd_arena *arena, const char *path, expected *ret_expected);

#endif
