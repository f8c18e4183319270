/* test_structure_futures.c - which loop drives in how many futures: a model whose shares are known in closed form, what is
 * drawn and what is not, futures that fail, and the same future whatever their number and the threads.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include "sd/structure.h"

#include <assert.h>
#include <math.h>

typedef struct crowd {
    sd_scenario *scenario;
    const sd_equations *equations;
    sd_futures_request request;
} crowd;

static crowd gather(desk *on, sd_scenario *scenario, size_t count)
{
    crowd c = {.scenario = scenario};
    const sd_program *program = NULL;

    if (sd_program_new(on->arena, scenario->model, scenario->shocks.items, scenario->shocks.count,
                       &program, on->diag) != SD_OK ||
        sd_equations_new(on->arena, program, scenario->shocks.items, scenario->shocks.count,
                         &c.equations, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    assert(c.equations);
    c.request = (sd_futures_request){.equations = c.equations,
                                     .scenario = scenario,
                                     .count = count,
                                     .seed = 20261124,
                                     .threads = 2};
    return c;
}

/* A scenario that is a bare model of these loops and variables. */
static crowd gather_model(desk *on, const char *loops, const char *variables, size_t count)
{
    const char *text = sd_arena_printf(
        on->arena,
        "<xmile version=\"1.0\" xmlns:treadmill=\"urn:treadmill:xmile:1\">\n"
        "<sim_specs method=\"euler\"><start>0</start><stop>12</stop><dt>0.25</dt></sim_specs>\n"
        "<model>%s<variables>%s</variables></model></xmile>\n",
        loops, variables);
    const sd_source *source = sd_source_from_text(on->arena, "t.xmile", text, strlen(text));
    sd_scenario *scenario = NULL;

    if (sd_scenario_from_source(on->arena, source, NULL, &scenario, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return gather(on, scenario, count);
}

static crowd gather_shipped(desk *on, const char *name, size_t count)
{
    sd_scenario *scenario = NULL;

    if (sd_scenario_from_input(on->arena, name, &scenario, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return gather(on, scenario, count);
}

static const sd_futures *work_out(desk *on, const crowd *c)
{
    const sd_futures *f = NULL;

    if (sd_futures_new(on->arena, &c->request, &f, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    return f;
}

static const sd_future_loop *loop_of(const sd_futures *f, const char *id)
{
    for (size_t l = 0; l < f->loop_count; l++)
        if (strcmp(f->loops[l].loop->id, id) == 0)
            return &f->loops[l];
    fail_msg("no loop '%s'", id);
    return NULL;
}

/* Births and deaths, of which births are an assumption from 0.01 to 0.1 per unit of time; deaths are measured. */
static const char two_loops[] =
    "<treadmill:loop id=\"R1\" name=\"births\" polarity=\"+\"><treadmill:through>P, births"
    "</treadmill:through></treadmill:loop><treadmill:loop id=\"B1\" name=\"deaths\" polarity=\"-\">"
    "<treadmill:through>P, deaths</treadmill:through></treadmill:loop>";
static const char population[] =
    "<stock name=\"P\"><eqn>100</eqn><inflow>births</inflow><outflow>deaths</outflow></stock>"
    "<flow name=\"births\"><eqn>P * b</eqn></flow><flow name=\"deaths\"><eqn>P * d</eqn></flow>"
    "<aux name=\"b\"><eqn>0.06</eqn><range min=\"0.01\" max=\"0.1\"/>"
    "<treadmill:source grade=\"prior\">a guess</treadmill:source></aux>"
    "<aux name=\"d\"><eqn>0.047</eqn><range min=\"0.01\" max=\"0.1\"/>"
    "<treadmill:source grade=\"measured\">counted</treadmill:source></aux>";
static const double deaths = 0.047;

/* The draw of future `n`, worked out by hand from the contract: (seed, number, parameter) and a step of its own. */
static double births_of(const crowd *c, const sd_futures *f, size_t n)
{
    const sd_draw at = {.seed = c->request.seed,
                        .member = n,
                        .variable = (uint32_t)f->drawn[0].parameter,
                        .step = UINT32_MAX};
    double pair[2];

    sd_random_uniform(at, pair);
    return sd_distribution_quantile(&f->drawn[0].distribution, pair[0]);
}

/* With births b P and deaths d P the loops share the change as b to d, at any time. */
static void shares_are_those_of_what_was_drawn(void **state)
{
    desk *on = *state;
    const crowd c = gather_model(on, two_loops, population, 60);
    const sd_futures *f = work_out(on, &c);
    size_t reinforcing = 0;

    assert_int_equal(f->drawn_count, 1);
    assert_int_equal(f->failed + f->still, 0);
    for (size_t n = 0; n < f->count; n++) {
        const double b = births_of(&c, f, n);

        assert_true(b > 0.01 && b < 0.1);
        assert_near(f->list[n].shares[0], b / (b + deaths), 1e-9);
        assert_near(f->list[n].shares[1], deaths / (b + deaths), 1e-9);
        assert_int_equal(f->list[n].longest, b > deaths ? 0 : 1);
        reinforcing += b > deaths;
    }
    print_message("births lead in %zu of %zu\n", reinforcing, f->count);
    assert_true(reinforcing > 20 && reinforcing < 55); /* 69 % lie above 0.047 */
    assert_int_equal(loop_of(f, "R1")->longest, reinforcing);
    assert_int_equal(loop_of(f, "B1")->longest, f->count - reinforcing);
    assert_int_equal(loop_of(f, "R1")->in_period[2], reinforcing); /* the same in each third */
    assert_string_equal(f->periods[1], "4 to 8");
    assert_ptr_equal(f->loops[0].loop, &c.scenario->model->loops[0]); /* the more frequent first */
}

static void quantiles_are_those_of_the_futures(void **state)
{
    desk *on = *state;
    const crowd c = gather_model(on, two_loops, population, 21);
    const sd_futures *f = work_out(on, &c);
    const sd_future_loop *births = loop_of(f, "R1");
    size_t below[3] = {0};

    for (size_t n = 0; n < f->count; n++) {
        below[0] += f->list[n].shares[0] < births->low;
        below[1] += f->list[n].shares[0] < births->median;
        below[2] += f->list[n].shares[0] < births->high;
    }
    assert_int_equal(below[0], 1); /* 21 values: 0.05, 0.5 and 0.95 are the 2nd, 11th and 20th */
    assert_int_equal(below[1], 10);
    assert_int_equal(below[2], 19);
}

static void a_future_is_the_same_among_few_and_many(void **state)
{
    desk *on = *state;
    crowd c = gather_shipped(on, "tools-only", 10);
    const sd_futures *few = work_out(on, &c);

    c.request.count = 30;
    c.request.threads = 1;
    const sd_futures *many = work_out(on, &c);

    for (size_t n = 0; n < few->count; n++) {
        const sd_future *a = &few->list[n], *b = &many->list[n];

        assert_int_equal(a->failed, b->failed);
        assert_int_equal(a->longest, b->longest);
        assert_memory_equal(a->in_period, b->in_period, sizeof a->in_period);
        assert_memory_equal(a->shares, b->shares, few->loop_count * sizeof *a->shares);
        assert_memory_equal(a->drives, b->drives, few->loop_count * sizeof *a->drives);
    }
    assert_true(memcmp(few->list[0].shares, few->list[1].shares,
                       few->loop_count * sizeof(double)) != 0); /* yet no two are alike */
}

static void another_seed_draws_another_future(void **state)
{
    desk *on = *state;
    crowd c = gather_model(on, two_loops, population, 3);
    const double first = work_out(on, &c)->list[0].shares[0];

    c.request.seed++;
    assert_true(work_out(on, &c)->list[0].shares[0] != first);
}

static bool is_drawn(const crowd *c, const sd_drawn *drawn, size_t count, const char *name)
{
    const sd_program *p = c->equations->program;

    for (size_t i = 0; i < count; i++)
        if (strcmp(p->model->element_variables[p->parameters[drawn[i].parameter].element]->key,
                   name) == 0)
            return true;
    return false;
}

static void assumptions_are_drawn_and_choices_are_not(void **state)
{
    desk *on = *state;
    const crowd c = gather_shipped(on, "four-layers", 1);
    const sd_program *p = c.equations->program;
    size_t count;
    const sd_drawn *drawn = sd_futures_drawn(on->arena, p, c.scenario, &count);

    assert_true(count > 100);
    assert_true(is_drawn(&c, drawn, count, "base_task_time"));      /* an assumption */
    assert_false(is_drawn(&c, drawn, count, "contract_hours"));     /* a convention */
    assert_false(is_drawn(&c, drawn, count, "group_share"));        /* a share of a whole */
    assert_false(is_drawn(&c, drawn, count, "practice_intensity")); /* a policy */
    for (size_t i = 0; i < count; i++) {
        const sd_variable *v =
            p->model->element_variables[p->parameters[drawn[i].parameter].element];

        assert_int_equal(v->grade, SD_GRADE_PRIOR);
        assert_int_equal(drawn[i].distribution.kind, SD_DIST_TRIANGULAR);
        assert_true(drawn[i].distribution.p[0] == v->range_min);
        assert_true(drawn[i].distribution.p[1] == p->parameters[drawn[i].parameter].value);
        assert_true(drawn[i].distribution.p[2] == v->range_max);
    }
}

static void what_the_scenario_sets_is_its_own(void **state)
{
    desk *on = *state;
    static const char text[] =
        "schema = 1; extends = \"tools-only.cfg\";\nset : { base_task_time = 2.5;\n"
        "  base_error_rate = { dist = \"uniform\"; min = 0.03; max = 0.08; source "
        "= \"s\"; }; };\n";
    const sd_source *source = sd_source_from_text(on->arena, "t.cfg", text, strlen(text));
    sd_scenario *scenario = NULL;
    size_t count, uniform = 0;

    if (sd_scenario_from_source(on->arena, source, NULL, &scenario, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    const crowd c = gather(on, scenario, 1);
    const sd_drawn *drawn = sd_futures_drawn(on->arena, c.equations->program, scenario, &count);

    assert_false(is_drawn(&c, drawn, count, "base_task_time"));
    assert_true(is_drawn(&c, drawn, count, "base_error_rate"));
    for (size_t i = 0; i < count; i++)
        uniform += drawn[i].distribution.kind == SD_DIST_UNIFORM;
    assert_int_equal(uniform, 1);
}

/* The same with a root that has no value below 0, which some of the futures draw. */
static const char rooted[] =
    "<stock name=\"P\"><eqn>100</eqn><inflow>births</inflow><outflow>deaths</outflow></stock>"
    "<flow name=\"births\"><eqn>P * 0.06 * SQRT(c)</eqn></flow>"
    "<flow name=\"deaths\"><eqn>P * 0.03</eqn></flow><aux name=\"c\"><eqn>0.2</eqn>"
    "<range min=\"-1\" max=\"1\"/><treadmill:source grade=\"prior\">a guess</treadmill:source>"
    "</aux>";

static void a_future_that_fails_is_counted_and_said(void **state)
{
    desk *on = *state;
    const crowd c = gather_model(on, two_loops, rooted, 30);
    const sd_futures *f = work_out(on, &c);
    size_t failed = 0;

    for (size_t n = 0; n < f->count; n++) {
        assert_int_equal(f->list[n].failed, births_of(&c, f, n) < 0);
        failed += f->list[n].failed;
    }
    assert_true(failed > 3 && failed < 27);
    assert_int_equal(f->failed, failed);
    assert_int_equal(loop_of(f, "R1")->longest + loop_of(f, "B1")->longest + f->still + failed, 30);
    if (!strstr(sd_futures_text(on->arena, f),
                sd_arena_printf(on->arena, " %zu more could not be worked out", failed)))
        fail_msg("%s", sd_futures_text(on->arena, f));
}

static void when_all_fail_the_first_says_why(void **state)
{
    desk *on = *state;
    const crowd c = gather_model(
        on, two_loops,
        "<stock name=\"P\"><eqn>100</eqn><inflow>births</inflow><outflow>deaths</outflow></stock>"
        "<flow name=\"births\"><eqn>P * 0.06 * SQRT(-P)</eqn></flow>"
        "<flow name=\"deaths\"><eqn>P * 0.03</eqn></flow>",
        4);
    const sd_futures *f = NULL;

    assert_int_equal(sd_futures_new(on->arena, &c.request, &f, on->diag), SD_NONFINITE);
    assert_null(f);
    if (!strstr(desk_printed(on), "error[E501]"))
        fail_msg("%s", desk_printed(on));
}

/* Called reinforcing, but below 0.05 it balances. */
static void a_loop_that_works_the_other_way_is_counted(void **state)
{
    desk *on = *state;
    const crowd c = gather_model(
        on,
        "<treadmill:loop id=\"R1\" name=\"growth\" polarity=\"+\"><treadmill:through>P, growth"
        "</treadmill:through></treadmill:loop>",
        "<stock name=\"P\"><eqn>100</eqn><inflow>growth</inflow></stock>"
        "<flow name=\"growth\"><eqn>P * (b - 0.05)</eqn></flow>"
        "<aux name=\"b\"><eqn>0.06</eqn><range min=\"0.01\" max=\"0.1\"/>"
        "<treadmill:source grade=\"prior\">a guess</treadmill:source></aux>",
        25);
    const sd_futures *f = work_out(on, &c);
    size_t against = 0;

    for (size_t n = 0; n < f->count; n++)
        against += births_of(&c, f, n) < 0.05;
    assert_true(against > 2 && against < 23);
    assert_int_equal(loop_of(f, "R1")->against, against);
    assert_int_equal(loop_of(f, "R1")->longest, 25);
}

static void a_model_that_names_no_loops_is_refused(void **state)
{
    desk *on = *state;
    const crowd c = gather_model(on, "", population, 2);
    const sd_futures *f = NULL;

    assert_int_equal(sd_futures_new(on->arena, &c.request, &f, on->diag), SD_INVALID);
    if (!strstr(desk_printed(on), "error[E115]: the model names no loops, so none can be counted"))
        fail_msg("%s", desk_printed(on));
}

static void count_calls(void *context, double fraction)
{
    double *seen = context;

    assert_true(fraction > seen[0]);
    seen[0] = fraction;
    seen[1]++;
}

static void progress_is_told_and_an_interrupt_is_heard(void **state)
{
    desk *on = *state;
    crowd c = gather_model(on, two_loops, population, 9);
    double seen[2] = {0, 0};
    const volatile sig_atomic_t stop = 1;
    const sd_futures *f = NULL;

    c.request.progress = count_calls;
    c.request.progress_context = seen;
    (void)work_out(on, &c);
    assert_true(seen[0] == 1 && seen[1] == 9);
    c.request.progress = NULL;
    c.request.interrupted = &stop;
    assert_int_equal(sd_futures_new(on->arena, &c.request, &f, on->diag), SD_INTERRUPTED);
    assert_null(f);
}

static void the_sentence_tells_who_drives(void **state)
{
    desk *on = *state;
    const crowd c = gather_model(on, two_loops, population, 60);
    const sd_futures *f = work_out(on, &c);
    const size_t births = loop_of(f, "R1")->longest;

    assert_string_equal(
        sd_futures_text(on->arena, f),
        sd_arena_printf(
            on->arena,
            "In %zu of 60 futures R1 births drives longest, in %zu B1 deaths. In 0 to 4 it "
            "is most often R1 births (%zu), in 4 to 8 R1 births (%zu), in 8 to 12 R1 births "
            "(%zu).",
            births, 60 - births, births, births, births));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(shares_are_those_of_what_was_drawn),
        DESK_TEST(quantiles_are_those_of_the_futures),
        DESK_TEST(a_future_is_the_same_among_few_and_many),
        DESK_TEST(another_seed_draws_another_future),
        DESK_TEST(assumptions_are_drawn_and_choices_are_not),
        DESK_TEST(what_the_scenario_sets_is_its_own),
        DESK_TEST(a_future_that_fails_is_counted_and_said),
        DESK_TEST(when_all_fail_the_first_says_why),
        DESK_TEST(a_loop_that_works_the_other_way_is_counted),
        DESK_TEST(a_model_that_names_no_loops_is_refused),
        DESK_TEST(progress_is_told_and_an_interrupt_is_heard),
        DESK_TEST(the_sentence_tells_who_drives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
