/* scenario_settings.c - the `set` section: names and amounts go in, settings of single elements come out.
 * Groups either name the elements of an array or only order the file for its reader.  Every value is held
 * against what the model says about the variable: whether it can be set at all, its hard bounds (an error) and
 * its plausible range (a warning, unless the value says where it comes from).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <math.h>
#include <string.h>

enum { CAUSES_SHOWN = 3, CAUSES_MAX = 64, CONSTANT_DEPTH_MAX = 200, BEGINNING_MAX = 100 };

static const char *number_text(const sd_scenario_reader *reader, double value)
{
    char text[SD_NUMBER_MAX];

    return sd_arena_copy(reader->diag->arena, text, sd_number_format(value, text));
}

/* ---- what can be set ---- */

static bool constant_value(const sd_expr *expr, size_t depth, double *ret_value)
{
    double a, b;

    if (expr->kind == SD_EXPR_NUMBER) {
        *ret_value = expr->number;
        return true;
    }
    if (expr->kind != SD_EXPR_CALL || depth == CONSTANT_DEPTH_MAX || expr->argument_count < 1 ||
        expr->argument_count > 2 || !constant_value(expr->arguments[0], depth + 1, &a))
        return false;
    if (expr->argument_count == 1) {
        *ret_value = -a;
        return expr->builtin->id == SD_FN_NEGATE;
    }
    if (!constant_value(expr->arguments[1], depth + 1, &b))
        return false;
    switch ((int)expr->builtin->id) {
    case SD_FN_ADD:
        *ret_value = a + b;
        return true;
    case SD_FN_SUBTRACT:
        *ret_value = a - b;
        return true;
    case SD_FN_MULTIPLY:
        *ret_value = a * b;
        return true;
    case SD_FN_DIVIDE:
        *ret_value = a / b;
        return true;
    default:
        return false;
    }
}

bool sd_settings_constant(const sd_expr *expr, double *ret_value)
{
    return expr && constant_value(expr, 0, ret_value);
}

static bool can_be_set(const sd_variable *variable)
{
    double ignored;

    if (variable->kind != SD_STOCK)
        return sd_variable_is_constant(variable);
    for (size_t each = 0; each < variable->size; each++) {
        if (!sd_settings_constant(variable->equations[each], &ignored))
            return false;
    }
    return true;
}

typedef struct causes {
    const sd_model *model;
    const sd_variable *variables[CAUSES_MAX];
    size_t count;
} causes;

static void add_cause(void *context, size_t needed, bool lagged)
{
    causes *found = context;
    const sd_variable *variable = found->model->element_variables[needed];

    (void)lagged;
    for (size_t each = 0; each < found->count; each++) {
        if (found->variables[each] == variable)
            return;
    }
    if (found->count < CAUSES_MAX)
        found->variables[found->count++] = variable;
}

/* "'a', 'b', 'c' and 2 more"; empty when the equation uses no variable. */
static const char *causes_text(const sd_scenario_reader *reader, const sd_variable *variable)
{
    causes found = {.model = reader->model};
    sd_text text = sd_text_new(reader->diag->arena);
    size_t shown;

    sd_model_visit_needs(reader->model, variable->first, variable->kind == SD_STOCK, add_cause,
                         &found);
    shown = found.count > CAUSES_SHOWN ? CAUSES_SHOWN : found.count;
    for (size_t each = 0; each < shown; each++)
        sd_text_printf(&text, "%s'%s'",
                       each == 0                 ? ""
                       : each + 1 == found.count ? " and "
                                                 : ", ",
                       found.variables[each]->name);
    if (found.count > shown)
        sd_text_printf(&text, " and %zu more", found.count - shown);
    return text.bytes;
}

