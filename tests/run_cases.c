/* run_cases.c - runs the command-line cases of tests/cases/ and the examples of the manuals.
 *
 *     run_cases [--update] [--seconds N] FILE...      FILE is a case file (.txt) or a manual (.md)
 *
 * In: the files, whose format tests/cases/README.md describes; TREADMILL, the program under test;
 * TREADMILL_ROOT, the checkout; TREADMILL_SHARED, where there is one.  Out: one line a case in the words of
 * cmocka, so that run_checks.sh counts both alike, and for a failed case what differs.  Every case runs in
 * a new folder, every command in a process group that is killed when its time is up.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "run_cases.h"

#include <stdlib.h>
#include <string.h>

/* ---- case files -------------------------------------------------------------------------------------- */

/* A walk over a case file that keeps what it read for --update. */
struct walk {
    const lines *in;
    size_t cursor;
    lines updated;
};

static const char *walk_peek(const struct walk *walk)
{
    return walk->cursor < walk->in->count ? walk->in->items[walk->cursor] : NULL;
}

/* The `|` lines at the cursor without their mark. */
static lines walk_block(sd_arena *arena, struct walk *walk)
{
    lines block = {0};
    for (const char *line; (line = walk_peek(walk)) && *line == '|'; walk->cursor++)
        SD_PUSH(arena, &block, line[1] == ' ' ? line + 2 : line + 1);
    return block;
}

static void walk_copy(sd_arena *arena, struct walk *walk, size_t begin)
{
    for (size_t i = begin; i < walk->cursor; i++)
        SD_PUSH(arena, &walk->updated, walk->in->items[i]);
}

/* Reads one expected block after its head line; keeps it when it matches, replaces it under --update. */
static void check_block(struct trial *trial, struct walk *walk, const char *what,
                        const lines *actual)
{
    size_t begin = walk->cursor++;
    lines expected = walk_block(trial->arena, walk);
    bool same = compare(trial, begin + 1, what, &expected, actual);
    if (same || !trial->runner->update) {
        walk_copy(trial->arena, walk, begin);
        return;
    }
    SD_PUSH(trial->arena, &walk->updated, walk->in->items[begin]);
    for (size_t i = 0; i < actual->count; i++) {
        const char *line = actual->items[i];
        SD_PUSH(trial->arena, &walk->updated,
                sd_arena_printf(trial->arena, *line ? "| %s" : "|%s", line));
    }
}

static void check_exit(struct trial *trial, struct walk *walk, size_t line,
                       const struct outcome *outcome, int expected)
{
    if (outcome->timed_out)
        fail(trial, line, "stopped after %g seconds", trial->runner->seconds);
    else if (outcome->exit != expected && !trial->runner->update)
        fail(trial, line, "exit %d, expected %d", outcome->exit, expected);
    if (trial->runner->update ? outcome->exit != 0 : expected != 0)
        SD_PUSH(trial->arena, &walk->updated,
                sd_arena_printf(trial->arena, "exit: %d", outcome->exit));
}

/* One `$` command and what is expected of it. */
static void case_step(struct trial *trial, struct walk *walk)
{
    const lines *in = walk->in;
    size_t begin = walk->cursor, failures = trial->failures;
    struct outcome outcome;
    const char *command = command_read(trial->arena, in, &walk->cursor);
    walk_copy(trial->arena, walk, begin);
    run(trial, command, false, &outcome);

    /* `exit:` may stand anywhere among the expectations, but has its place right after the command. */
    int expected = 0;
    for (size_t i = walk->cursor; i < in->count && !starts(in->items[i], "$ "); i++) {
        if (starts(in->items[i], "case:") || starts(in->items[i], "file:"))
            break;
        if (starts(in->items[i], "exit:"))
            expected = (int)strtol(value_of(in->items[i], "exit:"), NULL, 10);
    }
    check_exit(trial, walk, begin + 1, &outcome, expected);

    for (const char *line, *name; (line = walk_peek(walk));) {
        size_t number = walk->cursor + 1;
        if (starts(line, "exit:")) {
            walk->cursor++;
            continue;
        }
        if (starts(line, "out:")) {
            check_block(trial, walk, "stdout", &outcome.out);
            continue;
        }
        if (starts(line, "err:")) {
            check_block(trial, walk, "stderr", &outcome.err);
            continue;
        }
        if ((name = value_of(line, "content:"))) {
            lines content = {0};
            if (!lines_read(trial->arena,
                            sd_arena_printf(trial->arena, "%s/%s", trial->folder, name), &content))
                fail(trial, number, "there is no file '%s'", name);
            check_block(trial, walk, name, &content);
            continue;
        }
        if ((name = value_of(line, "present:"))) {
            if (!trial_has(trial, name))
                fail(trial, number, "there is no file '%s'", name);
        } else if ((name = value_of(line, "absent:"))) {
            if (trial_has(trial, name))
                fail(trial, number, "there is a file '%s'", name);
        } else if (*line && *line != '#') {
            break;
        }
        walk->cursor++;
        walk_copy(trial->arena, walk, walk->cursor - 1);
    }
    if (trial->failures > failures) {
        printf("      after: $ %s\n", command);
        if (outcome.exit != expected)
            print_some("stderr:", &outcome.err, 0);
    }
}

