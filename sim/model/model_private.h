/* model_private.h - what the files of the model stage share: XML elements with positions, texts that know where
 * they stand in their file, and the model while it is being built.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_PRIVATE_H
#define SD_MODEL_PRIVATE_H

#include "sd/model.h"

/* A decoded text ("a > b") and, piece by piece, where its bytes stand in the file ("a &gt; b"). */
typedef struct mapped_piece {
    size_t at;     /* [byte] in the decoded text */
    size_t offset; /* [byte] in the file */
} mapped_piece;

typedef struct mapped_text {
    const sd_source *source;
    const char *text; /* NUL at the end */
    size_t length;
    SD_LIST(mapped_piece) pieces;
    size_t here;           /* [byte] in the file: where an empty text would stand */
    size_t decoded, after; /* [byte] the whole text's length, and where it ends in the file */
} mapped_text;

sd_span mapped_span(const mapped_text *text, size_t begin, size_t end);
/* The same for interfaces that take a function. */
sd_span mapped_locate(const void *text, size_t begin, size_t end);

typedef struct xml_attribute {
    const char *name; /* with its prefix */
    const char *value;
    sd_span span; /* of the value */
} xml_attribute;

typedef struct xml_element {
    const char *name; /* with its prefix */
    bool foreign;     /* has a prefix: another program's */
    sd_span span;     /* of the start tag */
    size_t attribute_count;
    const xml_attribute *attributes;
    mapped_text text; /* all character data directly inside */
    struct xml_element *parent, *first, *last, *next;
} xml_element;

/* Reads a whole document.  E301 with the place of the fault; E303 for document types, entities and depth. */
SD_NODISCARD sd_status xml_read(sd_arena *arena, const sd_source *source,
                                const xml_element **ret_root, sd_diag *diag);
const xml_element *xml_child(const xml_element *element, const char *name); /* the first, or NULL */
const xml_attribute *xml_attribute_of(const xml_element *element, const char *name); /* or NULL */
/* The text with white space at both ends removed, in the arena. */
const char *xml_trimmed(sd_arena *arena, const xml_element *element);

/* The model under construction. */
typedef struct builder {
    sd_arena *arena;
    sd_diag *diag;
    sd_model *model;
    const sd_source *source;
    sd_table *names, *unit_names, *dimension_names,
        *group_of;   /* group_of: folded name -> const sd_group */
    sd_table *parts; /* subscript.c: what is known of parts of dimensions; NULL before the first */
    sd_table *
        mentions; /* annotation.c: folded name of an element -> sd_mention; NULL before the first */
    double terms; /* of all equations so far: SD_TERMS_MAX */
    size_t dimension_elements; /* of all dimensions so far */
    SD_LIST(const sd_dimension *) dimensions;
    SD_LIST(sd_variable *) variables;      /* const once the model is finished */
    SD_LIST(const xml_element *) elements; /* of the variables, same order */
    SD_LIST(sd_group) groups;
    bool stocks_non_negative, flows_non_negative; /* where the variable itself does not say */
} builder;

/* Declares the variable of an XML element: name, kind, dimensions, units, documentation; no equation yet. */
void variable_declare(builder *b, const xml_element *element, sd_variable_kind kind);
/* Reads its equations, graphical functions and flows; every name is known by then. */
void variable_define(builder *b, sd_variable *variable, const xml_element *element);
/* Reads a <gf>.  NULL after an error. */
const sd_gf *graphical_read(builder *b, const xml_element *element);
/* One equation of `variable`, from byte `begin` of the text on.  NULL after an error, which is in b->diag. */
const sd_expr *equation_parse(builder *b, const sd_variable *variable, const mapped_text *text,
                              size_t begin);
/* Adds the variable, or only the flow, with the nearest name to the last message. */
void help_nearest_variable(builder *b, const char *name, bool only_flows);
/* Counts what an equation names, for so many elements; E113 beyond SD_TERMS_MAX. */
bool subscript_count_terms(builder *b, const sd_expr *e, size_t elements);
bool subscript_add_terms(builder *b, sd_span span, double terms);
/* "high, low" -> the row-major index within the variable's elements; false after an error. */
bool subscript_index(builder *b, const sd_variable *variable, const char *text, sd_span span,
                     size_t *ret_index);
/* The `grade` of a <treadmill:source>, which may be NULL; E304 for a grade that is not one. */
sd_grade annotation_grade(builder *b, const xml_element *source);
/* Reads the sections, loops and terms of a <model>; every name is known by then. */
void annotation_read(builder *b, const xml_element *model);
/* Orders the elements; E106, E107 for circles.  Fills step_order and start_order. */
sd_status model_order(builder *b);

#endif
