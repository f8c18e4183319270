/* sweep_sink.c - the table of a sweep, wherever it goes: CSV or JSON with its provenance beside it, or netCDF with it
 * inside.
 * In: tiles of members, in their order.  Out: the file, whole or not at all.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sweep_study.h"

struct sweep_sink {
    call *call;
    const sweep_study *study;
    outputs files;
    sd_member_table table;
    sd_netcdf *netcdf; /* NULL: text */
    uint64_t hash;     /* of the text so far */
};

bool sweep_is_netcdf(const char *path)
{
    const size_t length = strlen(path);
    return length > 3 && sd_text_equal_fold(path + length - 3, ".nc");
}

/* ---- provenance ---- */

static bool begins(const char *word, const char *with, size_t least)
{
    const size_t length = strcspn(word, "=");
    return length >= least && strncmp(word, with, length) == 0;
}

static const char *file_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Leaves out of the command what only says how it was run and shown and in which folder, so that equal sweeps have equal
 * provenance. */
void sweep_forget_how(call *c)
{
    static const char *const flags[] = {"--resume", "--force",  "--quiet",    "--verbose",
                                        "--table",  "--native", "--interpret"};
    char **kept = SD_NEW_ARRAY(c->arena, char *, (size_t)c->argument_count + 1);
    int count = 0;
    for (int i = 0; i < c->argument_count; i++) {
        const char *word = c->arguments[i];
        const bool threads = strncmp(word, "-j", 2) == 0 || begins(word, "--threads", 4);
        bool flag = strcmp(word, "-f") == 0 || strcmp(word, "-q") == 0 || strcmp(word, "-v") == 0 ||
                    strcmp(word, "-t") == 0;
        for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
            flag |= begins(word, flags[k], 5);
        if (threads) /* its number may be the next word */
            i += strcmp(word, "-j") == 0 || (word[1] == '-' && !strchr(word, '='));
        else if (!flag)
            kept[count++] = word == c->given.output
                                ? sd_arena_printf(c->arena, "%s", file_part(word)) /* after -o */
                                : c->arguments[i];
    }
    c->arguments = kept;
    c->argument_count = count;
}

/* What both kinds of provenance are made of. */
typedef struct sources {
    sd_provenance known;
    const sd_result *results; /* of each scenario: no values, only counts */
    const sd_column *columns;
    size_t column_count;
} sources;

static sources sources_of(sweep_sink *k)
{
    call *c = k->call;
    const sweep_study *all = k->study;
    sources s = {.known = {.facts = true, .sweep = true, .members = all->members}};
    sd_result *results = SD_NEW_ARRAY(c->arena, sd_result, all->count);
    for (size_t i = 0; i < all->count; i++)
        results[i] = (sd_result){all->list[i].scenario, all->list[i].program, &all->list[i].counts};
    s.results = results;
    s.columns =
        sd_member_table_columns(c->arena, &k->table, all->list->scenario->model, &s.column_count);
    sweep_forget_how(c);
    return s;
}

/* ---- netCDF ---- */

static const char *titles_of(call *c, const sweep_study *all)
{
    sd_text text = sd_text_new(c->arena);
    for (size_t i = 0; i < all->count; i++) {
        const sd_scenario *scenario = all->list[i].scenario;
        sd_text_printf(&text, "%s%s", i ? "; " : "",
                       scenario->title ? scenario->title : scenario->name);
    }
    return text.bytes;
}

static sd_status open_netcdf(sweep_sink *k)
{
    call *c = k->call;
    const sweep_study *all = k->study;
    const char *build = build_text();
    sources s = sources_of(k);
    sd_netcdf_request *request = SD_NEW(c->arena, sd_netcdf_request);
    const char **names = SD_NEW_ARRAY(c->arena, const char *, all->count);
    uint64_t *seeds = SD_NEW_ARRAY(c->arena, uint64_t, all->count);
    for (size_t i = 0; i < all->count; i++) {
        names[i] = all->list[i].scenario->name;
        seeds[i] = all->list[i].scenario->spec.seed;
    }
    outputs_name(c, &k->files, &s.known);
    s.known.output = NULL;
    *request = (sd_netcdf_request){
        .path = k->files.data.temporary,
        .shown = k->files.path,
        .table = k->table,
        .model = all->list->scenario->model,
        .scenarios = names,
        .seeds = seeds,
        .member_count = all->list->design->member_count,
        .title = titles_of(c, all),
        .source = sd_arena_printf(c->arena, "treadmill %s%s%s", TREADMILL_VERSION,
                                  *build ? " " : "", build),
        .provenance = sd_provenance_json(c->arena, &s.known, s.results, all->count, s.columns,
                                         s.column_count, all->member_count)};
    return sd_netcdf_open(c->arena, request, &k->netcdf, c->diag);
}

