/* fuzz.h - what bytes from elsewhere go through: the entry points of `make fuzz`, and of the test that replays what it found.
 *
 * Each takes any bytes.  Nothing they say can crash the engine, and nothing takes long: models are read, checked and
 * compiled in full, but run for FUZZ_STEPS steps only, and the larger ones not at all.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "sd/model.h"

enum {
    FUZZ_STEPS = 4,
    FUZZ_ELEMENTS = 3000,   /* a larger model is not run */
    FUZZ_STOCKS = 40,       /* nor is the Jacobian of more asked for */
    FUZZ_ROWS_PRINTED = 200 /* elements whose names are written out */
};

typedef void fuzz_entry(const uint8_t *bytes, size_t length);
fuzz_entry fuzz_xml;      /* a whole XMILE file */
fuzz_entry fuzz_equation; /* lines: equations of a model that has a bit of everything */
const char *fuzz_equation_file(sd_arena *arena, const uint8_t *bytes,
                               size_t length); /* that model */
fuzz_entry fuzz_scenario;                      /* a scenario, and a layout, of the shipped model */

typedef struct fuzz_target {
    const char *name; /* "xml": also its folder in tests/corpus/ */
    fuzz_entry *entry;
} fuzz_target;
extern const fuzz_target fuzz_targets[]; /* ends with name NULL */

/* Reads, checks, compiles and runs a model in every way that the engine knows, and prints all messages into the void. */
void fuzz_model(const sd_source *source, sd_arena *arena);
/* Prints every message, so that every position is worked out. */
void fuzz_print(const sd_diag *diag);

#endif
