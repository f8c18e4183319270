#!/bin/sh
# kernels.sh - writes the C table sd_kernels_shipped[] of the kernels that the build has made, on stdout.
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   kernels.sh NAME...      such as headline-x86-64-v4, the best instruction set first
set -eu

printf '/* list.c - the kernels of the shipped model; written by sim/run/kernels.sh. */\n'
printf 'typedef struct sd_kernel sd_kernel;\n'
for name in "$@"; do
    printf 'extern const sd_kernel sd_kernel_%s;\n' "$(printf %s "$name" | tr - _)"
done
printf 'extern const sd_kernel *const sd_kernels_shipped[];\n'
printf 'const sd_kernel *const sd_kernels_shipped[] = {\n'
for name in "$@"; do
    printf '    &sd_kernel_%s,\n' "$(printf %s "$name" | tr - _)"
done
printf '    0};\n'
