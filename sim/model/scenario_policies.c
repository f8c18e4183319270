/* scenario_policies.c - the `policies` section: each is one element of the model's practices.
 * In: { name = "permission"; start = 40; ramp = 8; intensity = 0.9; } of every file of the chain, the base first.
 * Out: policies, and settings of practice_start[permission] and so on.  A later file replaces only the numbers
 * that it gives; an intensity that no file gives is 1.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <math.h>
#include <string.h>

enum { START, STOP, RAMP, INTENSITY };

static const char *const field_names[SD_PRACTICE_FIELDS] = {"start", "stop", "ramp", "intensity"};
static const char *const array_names[SD_PRACTICE_FIELDS] = {"practice_start", "practice_stop",
                                                            "practice_ramp", "practice_intensity"};
/* Each depends on the one before. */
static const char *const layers[] = {"permission", "definition", "boundaries", "coaching"};
enum { LAYERS = sizeof layers / sizeof layers[0] };

static const char *number_text(const sd_scenario_reader *reader, double value)
{
    char text[SD_NUMBER_MAX];

    return sd_arena_copy(reader->diag->arena, text, sd_number_format(value, text));
}

/* NULL when the model has no such array over the practices. */
static const sd_variable *array_of(const sd_model *model, size_t field)
{
    const sd_variable *intensity = sd_model_find(model, array_names[INTENSITY]);
    const sd_variable *array = sd_model_find(model, array_names[field]);

    if (!intensity || intensity->dimension_count != 1 || !array || array->dimension_count != 1 ||
        array->dimensions[0] != intensity->dimensions[0])
        return NULL;
    return array;
}

/* ---- reading ---- */

static bool find_practice(const sd_dimension *dimension, const char *key, size_t *ret_practice)
{
    for (size_t each = 0; each < dimension->size; each++) {
        if (strcmp(dimension->element_keys[each], key) == 0) {
            *ret_practice = each;
            return true;
        }
    }
    return false;
}

static sd_policy_draft *find_draft(sd_scenario_reader *reader, size_t practice)
{
    for (size_t each = 0; each < reader->drafts.count; each++) {
        if (reader->drafts.items[each].practice == practice)
            return &reader->drafts.items[each];
    }
    return NULL;
}

/* The policy of an entry, made when it is new; NULL after an error. */
static sd_policy_draft *draft_of(sd_scenario_reader *reader, const sd_entry *entry)
{
    const sd_dimension *dimension = array_of(reader->model, INTENSITY)->dimensions[0];
    const sd_entry *name = sd_entry_find(entry, "name");
    sd_policy_draft draft = {0};
    sd_policy_draft *known;
    const char *text;

    if (!name) {
        (void)sd_fail(reader->diag, SD_E403, entry->span, "a policy has no name");
        sd_help(reader->diag, "add name = \"%s\"; or another", dimension->elements[0]);
        return NULL;
    }
    if (!sd_entry_text(name, &text, reader->diag))
        return NULL;
    if (!find_practice(dimension, sd_name_key(reader->arena, text, strlen(text)),
                       &draft.practice)) {
        (void)sd_fail(reader->diag, SD_E103, name->span, "unknown policy '%s'", text);
        sd_help_nearest(reader->diag, text, dimension->elements, dimension->size);
        return NULL;
    }
    draft.name = dimension->elements[draft.practice];
    known = find_draft(reader, draft.practice);
    if (!known) {
        SD_PUSH(reader->arena, &reader->drafts, draft);
        known = &reader->drafts.items[reader->drafts.count - 1];
    } else if (known->span.source == name->span.source) {
        (void)sd_fail(reader->diag, SD_E102, name->span, "policy '%s' is given twice in this file",
                      draft.name);
        return NULL;
    }
    known->span = name->span;
    return known;
}

static bool is_share(const sd_scenario_reader *reader, const sd_policy_draft *draft,
                     const sd_amount *amount)
{
    double low, high;

    sd_amount_ends(amount, &low, &high);
    if (low >= 0 && high <= 1)
        return true;
    (void)sd_fail(reader->diag, SD_E404, amount->span,
                  "the intensity of '%s' must be between 0 and 1", draft->name);
    if (amount->distribution.kind == SD_DIST_NONE && amount->value > 1 && amount->value <= 100)
        sd_help(reader->diag, "write %s for %s %%", number_text(reader, amount->value / 100),
                number_text(reader, amount->value));
    return false;
}

