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
    const char *name;    /* with its prefix */
    bool foreign;        /* has a prefix: another program's */
    sd_span span;        /* of the start tag */
    size_t close, after; /* [byte] where its end tag begins and ends; both span.end for <tag/> */
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
/* The save_interval of a <sim_specs>, whatever its prefix, or NULL. */
const xml_attribute *xml_save_attribute(const xml_element *specs);
/* The text with white space at both ends removed, in the arena. */
const char *xml_trimmed(sd_arena *arena, const xml_element *element);

/* What imported data says of one element of a variable; the next of the same variable follows. */
typedef struct data_item {
    size_t index; /* 0.. of the variable */
    const sd_expr *equation;
    const sd_gf *gf; /* of a series, else NULL */
    const char *text;
    struct data_item *next;
} data_item;
typedef struct scope scope; /* scope.h */
typedef struct macro macro; /* macro.c */

/* The model under construction. */
typedef struct builder {
    sd_arena *arena;
    sd_diag *diag;
    sd_model *model;
    const sd_source *source;
    sd_table *names, *unit_names, *dimension_names,
        *group_of;           /* group_of: folded name -> const sd_group */
    sd_table *element_names; /* folded name -> the first dimension that has it */
    sd_table *parts; /* subscript.c: what is known of parts of dimensions; NULL before the first */
    size_t dimension_elements; /* of all dimensions so far */
    sd_table *data;            /* folded name -> data_item */
    SD_LIST(const sd_dimension *) dimensions;
    SD_LIST(sd_variable *) variables; /* const once the model is finished */
    /* Of the variables, same order; NULL: defined already, when it was made. */
    SD_LIST(const xml_element *) elements;
    SD_LIST(scope *) scopes; /* of the variables, same order */
    SD_LIST(sd_group) groups;
    bool stocks_non_negative, flows_non_negative; /* in models that do not say */
    scope *scope;                                 /* whose names are seen just now */
    size_t element;    /* the only one that the equation is for, 0..; SIZE_MAX: not a single one */
    sd_table *modules; /* folded path -> scope */
    bool modules_broken;            /* they were reported and are left out */
    SD_LIST(scope *) instances;     /* of modules, each after the one round it */
    sd_table *macros;               /* folded name -> macro */
    sd_table *call_counts;          /* "output.smooth" -> size_t, how often called there */
    size_t calls, call_bytes;       /* of macros, expanded so far; their text [byte] */
    const sd_variable *first_taken; /* of the auxiliaries that are taken as flows */
    size_t taken_as_flows;
    SD_LIST(const xml_element *) faulty; /* whose equations were reported */
} builder;

/* Reads <sim_specs> into the model. */
void specs_read(builder *b, const xml_element *specs);
/* Reads the <dimensions> and <model_units> inside an element. */
void dimensions_read(builder *b, const xml_element *element);
void units_read(builder *b, const xml_element *element);
/* Declares the variables of the file's models: those of the model itself, then those of its modules.  Returns the model
 * itself, NULL when there is none. */
const xml_element *module_read(builder *b, const xml_element *root);
/* Declares what stands in <variables>, in b->scope; modules are left to the caller. */
void module_declare(builder *b, const xml_element *variables);
/* connect.c: gives inputs of modules the values of what they are connected to. */
void module_connect(builder *b);
/* Reads a <macro>. */
void macro_read(builder *b, const xml_element *element);
/* Bytes of an element's tags and texts with all that is in it: what an instance of it costs. */
size_t xml_weight(const xml_element *element);
/* A text that knows its place, from an attribute. */
mapped_text mapped_attribute(sd_arena *arena, const xml_attribute *attribute);

/* Declares the variable of an XML element: name, kind, dimensions, units, documentation; no equation yet. */
void variable_declare(builder *b, const xml_element *element, sd_variable_kind kind);
/* Adds a variable to the model, in b->scope, `element` being what defines it later; false after E102, E113. */
bool variable_add(builder *b, sd_variable *variable, const xml_element *element);
/* Reads its equations, graphical functions and flows; every name is known by then. */
void variable_define(builder *b, sd_variable *variable, const xml_element *element);
/* E105 when an element has none. */
void variable_check_defined(builder *b, const sd_variable *variable, const xml_element *element);
/* Reads a <gf>.  NULL after an error. */
const sd_gf *graphical_read(builder *b, const xml_element *element);
/* One equation of `variable`, from byte `begin` of the text on.  NULL after an error, which is in b->diag. */
const sd_expr *equation_parse(builder *b, const sd_variable *variable, const mapped_text *text,
                              size_t begin);
/* Help on the last message: the variable, or the flow, whose name is nearest. */
void help_nearest_variable(builder *b, const char *name, bool flows);
/* "high, low" -> the row-major index within the variable's elements; false after an error. */
bool subscript_index(builder *b, const sd_variable *variable, const char *text, sd_span span,
                     size_t *ret_index);
/* The `grade` of a <treadmill:source>, which may be NULL; E304 for a grade that is not one. */
sd_grade annotation_grade(builder *b, const xml_element *source);
/* Reads the sections, loops and terms of a <model>; every name is known by then. */
void annotation_read(builder *b, const xml_element *model);
/* E113 when the equations, element by element and with every sum written out, are more than a program may have. */
sd_status model_limit(builder *b);
/* Reads the imports of a <data>, or of none; every variable is declared by then. */
void data_read(builder *b, const xml_element *data);
/* Puts imported values in the place of a variable's equations. */
void data_apply(builder *b, sd_variable *variable);
/* ---- conveyor.c ---- */
/* Reads <conveyor> or <queue> of a stock, and of its elements; every name is known by then. */
void conveyor_define(builder *b, sd_variable *stock, const xml_element *element);
/* Once all variables are defined: which flows conveyors and queues drive, and whether all have what they need.  E125, E126. */
void conveyor_connect(builder *b);

/* ---- depend.c ---- */
typedef struct needs {
    bool start; /* of the initial value */
    sd_visit *visit;
    void *context;
} needs;
/* Visits what an expression needs. */
void needs_of(const needs *n, const sd_expr *e, sd_place *place, bool lagged);
/* conveyor.c: what element `index` needs beside its equation because of conveyors and queues. */
void conveyor_needs(const needs *n, const sd_variable *variable, size_t index);
/* Orders the elements; E106, E107 for circles.  Fills step_order and start_order. */
sd_status model_order(builder *b);

#endif
