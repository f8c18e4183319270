/* test_fuzz_corpus.c - what fuzzing has found, and what covers the readers best, goes through without harm.
 * In: tests/corpus/TARGET/, one input a file; `make fuzz` adds to it what its finds are cut down to.
 * A crash, a leak or undefined behaviour ends the program under `make sanitize`; time is bounded by what runs it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "desk.h"

#include <dirent.h>
#include <gsl/gsl_errno.h>

enum { CORPUS_FILES_MIN = 20, CORPUS_BYTES_MAX = 200000 /* of all targets */ };

static size_t corpus_bytes;

static size_t replay(desk *on, const fuzz_target *target)
{
    const char *root = getenv("TREADMILL_ROOT");
    const char *path =
        sd_arena_printf(on->arena, "%s/tests/corpus/%s", root ? root : ".", target->name);
    DIR *folder = opendir(path);
    size_t count = 0;

    if (!folder) {
        fail_msg("there is no %s", path);
        return 0;
    }
    for (const struct dirent *file = readdir(folder); file; file = readdir(folder)) {
        const sd_source *source;

        if (file->d_name[0] == '.')
            continue;
        if (sd_source_from_file(on->arena, sd_arena_printf(on->arena, "%s/%s", path, file->d_name),
                                SD_MODEL_BYTES_MAX, &source, on->diag) != SD_OK)
            fail_msg("%s cannot be read", file->d_name);
        print_message("%s\n", file->d_name); /* the last one, when it crashes */
        target->entry((const uint8_t *)source->text, source->length);
        corpus_bytes += source->length;
        count++;
    }
    closedir(folder);
    return count;
}

static void models_do_no_harm(void **state)
{
    assert_true(replay(*state, &fuzz_targets[0]) >= CORPUS_FILES_MIN);
}

static void equations_do_no_harm(void **state)
{
    assert_true(replay(*state, &fuzz_targets[1]) >= CORPUS_FILES_MIN);
}

/* Else the fuzzer would try equations of nothing. */
static void the_model_round_the_equations_is_sound(void **state)
{
    static const char lines[] = "twice(c) + lag(m.o, 3)\nc * v[n]\ns * 0.1\nv[2]\n1.5";
    desk *on = *state;
    const char *file = fuzz_equation_file(on->arena, (const uint8_t *)lines, sizeof lines - 1);

    const sd_source *source = sd_source_from_text(on->arena, "fuzz.xmile", file, strlen(file));
    if (sd_model_from_xmile(on->arena, source, &on->model, on->diag) != SD_OK ||
        sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    desk_request(on);
    assert_int_equal(desk_run(on), SD_OK);
    assert_near(desk_value(on, "p", 0), 2 * 2.5 + 3 * 2.5, 1e-12);
}

static void scenarios_and_layouts_do_no_harm(void **state)
{
    assert_true(replay(*state, &fuzz_targets[2]) >= CORPUS_FILES_MIN);
}

static void the_corpus_is_small(void **state)
{
    (void)state;
    assert_in_range(corpus_bytes, 1, CORPUS_BYTES_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(models_do_no_harm),
        DESK_TEST(equations_do_no_harm),
        DESK_TEST(the_model_round_the_equations_is_sound),
        DESK_TEST(scenarios_and_layouts_do_no_harm),
        DESK_TEST(the_corpus_is_small),
    };

    (void)gsl_set_error_handler_off(); /* as main does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
