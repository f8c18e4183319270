# gain.gp - the hours that AI saves and what they go into, stacked over time; panels.gp draws it
# SPDX-License-Identifier: GPL-3.0-or-later
# Less kept than none is hatched in the green of what is kept.
HATCH = '#00795a'
