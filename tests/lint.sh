#!/bin/sh
# lint.sh - holds the sources to the rules of docs/ARCHITECTURE.md and to what the analysers know.
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   lint.sh [FILE...]      FILE: C sources and headers; without one, the whole project
#
# In: LINT_FLAGS (the flags of the build).  Runs every rule even after one has failed; says nothing about
# what is well; exit 1 when anything is wrong.  Files over 500 lines get a warning, over 700 are wrong.
# shellcheck disable=SC2317,SC2086  # the rules are called by name; lists are words
set -u
LC_ALL=C
export LC_ALL

STAGES="base model program run ensemble analysis structure output app"
TOP="sim include scenarios plots tests docs build Makefile README.md LICENSE"
SOFT_LINES=500
HARD_LINES=700

failures=0
jobs=$(nproc 2>/dev/null || echo 2)
# The quotes are part of what the compiler gets.
# shellcheck disable=SC2089,SC2090
LINT_FLAGS="${LINT_FLAGS:--std=c17 -D_GNU_SOURCE -Iinclude -O2 -Wall -Wextra} -DTREADMILL_VERSION=\"\" -DTREADMILL_BUILD=\"\""
# shellcheck disable=SC2090
export LINT_FLAGS

whole=no others=""
if [ $# -eq 0 ]; then
    whole=yes
    for file in Makefile include/sd/*.def sim/*/*.sh tests/*.sh plots/*.gp scenarios/*.cfg .ci/*; do
        [ ! -f "$file" ] || others="$others $file"
    done
    for file in include/sd/*.h sim/*/*.[ch] tests/*.[ch]; do [ ! -f "$file" ] || set -- "$@" "$file"; done
fi
sources=$(printf '%s\n' "$@" | grep '\.c$')
headers=$(printf '%s\n' "$@" | grep '\.h$')

wrong() {
    printf '%s\n' "$1"
    failures=$((failures + 1))
}

# rule FUNCTION FILE...: each line that the function prints is something wrong.
rule() {
    "$@" >"$work/found"
    cat "$work/found"
    failures=$((failures + $(wc -l <"$work/found")))
}

# each TOOL COMMAND...: runs the command on every source, several at a time.
each() {
    title=$1
    shift
    [ -n "$sources" ] || return 0
    printf '%s\n' "$sources" | xargs -P "$jobs" -n 1 "$@" || wrong "lint: $title is not content"
}

place_of() { # the place of a stage (or of its second header) in STAGES, from 1; 0 when it is none
    [ "$1" != scenario ] || set -- model
    place=0
    for stage in $STAGES; do
        place=$((place + 1))
        [ "$stage" != "$1" ] || { echo $place && return; }
    done
    echo 0
}

# ---- layout --------------------------------------------------------------------------------------------
layout() {
    for entry in *; do
        case " $TOP " in *" $entry "*) ;; *) echo "$entry: does not belong at the top level" ;; esac
    done
    for folder in sim/*/; do
        name=${folder#sim/} && name=${name%/}
        [ "$(place_of "$name")" -gt 0 ] || echo "$folder: is not a stage ($STAGES)"
    done
}

# The first line says what the file is for, by its own name; an SPDX line says whose it may be.
opening() {
    for file in "$@" $others; do
        name=${file##*/}
        case $file in
        *.sh | .ci/*) first=$(sed -n 2p "$file") ;;
        *) first=$(sed -n 1p "$file") ;;
        esac
        case $first in
        *"$name - "* | *"$name -- "*) ;;
        *) echo "$file:1: the first line should be '$name - what it does'" ;;
        esac
    done
    # Scenarios are meant to be copied and filled in, so only the project's own files carry the line.
    licensed=$(printf '%s\n' "$@" $others | grep -v '\.cfg$')
    grep -L 'SPDX-License-Identifier: GPL-3.0-or-later' $licensed | sed 's/$/: has no SPDX-License-Identifier line/'
}

length() {
    for file in "$@"; do
        lines=$(wc -l <"$file")
        if [ "$lines" -gt $HARD_LINES ]; then
            echo "$file: $lines lines, the limit is $HARD_LINES"
        elif [ "$lines" -gt $SOFT_LINES ]; then
            echo "$file: warning: $lines lines, it should be at most $SOFT_LINES" >&2
        fi
    done
}

# ---- rules of the language -----------------------------------------------------------------------------
banned() {
    grep -nE '(^|[^[:alnum:]_])(strcpy|strcat|v?sprintf|strtok|atof|gets)[[:space:]]*\(' "$@" |
        grep -vE '^[^:]*:[0-9]+:[[:space:]]*(/\*|\*)' | sed 's/$/   <- a banned function/'
}

# Data flows from left to right in STAGES: a stage includes its own headers and those to its left.
direction() {
    for file in "$@"; do
        case $file in
        sim/*) own=${file#sim/} && own=${own%%/*} ;;
        include/sd/*) own=${file##*/} && own=${own%.h} ;;
        *) continue ;;
        esac
        grep -nE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' "$file" |
            sed -E 's/^([0-9]+):[^"]*"([^"]*)".*/\1 \2/' |
            while read -r line name; do
                case $name in
                sd/*.def) continue ;; # a list belongs to the header that reads it
                sd/*)
                    other=${name#sd/} && other=$(place_of "${other%.h}")
                    [ "$other" -gt 0 ] && [ "$other" -le "$(place_of "$own")" ] && continue
                    ;;
                */*) ;;
                *) [ ! -f "${file%/*}/$name" ] || continue ;;
                esac
                echo "$file:$line: '$name' is not for stage '$own'"
            done
    done
}

alone() {
    for header in $headers; do
        for compiler in gcc clang; do
            # shellcheck disable=SC2086,SC2090  # flags are words
            printf '#include "%s"\n' "$header" |
                $compiler $LINT_FLAGS -Werror -I. -I"${header%/*}" -fsyntax-only -x c - >"$work/out" 2>&1 ||
                { cat "$work/out" && echo "$header: does not compile alone with $compiler"; }
        done
    done
}

# ---- all of it -----------------------------------------------------------------------------------------
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

[ $whole = no ] || rule layout
for name in opening length banned direction alone; do rule $name "$@"; done

clang-format --dry-run -Werror "$@" 2>"$work/format" ||
    wrong "lint: not formatted, try 'make fmt': $(sed -n 's/^\([^:]*\):[0-9].*/\1/p' "$work/format" | sort -u | tr '\n' ' ')"
# shellcheck disable=SC2090,SC2016  # flags are words; the inner shell has them too
{
    each gcc gcc $LINT_FLAGS -Werror -c -o /dev/null
    each clang clang $LINT_FLAGS -Werror -c -o /dev/null
    each clang-tidy sh -c 'clang-tidy --quiet "$1" -- $LINT_FLAGS 2>/dev/null' clang-tidy
}
# Shifting a negative number to the right is defined by gcc and clang; to the left, they warn.
[ -z "$sources" ] || cppcheck --quiet --std=c11 --language=c --enable=warning,performance,portability \
    --error-exitcode=1 --inline-suppr -j "$jobs" -Iinclude -D_GNU_SOURCE -DTREADMILL_VERSION='""' \
    -DTREADMILL_BUILD='""' --template=gcc --suppress=shiftNegativeLHS --suppress=unknownMacro --suppress=missingIncludeSystem $sources ||
    wrong "lint: cppcheck is not content"

[ $failures -eq 0 ] && exit 0
printf '\n%d rules or lines to mend\n' $failures
exit 1
