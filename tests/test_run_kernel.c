/* test_run_kernel.c - compiled kernels give the interpreter's bits: every fixed method, every instruction set that this
 * machine has, members with random parameters, those that fail included.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>
#include <unistd.h>

enum { MEMBERS = 21 }; /* whole vectors and a rest, whatever the width */

static const sd_method fixed[] = {SD_METHOD_EULER, SD_METHOD_RK2, SD_METHOD_RK4};

typedef struct results {
    double *scores; /* [score][MEMBERS] */
    int64_t failed[MEMBERS];
} results;

/* Compiled kernels are kept beneath the build, so that only changed ones are compiled again. */
static void use_cache(desk *on)
{
    const char *root = getenv("TREADMILL_ROOT");
    char here[4096];

    assert_non_null(getcwd(here, sizeof here));
    if (!root || root[0] != '/')
        root = root ? sd_arena_printf(on->arena, "%s/%s", here, root) : here;
    assert_int_equal(
        setenv("XDG_CACHE_HOME", sd_arena_printf(on->arena, "%s/build/kernel-cache", root), 1), 0);
}

/* Every parameter is drawn within `spread` of its value. */
static double *draw_parameters(desk *on, double spread)
{
    const sd_program *program = on->program;
    double *values = SD_NEW_ARRAY(on->arena, double, program->parameter_count *MEMBERS + 1);

    for (size_t k = 0; k < program->parameter_count; k++) {
        for (size_t m = 0; m < MEMBERS; m++) {
            double pair[2];

            sd_random_uniform((sd_draw){.seed = 4711, .member = m, .variable = (uint32_t)k}, pair);
            values[k * MEMBERS + m] =
                program->parameters[k].value * (1 + spread * (2 * pair[0] - 1));
        }
    }
    return values;
}

static bool is_wanted(const sd_program *program, size_t element)
{
    for (size_t i = 0; i < program->wanted_count; i++)
        if (program->wanted[i] == element)
            return true;
    return !program->wanted;
}

/* The end value, integral and largest value of everything that has one. */
static size_t all_scores(desk *on, const sd_run_spec *spec, const sd_score **ret_scores)
{
    static const sd_score_kind kinds[] = {SD_SCORE_AT, SD_SCORE_INTEGRAL, SD_SCORE_MAX};
    sd_score *scores = SD_NEW_ARRAY(on->arena, sd_score, 3 * on->model->element_count + 1);
    size_t count = 0;

    for (size_t element = 0; element < on->model->element_count; element++) {
        if (on->program->element_rows[element] == SD_NO_ROW || !is_wanted(on->program, element))
            continue;
        for (size_t i = 0; i < 3; i++)
            scores[count++] = (sd_score){.element = element,
                                         .kind = kinds[i],
                                         .from = i ? spec->start : spec->stop,
                                         .to = spec->stop};
    }
    *ret_scores = scores;
    return count;
}

