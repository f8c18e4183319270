/* unit_private.h - units inside the model stage: reading them, and the arithmetic that the check needs.
 *
 * Text such as "hours/(person*week)" flows in, an sd_unit flows out: a product of powers of named base units,
 * sorted by name.  Names are compared by their key (sd_unit_key), so hour, Hours and HOUR are one unit.
 * Thread rule: all functions are pure but for the arena and the diag, which belong to one thread.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_MODEL_UNIT_PRIVATE_H
#define SD_MODEL_UNIT_PRIVATE_H

#include "sd/model.h"

/* ---- names --------------------------------------------------------------------------------------------
 * The text by which a unit's name is compared, and the key of the table `unit_names`: folded as sd_name_key()
 * does (case, spaces and underscores), its last word made singular and then the usual word of several for one thing:
 * 'Full time wks' is "full_time_week", USD and dollars are "$", people is "person".
 * The result lies in the arena and may be "" for a name of separators alone.  Never NULL. */
const char *sd_unit_key(sd_arena *arena, const char *name, size_t length);

/* True for the keys that mean no units at all: 1, dmnl, dimensionless, unitless, none, fraction. */
bool sd_unit_key_is_number(const char *key);

/* What a name means: as the model declares it; as a quotient at the word per (people per week, per week); as a power
 * after square, sq, cubic and cu and before squared, cubed and superscripts; else a base unit.  Not known when it has more
 * than SD_UNIT_TERMS_MAX terms.  `name` must not be "" once folded. */
sd_unit sd_unit_of_name(sd_arena *arena, const sd_table *unit_names, const char *name,
                        size_t length);

/* True when a factor turns one unit in `is` into another of the same scale, as week/day does in hour/week. */
bool sd_unit_is_conversion(const sd_unit *is, const sd_unit *factor, const char **ret_above,
                           const char **ret_below);

/* ---- reading ------------------------------------------------------------------------------------------
 * Where the bytes begin..end of a decoded text stand in the file. */
typedef sd_span sd_unit_locate(const void *context, size_t begin, size_t end);

/* Reads `text` (`length` bytes, entities decoded, no NUL needed at the end) as units.
 *
 *     units  = factor { ("*" | "-" | U+00B7 | "/") factor }      from left to right: a/b*c is (a/b)*c
 *     factor = atom [ ("^" | "**") number ]                         a signed whole or decimal number: m^2, s^-0.5
 *     atom   = name | "1" | "(" units ")"
 *     name   = words of letters, digits, _ $ % # & and bytes of UTF-8, the first not led by a digit;
 *              spaces between words belong to the name
 *
 * unit_names: the names and aliases of <model_units>, folded -> sd_unit.  A name is looked up as it is written
 *     (sd_name_key) and then in the singular (sd_unit_key); one that is not found is a base unit, as all are when
 *     the table is NULL.  The names that mean no units are looked at first and cannot be given another meaning.
 * locate, context: how to find the place of an error; NULL: errors have no position.  The span of an error lies
 *     within 0..length.
 * ret_unit: a text that is empty or white space gives an unknown unit, which is not an error.  The names in it lie
 *     in the arena or are those of the table's units.
 *
 * Returns SD_OK, or SD_UNITS after exactly one E203 with a help: text that is not of this form, more than
 * SD_UNIT_TERMS_MAX different names, powers beyond +-100, or brackets nested more than 32 deep. */
SD_NODISCARD sd_status sd_unit_parse(sd_arena *arena, const sd_table *unit_names, const char *text,
                                     size_t length, sd_unit_locate *locate, const void *context,
                                     sd_unit *ret_unit, sd_diag *diag);

/* ---- arithmetic ---------------------------------------------------------------------------------------
 * Unknown in, unknown out.  A result with more than SD_UNIT_TERMS_MAX names or a power that is not finite
 * is unknown too. */
sd_unit sd_unit_number(void); /* dimensionless */
sd_unit
sd_unit_base(const char *key); /* one base unit, of sd_unit_key(); the key is kept, not copied */
sd_unit sd_unit_product(const sd_unit *a, const sd_unit *b);
sd_unit sd_unit_quotient(const sd_unit *a, const sd_unit *b);
sd_unit sd_unit_power(const sd_unit *a, double power /* [1] */);

