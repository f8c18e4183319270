/* scenario_run.c - the `run` section: start, stop, dt, method and so on, over those of the model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

static const char *const key_names[SD_RUN_KEYS] = {"start", "stop", "dt",     "save_interval",
                                                   "rtol",  "atol", "method", "seed"};

static const char *const method_names[] = {
#define METHOD_NAME(id, name, adaptive, stiff, text) name,
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
        sd_help(reader->diag, "%s", sd_method_list(reader->diag->arena));
    return false;
}

static bool read_seed(const sd_scenario_reader *reader, const sd_entry *entry, sd_run_spec *spec)
{
    double number;

    if (!sd_entry_number(entry, &number, reader->diag))
        return false;
    if (!entry->whole || entry->integer < 0) {
        (void)sd_fail(reader->diag, SD_E403, entry->span,
                      "'seed' must be a whole number, 0 or above");
        return false;
    }
    spec->seed = (uint64_t)entry->integer;
    return true;
}

static bool read_tolerance(const sd_scenario_reader *reader, const sd_entry *entry,
                           double *ret_tolerance)
{
    if (!sd_entry_number(entry, ret_tolerance, reader->diag))
        return false;
    if (*ret_tolerance >= 0)
        return true;
    (void)sd_fail(reader->diag, SD_E112, entry->span, "'%s' must not be below 0", entry->name);
    return false;
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
        return read_tolerance(reader, entry, &spec->rtol);
    case SD_RUN_ATOL:
        return read_tolerance(reader, entry, &spec->atol);
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

/* The value that a complaint about the whole is most likely about: the first of these that was given. */
static sd_span likely_span(const sd_scenario_reader *reader)
{
    enum { TIMES, STEPS, TOLERANCES, GRID, ORDERS, LENGTH = 4 };
    static const sd_run_key orders[ORDERS][LENGTH] = {
        [TIMES] = {SD_RUN_STOP, SD_RUN_START, SD_RUN_STOP, SD_RUN_START},
        [STEPS] = {SD_RUN_DT, SD_RUN_SAVE_INTERVAL, SD_RUN_STOP, SD_RUN_START},
        [TOLERANCES] = {SD_RUN_RTOL, SD_RUN_ATOL, SD_RUN_METHOD, SD_RUN_METHOD},
        [GRID] = {SD_RUN_SAVE_INTERVAL, SD_RUN_DT, SD_RUN_STOP, SD_RUN_START},
    };
    const sd_run_spec *spec = &reader->scenario->spec;
    const sd_run_key *order = orders[GRID];

    if (!(spec->start < spec->stop))
        order = orders[TIMES];
    else if (!(spec->dt > 0) || spec->dt > spec->stop - spec->start)
        order = orders[STEPS];
    else if ((spec->stop - spec->start) / spec->dt > SD_STEPS_MAX &&
             (spec->stop - spec->start) / spec->save_interval < SD_SAVES_MAX)
        order = orders[STEPS];
    else if (!(spec->rtol > 0) && !(spec->atol > 0))
        order = orders[TOLERANCES];
    for (size_t each = 0; each < LENGTH; each++) {
        if (reader->run_spans[order[each]].source)
            return reader->run_spans[order[each]];
    }
    return reader->model->spec_span;
}

void sd_run_finish(sd_scenario_reader *reader)
{
    bool given = false;
    int64_t steps, save_every;

    for (size_t key = 0; key < SD_RUN_KEYS; key++)
        given = given || reader->run_spans[key].source;
    if (reader->run_spans[SD_RUN_START].source)
        reader->scenario->start_given = true;
    if (reader->run_spans[SD_RUN_STOP].source)
        reader->scenario->stop_given = true;
    reader->scenario->spec_span = likely_span(reader);
    /* The model's own specification has been checked with the model. */
    if (!given || reader->run_failed)
        return;
    reader->run_failed = sd_run_spec_count(&reader->scenario->spec, reader->scenario->spec_span,
                                           &steps, &save_every, reader->diag) != SD_OK;
}
