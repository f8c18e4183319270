/* reference.h - what a name with subscripts means inside an equation; private to the model stage.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_REFERENCE_H
#define SD_MODEL_REFERENCE_H

#include "model_private.h"

/* The loops of a SUM while its argument is parsed: one for each dimension that it runs over. */
typedef struct loop_frame {
    size_t count;
    const sd_dimension *loops[SD_VARIABLE_DIMENSIONS_MAX];
} loop_frame;

typedef struct subscript_text {
    const char *bytes;
    size_t length;
    sd_span span;
} subscript_text;

/* Works out the subscripts of the reference `e` in an equation of `owner`; `frame` is NULL outside SUM and its
 * kin.  False after an error. */
bool reference_resolve(builder *b, const sd_variable *owner, loop_frame *frame, sd_expr *e,
                       const subscript_text *given, size_t count);
void reference_unknown(builder *b, const char *key, const char *name, sd_span span);
void reference_unknown_function(builder *b, const char *name, size_t length, sd_span span);

#endif
