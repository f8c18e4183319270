/* test_model_unit.c - units are read, written and multiplied, and malformed ones are shown with a caret.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "../sim/model/unit_private.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag;
    sd_status status; /* of the last reading */
} desk;

static int set_up(void **state)
{
    desk *made = calloc(1, sizeof *made);

    made->arena = sd_arena_new("test");
    made->diag = sd_diag_new(made->arena);
    *state = made;
    return 0;
}

static int tear_down(void **state)
{
    desk *used = *state;

    sd_arena_free(used->arena);
    free(used);
    return 0;
}

/* All messages as people read them, without the count at the end. */
static const char *printed(desk *on)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);
    const char *copy;

    assert_non_null(to);
    for (size_t i = 0; i < on->diag->messages.count; i++)
        sd_message_print(&on->diag->messages.items[i], to, false);
    fclose(to);
    copy = sd_arena_copy(on->arena, bytes, length);
    free(bytes);
    return copy;
}

/* ---- reading, writing, arithmetic ---------------------------------------------------------------------- */

static sd_span locate_in_source(const void *context, size_t begin, size_t end)
{
    return (sd_span){.source = context, .begin = begin, .end = end};
}

static sd_unit read_unit(desk *on, const char *text)
{
    const size_t length = strlen(text);
    const sd_source *source = sd_source_from_text(on->arena, "unit", text, length);
    sd_unit unit = {0};

    on->diag = sd_diag_new(on->arena);
    on->status = sd_unit_parse(on->arena, NULL, source->text, length, locate_in_source, source,
                               &unit, on->diag);
    return unit;
}

static void expect_text(desk *on, const char *text, const char *wanted)
{
    const sd_unit unit = read_unit(on, text);

    assert_string_equal(printed(on), "");
    assert_int_equal(on->status, SD_OK);
    assert_string_equal(sd_unit_text(&unit, on->arena), wanted);
}

static void expect_malformed(desk *on, const char *text, const char *wanted)
{
    const sd_unit unit = read_unit(on, text);

    assert_int_equal(on->status, SD_UNITS);
    assert_int_equal(on->diag->errors, 1);
    assert_int_equal(on->diag->messages.items[0].code, SD_E203);
    assert_non_null(on->diag->messages.items[0].help);
    assert_false(unit.known);
    assert_string_equal(printed(on), wanted);
}

static void products_and_quotients_go_from_left_to_right(void **state)
{
    desk *on = *state;

    expect_text(on, "hour/person/week", "hour/person/week");
    expect_text(on, "hour/person*week", "hour*week/person");
    expect_text(on, "hour/(person*week)", "hour/person/week");
    expect_text(on, " task * hour ", "hour*task");
    expect_text(on, "m\xc2\xb7s/kg", "m*s/kg");
    expect_text(on, "1/week", "1/week");
    expect_text(on, "$/(hour/(person/week))", "$*person/hour/week");
    expect_text(on, "week/week", "dmnl");
}

static void powers_are_signed_whole_or_decimal_numbers(void **state)
{
    desk *on = *state;

    expect_text(on, "m^2", "m^2");
    expect_text(on, "kg*m/s^2", "kg*m/s^2");
    expect_text(on, "s^-2", "1/s^2");
    expect_text(on, "s ^ +1.5", "s^1.5");
    expect_text(on, "(m/s)^-0.5*kg", "kg*s^0.5/m^0.5");
    expect_text(on, "m^0", "dmnl");
    expect_text(on, "m^0.1*m^0.2*m^-0.3", "dmnl");
}

static void names_fold_case_spaces_and_plurals(void **state)
{
    desk *on = *state;

    expect_text(on, "Full  Time\n_Weeks", "full_time_week");
    expect_text(on, "HOURS/People/Weeks", "hour/person/week");
    expect_text(on, "persons", "person");
    expect_text(on, "young people", "young_person");
    expect_text(on, "gas*mass*GPUs", "gas*gpu*mass");
    expect_text(on, "%*$*\xe2\x82\xac*co2", "$*%*co2*\xe2\x82\xac");
    expect_text(on, "hour\xc2\xa0/\xc2\xa0week", "hour/week");
}

