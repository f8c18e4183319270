/* run_conformance.c - what `make conformance` runs: judges the models of a folder and prints a table by feature.
 * In: a folder.  Out: the table; exit code 1 when a model fails or there is none.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

#include <gsl/gsl_errno.h>

int main(int argc, char **argv)
{
    sd_arena *arena = sd_arena_new("conformance");
    conformance found;
    int code = 1;

    (void)gsl_set_error_handler_off(); /* as treadmill's main does */
    if (argc != 2) {
        fputs("usage: run_conformance FOLDER\n", stderr);
    } else {
        const char *fault = conformance_find(arena, argv[1], &found);

        if (fault) {
            fprintf(stderr, "conformance: %s\n", fault);
        } else {
            conformance_judge_all(arena, &found);
            code = conformance_print(arena, &found, stdout) ? 1 : 0;
        }
    }
    sd_arena_free(arena);
    return code;
}
