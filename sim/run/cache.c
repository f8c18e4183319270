/* cache.c - the folder in which compiled kernels wait for the next time.
 * In: the environment.  Out: a folder that belongs to the user and that nobody else can write to: what lies there is
 * code that will be run.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native.h"

/* All folders on the way that are not there yet. */
static void make_folders(sd_arena *arena, const char *path)
{
    char *part = sd_arena_copy(arena, path, strlen(path));
    for (char *slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(part, 0700);
        *slash = '/';
    }
    (void)mkdir(part, 0700);
}

static bool is_own(const struct stat *about)
{
    return about->st_uid == geteuid() && (about->st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

const char *cache_folder(sd_arena *arena, const char **ret_reason)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    struct stat about;
    if (!base || base[0] != '/') /* the XDG rule: anything else is to be ignored */
        base = home && home[0] == '/' ? sd_arena_printf(arena, "%s/.cache", home) : NULL;
    if (!base) {
        *ret_reason = "neither XDG_CACHE_HOME nor HOME names a folder";
        return NULL;
    }
    const char *folder = sd_arena_printf(arena, "%s/treadmill", base);
    make_folders(arena, folder);
    if (lstat(folder, &about) != 0)
        *ret_reason = sd_arena_printf(arena, "'%s' cannot be made: %s", folder, strerror(errno));
    else if (!S_ISDIR(about.st_mode))
        *ret_reason = sd_arena_printf(arena, "'%s' is not a folder", folder);
    else if (!is_own(&about))
        *ret_reason = sd_arena_printf(arena, "others can write to '%s'", folder);
    else
        return folder;
    return NULL;
}

bool cache_file_is_safe(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0 && S_ISREG(about.st_mode) && is_own(&about);
}
