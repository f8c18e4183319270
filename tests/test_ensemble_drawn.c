/* test_ensemble_drawn.c - designs that draw what is uncertain: which factors there are, levers and samples together, several
 * scenarios over the same points, correlated pairs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"
#include "sd/ensemble.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

static const char model[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\" "
    "xmlns:treadmill=\"urn:treadmill\">\n"
    "<header><name>m</name></header>\n"
    "<sim_specs><start>0</start><stop>4</stop><dt>1</dt></sim_specs>\n"
    "<dimensions><dim name=\"side\"><elem name=\"left\"/><elem name=\"right\"/></dim></dimensions>"
    "<model><variables>\n"
    "<stock name=\"y\"><eqn>3</eqn><inflow>f</inflow></stock>"
    "<flow name=\"f\"><eqn>a * b + c + SUM(w[*]) + d</eqn></flow>"
    "<aux name=\"a\"><eqn>0.5</eqn></aux><aux name=\"b\"><eqn>2</eqn></aux>"
    "<aux name=\"c\"><eqn>0.25</eqn><range min=\"0.125\" max=\"0.75\"/>"
    "<treadmill:source grade=\"prior\">nobody knows</treadmill:source></aux>"
    "<aux name=\"d\"><eqn>SQRT(4)</eqn></aux>"
    "<aux name=\"w\"><dimensions><dim name=\"side\"/></dimensions><eqn>1</eqn></aux>\n"
    "</variables></model></xmile>\n";

enum { SCENARIOS_MAX = 3 };

typedef struct bench {
    desk *on;
    size_t count;
    const sd_scenario *scenarios[SCENARIOS_MAX];
    const sd_design *designs[SCENARIOS_MAX];
    sd_drawing drawing;
} bench;

/* A scenario with distributions as they are typed, ';' between them, and pairs. */
static void add(bench *b, desk *on, const char *typed)
{
    const sd_source *source = sd_source_from_text(on->arena, "m.xmile", model, sizeof model - 1);
    sd_scenario *scenario = NULL;

    b->on = on;
    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_scenario_from_source(on->arena, source, NULL, &scenario, on->diag), SD_OK);
    for (const char *at = typed; *at;) {
        const size_t length = strcspn(at, ";");
        const char *one = sd_arena_copy(on->arena, at, length);
        sd_status status = strchr(one, '(')
                               ? sd_scenario_set_distribution(on->arena, scenario, one, on->diag)
                               : sd_scenario_set(on->arena, scenario, one, on->diag);
        assert_int_equal(status, SD_OK);
        at += length + (at[length] == ';');
    }
    scenario->name = sd_arena_printf(on->arena, "s%zu", b->count);
    b->scenarios[b->count++] = scenario;
}

static void pair_up(bench *b, const char *first, const char *second, double r)
{
    sd_scenario *scenario = (sd_scenario *)b->scenarios[b->count - 1];
    const sd_correlation pair = {
        .elements = {desk_element(b->on, first), desk_element(b->on, second)}, .r = r};

    SD_PUSH(b->on->arena, &scenario->correlations, pair);
}

static sd_status draw(bench *b)
{
    b->on->diag = sd_diag_new(b->on->arena);
    return sd_designs_drawn(b->on->arena, b->scenarios, b->count, &b->drawing, b->designs,
                            b->on->diag);
}

static void expect_names(const sd_design *design, const char *names)
{
    char text[200] = "";

    for (size_t f = 0; f < design->factor_count; f++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s ",
                       design->factors[f].name);
    assert_string_equal(text, names);
}

/* ---- factors ----------------------------------------------------------------------------------------- */

static void what_is_uncertain_is_drawn_and_an_array_as_one(void **state)
{
    bench b = {.drawing = {.sampling = {.kind = SD_POINTS_LATIN, .count = 40, .seed = 3}}};
    double values[3];

    add(&b, *state, "w=uniform(1,3);a=choice(1,2);b=normal(0,1,-2,2)");
    assert_int_equal(draw(&b), SD_OK);
    expect_names(b.designs[0], "a b w ");
    assert_int_equal(b.designs[0]->factors[2].count, 2);
    for (uint64_t m = 0; m < 40; m++) {
        sd_design_values(b.designs[0], m, values);
        assert_true(values[0] == 1 || values[0] == 2);
        assert_true(fabs(values[1]) <= 2 && values[2] >= 1 && values[2] <= 3);
    }
    b.drawing.ranges = true; /* c alone is an assumption */
    assert_int_equal(draw(&b), SD_OK);
    expect_names(b.designs[0], "a b c w ");
    assert_int_equal(b.designs[0]->factors[2].distribution.kind, SD_DIST_TRIANGULAR);
}

