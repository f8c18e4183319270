/* rewrite.h - edits of a model's own text.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_REWRITE_H
#define SD_REWRITE_H

#include "xmile_out.h"

typedef struct rewrite_edit {
    size_t begin, end; /* [byte] of what `text` replaces; no two overlap */
    size_t number;     /* edits of the same place stay in the order in which they were made */
    const char *text;
} rewrite_edit;

typedef struct rewriter {
    sd_arena *arena;
    sd_diag *diag;
    const sd_scenario *scenario;
    const char *text; /* of the model's file */
    size_t length;
    const xml_element *root;
    SD_LIST(const xml_element *) named; /* elements with a name, in the order of the file */
    sd_table *taken;                    /* folded names of variables */
    bool uses_namespace;                /* an attribute of our own was written */
    SD_LIST(rewrite_edit) edits;
} rewriter;

/* Texts are XML in ASCII already. */
void rewrite_put(rewriter *r, size_t begin, size_t end, const char *text);
void rewrite_inside(rewriter *r, const xml_element *element, const char *text);
void rewrite_append(rewriter *r, const xml_element *element, const char *text);
const char *rewrite_safe(const rewriter *r, const char *text); /* escaped, in ASCII */

/* rewrite_variable.c: all settings and shocks of one variable; E613 when its text is not its own. */
void rewrite_variable(rewriter *r, const sd_variable *variable);

#endif
