/* kernel.h - a compiled program seen from outside: what a run is called with, and what a kernel offers.
 *
 * This text stands at the head of every generated kernel too (emit_c.c), so both sides read the same words; whoever
 * changes it raises SD_KERNEL_ABI.  A kernel has no memory of its own: all that changes lies in sd_kernel_call.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_KERNEL_H
#define SD_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SD_KERNEL_ABI = 1, SD_KERNEL_METHODS = 3 /* Euler, rk2, rk4 */ };

/* A run of `width` members side by side; whoever has fewer repeats one of them. */
typedef struct sd_kernel_call {
    double start, stop, dt; /* [model time] */
    int64_t steps;          /* grid points 0..steps */
    int64_t save_every;     /* [grid points] */
    int64_t save_from,
        save_to; /* [grid points] whole numbers of save_every: nothing outside is saved */
    uint64_t seed, first_member; /* of the random functions */
    const double *parameters;    /* parameter k of member m: parameters[k * stride + m] */
    size_t stride;
    double *work;  /* [work_rows][width], aligned to 64 bytes */
    double *rings; /* [pipeline_count][steps + 1][width], likewise: what went into each DELAY */
    /* The number behind a random function, and a seed from a value. */
    double (*draw)(uint64_t seed, uint64_t member, uint32_t variable, uint32_t step, bool normal);
    uint64_t (*seed_of)(double value);
} sd_kernel_call;

typedef struct sd_kernel sd_kernel; /* as run.h says */
struct sd_kernel {
    uint32_t abi;             /* SD_KERNEL_ABI */
    uint32_t width;           /* members side by side */
    uint64_t program;         /* sd_program_hash */
    uint64_t model;           /* sd_hash of the file that it was made from */
    const char *instructions; /* the instruction set that it was compiled for: "x86-64-v3" */
    size_t work_rows, output_count, pipeline_count, parameter_count;
    const size_t *outputs; /* [output_count] elements; NULL: every one */
    /* Parameters to initial stocks. */
    void (*start)(const sd_kernel_call *call);
    /* Grid points from .. to - 1, and the step after each but the last of the run.  The outputs at saved points go to
     * ret_saved[saved point since `from`][output][width]. */
    void (*run[SD_KERNEL_METHODS])(const sd_kernel_call *call, int64_t from, int64_t to,
                                   double *ret_saved);
    /* True when member `lane` may have had a value that is not finite: the interpreter has to say.  False is certain. */
    bool (*suspects)(const sd_kernel_call *call, size_t lane);
};

#endif
