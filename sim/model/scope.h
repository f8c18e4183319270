/* scope.h - whose names an equation sees: those of the model, of one instance of a module or of one call of a macro;
 * private to the model stage.
 *
 * A file's modules and macros become one flat model: each instance is a scope, and its variables carry the scope's path
 * before their names, "hares.births".  A scope sees its own names; modules are also reached by their path.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_SCOPE_H
#define SD_MODEL_SCOPE_H

#include "model_private.h"

/* What a call gives for a parameter: a number or a reference, which stands in for it; anything else has become a
 * variable of the call, so that it is worked out once. */
typedef struct argument {
    const char *key;
    const sd_expr *value; /* NULL: the call has a variable of that name */
} argument;

struct scope {
    scope *parent; /* where its module or call stands; NULL: the model itself */
    const char *path,
        *prefix; /* before its variables' names, displayed and folded: "hares." or "" */
    const xml_element *element;                   /* <model> or <macro> */
    const xml_element *module;                    /* <module>; NULL: the model itself, or a call */
    const char *group;                            /* of variables that are in none */
    size_t depth;                                 /* scopes round it */
    bool stocks_non_negative, flows_non_negative; /* where the variable itself does not say */

    const macro *macro; /* of a call; NULL: not one */
    sd_span call;       /* where it stands */
    const sd_variable *owner;
    size_t dimension_count; /* that every variable of the call takes from where it stands */
    const sd_dimension *dimensions[SD_VARIABLE_DIMENSIONS_MAX];
    SD_LIST(argument) arguments;
};

enum { SCOPE_DEPTH_MAX = 64, SCOPE_PATH_MAX = 500 /* [byte] */ };

/* `path` and `key` name the instance itself, without a point at the end; NULL after E113 at `where`: too deep, or too long. */
scope *scope_new(builder *b, scope *parent, const char *path, const char *key, sd_span where);
/* "hares.\"birth rate\"" -> "hares.birth_rate": each part folded.  A point at the beginning stays. */
const char *scope_key(sd_arena *arena, const char *bytes, size_t length);
/* What a name or path means in a scope, or NULL: one of its own names; a path from here or, if there is none, from one
 * of the scopes round it; after a point at the beginning, a path from the model itself or else from the scopes round it. */
sd_variable *scope_find(const builder *b, const scope *from, const char *bytes, size_t length);
/* The folded name in exactly this scope, or NULL. */
sd_variable *scope_own(const builder *b, const scope *of, const char *key);
/* What an equation of b->scope may call variables, or flows alone, for "did you mean"; into the arena. */
const char *const *scope_names(const builder *b, sd_arena *arena, bool flows, size_t *ret_count);
/* Defines the variables in their order, those too that are declared meanwhile. */
void scope_define(builder *b);

/* macro.c */

/* The first of that name, or NULL. */
const macro *macro_named(const builder *b, const char *key);
/* The one of its name that takes `count` arguments; NULL after E108. */
const macro *macro_taking(const builder *b, const macro *first, size_t count, sd_span where);

typedef struct macro_call {
    const macro *macro;
    const sd_variable *owner; /* whose equation it stands in */
    size_t loop_count;        /* of the SUM round it */
    const sd_dimension *const *loops;
    size_t count;
    sd_expr **arguments;
    sd_span span;
} macro_call;
/* A reference to the result, in the place of the call; NULL after an error: E113, E119. */
sd_expr *macro_expand(builder *b, const macro_call *call);
/* The number or reference that stands for a parameter in b->scope; NULL: no such. */
sd_expr *macro_argument(const builder *b, const char *key, sd_span span);
/* Adds to the last message who called the macro that it is in. */
void macro_help_caller(const builder *b);
/* Gives a variable that is declared in a call the dimensions of the call. */
void macro_dimensions(builder *b, sd_variable *variable, const xml_element *element);
/* Units that are named after a parameter would be those of the argument: not known here. */
bool macro_knows_units(const builder *b, const sd_unit *units);

#endif
