/* test_base_text.c - growing text, XMILE names and the nearest name.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static int set_up(void **state)
{
    *state = sd_arena_new("test");
    return 0;
}

static int tear_down(void **state)
{
    sd_arena_free(*state);
    return 0;
}

/* ---- names ---- */

static void expect_key(sd_arena *arena, const char *name, const char *wanted)
{
    assert_string_equal(sd_name_key(arena, name, strlen(name)), wanted);
}

static void expect_display(sd_arena *arena, const char *name, const char *wanted)
{
    assert_string_equal(sd_name_display(arena, name, strlen(name)), wanted);
}

static void separators_of_all_kinds_are_one_underscore(void **state)
{
    expect_key(*state, "Birth Rate", "birth_rate");
    expect_key(*state, "birth_rate", "birth_rate");
    expect_key(*state, "Birth\\nRate", "birth_rate");
    expect_key(*state, "Birth\nRate", "birth_rate");
    expect_key(*state, "Birth\r\n\tRate", "birth_rate");
    expect_key(*state, "Birth\xC2\xA0Rate", "birth_rate");
    expect_key(*state, "Birth _\\n \xC2\xA0_ Rate", "birth_rate");
}

static void separators_at_the_ends_do_not_count(void **state)
{
    expect_key(*state, "  _Birth Rate_\\n", "birth_rate");
    expect_key(*state, "\" Birth Rate \"", "birth_rate");
    expect_key(*state, "_", "");
    expect_key(*state, "", "");
    expect_key(*state, "\" \"", "");
}

static void quotation_marks_round_a_name_do_not_belong_to_it(void **state)
{
    expect_key(*state, "\"Cost, per Unit\"", "cost,_per_unit");
    expect_key(*state, "  \"Wait (weeks)\" ", "wait_(weeks)");
    expect_key(*state, "\"\"", "");
    /* A single mark, and marks round parts of a name, do. */
    expect_key(*state, "\"", "\"");
    expect_key(*state, "5\" pipe", "5\"_pipe");
    expect_key(*state, "\"A\".\"B\"", "\"a\".\"b\"");
}

static void escaped_characters_stand_for_themselves(void **state)
{
    expect_key(*state, "\"the \\\"real\\\" rate\"", "the_\"real\"_rate");
    expect_key(*state, "\"ends with \\\"\"", "ends_with_\"");
    expect_key(*state, "a\\\\nb", "a\\nb"); /* an escaped backslash before an n is no line break */
    expect_key(*state, "a\\qb\\", "a\\qb\\");
}

static void only_ascii_letters_are_folded(void **state)
{
    expect_key(*state, "Größe ÄB", "größe_Äb");
    expect_key(*state, "\xFF\xC2", "\xFF\xC2");
}

static void the_display_form_keeps_the_letters(void **state)
{
    expect_display(*state, " \"Birth  Rate\\nper \xC2\xA0Year\" ", "Birth_Rate_per_Year");
    expect_display(*state, "the \\\"Real\\\" Rate", "the_\"Real\"_Rate");
}

static void a_name_ends_at_its_length_and_not_at_a_nul(void **state)
{
    assert_string_equal(sd_name_key(*state, "Stock A = 5", 7), "stock_a");
    /* Cut within the no-break space and within an escape. */
    assert_string_equal(sd_name_key(*state, "A\xC2\xA0Z", 2), "a\xC2");
    assert_string_equal(sd_name_key(*state, "A\\nZ", 2), "a\\");
}

/* ---- the nearest name ---- */

static const char *const known[] = {"population", "birth_rate", "Death Rate", "gap",
                                    NULL,         "gas",        "Übergang"};

static void expect_nearest(const char *word, const char *wanted)
{
    const char *found = sd_nearest(word, known, sizeof known / sizeof known[0]);

    if (wanted)
        assert_string_equal(found ? found : "nothing", wanted);
    else
        assert_string_equal(found ? found : "nothing", "nothing");
}

