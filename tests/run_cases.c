/* run_cases.c - runs the command-line cases of tests/cases/ and the examples of the manuals.
 *
 *     run_cases [--update] [--seconds N] FILE...      FILE is a case file (.txt) or a manual (.md)
 *
 * In: the files, whose format tests/cases/README.md describes; TREADMILL, the program under test;
 * TREADMILL_ROOT, the checkout; TREADMILL_SHARED, where there is one.  Out: one line a case in the words of
 * cmocka, so that run_checks.sh counts both alike, and for a failed case what differs.  Every case runs in
 * a new folder, every command in a process group that is killed when its time is up.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/base.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    DIFF_LINES = 12,       /* shown of what was expected, and of what came */
    FILE_LIMIT = 64 << 20, /* [byte] the largest file a command may write */
    EXIT_MISSING = 4,      /* something this runner needs is not there */
};

typedef SD_LIST(const char *) lines;

/* What holds for the whole program. */
struct runner {
    const char *program_folder; /* where `treadmill` is */
    const char *root;           /* the checkout */
    const char *shared;         /* NULL without one */
    double seconds;             /* [s] for one command */
    bool update;
    size_t failed;
};

/* One case while it runs; it and all texts live in the arena of its file. */
struct trial {
    const struct runner *runner;
    sd_arena *arena;
    const char *name;
    char base[64];      /* a new folder of our own */
    const char *folder; /* base/case, where the commands run */
    size_t failures;
};

struct outcome {
    int exit;       /* the exit code; 128 + N after signal N */
    bool timed_out; /* `exit` is then 137 */
    lines out, err; /* err is empty when both went to one file */
};

/* ---- text -------------------------------------------------------------------------------------------- */

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What follows `key` and spaces; NULL when the line is another one. */
static const char *value_of(const char *line, const char *key)
{
    if (!starts(line, key))
        return NULL;
    line += strlen(key);
    return line + strspn(line, " ");
}

/* Text that does not end with a line feed gets a last line that says so, as diff does. */
static lines lines_split(sd_arena *arena, const char *text, size_t length)
{
    lines list = {0};
    size_t begin = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\n') {
            SD_PUSH(arena, &list, sd_arena_copy(arena, text + begin, i - begin));
            begin = i + 1;
        }
    }
    if (begin < length) {
        SD_PUSH(arena, &list, sd_arena_copy(arena, text + begin, length - begin));
        SD_PUSH(arena, &list, "\\ no line feed at the end");
    }
    return list;
}

static bool lines_read(sd_arena *arena, const char *path, lines *ret_lines)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    sd_text text = sd_text_new(arena);
    char block[4096];
    for (size_t got; (got = fread(block, 1, sizeof block, file)) > 0;)
        sd_text_add(&text, block, got);
    (void)fclose(file);
    *ret_lines = lines_split(arena, text.bytes, text.length);
    return true;
}

static bool lines_write(const char *path, const lines *list)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    for (size_t i = 0; i < list->count; i++)
        (void)fprintf(file, "%s\n", list->items[i]);
    return fclose(file) == 0;
}