static void report_computed(const sd_scenario_reader *reader, const sd_variable *variable,
                            sd_span span)
{
    sd_diag *diag = reader->diag;
    const char *from;

    if (variable->kind == SD_GF) {
        (void)sd_fail(diag, SD_E408, span, "'%s' is a graphical function and cannot be set",
                      variable->name);
        return;
    }
    from = causes_text(reader, variable);
    (void)sd_fail(diag, SD_E408, span, "%s'%s' is computed%s%s and cannot be set",
                  variable->kind == SD_STOCK ? "the initial value of " : "", variable->name,
                  from[0] ? " from " : " by its equation", from);
    if (variable->kind != SD_STOCK)
        sd_help(diag, "a shock can multiply it");
    else if (from[0])
        sd_help(diag, "set what it is computed from");
}

/* ---- bounds and ranges ---- */

/* As many whole words of a text as a line of help can take. */
static const char *beginning(const sd_scenario_reader *reader, const char *text)
{
    size_t length = BEGINNING_MAX;

    if (strlen(text) <= length)
        return text;
    while (length > 0 && text[length] != ' ')
        length--;
    while (length > 0 && strchr(" ,;:.", text[length - 1]))
        length--;
    return sd_arena_printf(reader->diag->arena, "%.*s ...", (int)length, text);
}

static const char *first_sentence(const sd_scenario_reader *reader, const char *text)
{
    const char *end = strstr(text, ". ");

    return end ? sd_arena_copy(reader->diag->arena, text, (size_t)(end - text) + 1) : text;
}

static const char *units_of(const sd_variable *variable)
{
    const char *units = variable->units_text;

    if (!units || !units[0] || strcmp(units, "1") == 0 || sd_text_equal_fold(units, "dmnl"))
        return "";
    return units;
}

/* "between 0 and 1", with " hour" when it comes with its units */
static const char *interval_text(const sd_scenario_reader *reader, const char *units, double low,
                                 double high)
{
    const char *space = units[0] ? " " : "";
    sd_arena *arena = reader->diag->arena;

    if (isinf(low))
        return sd_arena_printf(arena, "at most %s%s%s", number_text(reader, high), space, units);
    if (isinf(high))
        return sd_arena_printf(arena, "at least %s%s%s", number_text(reader, low), space, units);
    return sd_arena_printf(arena, "between %s and %s%s%s", number_text(reader, low),
                           number_text(reader, high), space, units);
}

static bool is_within_bounds(const sd_scenario_reader *reader, const sd_variable *variable,
                             const char *name, const sd_amount *amount)
{
    const char *wanted;
    double low, high, end;
    bool below;

    sd_amount_ends(amount, &low, &high);
    if (low >= variable->bound_min && high <= variable->bound_max)
        return true;
    wanted = interval_text(reader, units_of(variable), variable->bound_min, variable->bound_max);
    below = low < variable->bound_min;
    end = below ? low : high;
    if (amount->distribution.kind == SD_DIST_NONE) {
        (void)sd_fail(reader->diag, SD_E404, amount->span, "'%s' must be %s, not %s", name, wanted,
                      number_text(reader, amount->value));
    } else if (isfinite(end)) {
        (void)sd_fail(reader->diag, SD_E404, amount->span,
                      "'%s' must be %s, but its distribution reaches %s", name, wanted,
                      number_text(reader, end));
    } else {
        (void)sd_fail(reader->diag, SD_E404, amount->span,
                      "'%s' must be %s, but its distribution has no %s", name, wanted,
                      below ? "min" : "max");
        sd_help(reader->diag, "add %s = %s;", below ? "min" : "max",
                number_text(reader, below ? variable->bound_min : variable->bound_max));
    }
    if (variable->doc && (amount->distribution.kind == SD_DIST_NONE || isfinite(end)))
        sd_help(reader->diag, "it is: %s", first_sentence(reader, variable->doc));
    return false;
}

/* An open end says nothing about plausibility; the central value stands in for it.  What is the user's to choose is
 * plausible as it is chosen. */
