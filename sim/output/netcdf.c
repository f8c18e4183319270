/* netcdf.c - the table of a sweep as netCDF-4 with the attributes of the CF conventions, version 1.8.
 * In: tiles of members, in their order.  Out: a file with the dimensions `run`, `time` (where whole trajectories are
 * kept) and `failure`; what varies are coordinates along `run`.
 * Method: rows wait in memory until they fill a chunk of the file, so that each chunk is written once and none is read
 * back; a block is smaller the more columns there are, so that memory is bounded.  The library stamps no time into the
 * file: equal members give equal bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <netcdf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BLOCK_BYTES = 1 << 24, /* of the rows that wait */
    BLOCK_MAX = 16384,     /* rows */
    FAILURES_CHUNK = 256,
    DEFINITION_BYTES = 8192, /* of a variable with its attributes */
    CACHE_BYTES = 1 << 17    /* of a variable in the library */
};

struct sd_netcdf {
    sd_netcdf_request about;
    sd_arena *arena;
    int file, run_dim;
    int run, member, scenario, seed, status, failed_run, why;
    int *factors, *scores, *saved; /* variables */
    size_t plain_count;            /* of scores that are no points of trajectories */
    size_t name_length;            /* [byte] of the longest name of a scenario */
    size_t block;                  /* rows */
    size_t waiting;
    uint64_t written, failures;
    double *values;   /* [factor_count + plain_count][block] */
    double *paths;    /* [saved_count][block][time_count] */
    int64_t *members; /* [block] */
    size_t *origins;  /* [block] scenario */
    signed char *failed;
    sd_table *names;   /* of variables, so that none is there twice */
    int room;          /* the file once more, to reserve room in; -1: not open */
    bool broken;       /* the library failed, and must not be called any more */
    int error, reason; /* the first error of the library, and of the system; 0: none */
};

/* Remembers the first thing that went wrong; what follows it does not matter. */
static void did(sd_netcdf *n, int code)
{
    static const int told[] = {ENOSPC, EDQUOT, EFBIG, EIO, EROFS};
    if (code == NC_NOERR || n->error != NC_NOERR)
        return;
    n->error = code;
    n->broken = true;
    /* The library says "HDF error" whatever went wrong beneath it, and leaves other numbers behind when nothing did. */
    for (size_t i = 0; i < sizeof told / sizeof *told; i++)
        if (errno == told[i])
            n->reason = errno;
}

/* The library does not survive a full disk: what it is going to write gets its room before. */
static void reserve(sd_netcdf *n, size_t bytes)
{
    enum { SLACK = 1 << 20 /* [byte] for what the library adds */ };
    struct stat facts;
    if (n->error != NC_NOERR || n->reason || fstat(n->room, &facts) != 0)
        return;
    if (fallocate(n->room, FALLOC_FL_KEEP_SIZE, facts.st_size, (off_t)(bytes + SLACK)) != 0 &&
        errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL)
        n->reason = errno;
}

static bool is_well(const sd_netcdf *n)
{
    return n->error == NC_NOERR && n->reason == 0;
}

static sd_status status_of(const sd_netcdf *n, sd_diag *diag)
{
    if (is_well(n))
        return SD_OK;
    sd_status status = sd_fail(diag, SD_E602, SD_NOWHERE, "cannot write '%s': %s", n->about.shown,
                               n->reason ? sd_reason(n->reason) : nc_strerror(n->error));
    if (n->reason == ENOSPC || n->reason == EDQUOT)
        sd_help(diag, "make room, or name a place on another disk");
    return status;
}

/* ---- names and attributes ---- */

/* CF wants letters, digits and underscores: "when(x>0.3)" is when_x_above_0_3. */
static const char *plain_name(sd_netcdf *n, const char *spec)
{
    sd_text text = sd_text_new(n->arena);
    bool gap = false;
    for (const char *at = spec; *at; at++) {
        const char *word = *at == '@'                                    ? "at"
                           : *at == '>'                                  ? "above"
                           : *at == '<'                                  ? "below"
                           : *at == '-' && isdigit((unsigned char)at[1]) ? "minus"
                                                                         : NULL;
        const bool letter = isalnum((unsigned char)*at) || (unsigned char)*at >= 0x80;
        if ((word || (letter && gap)) && text.length)
            sd_text_add(&text, "_", 1);
        sd_text_printf(&text, "%s", word ? word : "");
        if (letter)
            sd_text_add(&text, at, 1);
        gap = !letter;
    }
    const char *name = text.length == 0 || isdigit((unsigned char)text.bytes[0])
                           ? sd_arena_printf(n->arena, "v_%.*s", (int)text.length, text.bytes)
                           : sd_arena_copy(n->arena, text.bytes, text.length);
    const char *free_name = name;
    for (int i = 2; sd_table_find(n->names, free_name); i++)
        free_name = sd_arena_printf(n->arena, "%s_%d", name, i);
    (void)sd_table_put(n->names, free_name, n);
    return free_name;
}