static void elements_with_distributions_of_their_own_are_drawn_apart(void **state)
{
    bench b = {.drawing = {.sampling = {.kind = SD_POINTS_MONTE_CARLO, .count = 4}}};

    add(&b, *state, "w[left]=uniform(1,3);w[right]=uniform(1,3)");
    assert_int_equal(draw(&b), SD_OK);
    expect_names(b.designs[0], "w[left] w[right] ");
}

/* Every lever combination has the same sample, which is that of the sweep without levers. */
static void levers_vary_slower_than_the_sample_and_are_not_drawn(void **state)
{
    static const char *const grid[] = {"a=0:2:3"};
    bench plain = {.drawing = {.sampling = {.kind = SD_POINTS_SOBOL, .count = 16, .seed = 5}}},
          both = plain;
    double values[3], alone[2];

    add(&plain, *state, "b=uniform(1,3);c=uniform(0.2,0.7)");
    add(&both, *state, "a=uniform(0,1);b=uniform(1,3);c=uniform(0.2,0.7)");
    both.drawing.grid = grid;
    both.drawing.grid_count = 1;
    assert_int_equal(draw(&plain), SD_OK);
    assert_int_equal(draw(&both), SD_OK);
    expect_names(both.designs[0], "a b c ");
    assert_int_equal(both.designs[0]->member_count, 48);
    for (uint64_t m = 48; m-- > 0;) {
        sd_design_values(both.designs[0], m, values);
        sd_design_values(plain.designs[0], m % 16, alone);
        const uint64_t combination = m / 16;
        assert_true(values[0] == (double)combination);
        assert_memory_equal(values + 1, alone, sizeof alone);
    }
}

static void one_at_a_time_moves_each_factor_to_its_tails(void **state)
{
    bench b = {.drawing = {.one_at_a_time = true}};
    double values[2];
    static const double expected[5][2] = {{1, 0.5}, {0.1, 0.5}, {1.9, 0.5}, {1, 0.2}, {1, 1.1}};

    add(&b, *state, "a=uniform(0,2);b=triangular(0.1,0.5,1.3)");
    assert_int_equal(draw(&b), SD_OK);
    assert_int_equal(b.designs[0]->member_count, 5);
    for (uint64_t m = 0; m < 5; m++) {
        sd_design_values(b.designs[0], m, values);
        for (size_t f = 0; f < 2; f++)
            /* b: 0.1 + sqrt(0.05 * 1.2 * 0.4), 1.3 - sqrt(0.05 * 1.2 * 0.8) */
            assert_near(values[f],
                        m == 3 && f == 1   ? 0.1 + sqrt(0.024)
                        : m == 4 && f == 1 ? 1.3 - sqrt(0.048)
                                           : expected[m][f],
                        1e-14);
    }
}

/* ---- several scenarios ------------------------------------------------------------------------------- */

static void scenarios_share_the_points_and_keep_their_own_numbers(void **state)
{
    bench b = {.drawing = {.sampling = {.kind = SD_POINTS_LATIN, .count = 50, .seed = 9}}};
    double first[2], second[2], third[2];

    add(&b, *state, "a=uniform(0,1)");
    add(&b, *state, "a=uniform(2,4);b=uniform(0,1)");
    add(&b, *state, "a=7");
    assert_int_equal(draw(&b), SD_OK);
    for (size_t s = 0; s < 3; s++)
        expect_names(b.designs[s], "a b ");
    for (uint64_t m = 0; m < 50; m++) {
        sd_design_values(b.designs[0], m, first);
        sd_design_values(b.designs[1], m, second);
        sd_design_values(b.designs[2], m, third);
        assert_near(second[0], 2 + 2 * first[0], 1e-14); /* the same quantile */
        assert_true(first[1] == 2 && third[0] == 7 && third[1] == 2);
    }
}

/* ---- pairs ------------------------------------------------------------------------------------------- */

static void correlation_of(bench *b, double *ret_r, double *ret_mean, double *ret_sd)
{
    const uint64_t count = b->designs[0]->member_count;
    double sums[5] = {0}, values[3];

    for (uint64_t m = 0; m < count; m++) {
        sd_design_values(b->designs[0], m, values);
        sums[0] += values[0];
        sums[1] += values[1];
        sums[2] += values[0] * values[0];
        sums[3] += values[1] * values[1];
        sums[4] += values[0] * values[1];
    }
    for (int i = 0; i < 5; i++)
        sums[i] /= (double)count;
    *ret_mean = sums[1];
    *ret_sd = sqrt(sums[3] - sums[1] * sums[1]);
    *ret_r = (sums[4] - sums[0] * sums[1]) / sqrt(sums[2] - sums[0] * sums[0]) / *ret_sd;
}

