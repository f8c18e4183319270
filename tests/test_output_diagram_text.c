/* test_output_diagram_text.c - causal loop diagrams as text for other programs, as pictures and as moving pictures.
 * Drawing is skipped where there is no gnuplot.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_desk.h"

static const sd_diagram *goal_seeking(desk *on)
{
    return small(on, "rk4 0 20 0.25", "stock x = 7.5; in f\nflow f = 0.1 * y\naux y = 3 - x\n");
}

static void text_of_unknown_origin_stays_text(void **state)
{
    desk *on = *state;
    sd_diagram d = *goal_seeking(on);
    const char *script = NULL;
    sd_diagram_node *node = &d.nodes.items[0];

    node->label = "a\"; b [c] \\d\n<e> #f | `g` @h";
    const char *dot = sd_diagram_dot(on->arena, &d, 5);
    const char *mermaid = sd_diagram_mermaid(on->arena, &d, 5);

    /* sd_chart_plain sets quotes as in print; what has a meaning of its own is escaped. */
    if (!strstr(
            dot,
            "n0 [label=\"a\xE2\x80\x9D; b [c] \\\\d\\n<e> #f | \xE2\x80\x99g\xE2\x80\x99 @h\","))
        fail_msg("%s", dot);
    if (!strstr(mermaid, "n0[\"a\xE2\x80\x9D#59; b #91;c#93; #92;d<br/>#60;e#62; #35;f #124; "
                         "\xE2\x80\x99g\xE2\x80\x99 @h\"]"))
        fail_msg("%s", mermaid);
    assert_int_equal(sd_diagram_script(on->arena, &d, 5, "x.svg", &script, on->diag), SD_OK);
    assert_non_null(strstr(script, "|a\xE2\x80\x9D; b [c] \\\\d\n|<e> #f | "));
}

static void text_says_what_the_picture_says(void **state)
{
    desk *on = *state;
    const sd_diagram *d = diagram_of(on, scenario_of(on, "tools-only"), true);
    const char *dot = sd_diagram_dot(on->arena, d, 52);
    const char *mermaid = sd_diagram_mermaid(on->arena, d, 52);
    size_t arrows = 0, edges = 0, signs = 0;

    for (const char *at = dot; (at = strstr(at, " -> ")); at++)
        arrows++;
    for (const char *at = mermaid; (at = strstr(at, " -->")); at++)
        edges++;
    for (const char *at = mermaid; (at = strstr(at, "(\xE2\x80\x93)")); at++)
        signs++;
    for (size_t k = 0; k < d->links.count; k++)
        signs -= d->links.items[k].sign == SD_SIGN_MINUS;
    assert_int_equal(arrows, d->links.count);
    assert_int_equal(edges, d->links.count);
    assert_int_equal(signs, 0);
    assert_non_null(strstr(dot, "label=\"Week 52: R2x compounding drives\""));
    assert_non_null(strstr(mermaid, "(+) R1 R2x B3\"|"));
}

static bool has_gnuplot(void)
{
    return system("gnuplot --version >/dev/null 2>&1") == 0;
}

