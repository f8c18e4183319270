/* builtin.c - the table of operators and functions, and finding a row by any of its names.
 * In: builtins.def.  Out: sd_builtins[].
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "sd/model.h"

const sd_builtin sd_builtins[SD_FUNCTIONS] = {
#define SD_BUILTIN(id, name, least, most, rule, lag, call, text)                                   \
    {SD_FN_##id, name, least, most, rule, lag, call, text},
#include "sd/builtins.def"
#undef SD_BUILTIN
};

const sd_builtin *sd_builtin_find(const char *name, size_t length)
{
    if (length == 0)
        return NULL;
    for (size_t i = 0; i < SD_FUNCTIONS; i++) {
        const char *known = sd_builtins[i].name;
        while (*known) {
            size_t size = strcspn(known, "|");
            if (size == length && strncasecmp(known, name, length) == 0)
                return &sd_builtins[i];
            known += size + (known[size] == '|');
        }
    }
    return NULL;
}
