/* cmd_plot.c - a chart again, from the CSV that another command wrote.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "app_private.h"

enum { DATA_BYTES_MAX = 1 << 30, META_BYTES_MAX = 1 << 26 };

/* One of both kinds of charts. */
typedef struct kind {
    const char *name;
    const sd_chart *of_series;
    const sd_table_chart *of_table;
} kind;

static sd_status find_chart(call *c, kind *ret_kind)
{
    const char *name = c->given.inputs.items[0], *names[64];
    size_t count = 0;
    *ret_kind = (kind){name, sd_chart_find(name), sd_table_chart_find(name)};
    if (ret_kind->of_series || ret_kind->of_table)
        return SD_OK;
    for (const sd_chart *chart = sd_charts; chart->name; chart++)
        names[count++] = chart->name;
    for (const sd_table_chart *chart = sd_table_charts; chart->name; chart++)
        names[count++] = chart->name;
    sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "there is no chart '%s'", name);
    const char *near = sd_nearest(name, names, count);
    sd_help(c->diag, "%s",
            near ? sd_arena_printf(c->arena, "did you mean '%s'?", near)
                 : "'treadmill list plots' shows them");
    return status;
}

static sd_status read_table(call *c, const char *path, const sd_source **ret_table)
{
    const size_t length = strlen(path);
    if (length > 3 && sd_text_equal_fold(path + length - 3, ".nc")) {
        sd_status status = sd_fail(c->diag, SD_E616, SD_NOWHERE,
                                   "'%s' is netCDF, and charts are drawn from CSV", path);
        sd_help(c->diag, "sweep into a file that ends in .csv: it holds the same numbers");
        return status;
    }
    return sd_source_from_file(c->arena, path, DATA_BYTES_MAX, ret_table, c->diag);
}

static sd_status script_of_table(call *c, const kind *k, const sd_source *table, const char *path,
                                 const char **ret_script)
{
    const char *meta_path = sd_arena_printf(c->arena, "%s.meta.json", c->given.inputs.items[1]);
    const sd_source *meta = NULL;
    sd_status status = SD_OK;
    if (access(meta_path, F_OK) == 0)
        status = sd_source_from_file(c->arena, meta_path, META_BYTES_MAX, &meta, c->diag);
    if (status != SD_OK)
        return status;
    const sd_table_request request = {.table = table,
                                      .meta = meta,
                                      .of = c->given.of,
                                      .over = c->given.over.items,
                                      .over_count = c->given.over.count,
                                      .path = path,
                                      .interrupted = c->interrupted};
    return k->of_table->script(c->arena, &request, ret_script, c->diag);
}

static sd_status script_of(call *c, const kind *k, const char *path, const char **ret_script)
{
    const sd_source *table = NULL;
    const sd_dataset *data = NULL;
    sd_status status = read_table(c, c->given.inputs.items[1], &table);
    if (status == SD_OK && k->of_table)
        return script_of_table(c, k, table, path, ret_script);
    if (status == SD_OK && c->given.over.count)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "a '%s' chart has no parameters as axes",
                       k->name);
    if (status == SD_OK)
        status = sd_dataset_from_csv(c->arena, table, &data, c->diag);
    return status == SD_OK ? sd_chart_script(c->arena, k->of_series, data, c->given.of, path,
                                             ret_script, c->diag)
                           : status;
}

sd_status cmd_plot(call *c)
{
    if (c->given.inputs.count != 2) {
        sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "'plot' takes a chart and a CSV file");
        sd_help(c->diag, "for example: treadmill plot compare compare.csv -o compare.svg");
        return status;
    }
    kind k = {0};
    const char *script = "";
    sd_status status = find_chart(c, &k);
    if (status != SD_OK)
        return status;
    const char *path =
        c->given.output ? c->given.output : sd_arena_printf(c->arena, "%s.svg", k.name);
    status = script_of(c, &k, path, &script);
    if (status != SD_OK)
        return status;
    if (c->given.script) {
        fputs(script, stdout);
        return SD_OK;
    }
    status = sd_picture_draw(c->arena, script, path, c->given.force, c->diag);
    if (status == SD_OK && !c->given.quiet)
        printf("drawn: %s\n", path);
    return status;
}
