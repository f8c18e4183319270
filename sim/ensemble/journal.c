/* journal.c - what a sweep has finished, kept in a file beside its output until that stands whole.
 * In: tiles as they are finished, in any order.  Out: the same tiles again, after whatever ended the sweep.
 * Method: records are appended, each by one write and with a checksum of its own, so that a process may end at any moment;
 * from time to time the file is flushed to the disk, so that a machine may.  What was torn off at the end is dropped and
 * run again; a bad record with good ones behind it means that the file was damaged, and is refused.  Of each tile only the
 * place of its record stays in memory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ensemble_private.h"

static const double sync_every = 3; /* [s] */
enum { RECORD_MAX = 1 << 26 /* [byte] no good record is longer */ };

/* Before each record. */
typedef struct frame {
    char mark[8];
    uint64_t
        part; /* which scenario; HEAD: what follows is the identity of the sweep, and `tile` the size of a tile */
    uint64_t tile;   /* which one, from 0 */
    uint64_t length; /* [byte] of what follows */
    uint64_t hash;   /* of part, tile, length and what follows */
} frame;
static const char mark[8] = {'t', 'm', 's', 'w', 'e', 'e', 'p', '1'};
static const uint64_t head_part = UINT64_MAX;

struct sd_journal {
    const char *path;
    int file;
    size_t tile, score_count, part_count;
    uint64_t member_count; /* of each part */
    uint64_t **
        places; /* [part_count][tiles] where in the file the record of a tile begins; 0: it is not there */
    uint64_t end;           /* of the last good record */
    uint64_t members, kept; /* that it had when it was opened, and has got since */
    double synced;          /* [s] when */
    sd_text record;         /* being written */
};

static uint64_t tiles_of(const sd_journal *j)
{
    return (j->member_count + j->tile - 1) / j->tile;
}

static size_t members_in(const sd_journal *j, uint64_t tile)
{
    const uint64_t left = j->member_count - tile * j->tile;
    return left < j->tile ? (size_t)left : j->tile;
}

static uint64_t hash_of(const frame *f, const void *bytes)
{
    uint64_t hash = sd_hash(&f->part, sizeof f->part);
    hash = sd_hash_more(hash, &f->tile, sizeof f->tile);
    hash = sd_hash_more(hash, &f->length, sizeof f->length);
    return sd_hash_more(hash, bytes, (size_t)f->length);
}

/* ---- bytes ---- */

