/* shipped.c - the scenarios that travel inside the program.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app_private.h"

const sd_scenario *const *shipped_scenarios(call *c, size_t *ret_count)
{
    SD_LIST(const sd_scenario *) found = {0};

    for (const sd_built_in *file = sd_built_ins; file->name; file++) {
        const char *dot = strrchr(file->name, '.');
        sd_scenario *read;

        if (strcmp(file->folder, "scenarios") != 0 || !dot || strcmp(dot, ".cfg") != 0)
            continue;
        /* Warnings are for those who use the scenario. */
        if (sd_scenario_from_source(c->arena, sd_source_from_built_in(c->arena, file), NULL, &read,
                                    sd_diag_new(c->arena)) != SD_OK)
            continue;
        read->name = sd_arena_copy(c->arena, file->name, (size_t)(dot - file->name));
        SD_PUSH(c->arena, &found, read);
    }
    *ret_count = found.count;
    return found.items;
}
