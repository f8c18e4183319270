/* test_base_source.c - files are read whole or refused with a reason, and offsets become positions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Stands in for the files that the program carries. */
const sd_built_in sd_built_ins[] = {
    {"plots", "fan.gp", (const unsigned char *)"plot\n", 5},
    {"scenarios", "town.cfg", (const unsigned char *)"seed = 7;\n", 10},
    {NULL, NULL, NULL, 0},
};

typedef struct desk {
    sd_arena *arena;
    sd_diag *diag;
    char folder[32];
} desk;

static int set_up(void **state)
{
    desk *made = calloc(1, sizeof *made);

    memcpy(made->folder, "/tmp/test_base_source.XXXXXX", 29);
    made->arena = sd_arena_new("test");
    made->diag = sd_diag_new(made->arena);
    *state = made;
    return mkdtemp(made->folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    desk *used = *state;

    rmdir(used->folder);
    sd_arena_free(used->arena);
    free(used);
    return 0;
}

static const char *write_file(desk *on, const char *name, const char *text, size_t length)
{
    const char *path = sd_arena_printf(on->arena, "%s/%s", on->folder, name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
    return path;
}

static void expect_refusal(desk *on, const char *path, size_t limit, const char *reason)
{
    const sd_source *source = NULL;
    const char *wanted = sd_arena_printf(on->arena, "cannot read '%s': %s", path, reason);

    on->diag = sd_diag_new(on->arena);
    assert_int_equal(sd_source_from_file(on->arena, path, limit, &source, on->diag), SD_INVALID);
    assert_null(source);
    assert_int_equal(on->diag->messages.count, 1);
    assert_int_equal(on->diag->messages.items[0].code, SD_E601);
    assert_string_equal(on->diag->messages.items[0].text, wanted);
}

static void a_file_is_read_byte_by_byte(void **state)
{
    desk *on = *state;
    const char text[] = "a = 1\r\n\0b \xff\xfe ü\n";
    const char *path = write_file(on, "bytes.cfg", text, sizeof text - 1);
    const sd_source *source = NULL;

    assert_int_equal(sd_source_from_file(on->arena, path, sizeof text - 1, &source, on->diag),
                     SD_OK);
    assert_int_equal(source->length, sizeof text - 1);
    assert_memory_equal(source->text, text, sizeof text);
    assert_string_equal(source->name, path);
    assert_false(source->built_in);
    unlink(path);
}

static void an_empty_file_is_an_empty_text(void **state)
{
    desk *on = *state;
    const char *path = write_file(on, "empty.cfg", "", 0);
    const sd_source *source = NULL;

    assert_int_equal(sd_source_from_file(on->arena, path, 0, &source, on->diag), SD_OK);
    assert_int_equal(source->length, 0);
    assert_string_equal(source->text, "");
    unlink(path);
}

static void a_file_that_states_no_size_is_still_read(void **state)
{
    desk *on = *state;
    const sd_source *source = NULL;

    if (access("/proc/self/status", R_OK) != 0)
        skip();
    assert_int_equal(
        sd_source_from_file(on->arena, "/proc/self/status", SIZE_MAX, &source, on->diag), SD_OK);
    assert_true(source->length > 100);
    assert_int_equal(strlen(source->text), source->length);
    expect_refusal(on, "/proc/self/status", 40, "it is larger than 40 bytes");
}

static void a_file_beyond_the_limit_is_refused(void **state)
{
    desk *on = *state;
    const char *path = write_file(on, "large.cfg", "0123456789abc", 13);

    expect_refusal(on, path, 12, "it is larger than 12 bytes");
    unlink(path);
}

static void what_is_no_regular_file_is_refused_without_blocking(void **state)
{
    desk *on = *state;
    const char *pipe_path = sd_arena_printf(on->arena, "%s/pipe", on->folder);
    const char *missing = sd_arena_printf(on->arena, "%s/missing.cfg", on->folder);

    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    expect_refusal(on, pipe_path, 1000, "it is a pipe, not a regular file");
    unlink(pipe_path);
    expect_refusal(on, on->folder, 1000, "it is a folder");
    expect_refusal(on, "/dev/zero", 1000, "it is a device, not a regular file");
    expect_refusal(on, missing, 1000, "there is no such file");
    expect_refusal(on, "/dev/null/x", 1000, "a part of the path is not a folder");
}

static void a_file_that_others_own_is_refused(void **state)
{
    desk *on = *state;
    const char *path = write_file(on, "secret.cfg", "x", 1);
    const bool root = geteuid() == 0;

    /* Nothing is forbidden to root, so the test steps down for a moment. */
    assert_int_equal(chmod(path, 0), 0);
    if (root && seteuid(65534) != 0)
        skip();
    expect_refusal(on, path, 1000, "permission is denied");
    if (root)
        assert_int_equal(seteuid(0), 0);
    unlink(path);
}

static void expect_position(const sd_source *source, size_t offset, size_t line, size_t column)
{
    const sd_position found = sd_source_position(source, offset);

    if (found.line != line || found.column != column)
        fail_msg("offset %zu: %zu:%zu and not %zu:%zu", offset, found.line, found.column, line,
                 column);
}

static void lines_end_with_lf_cr_lf_or_cr(void **state)
{
    desk *on = *state;
    const char text[] = "ab\ncd\r\nef\rgh\n\ni";
    const sd_source *source = sd_source_from_text(on->arena, "t", text, sizeof text - 1);

    expect_position(source, 0, 1, 1);
    expect_position(source, 2, 1, 3);
    expect_position(source, 3, 2, 1);
    expect_position(source, 5, 2, 3);
    expect_position(source, 6, 2, 3); /* between CR and LF */
    expect_position(source, 7, 3, 1);
    expect_position(source, 10, 4, 1);
    expect_position(source, 13, 5, 1);
    expect_position(source, 14, 6, 1);
    expect_position(source, 15, 6, 2);
    expect_position(source, 99, 6, 2); /* beyond the end is the end */
}

static void columns_count_characters_and_not_bytes(void **state)
{
    desk *on = *state;
    const char text[] = "\xEF\xBB\xBFä€😀x\n\xFF\xC3(z";
    const sd_source *source = sd_source_from_text(on->arena, "t", text, sizeof text - 1);

    expect_position(source, 0, 1, 1);
    expect_position(source, 3, 1, 1); /* the byte order mark takes no column */
    expect_position(source, 4, 1, 1); /* within ä */
    expect_position(source, 5, 1, 2);
    expect_position(source, 8, 1, 3);
    expect_position(source, 12, 1, 4);
    /* A broken byte is one character. */
    expect_position(source, 15, 2, 2);
    expect_position(source, 16, 2, 3);
    expect_position(source, 17, 2, 4);
}

static void built_in_files_are_found_by_folder_and_name(void **state)
{
    desk *on = *state;
    const sd_built_in *file = sd_built_in_find("scenarios", "town.cfg");
    const sd_source *source;

    assert_ptr_equal(file, &sd_built_ins[1]);
    assert_null(sd_built_in_find("plots", "town.cfg"));
    source = sd_source_from_built_in(on->arena, file);
    assert_string_equal(source->name, "built-in:town.cfg");
    assert_string_equal(source->text, "seed = 7;\n");
    assert_int_equal(source->length, 10);
    assert_true(source->built_in);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_read_byte_by_byte),
        TEST(an_empty_file_is_an_empty_text),
        TEST(a_file_that_states_no_size_is_still_read),
        TEST(a_file_beyond_the_limit_is_refused),
        TEST(what_is_no_regular_file_is_refused_without_blocking),
        TEST(a_file_that_others_own_is_refused),
        TEST(lines_end_with_lf_cr_lf_or_cr),
        TEST(columns_count_characters_and_not_bytes),
        TEST(built_in_files_are_found_by_folder_and_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
