/* run_cases.h - a case while it runs: its folder, its commands, and how what came is held to what was expected.
 *
 * Shared by run_cases.c, which reads the files, and run_cases_trial.c, which does the work.  All texts live
 * in the arena of the file that is being read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef RUN_CASES_H
#define RUN_CASES_H

#include "sd/base.h"

enum { EXIT_MISSING = 4 }; /* exit code: something this runner needs is not there */

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
bool starts(const char *text, const char *with);
/* What follows `key` and spaces; NULL when the line is another one. */
const char *value_of(const char *line, const char *key);
/* False, with errno, when the file cannot be read or written.  A text that does not end with a line feed gets
 * a last line that says so, as diff does. */
bool lines_read(sd_arena *arena, const char *path, lines *ret_lines);
bool lines_write(const char *path, const lines *list);

/* ---- telling what is wrong --------------------------------------------------------------------------- */
/* Counts and prints one failure of the case; `line` is where its file says so. */
void fail(struct trial *trial, size_t line, const char *format, ...) SD_PRINTF(3, 4);
/* At most a dozen lines from `begin` on, each after `mark`. */
void print_some(const char *mark, const lines *list, size_t begin);
/* Holds `actual` to `expected`, in which `...` alone on a line stands for any number of lines and `[..]` for
 * any text.  False when they differ; without --update that fails the case and shows where. */
bool compare(struct trial *trial, size_t line, const char *what, const lines *expected,
             const lines *actual);
void say_begin(const char *name);
void say_end(struct runner *runner, const struct trial *trial);
void say_skipped(const char *name, const char *missing);

/* ---- the folder of a case, and commands in it -------------------------------------------------------- */
bool trial_begin(struct trial *trial); /* makes the folder; false when that is impossible */
void trial_end(const struct trial *trial);
void trial_file(struct trial *trial, size_t line, const char *name, const lines *content);
bool trial_has(const struct trial *trial, const char *name);
/* The first of `words` that this machine does not have; NULL when it has all. */
const char *missing_word(const struct runner *runner, sd_arena *arena, const char *words);
/* Runs the command by /bin/sh; with `merged` both streams go to ret_outcome->out in the order in which they
 * were written. */
void run(const struct trial *trial, const char *command, bool merged, struct outcome *ret_outcome);
/* The command at `*cursor`, after its `$ `.  One that ends with a backslash goes on in the next line. */
const char *command_read(sd_arena *arena, const lines *in, size_t *cursor);

#endif