/* `[..]` in the pattern stands for any text.  On a mismatch the last wildcard takes one byte more. */
static bool line_matches(const char *pattern, const char *text)
{
    static const char any[] = "[..]";
    const char *after_any = NULL, *retry = NULL;
    while (*text) {
        if (starts(pattern, any)) {
            pattern += sizeof any - 1;
            after_any = pattern;
            retry = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (after_any) {
            pattern = after_any;
            text = ++retry;
        } else {
            return false;
        }
    }
    while (starts(pattern, any))
        pattern += sizeof any - 1;
    return !*pattern;
}

static bool is_dots(const char *line)
{
    return strcmp(line, "...") == 0;
}

/* The same for whole lines, with `...` alone on a line for any number of them.  On a mismatch gives the
 * furthest line of each that could be reached. */
static bool lines_match(const lines *expected, const lines *actual, size_t *ret_expected,
                        size_t *ret_actual)
{
    size_t e = 0, a = 0, retry = 0, after_dots = SIZE_MAX;
    *ret_expected = *ret_actual = 0;
    while (a < actual->count) {
        if (e < expected->count && is_dots(expected->items[e])) {
            after_dots = ++e;
            retry = a;
            continue;
        }
        if (e < expected->count && line_matches(expected->items[e], actual->items[a])) {
            e++;
            a++;
            continue;
        }
        if (e > *ret_expected || (e == *ret_expected && after_dots == SIZE_MAX)) {
            *ret_expected = e;
            *ret_actual = a;
        }
        if (after_dots == SIZE_MAX)
            return false;
        e = after_dots;
        a = ++retry;
    }
    while (e < expected->count && is_dots(expected->items[e]))
        e++;
    if (e == expected->count)
        return true;
    if (e >= *ret_expected) {
        *ret_expected = e;
        *ret_actual = a;
    }
    return false;
}

/* ---- telling what is wrong --------------------------------------------------------------------------- */

static void fail(struct trial *trial, size_t line, const char *format, ...) SD_PRINTF(3, 4);
static void fail(struct trial *trial, size_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("    line %zu: ", line);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    trial->failures++;
}

static void print_some(const char *mark, const lines *list, size_t begin)
{
    size_t end = begin + DIFF_LINES < list->count ? begin + DIFF_LINES : list->count;
    for (size_t i = begin; i < end; i++)
        printf("      %s %s\n", mark, list->items[i]);
    if (end < list->count)
        printf("      %s (%zu lines more)\n", mark, list->count - end);
}

/* True when it matches.  Otherwise, shows where it stops to, as `- expected` and `+ actual` after the last two lines that still matched. */
static bool compare(struct trial *trial, size_t line, const char *what, const lines *expected,
                    const lines *actual)
{
    size_t e, a;
    if (lines_match(expected, actual, &e, &a))
        return true;
    if (trial->runner->update)
        return false;
    fail(trial, line, "%s differs after %zu lines (- expected, + came):", what, a);
    for (size_t i = a < 2 ? 0 : a - 2; i < a; i++)
        printf("        %s\n", actual->items[i]);
    print_some("-", expected, e);
    print_some("+", actual, a);
    return false;
}

/* ---- the folder of a case ---------------------------------------------------------------------------- */

static bool trial_begin(struct trial *trial)
{
    const char *place = getenv("TMPDIR");
    (void)snprintf(trial->base, sizeof trial->base, "%s/treadmill-XXXXXX",
                   place && strlen(place) < 32 ? place : "/tmp");
    if (!mkdtemp(trial->base)) {
        perror(trial->base);
        return false;
    }
    trial->folder = sd_arena_printf(trial->arena, "%s/case", trial->base);
    return mkdir(trial->folder, 0700) == 0;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)walk;
    if (kind == FTW_DNR)
        (void)chmod(path, 0700);
    (void)remove(path);
    return 0;
}

