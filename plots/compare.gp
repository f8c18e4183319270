# compare.gp - one column of several scenarios over time, with labels at the ends of the lines
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: left right top bottom of the frame as shares of the picture; x_low x_high
# x_step y_low y_high y_step; zero_line, has_start, ai_start; styles[], one a line; order[], in which
# they are drawn; $lines, a block a scenario; $leaders x1 y1 x2 y2 [pixel] from the end of a line to its label.
set lmargin at screen left
set rmargin at screen right
set tmargin at screen top
set bmargin at screen bottom
set xrange [x_low:x_high]
set yrange [y_low:y_high]
set ytics y_step * ceil(y_low / y_step - 1e-6),y_step scale 0 format ''
set border 0 linecolor rgb GRID linewidth 1
set grid ytics linetype 1 linecolor rgb GRID linewidth 1
if (zero_line) {
    set arrow 1 from first x_low,first 0 to first x_high,first 0 nohead back linecolor rgb MUTE linewidth 1.4
}
if (y_low >= 0 || !zero_line) {
    set xtics x_step * ceil(x_low / x_step),x_step scale 0.6 format '' out nomirror
    set arrow 3 from graph 0,graph 0 to graph 1,graph 0 nohead back linecolor rgb FAINT linewidth 1.4
}
if (has_start) {
    set arrow 2 from first ai_start,graph 0 to first ai_start,graph 1.02 nohead back linecolor rgb FAINT \
        linewidth 1.4 dashtype (1,6)
}
edge(i, k) = real(word($leaders[i], k))
do for [i = 1:|$leaders|] {
    set arrow 10 + i from screen edge(i, 1) / width,screen 1 - edge(i, 2) / height \
        to screen edge(i, 3) / width,screen 1 - edge(i, 4) / height nohead linecolor rgb FAINT linewidth 0.8
}
plot for [k = 1:|order|] $lines index order[k] - 1 using 1:2 with lines linestyle styles[order[k]]
