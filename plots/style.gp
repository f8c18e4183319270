# style.gp - the look of every chart: terminal, colours, line styles, words at their places
# SPDX-License-Identifier: GPL-3.0-or-later
#
# In: term, output_name, width, height [pixel]; $words, one text a line after a bar; $places, for each of
# them x y side size weight colour, with x and y in pixels from the top left corner of the picture.
set encoding utf8
font = 'Inter'
if (term eq 'svg') {
    set terminal svg size width,height enhanced font font.',16' linewidth 1 background '#ffffff' rounded dynamic
}
if (term eq 'png') {
    set terminal pngcairo size 2 * width,2 * height enhanced font font.',16' fontscale 1.5 linewidth 2 \
        background '#ffffff' rounded
}
if (term eq 'frame') {
    set terminal pngcairo size width,height enhanced font font.',16' fontscale 0.75 linewidth 1 background '#ffffff' rounded
}
if (term eq 'pdf') {
    set terminal pdfcairo size width / 120.0,height / 120.0 enhanced font font.',16' fontscale 0.45 linewidth 1.2 \
        background '#ffffff' rounded
}
set output output_name

GRID = '#e5e7eb'
MUTE = '#6b7280'
FAINT = '#9ca3af'

# 1 the baseline, 2 the redesign, 3 and on all others; dashes and widths differ as well as colours.
set style line 1 linecolor rgb '#6b7280' linewidth 4.8
set style line 2 linecolor rgb '#009e73' linewidth 3.2
set style line 3 linecolor rgb '#0072b2' linewidth 2.6 dashtype (14,7)
set style line 4 linecolor rgb '#56b4e9' linewidth 2.8
set style line 5 linecolor rgb '#e69f00' linewidth 2.8 dashtype (5,5)
set style line 6 linecolor rgb '#cc79a7' linewidth 2.8 dashtype (14,6,2,6)
set style line 7 linecolor rgb '#d55e00' linewidth 2.4 dashtype (1,4)
set style line 8 linecolor rgb '#1f2937' linewidth 1.8 dashtype (8,5,1,5,1,5)

set border 0
unset key
unset tics

# Words come from $words as they are; they are never part of a command.
say(i) = substr($words[i], 2, strlen($words[i]))
at_x(i) = real(word($places[i], 1)) / width
at_y(i) = 1 - real(word($places[i], 2)) / height
size_of(i) = sprintf(',%s', word($places[i], 4))
weigh(i) = word($places[i], 5) eq 'bold' ? '{/:Bold '.say(i).'}' : say(i)
do for [i = 1:|$words|] {
    side = word($places[i], 3)
    if (side eq 'left') {
        set label i weigh(i) at screen at_x(i),at_y(i) left font size_of(i) textcolor rgb word($places[i], 6) front
    }
    if (side eq 'center') {
        set label i weigh(i) at screen at_x(i),at_y(i) center font size_of(i) textcolor rgb word($places[i], 6) front
    }
    if (side eq 'right') {
        set label i weigh(i) at screen at_x(i),at_y(i) right font size_of(i) textcolor rgb word($places[i], 6) front
    }
}
