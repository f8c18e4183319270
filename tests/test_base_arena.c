/* test_base_arena.c - blocks are zeroed, aligned, apart from each other and counted.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <setjmp.h>
#include <string.h>

#include <cmocka.h>

/* The handler must not return, so a test leaves it by a jump; cmocka's own state is not touched. */
static jmp_buf after_exhaustion;
static const char *exhausted_purpose;
static size_t exhausted_bytes;

static void remember_exhaustion(const char *purpose, size_t bytes)
{
    exhausted_purpose = purpose;
    exhausted_bytes = bytes;
    longjmp(after_exhaustion, 1);
}

static void blocks_of_any_size_are_zeroed_aligned_and_apart(void **state)
{
    static const size_t sizes[] = {1, 7, 16, 31, 500, 1023, 1025, 4096, 5000, 70001, 3, 1048577};
    enum { COUNT = sizeof sizes / sizeof sizes[0], ROUNDS = 3 };
    sd_arena *arena = sd_arena_new("blocks");
    unsigned char *blocks[COUNT * ROUNDS];
    size_t total = 0;

    (void)state;
    for (size_t at = 0; at < COUNT * ROUNDS; at++) {
        const size_t size = sizes[at % COUNT];

        blocks[at] = sd_arena_alloc(arena, size, 1);
        assert_int_equal((uintptr_t)blocks[at] % 16, 0);
        for (size_t byte = 0; byte < size; byte++)
            assert_int_equal(blocks[at][byte], 0);
        memset(blocks[at], (int)at + 1, size);
        total += size;
    }
    for (size_t at = 0; at < COUNT * ROUNDS; at++) {
        for (size_t byte = 0; byte < sizes[at % COUNT]; byte++)
            assert_int_equal(blocks[at][byte], at + 1);
    }
    assert_int_equal(sd_arena_bytes(arena), total);
    sd_arena_free(arena);
}

static void rows_begin_at_a_cache_line(void **state)
{
    sd_arena *arena = sd_arena_new("rows");

    (void)state;
    for (size_t count = 1; count < 3000; count = count * 3 + 1) {
        double *row = sd_arena_rows(arena, count);

        assert_int_equal((uintptr_t)row % 64, 0);
        for (size_t at = 0; at < count; at++) {
            assert_true(row[at] == 0);
            row[at] = 2.385;
        }
        (void)SD_NEW(arena, char);
    }
    sd_arena_free(arena);
}

static void an_empty_block_has_an_address_of_its_own(void **state)
{
    sd_arena *arena = sd_arena_new("empty");
    void *one = sd_arena_alloc(arena, 0, 8), *other = sd_arena_alloc(arena, 0, 8);

    (void)state;
    assert_non_null(one);
    assert_ptr_not_equal(one, other);
    sd_arena_free(arena);
    sd_arena_free(NULL);
}

static void a_list_keeps_its_items_while_it_grows(void **state)
{
    sd_arena *arena = sd_arena_new("list");
    SD_LIST(uint64_t) plain = {0};
    SD_LIST(uint64_t) disturbed = {0};

    (void)state;
    for (uint64_t at = 0; at < 20000; at++) {
        SD_PUSH(arena, &plain, at * 0x9E3779B97F4A7C15u);
        if (at < 700) {
            SD_PUSH(arena, &disturbed, ~at);
            *SD_NEW(arena, char) = 'x';
        }
    }
    assert_int_equal(plain.count, 20000);
    assert_true(plain.capacity >= plain.count);
    for (uint64_t at = 0; at < 20000; at++)
        assert_true(plain.items[at] == at * 0x9E3779B97F4A7C15u);
    for (uint64_t at = 0; at < 700; at++)
        assert_true(disturbed.items[at] == ~at);
    sd_arena_free(arena);
}

static void texts_are_copied_and_formatted_with_a_closing_nul(void **state)
{
    sd_arena *arena = sd_arena_new("texts");
    const char *copy = sd_arena_copy(arena, "pop\0ulation", 11);
    const char *filled = sd_arena_printf(arena, "%s is %d of %05.2f", "share", 17, 3.14159);

    (void)state;
    assert_memory_equal(copy, "pop\0ulation", 12);
    assert_string_equal(filled, "share is 17 of 03.14");
    assert_string_equal(sd_arena_copy(arena, NULL, 0), "");
    assert_int_equal(strlen(sd_arena_printf(arena, "%*d", 9001, 5)), 9001);
    sd_arena_free(arena);
}

/* Kept apart so that no local of the caller changes between setjmp and longjmp. */
static void ask_for(sd_arena *arena, size_t count, size_t size)
{
    exhausted_purpose = NULL;
    exhausted_bytes = 0;
    if (setjmp(after_exhaustion) == 0) {
        sd_arena_alloc(arena, count, size);
        fail_msg("%zu items of %zu bytes were handed out", count, size);
    }
}

static void a_product_that_overflows_counts_as_exhausted(void **state)
{
    sd_arena *arena = sd_arena_new("matrix");

    (void)state;
    ask_for(arena, SIZE_MAX / 8 + 2, 8);
    assert_string_equal(exhausted_purpose, "matrix");
    assert_true(exhausted_bytes == SIZE_MAX);
    ask_for(arena, 1, SIZE_MAX - 5);
    assert_string_equal(exhausted_purpose, "matrix");
    assert_true(exhausted_bytes == SIZE_MAX - 5);
    *SD_NEW(arena, int) = 5; /* the arena is still good */
    sd_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_of_any_size_are_zeroed_aligned_and_apart),
        cmocka_unit_test(rows_begin_at_a_cache_line),
        cmocka_unit_test(an_empty_block_has_an_address_of_its_own),
        cmocka_unit_test(a_list_keeps_its_items_while_it_grows),
        cmocka_unit_test(texts_are_copied_and_formatted_with_a_closing_nul),
        cmocka_unit_test(a_product_that_overflows_counts_as_exhausted),
    };

    sd_arena_on_exhausted(remember_exhaustion);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
