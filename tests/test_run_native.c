/* test_run_native.c - kernels that the machine's compiler makes: where they are kept, and what is refused.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

/* An empty folder of its own for the kernels of one test. */
static const char *use_new_cache(desk *on)
{
    char *folder = sd_arena_printf(on->arena, "/tmp/treadmill-kernels-XXXXXX");

    assert_non_null(mkdtemp(folder));
    assert_int_equal(setenv("XDG_CACHE_HOME", folder, 1), 0);
    return folder;
}

static void remove_cache(desk *on, const char *folder)
{
    const char *own = sd_arena_printf(on->arena, "%s/treadmill", folder);
    DIR *open = opendir(own);
    const struct dirent *entry;

    while (open && (entry = readdir(open)))
        (void)unlink(sd_arena_printf(on->arena, "%s/%s", own, entry->d_name));
    if (open)
        closedir(open);
    (void)rmdir(own);
    assert_int_equal(rmdir(folder), 0);
}

static size_t files_in(desk *on, const char *folder)
{
    DIR *open = opendir(sd_arena_printf(on->arena, "%s/treadmill", folder));
    size_t count = 0;

    for (const struct dirent *entry; open && (entry = readdir(open));)
        count += entry->d_name[0] != '.';
    if (open)
        closedir(open);
    return count;
}

static void compile_lines(desk *on, const char *specs, const char *lines)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    desk_request(on);
}

static const char *path_now(desk *on)
{
    const char *path = getenv("PATH");

    assert_non_null(path);
    return path ? sd_arena_copy(on->arena, path, strlen(path)) : "";
}

static void expect_refusal(desk *on, const char *reason)
{
    on->diag = sd_diag_new(on->arena);
    assert_null(sd_kernel_native(on->arena, on->program, "generic", on->diag));
    assert_int_equal(on->diag->warnings, 1);
    if (!strstr(desk_printed(on), reason))
        fail_msg("not '%s' but: %s", reason, desk_printed(on));
    assert_non_null(strstr(desk_printed(on), "warning[W912]"));
}

static void without_a_compiler_the_interpreter_is_left(void **state)
{
    desk *on = *state;
    const char *folder = use_new_cache(on), *before = path_now(on);

    compile_lines(on, "euler 0 1 0.25", "stock y = 2.5; in f\nflow f = y\n");
    assert_int_equal(setenv("PATH", "/nowhere:relative", 1), 0);
    expect_refusal(on, "there is no C compiler (cc, gcc or clang) on the PATH");
    assert_int_equal(setenv("PATH", before, 1), 0);
    remove_cache(on, folder);
}

static void a_compiler_that_fails_leaves_nothing_behind(void **state)
{
    desk *on = *state;
    const char *folder = use_new_cache(on), *before = path_now(on);
    const char *broken = sd_arena_printf(on->arena, "%s/cc", folder);
    FILE *script = fopen(broken, "w");

    assert_non_null(script);
    fputs("#!/bin/sh\nexit 1\n", script);
    assert_int_equal(fclose(script), 0);
    assert_int_equal(chmod(broken, 0700), 0);
    compile_lines(on, "euler 0 1 0.25", "stock y = 2.5; in f\nflow f = y\n");
    assert_int_equal(setenv("PATH", folder, 1), 0);
    expect_refusal(on, "did not compile it");
    assert_int_equal(setenv("PATH", before, 1), 0);
    assert_int_equal(files_in(on, folder), 0);
    assert_int_equal(unlink(broken), 0);
    remove_cache(on, folder);
}

static void a_folder_that_others_can_write_to_is_refused(void **state)
{
    desk *on = *state;
    const char *folder = use_new_cache(on);
    const char *own = sd_arena_printf(on->arena, "%s/treadmill", folder);
    struct stat about;

    compile_lines(on, "euler 0 1 0.25", "stock y = 2.5; in f\nflow f = y\n");
    assert_int_equal(mkdir(own, 0700), 0);
    assert_int_equal(chmod(own, 0770), 0);
    expect_refusal(on, "others can write to");
    assert_int_equal(rmdir(own), 0);
    assert_int_equal(symlink("/tmp", own), 0);
    expect_refusal(on, "is not a folder");
    assert_int_equal(unlink(own), 0);
    assert_non_null(sd_kernel_native(on->arena, on->program, "generic", on->diag));
    assert_int_equal(stat(own, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    remove_cache(on, folder);
}

static void an_object_that_others_can_write_to_is_not_loaded(void **state)
{
    desk *on = *state;
    const char *folder = use_new_cache(on);
    const char *own = sd_arena_printf(on->arena, "%s/treadmill", folder);
    sd_batch batch = {0};

    compile_lines(on, "euler 0 1 0.25", "stock y = 2.5; in f\nflow f = y * 1.5\n");
    batch = (sd_batch){.program = on->program, .spec = on->request.spec};
    assert_null(sd_kernel_find(on->arena, &batch, 10, SD_KERNEL_AUTO, on->diag));
    assert_int_equal(files_in(on, folder), 0);
    assert_non_null(sd_kernel_find(on->arena, &batch, 10, SD_KERNEL_NATIVE, on->diag));
    assert_int_equal(files_in(on, folder), 1); /* the object; the C text is gone */
    assert_null(sd_kernel_find(on->arena, &batch, 10, SD_KERNEL_NONE, on->diag));
    assert_non_null(sd_kernel_find(on->arena, &batch, 10, SD_KERNEL_AUTO, on->diag));
    DIR *open = opendir(own);
    for (const struct dirent *entry; open && (entry = readdir(open));)
        if (entry->d_name[0] != '.')
            assert_int_equal(chmod(sd_arena_printf(on->arena, "%s/%s", own, entry->d_name), 0666),
                             0);
    if (open)
        closedir(open);
    assert_null(sd_kernel_find(on->arena, &batch, 10, SD_KERNEL_AUTO, on->diag));
    assert_int_equal(on->diag->warnings, 0);
    remove_cache(on, folder);
}

static void a_long_sweep_is_compiled_by_itself(void **state)
{
    desk *on = *state;
    const char *folder = use_new_cache(on);

    compile_lines(on, "rk4 0 100 0.01", "stock y = 2.5; in f\nflow f = y * 0.01\n");
    const sd_batch batch = {.program = on->program, .spec = on->request.spec};

    assert_null(sd_kernel_find(on->arena, &batch, 100, SD_KERNEL_AUTO, on->diag));
    assert_non_null(sd_kernel_find(on->arena, &batch, 10000000, SD_KERNEL_AUTO, on->diag));
    remove_cache(on, folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(without_a_compiler_the_interpreter_is_left),
        DESK_TEST(a_compiler_that_fails_leaves_nothing_behind),
        DESK_TEST(a_folder_that_others_can_write_to_is_refused),
        DESK_TEST(an_object_that_others_can_write_to_is_not_loaded),
        DESK_TEST(a_long_sweep_is_compiled_by_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