static void usual_spellings_of_one_unit_are_one(void **state)
{
    desk *on = *state;

    expect_text(on, "hrs/wk", "hour/week");
    expect_text(on, "Yrs*mo/min", "month*year/minute");
    expect_text(on, "US Dollars/day", "$/day");
    expect_text(on, "USD*dollar", "$^2");
    expect_text(on, "percent/EUR", "%/\xe2\x82\xac");
    expect_text(on, "boxes*factories*batches*glasses", "batch*box*factory*glass");
    expect_text(on, "work hrs", "work_hour");
    expect_text(on, "women/children", "woman/child");
    expect_text(on, "gas*series*news", "gas*new*series");
}

static void words_and_signs_of_products_quotients_and_powers(void **state)
{
    desk *on = *state;

    expect_text(on, "people per week", "person/week");
    expect_text(on, "widgets_per_person_per_year", "widget/person/year");
    expect_text(on, "per week", "1/week");
    expect_text(on, "permits", "permit");
    expect_text(on, "person-weeks", "person*week");
    expect_text(on, "kWh - day / month", "day*kwh/month");
    expect_text(on, "m**2", "m^2");
    expect_text(on, "square metres", "meter^2");
    expect_text(on, "sq ft per person", "ft^2/person");
    expect_text(on, "meters cubed", "meter^3");
    expect_text(on, "m\xc2\xb2", "m^2");
    expect_text(on, "# of things", "#_of_thing");
}

/* A week is seven days, but only an equation may say so. */
static void units_of_different_size_stay_different(void **state)
{
    desk *on = *state;
    static const char *const names[] = {"day", "week", "month", "quarter", "year", "hour",
                                        "%",   "$",    "m",     "km",      "ton",  "kg"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        for (size_t k = 0; k < i; k++) {
            const sd_unit a = read_unit(on, names[i]), b = read_unit(on, names[k]);

            assert_false(sd_unit_equal(&a, &b));
        }
    }
}

