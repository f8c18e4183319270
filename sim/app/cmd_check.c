/* cmd_check.c - is a scenario or model sound?  Reads, resolves, checks units and order, warns by rules; can halve DT.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "app_private.h"

static void print_units(call *c, const sd_units_report *units)
{
    const size_t balanced = units->checked + units->inferred;
    const char *inferred =
        units->inferred ? sd_arena_printf(c->arena, ", %zu of them by inference", units->inferred)
                        : "";
    if (units->unchecked && !balanced)
        printf("; no units to check");
    else if (units->unchecked)
        printf("; units of %s balance%s, %zu more use%s something without units",
               counted(c->arena, balanced, "equation"), inferred, units->unchecked,
               units->unchecked == 1 ? "s" : "");
    else
        printf("; units of all %s balance%s", counted(c->arena, balanced, "equation"), inferred);
}

static void print_ok(call *c, const sd_scenario *scenario, const char *input,
                     const sd_units_report *units)
{
    size_t settings = 0;
    for (size_t i = 0; i < scenario->settings.count; i++)
        settings += !scenario->settings.items[i].from_policy;
    printf("ok  %s: %s", input, census(c->arena, scenario->model));
    print_units(c, units);
    if (!scenario->bare)
        printf("; %s, %s, %s", counted(c->arena, settings, "setting"),
               counted(c->arena, scenario->policies.count, "policy"),
               counted(c->arena, scenario->shocks.count, "shock"));
    printf("\n");
}

static void list_units(call *c, const sd_model *model, const sd_units_report *units)
{
    if (units->checked + units->inferred == 0)
        return; /* a model without units: nothing follows, and everything is open */
    for (size_t i = 0; i < model->variable_count; i++) {
        const sd_variable *v = model->variables[i];

        if (!v->units.known && units->units[i].known)
            printf("    inferred     %s [%s]\n", v->name, sd_unit_text(&units->units[i], c->arena));
    }
    for (size_t i = 0; i < units->gap_count; i++)
        printf("    not checked  %s: %s\n", units->gaps[i].variable->name, units->gaps[i].why);
}

static sd_status halve(call *c, sd_scenario *scenario)
{
    study whole, half;
    double dt = scenario->spec.dt;
    c->given.save = "all";
    sd_status status = study_run(c, scenario, &whole);
    scenario->spec.dt = dt / 2;
    if (status == SD_OK)
        status = study_run(c, scenario, &half);
    scenario->spec.dt = dt;
    if (status != SD_OK)
        return status;
    size_t count;
    const sd_halving *list =
        sd_compare_halved(c->arena, whole.result.trajectory, half.result.trajectory, &count);
    size_t shown = count < (c->given.verbose ? 20 : 5) ? count : (c->given.verbose ? 20 : 5);
    printf("    DT %g against %g (%s): the largest changes, as a share of each variable's range\n",
           dt, dt / 2, sd_method_name(scenario->spec.method));
    for (size_t i = 0; i < shown && list[i].share > 0; i++)
        printf("    %10.2g %%  %s, at %g\n", 100 * list[i].share,
               sd_model_element_name(scenario->model, list[i].element, c->arena), list[i].time);
    if (count == 0 || list[0].share == 0)
        printf("    nothing changes\n");
    else if (list[0].share > 0.01)
        printf("    more than 1 %%: take a smaller dt, or method rk4\n");
    return SD_OK;
}

static sd_status check_one(call *c, const char *input)
{
    sd_scenario *scenario;
    const size_t errors = c->diag->errors, first = c->diag->messages.count;
    sd_status status = study_read(c, input, &scenario);
    if (status != SD_OK)
        return status;
    sd_units_report units = {0};
    const sd_program *program;
    status = sd_model_check_units(scenario->model, c->arena, &units, c->diag);
    sd_status compiled = sd_program_new(c->arena, scenario->model, scenario->shocks.items,
                                        scenario->shocks.count, &program, c->diag);
    if (c->diag->errors > errors)
        return status != SD_OK ? status : compiled;
    if (!c->given.quiet)
        print_ok(c, scenario, input, &units);
    if (c->given.units || c->given.verbose)
        list_units(c, scenario->model, &units);
    status = check_rules(c, scenario, program, &units, first);
    if (status != SD_OK)
        return status;
    return c->given.halve_dt || !isnan(c->given.dt) ? halve(c, scenario) : SD_OK;
}

sd_status cmd_check(call *c)
{
    if (c->given.rules) {
        print_rules();
        return SD_OK;
    }
    sd_status options = check_rules_options(c);
    if (options != SD_OK)
        return options;
    if (c->given.inputs.count == 0) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "'check' needs a scenario or model");
        sd_help(c->diag, "for example: treadmill check my.cfg");
        return status;
    }
    sd_status first = SD_OK;
    for (size_t i = 0; i < c->given.inputs.count; i++) {
        sd_status status = check_one(c, c->given.inputs.items[i]);
        first = first != SD_OK ? first : status;
    }
    return first == SD_OK && c->given.strict && c->diag->warnings > 0 ? SD_FALSE : first;
}