/* From a `case:` line to the next one. */
static void case_run(struct runner *runner, sd_arena *arena, const char *label, struct walk *walk)
{
    struct trial trial = {.runner = runner, .arena = arena};
    size_t begin = walk->cursor;
    trial.name = sd_arena_printf(arena, "%s: %s", label, value_of(walk_peek(walk), "case:"));
    for (size_t i = ++walk->cursor; i < walk->in->count && !starts(walk->in->items[i], "case:");
         i++) {
        const char *words = value_of(walk->in->items[i], "requires:");
        const char *missing = words ? missing_word(runner, arena, words) : NULL;
        if (missing) {
            for (const char *line; (line = walk_peek(walk)) && !starts(line, "case:");)
                walk->cursor++;
            walk_copy(arena, walk, begin);
            say_skipped(trial.name, missing);
            return;
        }
    }
    walk_copy(arena, walk, begin);
    if (!trial_begin(&trial))
        exit(EXIT_MISSING);
    say_begin(trial.name);
    for (const char *line, *name; (line = walk_peek(walk)) && !starts(line, "case:");) {
        size_t at = walk->cursor;
        if (starts(line, "$ ")) {
            case_step(&trial, walk);
            continue;
        }
        walk->cursor++;
        if ((name = value_of(line, "file:"))) {
            lines content = walk_block(arena, walk);
            trial_file(&trial, at + 1, name, &content);
        } else if (*line && *line != '#' && !starts(line, "requires:")) {
            fail(&trial, at + 1, "not understood: %s", line);
        }
        walk_copy(arena, walk, at);
    }
    trial_end(&trial);
    say_end(runner, &trial);
}

static bool case_file(struct runner *runner, sd_arena *arena, const char *path, const lines *in)
{
    const char *slash = strrchr(path, '/');
    struct walk walk = {.in = in};
    for (const char *line; (line = walk_peek(&walk));) {
        if (starts(line, "case:")) {
            case_run(runner, arena, slash ? slash + 1 : path, &walk);
            continue;
        }
        if (*line && *line != '#') {
            (void)fprintf(stderr, "%s:%zu: expected 'case:', not '%s'\n", path, walk.cursor + 1,
                          line);
            return false;
        }
        walk.cursor++;
        walk_copy(arena, &walk, walk.cursor - 1);
    }
    return !runner->update || lines_write(path, &walk.updated);
}

/* ---- manuals ----------------------------------------------------------------------------------------- */

/* What a manual's examples may start with.  Anything else (make, git, sudo) is not for a test to run. */
static bool is_allowed(const char *command)
{
    static const char *const allowed[] = {"treadmill", "build/release/treadmill",
                                          "cat",       "cut",
                                          "diff",      "echo",
                                          "grep",      "head",
                                          "ls",        "printf",
                                          "sort",      "tail",
                                          "wc"};
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        size_t length = strlen(allowed[i]);
        if (starts(command, allowed[i]) && (command[length] == ' ' || command[length] == '\0'))
            return true;
    }
    return false;
}

/* The lines of one console block from the cursor to its closing fence: commands and what they print. */
static void manual_block(struct trial *trial, const lines *in, size_t *cursor)
{
    while (*cursor < in->count && !starts(in->items[*cursor], "```")) {
        size_t number = *cursor + 1;
        if (!starts(in->items[*cursor], "$ ")) {
            fail(trial, number, "a console block starts with '$ COMMAND'");
            (*cursor)++;
            continue;
        }
        const char *command = command_read(trial->arena, in, cursor);
        lines expected = {0};
        while (*cursor < in->count && !starts(in->items[*cursor], "$ ") &&
               !starts(in->items[*cursor], "```"))
            SD_PUSH(trial->arena, &expected, in->items[(*cursor)++]);
        if (!is_allowed(command)) {
            fail(trial, number, "not run: '%s'; put <!-- no-test --> before the block", command);
            continue;
        }
        struct outcome outcome;
        run(trial, command, true, &outcome);
        if (outcome.timed_out)
            fail(trial, number, "stopped after %g seconds: %s", trial->runner->seconds, command);
        (void)compare(trial, number, sd_arena_printf(trial->arena, "the output of '%s'", command),
                      &expected, &outcome.out);
    }
}

