/* provenance.c - where numbers come from: the program, the command, the scenarios and the runs go in,
 * FILE.meta.json comes out.  It holds what is needed to get the same bytes again, and neither date nor host
 * nor folder, so that equal runs give equal files.
 * The hash is FNV-1a, 64 bits (Fowler, Noll and Vo; RFC 9923): it finds mistakes, not forgeries.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <math.h>
#include <string.h>

static const char *file_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void write_program(sd_json *json, const sd_provenance *provenance)
{
    sd_json_text(json, "treadmill", provenance->version);
    sd_json_text(json, "build", provenance->build);
    sd_json_open_line(json, "command", '[');
    for (int i = 0; i < provenance->argument_count; i++)
        sd_json_text(json, NULL,
                     i == 0 ? file_part(provenance->arguments[i]) : provenance->arguments[i]);
    sd_json_close(json, ']');
    sd_json_text(
        json, "note",
        "nothing here is a forecast: every number follows from assumptions that have ranges");
    if (!provenance->output)
        return;
    sd_json_open_line(json, "data", '{');
    sd_json_text(json, "file", file_part(provenance->output));
    sd_json_hash(json, "hash", provenance->output_hash);
    sd_json_close(json, '}');
}

static void write_source(sd_json *json, const sd_source *source, bool with_text)
{
    sd_json_open(json, NULL, '{');
    sd_json_text(json, "file", source->built_in ? source->name : file_part(source->name));
    sd_json_hash(json, "hash", sd_hash(source->text, source->length));
    if (with_text)
        sd_json_text(json, "text", source->text);
    sd_json_close(json, '}');
}

static void write_run(sd_json *json, const sd_run_spec *spec)
{
    sd_json_open_line(json, "run", '{');
    sd_json_text(json, "method", sd_method_name(spec->method));
    sd_json_number(json, "dt", spec->dt);
    sd_json_number(json, "start", spec->start);
    sd_json_number(json, "stop", spec->stop);
    sd_json_number(json, "save_interval", spec->save_interval);
    if (sd_method_is_adaptive(spec->method)) {
        sd_json_number(json, "rtol", spec->rtol);
        sd_json_number(json, "atol", spec->atol);
    }
    sd_json_count(json, "seed", spec->seed);
    sd_json_close(json, '}');
}

static void write_distribution(sd_json *json, const sd_distribution *distribution)
{
    static const char *const names[] = {"",
#define PARAMETERS(id, name, parameters, text) parameters,
                                        SD_DISTRIBUTIONS(PARAMETERS)
#undef PARAMETERS
    };
    const char *word = names[distribution->kind];

    sd_json_open_line(json, "distribution", '{');
    sd_json_text(json, "dist", sd_distribution_name(distribution->kind));
    if (distribution->kind == SD_DIST_CHOICE) {
        sd_json_open(json, "values", '[');
        for (size_t i = 0; i < distribution->choice_count; i++)
            sd_json_number(json, NULL, distribution->values[i]);
        sd_json_close(json, ']');
        sd_json_open(json, "weights", '[');
        for (size_t i = 0; i < distribution->choice_count; i++)
            sd_json_number(json, NULL, distribution->weights[i]);
        sd_json_close(json, ']');
    } else {
        for (size_t i = 0; *word; i++) {
            const size_t length = strcspn(word, " ");
            char name[16];

            (void)snprintf(name, sizeof name, "%.*s", (int)length, word);
            sd_json_number(json, name, distribution->p[i]);
            word += length + strspn(word + length, " ");
        }
    }
    sd_json_close(json, '}');
}

/* Only what differs from the model: the rest of the assumptions is the model's, which is named by its hash. */
static void write_settings(sd_json *json, const sd_result *result, sd_arena *arena)
{
    const sd_scenario *scenario = result->scenario;
    const sd_program *program = result->program;

    sd_json_open(json, "settings", '[');
    for (size_t i = 0; i < scenario->settings.count; i++) {
        const sd_setting *setting = &scenario->settings.items[i];
        const sd_variable *variable = scenario->model->element_variables[setting->element];
        const int32_t parameter = program->element_parameters[setting->element];
        const bool same = parameter >= 0 && program->parameters[parameter].value == setting->value;

        if (same && setting->distribution.kind == SD_DIST_NONE)
            continue;
        sd_json_open_line(json, NULL, '{');
        sd_json_text(json, "name", sd_model_element_name(scenario->model, setting->element, arena));
        sd_json_number(json, "value", setting->value);
        if (parameter >= 0)
            sd_json_number(json, "model_value", program->parameters[parameter].value);
        sd_json_text(json, "units", variable->units_text);
        if (setting->distribution.kind != SD_DIST_NONE)
            write_distribution(json, &setting->distribution);
        if (setting->from_policy)
            sd_json_bool(json, "from_policy", true);
        if (setting->source)
            sd_json_text(json, "source", setting->source);
        sd_json_close(json, '}');
    }
    sd_json_close(json, ']');
}

