/* fuzz_main.c - what libFuzzer calls: the target that $FUZZ_TARGET names.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <gsl/gsl_errno.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static fuzz_entry *entry;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *name = getenv("FUZZ_TARGET");

    (void)argc;
    (void)argv;
    (void)gsl_set_error_handler_off(); /* as main does */
    for (const fuzz_target *target = fuzz_targets; target->name; target++)
        if (name && strcmp(name, target->name) == 0)
            entry = target->entry;
    if (!entry) {
        fputs("FUZZ_TARGET must name a target: xml, equation or scenario\n", stderr);
        exit(2);
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    entry(bytes, length);
    return 0;
}
