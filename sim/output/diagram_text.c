/* diagram_text.c - a causal loop diagram as text for other programs: Graphviz (DOT language) and Mermaid (flowchart).
 * Both say what the picture says: nodes, links with sign, width and colour, and which loops a link belongs to.  Labels may
 * hold anything, so every character with a meaning in the format is written as that format writes it in texts.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <string.h>

/* "R1 B9": the loops that a link belongs to. */
static const char *loops_of(const sd_diagram *d, const sd_diagram_link *link)
{
    sd_text text = sd_text_new(d->arena);

    for (size_t i = 0; i < link->loops.count; i++)
        sd_text_printf(&text, "%s%s", i > 0 ? " " : "",
                       d->loops.items[link->loops.items[i]].feedback->id);
    return text.bytes;
}

/* The lines of a label, each made safe and escaped, with `between` between them. */
static const char *lines_of(const sd_diagram *d, const char *label, const char *between,
                            void (*escape)(sd_text *text, const char *line))
{
    sd_text text = sd_text_new(d->arena);

    for (const char *line = label; line;) {
        const char *end = strchr(line, '\n');
        const size_t length = end ? (size_t)(end - line) : strlen(line);

        escape(&text, sd_chart_plain(d->arena, sd_arena_copy(d->arena, line, length)));
        if (end)
            sd_text_printf(&text, "%s", between);
        line = end ? end + 1 : NULL;
    }
    return text.bytes;
}

/* ---- Graphviz ---- */

static void escape_dot(sd_text *text, const char *line)
{
    for (; *line; line++) {
        if (*line == '"' || *line == '\\')
            sd_text_add(text, "\\", 1);
        sd_text_add(text, line, 1);
    }
}

const char *sd_diagram_dot(sd_arena *arena, const sd_diagram *d, double at)
{
    const sd_view view = sd_view_at(d, at);
    sd_text text = sd_text_new(arena);

    sd_text_printf(&text, "digraph diagram {\n  label=\"%s\";\n  labelloc=t;\n",
                   lines_of(d, sd_view_title(&view), "", escape_dot));
    sd_text_printf(&text, "  node [shape=plaintext, fontname=\"Inter\"];\n"
                          "  edge [fontname=\"Inter\"];\n");
    for (size_t n = 0; n < d->nodes.count; n++) {
        const sd_diagram_node *node = &d->nodes.items[n];

        /* Graphviz counts in points and upwards. */
        sd_text_printf(&text, "  n%zu [label=\"%s\", fontcolor=\"#%06x\", pos=\"%.0f,%.0f\"];\n", n,
                       lines_of(d, node->label, "\\n", escape_dot), (unsigned)sd_node_color(node),
                       node->x, d->height - node->y);
    }
    for (size_t k = 0; k < d->links.count; k++) {
        const sd_diagram_link *link = &d->links.items[k];
        const unsigned color = sd_view_color(&view, k, false);

        sd_text_printf(&text,
                       "  n%zu -> n%zu [label=\"%s\", penwidth=%.2f, color=\"#%06x\", "
                       "fontcolor=\"#%06x\"%s%s, tooltip=\"%s\"];\n",
                       link->from, link->to, sd_view_sign(d, k), sd_view_width(&view, k), color,
                       (unsigned)sd_view_color(&view, k, true),
                       !sd_link_works(d, k) ? ", style=dashed" : "",
                       link->delayed ? ", arrowtail=tee, dir=both" : "",
                       lines_of(d, loops_of(d, link), "", escape_dot));
    }
    sd_text_printf(&text, "}\n");
    return text.bytes;
}

/* ---- Mermaid ---- */

static void escape_mermaid(sd_text *text, const char *line)
{
    for (; *line; line++) {
        if (strchr("\"#<>&;|[](){}\\`", *line))
            sd_text_printf(text, "#%d;", (unsigned char)*line);
        else
            sd_text_add(text, line, 1);
    }
}

const char *sd_diagram_mermaid(sd_arena *arena, const sd_diagram *d, double at)
{
    const sd_view view = sd_view_at(d, at);
    sd_text text = sd_text_new(arena);

    sd_text_printf(&text, "---\ntitle: \"%s\"\n---\nflowchart LR\n",
                   lines_of(d, sd_view_title(&view), "", escape_dot));
    for (size_t n = 0; n < d->nodes.count; n++) {
        const sd_diagram_node *node = &d->nodes.items[n];

        sd_text_printf(&text, "  n%zu[\"%s\"]\n  style n%zu fill:none,stroke:none,color:#%06x\n", n,
                       lines_of(d, node->label, "<br/>", escape_mermaid), n,
                       (unsigned)sd_node_color(node));
    }
    for (size_t k = 0; k < d->links.count; k++) {
        const sd_diagram_link *link = &d->links.items[k];
        const char *loops = lines_of(d, loops_of(d, link), "", escape_mermaid);
        const char *sign = sd_view_sign(d, k);

        /* In brackets, for "+ x" would be an item of a list in Markdown. */
        const char *words =
            sd_arena_printf(d->arena, "%s%s%s%s%s%s", *sign ? "(" : "", sign, *sign ? ")" : "",
                            link->delayed ? " \xE2\x80\x96" : "", *loops ? " " : "", loops);

        sd_text_printf(&text, *words ? "  n%zu -->|\"%s\"| n%zu\n" : "  n%zu -->%s n%zu\n",
                       link->from, words, link->to);
        sd_text_printf(&text, "  linkStyle %zu stroke:#%06x,stroke-width:%.2fpx%s\n", k,
                       (unsigned)sd_view_color(&view, k, false), sd_view_width(&view, k),
                       !sd_link_works(d, k) ? ",stroke-dasharray:5" : "");
    }
    return text.bytes;
}
