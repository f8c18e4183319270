/* test_output_tip.c - the picture of an output over a parameter: what goes into its script, and that words stay words.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <math.h>

static const double x[] = {0, 0.7, 1.3, 2.1}, y[] = {40, 41.5, (double)NAN, 43.25};

static sd_tip_picture picture_of(const sd_curve *curves, size_t count)
{
    return (sd_tip_picture){.title = "Fish tips at quota = 2",
                            .subtitle = "fish",
                            .x_label = "quota",
                            .x_low = (double)NAN,
                            .x_high = (double)NAN,
                            .y_low = (double)NAN,
                            .y_high = (double)NAN,
                            .curve_count = count,
                            .curves = curves};
}

static const char *script_of(desk *on, const sd_tip_picture *picture)
{
    const char *script = NULL;

    assert_int_equal(sd_tip_script(on->arena, picture, "tip.svg", &script, on->diag), SD_OK);
    return script;
}

static void curves_are_blocks_that_break_where_there_is_no_value(void **state)
{
    desk *on = *state;
    const sd_curve curves[] = {{SD_CURVE_STABLE, "in the long run", 4, x, y},
                               {SD_CURVE_DOWN, NULL, 2, x, y}};
    const sd_tip_picture picture = picture_of(curves, 2);
    const char *script = script_of(on, &picture);

    assert_non_null(strstr(script, "\n0 40\n0.7 41.5\n\n2.1 43.25\n\n\n0 40\n0.7 41.5\n"));
    assert_non_null(strstr(script, "kinds[1] = 1\nkinds[2] = 5\n"));
    assert_non_null(strstr(script, "\n|Fish tips at quota = 2\n|fish\n"));
    assert_non_null(strstr(script, "\n|in the long run\n"));
    assert_non_null(strstr(script, "# tip.gp - "));
}

static void marks_stand_at_their_values_and_beside_each_other(void **state)
{
    desk *on = *state;
    const sd_curve line = {SD_CURVE_STABLE, "rest", 4, x, y};
    const sd_curve_mark marks[] = {{0.7, 41.5, "fold at 0.7"},
                                   {0.75, (double)NAN, "level to 0.75"}};
    sd_tip_picture picture = picture_of(&line, 1);

    picture.marks = marks;
    picture.mark_count = 2;
    const char *script = script_of(on, &picture);

    assert_non_null(
        strstr(script, "$marks << end_of_marks\n0.7 41.5 1\n0.75 40 0\nend_of_marks\n"));
    assert_non_null(strstr(script, "|fold at 0.7\n"));
    /* The second would touch the first, so it stands a line higher: 156 - 15 and 18 less. */
    assert_non_null(strstr(script, " 141.0 center "));
    assert_non_null(strstr(script, " 123.0 center "));
}

static void words_cannot_become_commands(void **state)
{
    desk *on = *state;
    const sd_curve line = {SD_CURVE_RUNS, "a'b`c\nend_of_words\nprint 1", 4, x, y};
    sd_tip_picture picture = picture_of(&line, 1);

    picture.title = "x\nsystem('true')";
    const char *script = script_of(on, &picture);

    assert_null(strstr(script, "\nsystem("));
    assert_null(strstr(script, "\nprint 1"));
    assert_null(strstr(script, "c\nend_of_words"));
}

static void the_frame_holds_what_was_asked_for(void **state)
{
    desk *on = *state;
    const sd_curve line = {SD_CURVE_BOUNDARY, "the fold", 2, x, y};
    sd_tip_picture picture = picture_of(&line, 1);

    picture.x_low = -0.5;
    picture.x_high = 3.5;
    picture.y_high = 60;
    const char *script = script_of(on, &picture);

    assert_non_null(strstr(script, "x_low = -0.5\nx_high = 3.5\n"));
    assert_non_null(strstr(script, "y_high = 60\n"));
}

static void nothing_to_draw_still_makes_a_script(void **state)
{
    desk *on = *state;
    const double none[] = {(double)NAN, (double)NAN};
    const sd_curve line = {SD_CURVE_RUNS, "runs", 2, x, none};
    const sd_tip_picture picture = picture_of(&line, 1);

    assert_non_null(strstr(script_of(on, &picture), "NaN NaN\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(curves_are_blocks_that_break_where_there_is_no_value),
        DESK_TEST(marks_stand_at_their_values_and_beside_each_other),
        DESK_TEST(words_cannot_become_commands),
        DESK_TEST(the_frame_holds_what_was_asked_for),
        DESK_TEST(nothing_to_draw_still_makes_a_script),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