static void read_field(sd_scenario_reader *reader, const sd_entry *entry, size_t field,
                       const char *source, sd_policy_draft *draft)
{
    const sd_variable *array = array_of(reader->model, field);
    const char *name;
    sd_amount amount;

    if (!array) {
        (void)sd_fail(reader->diag, SD_E103, entry->name_span,
                      "the policies of this model have no %s", field_names[field]);
        sd_help(reader->diag, "the model has no array %s", array_names[field]);
        return;
    }
    if (!sd_amount_read(reader->arena, entry, &amount, reader->diag))
        return;
    if (!amount.source)
        amount.source = source;
    name =
        sd_model_element_name(reader->model, array->first + draft->practice, reader->diag->arena);
    if ((field == INTENSITY && !is_share(reader, draft, &amount)) ||
        !sd_settings_check(reader, array, name, &amount, entry->name_span))
        return;
    draft->fields[field] = amount;
}

static void check_times(const sd_scenario_reader *reader, const sd_policy_draft *draft)
{
    const sd_amount *start = &draft->fields[START], *stop = &draft->fields[STOP];

    if (start->given && stop->given && !(start->value < stop->value))
        (void)sd_fail(reader->diag, SD_E404, stop->span,
                      "policy '%s' stops at %s, but starts at %s", draft->name,
                      number_text(reader, stop->value), number_text(reader, start->value));
}

static void read_policy(sd_scenario_reader *reader, const sd_entry *entry)
{
    static const char *const known[] = {"name", "start", "stop", "ramp", "intensity", "source"};
    const sd_entry *source;
    sd_policy_draft *draft;
    const char *origin = NULL;

    if (!sd_entry_is_group(entry, reader->diag))
        return;
    sd_entry_check_names(entry, "a policy", known, sizeof known / sizeof known[0], reader->diag);
    source = sd_entry_find(entry, "source");
    if (source)
        (void)sd_entry_text(source, &origin, reader->diag);
    draft = draft_of(reader, entry);
    for (size_t field = 0; draft && field < SD_PRACTICE_FIELDS; field++) {
        const sd_entry *value = sd_entry_find(entry, field_names[field]);

        if (value)
            read_field(reader, value, field, origin, draft);
    }
    if (draft)
        check_times(reader, draft);
}

void sd_policies_read(sd_scenario_reader *reader, const sd_entry *policies)
{
    if (!sd_entry_is_sequence(policies, reader->diag) || policies->entries.count == 0)
        return;
    if (!array_of(reader->model, INTENSITY)) {
        (void)sd_fail(reader->diag, SD_E103, policies->name_span, "this model has no policies");
        sd_help(reader->diag, "a policy is an element of an array named practice_intensity");
        return;
    }
    for (size_t each = 0; each < policies->entries.count; each++)
        read_policy(reader, policies->entries.items[each]);
}

/* ---- settings ---- */

static void put_setting(sd_scenario_reader *reader, size_t element, const sd_amount *amount)
{
    sd_scenario *scenario = reader->scenario;
    const sd_setting setting = {.element = element,
                                .value = amount->value,
                                .distribution = amount->distribution,
                                .source = amount->source,
                                .from_policy = true,
                                .span = amount->span};

    if (reader->setting_of[element]) {
        sd_setting *place = &scenario->settings.items[reader->setting_of[element] - 1];

        SD_PUSH(reader->arena, &scenario->covered, *place);
        *place = setting;
        return;
    }
    SD_PUSH(reader->arena, &scenario->settings, setting);
    reader->setting_of[element] = scenario->settings.count;
}

static double value_of(const sd_amount *amount)
{
    return amount->given ? amount->value : (double)NAN;
}

