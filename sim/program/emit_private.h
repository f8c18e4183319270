/* emit_private.h - what the files that write a program as C share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_EMIT_PRIVATE_H
#define SD_EMIT_PRIVATE_H

#include "sd/program.h"

/* Where a row is found in the C text. */
typedef struct emission {
    const sd_program *p;
    sd_text *text;
    int32_t *slots; /* [row_count] place in the work area; SD_NO_ROW: not kept there */
    int32_t slot_count;
    int32_t memory_slot; /* of the first memory; the others follow */
    int32_t stock_slot;  /* of the first stock, likewise */
    int32_t bad_slot;    /* what was not finite */
    size_t output_count;
    const size_t *outputs; /* elements */
    bool *local;           /* [row_count] worked out in the function at hand: a local variable */
    bool starting;         /* in start(): equations of stocks are initial values */
    bool *known;           /* [row_count] cannot be nan: a constant */
    int blocks;            /* vectors that one call takes through its loop side by side */
} emission;

/* emit_row.c */
/* An expression for the value of a row; valid until the next few calls. */
const char *emit_row(emission *m, int32_t row);
/* "    const v r12 = r3 * y[4];" */
void emit_instruction(emission *m, const sd_instruction *i);
/* Whether all instructions of a list can be written. */
bool emit_can(const sd_instructions *list);
/* The tables of all graphical functions.  False when one of them has a slope without bound. */
bool emit_tables(emission *m);
/* A comment with the equation that a row belongs to, when it is another than the last; nothing that a file says can end
 * the comment. */
void emit_equation(emission *m, int32_t row, size_t *last);
void emit_double(sd_text *text, double value);
void emit_comment(sd_text *text, const char *bytes, size_t most);

/* emit_methods.c */
void emit_methods(emission *m);

#endif