static void a_picture_is_drawn(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const sd_diagram *d = diagram_of(on, scenario_of(on, "tools-only"), true);
    const char *svg = sd_arena_printf(on->arena, "%s/x.svg", folder);
    const char *pdf = sd_arena_printf(on->arena, "%s/x.pdf", folder);

    if (!has_gnuplot())
        skip();
    if (sd_diagram_draw(on->arena, d, 52, svg, false, on->diag) != SD_OK ||
        sd_diagram_draw(on->arena, d, 52, pdf, false, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    assert_non_null(strstr(output_read(on, svg)->text, "<title>Week 52: R2x compounding drives</"));
    assert_non_null(strstr(output_read(on, svg)->text, "Work pressure"));
    assert_memory_equal(output_read(on, pdf)->text, "%PDF", 4);
    output_folder_done(on, folder);
}

static void count_up(void *context, double fraction)
{
    double *last = context;

    assert_true(fraction > *last && fraction <= 1);
    *last = fraction;
}

/* Each picture of a GIF begins with a graphic control of this shape (GIF 89a, 23). */
static size_t pictures_in(const sd_source *gif)
{
    size_t count = 0;

    for (size_t i = 0; i + 8 <= gif->length; i++)
        count += memcmp(gif->text + i, "\x21\xF9\x04", 3) == 0 && gif->text[i + 7] == 0;
    return count;
}

static void a_run_is_drawn_as_a_moving_picture(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/x.gif", folder);
    const sd_diagram *d = goal_seeking(on);
    double done = 0;
    const sd_animation animation = {.every = 8, .progress = count_up, .progress_context = &done};

    if (!has_gnuplot())
        skip();
    if (sd_diagram_animate(on->arena, d, &animation, path, false, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    assert_true(done == 1);
    assert_memory_equal(output_read(on, path)->text, "GIF89a", 6);
    assert_int_equal(pictures_in(output_read(on, path)), 3); /* at 0, 8 and 16 of 20 */
    output_folder_done(on, folder);
}

static void a_run_is_drawn_as_pictures_for_slides(void **state)
{
    desk *on = *state;
    const char *outer = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/slides", outer);
    const sd_diagram *d = goal_seeking(on);
    const sd_animation animation = {.every = 8}, endless = {.every = 1e-3};

    if (!has_gnuplot())
        skip();
    if (sd_diagram_animate(on->arena, d, &animation, path, false, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    assert_string_equal(output_names(on, path), "000.svg 008.svg 016.svg ");
    assert_int_equal(sd_diagram_animate(on->arena, d, &animation, path, false, on->diag), SD_USAGE);
    assert_non_null(strstr(desk_printed(on), "E603]: the folder '"));
    /* What is written again leaves no picture of the run before. */
    const sd_animation wider = {.every = 10};

    assert_int_equal(sd_diagram_animate(on->arena, d, &wider, path, true, on->diag), SD_OK);
    assert_string_equal(output_names(on, path), "000.svg 010.svg 020.svg ");
    assert_int_equal(sd_diagram_animate(on->arena, d, &endless, "none", true, on->diag), SD_LIMIT);
    output_folder_done(on, path);
    output_folder_done(on, outer);
}

static void an_interrupted_animation_leaves_no_file(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const volatile sig_atomic_t interrupted = 1;
    const sd_animation animation = {.every = 8, .interrupted = &interrupted};

    assert_int_equal(sd_diagram_animate(on->arena, goal_seeking(on), &animation,
                                        sd_arena_printf(on->arena, "%s/x.gif", folder), false,
                                        on->diag),
                     SD_INTERRUPTED);
    assert_string_equal(output_names(on, folder), "");
    assert_int_equal(sd_diagram_animate(on->arena, goal_seeking(on), &animation,
                                        sd_arena_printf(on->arena, "%s/slides", folder), false,
                                        on->diag),
                     SD_INTERRUPTED);
    assert_string_equal(output_names(on, folder), "");
    output_folder_done(on, folder);
}

static volatile sig_atomic_t stopped;

static void stop_soon(void *context, double fraction)
{
    (void)context;
    (void)fraction;
    stopped = 1;
}

static void an_animation_that_is_stopped_midway_leaves_no_picture(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const sd_animation animation = {.every = 8, .progress = stop_soon, .interrupted = &stopped};

    if (!has_gnuplot())
        skip();
    stopped = 0;
    assert_int_equal(sd_diagram_animate(on->arena, goal_seeking(on), &animation,
                                        sd_arena_printf(on->arena, "%s/slides", folder), false,
                                        on->diag),
                     SD_INTERRUPTED);
    assert_string_equal(output_names(on, folder), "");
    output_folder_done(on, folder);
}

/* Of its own, so that a sanitizer sees what is read behind its end. */
static const char long_words[] = "Width: share in what moves its target, which does not fit";

static void words_that_do_not_fit_end_in_dots(void **state)
{
    desk *on = *state;

    for (int room = 40; room < 400; room += 37) {
        const char *cut = sd_chart_fitted(on->arena, long_words, room, 18, false);
        const size_t kept = strlen(cut) - strlen("\xE2\x80\xA6");

        assert_true(sd_chart_width(cut, 18, false) <= room);
        assert_int_equal(strncmp(cut, long_words, kept), 0);
        assert_string_equal(cut + kept, "\xE2\x80\xA6");
    }
    assert_ptr_equal(sd_chart_fitted(on->arena, long_words, 900, 18, false), long_words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(words_that_do_not_fit_end_in_dots),
        DESK_TEST(text_of_unknown_origin_stays_text),
        DESK_TEST(text_says_what_the_picture_says),
        DESK_TEST(a_picture_is_drawn),
        DESK_TEST(a_run_is_drawn_as_a_moving_picture),
        DESK_TEST(a_run_is_drawn_as_pictures_for_slides),
        DESK_TEST(an_animation_that_is_stopped_midway_leaves_no_picture),
        DESK_TEST(an_interrupted_animation_leaves_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
