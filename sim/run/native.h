/* native.h - kernels that the machine's C compiler makes; private to the run stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_NATIVE_H
#define SD_NATIVE_H

#include "kernel.h"
#include "sd/run.h"

/* What an earlier call has left, NULL when there is nothing; says nothing. */
const sd_kernel *native_cached(sd_arena *arena, const sd_program *program,
                               const char *instructions);

/* cache.c: the folder of compiled kernels, NULL with the reason when there is none that only the user can write to. */
const char *cache_folder(sd_arena *arena, const char **ret_reason);
/* A plain file of the user's own that nobody else can write to. */
bool cache_file_is_safe(const char *path);

#endif
