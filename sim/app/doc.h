/* doc.h - what the files of `treadmill doc` share: one writer for Markdown and HTML, and the chapters.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_APP_DOC_H
#define SD_APP_DOC_H

#include "app_private.h"

/* The same walk over the model writes both forms. */
typedef struct writer {
    FILE *to;
    bool html;
    sd_arena *arena;
} writer;

/* doc_writer.c */
void doc_escaped(const writer *w, const char *text); /* on one line; NULL: nothing */
void doc_code(const writer *w, const char *text);
void doc_bold(const writer *w, const char *text);
void doc_break(const writer *w); /* a new line within a paragraph */
void doc_heading(const writer *w, int level, const char *text);
void doc_paragraph(const writer *w, const char *text);
/* "What decides": how a heading is linked to, "what-decides"; into the arena. */
const char *doc_anchor(sd_arena *arena, const char *heading);
/* Rows of plain texts; the first is the head. */
enum { DOC_COLUMNS_MAX = 6 };
typedef const char *doc_cells[DOC_COLUMNS_MAX]; /* NULL ends a row before its last cell */
void doc_table(const writer *w, doc_cells *rows, size_t count);
/* Markdown as authors of models write it: paragraphs, lists with "- " or "1. ", *words* and **words**, `code`. */
void doc_prose(const writer *w, const char *text);

/* doc_variable.c */
void doc_variable(const writer *w, const sd_variable *variable);
/* "0.7", or "by element". */
const char *doc_value(const sd_variable *constant);
/* "0.4 to 0.9", "at least 3", "" */
const char *doc_range(sd_arena *arena, const sd_variable *variable);

/* doc_chapters.c */
void doc_grades(const writer *w, const sd_model *model); /* how many constants have which grade */
void doc_contents(const writer *w, const sd_model *model, bool scenarios);
void doc_sections(const writer *w, const sd_model *model);
void doc_dimensions(const writer *w, const sd_model *model);
void doc_sectors(const writer *w, const sd_model *model);
void doc_loops(const writer *w, const sd_model *model);
void doc_glossary(const writer *w, const sd_model *model);
void doc_scenarios(call *c, const writer *w); /* the built-in ones */

#endif
