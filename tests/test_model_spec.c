/* test_model_spec.c - methods have their names, and a run has whole numbers of steps and saved points.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/model.h"

#include <math.h>
#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static const sd_run_spec year = {.stop = 52,
                                 .dt = 0.25,
                                 .save_interval = 1,
                                 .method = SD_METHOD_RK4,
                                 .rtol = 1e-6,
                                 .atol = 1e-9};

/* Both counts and what was said: "208 4" or the messages. */
static const char *count(sd_arena *arena, sd_run_spec spec)
{
    sd_diag *diag = sd_diag_new(arena);
    int64_t steps = -1, save_every = -1;
    const sd_status status = sd_run_spec_count(&spec, SD_NOWHERE, &steps, &save_every, diag);
    sd_text text = sd_text_new(arena);

    assert_int_equal(status, sd_diag_status(diag));
    if (status == SD_OK)
        sd_text_printf(&text, "%lld %lld", (long long)steps, (long long)save_every);
    for (size_t each = 0; each < diag->messages.count; each++) {
        const sd_message *message = &diag->messages.items[each];

        sd_text_printf(&text, "%s%s %s%s%s", text.length ? "\n" : "", sd_code_name(message->code),
                       message->text, message->help ? "; " : "",
                       message->help ? message->help : "");
    }
    return text.bytes;
}

static void expect_count(sd_run_spec spec, const char *expected)
{
    sd_arena *arena = sd_arena_new("test");

    assert_string_equal(count(arena, spec), expected);
    sd_arena_free(arena);
}

static void a_method_is_found_by_its_name_and_by_xmiles(void **state)
{
    static const struct {
        const char *name;
        sd_method method;
    } known[] = {{"euler", SD_METHOD_EULER}, {"Euler", SD_METHOD_EULER}, {"RK4", SD_METHOD_RK4},
                 {"rk1", SD_METHOD_EULER},   {"RK2", SD_METHOD_RK2},     {"rk45", SD_METHOD_RKF45},
                 {"rkf45", SD_METHOD_RKF45}, {"rkck", SD_METHOD_RKCK},   {"Rk8pd", SD_METHOD_RK8PD},
                 {"Gear", SD_METHOD_MSBDF},  {"bsimp", SD_METHOD_BSIMP}};
    sd_method found = SD_METHOD_COUNT;

    (void)state;
    for (size_t each = 0; each < sizeof known / sizeof known[0]; each++) {
        assert_true(sd_method_from_name(known[each].name, &found));
        assert_int_equal(found, known[each].method);
    }
    found = SD_METHOD_RK2;
    assert_false(sd_method_from_name("heun", &found));
    assert_false(sd_method_from_name("", &found));
    assert_int_equal(found, SD_METHOD_RK2);
}

static void lists_of_methods_name_every_one(void **state)
{
    sd_arena *arena = sd_arena_new("test");

    (void)state;
    assert_string_equal(sd_method_list(arena), "euler, rk2, rk4, rkf45, rkck, rk8pd or msadams; "
                                               "for stiff models bsimp or msbdf");
    assert_string_equal(sd_method_stiff_list(arena), "bsimp or msbdf");
    for (size_t each = 0; each < SD_METHOD_COUNT; each++)
        assert_non_null(strstr(sd_method_list(arena), sd_method_name((sd_method)each)));
    sd_arena_free(arena);
}

static void every_method_has_a_name_that_finds_it(void **state)
{
    (void)state;
    for (size_t each = 0; each < SD_METHOD_COUNT; each++) {
        sd_method found;

        assert_true(sd_method_from_name(sd_method_name((sd_method)each), &found));
        assert_int_equal(found, each);
        assert_true(strlen(sd_method_text((sd_method)each)) > 10);
    }
    assert_false(sd_method_is_adaptive(SD_METHOD_RK4));
    assert_true(sd_method_is_adaptive(SD_METHOD_RKCK));
    assert_false(sd_method_is_stiff(SD_METHOD_MSADAMS));
    assert_true(sd_method_is_stiff(SD_METHOD_MSBDF));
}

