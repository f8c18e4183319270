# cld.gp - a causal loop diagram: arcs, their heads and marks of delay; every place was worked out before
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: $curves, a block each of x y [pixel], and for each of them a line of $curve_looks with
# width [pixel], 1 or 2 for dashed, and colour; $heads, a block of corners each, and a colour each in $head_colors;
# $strokes x y dx dy colour [pixel].
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
set linetype 101 dashtype solid
set linetype 102 dashtype (5,5)
look(i, k) = word($curve_looks[i], k)
plot for [i = 1:|$curve_looks|] $curves index i - 1 using 1:2 with lines linetype 100 + int(look(i, 2)) \
        linewidth real(look(i, 1)) linecolor rgb look(i, 3), \
    for [i = 1:|$head_colors|] $heads index i - 1 using 1:2 with filledcurves closed \
        fillstyle solid 1 noborder fillcolor rgb word($head_colors[i], 1), \
    $strokes using 1:2:3:4:5 with vectors nohead linewidth 2.2 linecolor rgb variable
