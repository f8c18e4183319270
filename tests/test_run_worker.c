/* test_run_worker.c - workers give the scores that sd_run's trajectories have, to the bit, wherever a member stands in its
 * tile and whatever becomes of the others.
 * The reference is the definition of each score written out here over saved values; trajectories themselves are held to
 * closed forms in test_run_steps.c and test_run_adaptive.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* Everything that a run remembers or draws stands in it, and a stock that is held at 0. */
static const char lines[] =
    "stock y = start; in fill; out drain\nstock tank = 3; in trickle; out leak;nonneg\n"
    "flow fill = gain * SMTH1(y, 2.5) + STEP(0.31, 4) + NORMAL(0, noise)\n"
    "flow drain = y / lag + 0.01 * DELAY(y, pause)\nflow trickle = 0.2 * PREVIOUS(y, 1.7)\n"
    "flow leak = 0.9 + 0.1 * EXP(-tank)\naux gain = 0.37\naux lag = 4.1\naux pause = 1.75\n"
    "aux noise = 0.05\naux start = 2.385\naux seen = LN(1 + y) * tank + PULSE(1, 3, 5)\n";
static const char specs[] = "rk4 1 21 0.25";

enum { MEMBERS = 150, SCORES = 8 };

static void make_scores(desk *on, sd_score *scores)
{
    static const struct {
        const char *name;
        double from, to, level;
        sd_score_kind kind;
        bool below;
    } rows[SCORES] = {
        {"y", 21, 21, 0, SD_SCORE_AT, false},    {"seen", 1, 1, 0, SD_SCORE_AT, false},
        {"y", 6, 11.5, 0, SD_SCORE_MEAN, false}, {"tank", 1, 21, 0, SD_SCORE_MIN, false},
        {"fill", 2, 9, 0, SD_SCORE_MAX, false},  {"seen", 3.5, 17, 0, SD_SCORE_INTEGRAL, false},
        {"y", 1, 21, 2.9, SD_SCORE_WHEN, false}, {"tank", 5, 21, 1.1, SD_SCORE_WHEN, true},
    };

    for (size_t i = 0; i < SCORES; i++)
        scores[i] = (sd_score){.element = desk_element(on, rows[i].name),
                               .kind = rows[i].kind,
                               .from = rows[i].from,
                               .to = rows[i].to,
                               .level = rows[i].level,
                               .below = rows[i].below};
}

/* [parameter_count][MEMBERS] each within 30 % of the model's value. */
static double *draw_parameters(desk *on)
{
    const sd_program *p = on->program;
    double *values = SD_NEW_ARRAY(on->arena, double, p->parameter_count *MEMBERS);

    for (size_t k = 0; k < p->parameter_count; k++) {
        for (size_t m = 0; m < MEMBERS; m++) {
            double pair[2];

            sd_random_uniform((sd_draw){.seed = 4711, .member = m, .variable = (uint32_t)k}, pair);
            values[k * MEMBERS + m] = p->parameters[k].value * (0.7 + 0.6 * pair[0]);
        }
    }
    return values;
}

/* The definition, over the saved values of one member. */
static double expected_score(const sd_trajectory *t, const sd_score *score)
{
    size_t column = sd_trajectory_column(t, score->element), count = 0;
    double value = (double)NAN, sum = 0, area = 0, before = 0;

    for (size_t i = 0; i < t->time_count; i++) {
        double x = sd_trajectory_value(t, i, column, 0), time = t->times[i];

        if (time < score->from - 1e-9 || time > score->to + 1e-9)
            continue;
        if (score->kind == SD_SCORE_WHEN) {
            if (isnan(value) && (score->below ? x < score->level : x > score->level))
                value = time;
            continue;
        }
        if (count == 0 || (score->kind == SD_SCORE_MIN && x < value) ||
            (score->kind == SD_SCORE_MAX && x > value))
            value = x;
        sum += x;
        if (count > 0)
            area += 0.5 * (x + before) * (time - t->times[i - 1]);
        before = x;
        count++;
    }
    return score->kind == SD_SCORE_MEAN       ? sum / (double)count
           : score->kind == SD_SCORE_INTEGRAL ? area
                                              : value;
}