static void write_policies(sd_json *json, const sd_scenario *scenario)
{
    static const char *const kinds[] = {"step", "pulse", "ramp"};

    sd_json_open(json, "policies", '[');
    for (size_t i = 0; i < scenario->policies.count; i++) {
        const sd_policy *policy = &scenario->policies.items[i];

        sd_json_open_line(json, NULL, '{');
        sd_json_text(json, "name", policy->name);
        sd_json_number(json, "start", policy->start);
        sd_json_number(json, "stop", policy->stop);
        sd_json_number(json, "ramp", policy->ramp);
        sd_json_number(json, "intensity", policy->intensity);
        sd_json_close(json, '}');
    }
    sd_json_close(json, ']');
    sd_json_open(json, "shocks", '[');
    for (size_t i = 0; i < scenario->shocks.count; i++) {
        const sd_shock *shock = &scenario->shocks.items[i];

        sd_json_open_line(json, NULL, '{');
        sd_json_text(json, "variable", shock->variable->name);
        sd_json_text(json, "kind", kinds[shock->kind]);
        sd_json_number(json, "at", shock->at);
        if (shock->kind != SD_SHOCK_STEP)
            sd_json_number(json, "duration", shock->duration);
        sd_json_number(json, "size", shock->size);
        sd_json_close(json, '}');
    }
    sd_json_close(json, ']');
}

static void write_scenario(sd_json *json, const sd_result *result, bool facts, bool sweep,
                           sd_arena *arena)
{
    const sd_scenario *scenario = result->scenario;
    const sd_model *model = scenario->model;
    const sd_trajectory *t = result->trajectory;

    sd_json_open(json, NULL, '{');
    sd_json_text(json, "name", scenario->name);
    sd_json_text(json, "title", scenario->title);
    if (scenario->origin)
        sd_json_text(json, "source", scenario->origin);
    sd_json_open(json, "files", '[');
    for (size_t i = 0; i < scenario->sources.count; i++)
        if (scenario->sources.items[i] != model->source)
            write_source(json, scenario->sources.items[i], true);
    for (size_t i = 0; i < model->data_count; i++)
        write_source(json, model->data[i], false);
    sd_json_close(json, ']');
    sd_json_open_line(json, "model", '{');
    sd_json_text(json, "name", model->name);
    sd_json_text(json, "file",
                 model->source->built_in ? model->source->name : file_part(model->source->name));
    sd_json_hash(json, "hash", sd_hash(model->source->text, model->source->length));
    sd_json_close(json, '}');
    if (sd_model_is_trap(model))
        sd_json_bool(json, "trap", true);
    if (facts && model->time_units[0]) /* of series they stand with the column of time */
        sd_json_text(json, "time_units", model->time_units);
    if (scenario->changed && scenario->changed[0])
        sd_json_text(json, "changed", scenario->changed);
    write_run(json, &scenario->spec);
    write_settings(json, result, arena);
    write_policies(json, scenario);
    sd_json_open_line(json, "counts", '{');
    sd_json_count(json, "rows", t->time_count);
    sd_json_count(json, "steps", (uint64_t)t->stats.steps);
    if (!sweep) {
        sd_json_count(json, "evaluations", (uint64_t)t->stats.evaluations);
        sd_json_count(json, "rejected", (uint64_t)t->stats.rejected);
    }
    sd_json_close(json, '}');
    sd_json_close(json, '}');
}