static bool read_at(int file, uint64_t place, void *bytes, size_t length)
{
    for (size_t done = 0; done < length;) {
        const ssize_t got = pread(file, (char *)bytes + done, length - done, (off_t)(place + done));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}

/* Room for so many bytes, whose old ones do not matter. */
static void make_room(sd_text *bytes, size_t length)
{
    if (length < bytes->capacity)
        return;
    bytes->bytes = SD_NEW_ARRAY(bytes->arena, char, 2 * length);
    bytes->capacity = 2 * length;
}

/* Whether a whole record stands at `place`; its bytes are then in `bytes`. */
static bool read_record(int file, uint64_t place, uint64_t size, frame *ret_frame, sd_text *bytes)
{
    frame f;
    if (place + sizeof f > size || !read_at(file, place, &f, sizeof f) ||
        memcmp(f.mark, mark, sizeof mark) != 0 || f.length > size - place - sizeof f ||
        f.length > RECORD_MAX)
        return false;
    make_room(bytes, (size_t)f.length);
    if (!read_at(file, place + sizeof f, bytes->bytes, (size_t)f.length) ||
        f.hash != hash_of(&f, bytes->bytes))
        return false;
    *ret_frame = f;
    return true;
}

static sd_status fail_writing(const sd_journal *j, int error, sd_diag *diag)
{
    sd_status status =
        sd_fail(diag, SD_E602, SD_NOWHERE, "cannot write '%s': %s", j->path, sd_reason(error));
    if (j->members + j->kept > 0)
        sd_help(diag, "what is finished is kept there: go on with --resume");
    return status;
}

static sd_status append(sd_journal *j, uint64_t part, uint64_t tile, sd_diag *diag)
{
    frame f = {.part = part, .tile = tile, .length = j->record.length - sizeof f};
    memcpy(f.mark, mark, sizeof mark);
    f.hash = hash_of(&f, j->record.bytes + sizeof f);
    memcpy(j->record.bytes, &f, sizeof f);
    for (size_t done = 0; done < j->record.length;) {
        const ssize_t put = pwrite(j->file, j->record.bytes + done, j->record.length - done,
                                   (off_t)(j->end + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            const int error = put < 0 ? errno : ENOSPC;
            (void)!ftruncate(j->file, (off_t)j->end);
            return fail_writing(j, error, diag);
        }
        done += (size_t)put;
    }
    j->end += j->record.length;
    return SD_OK;
}

/* Room for the frame, then what the caller adds. */
static void begin_record(sd_journal *j)
{
    static const frame empty;
    j->record.length = 0;
    sd_text_add(&j->record, (const char *)&empty, sizeof empty);
}

static void add_bytes(sd_journal *j, const void *bytes, size_t length)
{
    sd_text_add(&j->record, bytes, length);
}

/* ---- tiles ----
 * The scores, score after score; then the grid point at which each member failed; then the words of those that failed,
 * each with its final 0. */

sd_status journal_keep(sd_journal *j, size_t part, const sd_members *members, sd_diag *diag)
{
    const uint64_t tile = members->first / j->tile, place = j->end;
    begin_record(j);
    for (size_t i = 0; i < j->score_count; i++)
        add_bytes(j, members->scores + i * SD_TILE, members->count * sizeof *members->scores);
    add_bytes(j, members->failed, members->count * sizeof *members->failed);
    for (size_t m = 0; m < members->count; m++)
        if (members->failed[m] >= 0)
            add_bytes(j, members->why[m], strlen(members->why[m]) + 1);
    sd_status status = append(j, part, tile, diag);
    if (status != SD_OK)
        return status;
    j->places[part][tile] = place;
    j->kept += members->count;
    if (sd_clock_seconds() - j->synced > sync_every) {
        if (fdatasync(j->file) != 0 && errno != EINVAL && errno != EROFS)
            return fail_writing(j, errno, diag);
        j->synced = sd_clock_seconds();
    }
    return SD_OK;
}

/* Points *ret_why at copies of the words that follow `at`; false when they do not fill the record. */
static bool read_words(const char *at, const char *end, size_t count, const int64_t *failed,
                       const char **ret_why, sd_arena *arena)
{
    for (size_t m = 0; m < count; m++) {
        ret_why[m] = NULL;
        if (failed[m] < 0)
            continue;
        const char *zero = at < end ? memchr(at, '\0', (size_t)(end - at)) : NULL;
        if (!zero)
            return false;
        if (arena)
            ret_why[m] = sd_arena_copy(arena, at, (size_t)(zero - at));
        at = zero + 1;
    }
    return at == end;
}

static bool unpack(const sd_journal *j, const frame *f, const sd_text *bytes, double *ret_scores,
                   int64_t *ret_failed, const char **ret_why, sd_arena *arena)
{
    const size_t count = members_in(j, f->tile),
                 fixed = count * (j->score_count * sizeof(double) + sizeof(int64_t));
    if (f->length < fixed)
        return false;
    for (size_t i = 0; i < j->score_count; i++)
        memcpy(ret_scores + i * SD_TILE, bytes->bytes + i * count * sizeof(double),
               count * sizeof(double));
    memcpy(ret_failed, bytes->bytes + fixed - count * sizeof(int64_t), count * sizeof(int64_t));
    return read_words(bytes->bytes + fixed, bytes->bytes + f->length, count, ret_failed, ret_why,
                      arena);
}

bool journal_has(const sd_journal *j, size_t part, uint64_t first)
{
    return j->places[part][first / j->tile] != 0;
}

bool journal_recall(const sd_journal *j, size_t part, uint64_t first, double *ret_scores,
                    int64_t *ret_failed, const char **ret_why, sd_arena *arena)
{
    sd_arena *scratch = sd_arena_new("a record");
    sd_text bytes = sd_text_new(scratch);
    frame f;
    const bool good = read_record(j->file, j->places[part][first / j->tile], j->end, &f, &bytes) &&
                      unpack(j, &f, &bytes, ret_scores, ret_failed, ret_why, arena);
    sd_arena_free(scratch);
    return good;
}

sd_status journal_fail_reading(const sd_journal *j, sd_diag *diag)
{
    return sd_fail(diag, SD_E601, SD_NOWHERE, "'%s' changed while it was read", j->path);
}

/* ---- opening ---- */

static sd_status fail_damaged(const sd_journal *j, uint64_t place, sd_diag *diag)
{
    sd_status status =
        sd_fail(diag, SD_E608, SD_NOWHERE, "'%s' is damaged at byte %" PRIu64, j->path, place);
    sd_help(diag, "its numbers cannot be trusted: delete it to start anew");
    return status;
}

/* Whether a good record begins anywhere from `place` on. */
static bool has_record_after(int file, uint64_t place, uint64_t size, sd_text *bytes)
{
    enum { CHUNK = 1 << 16 };
    static const size_t overlap = sizeof mark - 1;
    char chunk[CHUNK];
    frame f;
    while (place + sizeof f <= size) {
        const size_t length = size - place < CHUNK ? (size_t)(size - place) : CHUNK;
        if (!read_at(file, place, chunk, length))
            return false;
        for (const char *at = chunk;
             (at = memmem(at, length - (size_t)(at - chunk), mark, sizeof mark)) != NULL; at++)
            if (read_record(file, place + (uint64_t)(at - chunk), size, &f, bytes))
                return true;
        if (length < CHUNK)
            return false;
        place += CHUNK - overlap;
    }
    return false;
}

static sd_status scan_tiles(sd_journal *j, uint64_t size, sd_text *bytes, sd_diag *diag)
{
    double *scores = SD_NEW_ARRAY(bytes->arena, double, j->score_count *SD_TILE + 1);
    int64_t failed[SD_TILE];
    const char *why[SD_TILE];
    frame f;
    for (; read_record(j->file, j->end, size, &f, bytes); j->end += sizeof f + f.length) {
        if (f.part >= j->part_count || f.tile >= tiles_of(j) ||
            !unpack(j, &f, bytes, scores, failed, why, NULL))
            return fail_damaged(j, j->end, diag);
        if (j->places[f.part][f.tile] == 0)
            j->members += members_in(j, f.tile);
        j->places[f.part][f.tile] = j->end;
    }
    if (has_record_after(j->file, j->end + 1, size, bytes))
        return fail_damaged(j, j->end, diag);
    if (ftruncate(j->file, (off_t)j->end) != 0)
        return fail_writing(j, errno, diag);
    return SD_OK;
}

/* "what: value", line by line: the first that differs is told. */
static sd_status compare(const sd_journal *j, const char *there, const char *here, sd_diag *diag)
{
    while (*there && *here) {
        const size_t old = strcspn(there, "\n"), new = strcspn(here, "\n");
        const size_t label = strcspn(here, ":\n");
        if (old != new || memcmp(there, here, new) != 0) {
            const bool same = old > label && memcmp(there, here, label + 1) == 0;
            const size_t skip = same ? label + 2 : 0;
            sd_status status = sd_fail(
                diag, SD_E608, SD_NOWHERE, "'%s' is from another sweep: %.*s%s'%.*s', not '%.*s'",
                j->path, same ? (int)label : 0, here, same ? " was " : "it had ", (int)(old - skip),
                there + skip, (int)(new - skip), here + skip);
            sd_help(diag, "repeat that sweep's command, or delete the file to start anew");
            return status;
        }
        there += old + (there[old] != '\0');
        here += new + (here[new] != '\0');
    }
    if (*there == *here)
        return SD_OK;
    return sd_fail(diag, SD_E608, SD_NOWHERE, "'%s' is from another sweep", j->path);
}

static void allot(sd_arena *arena, sd_journal *j)
{
    j->places = SD_NEW_ARRAY(arena, uint64_t *, j->part_count);
    for (size_t p = 0; p < j->part_count; p++)
        j->places[p] = SD_NEW_ARRAY(arena, uint64_t, (size_t)tiles_of(j));
}

static sd_status begin_anew(sd_arena *arena, sd_journal *j, const sd_journal_request *q,
                            sd_diag *diag)
{
    allot(arena, j);
    j->end = j->members = 0;
    if (ftruncate(j->file, 0) != 0)
        return fail_writing(j, errno, diag);
    begin_record(j);
    add_bytes(j, q->identity, strlen(q->identity) + 1);
    return append(j, head_part, j->tile, diag);
}

/* What stands in the file already. */
static sd_status read_old(sd_arena *arena, sd_journal *j, const sd_journal_request *q,
                          uint64_t size, sd_diag *diag)
{
    sd_arena *scratch = sd_arena_new("a journal");
    sd_text bytes = sd_text_new(scratch);
    frame f;
    sd_status status = SD_OK;
    char first[sizeof mark] = {0};
    (void)read_at(j->file, 0, first, size < sizeof mark ? (size_t)size : sizeof mark);
    if (!read_record(j->file, 0, size, &f, &bytes) || f.part != head_part || f.tile < 1 ||
        f.tile > SD_TILE || f.length == 0) {
        if (memcmp(first, mark, size < sizeof mark ? (size_t)size : sizeof mark) != 0)
            status = sd_fail(diag, SD_E608, SD_NOWHERE, "'%s' is no journal of a sweep", j->path);
        else if (has_record_after(j->file, 1, size, &bytes))
            status = fail_damaged(j, 0, diag);
        else
            status = begin_anew(arena, j, q, diag); /* torn before a member was finished */
        sd_arena_free(scratch);
        return status;
    }
    bytes.bytes[f.length - 1] = '\0';
    status = q->resume ? compare(j, bytes.bytes, q->identity, diag) : SD_OK;
    j->tile = (size_t)f.tile;
    j->end = sizeof f + f.length;
    allot(arena, j);
    if (status == SD_OK)
        status = scan_tiles(j, size, &bytes, diag);
    sd_arena_free(scratch);
    return status;
}

/* A file of this name that nobody else holds; -1 after an error. */
static int open_locked(const char *path, sd_diag *diag)
{
    for (;;) {
        struct stat opened, named;
        const int file = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
        if (file < 0 || fstat(file, &opened) != 0 || !S_ISREG(opened.st_mode)) {
            (void)sd_fail(diag, SD_E602, SD_NOWHERE, "cannot write '%s': %s", path,
                          file < 0 ? sd_reason(errno) : "it is no regular file");
            if (file >= 0)
                close(file);
            return -1;
        }
        if (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            close(file);
            (void)sd_fail(diag, SD_E607, SD_NOWHERE, "another sweep is writing '%s' now", path);
            sd_help(diag, "wait for it, or name another file");
            return -1;
        }
        /* Who had it may have removed it meanwhile. */
        if (stat(path, &named) == 0 && named.st_ino == opened.st_ino &&
            named.st_dev == opened.st_dev)
            return file;
        close(file);
    }
}

static sd_status refuse_old(const sd_journal *j, sd_diag *diag)
{
    sd_status status =
        sd_fail(diag, SD_E607, SD_NOWHERE, "'%s' holds %" PRIu64 " members of an unfinished sweep",
                j->path, j->members);
    sd_help(diag, "add --resume to go on with it, or delete it to start anew");
    return status;
}

sd_status sd_journal_open(sd_arena *arena, const sd_journal_request *q, sd_journal **ret_journal,
                          sd_diag *diag)
{
    sd_journal *j = SD_NEW(arena, sd_journal);
    struct stat facts;
    *j = (sd_journal){.path = sd_arena_printf(arena, "%s", q->path),
                      .tile = q->tile,
                      .score_count = q->score_count,
                      .part_count = q->part_count,
                      .member_count = q->member_count,
                      .record = sd_text_new(arena),
                      .synced = sd_clock_seconds()};
    j->file = open_locked(j->path, diag);
    if (j->file < 0)
        return sd_diag_status(diag);
    const uint64_t size = fstat(j->file, &facts) == 0 ? (uint64_t)facts.st_size : 0;
    sd_status status;
    if (size == 0)
        status = begin_anew(arena, j, q, diag);
    else
        status = read_old(arena, j, q, size, diag);
    if (status == SD_OK && size > 0 && !q->resume)
        status = j->members > 0 ? refuse_old(j, diag) : begin_anew(arena, j, q, diag);
    if (status == SD_OK) {
        *ret_journal = j;
        return SD_OK;
    }
    if (size == 0)
        unlink(j->path);
    close(j->file);
    return status;
}

size_t sd_journal_tile(const sd_journal *j)
{
    return j->tile;
}

uint64_t sd_journal_members(const sd_journal *j)
{
    return j->members + j->kept;
}

void sd_journal_close(sd_journal *j, bool finished)
{
    if (finished || j->members + j->kept == 0)
        unlink(j->path);
    else
        (void)fsync(j->file);
    close(j->file);
}
