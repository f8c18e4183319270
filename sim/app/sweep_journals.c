/* sweep_journals.c - what a sweep has finished, in the journals of all its ranks: rank 0 has FILE.part, rank R FILE.part.R.
 * In: the output's name.  Out: journals, open, and which tiles are in any of them.
 * Method: members travel from rank to rank through these files alone.  Rank 0 reads all that is there and tells the others;
 * then each has one of its own; in the end rank 0 reads them all.  So a sweep goes on with any number of ranks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sweep_study.h"

typedef struct opened {
    size_t count;
    sd_journal **items; /* the first is FILE.part */
} opened;

/* The names beside `path` that are those of further ranks. */
static const char **names_of_ranks(call *c, const char *path, size_t *ret_count)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? sd_arena_copy(c->arena, path, (size_t)(slash - path) + 1) : ".";
    const char *begin = sd_arena_printf(c->arena, "%s.", slash ? slash + 1 : path);
    struct dirent **found;
    const int count = scandir(folder, &found, NULL, alphasort);
    const char **names = SD_NEW_ARRAY(c->arena, const char *, (size_t)(count > 0 ? count : 0) + 1);
    *ret_count = 0;
    for (int i = 0; i < count; i++) {
        const char *name = found[i]->d_name, *number = name + strlen(begin);
        if (strncmp(name, begin, strlen(begin)) == 0 && *number &&
            number[strspn(number, "0123456789")] == '\0')
            names[(*ret_count)++] = sd_arena_printf(c->arena, "%s.%s", path, number);
        free(found[i]);
    }
    if (count >= 0)
        free(found);
    return names;
}

static void close_from(opened *o, size_t first)
{
    for (size_t i = first; i < o->count; i++)
        sd_journal_close(o->items[i], false);
    o->count = first < o->count ? first : o->count;
}

/* Opens those of further ranks, and FILE.part unless it is open, which then has their size of tiles. */
static sd_status open_all(call *c, const sd_journal_request *request, sd_journal *main_one,
                          opened *o)
{
    sd_journal_request each = *request;
    size_t count;
    const char **names = names_of_ranks(c, request->path, &count);
    sd_status status = SD_OK;
    *o = (opened){.count = 1, .items = SD_NEW_ARRAY(c->arena, sd_journal *, count + 1)};
    for (size_t i = 0; i < count && status == SD_OK; i++) {
        each.path = names[i];
        status = sd_journal_open(c->arena, &each, &o->items[o->count], c->diag);
        if (status == SD_OK)
            each.tile = sd_journal_tile(o->items[o->count++]);
    }
    o->items[0] = main_one;
    each.path = request->path;
    if (status == SD_OK && !main_one)
        status = sd_journal_open(c->arena, &each, &o->items[0], c->diag);
    for (size_t i = 1; i < o->count && status == SD_OK; i++)
        if (sd_journal_tile(o->items[i]) != sd_journal_tile(o->items[0])) {
            status =
                sd_fail(c->diag, SD_E608, SD_NOWHERE,
                        "'%s' and the journals beside it are from different sweeps", request->path);
            sd_help(c->diag, "delete those that do not belong to this sweep");
        }
    if (status == SD_OK)
        return SD_OK;
    close_from(o, 1);
    if (!main_one && o->items[0])
        sd_journal_close(o->items[0], false);
    return status;
}

static size_t tiles_of(const sweep_journals *j)
{
    return (size_t)((j->request.member_count + j->request.tile - 1) / j->request.tile);
}

static void note_done(call *c, sweep_journals *j, const opened *o)
{
    const size_t tiles = tiles_of(j);
    j->done = SD_NEW_ARRAY(c->arena, unsigned char, tiles * j->request.part_count);
    for (size_t i = 0; o && i < o->count; i++)
        for (size_t part = 0; part < j->request.part_count; part++)
            for (size_t tile = 0; tile < tiles; tile++)
                j->done[part * tiles + tile] |=
                    sd_journal_has(o->items[i], part, (uint64_t)tile * j->request.tile);
}

const unsigned char *sweep_journals_done(const sweep_journals *j, size_t part)
{
    return j->done ? j->done + part * tiles_of(j) : NULL;
}

/* What rank 0 found; of others nothing is asked yet. */
static sd_status open_first(call *c, sweep_journals *j, bool alone)
{
    opened o;
    sd_status status = open_all(c, &j->request, NULL, &o);
    if (status != SD_OK)
        return status;
    j->own = o.items[0];
    j->request.tile = sd_journal_tile(j->own);
    for (size_t i = 0; i < o.count; i++)
        j->recalled += sd_journal_members(o.items[i]);
    if (alone) {
        for (size_t i = 1; i < o.count; i++)
            sd_journal_join(j->own, o.items[i]);
        return SD_OK;
    }
    if (j->recalled)
        note_done(c, j, &o);
    close_from(&o, 1);
    return SD_OK;
}

sd_status sweep_journals_open(call *c, const sd_ranks *ranks, sd_status before, sweep_journals *j)
{
    struct {
        sd_status status;
        size_t tile;
        uint64_t recalled;
    } found = {.status = before};
    if (ranks->rank == 0 && before == SD_OK)
        found.status = open_first(c, j, ranks->count == 1);
    found.tile = j->request.tile;
    found.recalled = j->recalled;
    sd_ranks_tell(&found, sizeof found);
    j->request.tile = found.tile;
    j->recalled = found.recalled;
    if (found.status != SD_OK || ranks->count == 1)
        return found.status;
    if (found.recalled) {
        if (ranks->rank > 0)
            note_done(c, j, NULL);
        sd_ranks_tell(j->done, tiles_of(j) * j->request.part_count);
    }
    sd_status status = SD_OK;
    if (ranks->rank > 0) {
        sd_journal_request mine = j->request;
        mine.path = sd_arena_printf(c->arena, "%s.%zu", j->request.path, ranks->rank);
        mine.resume = true; /* rank 0 has seen that it may be */
        status = sd_journal_open(c->arena, &mine, &j->own, c->diag);
    }
    const sd_status worst = sd_ranks_worst(status);
    c->silent = status == SD_OK && (worst != SD_OK || ranks->rank > 0);
    return worst;
}

void sweep_tell_kept(call *c, uint64_t kept, uint64_t members, const char *path)
{
    if (kept)
        c->kept =
            sd_arena_printf(c->arena,
                            "%" PRIu64 " of %" PRIu64
                            " members are kept in '%s'; the same command with --resume goes on",
                            kept, members, path);
}

sd_status sweep_journals_gather(call *c, sweep_journals *j)
{
    opened o;
    sd_journal_request request = j->request;
    request.resume = true;
    sd_status status = open_all(c, &request, j->own, &o);
    for (size_t i = 1; i < o.count && status == SD_OK; i++)
        sd_journal_join(j->own, o.items[i]);
    return status;
}