const sd_column *sd_columns_from_elements(sd_arena *arena, const sd_model *model,
                                          const size_t *elements, size_t count)
{
    sd_column *columns = SD_NEW_ARRAY(arena, sd_column, count + 1);

    for (size_t c = 0; c < count; c++) {
        const sd_variable *variable = model->element_variables[elements[c]];

        columns[c] = (sd_column){.name = sd_model_element_name(model, elements[c], arena),
                                 .units = variable->units_text,
                                 .doc = variable->doc};
    }
    return columns;
}

static void write_columns(sd_json *json, const sd_column *columns, size_t count)
{
    sd_json_open(json, "columns", '[');
    for (size_t c = 0; c < count; c++) {
        sd_json_open_line(json, NULL, '{');
        sd_json_text(json, "name", columns[c].name);
        sd_json_text(json, "units", columns[c].units);
        if (columns[c].doc)
            sd_json_text(json, "doc", columns[c].doc);
        sd_json_close(json, '}');
    }
    sd_json_close(json, ']');
}

const char *sd_provenance_json(sd_arena *arena, const sd_provenance *provenance,
                               const sd_result *results, size_t count, const sd_column *columns,
                               size_t column_count, size_t rows)
{
    sd_json json = sd_json_new(arena);

    sd_json_open(&json, NULL, '{');
    write_program(&json, provenance);
    if (!provenance->facts) {
        sd_json_open_line(&json, "time", '{');
        sd_json_text(&json, "column", "time");
        sd_json_text(&json, "units", count > 0 ? results[0].scenario->model->time_units : "");
        sd_json_close(&json, '}');
    }
    if (provenance->members) {
        sd_json_open_line(&json, "members", '{');
        sd_json_text(&json, "file", file_part(provenance->members->name));
        sd_json_hash(&json, "hash",
                     sd_hash(provenance->members->text, provenance->members->length));
        sd_json_close(&json, '}');
    }
    sd_json_open(&json, "scenarios", '[');
    for (size_t r = 0; r < count; r++)
        write_scenario(&json, &results[r], provenance->facts, provenance->sweep, arena);
    sd_json_close(&json, ']');
    if (count > 0)
        write_columns(&json, columns, column_count);
    if (provenance->word_count) {
        sd_json_open(&json, "chart", '{');
        for (size_t i = 0; i < provenance->word_count; i++)
            sd_json_text(&json, provenance->words[i].key, provenance->words[i].text);
        sd_json_close(&json, '}');
    }
    sd_json_open_line(&json, "counts", '{');
    sd_json_count(&json, "scenarios", count);
    sd_json_count(&json, "rows", rows);
    sd_json_count(&json, "columns", column_count);
    sd_json_close(&json, '}');
    sd_json_close(&json, '}');
    return json.text.bytes;
}

sd_status sd_meta_write(sd_file *file, const sd_provenance *provenance, const sd_result *results,
                        size_t count, const sd_column *columns, size_t column_count, size_t rows)
{
    sd_arena *scratch = sd_arena_new("the provenance of a table");
    const char *text =
        sd_provenance_json(scratch, provenance, results, count, columns, column_count, rows);

    fwrite(text, 1, strlen(text), file->stream);
    sd_arena_free(scratch);
    return SD_OK;
}
