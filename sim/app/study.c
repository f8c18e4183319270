/* study.c - an input made into a finished run: read, overlaid with the command line, compiled, simulated, written.
 * In: a file name and the options.  Out: a study.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app_private.h"

static sd_status overlay_spec(call *c, sd_scenario *scenario)
{
    const arguments *given = &c->given;
    sd_run_spec *spec = &scenario->spec;
    double interval = spec->save_interval;
    bool every_step = interval == spec->dt;
    if (given->method && !sd_method_from_name(given->method, &spec->method)) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "no method named '%s'", given->method);
        sd_help(c->diag, "%s", sd_method_list(c->arena));
        return status;
    }
    if (!isnan(given->dt)) {
        spec->dt = given->dt;
        spec->save_interval = every_step ? given->dt : interval;
        const char *text = sd_arena_printf(c->arena, "--dt %g", given->dt);
        const sd_source *source = sd_source_from_text(c->arena, "command line", text, strlen(text));
        scenario->spec_span = (sd_span){.source = source, .begin = 5, .end = source->length};
    }
    spec->rtol = isnan(given->rtol) ? spec->rtol : given->rtol;
    spec->atol = isnan(given->atol) ? spec->atol : given->atol;
    if (!(spec->rtol >= 0) || !(spec->atol >= 0) || (spec->rtol == 0 && spec->atol == 0))
        return sd_fail(c->diag, SD_E701, SD_NOWHERE,
                       "rtol and atol must be 0 or more, and one of them above 0");
    if (given->seed >= 0)
        spec->seed = (uint64_t)given->seed;
    return SD_OK;
}

sd_status study_read(call *c, const char *input, sd_scenario **ret_scenario)
{
    sd_scenario *scenario;
    sd_status status = sd_scenario_from_input(c->arena, input, &scenario, c->diag);
    for (size_t i = 0; status == SD_OK && i < c->given.set.count; i++)
        status = sd_scenario_set(c->arena, scenario, c->given.set.items[i], c->diag);
    for (size_t i = 0; status == SD_OK && i < c->given.dist.count; i++)
        status = sd_scenario_set_distribution(c->arena, scenario, c->given.dist.items[i], c->diag);
    if (status == SD_OK)
        status = overlay_spec(c, scenario);
    if (status == SD_OK)
        status = sd_scenario_check(scenario, c->diag);
    if (status == SD_OK)
        *ret_scenario = scenario;
    return status;
}

static void add_element(size_t *list, size_t *count, unsigned char *seen, size_t element)
{
    if (!seen[element])
        list[(*count)++] = element;
    seen[element] = 1;
}

/* Names with the commas of subscripts inside brackets. */
sd_status study_save_list(call *c, const sd_model *model, const char *text, size_t *list,
                          size_t *count, unsigned char *seen)
{
    if (!*text) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--save' names no variable");
        sd_help(c->diag, "give names separated by commas, or all");
        return status;
    }
    while (*text) {
        size_t length = 0;
        for (int depth = 0; text[length] && (text[length] != ',' || depth); length++)
            depth += text[length] == '[' ? 1 : text[length] == ']' ? -1 : 0;
        const char *name = sd_arena_copy(c->arena, text, length);
        const sd_variable *variable = sd_model_find(model, name);
        size_t element;
        if (variable) {
            for (size_t i = 0; i < variable->size; i++)
                add_element(list, count, seen, variable->first + i);
        } else {
            const sd_source *source = sd_source_from_text(c->arena, "--save", name, length);
            sd_span span = {.source = source, .begin = 0, .end = length};
            sd_status status = sd_model_find_element(model, name, span, &element, c->diag);
            if (status != SD_OK)
                return status;
            add_element(list, count, seen, element);
        }
        text += length + (text[length] == ',');
    }
    return SD_OK;
}

static sd_status choose_columns(call *c, const sd_scenario *scenario, const sd_program *program,
                                study *s, size_t **ret_columns, size_t *ret_count)
{
    const sd_model *model = scenario->model;
    size_t total = model->element_count, count = 0, extra;
    size_t *list = SD_NEW_ARRAY(c->arena, size_t, total + 1);
    unsigned char *seen = SD_NEW_ARRAY(c->arena, unsigned char, total + 1);
    const char *save = c->given.save;
    if (save && !sd_text_equal_fold(save, "all")) {
        sd_status status = study_save_list(c, model, save, list, &count, seen);
        if (status != SD_OK)
            return status;
    } else {
        for (size_t i = 0; !save && i < scenario->save.count; i++)
            add_element(list, &count, seen, scenario->save.items[i]);
        for (size_t element = 0; (save || scenario->save.count == 0) && element < total; element++)
            if (program->element_rows[element] != SD_NO_ROW)
                add_element(list, &count, seen, element);
    }
    s->element_count = count;
    s->elements = list;
    const size_t *card = sd_scorecard_elements(c->arena, model, &extra);
    for (size_t i = 0; i < extra; i++)
        add_element(list, &count, seen, card[i]);
    /* The charts of the trap read more than its scorecard. */
    for (size_t element = 0; extra > 0 && c->given.plot && element < total; element++)
        if (program->element_rows[element] != SD_NO_ROW)
            add_element(list, &count, seen, element);
    for (size_t element = 0; extra == 0 && element < total; element++)
        if (model->element_variables[element]->kind == SD_STOCK)
            add_element(list, &count, seen, element);
    for (size_t i = 0; i < scenario->scores.count; i++)
        add_element(list, &count, seen, scenario->scores.items[i].element);
    *ret_columns = list;
    *ret_count = count;
    return SD_OK;
}

