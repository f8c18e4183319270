# where.gp - stacked bars: boxes of any colour, with strokes between and beside them
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: $boxes with the middle, half width and half height [pixel] and the colour of
# each; $grid and $marks, strokes x y dx dy colour [pixel].
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
plot $grid using 1:2:3:4:5 with vectors nohead linewidth 1 linecolor rgb variable, \
    $boxes using 1:2:3:4:5 with boxxyerror fillstyle solid 1 border rgb '#ffffff' linewidth 1.2 \
        linecolor rgb variable, \
    $marks using 1:2:3:4:5 with vectors nohead linewidth 1.2 linecolor rgb variable
