#!/bin/sh
# run_checks.sh - runs the test programs and the cases of one build and counts what passed.
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   run_checks.sh BUILD PROGRAM...       BUILD is build/release or build/sanitize
#
# Runs every program, and run_cases on every case file and manual, as many at a time as there are
# processors; one line each, and for one that failed all that it printed.  The last line of all is
# `N passed, N failed, N skipped`.  A program that crashes, hangs, leaks or runs no test counts as failed.
# ONLY='NAME...' runs only these (shell patterns of the names it prints); UPDATE=1 has run_cases write what
# came into the case files.
set -u
LIMIT=600 # [s] for one program

name_of() { name=${1##*/} && printf '%s' "${name%.txt}"; }

# Runs one program or file; leaves NAME.out, NAME.exit and NAME.count (passed failed skipped) in BUILD/check/.
run_one() {
    build=$1 job=$2
    out=$build/check/$(name_of "$job")
    case $job in
    *.txt | *.md) timeout -k 5 $LIMIT "$build/tests/run_cases" ${UPDATE:+--update} --seconds "$CASE_SECONDS" "$job" ;;
    *) timeout -k 5 $LIMIT "$job" ;;
    esac >"$out.out" 2>&1 </dev/null
    echo $? >"$out.exit"
    # cmocka prints a result twice when it was not a success; only the one that follows its RUN counts.
    awk -v status="$(cat "$out.exit")" -v cases="$(case $job in *.txt | *.md) echo 1 ;; *) echo 0 ;; esac)" '
        function is(mark,   at) { at = index($0, mark); return at && name != "" && substr($0, at + length(mark)) == name }
        is("[       OK ] ") { passed++; name = ""; next }
        is("[  FAILED  ] ") { failed++; name = ""; next }
        is("[  SKIPPED ] ") { skipped++; name = ""; next }
        /^\[  FAILED  \] GROUP / { failed++ }
        /^\[ RUN      \] /  { if (name != "") failed++; name = substr($0, 14) }
        END {
            if (name != "") failed++                            # it ended within a test
            if (status != 0 && !failed) failed++                # it failed outside of its tests
            if (!cases && passed + failed + skipped == 0) failed++
            print passed + 0, failed + 0, skipped + 0
        }' "$out.out" >"$out.count"
    read -r passed failed skipped <"$out.count"
    word=ok
    [ "$failed" -eq 0 ] || word=FAILED
    line=$(printf '%-7s %-36s %4d passed' $word "$(name_of "$job")" "$passed")
    [ "$failed" -eq 0 ] || line="$line, $failed failed"
    [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
    printf '%s\n' "$line"
}

if [ "$1" = --one ]; then
    run_one "$2" "$3"
    exit 0
fi

# Whether the name is one of those that ONLY asks for.
is_wanted() {
    set -f # the patterns are for `case`, not for file names
    for pattern in ${ONLY:-*}; do
        # shellcheck disable=SC2254  # it is a pattern
        case $1 in $pattern) set +f && return 0 ;; esac
    done
    set +f
    return 1
}

build=$1
shift
TREADMILL_ROOT=$(pwd)
TREADMILL=$TREADMILL_ROOT/$build/treadmill
export TREADMILL TREADMILL_ROOT
unset TREADMILL_SHARED
if shared=$(cd ../shared 2>/dev/null && pwd); then
    TREADMILL_SHARED=$shared
    export TREADMILL_SHARED
fi
CASE_SECONDS=20
case $build in
*sanitize)
    CASE_SECONDS=120
    ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1:${ASAN_OPTIONS:-}
    UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
    export ASAN_OPTIONS UBSAN_OPTIONS
    ;;
esac
LC_ALL=C.UTF-8
export LC_ALL CASE_SECONDS

programs=$*
set --
for job in $programs tests/cases/*.txt docs/MANUAL.md README.md; do
    if [ -f "$job" ] && is_wanted "$(name_of "$job")"; then set -- "$@" "$job"; fi
done
rm -rf "$build/check" && mkdir -p "$build/check" || exit 1
[ $# -eq 0 ] || printf '%s\n' "$@" | xargs -n 1 -P "$(nproc 2>/dev/null || echo 2)" sh "$0" --one "$build"

all_passed=0 all_failed=0 all_skipped=0
for job in "$@"; do
    out=$build/check/$(name_of "$job")
    passed=0 failed=1 skipped=0
    [ ! -s "$out.count" ] || read -r passed failed skipped <"$out.count"
    all_passed=$((all_passed + passed)) all_failed=$((all_failed + failed)) all_skipped=$((all_skipped + skipped))
    [ "$failed" -eq 0 ] && continue
    printf '\n==== %s, exit %s\n' "$job" "$(cat "$out.exit" 2>/dev/null)"
    cat "$out.out"
done
printf '\n%d passed, %d failed, %d skipped\n' $all_passed $all_failed $all_skipped
[ $all_failed -eq 0 ]
