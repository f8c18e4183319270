/* test_model_layout.c - layouts of causal loop diagrams: what is read, and every message with its place.
 * A message is pinned as `CODE line:column-end text; help`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <fcntl.h>
#include <sys/stat.h>

static const sd_model *shipped(desk *on)
{
    sd_scenario *scenario = NULL;

    if (sd_scenario_from_input(on->arena, "tools-only", &scenario, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return scenario->model;
}

static const char *messages_of(desk *on)
{
    sd_text text = sd_text_new(on->arena);

    for (size_t i = 0; i < on->diag->messages.count; i++) {
        const sd_message *m = &on->diag->messages.items[i];

        sd_text_printf(&text, "%s", sd_code_name(m->code));
        if (m->span.source) {
            const sd_position begin = sd_source_position(m->span.source, m->span.begin);
            const sd_position end = sd_source_position(m->span.source, m->span.end);

            sd_text_printf(&text, " %zu:%zu-%zu", begin.line, begin.column, end.column);
        }
        sd_text_printf(&text, " %s%s%s\n", m->text, m->help ? "; " : "", m->help ? m->help : "");
    }
    return text.bytes;
}

static void expect(desk *on, const char *text, const char *messages)
{
    const sd_layout *layout = NULL;
    const sd_source *source = sd_source_from_text(on->arena, "t.layout", text, strlen(text));
    const sd_model *model = shipped(on);

    on->diag = sd_diag_new(on->arena);
    const sd_status status = sd_layout_from_source(on->arena, source, model, &layout, on->diag);

    assert_string_equal(messages_of(on), messages);
    assert_int_equal(status == SD_OK, on->diag->errors == 0);
    assert_int_equal(layout != NULL, status == SD_OK);
}

#define HEAD "schema = 1; width = 800.5; height = 600;\n"

static void numbers_are_read_with_and_without_a_point(void **state)
{
    desk *on = *state;
    static const char text[] = HEAD
        "variables = (\n"
        "  { name = \"Work pressure\"; label = \"two\\nlines\"; x = 100; y = 250.25; },\n"
        "  { name = \"practice in place[coaching]\"; x = 180.5; y = 117; kind = \"lever\"; },\n"
        "  { name = \"AI access\"; x = 1e2; y = 300; kind = \"outside\"; } );\n"
        "links = ( { from = \"work_pressure\"; to = \"AI access\"; bend = -12; },\n"
        "  { through = [ \"practice_in_place[coaching]\", \"strain\", \"work pressure\" ]; } );\n"
        "loops = ( { id = \"r2X\"; label = \"again\"; x = 50; y = 160; clockwise = false; },\n"
        "  { id = \"B9\"; x = 700.5; y = 500; } );\n";
    const sd_model *model = shipped(on);
    const sd_layout *l = NULL;

    assert_int_equal(
        sd_layout_from_source(on->arena, sd_source_from_text(on->arena, "t", text, sizeof text - 1),
                              model, &l, on->diag),
        SD_OK);
    assert_true(l->width == 800.5 && l->height == 600);
    assert_int_equal(l->place_count, 3);
    assert_string_equal(l->places[0].stop.variable->key, "work_pressure");
    assert_true(l->places[0].stop.element == SIZE_MAX);
    assert_string_equal(l->places[0].label, "two\nlines");
    assert_true(l->places[0].x == 100 && l->places[0].y == 250.25 && l->places[2].x == 100);
    assert_true(!l->places[0].lever && l->places[1].lever && l->places[2].outside);
    assert_string_equal(sd_model_element_name(model, l->places[1].stop.element, on->arena),
                        "practice_in_place[coaching]");
    assert_string_equal(l->places[1].label, "practice in place[coaching]");
    assert_int_equal(l->link_count, 2);
    assert_true(l->links[0].from == 0 && l->links[0].to == 2 && l->links[0].count == 0);
    assert_true(l->links[0].bend == -12 && l->links[1].bend == 0);
    assert_true(l->links[1].from == 1 && l->links[1].to == 0 && l->links[1].count == 3);
    assert_string_equal(l->links[1].through[1].variable->key, "strain");
    assert_int_equal(l->loop_count, 2);
    assert_string_equal(l->loops[0].loop->id, "R2x");
    assert_string_equal(l->loops[0].label, "again");
    assert_string_equal(l->loops[1].label, "AI relief");
    assert_true(!l->loops[0].clockwise && l->loops[1].clockwise);
}

static void names_that_the_model_lacks_get_the_nearest_one(void **state)
{
    desk *on = *state;

    expect(on,
           HEAD "variables = ( { name = \"work presure\"; x = 200; y = 200; },\n"
                "  { name = \"practice in place[coching]\"; x = 200; y = 200; } );\n"
                "loops = ( { id = \"R99\"; x = 200; y = 200; } );\n",
           "E101 2:24-38 no variable named 'work presure'; did you mean 'work_pressure'?\n"
           "E109 3:12-40 dimension 'practice' has no element 'coching'; did you mean 'coaching'?\n"
           "E101 4:18-23 the model has no loop 'R99'; did you mean 'R9'?\n");
}

static void ends_of_links_must_be_shown(void **state)
{
    desk *on = *state;

    expect(on,
           HEAD "variables = ( { name = \"headcount\"; x = 200; y = 200; } );\n"
                "links = ( { from = \"headcount\"; to = \"overtime\"; },\n"
                "  { through = [ \"posts\", \"headcount\" ]; },\n"
                "  { through = [ \"headcount\" ]; },\n"
                "  { from = \"headcount\"; to = \"headcount\"; }, { to = \"headcount\"; } );\n",
           "E411 3:38-48 'overtime' is not among the variables shown; a link leads from one of "
           "`variables` to another\n"
           "E411 4:17-24 'posts' is not among the variables shown; a link leads from one of "
           "`variables` to another\n"
           "E403 5:15-30 a link passes at least two variables\n"
           "E411 6:3-44 the link ends where it begins\n"
           "E403 6:46-67 a link without 'through' has no 'from'\n");
}

static void what_stands_twice_is_an_error(void **state)
{
    desk *on = *state;

    expect(on,
           HEAD "variables = ( { name = \"headcount\"; x = 200; y = 200; },\n"
                "  { name = \"Head_Count\"; x = 200; y = 200; }, { name = \"headcount\"; x = 300; "
                "y = 200; } "
                ");\n",
           "E101 3:12-24 no variable named 'Head_Count'; did you mean 'headcount'?\n"
           "E102 3:56-67 'headcount' is shown already\n");
    expect(on,
           HEAD
           "loops = ( { id = \"R1\"; x = 200; y = 200; }, { id = \"r1\"; x = 300; y = 200; } );\n",
           "E102 2:52-56 loop 'R1' is drawn already\n");
}

static void numbers_have_bounds_and_texts_are_texts(void **state)
{
    desk *on = *state;

    expect(on, "schema = 1; width = 10; height = \"tall\";\n",
           "E404 1:21-23 'width' must lie between 400 and 4000\n"
           "E403 1:34-40 'height' must be a plain number, not a text\n");
    expect(on, "schema = 2; width = 500;\n",
           "E403 1:10-11 this program reads schema 1 only\n"
           "E403 1:1-1 the layout has no 'height'\n");
    expect(
        on,
        HEAD "variables = ( { name = 3; x = 200; y = 200; },\n"
             "  { name = \"headcount\"; x = 801; y = -1; kind = \"leaver\"; colour = 3; } );\n"
             "loops = ( { id = \"R1\"; x = 200; y = 200; clockwise = 1; } );\n",
        "E403 2:24-25 'name' must be a text in quotes, not a number\n"
        "E402 3:59-65 unknown setting 'colour' in a variable of a layout\n"
        "E403 3:49-57 unknown kind of variable 'leaver'; write \"lever\" for what a policy moves, "
        "\"outside\" for what is given from outside; others have no kind\n"
        "E404 3:29-32 'x' must lie between 46 and 754.5\n"
        "E404 3:38-40 'y' must lie between 110 and 515\n"
        "E403 4:54-55 'clockwise' must be true or false, not a number\n");
    expect(
        on,
        HEAD
        "variables = ( { name = \"headcount\"; x = 200; y = 200; }, { name = \"posts\"; x = 200; "
        "y = 200; } );\n"
        "links = ( { from = \"headcount\"; to = \"posts\"; bend = 121; } );\n",
        "E404 3:54-57 'bend' must lie between -120 and 120\n");
}

static void a_link_is_drawn_once_and_labels_can_be_read(void **state)
{
    desk *on = *state;

    expect(on,
           HEAD "variables = ( { name = \"headcount\"; x = 200; y = 200; },\n"
                "  { name = \"posts\"; label = \"four words that are far too long\"; x = 400; y = "
                "200; },\n"
                "  { name = \"strain\"; label = \"1\\n2\\n3\\n4\\n5\"; x = 400; y = 300; } );\n",
           "E404 3:29-63 a label has at most 4 lines of at most 24 letters; part its lines by "
           "\\n\n"
           "E404 4:30-45 a label has at most 4 lines of at most 24 letters; part its lines by "
           "\\n\n");
    expect(on,
           HEAD "variables = ( { name = \"headcount\"; x = 200; y = 200; },\n"
                "  { name = \"posts\"; x = 400; y = 200; } );\n"
                "links = ( { from = \"headcount\"; to = \"posts\"; },\n"
                "  { from = \"headcount\"; to = \"posts\"; bend = 3; },\n"
                "  { through = [ \"headcount\", \"posts\" ]; },\n"
                "  { through = [ \"headcount\", \"posts\" ]; } );\n",
           "E102 5:3-50 this link is drawn already\n"
           "E102 7:15-39 this link is drawn already\n");
}

static void a_layout_can_read_no_other_file(void **state)
{
    desk *on = *state;

    expect(on, HEAD "@include \"/etc/passwd\"\n",
           "E406 2:1-9 @include is refused; write extends = \"file.cfg\"; it is loaded first\n");
    expect(on, HEAD "extends = \"other.layout\";\n",
           "E402 2:1-8 unknown setting 'extends' in a layout\n");
}

/* ---- where it is found ---- */

