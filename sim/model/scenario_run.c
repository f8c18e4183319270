/* scenario_run.c - the `run` section: start, stop, dt, method and so on, over those of the model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

static const char *const key_names[SD_RUN_KEYS] = {"start", "stop", "dt",     "save_interval",
                                                   "rtol",  "atol", "method", "seed"};

static const char *const method_names[] = {
#define METHOD_NAME(id, name, adaptive, text) name,
    SD_METHODS(METHOD_NAME)
#undef METHOD_NAME
};

static bool read_method(const sd_scenario_reader *reader, const sd_entry *entry, sd_run_spec *spec)
{
    const char *name;

    if (!sd_entry_text(entry, &name, reader->diag))
        return false;
    if (sd_method_from_name(name, &spec->method))
        return true;
    (void)sd_fail(reader->diag, SD_E112, entry->span, "unknown integration method '%s'", name);
    if (sd_nearest(name, method_names, SD_METHOD_COUNT))
        sd_help_nearest(reader->diag, name, method_names, SD_METHOD_COUNT);
    else
        sd_help(reader->diag, "euler, rk2, rk4, rkf45, rkck or rk8pd");
    return false;
}

static bool read_seed(const sd_scenario_reader *reader, const sd_entry *entry, sd_run_spec *spec)
{
    double number;

    if (!sd_entry_number(entry, &number, reader->diag))
        return false;
    if (!entry->whole || entry->integer < 0) {
        (void)sd_fail(reader->diag, SD_E403, entry->span, "'seed' must be a whole number, 0 or above");
        return false;
    }
    spec->seed = (uint64_t)entry->integer;
    return true;
}

static bool read_key(const sd_scenario_reader *reader, const sd_entry *entry, sd_run_key key)
{
    sd_run_spec *spec = &reader->scenario->spec;

    switch (key) {
    case SD_RUN_START:
        return sd_entry_number(entry, &spec->start, reader->diag);
    case SD_RUN_STOP:
        return sd_entry_number(entry, &spec->stop, reader->diag);
    case SD_RUN_DT:
        return sd_entry_number(entry, &spec->dt, reader->diag);
    case SD_RUN_SAVE_INTERVAL:
        return sd_entry_number(entry, &spec->save_interval, reader->diag);
    case SD_RUN_RTOL:
        return sd_entry_number(entry, &spec->rtol, reader->diag);
    case SD_RUN_ATOL:
        return sd_entry_number(entry, &spec->atol, reader->diag);
    case SD_RUN_METHOD:
        return read_method(reader, entry, spec);
    default:
        return read_seed(reader, entry, spec);
    }
}

void sd_run_read(sd_scenario_reader *reader, const sd_entry *run)
{
    if (!sd_entry_is_group(run, reader->diag))
        return;
    sd_entry_check_names(run, "run", key_names, SD_RUN_KEYS, reader->diag);
    for (size_t key = 0; key < SD_RUN_KEYS; key++) {
        const sd_entry *entry = sd_entry_find(run, key_names[key]);

        if (entry && read_key(reader, entry, (sd_run_key)key))
            reader->run_spans[key] = entry->span;
        else if (entry)
            reader->run_failed = true;
    }
}

/* The value that a complaint about the whole is most likely about. */
static sd_span likely_span(const sd_scenario_reader *reader)
{
    static const sd_run_key times[] = {SD_RUN_STOP, SD_RUN_START};
    static const sd_run_key grid[] = {SD_RUN_SAVE_INTERVAL, SD_RUN_DT};
    static const sd_run_key positive[] = {SD_RUN_DT, SD_RUN_SAVE_INTERVAL};
    const sd_run_spec *spec = &reader->scenario->spec;
    const bool times_wrong = !(spec->start < spec->stop);
    const bool dt_wrong = !(spec->dt > 0) || spec->dt > spec->stop - spec->start;
    const sd_run_key *first = times_wrong ? times : dt_wrong ? positive : grid;
    const sd_run_key *second = times_wrong ? grid : times;

    for (size_t each = 0; each < 4; each++) {
        const sd_run_key key = each < 2 ? first[each] : second[each - 2];

        if (reader->run_spans[key].source)
            return reader->run_spans[key];
    }
    if (sd_method_is_adaptive(spec->method) && reader->run_spans[SD_RUN_METHOD].source)
        return reader->run_spans[SD_RUN_METHOD];
    return reader->model->spec_span;
}

void sd_run_finish(sd_scenario_reader *reader)
{
    int64_t steps, save_every;

    reader->scenario->spec_span = likely_span(reader);
    if (!reader->run_failed)
        (void)sd_run_spec_count(&reader->scenario->spec, reader->scenario->spec_span, &steps, &save_every,
                                reader->diag);
}
