# panels.gp - charts with one panel a scenario: areas and lines over time, on common axes
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: left[] right[] top[] bottom[] of each panel [pixel], y_low[] y_high[]; x_low x_high of
# all; $areas and $lines, a block each of time and values, with area_count, area_panel[], area_color[],
# area_hatched[] and line_count, line_panel[], line_color[], line_width[], line_dash[]; $grid and $marks, strokes
# x y dx dy colour [pixel]; $start likewise, without colours. From NAME.gp: line type 102, the broken one, and HATCH, the
# colour of hatched areas.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:width]
set yrange [height:0]
set linetype 101 dashtype solid
if (!exists("HATCH")) HATCH = MUTE
px(k, x) = left[k] + (x - x_low) / (x_high - x_low) * (right[k] - left[k])
py(k, y) = top[k] + (y_high[k] - y) / (y_high[k] - y_low[k]) * (bottom[k] - top[k])
hatch(i, y) = area_hatched[i] ? y : NaN
plot $grid using 1:2:3:4:5 with vectors nohead linewidth 1 linecolor rgb variable, \
    for [i = 1:area_count] $areas index i - 1 using \
        (px(area_panel[i], $1)):(py(area_panel[i], $2)):(py(area_panel[i], $3)) \
        with filledcurves fillstyle solid 1 noborder fillcolor rgb area_color[i], \
    for [i = 1:area_count] $areas index i - 1 using \
        (px(area_panel[i], $1)):(py(area_panel[i], hatch(i, $2))):(py(area_panel[i], $3)) \
        with filledcurves fillstyle transparent pattern 4 noborder fillcolor rgb HATCH, \
    for [i = 1:line_count] $lines index i - 1 using (px(line_panel[i], $1)):(py(line_panel[i], $2)) \
        with lines linetype 100 + line_dash[i] linewidth line_width[i] linecolor rgb line_color[i], \
    $start using 1:2:3:4 with vectors nohead linewidth 1.4 dashtype (1,6) linecolor rgb FAINT, \
    $marks using 1:2:3:4:5 with vectors nohead linewidth 1.2 linecolor rgb variable