static void the_shipped_model_has_a_layout(void **state)
{
    desk *on = *state;
    const sd_layout *layout = NULL;

    assert_int_equal(sd_layout_of_model(on->arena, shipped(on), &layout, on->diag), SD_OK);
    assert_non_null(layout);
    assert_string_equal(layout->source->name, "built-in:productivity-trap.layout");
    assert_true(layout->place_count > 10 && layout->loop_count > 5);
}

static const sd_model *model_in(desk *on, const char *folder)
{
    const char *text = desk_file(on, "euler 0 10 1", "", desk_variables(on, "aux x = 2\n"));
    const sd_source *source = sd_source_from_text(
        on->arena, sd_arena_printf(on->arena, "%s/town.v2.xmile", folder), text, strlen(text));

    assert_int_equal(sd_model_from_xmile(on->arena, source, &on->model, on->diag), SD_OK);
    return on->model;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void a_layout_stands_beside_its_model(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/town.v2.layout", folder);
    const sd_model *model = model_in(on, folder);
    const sd_layout *layout = NULL;

    assert_int_equal(sd_layout_of_model(on->arena, model, &layout, on->diag), SD_OK);
    assert_null(layout);
    write_file(path, HEAD "variables = ( { name = \"X\"; x = 200; y = 200; } );\n");
    assert_int_equal(sd_layout_of_model(on->arena, model, &layout, on->diag), SD_OK);
    assert_non_null(layout);
    assert_int_equal(layout->place_count, 1);
    output_folder_done(on, folder);
}

static void links_and_devices_are_refused_as_layouts(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/town.v2.layout", folder);
    const sd_model *model = model_in(on, folder);
    const sd_layout *layout = NULL;

    assert_int_equal(symlink("/etc/passwd", path), 0);
    assert_int_equal(sd_layout_of_model(on->arena, model, &layout, on->diag), SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "is a link, and links are refused"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_layout_of_model(on->arena, model, &layout, on->diag), SD_INVALID);
    assert_non_null(strstr(desk_printed(on), "it is not a regular file"));
    assert_null(layout);
    output_folder_done(on, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(numbers_are_read_with_and_without_a_point),
        DESK_TEST(names_that_the_model_lacks_get_the_nearest_one),
        DESK_TEST(ends_of_links_must_be_shown),
        DESK_TEST(what_stands_twice_is_an_error),
        DESK_TEST(numbers_have_bounds_and_texts_are_texts),
        DESK_TEST(a_link_is_drawn_once_and_labels_can_be_read),
        DESK_TEST(a_layout_can_read_no_other_file),
        DESK_TEST(the_shipped_model_has_a_layout),
        DESK_TEST(a_layout_stands_beside_its_model),
        DESK_TEST(links_and_devices_are_refused_as_layouts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
