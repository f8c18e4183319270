# tornado.gp - the result with each parameter low and high; where.gp draws it
# SPDX-License-Identifier: GPL-3.0-or-later