static void finish_policy(sd_scenario_reader *reader, sd_policy_draft *draft)
{
    sd_amount *intensity = &draft->fields[INTENSITY];
    sd_policy policy = {.name = draft->name, .practice = draft->practice, .span = draft->span};

    if (!intensity->given)
        *intensity = (sd_amount){.given = true, .value = 1, .span = draft->span};
    for (size_t field = 0; field < SD_PRACTICE_FIELDS; field++) {
        const sd_variable *array = array_of(reader->model, field);

        if (draft->fields[field].given)
            put_setting(reader, array->first + draft->practice, &draft->fields[field]);
    }
    policy.start = value_of(&draft->fields[START]);
    policy.stop = value_of(&draft->fields[STOP]);
    policy.ramp = value_of(&draft->fields[RAMP]);
    policy.intensity = intensity->value;
    SD_PUSH(reader->arena, &reader->scenario->policies, policy);
}

/* ---- the order of the layers ---- */

/* What the element is in this scenario; NAN when the model computes it in a way that only a run shows. */
static double value_in_effect(const sd_scenario_reader *reader, const sd_variable *array,
                              size_t practice)
{
    const size_t element = array->first + practice;
    double value;

    if (reader->setting_of[element])
        return reader->scenario->settings.items[reader->setting_of[element] - 1].value;
    return sd_settings_constant(array->equations[practice], &value) ? value : (double)NAN;
}

static void check_layer(const sd_scenario_reader *reader, const sd_policy *policy, size_t below,
                        const char *name_below)
{
    const sd_variable *intensity = array_of(reader->model, INTENSITY);
    const sd_variable *starts = array_of(reader->model, START);
    double start, start_below;

    if (value_in_effect(reader, intensity, below) == 0) {
        sd_warn(reader->diag, SD_W902, policy->span,
                "layer '%s' stands on '%s', which is not in the scenario", policy->name,
                name_below);
        sd_help(reader->diag, "add a policy '%s'", name_below);
        return;
    }
    if (!starts)
        return;
    start = value_in_effect(reader, starts, policy->practice);
    start_below = value_in_effect(reader, starts, below);
    if (start < start_below) {
        sd_warn(reader->diag, SD_W902, policy->span, "layer '%s' starts at %s, before '%s' at %s",
                policy->name, number_text(reader, start), name_below,
                number_text(reader, start_below));
        sd_help(reader->diag, "start '%s' first", name_below);
    }
}

static void check_layers(const sd_scenario_reader *reader)
{
    const sd_dimension *dimension = array_of(reader->model, INTENSITY)->dimensions[0];

    for (size_t layer = 1; layer < LAYERS; layer++) {
        size_t practice, below;

        if (!find_practice(dimension, layers[layer], &practice) ||
            !find_practice(dimension, layers[layer - 1], &below))
            continue;
        for (size_t each = 0; each < reader->scenario->policies.count; each++) {
            const sd_policy *policy = &reader->scenario->policies.items[each];

            if (policy->practice == practice && policy->intensity > 0)
                check_layer(reader, policy, below, dimension->elements[below]);
        }
    }
}

void sd_policies_finish(sd_scenario_reader *reader)
{
    const sd_variable *intensity = array_of(reader->model, INTENSITY);

    for (size_t each = 0; each < reader->drafts.count; each++) {
        sd_policy_draft *draft = &reader->drafts.items[each];
        sd_amount full = {.given = true, .value = 1, .span = draft->span};

        if (draft->fields[INTENSITY].given ||
            sd_settings_check(reader, intensity, draft->name, &full, draft->span))
            finish_policy(reader, draft);
    }
    if (reader->drafts.count > 0 && reader->diag->errors == reader->errors)
        check_layers(reader);
}

void sd_policies_follow(sd_scenario *scenario, size_t element, double value)
{
    const sd_variable *variable = scenario->model->element_variables[element];

    for (size_t field = 0; field < SD_PRACTICE_FIELDS; field++) {
        const sd_variable *array = array_of(scenario->model, field);

        if (!array || array != variable)
            continue;
        for (size_t each = 0; each < scenario->policies.count; each++) {
            sd_policy *policy = &scenario->policies.items[each];
            double *const values[SD_PRACTICE_FIELDS] = {&policy->start, &policy->stop,
                                                        &policy->ramp, &policy->intensity};

            if (array->first + policy->practice == element)
                *values[field] = value;
        }
    }
}