static void check_range(const sd_scenario_reader *reader, const sd_variable *variable,
                        const char *name, const sd_amount *amount)
{
    const char *units;
    double low, high, end;

    if (reader->shipped || amount->source || variable->grade == SD_GRADE_SCENARIO)
        return;
    sd_amount_ends(amount, &low, &high);
    low = isfinite(low) ? low : amount->value;
    high = isfinite(high) ? high : amount->value;
    if (low >= variable->range_min && high <= variable->range_max)
        return;
    end = low < variable->range_min ? low : high;
    units = units_of(variable);
    sd_warn(reader->diag, SD_W901, amount->span, "'%s' %s %s%s%s, but plausible is %s", name,
            amount->distribution.kind == SD_DIST_NONE ? "is" : "reaches", number_text(reader, end),
            units[0] ? " " : "", units,
            interval_text(reader, "", variable->range_min, variable->range_max));
    if (variable->source)
        sd_help(reader->diag, "a source on the value silences this; the range is from: %s",
                beginning(reader, variable->source));
    else
        sd_help(reader->diag, "a source on the value silences this");
}

bool sd_settings_check(const sd_scenario_reader *reader, const sd_variable *variable,
                       const char *name, const sd_amount *amount, sd_span name_span)
{
    if (!can_be_set(variable)) {
        report_computed(reader, variable, name_span);
        return false;
    }
    if (!is_within_bounds(reader, variable, name, amount))
        return false;
    check_range(reader, variable, name, amount);
    return true;
}

/* ---- reading ---- */

/* Where in a variable an amount goes: `count` elements from `first` on. */
typedef struct target {
    const sd_variable *variable;
    size_t first, count;
    const char *source; /* of the group round it, or NULL */
} target;

static void store(sd_scenario_reader *reader, size_t element, const sd_amount *amount)
{
    const sd_setting setting = {.element = element,
                                .value = amount->value,
                                .distribution = amount->distribution,
                                .source = amount->source,
                                .span = amount->span};

    reader->set_in[element] = reader->file;
    if (reader->setting_of[element]) {
        reader->scenario->settings.items[reader->setting_of[element] - 1] = setting;
        return;
    }
    SD_PUSH(reader->arena, &reader->scenario->settings, setting);
    reader->setting_of[element] = reader->scenario->settings.count;
}

static bool is_new_in_file(const sd_scenario_reader *reader, const target *to,
                           const sd_entry *entry)
{
    for (size_t each = 0; each < to->count; each++) {
        const size_t element = to->variable->first + to->first + each;

        if (reader->set_in[element] != reader->file)
            continue;
        (void)sd_fail(reader->diag, SD_E102, entry->name_span, "'%s' is set twice in this file",
                      sd_model_element_name(reader->model, element, reader->diag->arena));
        return false;
    }
    return true;
}

static void read_amount(sd_scenario_reader *reader, const target *to, const sd_entry *entry)
{
    const sd_variable *variable = to->variable;
    const char *name = variable->name;
    sd_amount amount;

    if (to->count < variable->size || (variable->dimension_count && variable->size == 1))
        name =
            sd_model_element_name(reader->model, variable->first + to->first, reader->diag->arena);
    if (!can_be_set(variable)) {
        report_computed(reader, variable, entry->name_span);
        return;
    }
    if (!sd_amount_read(reader->arena, entry, &amount, reader->diag)) {
        if (to->count > 1 && !entry->broken && entry->entries.count > 0 &&
            entry->kind != SD_ENTRY_GROUP)
            sd_help(reader->diag, "write one number for all elements, or { name = number; }");
        return;
    }
    if (!amount.source)
        amount.source = to->source;
    if (!is_new_in_file(reader, to, entry) ||
        !sd_settings_check(reader, variable, name, &amount, entry->name_span))
        return;
    for (size_t each = 0; each < to->count; each++)
        store(reader, variable->first + to->first + each, &amount);
}

