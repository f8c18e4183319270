# futures.gp - members by two parameters, and the box in which most cases lie
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants, all in pixels: $rest and $found, x and y of each member; $boxes, dots x y radius colour
# of the legend; $grid, strokes x y dx dy colour; $marks, the sides of the box, likewise.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
plot $grid using 1:2:3:4:5 with vectors nohead linewidth 1 linecolor rgb variable, \
    $rest using 1:2:(2.6) with circles fillstyle transparent solid 0.55 noborder fillcolor rgb '#9ca3af', \
    $found using 1:2:(4) with circles fillstyle transparent solid 0.75 noborder fillcolor rgb '#d55e00', \
    $boxes using 1:2:3:4 with circles fillstyle solid 1 noborder linecolor rgb variable, \
    $marks using 1:2:3:4:5 with vectors nohead linewidth 2.6 linecolor rgb variable
