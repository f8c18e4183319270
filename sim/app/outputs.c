/* outputs.c - a data file and its provenance beside it, both or neither.
 * In: a path; what a command writes into the data file.  Out: FILE and FILE.meta.json.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <sys/stat.h>

#include "app_private.h"

static const char *meta_path(call *c, const char *path)
{
    return sd_arena_printf(c->arena, "%s.meta.json", path);
}

sd_status outputs_check(call *c, const char *path)
{
    sd_status status = sd_file_check(c->arena, path, c->given.force, c->diag);
    return status == SD_OK ? sd_file_check(c->arena, meta_path(c, path), c->given.force, c->diag)
                           : status;
}

sd_status outputs_open_alone(call *c, const char *path, outputs *ret_outputs)
{
    *ret_outputs = (outputs){.path = path};
    return sd_file_open(c->arena, path, c->given.force, &ret_outputs->data, c->diag);
}

sd_status outputs_open(call *c, const char *path, outputs *ret_outputs)
{
    outputs o;
    sd_status status = outputs_open_alone(c, path, &o);
    if (status != SD_OK)
        return status;
    o.beside = o.data.temporary; /* stdout, a device, a pipe: no place for a file beside it */
    /* Both files are opened before either is written, so that a refusal leaves nothing behind. */
    if (o.beside)
        status = sd_file_open(c->arena, meta_path(c, path), c->given.force, &o.meta, c->diag);
    if (status != SD_OK) {
        sd_file_abandon(&o.data);
        return status;
    }
    *ret_outputs = o;
    return SD_OK;
}

void outputs_abandon(outputs *o)
{
    sd_file_abandon(&o->data);
    if (o->beside)
        sd_file_abandon(&o->meta);
}

static sd_status hash_file(call *c, const char *path, uint64_t *ret_hash)
{
    const sd_source *written;
    sd_status status = sd_source_from_file(c->arena, path, SIZE_MAX / 2, &written, c->diag);
    if (status == SD_OK)
        *ret_hash = sd_hash(written->text, written->length);
    return status;
}

void outputs_name(const call *c, const outputs *o, sd_provenance *provenance)
{
    const char *slash = strrchr(o->path, '/');
    provenance->version = TREADMILL_VERSION;
    provenance->build = build_text();
    provenance->argument_count = c->argument_count;
    provenance->arguments = c->arguments;
    provenance->output = slash ? slash + 1 : o->path;
}

sd_status outputs_close(call *c, outputs *o, const sd_provenance *known, const sd_result *results,
                        size_t count, const sd_column *columns, size_t column_count, size_t rows)
{
    sd_provenance provenance = *known;
    sd_status status = sd_file_close(&o->data, c->diag);
    if (!o->beside)
        return status;
    if (status == SD_OK && !provenance.output_hash)
        status = hash_file(c, o->path, &provenance.output_hash);
    if (status != SD_OK) {
        sd_file_abandon(&o->meta);
        return status;
    }
    outputs_name(c, o, &provenance);
    status = sd_meta_write(&o->meta, &provenance, results, count, columns, column_count, rows);
    sd_status closed = sd_file_close(&o->meta, c->diag);
    return status != SD_OK ? status : closed;
}

void study_tell_written(const char *path)
{
    struct stat facts;
    const size_t length = strlen(path);
    const bool inside = length > 3 && strcmp(path + length - 3, ".nc") == 0;
    bool beside = !inside && stat(path, &facts) == 0 && S_ISREG(facts.st_mode);
    printf("\nwritten: %s%s%s%s\n", path, beside ? ", " : "", beside ? path : "",
           beside ? ".meta.json" : "");
}