/* ret [SCORES][MEMBERS] by sd_run, each member alone. */
static double *by_run(desk *on, const double *parameters, const sd_score *scores)
{
    double *values = SD_NEW_ARRAY(on->arena, double, SCORES *MEMBERS);
    double *own = SD_NEW_ARRAY(on->arena, double, on->program->parameter_count);

    on->request.members = 1;
    on->request.parameters = own;
    for (size_t m = 0; m < MEMBERS; m++) {
        for (size_t k = 0; k < on->program->parameter_count; k++)
            own[k] = parameters[k * MEMBERS + m];
        on->request.first_member = m;
        desk_must_run(on);
        for (size_t s = 0; s < SCORES; s++)
            values[s * MEMBERS + m] = expected_score(on->trajectory, &scores[s]);
    }
    return values;
}

typedef struct bench_of_workers {
    sd_batch batch;
    sd_worker *worker;
    double scores[SCORES * MEMBERS];
    int64_t failed[MEMBERS];
} bench_of_workers;

static bench_of_workers *open_worker(desk *on, const sd_score *scores)
{
    bench_of_workers *b = SD_NEW(on->arena, bench_of_workers);

    b->batch = (sd_batch){
        .program = on->program, .spec = on->request.spec, .score_count = SCORES, .scores = scores};
    assert_int_equal(sd_worker_new(on->arena, &b->batch, &b->worker, on->diag), SD_OK);
    return b;
}

static void run_tile(bench_of_workers *b, const double *parameters, size_t first, size_t count)
{
    assert_int_equal(sd_worker_run(b->worker, first, count, parameters + first, MEMBERS,
                                   b->scores + first, b->failed + first),
                     SD_OK);
}

static void expect_bits(const double *value, const double *expected, size_t count, const char *what)
{
    for (size_t i = 0; i < count; i++)
        if (memcmp(&value[i], &expected[i], sizeof *value) != 0 &&
            !(isnan(value[i]) && isnan(expected[i])))
            fail_msg("%s, number %zu: %.17g and not %.17g", what, i, value[i], expected[i]);
}

static void compare_with_runs(desk *on, sd_method method)
{
    sd_score scores[SCORES];

    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    on->request.spec.method = method;
    on->request.spec.save_interval = 0.5;
    on->request.spec.seed = 77;
    make_scores(on, scores);
    const double *parameters = draw_parameters(on);
    const double *expected = by_run(on, parameters, scores);
    bench_of_workers *b = open_worker(on, scores);

    run_tile(b, parameters, 0, 64);
    run_tile(b, parameters, 64, 1);
    run_tile(b, parameters, 65, 63);
    run_tile(b, parameters, 128, 22);
    expect_bits(b->scores, expected, (size_t)SCORES * MEMBERS, sd_method_name(method));
    memset(b->scores, 0, sizeof b->scores);
    run_tile(b, parameters, 3, 7);
    for (size_t s = 0; s < SCORES; s++)
        expect_bits(b->scores + s * MEMBERS + 3, expected + s * MEMBERS + 3, 7, "another tile");
    for (size_t m = 0; m < MEMBERS; m++)
        assert_int_equal(b->failed[m], -1);
    assert_true(expected[6 * MEMBERS] > 1); /* y does rise above its level in member 0 */
    sd_worker_free(b->worker);
}

static void scores_are_those_of_trajectories_with_every_fixed_method(void **state)
{
    compare_with_runs(*state, SD_METHOD_EULER);
    compare_with_runs(*state, SD_METHOD_RK2);
    compare_with_runs(*state, SD_METHOD_RK4);
}

static void scores_are_those_of_trajectories_with_adaptive_methods(void **state)
{
    compare_with_runs(*state, SD_METHOD_RKF45);
    compare_with_runs(*state, SD_METHOD_MSADAMS);
}

/* Their methods remember past steps and Jacobians, none of which may reach the next member. */
static void scores_are_those_of_trajectories_with_stiff_methods(void **state)
{
    compare_with_runs(*state, SD_METHOD_BSIMP);
    compare_with_runs(*state, SD_METHOD_MSBDF);
}

static void a_score_of_a_series_is_the_same_score(void **state)
{
    desk *on = *state;
    sd_score scores[SCORES];

    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    make_scores(on, scores);
    desk_must_run(on);
    const sd_trajectory *t = on->trajectory;

    for (size_t s = 0; s < SCORES; s++) {
        size_t column = sd_trajectory_column(t, scores[s].element);
        double expected = expected_score(t, &scores[s]),
               value = sd_score_of_series(&scores[s], t->time_count, t->times, t->values + column,
                                          t->column_count);

        expect_bits(&value, &expected, 1, "series");
    }
}

