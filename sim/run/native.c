/* native.c - a program compiled by the machine's C compiler, and kept for the next time.
 * In: a program.  Out: a kernel, from a shared object whose name is the hash of the C text, the compiler and its flags.
 * The compiler is started without a shell and gets nothing from the model but a file of C; the object appears under its
 * name whole or not at all.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "native.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 24 };

static const char *const flags[] = {"-std=gnu17",      "-O2", "-fPIC",  "-ffp-contract=off",
                                    "-fno-math-errno", "-w",  "-shared"};

typedef struct job {
    sd_arena *arena;
    const char *compiler, *march; /* path; "" for the generic set */
    const char *text;
    size_t length;      /* [byte] of the text */
    const char *object; /* where it is kept */
    uint64_t program;
} job;

/* The first of cc, gcc and clang on the PATH, whose relative folders do not count. */
static const char *find_compiler(sd_arena *arena)
{
    static const char *const names[] = {"cc", "gcc", "clang"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = getenv("PATH");
        while (path && *path) {
            size_t length = strcspn(path, ":");
            const char *file = sd_arena_printf(arena, "%.*s/%s", (int)length, path, names[i]);
            if (path[0] == '/' && access(file, X_OK) == 0)
                return file;
            path += length + (path[length] == ':');
        }
    }
    return NULL;
}

/* Starts a program with its words going to `output` (a descriptor, or -1: nowhere) and waits.  True when it ended well. */
static bool run_tool(const char *const *arguments, int output)
{
    posix_spawn_file_actions_t actions;
    pid_t process;
    int status;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (output >= 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    else
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawn(&process, arguments[0], &actions, NULL,
                            (char *const *)(uintptr_t)arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return false;
    while (waitpid(process, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What `compiler --version` says, "" when it says nothing. */
static const char *version_of(sd_arena *arena, const char *compiler)
{
    const char *const arguments[] = {compiler, "--version", NULL};
    FILE *said = tmpfile();
    if (!said)
        return "";
    char words[512] = "";
    if (run_tool(arguments, fileno(said))) {
        rewind(said);
        words[fread(words, 1, sizeof words - 1, said)] = '\0';
    }
    (void)fclose(said);
    return sd_arena_copy(arena, words, strlen(words));
}

/* Everything that decides what the compiler makes. */
static uint64_t key_of(const job *j, const char *version)
{
    uint64_t parts[4 + sizeof flags / sizeof *flags] = {
        sd_hash(j->text, j->length), sd_hash(j->compiler, strlen(j->compiler)),
        sd_hash(version, strlen(version)), sd_hash(j->march, strlen(j->march))};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        parts[4 + i] = sd_hash(flags[i], strlen(flags[i]));
    return sd_hash(parts, sizeof parts);
}

/* False with the reason when the program cannot be compiled here. */
static bool prepare(job *j, const sd_program *program, const char *instructions,
                    const char **ret_reason)
{
    sd_text text = sd_text_new(j->arena);
    const char *folder = cache_folder(j->arena, ret_reason);
    if (!folder)
        return false;
    j->compiler = find_compiler(j->arena);
    *ret_reason = "there is no C compiler (cc, gcc or clang) on the PATH";
    if (!j->compiler)
        return false;
    *ret_reason =
        "the model is too large, or has a conveyor, a queue, a graphical function without "
        "bound or a draw that kernels lack";
    if (!sd_program_emit_c(program, &text))
        return false;
    bool generic = strcmp(instructions, "generic") == 0;
    j->march = generic ? "" : sd_arena_printf(j->arena, "-march=%s", instructions);
    j->text = text.bytes;
    j->length = text.length;
    j->program = sd_program_hash(program);
    j->object = sd_arena_printf(j->arena, "%s/%016" PRIx64 "-%016" PRIx64 ".so", folder, j->program,
                                key_of(j, version_of(j->arena, j->compiler)));
    return true;
}

/* The kernel of an object that is there already; NULL when there is none that can be trusted. */
static const sd_kernel *load(const job *j)
{
    if (!cache_file_is_safe(j->object))
        return NULL;
    void *object = dlopen(j->object, RTLD_NOW | RTLD_LOCAL);
    const sd_kernel *k = object ? dlsym(object, "sd_kernel_made") : NULL;
    if (k && k->abi == SD_KERNEL_ABI && k->program == j->program)
        return k;
    if (object)
        dlclose(object);
    return NULL;
}

static bool write_text(const job *j, const char *path)
{
    (void)unlink(path); /* of a process that did not end well */
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    FILE *stream = file < 0 ? NULL : fdopen(file, "w");
    if (!stream) {
        if (file >= 0)
            close(file);
        return false;
    }
    bool good = fwrite(j->text, 1, j->length, stream) == j->length;
    return fclose(stream) == 0 && good;
}

static bool compile(const job *j)
{
    const char *source = sd_arena_printf(j->arena, "%s.%ld.c", j->object, (long)getpid());
    const char *made = sd_arena_printf(j->arena, "%s.%ld.o", j->object, (long)getpid());
    const char *arguments[ARGUMENTS_MAX] = {j->compiler};
    size_t count = 1;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        arguments[count++] = flags[i];
    if (j->march[0])
        arguments[count++] = j->march;
    if (strstr(j->march, "v4")) /* clang would halve the vectors */
        arguments[count++] = "-mprefer-vector-width=512";
    arguments[count++] = "-o";
    arguments[count++] = made;
    arguments[count++] = source;
    bool good = write_text(j, source) && run_tool(arguments, -1) && chmod(made, 0600) == 0 &&
                rename(made, j->object) == 0;
    (void)unlink(source);
    (void)unlink(made);
    return good;
}

const sd_kernel *native_cached(sd_arena *arena, const sd_program *program, const char *instructions)
{
    job j = {.arena = arena};
    const char *reason;
    return prepare(&j, program, instructions, &reason) ? load(&j) : NULL;
}

const sd_kernel *sd_kernel_native(sd_arena *arena, const sd_program *program,
                                  const char *instructions, sd_diag *diag)
{
    job j = {.arena = arena};
    const char *reason;
    const sd_kernel *k = NULL;
    if (prepare(&j, program, instructions, &reason)) {
        k = load(&j);
        if (k)
            return k;
        reason = sd_arena_printf(arena, "'%s' did not compile it", j.compiler);
        k = compile(&j) ? load(&j) : NULL;
    }
    if (!k) {
        sd_warn(diag, SD_W912, SD_NOWHERE, "the model is not compiled: %s", reason);
        sd_help(diag, "the interpreter gives the same results, only later");
    }
    return k;
}
