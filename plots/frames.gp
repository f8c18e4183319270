# frames.gp - finished pictures, one after the other, as a moving GIF
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In: output_name, width, height [pixel], frame_count; the pictures, PNG of that size, as input-0, input-1 and so on;
# $colors, a colour a line. gnuplot's GIF has no smooth edges of its own, so each picture was drawn as a PNG before. A GIF
# has 256 colours, the first that come: those of $colors are shown before the picture covers them.
set terminal gif animate delay 90 loop 0 size width,height background '#ffffff'
set output output_name
set border 0
unset key
unset tics
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [0:height]
do for [i = 0:frame_count - 1] {
    plot $colors using (width / 2):(height / 2):1 with points pointtype 7 pointsize 0.1 linecolor rgb variable, \
        sprintf('input-%d', i) binary filetype=png with rgbimage
}