/* ---- members that fail ------------------------------------------------------------------------------- */

static const char root_lines[] =
    "stock y = 1; in f\nflow f = rate * SQRT(edge - y)\naux rate = 0.3\naux edge = 5\n";
/* Infinite at time 1 / edge, where an adaptive method finds no step. */
static const char pole_lines[] = "stock y = edge; in f\nflow f = y ^ 2\naux edge = 0.05\n";

/* Every third member fails, each at another time. */
static double *breaking_parameters(desk *on, double low, double step, double fine)
{
    double *values = SD_NEW_ARRAY(on->arena, double, on->program->parameter_count *MEMBERS);
    size_t edge = (size_t)on->program->element_parameters[desk_element(on, "edge")];

    for (size_t k = 0; k < on->program->parameter_count; k++)
        for (size_t m = 0; m < MEMBERS; m++)
            values[k * MEMBERS + m] = on->program->parameters[k].value;
    for (size_t m = 0; m < MEMBERS; m++)
        values[edge * MEMBERS + m] =
            m % 3 == 0 ? low + step * (double)(m % 32) : fine + 1e-4 * (double)m;
    return values;
}

/* The time in the message of sd_run for a member alone, NAN when it goes well. */
static double failure_by_run(desk *on, const double *parameters, size_t member)
{
    double *own = SD_NEW_ARRAY(on->arena, double, on->program->parameter_count);

    for (size_t k = 0; k < on->program->parameter_count; k++)
        own[k] = parameters[k * MEMBERS + member];
    on->request.members = 1;
    on->request.parameters = own;
    on->request.first_member = member;
    if (desk_run(on) == SD_OK)
        return (double)NAN;
    const char *time = strstr(on->diag->messages.items[0].text, "at time ");

    assert_non_null(time);
    return strtod(time + strlen("at time "), NULL);
}

/* `reach` [steps]: how far beyond the grid point from which it fails a message may lie: no way with Euler's method, else
 * within the step. */
static void members_fail_alone(desk *on, const double *parameters, double reach)
{
    sd_score scores[SCORES];
    size_t failures = 0;

    for (size_t s = 0; s < SCORES; s++)
        scores[s] = (sd_score){.element = desk_element(on, "y"),
                               .kind = (sd_score_kind)(s % 5),
                               .from = s % 5 ? 0 : 10,
                               .to = 10};
    bench_of_workers *b = open_worker(on, scores);

    run_tile(b, parameters, 0, 64);
    run_tile(b, parameters, 64, 64);
    run_tile(b, parameters, 128, 22);
    for (size_t m = 0; m < MEMBERS; m++) {
        double time = failure_by_run(on, parameters, m);
        double beyond = time / on->request.spec.dt - (double)b->failed[m];

        assert_int_equal(isnan(time), b->failed[m] < 0);
        assert_true(isnan(time) || (beyond >= 0 && beyond <= reach));
        failures += b->failed[m] >= 0;
        for (size_t s = 0; s < SCORES; s++) {
            double expected =
                isnan(time) ? expected_score(on->trajectory, &scores[s]) : (double)NAN;

            expect_bits(&b->scores[s * MEMBERS + m], &expected, 1, "beside members that fail");
        }
    }
    assert_in_range(failures, 20, 50); /* some, and far from all */
    sd_worker_free(b->worker);
}

static void members_fail_alone_with_fixed_steps(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "euler 0 10 0.5", "", desk_variables(on, root_lines)));
    members_fail_alone(on, breaking_parameters(on, 1, 0.11, 900), 0);
    /* The middle of a step can fail alone; what it leaves in the stocks is found a grid point later. */
    desk_must_compile(on, desk_file(on, "rk2 0 10 0.5", "", desk_variables(on, root_lines)));
    members_fail_alone(on, breaking_parameters(on, 1, 0.11, 900), 1);
    desk_must_compile(on, desk_file(on, "rk4 0 10 0.25", "", desk_variables(on, root_lines)));
    members_fail_alone(on, breaking_parameters(on, 1, 0.11, 900), 1);
}

static void members_fail_alone_with_an_adaptive_method(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rkf45 0 10 0.5", "", desk_variables(on, pole_lines)));
    members_fail_alone(on, breaking_parameters(on, 0.11, 0.013, 0.03), 1);
}

