# trace.gp - a variable and its causes over time: small panels below one another
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: left and right of all panels [pixel], x_low x_high; of each panel top[] bottom[] [pixel]
# y_low[] y_high[]; $lines, a block each of time and value, with line_panel[] and line_style[]; $grid and $marks, strokes
# x y dx dy colour [pixel]; $period, strokes x y dx dy where the period begins and ends within the run.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
px(x) = left + (x - x_low) / (x_high - x_low) * (right - left)
py(k, y) = top[k] + (y_high[k] - y) / (y_high[k] - y_low[k]) * (bottom[k] - top[k])
plot $grid using 1:2:3:4:5 with vectors nohead linewidth 1 linecolor rgb variable, \
    $period using 1:2:3:4 with vectors nohead linewidth 1.4 dashtype (1,6) linecolor rgb FAINT, \
    for [i = 1:|line_panel|] $lines index i - 1 using (px($1)):(py(line_panel[i], $2)) with lines \
        linestyle line_style[i], \
    $marks using 1:2:3:4:5 with vectors nohead linewidth 1.2 linecolor rgb variable