void study_warn_units(call *c, const sd_scenario *scenario, const char *input)
{
    sd_diag *scratch = sd_diag_new(c->arena);
    sd_units_report report;
    if (scenario->model->source->built_in ||
        sd_model_check_units(scenario->model, c->arena, &report, scratch) == SD_OK ||
        scratch->errors == 0)
        return;
    sd_warn(c->diag, SD_W909, SD_NOWHERE, "the units of '%s' do not balance in %s",
            scenario->model->name, counted(c->arena, scratch->errors, "place"));
    sd_help(c->diag, "treadmill check %s", input);
}

sd_status study_run(call *c, sd_scenario *scenario, study *ret_study)
{
    study s = {.scenario = scenario};
    const sd_program *program;
    sd_status status = sd_program_new(c->arena, scenario->model, scenario->shocks.items,
                                      scenario->shocks.count, &program, c->diag);
    if (status != SD_OK)
        return status;
    size_t *columns, count;
    status = choose_columns(c, scenario, program, &s, &columns, &count);
    if (status != SD_OK)
        return status;
    progress_bar bar = progress_begin();
    sd_run_request request = {.program = program,
                              .spec = scenario->spec,
                              .spec_span = scenario->spec_span,
                              .members = 1,
                              .column_count = count,
                              .columns = columns,
                              .parameters = sd_run_parameters(c->arena, program, scenario),
                              .progress = progress_show,
                              .progress_context = &bar,
                              .interrupted = c->interrupted};
    const sd_trajectory *trajectory;
    status = sd_run(c->arena, &request, &trajectory, c->diag);
    progress_end(&bar);
    if (status != SD_OK)
        return status;
    s.seconds = sd_clock_seconds() - bar.began;
    s.result = (sd_result){.scenario = scenario, .program = program, .trajectory = trajectory};
    *ret_study = s;
    return SD_OK;
}

sd_status study_history(call *c, const sd_scenario *scenario, sd_result *ret_result,
                        const sd_history **ret_history)
{
    const sd_program *program;
    const sd_equations *equations;
    sd_status status = sd_program_new(c->arena, scenario->model, scenario->shocks.items,
                                      scenario->shocks.count, &program, c->diag);
    if (status == SD_OK)
        status = sd_equations_new(c->arena, program, scenario->shocks.items, scenario->shocks.count,
                                  &equations, c->diag);
    if (status != SD_OK)
        return status;
    sd_run_request request = {.program = program,
                              .spec = scenario->spec,
                              .spec_span = scenario->spec_span,
                              .members = 1,
                              .parameters = sd_run_parameters(c->arena, program, scenario),
                              .interrupted = c->interrupted};
    status = sd_history_new(c->arena, equations, &request, ret_history, c->diag);
    if (status != SD_OK)
        return status;
    sd_trajectory *facts = SD_NEW(c->arena, sd_trajectory);
    *facts = (sd_trajectory){.time_count = (*ret_history)->point_count,
                             .times = (*ret_history)->times,
                             .stats = (*ret_history)->stats};
    *ret_result = (sd_result){.scenario = scenario, .program = program, .trajectory = facts};
    return SD_OK;
}

static const sd_result *results_of(call *c, const study *studies, size_t count)
{
    sd_result *results = SD_NEW_ARRAY(c->arena, sd_result, count);
    for (size_t i = 0; i < count; i++)
        results[i] = studies[i].result;
    return results;
}

/* What goes into a data file, and what its provenance says of it. */
typedef struct data_file {
    const sd_result *results;
    size_t count, rows;
    const sd_column *columns;
    size_t column_count;
    const size_t *elements; /* of series; NULL: facts */
    bool with_scenario;
    const sd_facts *facts;
} data_file;

static sd_status write_both(call *c, const data_file *data, const char *path)
{
    outputs o;
    sd_status status = outputs_open(c, path, &o);
    if (status != SD_OK)
        return status;
    if (data->facts)
        sd_facts_csv(data->facts, o.data.stream);
    else
        status = sd_csv_write(&o.data, data->results, data->count, data->elements,
                              data->column_count, data->with_scenario);
    if (status != SD_OK) {
        outputs_abandon(&o);
        return status;
    }
    sd_provenance known = {.facts = data->facts != NULL};
    if (data->facts) {
        known.words = data->facts->words;
        known.word_count = data->facts->word_count;
    }
    return outputs_close(c, &o, &known, data->results, data->count, data->columns,
                         data->column_count, data->rows);
}

sd_status study_write(call *c, const study *studies, size_t count, const char *path,
                      bool with_scenario)
{
    size_t columns = studies[0].element_count;
    data_file data = {.results = results_of(c, studies, count),
                      .count = count,
                      .column_count = columns,
                      .elements = studies[0].elements,
                      .with_scenario = with_scenario};
    data.columns = sd_columns_from_elements(c->arena, studies[0].scenario->model,
                                            studies[0].elements, columns);
    for (size_t i = 0; i < count; i++)
        data.rows += studies[i].result.trajectory->time_count;
    return write_both(c, &data, path);
}

sd_status facts_write(call *c, const sd_facts *facts, const sd_result *results, size_t count,
                      const char *path)
{
    data_file data = {.results = results,
                      .count = count,
                      .rows = facts->cells.count / facts->column_count,
                      .columns = facts->columns,
                      .column_count = facts->column_count,
                      .facts = facts};
    return write_both(c, &data, path);
}
