/* cmd_tip.c - what tips over a parameter: a sentence, a table of special points, CSV, JSON, a chart.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tip_study.h"

sd_status cmd_tip(call *c)
{
    tip_study t;
    sd_status status = tip_study_run(c, c->given.inputs.items[0], &t);
    if (status != SD_OK)
        return status;
    for (size_t i = 0; i < t.branches.count; i++) {
        const sd_branch *b = &t.branches.list[i];
        printf("branch %zu: %zu points, ends %d %d\n", i + 1, b->count, (int)b->ends[0], (int)b->ends[1]);
        for (size_t k = 0; k < b->count; k += 1)
            printf("  %g %g %zu %s\n", b->points[k].parameter, t.values[i][k], b->points[k].growing,
                   sd_special_name(b->points[k].special));
    }
    for (size_t k = 0; k < t.sweep.count; k++)
        printf("sweep %g up %g %g down %g %g\n", t.sweep.parameters[k], t.sweep.up[0][k],
               t.sweep.up[1][k], t.sweep.down[0][k], t.sweep.down[1][k]);
    for (size_t k = 0; k < t.runs.count; k++)
        printf("run %g %g\n", t.runs.parameters[k], t.runs.values[k]);
    printf("leaves %g steepest %g slope %g\n", t.runs.leaves, t.runs.steepest, t.runs.slope);
    printf("rest %d leaves %g steepest %g slope %g\n", t.has_rest, t.rest.leaves, t.rest.steepest,
           t.rest.slope);
    for (size_t k = 0; k < t.boundary.count; k++)
        printf("boundary %g %g\n", t.boundary.first[k], t.boundary.second[k]);
    return SD_OK;
}
