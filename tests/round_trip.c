/* round_trip.c - writing, reading back, running and comparing bit by bit.
 * In: a scenario.  Out: what differs.  The run that was meant and the run of the file share nothing but the engine.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "round_trip.h"

#include <stdio.h>
#include <unistd.h>

static const sd_trajectory *run_all(desk *on, const sd_model *model, const sd_run_spec *spec,
                                    const sd_scenario *scenario /* NULL: as the model stands */)
{
    const sd_program *program;
    const sd_trajectory *trajectory;
    size_t *all = SD_NEW_ARRAY(on->arena, size_t, model->element_count + 1);

    for (size_t e = 0; e < model->element_count; e++)
        all[e] = e;
    if (sd_program_new(on->arena, model, scenario ? scenario->shocks.items : NULL,
                       scenario ? scenario->shocks.count : 0, &program, on->diag) != SD_OK)
        return NULL;
    sd_run_request request = {.program = program,
                              .spec = *spec,
                              .members = 1,
                              .column_count = model->element_count,
                              .columns = all};
    if (scenario)
        request.parameters = sd_run_parameters(on->arena, program, scenario);
    return sd_run(on->arena, &request, &trajectory, on->diag) == SD_OK ? trajectory : NULL;
}

const char *trip_text(desk *on, const sd_scenario *scenario, bool flat)
{
    const sd_model *read;
    const char *text = "";

    on->diag = sd_diag_new(on->arena);
    sd_status status =
        flat ? sd_scenario_to_flat_xmile(on->arena, scenario, "a test", &text, &read, on->diag)
             : sd_scenario_to_xmile(on->arena, scenario, "a test", &text, &read, on->diag);
    return status == SD_OK ? text : "";
}

static const char *compare(desk *on, const sd_scenario *scenario, const sd_trajectory *a,
                           const sd_trajectory *b, bool flat)
{
    const sd_model *model = scenario->model;
    const char *const *names = sd_model_flat_names(on->arena, model);

    if (a->time_count != b->time_count)
        return sd_arena_printf(on->arena, "%zu rows, not %zu", b->time_count, a->time_count);
    for (size_t e = 0; e < model->element_count; e++) {
        const char *name = sd_model_element_name(model, e, on->arena);
        const sd_variable *v = flat ? sd_model_find(on->model, names[e]) : NULL;
        size_t at = v ? v->first : SIZE_MAX;

        if (!flat && sd_model_find_element(on->model, name, SD_NOWHERE, &at, on->diag) != SD_OK)
            at = SIZE_MAX;
        if (at == SIZE_MAX)
            return sd_arena_printf(on->arena, "'%s' is gone", name);
        for (size_t n = 0; n < a->time_count; n++) {
            double x = sd_trajectory_value(a, n, e, 0), y = sd_trajectory_value(b, n, at, 0);
            if (memcmp(&x, &y, sizeof x) != 0)
                return sd_arena_printf(on->arena, "'%s' at %g is %.17g, not %.17g", name,
                                       a->times[n], y, x);
        }
    }
    return NULL;
}

const char *round_trip(desk *on, const sd_scenario *scenario, bool flat)
{
    const char *text = trip_text(on, scenario, flat);
    const sd_source *source;

    if (!*text)
        return "";
    source = sd_source_from_text(on->arena, "written.xmile", text, strlen(text));
    if (sd_model_from_xmile(on->arena, source, &on->model, on->diag) != SD_OK)
        return desk_printed(on);
    const sd_trajectory *a = run_all(on, scenario->model, &scenario->spec, scenario);
    on->trajectory = run_all(on, on->model, &on->model->spec, NULL);
    if (!a || !on->trajectory) /* a run that fails must fail twice */
        return !a && !on->trajectory ? NULL : desk_printed(on);
    return compare(on, scenario, a, on->trajectory, flat);
}

static void write_file(const char *path, const char *text)
{
    FILE *to = fopen(path, "wb");

    assert_non_null(to);
    assert_true(fputs(text, to) >= 0);
    assert_int_equal(fclose(to), 0);
}

sd_scenario *trip_scenario(desk *on, const char *model, const char *lines)
{
    char folder[] = "/tmp/treadmill-trip-XXXXXX";
    sd_scenario *scenario = NULL;

    assert_non_null(mkdtemp(folder));
    const char *xmile = sd_arena_printf(on->arena, "%s/m.xmile", folder);
    const char *cfg = sd_arena_printf(on->arena, "%s/s.cfg", folder);
    write_file(xmile, model);
    write_file(cfg, sd_arena_printf(on->arena, "schema = 1;\nmodel = \"m.xmile\";\n%s", lines));
    on->diag = sd_diag_new(on->arena);
    sd_status status = sd_scenario_from_input(on->arena, cfg, &scenario, on->diag);
    unlink(xmile);
    unlink(cfg);
    rmdir(folder);
    if (status != SD_OK)
        fail_msg("%s", desk_printed(on));
    return scenario;
}
