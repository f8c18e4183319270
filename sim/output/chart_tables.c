/* chart_tables.c - the charts of tables that are no series, and which of them are there.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_runs.h"

#include <string.h>

const sd_table_chart sd_table_charts[] = {
    {"heat",
     "a score of a sweep over two parameters: colours and labelled lines, a panel a scenario",
     sd_heat_script},
    {"scatter",
     "members of a sweep by the two parameters that tell most: where --of 'SCORE > NUMBER' holds",
     sd_scatter_script},
    {"fan",
     "bands over time of a sweep with --save: half of the runs, and nine of ten, a fan a scenario",
     sd_runs_fan_script},
    {"tornado", "what an output is with each parameter low and high, from the table of 'sense'",
     sd_tornado_script},
    {"shares", "what each parameter decides of the variance, from the table of 'sense --sobol'",
     sd_shares_script},
    {"effects", "mean elementary effects, from the table of 'sense --morris'", sd_effects_script},
    {"influence", "shares or effects over time, from the table of 'sense --over-time'",
     sd_influence_script},
    {"futures", "in which futures it happens, from the table of 'sense --discover'",
     sd_futures_script},
    {"tip", "an output over a parameter, in the long run and in runs, from the table of 'tip'",
     sd_tip_table_script},
    {"tip-boundary", "where it tips in two parameters, from the table of 'tip' with two of --over",
     sd_tip_boundary_script},
    {NULL, NULL, NULL},
};

const sd_table_chart *sd_table_chart_find(const char *name)
{
    for (const sd_table_chart *chart = sd_table_charts; chart->name; chart++)
        if (strcmp(chart->name, name) == 0)
            return chart;
    return NULL;
}
