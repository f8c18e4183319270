/* test_output_diagram_geometry.c - arcs by the geometry of circles, and that labels, arcs and signs keep out of each other's
 * way, laid out by hand or computed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_desk.h"

#include <math.h>

static const double pi = 3.14159265358979323846;

static void an_arc_is_part_of_a_circle_and_leaves_its_chord_by_its_bend(void **state)
{
    (void)state;
    for (int degrees = -150; degrees <= 150; degrees += 15) {
        const double bend = degrees;
        const sd_arc arc = {.from = {31, 417}, .to = {388, 102}, .bend = bend * pi / 180, .end = 1};
        const double chord = hypot(388 - 31, 102 - 417);
        const sd_point a = sd_arc_at(&arc, 0), b = sd_arc_at(&arc, 1), m = sd_arc_at(&arc, 0.5);
        const sd_point heading = sd_arc_heading(&arc, 0);
        const double along = atan2(102 - 417, 388 - 31), way = atan2(heading.y, heading.x);
        /* Height over the chord: half of it times the tangent of half the bend (Euclid III.32). */
        const double height =
            hypot(m.x - (31 + 388) / 2.0, m.y - (417 + 102) / 2.0); /* of its middle */

        assert_true(hypot(a.x - 31, a.y - 417) < 1e-9 && hypot(b.x - 388, b.y - 102) < 1e-9);
        assert_near(height, chord / 2 * tan(fabs(bend) / 2 * pi / 180), 1e-9);
        /* y points downwards, so a turn to the right begins on the left: a smaller angle. */
        assert_true(fabs(remainder(along - way - arc.bend, 2 * pi)) < 1e-9);
        if (bend != 0)
            assert_near(sd_arc_length(&arc),
                        chord / (2 * sin(fabs(bend) * pi / 180)) * 2 * fabs(bend) * pi / 180, 1e-9);
    }
}

static double edge_distance(sd_box box, sd_point at)
{
    return fmax(fabs(at.x - box.x) - box.half_width, fabs(at.y - box.y) - box.half_height);
}

static void arcs_end_at_the_labels(void **state)
{
    desk *on = *state;
    const sd_diagram *d = diagram_of(on, scenario_of(on, "tools-only"), true);
    double *widths = SD_NEW_ARRAY(on->arena, double, d->links.count);
    const sd_sketch sketch = sd_sketch_new(d, widths);

    for (size_t k = 0; k < d->links.count; k++) {
        const sd_arc *arc = &sketch.arcs[k];
        const sd_box from = sketch.nodes[d->links.items[k].from];
        const sd_box to = sketch.nodes[d->links.items[k].to];

        assert_true(arc->begin < arc->end);
        assert_true(fabs(edge_distance(from, sd_arc_at(arc, arc->begin)) - 4) < 1e-6);
        assert_true(fabs(edge_distance(to, sd_arc_at(arc, arc->end)) - 7) < 1e-6);
    }
}

/* Nothing that is written lies on anything else that is, and nothing beyond the picture. */
static void expect_room(desk *on, const sd_diagram *d, const char *name, double slack)
{
    double *widths = SD_NEW_ARRAY(on->arena, double, d->links.count);

    for (size_t k = 0; k < d->links.count; k++)
        widths[k] = 6.4;
    const sd_sketch sketch = sd_sketch_new(d, widths);
    const size_t counts[] = {d->nodes.count, d->loops.count, d->links.count};
    const sd_box *const boxes[] = {sketch.nodes, sketch.marks, sketch.signs};

    for (int a = 0; a < 3; a++)
        for (size_t i = 0; i < counts[a]; i++) {
            const sd_box box = boxes[a][i];

            assert_true(box.x - box.half_width > 0 && box.x + box.half_width < d->width);
            assert_true(box.y - box.half_height > 90 && box.y + box.half_height < d->height - 60);
            for (int b = 0; b <= a; b++)
                for (size_t j = 0; j < (b < a ? counts[b] : i); j++)
                    if (sd_box_overlap(box, boxes[b][j]) > slack)
                        fail_msg("%s: %d/%zu and %d/%zu share %.1f pixels", name, a, i, b, j,
                                 sd_box_overlap(box, boxes[b][j]));
        }
    /* No arc runs through a label or a mark. */
    for (size_t k = 0; k < d->links.count; k++)
        for (int i = 0; i <= 100; i++) {
            const sd_arc *arc = &sketch.arcs[k];
            const sd_point at = sd_arc_at(arc, arc->begin + (arc->end - arc->begin) * i / 100);

            for (size_t n = 0; n < d->nodes.count; n++)
                if (sd_box_holds(sketch.nodes[n], at))
                    fail_msg("%s: link %zu runs through '%s'", name, k, d->nodes.items[n].label);
            for (size_t l = 0; l < d->loops.count; l++)
                if (sd_box_overlap((sd_box){at.x, at.y, 0, 0}, sketch.marks[l]) > slack)
                    fail_msg("%s: link %zu runs through the mark of %s", name, k,
                             d->loops.items[l].feedback->id);
        }
}

static void words_keep_out_of_each_others_way(void **state)
{
    desk *on = *state;

    expect_room(on, diagram_of(on, scenario_of(on, "tools-only"), true), "laid out", 0);
}

static void computed_places_keep_labels_apart(void **state)
{
    desk *on = *state;
    const char *root = getenv("TREADMILL_ROOT");
    static const char *const names[] = {"lotka-volterra", "brusselator", "lorenz"};

    for (size_t i = 0; i < 3; i++)
        expect_room(
            on,
            diagram_of(on,
                       scenario_of(on, sd_arena_printf(on->arena, "%s/tests/models/%s.xmile",
                                                       root ? root : ".", names[i])),
                       false),
            names[i], 2);
    expect_room(on, diagram_of(on, scenario_of(on, "tools-only"), false), "tools-only", 2);
    expect_room(on, diagram_of(on, scenario_of(on, "layoffs"), false), "layoffs", 2);
}

static void a_computed_diagram_is_the_same_each_time(void **state)
{
    desk *on = *state;
    const char *scripts[2] = {NULL, NULL};

    for (int i = 0; i < 2; i++) {
        const sd_diagram *d = diagram_of(on, scenario_of(on, "tools-only"), false);

        assert_true(d->computed && d->nodes.count <= SD_DIAGRAM_NODES_MAX);
        assert_int_equal(sd_diagram_script(on->arena, d, 104, "x.png", &scripts[i], on->diag),
                         SD_OK);
    }
    assert_string_equal(scripts[0], scripts[1]);
    assert_non_null(strstr(scripts[0], "Positions are computed."));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(an_arc_is_part_of_a_circle_and_leaves_its_chord_by_its_bend),
        DESK_TEST(arcs_end_at_the_labels),
        DESK_TEST(words_keep_out_of_each_others_way),
        DESK_TEST(computed_places_keep_labels_apart),
        DESK_TEST(a_computed_diagram_is_the_same_each_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
