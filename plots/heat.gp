# heat.gp - a score over two parameters: colours, lines of equal value and their labels
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants, all in pixels: $boxes with the middle, half width and half height and the colour of each;
# $lines, points of lines with their colour, parted by empty lines; $tags, what lies behind labels, as $boxes; $marks, strokes
# x y dx dy colour.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
plot $boxes using 1:2:3:4:5 with boxxyerror fillstyle solid 1 noborder linecolor rgb variable, \
    $lines using 1:2:3 with lines linewidth 2 linecolor rgb variable, \
    $tags using 1:2:3:4:5 with boxxyerror fillstyle solid 1 noborder linecolor rgb variable, \
    $marks using 1:2:3:4:5 with vectors nohead linewidth 1.2 linecolor rgb variable
