#!/bin/sh
# fuzz.sh - tries mutated models, equations and scenarios on the readers, guided by what they cover (libFuzzer).
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   fuzz.sh PROGRAM SECONDS      PROGRAM is build/fuzz/tests/fuzz_main; SECONDS for each target
#   fuzz.sh PROGRAM --keep       instead: keeps in tests/corpus/ the few small files that cover most of what was tried
#
# Each target starts from what the project ships, from ../shared/conformance where it is and from tests/corpus/, goes on from
# what earlier turns have left in build/fuzz/grown/, and writes what breaks the program to build/fuzz/found/TARGET/.  The
# last lines are a table; exit 1 when anything was found.  ONLY='xml equation scenario' narrows it; JOBS (all
# processors) says how many processes try at once.  To see a find again:
#   FUZZ_TARGET=xml build/fuzz/tests/fuzz_main build/fuzz/found/xml/crash-...
set -u
LC_ALL=C
export LC_ALL

program=$1 seconds=$2
jobs=${JOBS:-$(nproc 2>/dev/null || echo 2)}
work=build/fuzz
MEMORY=2048 # [MiB] an input that makes the program take more is a find
KEPT_FILES=40 KEPT_BYTES=3000 # of each target
SLOW=90     # [s] and so is one that takes it so long; the sanitizers slow it down tenfold

# Words, one a line, as a dictionary of libFuzzer.
quoted() { sed 's/[\\"]/\\&/g; s/.*/"&"/' | sort -u; }
# The short texts in quotation marks of C sources: names of elements, attributes and settings.
literals() { cat "$@" | grep -oE '"[a-zA-Z_:]{2,30}"' | tr -d '"' | sort -u; }

dictionary_of_xml() {
    literals sim/model/xmile*.c sim/model/variable*.c sim/model/annotation.c sim/model/graphical.c sim/model/unit*.c sim/model/mod*.c |
        sed 's/.*/&\n<&>\n<\/&>\n<& name="\n &="/'
    printf '%s\n' '<non_negative/>' '/>' '<![CDATA[' ']]>' '<!--' '-->' '&amp;' '&lt;' '&#10;' ' size="3"' '</model></xmile>'
}
dictionary_of_equation() {
    sed -n 's/^SD_BUILTIN([A-Z0-9_]*, "\([^"]*\)".*/\1/p' include/sd/builtins.def | tr '|' '\n' | grep . | sed 's/^[A-Z].*/&\n&(/'
    printf '%s\n' ' THEN ' ' ELSE ' p q f s g c v t h d n a b 'lag(' 'twice(' 'm.o' '.c' belt line leave '1:2' "q'" 'd.b' '@1' 'q[d, n]' 'q[*, 2]' 's[a]' 'v[*]' '[b]' '1e300' '0.25' '{' '}' '(' ')' '"'
}
dictionary_of_scenario() {
    literals sim/model/scenario*.c sim/model/layout.c sim/model/distribution.c sim/model/spec.c
    sed -n 's/.*<\(stock\|aux\|flow\) name="\([^"]*\)".*/\2/p' scenarios/productivity-trap.xmile | tr ' ' '_' | head -n 120
    printf '%s\n' ' = ' ';' '( {' '} )' '@include "' '[' ']' '1L' '0x1' '/*' '*/' '#'
}

