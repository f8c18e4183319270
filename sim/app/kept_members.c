/* kept_members.c - what a command that runs members in one process has finished, in FILE.part beside its output, as a sweep keeps it.
 * In: what decides about the members.  Out: a journal while they run; afterwards nothing, or what is left of it in words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <unistd.h>

#include "sweep_study.h"

sd_status kept_members_open(call *c, const sweep_study *all, const char *how, kept_members *k)
{
    const arguments *given = &c->given;
    const bool placed = given->output && !sd_file_in_place(given->output);
    *k = (kept_members){0};
    if (!placed && given->resume) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                                   "'--resume' goes on with a file, and there is none");
        sd_help(c->diag, "name the file of the interrupted command, as in -o FILE.csv");
        return status;
    }
    if (!placed)
        return SD_OK;
    sd_status status = outputs_check(c, given->output);
    if (status != SD_OK)
        return status;
    const uint64_t members = all->list->design->member_count;
    k->path = sd_arena_printf(c->arena, "%s.part", given->output);
    k->member_count = members * all->count;
    const sd_journal_request request = {
        .path = k->path,
        .identity = sd_arena_printf(c->arena, "%s%s", how, sweep_identity(c, all)),
        .tile = members < SD_TILE ? (size_t)members : SD_TILE,
        .score_count = all->score_count,
        .part_count = all->count,
        .member_count = members,
        .resume = given->resume};
    status = sd_journal_open(c->arena, &request, &k->journal, c->diag);
    if (status == SD_OK && given->resume) {
        /* half-written tables of the process that was killed */
        (void)unlink(sd_arena_printf(c->arena, "%s.tmp", given->output));
        (void)unlink(sd_arena_printf(c->arena, "%s.meta.json.tmp", given->output));
    }
    return status;
}

void kept_members_close(call *c, kept_members *k, sd_status status)
{
    if (!k->journal)
        return;
    const uint64_t kept = sd_journal_members(k->journal);
    sd_journal_close(k->journal, status == SD_OK);
    k->journal = NULL;
    if (status != SD_OK)
        sweep_tell_kept(c, kept, k->member_count, k->path);
}
