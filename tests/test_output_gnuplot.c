/* test_output_gnuplot.c - a gnuplot that is missing or fails is told, and nothing is left behind.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <sys/stat.h>

static const sd_dataset *small(desk *on)
{
    static const char csv[] = "time,P\n0,1\n1,2\n";
    const sd_dataset *data = NULL;

    assert_int_equal(
        sd_dataset_from_csv(on->arena, sd_source_from_text(on->arena, "t.csv", csv, sizeof csv - 1),
                            &data, on->diag),
        SD_OK);
    return data;
}

static void without_gnuplot_the_message_says_how_to_install_it(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *usual = getenv("PATH");
    char *kept = sd_arena_printf(on->arena, "%s", usual ? usual : "");
    sd_status status;

    setenv("PATH", folder, 1);
    status = sd_chart_draw(on->arena, sd_chart_find("compare"), small(on), NULL,
                           sd_arena_printf(on->arena, "%s/x.svg", folder), false, on->diag);
    setenv("PATH", kept, 1);
    assert_int_equal(status, SD_MISSING);
    assert_int_equal(on->diag->messages.items[0].code, SD_E604);
    assert_non_null(strstr(on->diag->messages.items[0].help, "apt-get install gnuplot-nox"));
    assert_string_equal(output_names(on, folder), "");
    output_folder_done(on, folder);
}

/* A stand-in for gnuplot, first in PATH, that does as `body` says. */
static sd_status draw_with(desk *on, const char *folder, const char *body)
{
    const char *path = sd_arena_printf(on->arena, "%s/gnuplot", folder);
    const char *usual = getenv("PATH");
    char *kept = sd_arena_printf(on->arena, "%s", usual ? usual : "");
    FILE *file = fopen(path, "w");
    sd_status status;

    fprintf(file, "#!/bin/sh\n%s\n", body);
    fclose(file);
    assert_int_equal(chmod(path, 0700), 0);
    setenv("PATH", sd_arena_printf(on->arena, "%s:%s", folder, kept), 1);
    setenv("TMPDIR", folder, 1);
    status = sd_chart_draw(on->arena, sd_chart_find("compare"), small(on), NULL,
                           sd_arena_printf(on->arena, "%s/x.svg", folder), false, on->diag);
    unsetenv("TMPDIR");
    setenv("PATH", kept, 1);
    assert_string_equal(output_names(on, folder), "gnuplot ");
    unlink(path);
    return status;
}

static void when_gnuplot_fails_its_words_are_told_and_nothing_is_left(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);

    assert_int_equal(draw_with(on, folder, "echo 'line 3: unknown terminal' >&2; exit 1"), SD_IO);
    assert_string_equal(on->diag->messages.items[0].text,
                        "gnuplot failed: line 3: unknown terminal");
    assert_int_equal(draw_with(on, folder, "exit 0"), SD_IO);
    assert_string_equal(on->diag->messages.items[1].text, "gnuplot drew nothing");
    assert_int_equal(draw_with(on, folder, "kill -9 $$"), SD_IO);
    assert_string_equal(on->diag->messages.items[2].text, "gnuplot was stopped by signal 9");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(on->diag->messages.items[i].code, SD_E605);
    output_folder_done(on, folder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(without_gnuplot_the_message_says_how_to_install_it),
        TEST(when_gnuplot_fails_its_words_are_told_and_nothing_is_left),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