static results run_batch(desk *on, const sd_batch *batch, const double *parameters, size_t tile)
{
    results r = {.scores = SD_NEW_ARRAY(on->arena, double, batch->score_count *MEMBERS + 1)};
    sd_worker *worker;

    if (sd_worker_new(on->arena, batch, &worker, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    for (size_t first = 0; first < MEMBERS; first += tile) {
        const size_t count = MEMBERS - first < tile ? MEMBERS - first : tile;

        assert_int_equal(sd_worker_run(worker, first, count, parameters + first, MEMBERS,
                                       r.scores + first, r.failed + first),
                         SD_OK);
    }
    sd_worker_free(worker);
    return r;
}

static void expect_same(desk *on, const sd_batch *batch, const results *known, const results *found,
                        const char *what)
{
    for (size_t m = 0; m < MEMBERS; m++) {
        if (known->failed[m] != found->failed[m])
            fail_msg("%s, %s: member %zu failed at %lld, not %lld", what,
                     sd_method_name(batch->spec.method), m, (long long)found->failed[m],
                     (long long)known->failed[m]);
        for (size_t s = 0; batch->scores && s < batch->score_count; s++) {
            const double *a = &known->scores[s * MEMBERS + m], *b = &found->scores[s * MEMBERS + m];

            if (memcmp(a, b, sizeof *a) != 0 && !(isnan(*a) && isnan(*b)))
                fail_msg("%s, %s: %s of member %zu is %.17g, not %.17g", what,
                         sd_method_name(batch->spec.method),
                         sd_model_element_name(on->model, batch->scores[s].element, on->arena), m,
                         *b, *a);
        }
    }
}

/* The compiled program against the interpreter; how many members failed in both. */
static size_t compare(desk *on, const sd_kernel *kernel, const double *parameters, const char *what)
{
    size_t failures = 0;

    for (size_t i = 0; i < 3; i++) {
        sd_batch batch = {.program = on->program, .spec = on->request.spec};

        batch.spec.method = fixed[i];
        batch.spec.seed = 99;
        batch.score_count = all_scores(on, &batch.spec, &batch.scores);
        const results known = run_batch(on, &batch, parameters, MEMBERS);
        const results narrow = run_batch(on, &batch, parameters, 1);

        expect_same(on, &batch, &known, &narrow, "the interpreter, one by one");
        batch.kernel = kernel;
        const results wide = run_batch(on, &batch, parameters, MEMBERS);
        const results odd = run_batch(on, &batch, parameters, 5);

        expect_same(on, &batch, &known, &wide, what);
        expect_same(on, &batch, &known, &odd, what);
        for (size_t m = 0; m < MEMBERS; m++)
            failures += known.failed[m] >= 0;
    }
    return failures;
}

/* On every instruction set of this machine. */
static size_t compare_native(desk *on, double spread)
{
    const double *parameters = draw_parameters(on, spread);
    const char *set;
    size_t failures = 0;

    use_cache(on);
    for (size_t i = 0; (set = sd_instructions_here(i)); i++) {
        const sd_kernel *kernel = sd_kernel_native(on->arena, on->program, set, on->diag);

        if (!kernel)
            fail_msg("%s: %s", set, desk_printed(on));
        assert_string_equal(sd_kernel_instructions(kernel), set);
        failures += compare(on, kernel, parameters, set);
    }
    return failures;
}

static void compile_lines(desk *on, const char *specs, const char *lines)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    desk_request(on);
}

/* ---- tests ------------------------------------------------------------------------------------------- */

static void the_shipped_kernels_give_the_interpreter_s_bits(void **state)
{
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    desk_request(on);
    on->request.spec.stop = 26;
    const sd_kernel *kernel = sd_kernel_shipped(on->program);

    assert_non_null(kernel);
    assert_string_equal(sd_kernel_instructions(kernel), sd_instructions_here(0));
    assert_int_equal(compare(on, kernel, draw_parameters(on, 0.05), "the shipped kernel"), 0);
}

static void the_shipped_model_gives_the_same_bits_on_every_instruction_set(void **state)
{
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    desk_request(on);
    on->request.spec.stop = 13;
    (void)compare_native(on, 0.1);
}

static void a_kernel_for_some_variables_serves_those_who_want_fewer(void **state)
{
    desk *on = *state;
    size_t count;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    const size_t wanted = desk_element(on, "burnout_prevalence");
    const size_t *more = sd_kernel_wanted(on->model, 0, &wanted, 1, &count);

    assert_true(count > 1);
    assert_int_equal(
        sd_program_new_wanted(on->arena, on->model, NULL, 0, more, count, &on->program, on->diag),
        SD_OK);
    assert_non_null(sd_kernel_shipped(on->program));
    desk_request(on);
    on->request.spec.stop = 26;
    assert_int_equal(
        compare(on, sd_kernel_shipped(on->program), draw_parameters(on, 0.05), "headline"), 0);
    /* Whoever wants something unusual gets everything; with a shock there is no kernel. */
    const size_t unusual = desk_element(on, "access_target");

    assert_null(sd_kernel_wanted(on->model, 0, &unusual, 1, &count));
    assert_ptr_equal(sd_kernel_wanted(on->model, 1, &unusual, 1, &count), &unusual);
    assert_int_equal(count, 1);
}

static void every_operation_gives_the_same_bits(void **state)
{
    desk *on = *state;

    compile_lines(on, "rk4 -1 7 0.125",
                  "stock P = 3.7; in f; out g\nflow f = 0.3 * P + 0.1\nflow g = P / lag\n"
                  "aux lag = 2.9\naux q = SIN(TIME * 1.7) * 3 + P - 5\n"
                  "aux a = EXP(q / 7) + LN(P + 2) + LOG10(P + 1.3) + SQRT(P) + P ^ 0.37\n"
                  "aux b = COS(q) + TAN(q / 5) + ARCSIN(SIN(q)) + ARCCOS(COS(q)) + ARCTAN(q)\n"
                  "aux c = SINH(q / 3) + COSH(q / 3) + TANH(q)\n"
                  "aux d = INT(q) + ROUND(q * 2) + q MOD 1.3 + ABS(q) + MIN(q, P) + MAX(q, 1)\n"
                  "aux e = (q < 1) + (q <= 0) + 2 * (q = INT(q)) + 3 * (q <> 2) - (-q)\n"
                  "aux h = (q > 0 AND P > 4) + 2 * (q > 1 OR P < 3) + 4 * (NOT q > 2)\n"
                  "aux i = IF q > 0 THEN P ELSE -q\naux j = SAFEDIV(P, MAX(0, q), 7.5)\n"
                  "aux k = MAX(MIN(q, 2), -1) + MIN(1, q) + MAX(0, MIN(P, q))\n"
                  "aux l = RAMP(0.3, 1, 4) + TIME * DT + STARTTIME + STOPTIME\n");
    assert_int_equal(compare_native(on, 0.2), 0);
}

static void what_is_held_gives_the_same_bits(void **state)
{
    desk *on = *state;

    compile_lines(
        on, "rk4 2 19 0.25",
        "stock P = 100; in born; out dead; nonneg\n"
        "flow born = P * rate * (1 + 0.2 * NORMAL(0, 1)) + PULSE(5, 3, 4) + PULSE(2, 5)\n"
        "flow dead = P / life * MAX(0.5, RANDOM(0, 1.5)) + STEP(2, 7) + STEP(height, 9.1)\n"
        "aux rate = 0.12\naux life = 9.5\naux lag = 3.25\naux height = 1.7\n"
        "aux seen = SMTH3(P, lag)\naux shipped = DELAY3(born, lag)\n"
        "aux piped = DELAY(born, lag, 1) + DELAY(P, 2) + DELAY(P, lag * (1 + 0.5 * SIN(TIME)))\n"
        "aux before = PREVIOUS(P, 90) + PREVIOUS(before2, 1)\naux before2 = PREVIOUS(born, 2)\n"
        "aux growth = TREND(P, lag)\naux ahead = FORCST(P, lag, 5)\naux first = INIT(born)\n"
        "aux own = NORMAL(P, 2, 17) + RANDOM(1, 2, rate * 1000)\n");
    assert_int_equal(compare_native(on, 0.2), 0);
}

static const char *graph_variable(desk *on, const char *name, const char *kind, const char *xs,
                                  const char *ys)
{
    return sd_arena_printf(on->arena,
                           "<aux name=\"%s\"><eqn>x</eqn><gf type=\"%s\"><xpts>%s</xpts><ypts>%s"
                           "</ypts></gf></aux>",
                           name, kind, xs, ys);
}

/* Tables of 2 .. 257 points of each kind, met below, above, between and at their points. */
static void graphical_functions_give_the_same_bits(void **state)
{
    static const char *const kinds[] = {"continuous", "extrapolate", "discrete"};
    static const size_t sizes[] = {2, 3, 8, 9, 10, 16, 17, 18, 40, 257};
    desk *on = *state;
    sd_text variables = sd_text_new(on->arena);

    sd_text_printf(
        &variables,
        "<stock name=\"x\"><eqn>-1.5</eqn><inflow>f</inflow></stock>"
        "<flow name=\"f\"><eqn>speed</eqn></flow><aux name=\"speed\"><eqn>1</eqn></aux>");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t kind = 0; kind < 3; kind++) {
            sd_text xs = sd_text_new(on->arena), ys = sd_text_new(on->arena);

            for (size_t k = 0; k < sizes[i]; k++) {
                const double x = 0.25 * (double)k + (k % 3 == 1 && i % 2 ? 0.1 : 0);

                sd_text_printf(&xs, "%s%g", k ? "," : "", x);
                sd_text_printf(&ys, "%s%g", k ? "," : "", k % 5 == 2 ? -0.0 : sin(3 * x) / 7);
            }
            sd_text_add(&variables, "", 0);
            const char *one =
                graph_variable(on, sd_arena_printf(on->arena, "g_%s_%zu", kinds[kind], sizes[i]),
                               kinds[kind], xs.bytes, ys.bytes);

            sd_text_add(&variables, one, strlen(one));
        }
    }
    desk_must_compile(on, desk_file(on, "rk4 0 13 0.0625", "", variables.bytes));
    desk_request(on);
    assert_int_equal(compare_native(on, 0.3), 0);
    for (size_t k = 0; k < on->program->parameter_count; k++) /* exactly at the points too */
        assert_true(on->program->parameters[k].value == -1.5 ||
                    on->program->parameters[k].value == 1);
    assert_int_equal(compare_native(on, 0), 0);
}

