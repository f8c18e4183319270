# yield.gp - output a head beside what a good task costs, and burnout; panels.gp draws it
# SPDX-License-Identifier: GPL-3.0-or-later
# What the output costs has a broken line.
set linetype 102 dashtype (9,6)