static void no_units_have_many_names(void **state)
{
    desk *on = *state;
    static const char *const names[] = {"1",        "1.0",  "dmnl",     "Dimensionless",
                                        "unitless", "None", "fraction", "(1)"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect_text(on, names[i], "dmnl");
    expect_text(on, "dmnl/Month", "1/month");
}

static void an_empty_text_is_not_known(void **state)
{
    desk *on = *state;
    const sd_unit empty = read_unit(on, ""), space = read_unit(on, " \t\n");

    assert_int_equal(on->status, SD_OK);
    assert_false(empty.known);
    assert_false(space.known);
    assert_string_equal(sd_unit_text(&empty, on->arena), "unknown");
}

static void malformed_units_are_told_with_a_caret(void **state)
{
    desk *on = *state;

    expect_malformed(on, "hour/",
                     "error[E203]: '/' needs a unit after it\n"
                     "  --> unit:1:5\n"
                     "   |\n"
                     " 1 | hour/\n"
                     "   |     ^ help: write a name such as hour, or 1 for no units\n");
    expect_malformed(on, "/week",
                     "error[E203]: '/' needs a unit before it\n"
                     "  --> unit:1:1\n"
                     "   |\n"
                     " 1 | /week\n"
                     "   | ^ help: write 1/week for 'per week'\n");
    expect_malformed(
        on, "hour @ week",
        "error[E203]: '@' cannot stand in units\n"
        "  --> unit:1:6\n"
        "   |\n"
        " 1 | hour @ week\n"
        "   |      ^\n"
        "   = help: join names by * and /, with ^ for powers, such as hour/person/week\n");
    expect_malformed(on, "hour/(week*person",
                     "error[E203]: '(' is never closed\n"
                     "  --> unit:1:6\n"
                     "   |\n"
                     " 1 | hour/(week*person\n"
                     "   |      ^ help: add a ')'\n");
    expect_malformed(on, "hour)",
                     "error[E203]: ')' closes a bracket that is not open\n"
                     "  --> unit:1:5\n"
                     "   |\n"
                     " 1 | hour)\n"
                     "   |     ^ help: remove it, or open a bracket before it\n");
}

static void malformed_numbers_and_powers_are_told_with_a_caret(void **state)
{
    desk *on = *state;

    expect_malformed(
        on, "1000 people",
        "error[E203]: '1000' is not a unit\n"
        "  --> unit:1:1\n"
        "   |\n"
        " 1 | 1000 people\n"
        "   | ^^^^\n"
        "   = help: write 1 for no units; a name begins with a letter, and numbers belong in the "
        "equation\n");
    expect_malformed(on, "m^2 kg",
                     "error[E203]: an operator is missing before 'kg'\n"
                     "  --> unit:1:5\n"
                     "   |\n"
                     " 1 | m^2 kg\n"
                     "   |     ^^ help: write * or / between units\n");
    expect_malformed(on, "m^two",
                     "error[E203]: '^' needs a number after it\n"
                     "  --> unit:1:2\n"
                     "   |\n"
                     " 1 | m^two\n"
                     "   |  ^ help: write a power such as m^2 or s^-0.5\n");
    expect_malformed(on, "m^2^3",
                     "error[E203]: a power of a power needs brackets\n"
                     "  --> unit:1:4\n"
                     "   |\n"
                     " 1 | m^2^3\n"
                     "   |    ^ help: write (m^2)^3, or m^6\n");
    expect_malformed(on, "m^1e999",
                     "error[E203]: the power '1e999' is beyond 100\n"
                     "  --> unit:1:3\n"
                     "   |\n"
                     " 1 | m^1e999\n"
                     "   |   ^^^^^ help: powers of units go from -100 to 100\n");
}

static void every_odd_text_is_refused_with_one_message(void **state)
{
    desk *on = *state;
    static const char *const texts[] = {"(",      ")",    "()",  "*",     "^2",    "a**b",  "a/*b",
                                        "a^",     "a^-",  "2",   "1x",    "1.5",   "a(b",   "(a)b",
                                        "_",      "a/_",  "a;b", "\x01",  "((a)",  "a b)",  "0",
                                        "1 week", "a\\b", "_2a", "a^(2)", "a^2 3", "\"a\"", "."};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        (void)read_unit(on, texts[i]);
        assert_int_equal(on->status, SD_UNITS);
        assert_int_equal(on->diag->errors, 1);
        assert_true(on->diag->messages.items[0].span.end <= strlen(texts[i]));
    }
}

static void more_names_than_fit_are_refused(void **state)
{
    desk *on = *state;

    expect_text(on, "a*b*c*d*e*f*g*h*a", "a^2*b*c*d*e*f*g*h");
    expect_malformed(on, "a*b*c*d*e*f*g*h*i",
                     "error[E203]: more than 8 different units\n"
                     "  --> unit:1:17\n"
                     "   |\n"
                     " 1 | a*b*c*d*e*f*g*h*i\n"
                     "   |                 ^\n"
                     "   = help: name a combination of them in <model_units> and use that name\n");
}

static void deep_brackets_are_refused(void **state)
{
    desk *on = *state;
    char text[200000];

    memset(text, '(', sizeof text);
    text[sizeof text - 1] = '\0';
    (void)read_unit(on, text);
    assert_int_equal(on->diag->errors, 1);
    assert_string_equal(on->diag->messages.items[0].text, "brackets are nested more than 32 deep");
    expect_text(on, "((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))", "a");
}

static void a_malformed_text_without_a_place_has_a_message_without_one(void **state)
{
    desk *on = *state;
    sd_unit unit = {0};

    assert_int_equal(sd_unit_parse(on->arena, NULL, "a/", 2, NULL, NULL, &unit, on->diag),
                     SD_UNITS);
    assert_null(on->diag->messages.items[0].span.source);
}

