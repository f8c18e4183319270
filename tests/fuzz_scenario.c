/* fuzz_scenario.c - any bytes as a scenario, and as a layout, of the shipped model.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "sd/scenario.h"

#include <stdlib.h>

/* The shipped model is the same each time, so it is read once; it lives as long as the process. */
static const sd_model *shipped_model(void)
{
    static const sd_model *model;
    static sd_arena *arena;

    if (!model) {
        arena = sd_arena_new("the shipped model");
        const sd_built_in *file = sd_built_in_find("scenarios", "productivity-trap.xmile");

        if (!file || sd_model_from_xmile(arena, sd_source_from_built_in(arena, file), &model,
                                         sd_diag_new(arena)) != SD_OK)
            abort();
    }
    return model;
}

void fuzz_scenario(const uint8_t *bytes, size_t length)
{
    sd_arena *arena = sd_arena_new("fuzzing scenarios");
    sd_diag *diag = sd_diag_new(arena);
    const sd_source *source = sd_source_from_text(arena, "fuzz.cfg", (const char *)bytes, length);
    const sd_layout *layout;
    sd_scenario *scenario;

    (void)!sd_layout_from_source(arena, source, shipped_model(), &layout, diag);
    if (sd_scenario_from_source(arena, source, NULL, &scenario, diag) == SD_OK) {
        sd_setting setting;

        (void)!sd_scenario_check(scenario, diag);
        for (size_t e = 0; e < scenario->model->element_count; e++)
            if (sd_scenario_uncertain(scenario, e, true, &setting))
                (void)sd_distribution_quantile(&setting.distribution, 0.37);
    }
    fuzz_print(diag);
    sd_arena_free(arena);
}
