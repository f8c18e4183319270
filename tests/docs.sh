#!/bin/sh
# docs.sh - writes docs/MODEL.md to stdout: the model's own document, what its tests give, and the articles.
# SPDX-License-Identifier: GPL-3.0-or-later
#
#   docs.sh BUILD      BUILD is build/release or build/sanitize
#
# Runs in the checkout.  `make docs` writes the file; test_docs.c holds the file to what comes out here.
set -eu
build=$1
TREADMILL_ROOT=$(pwd)
export TREADMILL_ROOT
printf '<!-- Written by make docs from scenarios/productivity-trap.xmile and the tests; do not edit. -->\n\n'
"$build/treadmill" doc
"$build/tests/test_docs" --markdown
"$build/tests/test_acceptance" --markdown
"$build/tests/test_articles" --markdown
