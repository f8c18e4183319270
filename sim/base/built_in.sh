#!/bin/sh
# built_in.sh - turns files into the C table sd_built_ins[] of sd/base.h, on stdout.
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   built_in.sh FOLDER/NAME...        sorted by folder, then name, and ended by a row without a name
#
# Only od, sed and the shell, which every Debian has.  Each file is followed by a NUL, so it can be read as text.
set -eu
LC_ALL=C
export LC_ALL

sorted=$([ $# -eq 0 ] || printf '%s\n' "$@" | sort)

printf '/* built_in_data.c - the files that travel inside the program; written by sim/base/built_in.sh. */\n'
printf '#include "sd/base.h"\n'
count=0
for file in $sorted; do
    printf '\nstatic const unsigned char file_%d[] = { /* %s */\n' $count "$file"
    od -An -v -tu1 -w24 "$file" | sed 's/  */,/g; s/^,//; s/$/,/'
    printf '0 };\n'
    count=$((count + 1))
done

printf '\nconst sd_built_in sd_built_ins[] = {\n'
count=0
for file in $sorted; do
    printf '    {"%s", "%s", file_%d, sizeof file_%d - 1},\n' "${file%%/*}" "${file#*/}" $count $count
    count=$((count + 1))
done
printf '    {NULL, NULL, NULL, 0},\n};\n'
