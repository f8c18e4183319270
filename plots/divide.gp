# divide.gp - hours saved a task by people of high and of low digital fluency; panels.gp draws it
# SPDX-License-Identifier: GPL-3.0-or-later
# The group that saves less has a broken line.
set linetype 102 dashtype (9,6)
