/* xmile_out.h - what both ways of writing XMILE share: escaping, numbers, names, shocks, methods, expressions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_XMILE_OUT_H
#define SD_XMILE_OUT_H

#include "model_private.h"
#include "sd/scenario.h"

#define TREADMILL_NAMESPACE "urn:treadmill:xmile:1"

/* Character data or the value of an attribute in double quotes; what XML cannot hold becomes '?'. */
void out_escaped(sd_text *to, const char *text);
/* Escaped text with numbers (&#233;) for what is not ASCII: right whatever encoding a file is in. */
void out_ascii(sd_text *to, const char *text);
/* A whole comment on lines of its own, whatever the text holds. */
void out_comment(sd_text *to, const char *text, bool utf8 /* so is the file */);
void out_number(sd_text *to, double value);
/* A name as an equation has it: quoted where it must be. */
void out_name(sd_text *to, const char *name);
/* The same as the value of a name attribute: without the quotes round it, and escaped. */
void out_name_attribute(sd_text *to, const char *name);
/* " * (1 + size * shape)": the factor of a shock, in the order in which the engine works it out; not escaped. */
void out_shock(sd_text *to, const sd_shock *shock);
/* Whether a variable with a graphical function of its own is shocked: the factor then needs a variable between. */
bool out_needs_helper(const sd_scenario *scenario, const sd_variable *variable);
bool out_is_shocked(const sd_scenario *scenario, const sd_variable *variable);
/* The nearest method that XMILE has a name for; *ret_same: it is the method itself. */
const char *out_method(sd_method method, bool *ret_same);
/* A whole <sim_specs>. */
void out_specs(sd_text *to, const sd_scenario *scenario);
/* Warns (W929) of what other programs will do otherwise. */
void out_warn(const sd_scenario *scenario, sd_diag *diag);
/* A name that is not taken yet: NAME, NAME_2, NAME_3 ...; takes it. */
const char *out_free_name(sd_arena *arena, sd_table *taken, const char *name);

/* What the header is to call it: the model's name, and what a scenario makes of it. */
const char *out_title(sd_arena *arena, const sd_scenario *scenario);
/* The text as a model, which proves that it can be read; NULL with `code` when it cannot. */
const sd_model *out_read_back(const sd_scenario *scenario, const sd_text *text, sd_code code,
                              sd_diag *diag);

/* expr_text.c: an expression at a place as text, with the names of elements [element_count] and as few brackets as the
 * parser needs; not escaped.  `vensim`: of such a model (sd_model).  False when there are no words for it: *ret_at is what stood in the way. */
bool expr_text(sd_text *to, const sd_expr *e, const sd_place *place, const char *const *names,
               bool vensim, const sd_expr **ret_at);

#endif