/* Values that are not finite where a stock, a variable alone, only a stage, or a delay time meets them. */
static void members_that_fail_fail_at_the_same_point(void **state)
{
    static const char *const models[] = {
        "stock y = 1; in f\nflow f = k * y ^ 2\naux k = 1\n",
        "stock y = 4; in f\nflow f = -k\naux k = 1\naux seen = MIN(1, 2 / SQRT(y))\n",
        "stock y = 4; in f\nflow f = -k\naux k = 1\naux seen = EXP(1 / MAX(0, y))\n",
        "stock y = 1; in f\nflow f = -k * SQRT(y)\naux k = 1\n",
        "stock y = 3; in f; nonneg\nflow f = -k\naux k = 1\naux late = DELAY(y, y - 1)\n",
        "stock y = 1; in f\nflow f = k * y * 1e200\naux k = 1\n",
        "stock y = 1; in f\nflow f = 0\naux k = 1\naux seen = LN(k - 1)\n",
        "stock y = 1; in f\nflow f = 0\naux k = 1\naux seen = MAX(SQRT(y - k), 0.5 * y)\n",
        "stock y = 1; in f\nflow f = 0\naux k = 1\naux seen = MIN(0.5 * y, SQRT(y - k))\n",
        "stock y = 1; in f\nflow f = 1 / INT(y * k + 0.3)\naux k = 1\n",
        "stock y = 1; in f; out g\nflow f = 1e308 * k * TIME\nflow g = -1e308 * k\naux k = 1\n",
    };
    desk *on = *state;
    size_t failures = 0;

    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        compile_lines(on, "rk4 0 6 0.25", models[i]);
        const size_t here = compare_native(on, 0.5);

        if (here == 0)
            fail_msg("nobody fails in model %zu", i);
        failures += here;
    }
    print_message("%zu failed members\n", failures);
}