static void trial_end(const struct trial *trial)
{
    (void)nftw(trial->base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void say_begin(const char *name)
{
    printf("[ RUN      ] %s\n", name);
}

static void say_end(struct runner *runner, const struct trial *trial)
{
    printf(trial->failures > 0 ? "[  FAILED  ] %s\n" : "[       OK ] %s\n", trial->name);
    (void)fflush(stdout);
    runner->failed += trial->failures > 0;
}

static void say_skipped(const char *name, const char *missing)
{
    printf("[ RUN      ] %s\n    needs %s\n[  SKIPPED ] %s\n", name, missing, name);
    (void)fflush(stdout);
}

static void trial_file(struct trial *trial, size_t line, const char *name, const lines *content)
{
    char *path = sd_arena_printf(trial->arena, "%s/%s", trial->folder, name);
    for (char *slash = path + strlen(trial->folder) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            fail(trial, line, "cannot make the folder of '%s'", name);
        *slash = '/';
    }
    if (!lines_write(path, content))
        fail(trial, line, "cannot write '%s': %s", name, strerror(errno));
}

static bool trial_has(const struct trial *trial, const char *name)
{
    return access(sd_arena_printf(trial->arena, "%s/%s", trial->folder, name), F_OK) == 0;
}

/* The first of `words` that this machine does not have; NULL when it has all. */
static const char *missing_word(const struct runner *runner, sd_arena *arena, const char *words)
{
    for (const char *word = words + strspn(words, " "); *word; word += strspn(word, " ")) {
        size_t length = strcspn(word, " ");
        const char *name = sd_arena_copy(arena, word, length);
        bool there;
        if (strcmp(name, "shared") == 0)
            there = runner->shared != NULL;
        else if (strcmp(name, "full-disk") == 0)
            there = access("/dev/full", W_OK) == 0;
        else if (strcmp(name, "not-root") == 0)
            there = geteuid() != 0;
        else
            there = system(sd_arena_printf(arena, "command -v '%s' >/dev/null", name)) == 0;
        if (!there)
            return name;
        word += length;
    }
    return NULL;
}

/* ---- running a command ------------------------------------------------------------------------------- */

/* The environment of a command: what a case may count on, and nothing of the person who runs it. */
static char **environment_new(const struct trial *trial)
{
    static const char *const kept[] = {"TREADMILL_ROOT",  "TREADMILL_SHARED", "TMPDIR",
                                       "LD_LIBRARY_PATH", "ASAN_OPTIONS",     "UBSAN_OPTIONS",
                                       "LSAN_OPTIONS"};
    const char *path = getenv("PATH");
    SD_LIST(char *) list = {0};
    SD_PUSH(trial->arena, &list,
            sd_arena_printf(trial->arena, "PATH=%s:%s", trial->runner->program_folder,
                            path ? path : "/usr/bin:/bin"));
    SD_PUSH(trial->arena, &list, sd_arena_printf(trial->arena, "HOME=%s", trial->base));
    SD_PUSH(trial->arena, &list, sd_arena_printf(trial->arena, "LC_ALL=C.UTF-8"));
    SD_PUSH(trial->arena, &list, sd_arena_printf(trial->arena, "NO_COLOR=1"));
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        if (getenv(kept[i]))
            SD_PUSH(trial->arena, &list,
                    sd_arena_printf(trial->arena, "%s=%s", kept[i], getenv(kept[i])));
    }
    SD_PUSH(trial->arena, &list, NULL);
    return list.items;
}

/* In the child, after fork: never returns. */
static _Noreturn void become(const char *folder, const char *command, const char *out,
                             const char *err, char **environment)
{
    (void)setpgid(0, 0);
    int in = open("/dev/null", O_RDONLY);
    int to = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    int words = err ? open(err, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600) : to;
    const struct rlimit limit = {FILE_LIMIT, FILE_LIMIT};
    if (in < 0 || to < 0 || words < 0 || dup2(in, 0) < 0 || dup2(to, 1) < 0 || dup2(words, 2) < 0 ||
        chdir(folder) != 0 || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        _exit(EXIT_MISSING);
    execle("/bin/sh", "sh", "-c", command, (char *)NULL, environment);
    _exit(EXIT_MISSING);
}

/* Runs the command in the case's folder; with `merged` both streams go to ret_outcome->out in the order
 * in which they were written. */
static void run(const struct trial *trial, const char *command, bool merged,
                struct outcome *ret_outcome)
{
    const char *out = sd_arena_printf(trial->arena, "%s/out", trial->base);
    const char *err = sd_arena_printf(trial->arena, "%s/err", trial->base);
    char **environment = environment_new(trial);
    double begin = sd_clock_seconds();
    int status = 0;
    *ret_outcome = (struct outcome){0};
    (void)fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        become(trial->folder, command, out, merged ? NULL : err, environment);
    if (child < 0) {
        ret_outcome->exit = EXIT_MISSING;
        return;
    }
    (void)setpgid(child, child);
    struct timespec pause = {0, 1000000};
    while (waitpid(child, &status, WNOHANG) == 0) {
        (void)nanosleep(&pause, NULL);
        pause.tv_nsec = pause.tv_nsec < 16000000 ? 2 * pause.tv_nsec : pause.tv_nsec;
        if (!ret_outcome->timed_out && sd_clock_seconds() - begin > trial->runner->seconds) {
            ret_outcome->timed_out = true;
            (void)kill(-child, SIGKILL);
        }
    }
    (void)kill(-child, SIGKILL); /* what the command left behind */
    ret_outcome->exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    (void)lines_read(trial->arena, out, &ret_outcome->out);
    if (!merged)
        (void)lines_read(trial->arena, err, &ret_outcome->err);
}

/* A command that ends with a backslash goes on in the next line. */
static const char *command_read(sd_arena *arena, const lines *in, size_t *cursor)
{
    sd_text command = sd_text_new(arena);
    const char *line = in->items[(*cursor)++] + strlen("$ ");
    while (*line && line[strlen(line) - 1] == '\\' && *cursor < in->count) {
        sd_text_printf(&command, "%s\n", line);
        line = in->items[(*cursor)++];
    }
    sd_text_printf(&command, "%s", line);
    return command.bytes;
}

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
