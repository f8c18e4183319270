/* acceptance_runs.c - the runs that the expressions of acceptance.tsv need, each made once.
 * In: scenarios by name and values that differ from theirs.  Out: a trajectory and a member for each run.
 * Runs of equal length go side by side through one call of sd_run().
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "acceptance_private.h"

#include <string.h>

enum { MEMBERS_MAX = 24 /* of one call: then the rows stay in the cache */ };

acceptance *acceptance_new(sd_arena *arena, sd_diag *diag)
{
    acceptance *on = SD_NEW(arena, acceptance);
    sd_scenario *base;

    on->arena = arena;
    on->diag = diag;
    if (sd_scenario_from_input(arena, "tools-only", &base, diag) != SD_OK ||
        sd_program_new(arena, base->model, NULL, 0, &on->program, diag) != SD_OK)
        return NULL;
    on->base = base;
    return on;
}

const organisation *acceptance_organisation(acceptance *on, const char *name,
                                            const char **ret_error)
{
    organisation *one;
    sd_scenario *scenario;

    for (size_t i = 0; i < on->organisations.count; i++)
        if (strcmp(on->organisations.items[i]->name, name) == 0)
            return on->organisations.items[i];
    if (sd_scenario_from_input(on->arena, name, &scenario, on->diag) != SD_OK) {
        *ret_error = sd_arena_printf(on->arena, "no scenario '%s'", name);
        return NULL;
    }
    if (scenario->shocks.count > 0 ||
        scenario->model->element_count != on->base->model->element_count ||
        scenario->spec.dt != on->base->spec.dt || scenario->spec.method != on->base->spec.method) {
        *ret_error =
            sd_arena_printf(on->arena, "'%s' has shocks, another model, step or method", name);
        return NULL;
    }
    one = SD_NEW(on->arena, organisation);
    *one = (organisation){.name = name};
    one->parameters = sd_run_parameters(on->arena, on->program, scenario);
    SD_PUSH(on->arena, &on->organisations, one);
    return one;
}

static bool is_same(const run *a, const run *b)
{
    bool same = a->organisation == b->organisation && a->stop == b->stop &&
                a->overrides.count == b->overrides.count;

    for (size_t i = 0; same && i < a->overrides.count; i++)
        same = a->overrides.items[i].parameter == b->overrides.items[i].parameter &&
               a->overrides.items[i].value == b->overrides.items[i].value;
    return same;
}

run *acceptance_note_run(acceptance *on, const run *wanted)
{
    run *one;

    for (size_t i = 0; i < on->runs.count; i++)
        if (is_same(on->runs.items[i], wanted))
            return on->runs.items[i];
    one = SD_NEW(on->arena, run);
    *one = *wanted;
    SD_PUSH(on->arena, &on->runs, one);
    return one;
}

void acceptance_note_column(acceptance *on, size_t element)
{
    for (size_t i = 0; i < on->columns.count; i++)
        if (on->columns.items[i] == element)
            return;
    SD_PUSH(on->arena, &on->columns, element);
}

static sd_status run_side_by_side(acceptance *on, run **runs, size_t count, sd_diag *diag)
{
    size_t parameters = on->program->parameter_count;
    double *values = SD_NEW_ARRAY(on->arena, double, parameters *count);
    sd_run_request request = {.program = on->program,
                              .spec = on->base->spec,
                              .members = count,
                              .parameters = values,
                              .column_count = on->columns.count,
                              .columns = on->columns.items};
    const sd_trajectory *trajectory = NULL;
    sd_status status;

    for (size_t m = 0; m < count; m++) {
        for (size_t k = 0; k < parameters; k++)
            values[k * count + m] = runs[m]->organisation->parameters[k];
        for (size_t i = 0; i < runs[m]->overrides.count; i++)
            values[runs[m]->overrides.items[i].parameter * count + m] =
                runs[m]->overrides.items[i].value;
    }
    request.spec.stop = runs[0]->stop;
    status = sd_run(on->arena, &request, &trajectory, diag);
    for (size_t m = 0; status == SD_OK && m < count; m++) {
        runs[m]->trajectory = trajectory;
        runs[m]->member = m;
    }
    return status;
}

sd_status acceptance_run(acceptance *on, size_t *ret_runs, sd_diag *diag)
{
    for (size_t i = 0; i < on->runs.count; i++) {
        run *together[MEMBERS_MAX] = {on->runs.items[i]};
        size_t count = 1;
        sd_status status;

        if (on->runs.items[i]->trajectory)
            continue;
        for (size_t j = i + 1; j < on->runs.count && count < MEMBERS_MAX; j++)
            if (!on->runs.items[j]->trajectory &&
                on->runs.items[j]->stop == on->runs.items[i]->stop)
                together[count++] = on->runs.items[j];
        status = run_side_by_side(on, together, count, diag);
        if (status != SD_OK)
            return status;
    }
    *ret_runs = on->runs.count;
    return SD_OK;
}