static void what_is_not_finite_but_not_looked_at_does_no_harm(void **state)
{
    desk *on = *state;

    compile_lines(on, "rk4 0 6 0.25",
                  "stock y = 1; in f\nflow f = IF SQRT(y - 0.9 * k) >= 0 THEN 1 ELSE 0 - 1\n"
                  "aux k = 1\naux seen = MIN(1, 2 / MAX(0, k - 1)) + SAFEDIV(1, 0 * k, LN(k))\n");
    assert_int_equal(compare_native(on, 0.5), 0);
}

static void the_community_s_models_give_the_same_bits(void **state)
{
    desk *on = *state;
    const char *path = desk_shared(on, "conformance/cases.tsv");
    const sd_source *list;
    size_t models = 0;

    if (!path ||
        sd_source_from_file(on->arena, path, SD_MODEL_BYTES_MAX, &list, on->diag) != SD_OK) {
        skip();
        return;
    }
    for (const char *at = list->text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        const size_t length = strcspn(at, "\t\n");
        const char *name = sd_arena_printf(on->arena, "conformance/%.*s", (int)length, at);
        const sd_source *source;

        on->diag = sd_diag_new(on->arena);
        if (!strstr(name, ".xmile") ||
            sd_source_from_file(on->arena, desk_shared(on, name), SD_MODEL_BYTES_MAX, &source,
                                on->diag) != SD_OK ||
            sd_model_from_xmile(on->arena, source, &on->model, on->diag) != SD_OK ||
            sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag) != SD_OK)
            continue;
        desk_request(on);
        (void)compare_native(on, 0.15);
        models++;
    }
    print_message("%zu models\n", models);
    assert_true(models > 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(the_shipped_kernels_give_the_interpreter_s_bits),
        DESK_TEST(the_shipped_model_gives_the_same_bits_on_every_instruction_set),
        DESK_TEST(a_kernel_for_some_variables_serves_those_who_want_fewer),
        DESK_TEST(every_operation_gives_the_same_bits),
        DESK_TEST(what_is_held_gives_the_same_bits),
        DESK_TEST(graphical_functions_give_the_same_bits),
        DESK_TEST(members_that_fail_fail_at_the_same_point),
        DESK_TEST(what_is_not_finite_but_not_looked_at_does_no_harm),
        DESK_TEST(the_community_s_models_give_the_same_bits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
