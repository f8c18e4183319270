/* diagram_desk.h - what the tests of causal loop diagrams share: a scenario or a small model, run, scored and made into a
 * diagram.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_DIAGRAM_DESK_H
#define TESTS_DIAGRAM_DESK_H

#include "../sim/output/diagram_private.h"
#include "test_output.h"

#include <math.h>

static inline const sd_feedbacks *score(desk *on, const sd_scenario *scenario)
{
    const sd_program *program = NULL;
    const sd_equations *equations = NULL;
    const sd_history *history = NULL;
    const sd_graph *graph = NULL;
    const sd_feedbacks *feedbacks = NULL;
    const sd_budget budget = {.most = scenario->model->loop_count ? 0 : 200, .seconds = 20};
    sd_run_request request = {.spec = scenario->spec, .members = 1};

    if (sd_program_new(on->arena, scenario->model, scenario->shocks.items, scenario->shocks.count,
                       &program, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    request.program = program;
    request.parameters = sd_run_parameters(on->arena, program, scenario);
    if (sd_equations_new(on->arena, program, scenario->shocks.items, scenario->shocks.count,
                         &equations, on->diag) != SD_OK ||
        sd_history_new(on->arena, equations, &request, &history, on->diag) != SD_OK ||
        sd_graph_new(on->arena, history, false, sd_change_floor, &graph, on->diag) != SD_OK ||
        sd_feedbacks_new(on->arena, graph, NULL, 0, &budget, &feedbacks, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return feedbacks;
}

static inline const sd_scenario *scenario_of(desk *on, const char *name)
{
    sd_scenario *scenario = NULL;

    if (sd_scenario_from_input(on->arena, name, &scenario, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return scenario;
}

static inline const sd_diagram *diagram_at(desk *on, const sd_scenario *scenario, bool laid_out,
                                           double at)
{
    const sd_layout *layout = NULL;
    const sd_diagram *d = NULL;

    if ((laid_out && sd_layout_of_model(on->arena, scenario->model, &layout, on->diag) != SD_OK) ||
        sd_diagram_new(on->arena, score(on, scenario), scenario, layout, at, &d, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return d;
}

static inline const sd_diagram *diagram_of(desk *on, const sd_scenario *scenario, bool laid_out)
{
    return diagram_at(on, scenario, laid_out, (double)NAN);
}

/* A small model without a layout, from lines of desk_variables(). */
static inline const sd_diagram *small(desk *on, const char *specs, const char *lines)
{
    return diagram_of(on, output_result(on, "small", specs, lines).scenario, false);
}

#endif