/* `source` directly in a group is that of all its values which have none of their own. */
static const char *group_source(const sd_entry *group, const char *outer)
{
    const sd_entry *source = sd_entry_find(group, "source");

    return source && source->kind == SD_ENTRY_TEXT && !source->broken ? source->text : outer;
}

static bool is_group_source(const sd_entry *entry)
{
    return entry->kind == SD_ENTRY_TEXT && strcmp(entry->name, "source") == 0;
}

/* false: no such element, reported. */
static bool find_element(const sd_scenario_reader *reader, const sd_variable *variable,
                         const sd_dimension *dimension, const sd_entry *entry, size_t *ret_element)
{
    const char *key = sd_name_key(reader->arena, entry->name, strlen(entry->name));

    for (size_t each = 0; each < dimension->size; each++) {
        if (strcmp(dimension->element_keys[each], key) == 0) {
            *ret_element = each;
            return true;
        }
    }
    (void)sd_fail(reader->diag, SD_E109, entry->name_span, "'%s' has no element '%s'",
                  variable->name, entry->name);
    sd_help_nearest(reader->diag, entry->name, dimension->elements, dimension->size);
    return false;
}

static bool is_amount(const sd_entry *entry)
{
    return entry->kind != SD_ENTRY_GROUP || sd_amount_is_group(entry) ||
           sd_amount_is_nameless(entry);
}

/* Children are element names of dimension `depth`; `outer` is what the groups round them have chosen. */
static void read_elements(sd_scenario_reader *reader, target outer, const sd_entry *group,
                          size_t depth)
{
    const sd_dimension *dimension = outer.variable->dimensions[depth];

    outer.source = group_source(group, outer.source);
    for (size_t each = 0; each < group->entries.count; each++) {
        const sd_entry *entry = group->entries.items[each];
        target inner = outer;
        size_t element;

        if (is_group_source(entry) ||
            !find_element(reader, outer.variable, dimension, entry, &element))
            continue;
        inner.count = outer.count / dimension->size;
        inner.first = outer.first + element * inner.count;
        if (!is_amount(entry) && depth + 1 < outer.variable->dimension_count)
            read_elements(reader, inner, entry, depth + 1);
        else
            read_amount(reader, &inner, entry);
    }
}

static void report_unknown(const sd_scenario_reader *reader, const sd_entry *entry,
                           const char *name)
{
    (void)sd_fail(reader->diag, SD_E101, entry->name_span, "no variable named '%s'", name);
    sd_help_nearest(reader->diag, name, reader->model->known_names, reader->model->variable_count);
}

/* `path` is that of the module whose variables are named here: "" or "hares.". */
static void read_group(sd_scenario_reader *reader, const sd_entry *group, const char *path,
                       const char *outer)
{
    const char *source = group_source(group, outer);

    for (size_t each = 0; each < group->entries.count; each++) {
        const sd_entry *entry = group->entries.items[each];
        const char *name = sd_arena_printf(reader->arena, "%s%s", path, entry->name);
        const sd_variable *variable = sd_model_find(reader->model, name);
        const target all = {
            .variable = variable, .count = variable ? variable->size : 0, .source = source};

        if (is_group_source(entry))
            continue;
        if (entry->kind == SD_ENTRY_GROUP && sd_model_has_module(reader->model, name))
            read_group(reader, entry, sd_arena_printf(reader->arena, "%s.", name), source);
        else if (!variable && (entry->kind != SD_ENTRY_GROUP || sd_amount_is_group(entry)))
            report_unknown(reader, entry, name);
        else if (!variable || (!is_amount(entry) && variable->dimension_count == 0))
            read_group(reader, entry, path, source);
        else if (is_amount(entry))
            read_amount(reader, &all, entry);
        else
            read_elements(reader, all, entry, 0);
    }
}

void sd_settings_read(sd_scenario_reader *reader, const sd_entry *set)
{
    if (sd_entry_is_group(set, reader->diag))
        read_group(reader, set, "", NULL);
}
