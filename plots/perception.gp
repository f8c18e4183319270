# perception.gp - the gain that managers believe in beside the true one; panels.gp draws it
# SPDX-License-Identifier: GPL-3.0-or-later
# What is only believed has a broken line.
set linetype 102 dashtype (9,6)