static void one_slip_of_each_kind_is_near(void **state)
{
    (void)state;
    expect_nearest("popluation", "population");
    expect_nearest("populaton", "population");
    expect_nearest("popuulation", "population");
    expect_nearest("populbtion", "population");
    expect_nearest("death_rate", "Death Rate");
    expect_nearest("BIRTH  RATE", "birth_rate");
    expect_nearest("übergang", "Übergang"); /* one character, two bytes */
}

static void near_means_a_third_of_the_word(void **state)
{
    (void)state;
    expect_nearest("populaXXX", NULL);
    expect_nearest("poXulatXoX", "population"); /* 3 of 10 */
    expect_nearest("XopXlatXoX", NULL);         /* 4 of 10 */
    expect_nearest("gip", "gap");
    expect_nearest("gix", NULL);
    expect_nearest("g", NULL); /* all of it would be wrong */
    expect_nearest("", NULL);
}

static void of_equally_near_names_the_first_is_taken(void **state)
{
    (void)state;
    expect_nearest("gaz", "gap");
    expect_nearest("gas", "gas");
    assert_null(sd_nearest("gas", NULL, 0));
}

static void very_long_words_have_no_neighbours(void **state)
{
    char word[400];
    const char *const names[] = {word};

    (void)state;
    memset(word, 'x', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(sd_nearest(word, names, 1));
    assert_null(sd_nearest("xxxx", names, 1));
    word[128] = '\0';
    assert_ptr_equal(sd_nearest(word, names, 1), word);
}

static void equal_texts_may_differ_in_case_only(void **state)
{
    (void)state;
    assert_true(sd_text_equal_fold("Delay3", "dELAY3"));
    assert_true(sd_text_equal_fold("", ""));
    assert_false(sd_text_equal_fold("delay", "delay3"));
    assert_false(sd_text_equal_fold("delay3", "delay"));
    assert_false(sd_text_equal_fold("[", "{"));
    assert_false(sd_text_equal_fold("Ä", "ä"));
}

/* ---- growing text ---- */

static void text_grows_and_stays_closed(void **state)
{
    sd_text text = sd_text_new(*state);
    char wanted[4000];
    size_t length = 0;

    assert_string_equal(text.bytes, "");
    sd_text_add(&text, NULL, 0);
    assert_string_equal(text.bytes, "");
    for (int at = 0; at < 300; at++) {
        char part[16];
        const size_t size = (size_t)snprintf(part, sizeof part, "%d;", at * 37);

        memcpy(wanted + length, part, size);
        length += size;
        if (at % 2)
            sd_text_add(&text, part, size);
        else
            sd_text_printf(&text, "%d%c", at * 37, ';');
        assert_int_equal(text.length, length);
        assert_int_equal(text.bytes[length], '\0');
        if (at % 50 == 0)
            (void)SD_NEW((sd_arena *)*state, char); /* the text can no longer grow in place */
    }
    assert_memory_equal(text.bytes, wanted, length);
}

static void one_long_piece_fits(void **state)
{
    sd_text text = sd_text_new(*state);

    sd_text_printf(&text, "%s:%*d", "wide", 10001, 7);
    assert_int_equal(text.length, 10006);
    assert_int_equal(strlen(text.bytes), 10006);
    sd_text_add(&text, "a\0b", 3);
    assert_memory_equal(text.bytes + 10005, "7a\0b", 5);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(separators_of_all_kinds_are_one_underscore),
        TEST(separators_at_the_ends_do_not_count),
        TEST(quotation_marks_round_a_name_do_not_belong_to_it),
        TEST(escaped_characters_stand_for_themselves),
        TEST(only_ascii_letters_are_folded),
        TEST(the_display_form_keeps_the_letters),
        TEST(a_name_ends_at_its_length_and_not_at_a_nul),
        TEST(one_slip_of_each_kind_is_near),
        TEST(near_means_a_third_of_the_word),
        TEST(of_equally_near_names_the_first_is_taken),
        TEST(very_long_words_have_no_neighbours),
        TEST(equal_texts_may_differ_in_case_only),
        TEST(text_grows_and_stays_closed),
        TEST(one_long_piece_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