# Where a target starts: small files, in the folder $1.
seeds_of_xml() {
    for file in tests/models/*.xmile ../shared/conformance/*/*/*.xmile; do
        [ -f "$file" ] && [ "$(wc -c <"$file")" -lt 16000 ] && cp "$file" "$1/$(echo "$file" | tr '/' '-' | tr -d '.')"
    done
}
seeds_of_equation() {
    cat scenarios/productivity-trap.xmile ../shared/conformance/*/*/*.xmile 2>/dev/null | tr '\r' '\n' |
        sed -n 's/.*<eqn>\(..*\)<\/eqn>.*/\1/p' | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' | sort -u |
        awk -v folder="$1" '{ file = folder "/" NR; printf "%s\n%s\n", $0, $0 > file; close(file) }'
}
seeds_of_scenario() { cp scenarios/*.cfg scenarios/*.layout "$1"; }
longest_of() { case $1 in xml) echo 16000 ;; equation) echo 400 ;; scenario) echo 6000 ;; esac; } # [byte]

# The number behind a word of libFuzzer's last report: "cov: 4117".
told() { grep -a '^#[0-9].*cov:' "$log" | tail -n 1 | sed -n "s|.*$1: *\([0-9/]*\).*|\1|p"; }

fuzz_one() {
    target=$1
    log=$work/$target.log grown=$work/grown/$target found=$work/found/$target seeds=$work/seeds/$target
    rm -rf "$seeds"
    mkdir -p "$grown" "$found" "$seeds" "tests/corpus/$target"
    "dictionary_of_$target" | quoted >"$work/$target.dict"
    "seeds_of_$target" "$seeds"
    printf 'fuzzing %s for %s s, at most %s MiB and %s s an input\n' "$target" "$seconds" $MEMORY $SLOW
    begun=$(date +%s)
    FUZZ_TARGET=$target ASAN_OPTIONS=detect_leaks=1:${ASAN_OPTIONS:-} \
        "$program" -fork="$jobs" -ignore_crashes=1 -ignore_ooms=1 -ignore_timeouts=1 -max_total_time="$seconds" \
        -rss_limit_mb=$MEMORY -timeout=$SLOW -max_len="$(longest_of "$target")" -dict="$work/$target.dict" \
        -artifact_prefix="$found/" "$grown" "tests/corpus/$target" "$seeds" >"$log" 2>&1
    status=$?
    runs=$(grep -a '^#[0-9].*cov:' "$log" | tail -n 1 | sed -n 's/^#\([0-9]*\):.*/\1/p')
    finds=$(find "$found" -type f | wc -l)
    # It ends with 0 when its time is over; whatever else makes it end early is no success.
    if [ -z "$runs" ] || { [ $status -ne 0 ] && [ "$finds" -eq 0 ]; }; then
        tail -n 20 "$log" && runs=0 && broken=1
    fi
    printf '%-9s %11s %9s %9s %7s %8s\n' "$target" "${runs:-0}" "$(told cov)" "$(told ft)" "$finds" $(($(date +%s) - begun)) >>"$work/table"
    [ "$finds" -eq 0 ] || { broken=1 && grep -ahE '^==[0-9]+==.*ERROR|runtime error|^SUMMARY' "$log" | sed 's/^==[0-9]*==//' | sort | uniq -c | sort -rn | head -n 20; }
}

# Of all files that are small, those that together cover most: the next is always the one with the most that is new, for
# its size.  Files with a name of their own (what was found) stay; those named by their content are chosen anew.
keep() {
    target=$1 corpus=tests/corpus/$1 small=$work/small/$1
    rm -rf "$small" "$small.merged" "$small.control" && mkdir -p "$small" "$small.merged" "$corpus"
    find "$work/grown/$target" "$work/seeds/$target" "$corpus" -type f -size -"$KEPT_BYTES"c -exec cp {} "$small" \;
    rm -f "$corpus"/????????????????
    FUZZ_TARGET=$target "$program" -set_cover_merge=1 -use_counters=0 -timeout=$SLOW -merge_control_file="$small.control" \
        "$small.merged" "$small" >"$small.log" 2>&1
    awk -v most="$KEPT_FILES" '
        NR > 2 && $1 !~ /^(STARTED|FT|COV)$/ { names[files++] = $0 }
        $1 == "STARTED" { size[$2] = $3 }
        $1 == "FT" { for (i = 3; i <= NF; i++) features[$2] = features[$2] " " $i }
        END {
            for (round = 0; round < most; round++) {
                best = -1; score = 0
                for (file = 0; file < files; file++) {
                    gain = 0
                    count = split(features[file], list, " ")
                    for (i = 1; i <= count; i++) gain += !(list[i] in covered)
                    if (gain / (size[file] + 2000) > score) { score = gain / (size[file] + 2000); best = file }
                }
                if (best < 0) exit
                count = split(features[best], list, " ")
                for (i = 1; i <= count; i++) covered[list[i]]
                print names[best]
            }
        }' "$small.control" | while read -r file; do
        cp "$file" "$corpus/$(sha1sum "$file" | cut -c 1-16)"
    done
    printf '%-9s %4d files, %6d bytes\n' "$target" "$(find "$corpus" -type f | wc -l)" "$(cat "$corpus"/* | wc -c)"
}

if [ "$seconds" = --keep ]; then
    for target in xml equation scenario; do keep $target; done
    exit 0
fi
rm -rf $work/found && mkdir -p $work || exit 1
: >$work/table
broken=0
for target in xml equation scenario; do
    case " ${ONLY:-xml equation scenario} " in *" $target "*) fuzz_one $target ;; esac
done
printf '\n%-9s %11s %9s %9s %7s %8s\n' target executions edges features finds seconds
cat $work/table
find $work/found -type f | sed 's/^/found: /'
[ -s $work/table ] && [ $broken -eq 0 ]