static void a_run_is_counted_in_whole_steps(void **state)
{
    sd_run_spec spec = year;

    (void)state;
    expect_count(spec, "208 4");
    /* Neither 0.1 nor 1/3 is exact in binary. */
    spec = (sd_run_spec){.start = 0.3, .stop = 100.3, .dt = 0.1, .save_interval = 0.7};
    expect_count(spec, "1000 7");
    spec = (sd_run_spec){.stop = 7, .dt = 1.0 / 3, .save_interval = 1};
    expect_count(spec, "21 3");
    spec = (sd_run_spec){.start = -5, .stop = 5, .dt = 10, .save_interval = 20};
    expect_count(spec, "1 2");
}

static void a_stop_between_two_steps_is_warned_about(void **state)
{
    sd_run_spec spec = year;

    (void)state;
    spec.start = 0.5;
    spec.stop = 3.6;
    expect_count(spec, "12 4\nW904 stop 3.6 is not a whole number of dt 0.25 after start 0.5; the "
                       "run ends at 3.5");
}

static void saving_between_two_steps_is_refused(void **state)
{
    sd_run_spec spec = year;

    (void)state;
    spec.save_interval = 0.6;
    expect_count(spec, "E112 save_interval 0.6 is not a whole number of dt 0.25; 0.5 would be");
    spec.save_interval = 0.1;
    expect_count(spec, "E112 save_interval 0.1 is not a whole number of dt 0.25; 0.25 would be");
}

static void times_without_sense_are_all_reported(void **state)
{
    sd_run_spec spec = year;

    (void)state;
    spec.stop = 0;
    spec.dt = -0.25;
    spec.save_interval = (double)NAN;
    expect_count(spec, "E112 save_interval must be a finite number, not nan\n"
                       "E112 dt must be above 0, not -0.25\n"
                       "E112 stop must come after start, but start is 0 and stop is 0");
    spec = year;
    spec.stop = (double)INFINITY;
    expect_count(spec, "E112 stop must be a finite number, not inf");
    spec = year;
    spec.dt = 60;
    spec.save_interval = 60;
    expect_count(spec, "E112 dt 60 is longer than the whole run");
}

static void an_adaptive_method_needs_a_tolerance(void **state)
{
    sd_run_spec spec = year;

    (void)state;
    spec.rtol = spec.atol = 0;
    expect_count(spec, "208 4");
    spec.method = SD_METHOD_RK8PD;
    expect_count(spec,
                 "E112 the adaptive method rk8pd needs rtol or atol above 0; rtol = 1e-6 is usual");
    spec.rtol = -1e-3;
    expect_count(spec, "E112 rtol and atol must not be below 0");
}

static void runs_that_no_machine_could_hold_are_refused(void **state)
{
    sd_run_spec spec = year;

    (void)state;
    spec.dt = 1e-7;
    expect_count(spec, "E503 the run has more than 100 million steps; raise dt");
    spec = (sd_run_spec){.stop = 2e7, .dt = 1, .save_interval = 1};
    expect_count(spec, "E503 the run has more than 10 million saved points; raise save_interval");
    spec.dt = 5e-324;
    expect_count(spec, "E112 save_interval 1 is not a whole number of dt 5e-324\n"
                       "E503 the run has more than 100 million steps; raise dt");
    spec = (sd_run_spec){.stop = 1e8, .dt = 1, .save_interval = 1e300};
    expect_count(spec, "100000000 100000001");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_method_is_found_by_its_name_and_by_xmiles),
        cmocka_unit_test(every_method_has_a_name_that_finds_it),
        cmocka_unit_test(lists_of_methods_name_every_one),
        cmocka_unit_test(a_run_is_counted_in_whole_steps),
        cmocka_unit_test(a_stop_between_two_steps_is_warned_about),
        cmocka_unit_test(saving_between_two_steps_is_refused),
        cmocka_unit_test(times_without_sense_are_all_reported),
        cmocka_unit_test(an_adaptive_method_needs_a_tolerance),
        cmocka_unit_test(runs_that_no_machine_could_hold_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
