/* fuzz.c - takes a model through all stages, whatever it says.
 * In: a source.  Out: nothing; a crash, a hang or a sanitizer's report is the result.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "sd/run.h"

#include <stdlib.h>
#include <string.h>

const fuzz_target fuzz_targets[] = {
    {"xml", fuzz_xml}, {"equation", fuzz_equation}, {"scenario", fuzz_scenario}, {NULL, NULL}};

void fuzz_print(const sd_diag *diag)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);

    if (!to)
        return;
    sd_diag_print(diag, to, true);
    fclose(to);
    free(bytes);
}

/* A few steps with a fixed step; an adaptive method may need a million evaluations for one. */
static sd_run_spec short_spec(const sd_model *model)
{
    sd_run_spec spec = model->spec;

    spec.stop = spec.start + FUZZ_STEPS * spec.dt;
    spec.save_interval = spec.dt;
    if (sd_method_is_adaptive(spec.method))
        spec.method = SD_METHOD_RK4;
    return spec;
}

static void run(const sd_program *program, const sd_run_spec *spec, sd_arena *arena, sd_diag *diag)
{
    const size_t count = program->model->element_count;
    size_t *columns = SD_NEW_ARRAY(arena, size_t, count + 1), wanted = 0;
    const sd_trajectory *trajectory;

    for (size_t e = 0; e < count; e++)
        if (program->element_rows[e] != SD_NO_ROW)
            columns[wanted++] = e;
    const sd_run_request request = {.program = program,
                                    .spec = *spec,
                                    .spec_span = program->model->spec_span,
                                    .members = 1,
                                    .column_count = wanted,
                                    .columns = columns};
    (void)!sd_run(arena, &request, &trajectory, diag);
}

/* Each equation alone, a short history of them, and what every input did. */
static void replay(const sd_program *program, const sd_run_spec *spec, sd_arena *arena,
                   sd_diag *diag)
{
    const sd_equations *equations;
    const sd_history *history;
    const sd_run_request request = {.program = program, .spec = *spec, .members = 1};

    if (sd_equations_new(arena, program, NULL, 0, &equations, diag) != SD_OK ||
        sd_history_new(arena, equations, &request, &history, diag) != SD_OK)
        return;
    sd_replay *again = sd_replay_new(arena, history);

    for (size_t n = 0; n < equations->node_count; n++) {
        const sd_node *node = &equations->nodes[n];
        double *values =
            SD_NEW_ARRAY(arena, double, (node->input_count + 1) * history->point_count);

        if (node->out == SD_NO_ROW)
            continue;
        sd_replay_values(again, n, values);
        sd_replay_changes(again, n, values);
        sd_replay_partials(again, n, values);
    }
}

static void derive(const sd_program *program, const sd_run_spec *spec, sd_arena *arena,
                   sd_diag *diag)
{
    const size_t count = program->stock_count;
    sd_field *field;

    if (count > FUZZ_STOCKS ||
        sd_field_new(arena, program, spec, NULL, spec->start, &field, diag) != SD_OK)
        return;
    double *stocks = SD_NEW_ARRAY(arena, double, count + 1);
    double *jacobian = SD_NEW_ARRAY(arena, double, count *count + 1);

    sd_field_start(field, stocks);
    (void)sd_field_jacobian(field, stocks, jacobian);
    if (program->parameter_count && count)
        (void)sd_field_slope(field, stocks, 0, jacobian);
}

static void compile(const sd_model *model, sd_arena *arena, sd_diag *diag)
{
    const sd_program *program;
    sd_units_report units;
    sd_text text = sd_text_new(arena);

    (void)!sd_model_check_units(model, arena, &units, diag);
    for (size_t e = 0; e < model->element_count && e < FUZZ_ROWS_PRINTED; e++) {
        const char *name = sd_model_element_name(model, e, arena);
        size_t element;

        (void)!sd_model_find_element(model, name, SD_NOWHERE, &element, diag);
    }
    if (sd_program_new(arena, model, NULL, 0, &program, diag) != SD_OK)
        return;
    (void)sd_program_hash(program);
    if (model->element_count > FUZZ_ELEMENTS)
        return;
    (void)sd_program_emit_c(program, &text);

    const sd_run_spec spec = short_spec(model);

    run(program, &spec, arena, diag);
    replay(program, &spec, arena, diag);
    derive(program, &spec, arena, diag);
}

void fuzz_model(const sd_source *source, sd_arena *arena)
{
    sd_diag *diag = sd_diag_new(arena);
    const sd_model *model;

    if (sd_model_from_xmile(arena, source, &model, diag) == SD_OK)
        compile(model, arena, diag);
    fuzz_print(diag);
}
