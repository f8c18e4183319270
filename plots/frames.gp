# frames.gp - finished pictures, one after the other, as a moving GIF
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In: output_name, width, height [pixel], frame_count; the pictures, PNG of that size, as input-0, input-1 and so on.
# gnuplot's GIF has no smooth edges of its own, so each picture is drawn as a PNG before.
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
    plot sprintf('input-%d', i) binary filetype=png with rgbimage
}
