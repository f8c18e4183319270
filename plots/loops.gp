# loops.gp - which feedback loop drives: shares stacked over time; panels.gp draws it
# SPDX-License-Identifier: GPL-3.0-or-later
# A second loop of one colour is hatched in white.
HATCH = '#ffffff'