static void pairs_of_normal_constants_have_their_correlation(void **state)
{
    static const double r[] = {0.6, -0.95, 0, 0.999};

    for (size_t i = 0; i < 4; i++) {
        bench b = {.drawing = {.sampling = {.kind = SD_POINTS_SOBOL, .count = 1 << 14, .seed = 2}}};
        double found, mean, sd;

        add(&b, *state, "a=normal(10,2);b=normal(-3,0.5);c=uniform(0.2,0.7)");
        b.on->model = b.scenarios[0]->model;
        pair_up(&b, "b", "a", r[i]); /* in any order */
        assert_int_equal(draw(&b), SD_OK);
        assert_string_equal(desk_printed(b.on), "");
        correlation_of(&b, &found, &mean, &sd);
        assert_true(fabs(found - r[i]) < 1e-3);
        assert_near(mean, -3, 2e-4);
        assert_near(sd, 0.5, 2e-3);
    }
}

/* The rank correlation of a Gaussian copula is 6 / pi asin(r / 2), whatever the distributions (Kruskal 1958); of two
 * uniform ones it is their correlation. */
static void pairs_of_other_constants_go_through_a_gaussian_copula(void **state)
{
    bench b = {.drawing = {.sampling = {.kind = SD_POINTS_SOBOL, .count = 1 << 14, .seed = 2}}};
    double found, mean, sd;

    add(&b, *state, "a=uniform(0,1);b=uniform(2,3)");
    b.on->model = b.scenarios[0]->model;
    pair_up(&b, "a", "b", 0.7);
    assert_int_equal(draw(&b), SD_OK);
    correlation_of(&b, &found, &mean, &sd);
    assert_near(found, 6 / acos(-1) * asin(0.35), 2e-3);
    assert_near(mean, 2.5, 1e-4);
    assert_near(sd, sqrt(1.0 / 12), 1e-3);
}

/* ---- what is refused --------------------------------------------------------------------------------- */

static void expect(bench *b, sd_status expected, const char *message)
{
    assert_int_equal(draw(b), expected);
    const char *printed = desk_printed(b->on);
    if (!strstr(printed, message))
        fail_msg("%s\nand not\n%s", printed, message);
}

static void what_cannot_be_drawn_is_told(void **state)
{
    static const char *const grid[] = {"a=0:2:1000"};
    bench certain = {.drawing = {.sampling = {.kind = SD_POINTS_LATIN, .count = 50}}},
          empty = certain, large = certain, apart = certain, overlap = certain, idle = certain;

    add(&certain, *state, "");
    expect(&certain, SD_LIMIT, "[E702]: nothing is uncertain in 's0'");
    add(&empty, *state, "a=uniform(0,1)");
    empty.drawing.sampling.count = 0;
    expect(&empty, SD_LIMIT, "[E702]: a sample of 0 has no members");
    add(&large, *state, "b=uniform(0,1)");
    large.drawing.grid = grid;
    large.drawing.grid_count = 1;
    large.drawing.sampling.count = 1000001;
    expect(&large, SD_LIMIT,
           "a sample of 1000001 for 1000 points of the grid is more than 1000000000 members");
    add(&apart, *state, "d=uniform(0,1)");
    add(&apart, *state, "");
    expect(&apart, SD_USAGE,
           "'d' is uncertain in another scenario, but has no number or distribution of its own in "
           "'s1'\n   = help: give it one by --set or --dist");
    add(&overlap, *state, "w=uniform(0,1)");
    add(&overlap, *state, "w[left]=uniform(0,1)");
    expect(&overlap, SD_INVALID, "[E102]: 'w[left]' is varied twice");
    add(&idle, *state, "a=uniform(0,1)");
    idle.on->model = idle.scenarios[0]->model;
    pair_up(&idle, "a", "b", 0.5);
    expect(&idle, SD_OK, "warning[W913]: 'b' is not drawn, so nothing goes with it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(what_is_uncertain_is_drawn_and_an_array_as_one),
        DESK_TEST(elements_with_distributions_of_their_own_are_drawn_apart),
        DESK_TEST(levers_vary_slower_than_the_sample_and_are_not_drawn),
        DESK_TEST(one_at_a_time_moves_each_factor_to_its_tails),
        DESK_TEST(scenarios_share_the_points_and_keep_their_own_numbers),
        DESK_TEST(pairs_of_normal_constants_have_their_correlation),
        DESK_TEST(pairs_of_other_constants_go_through_a_gaussian_copula),
        DESK_TEST(what_cannot_be_drawn_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
