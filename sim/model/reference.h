/* reference.h - what a name with subscripts means inside an equation; private to the model stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_REFERENCE_H
#define SD_MODEL_REFERENCE_H

#include "lexer.h"

/* The loops of a SUM while its argument is parsed: one for each dimension, or part of one, that it runs over. */
typedef struct loop_frame {
    size_t count;
    const sd_dimension *loops[SD_VARIABLE_DIMENSIONS_MAX];
    const sd_dimension *whole[SD_VARIABLE_DIMENSIONS_MAX]; /* what each is a part of, or itself */
    bool
        own_first; /* of MAX(array, 0): a bare array follows the equation's own dimensions where it can */
} loop_frame;

/* ---- subscripts as they are written (subscript.c) ---- */

typedef enum written_kind {
    WRITTEN_NAME,      /* top, row.top, 2, row */
    WRITTEN_ALL,       /* * */
    WRITTEN_RANGE,     /* 2:4, top:low, *:part */
    WRITTEN_POSITION,  /* @1 */
    WRITTEN_EXPRESSION /* all else */
} written_kind;

typedef struct subscript_text {
    written_kind kind;
    const char *bytes; /* NAME; RANGE: where it begins */
    size_t length;
    const char *last; /* RANGE: where it ends */
    size_t last_length;
    double number;  /* POSITION */
    sd_expr *index; /* EXPRESSION */
    sd_span span;
    size_t end; /* [byte] behind it, unless EXPRESSION */
} subscript_text;

/* Reads the subscript of a dimension (NULL: one too many) that begins with `first`; `ret_after` is what follows it.
 * False when it is an expression, which is for the parser to read. */
bool subscript_scan(builder *b, const mapped_text *text, token first, const sd_dimension *dimension,
                    subscript_text *ret_given, token *ret_after);
/* An element by name or, when none has that name, by number: "top", "row.top", "2". */
bool subscript_find(builder *b, const sd_dimension *dimension, const char *bytes, size_t length,
                    size_t *ret_at);
/* The same; E109 when there is none. */
bool subscript_element(builder *b, const sd_dimension *dimension, const char *bytes, size_t length,
                       sd_span span, size_t *ret_at);
/* For each element of `part` its number in `whole`; NULL when one has no namesake there. */
const size_t *subscript_map(builder *b, const sd_dimension *part, const sd_dimension *whole);
/* A loop over `count` elements of a dimension: the same for every range of that length. */
const sd_dimension *subscript_range(builder *b, const sd_dimension *whole, size_t count);
/* Calls the elements of such a range 1, 2 ..., for variables over it; what has names keeps them. */
void subscript_name_range(builder *b, const sd_dimension *dimension);
/* Whether time cannot change an expression, so that it is known for each element of an equation; and whether it
 * differs among these. */
bool subscript_is_still(const sd_expr *e, bool *ret_indexed);
/* The element, 0.., that such an expression gives as 1..; SIZE_MAX outside of the dimension. */
size_t subscript_number(const sd_expr *e, const sd_place *place, size_t size);
/* Wraps a reference in the choice of the elements with these numbers. */
sd_expr *subscript_pick(builder *b, sd_expr *reference, sd_expr *const *numbers, size_t count);

/* ---- references ---- */

/* Works out the subscripts of the reference `e` in an equation of `owner`; `frame` is NULL outside SUM and its
 * kin.  The reference, or a PICK around it; NULL after an error. */
sd_expr *reference_resolve(builder *b, const sd_variable *owner, loop_frame *frame, sd_expr *e,
                           const subscript_text *given, size_t count, bool turned);
void reference_unknown(builder *b, const char *key, const char *name, sd_span span);
void reference_unknown_function(builder *b, const char *name, size_t length, sd_span span);

#endif