static void a_parameter_that_is_no_number_fails_its_member_at_the_start(void **state)
{
    desk *on = *state;
    sd_score scores[SCORES];

    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    make_scores(on, scores);
    double *parameters = draw_parameters(on);
    size_t pause = (size_t)on->program->element_parameters[desk_element(on, "pause")];
    size_t gain = (size_t)on->program->element_parameters[desk_element(on, "gain")];

    parameters[gain * MEMBERS + 2] = (double)NAN;
    parameters[pause * MEMBERS + 4] = -1;    /* a delay that looks ahead */
    parameters[pause * MEMBERS + 5] = 1e300; /* longer than the run: its pipeline holds all of it */
    bench_of_workers *b = open_worker(on, scores);

    run_tile(b, parameters, 0, 8);
    for (size_t m = 0; m < 8; m++)
        assert_int_equal(b->failed[m], m == 2 || m == 4 ? 0 : -1);
    sd_worker_free(b->worker);
}

/* ---- limits ------------------------------------------------------------------------------------------ */

static const char pipeline[] =
    "stock y = 1; in f\nflow f = 0.001 * DELAY(y, pause)\naux pause = 700\n";

/* 64 members of 10 million steps would keep 5 GB; the tile goes through in parts, and the bits stay. */
static void a_long_pipeline_takes_a_tile_in_parts(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "euler 0 1000 0.00025", "", desk_variables(on, pipeline)));
    on->request.spec.save_interval = 500;
    sd_score scores[SCORES];

    for (size_t s = 0; s < SCORES; s++)
        scores[s] = (sd_score){.element = desk_element(on, "y"), .from = 1000, .to = 1000};
    bench_of_workers *b = open_worker(on, scores);
    double parameters[2 * MEMBERS];

    for (size_t m = 0; m < MEMBERS; m++) {
        parameters[m] = 1;
        parameters[MEMBERS + m] = 0.1 * (double)m;
    }
    assert_int_equal(on->program->parameter_count, 2);
    assert_int_equal(on->program->parameters[0].element, desk_element(on, "y"));
    run_tile(b, parameters, 0, 40);
    double whole = b->scores[39];

    run_tile(b, parameters, 39, 1);
    expect_bits(&b->scores[39], &whole, 1, "in parts");
    sd_worker_free(b->worker);
}

static void a_member_that_needs_too_much_memory_is_refused(void **state)
{
    desk *on = *state;
    sd_worker *worker;
    const char *two = "stock y = 1; in f\nflow f = 0.001 * DELAY(y, 700) + 0.01 * DELAY(y, 7)\n";

    desk_must_compile(on, desk_file(on, "euler 0 1000 1", "", desk_variables(on, two)));
    on->request.spec.dt = 0.00001; /* 1e8 steps, two pipelines, 8 bytes */
    on->request.spec.save_interval = 1000;
    sd_batch batch = {.program = on->program, .spec = on->request.spec};

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_worker_new(on->arena, &batch, &worker, on->diag), SD_LIMIT);
    assert_string_equal(on->diag->messages.items[0].text,
                        "a member would keep more than 1 GB in memory");
}

static void a_worker_stops_when_it_is_asked_to(void **state)
{
    desk *on = *state;
    volatile sig_atomic_t interrupted = 1;
    sd_score scores[SCORES];

    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    on->request.spec.dt = 0.125;
    make_scores(on, scores);
    bench_of_workers *b = open_worker(on, scores);
    sd_worker *worker;

    b->batch.interrupted = &interrupted;
    assert_int_equal(sd_worker_new(on->arena, &b->batch, &worker, on->diag), SD_OK);
    assert_int_equal(
        sd_worker_run(worker, 0, 64, draw_parameters(on), MEMBERS, b->scores, b->failed),
        SD_INTERRUPTED);
    sd_worker_free(worker);
    sd_worker_free(b->worker);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(scores_are_those_of_trajectories_with_every_fixed_method),
        DESK_TEST(scores_are_those_of_trajectories_with_adaptive_methods),
        DESK_TEST(scores_are_those_of_trajectories_with_stiff_methods),
        DESK_TEST(a_score_of_a_series_is_the_same_score),
        DESK_TEST(members_fail_alone_with_fixed_steps),
        DESK_TEST(members_fail_alone_with_an_adaptive_method),
        DESK_TEST(a_parameter_that_is_no_number_fails_its_member_at_the_start),
        DESK_TEST(a_long_pipeline_takes_a_tile_in_parts),
        DESK_TEST(a_member_that_needs_too_much_memory_is_refused),
        DESK_TEST(a_worker_stops_when_it_is_asked_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
