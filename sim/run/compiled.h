/* compiled.h - members through a kernel; private to the run stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_COMPILED_H
#define SD_COMPILED_H

#include "kernel.h"
#include "run_private.h"

typedef struct compiled {
    const sd_batch *batch;
    const sd_kernel *kernel;
    sd_kernel_call call;
    int64_t chunk;       /* [grid points] of one call */
    double *saved;       /* [saved points of a chunk][output_count][width] */
    double *padded;      /* [parameter_count][width] of fewer members than the kernel is wide */
    size_t *outputs;     /* [score_count] place of the score's element */
    score_sums sums;     /* of `width` members */
    const double **rows; /* [score_count] of the sums */
} compiled;

/* NULL when the batch has no kernel, or one that does not help: an adaptive method, or too long pipelines. */
compiled *compiled_new(sd_arena *arena, const sd_batch *batch, int64_t steps, int64_t save_every);
/* Members first .. first + count - 1 with parameters[k * stride + m].  ret_scores as sd_worker_run; ret_suspect[m]: the
 * interpreter has to say, the scores mean nothing. */
SD_NODISCARD sd_status compiled_run(compiled *c, uint64_t first, size_t count,
                                    const double *parameters, size_t stride, double *ret_scores,
                                    bool *ret_suspect);

#endif