static void say(sd_netcdf *n, int variable, const char *name, const char *text)
{
    if (text && *text)
        did(n, nc_put_att_text(n->file, variable, name, strlen(text), text));
}

/* A variable over `dims`, a chunk a block, compressed and with checksums. */
static int define(sd_netcdf *n, const char *name, nc_type type, int dim_count, const int *dims,
                  const size_t *chunk, const char *long_name, const char *units)
{
    int variable = -1;
    did(n, nc_def_var(n->file, name, type, dim_count, dims, &variable));
    if (type != NC_STRING) {
        did(n, nc_def_var_deflate(n->file, variable, NC_SHUFFLE, 1, 1));
        did(n, nc_def_var_fletcher32(n->file, variable, NC_FLETCHER32));
    }
    did(n, nc_def_var_chunking(n->file, variable, NC_CHUNKED, chunk));
    /* Chunks are whole when they come, so keeping more than one of them serves nobody. */
    did(n, nc_set_var_chunk_cache(n->file, variable, CACHE_BYTES, 7, 1));
    if (type == NC_DOUBLE) {
        const double none = (double)NAN;
        did(n, nc_def_var_fill(n->file, variable, NC_FILL, &none));
    }
    say(n, variable, "long_name", long_name);
    say(n, variable, "units", units);
    return variable;
}

static const char *units_text(const char *units)
{
    return units && *units && strcmp(units, "dmnl") != 0 ? units : "1";
}

/* A column of the table, which has its units and what it means. */
static int define_column(sd_netcdf *n, const sd_column *column, const char *coordinates)
{
    const int variable = define(n, plain_name(n, column->name), NC_DOUBLE, 1, &n->run_dim,
                                &n->block, column->name, units_text(column->units));
    say(n, variable, "comment", column->doc);
    say(n, variable, "coordinates", coordinates);
    return variable;
}

/* ---- what is in the file ---- */

static void define_runs(sd_netcdf *n)
{
    static const signed char flags[] = {0, 1};
    const sd_netcdf_request *q = &n->about;
    n->run = define(n, "run", NC_INT64, 1, &n->run_dim, &n->block, "number of the run", "1");
    n->status =
        define(n, "status", NC_BYTE, 1, &n->run_dim, &n->block, "whether the run went well", NULL);
    did(n, nc_put_att_schar(n->file, n->status, "flag_values", NC_BYTE, 2, flags));
    say(n, n->status, "flag_meanings", "ok failed");
    say(n, n->status, "comment", "why one failed stands in 'why', along 'failure'");
    n->seed = define(n, "seed", NC_UINT64, 1, &n->run_dim, &n->block,
                     "seed of the random functions; draws depend on the member's number too", "1");
    if (!q->table.with_scenario)
        return;
    int dims[2] = {n->run_dim, -1};
    const size_t chunk[] = {n->block, n->name_length};
    did(n, nc_def_dim(n->file, "scenario_length", n->name_length, &dims[1]));
    n->scenario = define(n, "scenario", NC_CHAR, 2, dims, chunk, "name of the scenario", NULL);
    n->member = define(n, "member", NC_INT64, 1, &n->run_dim, &n->block,
                       "number of the run within its scenario", "1");
}

static void define_failures(sd_netcdf *n)
{
    const size_t chunk = FAILURES_CHUNK;
    int dim = -1;
    did(n, nc_def_dim(n->file, "failure", NC_UNLIMITED, &dim));
    n->failed_run = define(n, "failed_run", NC_INT64, 1, &dim, &chunk, "run that failed", "1");
    n->why = define(n, "why", NC_STRING, 1, &dim, &chunk, "why it failed", NULL);
}

/* Returns the variable `time`. */
static int define_trajectories(sd_netcdf *n, const char *coordinates)
{
    const sd_netcdf_request *q = &n->about;
    const sd_member_table *t = &q->table;
    const size_t chunk[] = {n->block, t->time_count};
    int dims[2] = {n->run_dim, -1};
    if (t->saved_count == 0)
        return -1;
    did(n, nc_def_dim(n->file, "time", t->time_count, &dims[1]));
    const int time = define(n, "time", NC_DOUBLE, 1, &dims[1], &t->time_count, "time of the model",
                            units_text(q->model->time_units));
    for (size_t i = 0; i < t->saved_count; i++) {
        const sd_column *column = sd_columns_from_elements(n->arena, q->model, &t->saved[i], 1);
        n->saved[i] = define(n, plain_name(n, column->name), NC_DOUBLE, 2, dims, chunk,
                             column->name, units_text(column->units));
        say(n, n->saved[i], "comment", column->doc);
        say(n, n->saved[i], "coordinates", coordinates);
    }
    return time;
}

