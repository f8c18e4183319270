/* series.c - the table of series that accounts and charts read: names go in, columns come out.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sd/analysis.h"

size_t sd_dataset_column(const sd_dataset *data, const char *name)
{
    sd_arena *scratch = sd_arena_new("a column's name");
    const char *key = sd_name_key(scratch, name, strlen(name));
    size_t found = SIZE_MAX;

    for (size_t c = 0; c < data->column_count && found == SIZE_MAX; c++) {
        const char *column = data->columns[c];

        /* Folding keeps the first letter but for its case, which spares most of the work. */
        if (((column[0] ^ key[0]) & ~0x20) != 0 && column[0] != '"' && column[0] != '_')
            continue;
        if (strcmp(sd_name_key(scratch, column, strlen(column)), key) == 0)
            found = c;
    }
    sd_arena_free(scratch);
    return found;
}

const char *sd_dataset_missing(sd_arena *arena, const sd_dataset *data, const char *names)
{
    sd_text missing = sd_text_new(arena);

    for (names += strspn(names, ", "); *names; names += strspn(names, ", ")) {
        const size_t length = strcspn(names, ",");
        const char *name = sd_arena_copy(arena, names, length);

        if (sd_dataset_column(data, name) == SIZE_MAX)
            sd_text_printf(&missing, "%s%s", missing.length > 0 ? "," : "", name);
        names += length;
    }
    return missing.length > 0 ? missing.bytes : NULL;
}
