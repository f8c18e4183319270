/* cmd_plot.c - a chart again, from the CSV that a run or comparison wrote.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app_private.h"

enum { DATA_BYTES_MAX = 1 << 30 };

static sd_status find_chart(call *c, const sd_chart **ret_chart)
{
    const char *kind = c->given.inputs.items[0], *names[32];
    *ret_chart = sd_chart_find(kind);
    if (*ret_chart)
        return SD_OK;
    size_t count = 0;
    for (const sd_chart *chart = sd_charts; chart->name; chart++)
        names[count++] = chart->name;
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "there is no chart '%s'", kind);
    const char *near = sd_nearest(kind, names, count);
    sd_help(c->diag, "%s",
            near ? sd_arena_printf(c->arena, "did you mean '%s'?", near)
                 : "'treadmill list plots' shows them");
    return status;
}

sd_status cmd_plot(call *c)
{
    if (c->given.inputs.count != 2) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "'plot' takes a chart and a CSV file");
        sd_help(c->diag, "for example: treadmill plot compare compare.csv -o compare.svg");
        return status;
    }
    const sd_chart *chart;
    sd_status status = find_chart(c, &chart);
    const sd_source *source;
    const sd_dataset *data;
    if (status == SD_OK)
        status = sd_source_from_file(c->arena, c->given.inputs.items[1], DATA_BYTES_MAX, &source,
                                     c->diag);
    if (status == SD_OK)
        status = sd_dataset_from_csv(c->arena, source, &data, c->diag);
    if (status != SD_OK)
        return status;
    const char *path =
        c->given.output ? c->given.output : sd_arena_printf(c->arena, "%s.svg", chart->name);
    if (c->given.script) {
        const char *script;
        status = sd_chart_script(c->arena, chart, data, c->given.of, path, &script, c->diag);
        if (status == SD_OK)
            fputs(script, stdout);
        return status;
    }
    status = sd_chart_draw(c->arena, chart, data, c->given.of, path, c->given.force, c->diag);
    if (status == SD_OK && !c->given.quiet)
        printf("drawn: %s\n", path);
    return status;
}
