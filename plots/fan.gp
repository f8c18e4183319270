# fan.gp - bands of many futures over time, one a scenario
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: left right top bottom of the frame as shares of the picture; x_low x_high x_first x_step
# y_low y_high y_first y_step; count; $fans, a block each: time and the quantiles 0.05 0.25 0.5 0.75 0.95.
set lmargin at screen left
set rmargin at screen right
set tmargin at screen top
set bmargin at screen bottom
set xrange [x_low:x_high]
set yrange [y_low:y_high]
set ytics y_first,y_step scale 0 format '' nomirror
set xtics x_first,x_step scale 0.6 format '' out nomirror
set grid ytics linetype 1 linecolor rgb GRID linewidth 1
set arrow 1 from graph 0,graph 0 to graph 1,graph 0 nohead back linecolor rgb FAINT linewidth 1.4
if (y_low < 0 && y_high > 0) {
    set arrow 2 from graph 0,first 0 to graph 1,first 0 nohead back linecolor rgb MUTE linewidth 1.2
}
array shades[8] = [0x6b7280, 0x009e73, 0x0072b2, 0x56b4e9, 0xe69f00, 0xcc79a7, 0xd55e00, 0x1f2937]
light = 0.17
dark = 0.24
plot for [k = 1:count] $fans index k - 1 using 1:2:6 with filledcurves fillstyle transparent solid light noborder \
         linecolor rgb shades[k], \
     for [k = 1:count] $fans index k - 1 using 1:3:5 with filledcurves fillstyle transparent solid dark noborder \
         linecolor rgb shades[k], \
     for [k = 1:count] for [q = 3:5:2] $fans index k - 1 using 1:q with lines linewidth 0.7 linecolor rgb shades[k], \
     for [k = 1:count] $fans index k - 1 using 1:4 with lines linestyle k
