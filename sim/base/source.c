/* source.c - files and texts as sources: a path or bytes go in, the text as it stands comes out,
 * and later a byte offset becomes line and column.  Only regular files of bounded size are read, so
 * that a path from elsewhere can neither block (a FIFO), nor act (a device), nor exhaust the
 * memory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *open_reason(int error)
{
    switch (error) {
    case ENOENT:
        return "there is no such file";
    case ENOTDIR:
        return "a part of the path is not a folder";
    case EACCES:
    case EPERM:
        return "permission is denied";
    case ELOOP:
        return "the links go in a circle";
    case ENAMETOOLONG:
        return "the name is too long";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    case ENXIO:
    case ENODEV:
        return "it is not a regular file";
    default:
        return strerror(error);
    }
}

/* NULL for a regular file. */
static const char *kind_reason(mode_t mode)
{
    if (S_ISREG(mode))
        return NULL;
    if (S_ISDIR(mode))
        return "it is a folder";
    if (S_ISFIFO(mode))
        return "it is a pipe, not a regular file";
    if (S_ISCHR(mode) || S_ISBLK(mode))
        return "it is a device, not a regular file";
    return "it is not a regular file";
}

static sd_status fail_reading(sd_diag *diag, const char *path, const char *reason)
{
    return sd_fail(diag, SD_E601, SD_NOWHERE, "cannot read '%s': %s", path, reason);
}

static sd_status fail_size(sd_diag *diag, const char *path, size_t limit)
{
    return sd_fail(diag, SD_E601, SD_NOWHERE, "cannot read '%s': it is larger than %zu bytes", path,
                   limit);
}

/* Reads to the end of the file; the size that fstat gave is only a hint, for the file may grow, and
 * files under /proc say 0. */
static sd_status read_all(sd_arena *arena, int file, const char *path, size_t limit, size_t hint,
                          sd_source *source, sd_diag *diag)
{
    size_t capacity = hint + 1; /* hint <= limit <= PTRDIFF_MAX */
    size_t length = 0;
    char *text = sd_arena_alloc(arena, capacity, 1);

    for (;;) {
        ssize_t got;

        if (length == capacity)
            text = sd_arena_grow(arena, text, length, &capacity, 1);
        got = read(file, text + length, capacity - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail_reading(diag, path, strerror(errno));
        if (got == 0)
            break;
        length += (size_t)got;
        if (length > limit)
            return fail_size(diag, path, limit);
    }
    /* The last read found the end, so there is room for the NUL, and the arena has put it there. */
    source->text = text;
    source->length = length;
    return SD_OK;
}

sd_status sd_source_from_file(sd_arena *arena, const char *path, size_t limit,
                              const sd_source **ret_source, sd_diag *diag)
{
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    sd_status status;
    sd_source *source;
    struct stat facts;
    const char *reason;

    if (limit > PTRDIFF_MAX - 1)
        limit = PTRDIFF_MAX - 1;
    if (file < 0)
        return fail_reading(diag, path, open_reason(errno));
    reason = fstat(file, &facts) < 0 ? strerror(errno) : kind_reason(facts.st_mode);
    if (reason) {
        status = fail_reading(diag, path, reason);
        goto done;
    }
    if ((uintmax_t)facts.st_size > limit) {
        status = fail_size(diag, path, limit);
        goto done;
    }
    source = SD_NEW(arena, sd_source);
    source->name = sd_arena_copy(arena, path, strlen(path));
    status = read_all(arena, file, path, limit, (size_t)facts.st_size, source, diag);
    if (status == SD_OK)
        *ret_source = source;
done:
    close(file);
    return status;
}

const sd_source *sd_source_from_text(sd_arena *arena, const char *name, const char *text,
                                     size_t length)
{
    sd_source *source = SD_NEW(arena, sd_source);

    source->name = sd_arena_copy(arena, name, strlen(name));
    source->text = sd_arena_copy(arena, text, length);
    source->length = length;
    return source;
}

const char *sd_text_plain(const char *at, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
    uint64_t word;

    /* Eight bytes at once: none with the high bit, and none below a space. */
    for (; end - at >= 8; at += sizeof word) {
        memcpy(&word, at, sizeof word);
        if ((word & high) || ((word - ones * ' ') & ~word & high))
            break;
    }
    return at;
}

/* The first byte of a line break and one more when it is CR LF. */
static size_t break_length(const char *at, const char *end)
{
    if (*at == '\r')
        return end - at > 1 && at[1] == '\n' ? 2 : 1;
    return *at == '\n' ? 1 : 0;
}

sd_line sd_source_line(const sd_source *source, size_t offset)
{
    const char *end = source->text + source->length;
    const char *target = source->text + (offset < source->length ? offset : source->length);
    sd_line line = {.begin = source->text, .end = end, .number = 1};

    for (const char *at = sd_text_plain(line.begin, target); at < target;
         at = sd_text_plain(at, target)) {
        const size_t length = break_length(at, end);

        /* The LF of a CR LF still belongs to the line that it ends. */
        if (length == 0) {
            at++;
        } else if (at + length <= target) {
            at += length;
            line.begin = at;
            line.number++;
        } else {
            break;
        }
    }
    for (line.end = sd_text_plain(line.begin, end);
         line.end < end && break_length(line.end, end) == 0;
         line.end = sd_text_plain(line.end, end))
        line.end++;
    /* A byte order mark is no character of the text. */
    if (line.begin == source->text && line.end - line.begin >= 3 &&
        memcmp(line.begin, "\xEF\xBB\xBF", 3) == 0)
        line.begin += 3;
    return line;
}

size_t sd_line_column(sd_line line, const char *at)
{
    const char *const end = at < line.end ? at : line.end;
    size_t column = 0;

    for (const char *c = line.begin; c < end;) {
        const char *const plain = sd_text_plain(c, end);

        column += (size_t)(plain - c);
        c = plain;
        if (c == end)
            break;
        const sd_character character = sd_text_character(c, line.end);

        /* A position within a character is the position of the character. */
        if (c + character.length > at)
            break;
        c += character.length;
        column++;
    }
    return column;
}

sd_position sd_source_position(const sd_source *source, size_t offset)
{
    const sd_line line = sd_source_line(source, offset);
    const size_t clamped = offset < source->length ? offset : source->length;

    return (sd_position){.line = line.number,
                         .column = sd_line_column(line, source->text + clamped) + 1};
}