static void define_all(sd_netcdf *n)
{
    static const char *const taken[] = {"run",      "time",           "failure", "failed_run",
                                        "why",      "status",         "seed",    "member",
                                        "scenario", "scenario_length"};
    const sd_netcdf_request *q = &n->about;
    const sd_member_table *t = &q->table;
    size_t count;
    const sd_column *columns = sd_member_table_columns(n->arena, t, q->model, &count);
    columns += count - t->factor_count - t->score_count;
    sd_text coordinates = sd_text_new(n->arena);
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        (void)sd_table_put(n->names, taken[i], n);
    did(n, nc_def_dim(n->file, "run", (size_t)(t->scenario_count * q->member_count), &n->run_dim));
    define_runs(n);
    sd_text_printf(&coordinates, t->with_scenario ? "scenario member seed" : "seed");
    for (size_t f = 0; f < t->factor_count; f++) {
        char name[NC_MAX_NAME + 1] = "";
        n->factors[f] = define_column(n, &columns[f], NULL);
        did(n, nc_inq_varname(n->file, n->factors[f], name));
        sd_text_printf(&coordinates, " %s", name);
    }
    say(n, n->status, "coordinates", coordinates.bytes);
    for (size_t i = 0; i < n->plain_count; i++)
        n->scores[i] = define_column(n, &columns[t->factor_count + i], coordinates.bytes);
    define_failures(n);
    say(n, NC_GLOBAL, "Conventions", "CF-1.8");
    say(n, NC_GLOBAL, "title", q->title);
    say(n, NC_GLOBAL, "source", q->source);
    say(n, NC_GLOBAL, "comment",
        "nothing here is a forecast: every number follows from assumptions that have ranges");
    say(n, NC_GLOBAL, "provenance", q->provenance);
    const int time = define_trajectories(n, coordinates.bytes);
    did(n, nc_enddef(n->file));
    if (time >= 0)
        did(n, nc_put_var_double(n->file, time, t->times));
}

/* ---- opening ---- */

/* Rows: a power of 2, so that tiles fill a block to the last. */
static size_t block_of(const sd_member_table *t, uint64_t runs)
{
    size_t block = BLOCK_MAX;
    const size_t columns = t->factor_count + t->score_count + 1;
    while (block > 1 && (block * columns * sizeof(double) > BLOCK_BYTES || block / 2 >= runs))
        block /= 2;
    return block < runs ? block : (size_t)runs;
}

static void make_room(sd_netcdf *n)
{
    const sd_member_table *t = &n->about.table;
    sd_arena *arena = n->arena;
    n->plain_count = t->score_count - t->saved_count * t->time_count;
    n->block = block_of(t, t->scenario_count * n->about.member_count);
    n->factors = SD_NEW_ARRAY(arena, int, t->factor_count + 1);
    n->scores = SD_NEW_ARRAY(arena, int, n->plain_count + 1);
    n->saved = SD_NEW_ARRAY(arena, int, t->saved_count + 1);
    n->values = SD_NEW_ARRAY(arena, double, (t->factor_count + n->plain_count) * n->block + 1);
    n->paths = SD_NEW_ARRAY(arena, double, t->saved_count * n->block * t->time_count + 1);
    n->members = SD_NEW_ARRAY(arena, int64_t, n->block);
    n->origins = SD_NEW_ARRAY(arena, size_t, n->block);
    n->failed = SD_NEW_ARRAY(arena, signed char, n->block);
    n->names = sd_table_new(arena);
    n->name_length = 1;
    for (size_t i = 0; i < t->scenario_count; i++)
        if (strlen(n->about.scenarios[i]) > n->name_length)
            n->name_length = strlen(n->about.scenarios[i]);
}

sd_status sd_netcdf_open(sd_arena *arena, const sd_netcdf_request *request, sd_netcdf **ret_netcdf,
                         sd_diag *diag)
{
    sd_netcdf *n = SD_NEW(arena, sd_netcdf);
    *n = (sd_netcdf){.about = *request, .arena = arena, .file = -1};
    assert(request->table.score_count >= request->table.saved_count * request->table.time_count);
    make_room(n);
    errno = 0;
    did(n, nc_create(request->path, NC_NETCDF4 | NC_CLOBBER, &n->file));
    n->room = open(request->path, O_WRONLY | O_CLOEXEC);
    reserve(n, 2 * strlen(request->provenance) +
                   DEFINITION_BYTES * (request->table.factor_count + request->table.score_count));
    if (is_well(n))
        define_all(n);
    if (!is_well(n))
        sd_netcdf_abandon(n);
    *ret_netcdf = n;
    return status_of(n, diag);
}

/* ---- rows ---- */

