# tip.gp - an output over a parameter: states of rest, runs, slow sweeps, and where something tips
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In, besides what style.gp wants: left right top bottom of the frame as shares of the picture; x_low x_high
# x_step y_low y_high y_step; kinds[], one a line: 1 stable, 2 unstable, 3 runs, 4 up, 5 down, 6 boundary; $curves, a block
# each; $marks x y has_y.
set lmargin at screen left
set rmargin at screen right
set tmargin at screen top
set bmargin at screen bottom
set xrange [x_low:x_high]
set yrange [y_low:y_high]
set ytics y_step * ceil(y_low / y_step - 1e-6),y_step scale 0 format '' nomirror
set xtics x_step * ceil(x_low / x_step - 1e-9),x_step scale 0.6 format '' out nomirror
set grid ytics linetype 1 linecolor rgb GRID linewidth 1
set arrow 1 from graph 0,graph 0 to graph 1,graph 0 nohead back linecolor rgb FAINT linewidth 1.4
do for [i = 1:|$marks|] {
    set arrow 10 + i from first real(word($marks[i], 1)),graph 0 to first real(word($marks[i], 1)),graph 1.01 nohead back \
        linecolor rgb MUTE linewidth 1.2 dashtype (2,5)
}
set style line 11 linecolor rgb '#1f2937' linewidth 3.2
set style line 12 linecolor rgb '#6b7280' linewidth 2.2 dashtype (8,6)
set style line 13 linecolor rgb '#0072b2' linewidth 2.8 dashtype (14,5)
set style line 14 linecolor rgb '#e69f00' linewidth 1.6 pointtype 8 pointsize 1.5
set style line 15 linecolor rgb '#009e73' linewidth 1.6 pointtype 10 pointsize 1.5
set style line 16 linecolor rgb '#d55e00' linewidth 3.2
is_point(k) = kinds[k] == 4 || kinds[k] == 5
plot for [k = 1:|kinds|] $curves index k - 1 using (is_point(k) ? NaN : $1):2 with lines linestyle 10 + kinds[k], \
    for [k = 1:|kinds|] $curves index k - 1 using (is_point(k) ? $1 : NaN):2 with points linestyle 10 + kinds[k], \
    $marks using 1:($3 > 0 ? $2 : NaN) with points pointtype 7 pointsize 1.1 linecolor rgb '#d55e00'
