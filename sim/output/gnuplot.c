/* gnuplot.c - runs gnuplot: a script goes in, the bytes of a picture come out.
 * It works in a new private folder beneath TMPDIR, without a shell, without its start-up files and with
 * nothing on its input, and has a minute; the folder is gone afterwards.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    PICTURE_BYTES_MAX = 256 << 20, /* [byte] */
    WORDS_MAX = 600                /* [byte] of what gnuplot said that a message repeats */
};

static const double time_limit = 60; /* [s] */

const char *const sd_terminal_names[] = {"svg", "png", "pdf", "frame", "gif"};

typedef struct desk {
    const char *folder, *script, *words, *picture; /* paths */
    size_t input_count;
    const char **inputs; /* [input_count] paths */
} desk;

static sd_status fail_missing(sd_diag *diag)
{
    const sd_status status =
        sd_fail(diag, SD_E604, SD_NOWHERE, "charts need gnuplot, which was not found");

    sd_help(diag, "on Debian and Ubuntu: apt-get install gnuplot-nox; then try again");
    return status;
}

/* A new private folder; NULL when there is none to be had. */
static const char *new_folder(sd_arena *arena, sd_diag *diag)
{
    const char *base = getenv("TMPDIR");
    char *folder;

    if (!base || !*base)
        base = "/tmp";
    folder = sd_arena_printf(arena, "%s/treadmill.XXXXXX", base);
    if (mkdtemp(folder))
        return folder;
    (void)sd_fail(diag, SD_E602, SD_NOWHERE, "cannot make a folder in '%s': %s", base,
                  strerror(errno));
    return NULL;
}

static void desk_close(const desk *d)
{
    unlink(d->script);
    unlink(d->words);
    unlink(d->picture);
    for (size_t i = 0; i < d->input_count; i++)
        unlink(d->inputs[i]);
    rmdir(d->folder);
}

static bool write_file(const char *path, const char *bytes, size_t length)
{
    const int opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *stream = opened < 0 ? NULL : fdopen(opened, "w");
    bool good;

    if (!stream) {
        if (opened >= 0)
            close(opened);
        return false;
    }
    good = fwrite(bytes, 1, length, stream) == length;
    return fclose(stream) == 0 && good;
}

/* 0 or the system's reason why it could not be started. */
static int start(const desk *d, pid_t *ret_process)
{
    char name[] = "gnuplot", option[] = "-d", script[] = "chart.gp";
    char *const arguments[] = {name, option, script, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, usual;
    int error;

    sigemptyset(&none);
    sigemptyset(&usual);
    sigaddset(&usual, SIGINT);
    sigaddset(&usual, SIGPIPE);
    sigaddset(&usual, SIGTERM);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return ENOMEM;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return ENOMEM;
    }
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, d->words, O_WRONLY | O_CREAT | O_EXCL,
                                     0600);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_addchdir_np(&actions, d->folder);
    error = posix_spawnp(ret_process, name, &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* Waits for the end; false when the minute was over, and then it was ended. */
static bool wait_for(pid_t process, int *ret_status)
{
    const double begin = sd_clock_seconds();
    struct timespec pause = {.tv_nsec = 1000000};
    pid_t ended;

    while ((ended = waitpid(process, ret_status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
        if (sd_clock_seconds() - begin > time_limit) {
            kill(process, SIGKILL);
            while (waitpid(process, ret_status, 0) < 0 && errno == EINTR)
                continue;
            return false;
        }
        nanosleep(&pause, NULL);
        if (pause.tv_nsec < 20000000)
            pause.tv_nsec += 1000000;
    }
    return true;
}

/* What gnuplot wrote, on one line. */
static const char *words_of(sd_arena *arena, const desk *d)
{
    const sd_source *said;
    const char *words;
    size_t length;

    if (sd_source_from_file(arena, d->words, 1 << 20, &said, sd_diag_new(arena)) != SD_OK)
        return "";
    words = sd_chart_plain(arena, said->text);
    length = strlen(words);
    return length <= WORDS_MAX ? words
                               : sd_arena_printf(arena, "... %s", words + length - WORDS_MAX);
}

static sd_status fail_drawing(sd_diag *diag, const char *how, const char *words)
{
    return sd_fail(diag, SD_E605, SD_NOWHERE, "gnuplot %s%s%s", how, *words ? ": " : "", words);
}

static sd_status write_all(const desk *d, const char *script, const sd_source *const *inputs,
                           sd_diag *diag)
{
    const char *path = d->script;
    bool good = write_file(path, script, strlen(script));

    for (size_t i = 0; i < d->input_count && good; i++) {
        path = d->inputs[i];
        good = write_file(path, inputs[i]->text, inputs[i]->length);
    }
    return good
               ? SD_OK
               : sd_fail(diag, SD_E602, SD_NOWHERE, "cannot write '%s': %s", path, strerror(errno));
}

static sd_status run_on(sd_arena *arena, const desk *d, const sd_source **ret_picture,
                        sd_diag *diag)
{
    pid_t process;
    int status, error;

    error = start(d, &process);
    if (error == ENOENT || error == EACCES || error == ENOTDIR)
        return fail_missing(diag);
    if (error != 0)
        return fail_drawing(diag, "could not be started", strerror(error));
    if (!wait_for(process, &status))
        return fail_drawing(diag, "did not finish within a minute", words_of(arena, d));
    if (WIFSIGNALED(status))
        return fail_drawing(diag,
                            sd_arena_printf(arena, "was stopped by signal %d", WTERMSIG(status)),
                            words_of(arena, d));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && !*words_of(arena, d))
        return fail_missing(diag);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return fail_drawing(diag, "failed", words_of(arena, d));
    if (sd_source_from_file(arena, d->picture, PICTURE_BYTES_MAX, ret_picture,
                            sd_diag_new(arena)) != SD_OK ||
        (*ret_picture)->length == 0)
        return fail_drawing(diag, "drew nothing", words_of(arena, d));
    return SD_OK;
}

sd_status sd_gnuplot_run(sd_arena *arena, const char *script, sd_terminal terminal,
                         const sd_source *const *inputs, size_t input_count,
                         const sd_source **ret_picture, sd_diag *diag)
{
    const char *folder = new_folder(arena, diag);
    const sd_source *picture = NULL;
    sd_status status;

    if (!folder)
        return sd_code_status(SD_E602);
    const desk d = {.folder = folder,
                    .script = sd_arena_printf(arena, "%s/chart.gp", folder),
                    .words = sd_arena_printf(arena, "%s/words.txt", folder),
                    .picture =
                        sd_arena_printf(arena, "%s/chart.%s", folder, sd_terminal_names[terminal]),
                    .input_count = input_count,
                    .inputs = SD_NEW_ARRAY(arena, const char *, input_count + 1)};

    for (size_t i = 0; i < input_count; i++)
        d.inputs[i] = sd_arena_printf(arena, "%s/input-%zu", folder, i);
    status = write_all(&d, script, inputs, diag);
    if (status == SD_OK)
        status = run_on(arena, &d, &picture, diag);
    desk_close(&d);
    if (status == SD_OK)
        *ret_picture = picture;
    return status;
}
