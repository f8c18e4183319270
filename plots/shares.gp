# shares.gp - what each parameter decides, with intervals; where.gp draws it
# SPDX-License-Identifier: GPL-3.0-or-later