static sd_status open_netcdf_file(sweep_sink *k, const char *path)
{
    call *c = k->call;
    sd_status status = outputs_open_alone(c, path, &k->files);
    if (status != SD_OK)
        return status;
    if (k->files.data.temporary)
        status = open_netcdf(k);
    else
        status = sd_fail(c->diag, SD_E602, SD_NOWHERE,
                         "cannot write '%s': netCDF needs a regular file", path);
    if (status != SD_OK)
        outputs_abandon(&k->files);
    return status;
}

/* ---- both ---- */

static void write_text(sweep_sink *k, const sd_text *text)
{
    fwrite(text->bytes, 1, text->length, k->files.data.stream);
    k->hash = sd_hash_more(k->hash, text->bytes, text->length);
}

sd_status sweep_sink_open(call *c, const sweep_study *all, const char *path, sweep_sink **ret_sink)
{
    sweep_sink *k = SD_NEW(c->arena, sweep_sink);
    const swept *first = all->list;
    *k = (sweep_sink){.call = c,
                      .study = all,
                      .hash = sd_hash(NULL, 0),
                      .table = {.json = c->given.json,
                                .with_scenario = all->count > 1,
                                .factor_count = first->design->factor_count,
                                .score_count = all->score_count,
                                .factors = first->design->factors,
                                .scores = first->scores,
                                .scenario_count = all->count,
                                .saved_count = all->saved_count,
                                .time_count = all->time_count,
                                .saved = all->saved,
                                .times = all->times}};
    *ret_sink = k;
    if (sweep_is_netcdf(path))
        return open_netcdf_file(k, path);
    sd_status status = outputs_open(c, path, &k->files);
    if (status != SD_OK)
        return status;
    sd_text text = sd_text_new(c->arena);
    sd_member_table_begin(&k->table, &text);
    write_text(k, &text);
    return SD_OK;
}

void sweep_sink_tell(const sweep_sink *k, size_t which, const sd_members *members, sd_text *to)
{
    const sd_scenario *scenario = k->study->list[which].scenario;
    if (!k->netcdf)
        sd_member_table_add(&k->table, scenario->name, scenario->spec.seed, members,
                            which == 0 && members->first == 0, to);
}

sd_status sweep_sink_take(sweep_sink *k, size_t which, const sd_members *members,
                          const sd_text *text, sd_diag *diag)
{
    if (k->netcdf)
        return sd_netcdf_take(k->netcdf, which, members, diag);
    write_text(k, text);
    if (ferror(k->files.data.stream)) /* who closes the file says why */
        return sd_fail(diag, SD_E602, SD_NOWHERE, "the table could not be written");
    return SD_OK;
}

static sd_status close_text(sweep_sink *k)
{
    call *c = k->call;
    sd_text text = sd_text_new(c->arena);
    sources s = sources_of(k);
    sd_member_table_end(&k->table, &text);
    write_text(k, &text);
    s.known.output_hash = k->hash;
    return outputs_close(c, &k->files, &s.known, s.results, k->study->count, s.columns,
                         s.column_count, k->study->member_count);
}

sd_status sweep_sink_close(sweep_sink *k, sd_status status)
{
    if (status == SD_OK && !k->netcdf)
        return close_text(k);
    if (status == SD_OK)
        status = sd_netcdf_close(k->netcdf, k->call->diag);
    if (status == SD_OK)
        return sd_file_close(&k->files.data, k->call->diag);
    sd_netcdf_abandon(k->netcdf);
    outputs_abandon(&k->files);
    return status;
}
