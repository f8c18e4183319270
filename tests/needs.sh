#!/bin/sh
# needs.sh - sees which programs, libraries and fonts are missing, and installs them or says how.
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   needs.sh [--install] GROUP...     groups: build tests plots lint fuzz
#
# Says nothing when all is there.  Looks for the things themselves (a header that the compiler finds, a
# program on PATH, a font file), so it does not matter how they came here; installs by Debian package name.
# Never asks a question.  In: CC, FLAGS (the compiler and the user's flags for it), CLANG.
set -u

cc=${CC:-gcc}
missing=""
need() { case " $missing " in *" $1 "*) ;; *) missing="$missing${missing:+ }$1" ;; esac; }
have() { command -v "$1" >/dev/null 2>&1; }

# The packages among "header=package" words whose header the compiler does not find.
headers() {
    for pair in "$@"; do
        printf '#if !__has_include(<%s>)\nMISSING %s\n#endif\n' "${pair%%=*}" "${pair#*=}"
    done > "$work/headers.c"
    # shellcheck disable=SC2086  # flags are words
    found=$($cc ${FLAGS:-} -E -P "$work/headers.c" 2>/dev/null) || found=$(sed -n '/^MISSING/p' "$work/headers.c")
    if [ -n "$found" ] && have pkg-config; then
        places=$(for p in gsl libconfig expat sleef cmocka; do pkg-config --cflags-only-I "$p"; done 2>/dev/null)
        # shellcheck disable=SC2086
        found=$($cc ${FLAGS:-} $places -E -P "$work/headers.c" 2>/dev/null) ||
            found=$(sed -n '/^MISSING/p' "$work/headers.c")
    fi
    for word in $found; do [ "$word" = MISSING ] || need "$word"; done
}

# need_font PACKAGE NAME FILE...: a file where Debian puts it, or any font of that name.
need_font() {
    package=$1 name=$2
    shift 2
    for file in "$@"; do [ ! -f "$file" ] || return 0; done
    if have fc-list && [ -n "$(fc-list "$name" file 2>/dev/null)" ]; then return 0; fi
    need "$package"
}

look() {
    missing="" wanted=""
    for group in "$@"; do
        case $group in
        build)
            wanted="$wanted stdio.h=libc6-dev gsl/gsl_odeiv2.h=libgsl-dev libconfig.h=libconfig-dev"
            wanted="$wanted expat.h=libexpat1-dev sleef.h=libsleef-dev"
            compiler=${cc%% *}
            case ${compiler##*/} in gcc | cc) package=gcc ;; *) package=${compiler##*/} ;; esac
            have "$compiler" || need "$package"
            have ar || need binutils
            ;;
        tests)
            wanted="$wanted cmocka.h=libcmocka-dev netcdf.h=libnetcdf-dev"
            have pkg-config || need pkg-config
            ;;
        plots)
            if ! have gnuplot || ! gnuplot -e 'set terminal pngcairo' </dev/null >/dev/null 2>&1; then
                need gnuplot-nox
            fi
            need_font fonts-inter Inter /usr/share/fonts/opentype/inter/Inter-Regular.otf
            need_font fonts-dejavu-core 'DejaVu Sans' /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
            ;;
        lint)
            for program in clang clang-format clang-tidy cppcheck; do have $program || need $program; done
            have mpicc || need libopenmpi-dev
            wanted="$wanted netcdf.h=libnetcdf-dev"
            ;;
        fuzz)
            # libFuzzer comes in a package of its own that bears clang's version.
            clang=${CLANG:-clang}
            if ! have "$clang"; then
                need clang
                version=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p')
                need "libclang-rt-${version:-14}-dev"
            elif ! "$clang" -fsanitize=fuzzer,address -x c -o /dev/null - 2>/dev/null <<'FUZZED'
#include <stddef.h>
int LLVMFuzzerTestOneInput(const unsigned char *b, size_t n) { return b && n > 9 ? 0 : 0; }
FUZZED
            then
                need "libclang-rt-$("$clang" -dumpversion | sed 's/\..*//')-dev"
            fi
            ;;
        *) echo "needs.sh: unknown group '$group'" >&2; exit 2 ;;
        esac
    done
    # shellcheck disable=SC2086  # a list of words
    [ -z "$wanted" ] || headers $wanted
}

stop() {
    {
        printf '\nNot installed yet: %s\n' "$missing"
        [ $# -eq 0 ] || printf '%s\n' "$1"
        printf 'On Debian or Ubuntu type this line, then start make again:\n\n'
        [ "$(id -u)" -eq 0 ] && sudo="" || sudo="sudo "
        printf '    %sapt-get update && %sapt-get install -y --no-install-recommends %s\n\n' \
            "$sudo" "$sudo" "$missing"
    } >&2
    exit 1
}

install=no
if [ "${1:-}" = --install ]; then install=yes && shift; fi
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

look "$@"
[ -n "$missing" ] || exit 0
[ $install = yes ] || stop
have apt-get || stop "This machine has no apt-get, so make cannot install it; the words above are Debian's package names."
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif have sudo && sudo -n true </dev/null >/dev/null 2>&1; then
    as_root="sudo -n"
else
    stop "Only root can install it, and sudo would ask for a password."
fi

printf 'Installing %s\n' "$missing"
# `env` inside, because sudo drops the environment.
# shellcheck disable=SC2086  # a list of words each
apt() { $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 "$@" </dev/null >>"$work/log" 2>&1; }
# A failed update (one source out of reach) need not stop the installation.
apt update || true
# shellcheck disable=SC2086
if ! apt install -y --no-install-recommends $missing; then
    tail -n 20 "$work/log" >&2
    stop "apt-get could not install it; its last words are above."
fi
wished=$missing
look "$@"
[ -z "$missing" ] || stop "apt-get installed '$wished', and this is still not found."