static void aliases_mean_what_the_model_says(void **state)
{
    desk *on = *state;
    sd_table *names = sd_table_new(on->arena);
    sd_unit newton = read_unit(on, "kg*m/s^2"), hour = read_unit(on, "hour"), unit = {0};

    (void)sd_table_put(names, "newton", &newton);
    (void)sd_table_put(names, "hrs", &hour);
    (void)sd_table_put(names, "dmnl", &hour);
    (void)sd_table_put(names, "jobs_per_head", &hour);
    assert_int_equal(sd_unit_parse(on->arena, names, "jobs per head/newton per s", 26, NULL, NULL,
                                   &unit, on->diag),
                     SD_OK);
    assert_string_equal(sd_unit_text(&unit, on->arena), "hour*s^3/kg/m");
    assert_int_equal(
        sd_unit_parse(on->arena, names, "Newtons*m*dmnl/hrs", 18, NULL, NULL, &unit, on->diag),
        SD_OK);
    assert_string_equal(sd_unit_text(&unit, on->arena), "kg*m^2/hour/s^2");
}

static void arithmetic_adds_powers_and_keeps_what_is_not_known(void **state)
{
    desk *on = *state;
    const sd_unit pace = read_unit(on, "task/week"), time = read_unit(on, "week"), none = {0};
    const sd_unit tasks = sd_unit_product(&pace, &time), square = sd_unit_power(&pace, 2);
    const sd_unit root = sd_unit_power(&square, 0.5), third = sd_unit_power(&pace, 1.0 / 3);
    const sd_unit whole = sd_unit_power(&third, 3), one = sd_unit_quotient(&pace, &whole);
    const sd_unit lost = sd_unit_product(&pace, &none), number = sd_unit_number();

    assert_string_equal(sd_unit_text(&tasks, on->arena), "task");
    assert_string_equal(sd_unit_text(&square, on->arena), "task^2/week^2");
    assert_true(sd_unit_equal(&root, &pace));
    assert_true(sd_unit_is_number(&one));
    assert_true(sd_unit_equal(&one, &number));
    assert_false(lost.known);
    assert_false(sd_unit_equal(&none, &none));
    assert_false(sd_unit_equal(&pace, &time));
}

static void arithmetic_beyond_the_limits_is_not_known(void **state)
{
    desk *on = *state;
    const sd_unit eight = read_unit(on, "a*b*c*d*e*f*g*h"), ninth = read_unit(on, "i");
    const sd_unit nine = sd_unit_product(&eight, &ninth), huge = sd_unit_power(&ninth, 1e300);
    const sd_unit beyond = sd_unit_power(&huge, 1e300), nothing = sd_unit_power(&ninth, 0);

    assert_false(nine.known);
    assert_true(huge.known);
    assert_false(beyond.known);
    assert_true(sd_unit_is_number(&nothing));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(products_and_quotients_go_from_left_to_right),
        TEST(powers_are_signed_whole_or_decimal_numbers),
        TEST(names_fold_case_spaces_and_plurals),
        TEST(usual_spellings_of_one_unit_are_one),
        TEST(words_and_signs_of_products_quotients_and_powers),
        TEST(units_of_different_size_stay_different),
        TEST(no_units_have_many_names),
        TEST(an_empty_text_is_not_known),
        TEST(malformed_units_are_told_with_a_caret),
        TEST(malformed_numbers_and_powers_are_told_with_a_caret),
        TEST(every_odd_text_is_refused_with_one_message),
        TEST(more_names_than_fit_are_refused),
        TEST(deep_brackets_are_refused),
        TEST(a_malformed_text_without_a_place_has_a_message_without_one),
        TEST(aliases_mean_what_the_model_says),
        TEST(arithmetic_adds_powers_and_keeps_what_is_not_known),
        TEST(arithmetic_beyond_the_limits_is_not_known),
    };
#undef TEST

    return cmocka_run_group_tests(tests, NULL, NULL);
}