static void write_origins(sd_netcdf *n, size_t first, size_t count)
{
    sd_arena *scratch = sd_arena_new("runs of a block");
    const sd_netcdf_request *q = &n->about;
    int64_t *runs = SD_NEW_ARRAY(scratch, int64_t, count);
    unsigned long long *seeds = SD_NEW_ARRAY(scratch, unsigned long long, count);
    char *names = SD_NEW_ARRAY(scratch, char, count * n->name_length);
    for (size_t i = 0; i < count; i++) {
        const char *name = q->scenarios[n->origins[i]];
        runs[i] = (int64_t)(first + i);
        seeds[i] = q->seeds[n->origins[i]];
        memcpy(names + i * n->name_length, name, strlen(name));
    }
    const size_t from[] = {first, 0}, extent[] = {count, n->name_length};
    did(n, nc_put_vara(n->file, n->run, from, extent, runs));
    did(n, nc_put_vara(n->file, n->seed, from, extent, seeds));
    did(n, nc_put_vara(n->file, n->status, from, extent, n->failed));
    if (q->table.with_scenario) {
        did(n, nc_put_vara(n->file, n->scenario, from, extent, names));
        did(n, nc_put_vara(n->file, n->member, from, extent, n->members));
    }
    sd_arena_free(scratch);
}

static void flush(sd_netcdf *n)
{
    const sd_member_table *t = &n->about.table;
    const size_t from[] = {(size_t)n->written, 0}, extent[] = {n->waiting, t->time_count};
    reserve(n,
            n->waiting * sizeof(double) * (t->factor_count + t->score_count + 4 + n->name_length));
    if (n->waiting == 0 || !is_well(n))
        return;
    errno = 0;
    write_origins(n, from[0], n->waiting);
    for (size_t c = 0; c < t->factor_count + n->plain_count; c++) {
        const int variable = c < t->factor_count ? n->factors[c] : n->scores[c - t->factor_count];
        did(n, nc_put_vara_double(n->file, variable, from, extent, n->values + c * n->block));
    }
    for (size_t i = 0; i < t->saved_count; i++)
        did(n, nc_put_vara_double(n->file, n->saved[i], from, extent,
                                  n->paths + i * n->block * t->time_count));
    n->written += n->waiting;
    n->waiting = 0;
}

static void note_failure(sd_netcdf *n, const char *why)
{
    const size_t at = (size_t)n->failures++;
    const unsigned long long run = n->written + n->waiting;
    errno = 0;
    did(n, nc_put_var1_ulonglong(n->file, n->failed_run, &at, &run));
    did(n, nc_put_var1_string(n->file, n->why, &at, &why));
}

static void add_row(sd_netcdf *n, size_t scenario, const sd_members *tile, size_t m)
{
    const sd_member_table *t = &n->about.table;
    const size_t row = n->waiting;
    double *to = n->values + row;
    for (size_t f = 0; f < t->factor_count; f++, to += n->block)
        *to = tile->values[f * SD_TILE + m];
    for (size_t i = 0; i < n->plain_count; i++, to += n->block)
        *to = tile->scores[i * SD_TILE + m];
    const double *points = tile->scores + n->plain_count * SD_TILE + m;
    for (size_t i = 0; i < t->saved_count; i++)
        for (size_t k = 0; k < t->time_count; k++, points += SD_TILE)
            n->paths[(i * n->block + row) * t->time_count + k] = *points;
    n->members[row] = (int64_t)(tile->first + m);
    n->origins[row] = scenario;
    n->failed[row] = tile->failed[m] >= 0;
    if (tile->failed[m] >= 0)
        note_failure(n, tile->why[m]);
    if (++n->waiting == n->block)
        flush(n);
}

sd_status sd_netcdf_take(sd_netcdf *n, size_t scenario, const sd_members *members, sd_diag *diag)
{
    for (size_t m = 0; m < members->count && is_well(n); m++)
        add_row(n, scenario, members, m);
    return status_of(n, diag);
}

/* Gives back the room that was reserved and not used. */
static void trim(sd_netcdf *n)
{
    struct stat facts;
    if (n->room < 0)
        return;
    if (fstat(n->room, &facts) == 0)
        (void)!ftruncate(n->room, facts.st_size);
    close(n->room);
    n->room = -1;
}

void sd_netcdf_abandon(sd_netcdf *n)
{
    if (!n)
        return;
    if (n->file >= 0 && !n->broken)
        (void)nc_abort(n->file);
    n->file = -1;
    trim(n);
}

sd_status sd_netcdf_close(sd_netcdf *n, sd_diag *diag)
{
    flush(n);
    errno = 0;
    if (is_well(n)) {
        did(n, nc_close(n->file));
        n->file = -1;
    }
    sd_netcdf_abandon(n);
    return status_of(n, diag);
}
