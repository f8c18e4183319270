/* large_model.c - makes large models.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "large_model.h"

#include <assert.h>

typedef struct maker {
    sd_text text;
    uint64_t state; /* of the generator that decides who names whom */
    size_t sectors;
    const char *over; /* "<dimensions>...", or "" */
} maker;

/* Steele, Lea and Flood 2014 (SplitMix64). */
static size_t below(maker *m, size_t limit)
{
    uint64_t z = m->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (size_t)((z ^ (z >> 31)) % limit);
}

/* One in ten is in any sector, the others in this one. */
static size_t where(maker *m, size_t sector)
{
    return below(m, 10) == 0 ? below(m, m->sectors) : sector;
}

static void open_variable(maker *m, const char *kind, const char *name, size_t sector,
                          size_t number)
{
    sd_text_printf(&m->text,
                   "<%s name=\"%s %zu of sector %zu\">%s<doc>The %s number %zu that sector "
                   "%zu keeps an account of, month by month.</doc><eqn>",
                   kind, name, number, sector, m->over, name, number, sector);
}

static void close_variable(maker *m, const char *kind, const char *more, const char *units)
{
    sd_text_printf(&m->text, "</eqn>%s<units>%s</units></%s>\n", more, units, kind);
}

static void add_constants(maker *m, size_t sector)
{
    for (size_t i = 1; i <= 4; i++) {
        open_variable(m, "aux", i <= 2 ? "time" : "fraction", sector, i);
        if (i <= 2)
            sd_text_printf(&m->text, "%zu.%zu", 2 + below(m, 20), below(m, 10));
        else
            sd_text_printf(&m->text, "0.%02zu", 1 + below(m, 90));
        close_variable(m, "aux", "", i <= 2 ? "month" : "1");
    }
}

/* Each names stocks and what stands before it. */
static void add_auxiliaries(maker *m, size_t sector)
{
    for (size_t i = 1; i <= 4; i++) {
        size_t other = where(m, sector);
        open_variable(m, "aux", "group", sector, i);
        sd_text_printf(&m->text, "people_%zu_of_sector_%zu * fraction_%zu_of_sector_%zu",
                       1 + below(m, 3), other, 3 + below(m, 2), sector);
        if (i > 1)
            sd_text_printf(&m->text,
                           " + MAX(group_%zu_of_sector_%zu, 2 * people_%zu_of_sector_%zu) / 3",
                           i - 1, sector, 1 + below(m, 3), sector);
        close_variable(m, "aux", "", "person");
    }
    for (size_t i = 1; i <= 4; i++) {
        open_variable(m, "aux", "share", sector, i);
        sd_text_printf(&m->text,
                       "SAFEDIV(group_%zu_of_sector_%zu, group_%zu_of_sector_%zu + "
                       "people_%zu_of_sector_%zu, 0)",
                       1 + below(m, 4), sector, i, sector, 1 + below(m, 3), where(m, sector));
        close_variable(m, "aux",
                       i == 4 ? "<gf><xpts>0,0.5,1,2</xpts><ypts>0.1,0.3,0.8,1</ypts></gf>" : "",
                       "1");
    }
}

/* people 1 -> 2 -> 3, with a source, a sink and a way back. */
static void add_chain(maker *m, size_t sector)
{
    static const struct {
        const char *tag;
        size_t flow;
    } ends[3][3] = {{{"inflow", 1}, {"inflow", 5}, {"outflow", 2}},
                    {{"inflow", 2}, {"outflow", 3}, {"outflow", 5}},
                    {{"inflow", 3}, {"outflow", 4}, {NULL, 0}}};
    static const size_t from[] = {0, 1, 2, 3, 2};

    for (size_t i = 1; i <= 3; i++) {
        open_variable(m, "stock", "people", sector, i);
        sd_text_printf(&m->text, "%zu</eqn>", 50 + below(m, 1000));
        for (size_t k = 0; k < 3 && ends[i - 1][k].tag; k++)
            sd_text_printf(&m->text, "<%s>move %zu of sector %zu</%s>", ends[i - 1][k].tag,
                           ends[i - 1][k].flow, sector, ends[i - 1][k].tag);
        sd_text_printf(&m->text, "<units>person</units></stock>\n");
    }
    for (size_t i = 1; i <= 5; i++) {
        open_variable(m, "flow", "move", sector, i);
        if (from[i - 1] == 0)
            sd_text_printf(&m->text, "group_%zu_of_sector_%zu * share_4_of_sector_%zu",
                           1 + below(m, 4), sector, where(m, sector));
        else
            sd_text_printf(&m->text,
                           "people_%zu_of_sector_%zu * MIN(1, share_%zu_of_sector_%zu) / 2",
                           from[i - 1], sector, 1 + below(m, 4), sector);
        sd_text_printf(&m->text, " / time_%zu_of_sector_%zu", 1 + below(m, 2), sector);
        close_variable(m, "flow", "", "person/month");
    }
}

static const char *make(sd_arena *arena, size_t variables, const char *dimensions, const char *over)
{
    maker m = {
        .text = sd_text_new(arena), .state = 7, .sectors = variables / LARGE_SECTOR, .over = over};

    assert(variables % LARGE_SECTOR == 0 && m.sectors > 0);
    sd_text_printf(
        &m.text,
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
        "<header><name>large</name></header>\n"
        "<sim_specs method=\"RK4\" time_units=\"month\"><start>0</start><stop>12</stop>"
        "<dt>0.5</dt></sim_specs>\n%s<model><variables>\n",
        dimensions);
    for (size_t sector = 0; sector < m.sectors; sector++) {
        add_constants(&m, sector);
        add_auxiliaries(&m, sector);
        add_chain(&m, sector);
    }
    sd_text_printf(&m.text, "</variables></model></xmile>\n");
    return m.text.bytes;
}

const char *large_scalars(sd_arena *arena, size_t variables)
{
    return make(arena, variables, "", "");
}

const char *large_arrays(sd_arena *arena, size_t variables, size_t elements)
{
    return make(arena, variables,
                sd_arena_printf(arena,
                                "<dimensions><dim name=\"place\" size=\"%zu\"/></dimensions>\n",
                                elements),
                "<dimensions><dim name=\"place\"/></dimensions>");
}
