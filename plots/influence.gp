# influence.gp - what decides when: lines with bands
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants, all in pixels: $bands, a block each of x and two y; $curves, a block each of x and y;
# curve_count and curve_color[] of both; $grid and $marks, strokes x y dx dy colour.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
plot $grid using 1:2:3:4:5 with vectors nohead linewidth 1 linecolor rgb variable, \
    for [i = 1:curve_count] $bands index i - 1 using 1:2:3 with filledcurves fillstyle transparent solid 0.16 noborder \
        fillcolor rgb curve_color[i], \
    for [i = 1:curve_count] $curves index i - 1 using 1:2 with lines linewidth 3 linecolor rgb curve_color[i] \
        dashtype i, \
    $marks using 1:2:3:4:5 with vectors nohead linewidth 1.2 linecolor rgb variable
