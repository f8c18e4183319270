/* kernel.c - which kernel a program runs on.
 * In: a program, and what the processor can do.  Out: a kernel, or none.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel.h"

#include <string.h>

#include "native.h"
#include "run_private.h"

/* The binary's own kernels, written by the build (Makefile); the tool that writes them has none. */
extern const sd_kernel *const sd_kernels_shipped[] __attribute__((weak));

const char *sd_kernel_instructions(const sd_kernel *kernel)
{
    return kernel->instructions;
}

bool processor_has(const char *instructions)
{
#ifdef __x86_64__
    if (strcmp(instructions, "x86-64-v4") == 0)
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl");
    if (strcmp(instructions, "x86-64-v3") == 0)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
               __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
    if (strcmp(instructions, "x86-64-v2") == 0)
        return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
#endif
    return strcmp(instructions, "generic") == 0;
}

const char *sd_instructions_here(size_t place)
{
    static const char *const sets[] = {"x86-64-v4", "x86-64-v3", "x86-64-v2", "generic"};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (processor_has(sets[i]) && place-- == 0)
            return sets[i];
    return NULL;
}

/* The kernels of the binary for one instruction set, one after the other; NULL after the last. */
static const sd_kernel *next_shipped(const char *instructions, size_t *at)
{
    const sd_kernel *found = NULL;
    while (sd_kernels_shipped && !found && sd_kernels_shipped[*at]) {
        if (strcmp(sd_kernels_shipped[*at]->instructions, instructions) == 0)
            found = sd_kernels_shipped[*at];
        ++*at;
    }
    return found;
}

const sd_kernel *sd_kernel_shipped(const sd_program *program)
{
    uint64_t hash = sd_program_hash(program);
    const char *set;
    for (size_t i = 0; (set = sd_instructions_here(i)); i++) {
        const sd_kernel *k;
        for (size_t at = 0; (k = next_shipped(set, &at));)
            if (k->abi == SD_KERNEL_ABI && k->program == hash)
                return k;
    }
    return NULL;
}

static bool gives(const sd_kernel *k, const size_t *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < k->output_count && k->outputs[at] != wanted[i])
            at++;
        if (at == k->output_count)
            return false;
    }
    return true;
}

const size_t *sd_kernel_wanted(const sd_model *model, size_t shock_count, const size_t *wanted,
                               size_t wanted_count, size_t *ret_count)
{
    uint64_t file = sd_hash(model->source->text, model->source->length);
    const sd_kernel *k, *all = NULL;
    *ret_count = wanted_count;
    for (size_t at = 0; shock_count == 0 && wanted && (k = next_shipped("generic", &at));) {
        if (k->model != file)
            continue;
        if (k->outputs && gives(k, wanted, wanted_count)) {
            *ret_count = k->output_count;
            return k->outputs;
        }
        all = k->outputs ? all : k;
    }
    if (!all)
        return wanted;
    *ret_count = 0;
    return NULL;
}

/* [s] what the interpreter would take, at some nanoseconds an instruction and member. */
static double interpreter_time(const sd_batch *batch, uint64_t members)
{
    const sd_run_spec *spec = &batch->spec;
    const sd_program *p = batch->program;
    const double each = 0.3e-9; /* [s] */
    double steps = (spec->stop - spec->start) / spec->dt;
    double stages = spec->method == SD_METHOD_RK2 ? 1 : spec->method == SD_METHOD_RK4 ? 3 : 0;
    return each * steps * (double)members *
           ((double)p->grid.count + stages * (double)p->stage.count);
}

const sd_kernel *sd_kernel_find(sd_arena *arena, const sd_batch *batch, uint64_t members,
                                sd_kernel_policy policy, sd_diag *diag)
{
    const double compiler = 0.5, each = 2e-3; /* [s], [s] an instruction */
    const sd_program *p = batch->program;
    if (policy == SD_KERNEL_NONE || sd_method_is_adaptive(batch->spec.method))
        return NULL;
    const sd_kernel *k = sd_kernel_shipped(p);
    if (k)
        return k;
    bool pays = interpreter_time(batch, members) >
                3 * (compiler + each * (double)(p->grid.count + p->stage.count));
    if (policy == SD_KERNEL_NATIVE || pays)
        return sd_kernel_native(arena, p, sd_instructions_here(0), diag);
    return native_cached(arena, p, sd_instructions_here(0));
}
