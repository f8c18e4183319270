/* fuzz_xml.c - any bytes as an XMILE file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

void fuzz_xml(const uint8_t *bytes, size_t length)
{
    sd_arena *arena = sd_arena_new("fuzzing XML");

    fuzz_model(sd_source_from_text(arena, "fuzz.xmile", (const char *)bytes, length), arena);
    sd_arena_free(arena);
}
