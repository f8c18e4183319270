/* export_check.c - a model that was written, run beside the scenario that it was written from.
 * In: both.  Out: nothing, or an error that names the first variable that is not the same to the bit.  Whatever a model
 * uses that cannot be written as it is meant is found here, and the file is not left behind.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app_private.h"

enum { CHECKS_MAX = 50000000 }; /* values that are worked out: about half a second */

/* Both ends of as much of the run as is worth its time. */
static sd_run_spec ends_of(const sd_run_spec *spec, size_t elements)
{
    sd_run_spec ends = *spec;
    double steps = floor(CHECKS_MAX / ((double)elements + 1)) + 1;
    double all = round((spec->stop - spec->start) / spec->dt);

    if (steps < all)
        ends.stop = spec->start + steps * spec->dt;
    ends.save_interval = fmin(steps, all) * spec->dt;
    return ends;
}

/* NULL when it fails; what fails as the scenario does is written well. */
static const sd_trajectory *run_ends(const call *c, const sd_model *model, sd_run_spec ends,
                                     const sd_scenario *scenario /* NULL: as the model stands */,
                                     sd_diag *diag)
{
    const sd_program *program;
    const sd_trajectory *trajectory;
    size_t *all = SD_NEW_ARRAY(c->arena, size_t, model->element_count + 1);

    for (size_t e = 0; e < model->element_count; e++)
        all[e] = e;
    if (sd_program_new(c->arena, model, scenario ? scenario->shocks.items : NULL,
                       scenario ? scenario->shocks.count : 0, &program, diag) != SD_OK)
        return NULL;
    sd_run_request request = {.program = program,
                              .spec = ends,
                              .members = 1,
                              .column_count = model->element_count,
                              .columns = all,
                              .interrupted = c->interrupted};
    if (scenario)
        request.parameters = sd_run_parameters(c->arena, program, scenario);
    return sd_run(c->arena, &request, &trajectory, diag) == SD_OK ? trajectory : NULL;
}

static sd_status differs(const call *c, const char *what)
{
    sd_status status = sd_fail(c->diag, c->given.flat ? SD_E614 : SD_E613, SD_NOWHERE,
                               "what would be written gives other numbers: %s", what);
    sd_help(c->diag, c->given.flat ? "without --flat the model's own text is kept"
                                   : "add --flat: it writes a new file");
    return status;
}

static size_t element_there(const call *c, const sd_model *written, const char *name)
{
    size_t element;

    if (c->given.flat) {
        const sd_variable *v = sd_model_find(written, name);
        return v ? v->first : SIZE_MAX;
    }
    sd_diag *scratch = sd_diag_new(c->arena);
    return sd_model_find_element(written, name, SD_NOWHERE, &element, scratch) == SD_OK ? element
                                                                                        : SIZE_MAX;
}

static sd_status compare(const call *c, const sd_model *model, const sd_model *written,
                         const sd_trajectory *a, const sd_trajectory *b)
{
    const char *const *names = sd_model_flat_names(c->arena, model);

    for (size_t e = 0; e < model->element_count; e++) {
        const char *name = sd_model_element_name(model, e, c->arena);
        size_t at = element_there(c, written, c->given.flat ? names[e] : name);

        if (at == SIZE_MAX)
            return differs(c, sd_arena_printf(c->arena, "'%s' is not in it", name));
        for (size_t n = 0; n < a->time_count; n++) {
            double x = sd_trajectory_value(a, n, e, 0), y = sd_trajectory_value(b, n, at, 0);
            if (memcmp(&x, &y, sizeof x) != 0)
                return differs(c, sd_arena_printf(c->arena, "'%s' is %.17g and not %.17g at %g",
                                                  name, y, x, a->times[n]));
        }
    }
    return SD_OK;
}

sd_status export_check(call *c, const sd_scenario *scenario, const sd_model *written)
{
    size_t elements = scenario->model->element_count;
    sd_diag *scratch = sd_diag_new(c->arena);

    if (written->element_count > elements)
        elements = written->element_count;
    const sd_trajectory *a = run_ends(c, scenario->model, ends_of(&scenario->spec, elements),
                                      scenario, scratch),
                        *b = run_ends(c, written, ends_of(&written->spec, elements), NULL, scratch);
    if (*c->interrupted)
        return SD_INTERRUPTED;
    if (!a && !b)
        return SD_OK;
    if (!a || !b)
        return differs(c, a ? "its run fails" : "its run does not fail");
    if (a->time_count != b->time_count)
        return differs(c, "its run is not as long");
    return compare(c, scenario->model, written, a, b);
}
