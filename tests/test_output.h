/* test_output.h - what the tests of the output stage share: finished runs of small models, a private folder,
 * and files read back.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_TEST_OUTPUT_H
#define TESTS_TEST_OUTPUT_H

#include "desk.h"
#include "sd/output.h"

#include <assert.h>
#include <dirent.h>
#include <unistd.h>

/* A finished run of a small model (see desk_variables); every element is saved. */
static inline sd_result output_result(desk *on, const char *name, const char *specs,
                                      const char *lines)
{
    const char *text = desk_file(on, specs, "", desk_variables(on, lines));
    const char *file = sd_arena_printf(on->arena, "%s.xmile", name);
    const sd_source *source = sd_source_from_text(on->arena, file, text, strlen(text));
    sd_result result = {0};
    sd_scenario *scenario = NULL;
    sd_run_request request = {.members = 1};

    if (sd_scenario_from_source(on->arena, source, NULL, &scenario, on->diag) != SD_OK ||
        sd_program_new(on->arena, scenario->model, NULL, 0, &result.program, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    const size_t count = scenario->model->element_count;
    size_t *columns = SD_NEW_ARRAY(on->arena, size_t, count + 1);

    for (size_t element = 0; element < count; element++)
        columns[element] = element;
    request.program = result.program;
    request.spec = scenario->spec;
    request.column_count = count;
    request.columns = columns;
    request.parameters = sd_run_parameters(on->arena, result.program, scenario);
    if (sd_run(on->arena, &request, &result.trajectory, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    result.scenario = scenario;
    return result;
}

/* A finished run of a scenario that travels in the program; every element with a value is saved, once a week. */
static inline sd_result output_scenario(desk *on, const char *name)
{
    sd_result result = {0};
    sd_scenario *scenario = NULL;
    sd_run_request request = {.members = 1};

    if (sd_scenario_from_input(on->arena, name, &scenario, on->diag) != SD_OK ||
        sd_program_new(on->arena, scenario->model, scenario->shocks.items, scenario->shocks.count,
                       &result.program, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    assert(scenario && result.program);
    size_t *columns = SD_NEW_ARRAY(on->arena, size_t, scenario->model->element_count);

    for (size_t element = 0; element < scenario->model->element_count; element++)
        if (result.program->element_rows[element] != SD_NO_ROW)
            columns[request.column_count++] = element;
    request.program = result.program;
    request.spec = scenario->spec;
    request.columns = columns;
    request.parameters = sd_run_parameters(on->arena, result.program, scenario);
    if (sd_run(on->arena, &request, &result.trajectory, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    result.scenario = scenario;
    return result;
}

/* A new folder beneath TMPDIR; output_folder_done removes what is in it and itself. */
static inline const char *output_folder(desk *on)
{
    const char *base = getenv("TMPDIR");
    char *folder = sd_arena_printf(on->arena, "%s/test_output.XXXXXX", base ? base : "/tmp");

    assert_non_null(mkdtemp(folder));
    return folder;
}

/* The names in a folder, sorted, with a space after each. */
static inline const char *output_names(desk *on, const char *folder)
{
    struct dirent **names;
    const int count = scandir(folder, &names, NULL, alphasort);
    sd_text text = sd_text_new(on->arena);

    assert_true(count >= 2);
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.')
            sd_text_printf(&text, "%s ", names[i]->d_name);
        free(names[i]);
    }
    free(names);
    return text.bytes;
}

static inline void output_folder_done(desk *on, const char *folder)
{
    for (const char *at = output_names(on, folder); *at; at += strcspn(at, " ") + 1)
        unlink(sd_arena_printf(on->arena, "%s/%.*s", folder, (int)strcspn(at, " "), at));
    rmdir(folder);
}

static inline const sd_source *output_read(desk *on, const char *path)
{
    const sd_source *source = NULL;

    if (sd_source_from_file(on->arena, path, 1 << 28, &source, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return source;
}

#endif
