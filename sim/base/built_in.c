/* built_in.c - the files that travel inside the program: a folder and a name go in, the file or a
 * source of its bytes comes out.  The array itself is generated when the program is built.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <string.h>

const sd_built_in *sd_built_in_find(const char *folder, const char *name)
{
    for (const sd_built_in *each = sd_built_ins; each->name; each++) {
        if (strcmp(each->folder, folder) == 0 && strcmp(each->name, name) == 0)
            return each;
    }
    return NULL;
}

const sd_source *sd_source_from_built_in(sd_arena *arena, const sd_built_in *file)
{
    sd_source *source = SD_NEW(arena, sd_source);

    source->name = sd_arena_printf(arena, "built-in:%s", file->name);
    source->text = (const char *)file->bytes;
    source->length = file->length;
    source->built_in = true;
    return source;
}
