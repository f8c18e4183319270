/* test_output_file.c - files appear whole or not at all, and every refusal says why.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <sys/stat.h>

static void must_hold(desk *on, const char *path, const char *text)
{
    assert_string_equal(output_read(on, path)->text, text);
}

static void write_text(desk *on, const char *path, bool force, const char *text)
{
    sd_file file;

    assert_int_equal(sd_file_open(on->arena, path, force, &file, on->diag), SD_OK);
    fputs(text, file.stream);
    assert_int_equal(sd_file_close(&file, on->diag), SD_OK);
}

static void expect_message(desk *on, sd_code code, const char *text)
{
    assert_int_equal(on->diag->messages.count, 1);
    assert_int_equal(on->diag->messages.items[0].code, code);
    assert_string_equal(on->diag->messages.items[0].text, text);
    on->diag = sd_diag_new(on->arena);
}

static void a_file_stands_in_its_place_only_when_it_is_closed(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/a.csv", folder);
    sd_file file;

    assert_int_equal(sd_file_open(on->arena, path, false, &file, on->diag), SD_OK);
    fputs("time,x\n", file.stream);
    fflush(file.stream);
    assert_string_equal(output_names(on, folder), "a.csv.tmp ");
    assert_int_equal(sd_file_close(&file, on->diag), SD_OK);
    assert_string_equal(output_names(on, folder), "a.csv ");
    must_hold(on, path, "time,x\n");
    output_folder_done(on, folder);
}

static void a_place_can_be_looked_at_without_making_a_file(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/a.csv", folder);
    const char *nowhere = sd_arena_printf(on->arena, "%s/none/a.csv", folder);

    assert_int_equal(sd_file_check(on->arena, path, false, on->diag), SD_OK);
    assert_string_equal(output_names(on, folder), "");
    assert_int_equal(sd_file_check(on->arena, nowhere, false, on->diag), SD_IO);
    expect_message(
        on, SD_E602,
        sd_arena_printf(on->arena, "cannot write '%s': there is no such folder", nowhere));
    write_text(on, path, false, "old");
    assert_int_equal(sd_file_check(on->arena, path, true, on->diag), SD_OK);
    assert_int_equal(sd_file_check(on->arena, path, false, on->diag), SD_USAGE);
    expect_message(on, SD_E603, sd_arena_printf(on->arena, "'%s' exists already", path));
    assert_int_equal(sd_file_check(on->arena, folder, true, on->diag), SD_IO);
    expect_message(on, SD_E602,
                   sd_arena_printf(on->arena, "cannot write '%s': it is a folder", folder));
    assert_true(sd_file_in_place("-") && sd_file_in_place("/dev/null") && !sd_file_in_place(path));
    output_folder_done(on, folder);
}

static void an_existing_file_is_kept_unless_forced(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/a.csv", folder);
    sd_file file = {0};
    struct stat facts;

    write_text(on, path, false, "old");
    chmod(path, 0640);
    assert_int_equal(sd_file_open(on->arena, path, false, &file, on->diag), SD_USAGE);
    assert_null(file.stream);
    assert_string_equal(on->diag->messages.items[0].help,
                        "add --force to replace it, or name another file");
    expect_message(on, SD_E603, sd_arena_printf(on->arena, "'%s' exists already", path));
    must_hold(on, path, "old");
    write_text(on, path, true, "new");
    must_hold(on, path, "new");
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0640);
    assert_string_equal(output_names(on, folder), "a.csv ");
    output_folder_done(on, folder);
}

static void a_file_that_came_meanwhile_is_not_replaced(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/a.csv", folder);
    sd_file first, second;

    assert_int_equal(sd_file_open(on->arena, path, false, &first, on->diag), SD_OK);
    assert_int_equal(sd_file_open(on->arena, path, false, &second, on->diag), SD_OK);
    fputs("second", second.stream);
    assert_int_equal(sd_file_close(&second, on->diag), SD_OK);
    fputs("first", first.stream);
    assert_int_equal(sd_file_close(&first, on->diag), SD_USAGE);
    expect_message(on, SD_E603, sd_arena_printf(on->arena, "'%s' exists already", path));
    must_hold(on, path, "second");
    assert_string_equal(output_names(on, folder), "a.csv ");
    output_folder_done(on, folder);
}

static void a_link_is_replaced_and_not_followed(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *target = sd_arena_printf(on->arena, "%s/target", folder);
    const char *link = sd_arena_printf(on->arena, "%s/link", folder);
    const char *planted = sd_arena_printf(on->arena, "%s/link.tmp", folder);
    sd_file file;

    write_text(on, target, false, "precious");
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(symlink(target, planted), 0);
    assert_int_equal(sd_file_open(on->arena, link, false, &file, on->diag), SD_USAGE);
    write_text(on, link, true, "result");
    must_hold(on, target, "precious");
    must_hold(on, link, "result");
    output_folder_done(on, folder);
}

static void an_abandoned_file_leaves_nothing(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    sd_file file;

    assert_int_equal(
        sd_file_open(on->arena, sd_arena_printf(on->arena, "%s/a", folder), false, &file, on->diag),
        SD_OK);
    fputs("half", file.stream);
    sd_file_abandon(&file);
    sd_file_abandon(&file);
    assert_string_equal(output_names(on, folder), "");
    output_folder_done(on, folder);
}

static void a_full_disk_is_told_when_the_file_is_closed(void **state)
{
    desk *on = *state;
    sd_file file;

    if (access("/dev/full", W_OK) != 0)
        skip();
    for (int size = 1; size <= 1000000; size *= 1000) {
        assert_int_equal(sd_file_open(on->arena, "/dev/full", false, &file, on->diag), SD_OK);
        for (int i = 0; i < size; i++)
            fputc('x', file.stream);
        assert_int_equal(sd_file_close(&file, on->diag), SD_IO);
        assert_string_equal(on->diag->messages.items[0].help,
                            "make room, or name a place on another disk");
        expect_message(on, SD_E602, "cannot write '/dev/full': the disk is full");
    }
    assert_int_equal(access("/dev/full", W_OK), 0);
}

static void places_that_cannot_be_written_are_refused_with_a_reason(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *file = sd_arena_printf(on->arena, "%s/file", folder);
    const struct {
        const char *path, *reason;
    } places[] = {
        {"", "the name is empty"},
        {folder, "it is a folder"},
        {sd_arena_printf(on->arena, "%s/none/a.csv", folder), "there is no such folder"},
        {sd_arena_printf(on->arena, "%s/none/", folder), "there is no such folder"},
        {sd_arena_printf(on->arena, "%s/file/a.csv", folder), "a part of the path is not a folder"},
        {sd_arena_printf(on->arena, "%s/%0300d", folder, 7), "the name is too long"}};

    write_text(on, file, false, "x");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        sd_file made = {0};

        assert_int_equal(sd_file_open(on->arena, places[i].path, true, &made, on->diag), SD_IO);
        assert_null(made.stream);
        expect_message(
            on, SD_E602,
            sd_arena_printf(on->arena, "cannot write '%s': %s", places[i].path, places[i].reason));
    }
    assert_string_equal(output_names(on, folder), "file ");
    output_folder_done(on, folder);
}

static void a_folder_without_permission_is_refused(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on);
    const char *path = sd_arena_printf(on->arena, "%s/a.csv", folder);
    sd_file file;

    if (geteuid() == 0) { /* nothing is forbidden to root */
        rmdir(folder);
        skip();
    }
    chmod(folder, 0500);
    assert_int_equal(sd_file_open(on->arena, path, false, &file, on->diag), SD_IO);
    expect_message(on, SD_E602,
                   sd_arena_printf(on->arena, "cannot write '%s': permission is denied", path));
    chmod(folder, 0700);
    output_folder_done(on, folder);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_set_up, desk_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_file_stands_in_its_place_only_when_it_is_closed),
        TEST(a_place_can_be_looked_at_without_making_a_file),
        TEST(an_existing_file_is_kept_unless_forced),
        TEST(a_file_that_came_meanwhile_is_not_replaced),
        TEST(a_link_is_replaced_and_not_followed),
        TEST(an_abandoned_file_leaves_nothing),
        TEST(a_full_disk_is_told_when_the_file_is_closed),
        TEST(places_that_cannot_be_written_are_refused_with_a_reason),
        TEST(a_folder_without_permission_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
