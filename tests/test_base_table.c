/* test_base_table.c - what was put under a key is found under it and under no other.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

static void a_value_is_found_by_the_text_of_its_key(void **state)
{
    sd_arena *arena = sd_arena_new("table");
    sd_table *table = sd_table_new(arena);
    char key[] = "practice_intensity";
    int first = 17, second = 23;

    (void)state;
    assert_null(sd_table_find(table, key));
    assert_null(sd_table_put(table, "practice_intensity", &first));
    assert_ptr_equal(sd_table_find(table, key), &first);
    assert_null(sd_table_find(table, "Practice_Intensity"));
    assert_null(sd_table_find(table, ""));
    assert_ptr_equal(sd_table_put(table, key, &second), &first);
    assert_ptr_equal(sd_table_find(table, "practice_intensity"), &second);
    sd_arena_free(arena);
}

static void the_empty_text_is_a_key_like_any_other(void **state)
{
    sd_arena *arena = sd_arena_new("table");
    sd_table *table = sd_table_new(arena);
    int value = 5;

    (void)state;
    assert_null(sd_table_put(table, "", &value));
    assert_ptr_equal(sd_table_find(table, ""), &value);
    sd_arena_free(arena);
}

static void twenty_thousand_keys_stay_apart(void **state)
{
    enum { COUNT = 20000 };
    sd_arena *arena = sd_arena_new("table");
    sd_table *table = sd_table_new(arena);
    size_t *values = SD_NEW_ARRAY(arena, size_t, COUNT);

    (void)state;
    for (size_t at = 0; at < COUNT; at++) {
        values[at] = at;
        assert_null(sd_table_put(table, sd_arena_printf(arena, "stock_%zu", at * 7), &values[at]));
    }
    for (size_t at = 0; at < COUNT; at++) {
        char key[32];

        snprintf(key, sizeof key, "stock_%zu", at * 7);
        assert_ptr_equal(sd_table_find(table, key), &values[at]);
        snprintf(key, sizeof key, "stock_%zu", at * 7 + 3);
        assert_null(sd_table_find(table, key));
    }
    sd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_found_by_the_text_of_its_key),
        cmocka_unit_test(the_empty_text_is_a_key_like_any_other),
        cmocka_unit_test(twenty_thousand_keys_stay_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
