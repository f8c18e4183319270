# scorecard.gp - several scenarios at the last saved point, one coloured cell a number
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: $cells with the middle, half width and half height [pixel] and the colour of
# each; $rows, a stroke beside each name in the style that the scenario's line has elsewhere; styles[], one a row.
set margins 0,0,0,0
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
set style fill solid 1 noborder
plot $cells using 1:2:3:4:5 with boxxyerror linecolor rgb variable, \
    for [i = 1:|styles|] $rows index i - 1 using 1:2 with lines linestyle styles[i]
