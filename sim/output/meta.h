/* meta.h - what FILE.meta.json says about a table beside it, for those who draw it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_OUTPUT_META_H
#define SD_OUTPUT_META_H

#include "output_private.h"

/* ---- json_read.c ---- */

typedef struct sd_json_node {
    const char *key;  /* "" in an array and of the whole */
    const char *text; /* "" when it is no string */
    double number;    /* true is 1 */
    struct sd_json_node *first,
        *next; /* of an object or array; after this in the one that it is in */
} sd_json_node;
const sd_json_node *sd_json_read(sd_arena *arena, const sd_source *source);
/* NULL when there is none, or no object. */
const sd_json_node *sd_json_member(const sd_json_node *node, const char *key);
const char *sd_json_text_of(const sd_json_node *node, const char *key); /* "" when there is none */

/* ---- meta.c ---- */

typedef struct sd_meta {
    const sd_json_node *root; /* NULL: there is none */
    const char *time_units;   /* "" when not known */
    const char *changed;      /* "x=1", or "" */
    bool trap;
} sd_meta;
/* Of the table itself: one that was written for other bytes does not count.  E617. */
SD_NODISCARD sd_status sd_meta_read(sd_arena *arena, const sd_source *source,
                                    const sd_source *table, sd_meta *ret_meta, sd_diag *diag);
/* The units of a column, "" where there are none and for those that are no word ("1", "dmnl"). */
const char *sd_meta_units(const sd_meta *meta, const char *column);
const char *sd_meta_doc(const sd_meta *meta, const char *column); /* or "" */
/* The title of a scenario up to its first colon; its name where there is none. */
const char *sd_meta_title(sd_arena *arena, const sd_meta *meta, const char *scenario);

#endif