/* Both known and the same product of powers, where powers may differ by rounding.  False when one is unknown. */
bool sd_unit_equal(const sd_unit *a, const sd_unit *b);
bool sd_unit_is_number(const sd_unit *a); /* known and dimensionless */

/* ---- solving ---------------------------------------------------------------------------------------------
 * Units of what has none, from what must be equal.  The unknowns of variables are base units whose names begin with '?'. */
typedef struct unit_solver unit_solver; /* lives in the arena; one thread */
/* given [count]: the units of each variable, known or not; kept, not copied. */
unit_solver *unit_solver_new(sd_arena *arena, const sd_unit *given, size_t count);
/* The units of a variable as far as they follow from what was said so far; unknowns may stand in them. */
sd_unit unit_solver_of(unit_solver *solver, size_t variable);
/* a and b are equal.  Nothing follows where one is not known, or where it contradicts what was said before. */
void unit_solver_equate(unit_solver *solver, const sd_unit *a, const sd_unit *b);
/* By what factor the sides of the last contradiction differ; not known when there was none since this was asked. */
sd_unit unit_solver_odd(unit_solver *solver);
bool unit_solver_is_certain(const sd_unit *unit); /* known, without unknowns */

/* ---- checking -------------------------------------------------------------------------------------------
 * What unit_check.c, unit_infer.c and unit_rule.c share: the state of one check, and what a sub-tree gives. */
typedef enum unit_literals { /* numbers that are written in equations; a 0 always fits */
                             UNIT_LITERALS_ARE_NUMBERS,
                             UNIT_ONES_ARE_NUMBERS, /* the others fit every unit */
                             UNIT_LITERALS_FIT
} unit_literals;

typedef struct unit_walk {
    sd_arena *arena;
    sd_diag *diag;
    sd_unit time, per_time; /* of the model; not known when it has no time units */
    const sd_unit *units;   /* [variable_count] those of each variable; not known: none */
    unit_literals literals;
    unit_solver *solver; /* not NULL: it is told what must be equal, and nothing is reported */
    bool missing;        /* something without units was used; the caller clears it */
    const sd_variable
        *without;  /* the first variable that was, NULL when there was none; likewise */
    bool grounded; /* something with units that are written in the model was used; likewise */
    bool clashed;  /* a clash was reported */
} unit_walk;

typedef struct unit_value {
    sd_unit
        unit; /* not known: something without units, or the place of a clash that was reported */
    bool any; /* a literal 0, or INF: fits every unit in sums, comparisons and as a bound */
} unit_value;

typedef struct unit_signature {
    const char *arguments; /* a letter each, of unit_signature.c */
    char value;
} unit_signature;
const unit_signature *unit_signature_of(sd_function id); /* NULL when it has none */

/* What `e` gives where `expected` is wanted, which may be unknown.  Reports what does not balance inside; does not
 * compare the whole with `expected`, which only decides who is blamed. */
unit_value unit_walk_value(unit_walk *w, const sd_expr *e, const sd_unit *expected);
/* How a message calls a sub-tree: 'name', '26', 'STEP(...)', or "this part". */
const char *unit_subject(sd_arena *arena, const sd_expr *e);
/* The part of a sub-tree that has its units: of MAX(0, x), -x and SUM(x[*]) it is x. */
const sd_expr *unit_narrow(const sd_expr *e);
/* " (inferred)" for a variable whose units nobody wrote, else "". */
const char *unit_inferred(const sd_expr *e);
/* Adds to the last message what would turn units `is` into `needed`. */
void unit_help_conversion(const unit_walk *w, const sd_unit *is, const sd_unit *needed);
/* Made of written numbers alone: such an equation takes the units that are declared for it. */
bool unit_is_numbers(const sd_expr *e);

typedef struct
    unit_odd {  /* an equation that contradicts others, whatever units their unknowns have */
    sd_unit by; /* the factor between its sides; not known: there is none */
    sd_span span;
} unit_odd;
/* units, odds [variable_count]: what is given or follows, and the first contradiction in the equations of each variable,
 * or between a stock and a flow.  `walk` gives arena and time. */
void unit_infer(const sd_model *model, const unit_walk *walk, const sd_unit *given, sd_unit *units,
                unit_odd *odds);

#endif
