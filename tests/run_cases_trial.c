/* run_cases_trial.c - runs the commands of one case in a folder of its own and compares what they print.
 *
 * In: commands and expected lines.  Out: what came, and for what differs a short account on stdout.  A
 * command runs in a process group that is killed when its time is up, with an environment that holds nothing
 * of the person who runs the tests.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "run_cases.h"

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
};

/* ---- text -------------------------------------------------------------------------------------------- */

bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What follows `key` and spaces; NULL when the line is another one. */
const char *value_of(const char *line, const char *key)
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

bool lines_read(sd_arena *arena, const char *path, lines *ret_lines)
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

bool lines_write(const char *path, const lines *list)
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

void fail(struct trial *trial, size_t line, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("    line %zu: ", line);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    trial->failures++;
}

void print_some(const char *mark, const lines *list, size_t begin)
{
    size_t end = begin + DIFF_LINES < list->count ? begin + DIFF_LINES : list->count;
    for (size_t i = begin; i < end; i++)
        printf("      %s %s\n", mark, list->items[i]);
    if (end < list->count)
        printf("      %s (%zu lines more)\n", mark, list->count - end);
}

/* True when it matches.  Otherwise, shows where it stops to, as `- expected` and `+ actual` after the last two lines that still matched. */
bool compare(struct trial *trial, size_t line, const char *what, const lines *expected,
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

bool trial_begin(struct trial *trial)
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

void trial_end(const struct trial *trial)
{
    (void)nftw(trial->base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void say_begin(const char *name)
{
    printf("[ RUN      ] %s\n", name);
}

void say_end(struct runner *runner, const struct trial *trial)
{
    printf(trial->failures > 0 ? "[  FAILED  ] %s\n" : "[       OK ] %s\n", trial->name);
    (void)fflush(stdout);
    runner->failed += trial->failures > 0;
}

void say_skipped(const char *name, const char *missing)
{
    printf("[ RUN      ] %s\n    needs %s\n[  SKIPPED ] %s\n", name, missing, name);
    (void)fflush(stdout);
}

void trial_file(struct trial *trial, size_t line, const char *name, const lines *content)
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

bool trial_has(const struct trial *trial, const char *name)
{
    return access(sd_arena_printf(trial->arena, "%s/%s", trial->folder, name), F_OK) == 0;
}

/* The first of `words` that this machine does not have; NULL when it has all. */
const char *missing_word(const struct runner *runner, sd_arena *arena, const char *words)
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
void run(const struct trial *trial, const char *command, bool merged, struct outcome *ret_outcome)
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
const char *command_read(sd_arena *arena, const lines *in, size_t *cursor)
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