/* All blocks of a manual share one folder, in which scenarios/ and build/release/ are as in the checkout. */
/* A console block as one case, in the folder that all blocks of the manual share. */
static void manual_case(struct runner *runner, const struct trial *manual, const char *words,
                        const lines *in, size_t *cursor)
{
    struct trial block = *manual;
    const char *missing = missing_word(runner, manual->arena, words);
    block.failures = 0;
    block.name = sd_arena_printf(manual->arena, "%s:%zu", manual->name, *cursor);
    if (missing) {
        say_skipped(block.name, missing);
        return;
    }
    say_begin(block.name);
    manual_block(&block, in, cursor);
    say_end(runner, &block);
}

static void manual_walk(struct runner *runner, struct trial *manual, const lines *in)
{
    const char *words = "", *value; /* what the next block requires */
    bool tested = true;
    for (size_t cursor = 0; cursor < in->count;) {
        const char *line = in->items[cursor++], *title = strstr(line, " title=");
        size_t begin = cursor;
        if ((value = value_of(line, "<!-- requires:"))) {
            words = sd_arena_copy(manual->arena, value, strcspn(value, "-"));
        } else if (starts(line, "<!-- no-test -->")) {
            tested = false;
        } else if (starts(line, "```")) {
            lines content = {0};
            if (starts(line, "```console") && tested)
                manual_case(runner, manual, words, in, &cursor);
            for (; cursor < in->count && !starts(in->items[cursor], "```"); cursor++)
                SD_PUSH(manual->arena, &content, in->items[cursor]);
            cursor++;
            if (title && tested)
                trial_file(manual, begin, title + strlen(" title="), &content);
            tested = true;
            words = "";
        } else if (*line) {
            tested = true;
            words = "";
        }
    }
}

/* All blocks of a manual share one folder, in which scenarios/ and build/release/ are as in the checkout. */
static bool manual_file(struct runner *runner, sd_arena *arena, const char *path, const lines *in)
{
    struct trial manual = {.runner = runner, .arena = arena, .name = path};
    struct outcome ready;
    if (!trial_begin(&manual))
        return false;
    run(&manual,
        sd_arena_printf(arena, "cp -R '%s/scenarios' . && mkdir build && ln -s '%s' build/release",
                        runner->root, runner->program_folder),
        true, &ready);
    if (ready.exit != 0)
        fail(&manual, 1, "cannot prepare the folder of the examples");
    manual_walk(runner, &manual, in);
    trial_end(&manual);
    if (manual.failures > 0) {
        say_begin(path);
        say_end(runner, &manual);
    }
    return true;
}

/* ---- the program ------------------------------------------------------------------------------------- */

static bool file_run(struct runner *runner, const char *path)
{
    sd_arena *arena = sd_arena_new("cases");
    const char *dot = strrchr(path, '.');
    lines in;
    bool done = lines_read(arena, path, &in);
    if (!done)
        perror(path);
    else
        done = dot && strcmp(dot, ".md") == 0 ? manual_file(runner, arena, path, &in)
                                              : case_file(runner, arena, path, &in);
    sd_arena_free(arena);
    return done;
}

int main(int count, char **arguments)
{
    char program[4096];
    struct runner runner = {
        .root = getenv("TREADMILL_ROOT"), .shared = getenv("TREADMILL_SHARED"), .seconds = 20.0};
    bool done = true;
    int i = 1;
    if (!getenv("TREADMILL") || !realpath(getenv("TREADMILL"), program) || !runner.root) {
        (void)fprintf(stderr,
                      "run_cases: TREADMILL must be the program, TREADMILL_ROOT the checkout\n");
        return EXIT_MISSING;
    }
    *strrchr(program, '/') = '\0';
    runner.program_folder = program;
    for (; i < count && starts(arguments[i], "--"); i++) {
        if (strcmp(arguments[i], "--update") == 0)
            runner.update = true;
        else if (strcmp(arguments[i], "--seconds") == 0 && i + 1 < count)
            runner.seconds = strtod(arguments[++i], NULL);
        else
            return EXIT_MISSING;
    }
    for (; i < count; i++)
        done = file_run(&runner, arguments[i]) && done;
    return done && runner.failed == 0 ? 0 : 1;
}
