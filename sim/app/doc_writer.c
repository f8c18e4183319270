/* doc_writer.c - headings, paragraphs, tables and prose, as Markdown or as HTML.
 * In: plain texts, and prose in a small part of Markdown.  Out: text that shows them as they are, whatever
 * characters they hold.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "doc.h"

static void put_html(const writer *w, char c)
{
    if (c == '<')
        fputs("&lt;", w->to);
    else if (c == '>')
        fputs("&gt;", w->to);
    else if (c == '&')
        fputs("&amp;", w->to);
    else
        fputc(c == '\n' ? ' ' : c, w->to);
}

void doc_escaped(const writer *w, const char *text)
{
    for (; text && *text; text++) {
        if (w->html)
            put_html(w, *text);
        else if (strchr("|<*_`", *text))
            fprintf(w->to, "\\%c", *text);
        else
            fputc(*text == '\n' ? ' ' : *text, w->to);
    }
}

void doc_code(const writer *w, const char *text)
{
    fputs(w->html ? "<code>" : "`", w->to);
    for (; *text; text++) {
        if (w->html)
            put_html(w, *text);
        else
            fputc(*text, w->to);
    }
    fputs(w->html ? "</code>" : "`", w->to);
}

void doc_bold(const writer *w, const char *text)
{
    fputs(w->html ? "<b>" : "**", w->to);
    doc_escaped(w, text);
    fputs(w->html ? "</b>" : "**", w->to);
}

void doc_break(const writer *w)
{
    fputs(w->html ? "<br>" : "  \n", w->to);
}

const char *doc_anchor(sd_arena *arena, const char *heading)
{
    sd_text anchor = sd_text_new(arena);

    for (; *heading; heading++) {
        char c = *heading == ' ' ? '-' : *heading;

        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;

        if (isalnum((unsigned char)c) || (c & 0x80) || strchr("-_", c))
            sd_text_add(&anchor, &c, 1);
    }
    return anchor.bytes;
}

void doc_heading(const writer *w, int level, const char *text)
{
    if (w->html && level == 2)
        fprintf(w->to, "<h2 id=\"%s\">", doc_anchor(w->arena, text));
    else if (w->html)
        fprintf(w->to, "<h%d>", level);
    else
        fprintf(w->to, "%.*s ", level, "####");
    doc_escaped(w, text);
    if (w->html)
        fprintf(w->to, "</h%d>", level);
    fputs(w->html ? "\n" : "\n\n", w->to);
}

void doc_paragraph(const writer *w, const char *text)
{
    fputs(w->html ? "<p>" : "", w->to);
    doc_escaped(w, text);
    fputs(w->html ? "</p>\n" : "\n\n", w->to);
}

/* ---- tables ---------------------------------------------------------------------------------------------- */

static void table_row(const writer *w, const char *const *cells, size_t columns, bool head)
{
    fputs(w->html ? "<tr>" : "|", w->to);
    for (size_t i = 0; i < columns; i++) {
        fputs(w->html ? (head ? "<th>" : "<td>") : " ", w->to);
        doc_escaped(w, cells[i]);
        fputs(w->html ? (head ? "</th>" : "</td>") : " |", w->to);
    }
    fputs(w->html ? "</tr>\n" : "\n", w->to);
}

void doc_table(const writer *w, doc_cells *rows, size_t count)
{
    size_t columns = 0;

    while (columns < DOC_COLUMNS_MAX && rows[0][columns])
        columns++;
    fputs(w->html ? "<table>\n" : "", w->to);
    for (size_t r = 0; r < count; r++) {
        table_row(w, rows[r], columns, r == 0);
        for (size_t i = 0; r == 0 && !w->html && i < columns; i++)
            fputs(i + 1 == columns ? "|---|\n" : "|---", w->to);
    }
    fputs(w->html ? "</table>\n" : "\n", w->to);
}

/* ---- prose ----------------------------------------------------------------------------------------------- */

/* Where the mark that opens here closes within the block, NULL when it does not: then it is a plain character. */
static const char *closing(const char *at, const char *end, const char *mark)
{
    size_t length = strlen(mark);

    for (const char *found = at + length + 1; found + length <= end; found++)
        if (strncmp(found, mark, length) == 0)
            return found;
    return NULL;
}

static void inline_html(const writer *w, const char *at, const char *end)
{
    static const struct {
        const char *mark, *tag;
    } marks[] = {{"**", "b"}, {"*", "i"}, {"`", "code"}};

    while (at < end) {
        size_t i = 0, count = sizeof marks / sizeof *marks;
        const char *close = NULL;

        while (i < count && strncmp(at, marks[i].mark, strlen(marks[i].mark)) != 0)
            i++;
        if (i < count && (close = closing(at, end, marks[i].mark)) != NULL) {
            fprintf(w->to, "<%s>", marks[i].tag);
            for (at += strlen(marks[i].mark); at < close; at++)
                put_html(w, *at);
            fprintf(w->to, "</%s>", marks[i].tag);
            at = close + strlen(marks[i].mark);
        } else {
            bool space = strchr(" \n", *at) != NULL; /* several are one */

            put_html(w, *at++);
            while (space && at < end && strchr(" \n", *at))
                at++;
        }
    }
}

/* The bytes of a list mark, "- " or "12. ", 0 when the line has none. */
static size_t list_mark(const char *line)
{
    size_t digits = strspn(line, "0123456789");

    if (strncmp(line, "- ", 2) == 0)
        return 2;
    return digits > 0 && strncmp(line + digits, ". ", 2) == 0 ? digits + 2 : 0;
}

/* A block is a paragraph or a list; in a list each line with a mark begins an item. */
static void block_html(const writer *w, const char *at, const char *end)
{
    bool list = list_mark(at) > 0;
    const char *kind = !list ? "p" : at[0] == '-' ? "ul" : "ol";

    fprintf(w->to, "<%s>", kind);
    while (at < end) {
        const char *item = at + list_mark(at), *next = item;

        do
            next += strcspn(next, "\n") + 1;
        while (next < end && !(list && list_mark(next)));
        fputs(list ? "<li>" : "", w->to);
        inline_html(w, item, next - 1 < end ? next - 1 : end);
        fputs(list ? "</li>" : "", w->to);
        at = next;
    }
    fprintf(w->to, "</%s>\n", kind);
}

void doc_prose(const writer *w, const char *text)
{
    if (!w->html) {
        for (; *text; text++)
            fprintf(w->to, *text == '<' ? "\\%c" : "%c", *text);
        fputs("\n\n", w->to);
        return;
    }
    while (*text) {
        const char *end = strstr(text, "\n\n");

        if (!end)
            end = text + strlen(text);
        block_html(w, text, end);
        text = end + strspn(end, "\n");
    }
}
