/* file.c - files that appear whole or not at all: a path and bytes go in, a finished file comes out.
 * The bytes go to NAME.tmp in the same folder, are flushed to the disk and then renamed over NAME, and the
 * folder is flushed too, so that neither a reader nor a power cut meets half a file.  Without `force`, the
 * rename itself refuses to replace a file that came meanwhile.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAMES_TRIED = 100,   /* NAME.tmp, NAME.tmp2 ...: others may be writing the same file */
    BUFFER_BYTES = 65536 /* of the stream */
};

static sd_status fail_writing(sd_diag *diag, sd_span where, const char *path, int error)
{
    const sd_status status =
        sd_fail(diag, SD_E602, where, "cannot write '%s': %s", path, sd_reason(error));

    if (error == ENOENT || error == ENOTDIR)
        sd_help(diag, "make the folder first");
    else if (error == EACCES || error == EPERM || error == EROFS)
        sd_help(diag, "name a folder that you may write to");
    else if (error == ENOSPC || error == EDQUOT)
        sd_help(diag, "make room, or name a place on another disk");
    return status;
}

static sd_status fail_existing(sd_diag *diag, sd_span where, const char *path)
{
    const sd_status status = sd_fail(diag, SD_E603, where, "'%s' exists already", path);

    sd_help(diag, "add --force to replace it, or name another file");
    return status;
}

/* What must be opened as it is: a rename would put a plain file where a device stands. */
static bool is_written_in_place(const char *path)
{
    struct stat facts;

    if (strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/dev/fd/", 8) == 0 ||
        strcmp(path, "/dev/stdout") == 0 || strcmp(path, "/dev/stderr") == 0)
        return true;
    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

/* An open file of a name that was free; `ret_name` is set only then.  -1 with errno otherwise. */
static int open_temporary(sd_arena *arena, const char *path, const char **ret_name)
{
    for (int attempt = 1; attempt <= NAMES_TRIED; attempt++) {
        /* The process's number keeps clear of what a killed one left behind. */
        const char *name =
            attempt == 1 ? sd_arena_printf(arena, "%s.tmp", path)
                         : sd_arena_printf(arena, "%s.tmp%ld.%d", path, (long)getpid(), attempt);
        const int opened =
            open(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY, 0666);

        if (opened >= 0) {
            *ret_name = name;
            return opened;
        }
        if (errno != EEXIST)
            return -1;
    }
    return -1;
}

/* SD_OK when something may be put at `path`; *ret_mode are the permissions of what stands there. */
static sd_status check_place(const char *path, bool force, mode_t *ret_mode, sd_diag *diag)
{
    struct stat facts;
    const size_t length = strlen(path);

    if (length == 0)
        return sd_fail(diag, SD_E602, SD_NOWHERE, "cannot write '': the name is empty");
    if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        const sd_status status =
            sd_fail(diag, SD_E602, SD_NOWHERE, "cannot write '%s': it is a folder", path);

        sd_help(diag, "name a file in it, such as '%s%sresult.csv'", path,
                path[length - 1] == '/' ? "" : "/");
        return status;
    }
    /* A link counts as what stands there: it is replaced, never followed. */
    if (lstat(path, &facts) == 0) {
        if (!force)
            return fail_existing(diag, SD_NOWHERE, path);
        if (S_ISREG(facts.st_mode))
            *ret_mode = facts.st_mode & 0777;
    } else if (path[length - 1] == '/') {
        return fail_writing(diag, SD_NOWHERE, path, ENOENT);
    }
    return SD_OK;
}

sd_status sd_file_open(sd_arena *arena, const char *path, bool force, sd_file *ret_file,
                       sd_diag *diag)
{
    sd_file file = {.path = sd_arena_copy(arena, path, strlen(path)), .replace = force};
    mode_t mode = 0;
    int opened;

    if (strcmp(path, "-") == 0) {
        file.stream = stdout;
        *ret_file = file;
        return SD_OK;
    }
    if (is_written_in_place(path)) {
        opened = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    } else {
        const sd_status status = check_place(path, force, &mode, diag);

        if (status != SD_OK)
            return status;
        opened = open_temporary(arena, path, &file.temporary);
    }
    if (opened < 0)
        return fail_writing(diag, SD_NOWHERE, path, errno);
    if (mode != 0)
        (void)fchmod(opened, mode); /* some file systems have no permissions to keep */
    file.stream = fdopen(opened, "wb");
    if (!file.stream) {
        const int error = errno;

        close(opened);
        if (file.temporary)
            unlink(file.temporary);
        return fail_writing(diag, SD_NOWHERE, path, error);
    }
    setvbuf(file.stream, sd_arena_alloc(arena, BUFFER_BYTES, 1), _IOFBF, BUFFER_BYTES);
    *ret_file = file;
    return SD_OK;
}

/* The folder's own entry must reach the disk too; not every file system can be asked for it. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    int opened;

    if ((slash ? (size_t)(slash - path) : 0) >= sizeof folder - 1)
        return;
    (void)snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path + 1) : 1,
                   slash ? path : ".");
    opened = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened >= 0) {
        (void)fsync(opened);
        close(opened);
    }
}

/* 0, or the system's reason why the bytes are not all on the disk.  What the stream could not write earlier
 * is tried once more, which tells the reason again. */
static int flush_stream(FILE *stream, bool sync)
{
    const bool failed = ferror(stream) != 0;

    errno = 0;
    if (fflush(stream) != 0)
        return errno ? errno : EIO;
    if (failed || ferror(stream))
        return EIO;
    if (sync && fsync(fileno(stream)) != 0 && errno != EINVAL && errno != ENOTSUP)
        return errno;
    return 0;
}

static int put_in_place(const sd_file *file)
{
    if (!file->replace) {
        if (renameat2(AT_FDCWD, file->temporary, AT_FDCWD, file->path, RENAME_NOREPLACE) == 0)
            return 0;
        if (errno != EINVAL && errno != ENOSYS)
            return errno;
        if (faccessat(AT_FDCWD, file->path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
            return EEXIST;
    }
    return rename(file->temporary, file->path) == 0 ? 0 : errno;
}

sd_status sd_file_close(sd_file *file, sd_diag *diag)
{
    int error;

    if (!file->stream)
        return SD_OK;
    error = flush_stream(file->stream, file->temporary != NULL);
    if (file->stream != stdout && fclose(file->stream) != 0 && error == 0)
        error = errno;
    file->stream = NULL;
    if (!file->temporary)
        return error == 0
                   ? SD_OK
                   : fail_writing(diag, file->where,
                                  strcmp(file->path, "-") == 0 ? "standard output" : file->path,
                                  error);
    if (error == 0)
        error = put_in_place(file);
    if (error != 0) {
        unlink(file->temporary);
        return error == EEXIST ? fail_existing(diag, file->where, file->path)
                               : fail_writing(diag, file->where, file->path, error);
    }
    sync_folder(file->path);
    return SD_OK;
}

void sd_file_abandon(sd_file *file)
{
    if (!file->stream)
        return;
    if (file->stream != stdout)
        fclose(file->stream);
    if (file->temporary)
        unlink(file->temporary);
    file->stream = NULL;
}
