/* scenario.c - an organisation as one value: a scenario file, or a bare XMILE model, goes in with all that it
 * stands on; a scenario whose every name is an element of its model comes out.
 * Method: the chain of files is read from the scenario down to its base, and overlaid from the base up, so that
 * the scenario has the last word.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* ---- names ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    return strncmp(name, "built-in:", 9) == 0 ? name + 9 : name;
}

/* "acme-redesign" of "scenarios/acme-redesign.cfg" */
static const char *scenario_name(sd_arena *arena, const sd_source *source)
{
    const char *name = base_name(source->name);
    const char *ending = strrchr(name, '.');

    return sd_arena_copy(arena, name,
                         ending && ending != name ? (size_t)(ending - name) : strlen(name));
}

static bool has_ending(const char *name, const char *ending)
{
    const size_t length = strlen(name), wanted = strlen(ending);

    return length >= wanted && sd_text_equal_fold(name + length - wanted, ending);
}

static bool is_model_name(const char *name)
{
    static const char *const endings[] = {".xmile", ".stmx", ".itmx", ".xml"};

    for (size_t each = 0; each < sizeof endings / sizeof endings[0]; each++) {
        if (has_ending(name, endings[each]))
            return true;
    }
    return false;
}

static bool is_model(const sd_source *source)
{
    const char *text = source->text;

    if (source->length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    return text[strspn(text, " \t\r\n")] == '<' || is_model_name(source->name);
}

/* ---- overlay ---- */

static void check_file(const sd_scenario_file *file, sd_diag *diag)
{
    static const char *const known[] = {"schema", "title",   "article",     "question", "extends",
                                        "source", "model",   "run",         "set",      "policies",
                                        "shocks", "outputs", "correlations"};
    static const char *const texts[] = {"title", "article", "question", "source"};

    sd_entry_check_schema(file->root, "the scenario", file->source, diag);
    sd_entry_check_names(file->root, "a scenario", known, sizeof known / sizeof known[0], diag);
    for (size_t each = 0; each < sizeof texts / sizeof texts[0]; each++) {
        const sd_entry *entry = sd_entry_find(file->root, texts[each]);
        const char *ignored;

        if (entry)
            (void)sd_entry_text(entry, &ignored, diag);
    }
}

static void overlay_file(sd_scenario_reader *reader, const sd_scenario_file *file)
{
    static const struct {
        const char *name;
        void (*read)(sd_scenario_reader *reader, const sd_entry *entry);
    } sections[] = {{"run", sd_run_read},
                    {"set", sd_settings_read},
                    {"policies", sd_policies_read},
                    {"shocks", sd_shocks_read},
                    {"correlations", sd_correlations_read},
                    {"outputs", sd_outputs_read}};

    reader->file++;
    reader->shipped = file->source->built_in;
    for (size_t each = 0; each < sizeof sections / sizeof sections[0]; each++) {
        const sd_entry *entry = sd_entry_find(file->root, sections[each].name);

        if (entry)
            sections[each].read(reader, entry);
    }
}

static void overlay(sd_scenario_reader *reader, const sd_scenario_chain *chain)
{
    for (size_t each = chain->count; each-- > 0;)
        overlay_file(reader, &chain->files[each]);
    sd_run_finish(reader);
    sd_policies_finish(reader);
    sd_outputs_finish(reader);
}

static const char *text_of(const sd_entry *root, const char *name, const char *otherwise)
{
    const sd_entry *entry = sd_entry_find(root, name);

    return entry && entry->kind == SD_ENTRY_TEXT && !entry->broken ? entry->text : otherwise;
}

/* On one line, and nothing in it that steers a terminal. */
static const char *shown_text(sd_arena *arena, const char *text)
{
    char *copy = sd_arena_copy(arena, text, strlen(text));

    sd_text_defuse(copy, strlen(copy));
    for (char *c = copy; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return copy;
}

static sd_scenario *scenario_new(sd_arena *arena, const sd_source *source, const sd_model *model)
{
    sd_scenario *scenario = SD_NEW(arena, sd_scenario);

    scenario->name = scenario_name(arena, source);
    scenario->title = scenario->changed = scenario->article = scenario->question = "";
    scenario->source = source;
    scenario->model = model;
    scenario->spec = model->spec;
    scenario->spec_span = model->spec_span;
    scenario->start_given = model->start_given;
    scenario->stop_given = model->stop_given;
    return scenario;
}

static sd_scenario *from_chain(sd_arena *arena, const sd_scenario_chain *chain,
                               const sd_model *model, sd_diag *diag)
{
    sd_scenario *scenario = scenario_new(arena, chain->files[0].source, model);
    sd_scenario_reader reader = {
        .arena = arena,
        .diag = diag,
        .model = model,
        .scenario = scenario,
        .errors = diag->errors,
        .set_in = SD_NEW_ARRAY(arena, size_t, model->element_count),
        .setting_of = SD_NEW_ARRAY(arena, size_t, model->element_count),
    };

    scenario->title = shown_text(arena, text_of(chain->files[0].root, "title", ""));
    scenario->origin = text_of(chain->files[0].root, "source", NULL);
    scenario->article = shown_text(arena, text_of(chain->files[0].root, "article", ""));
    scenario->question = shown_text(arena, text_of(chain->files[0].root, "question", ""));
    for (size_t each = 0; each < chain->count; each++)
        SD_PUSH(arena, &scenario->sources, chain->files[each].source);
    overlay(&reader, chain);
    return scenario;
}

static sd_status read_bare(sd_arena *arena, const sd_source *source, sd_scenario **ret_scenario,
                           sd_diag *diag)
{
    const sd_model *model = NULL;
    const sd_status status = sd_model_from_xmile(arena, source, &model, diag);

    if (status != SD_OK)
        return status;
    *ret_scenario = scenario_new(arena, source, model);
    (*ret_scenario)->title = model->name;
    (*ret_scenario)->bare = true;
    SD_PUSH(arena, &(*ret_scenario)->sources, source);
    return SD_OK;
}

/* `prefix` as in sd_scenario_file. */
static sd_status read_source(sd_arena *arena, const sd_source *source, const char *prefix,
                             sd_scenario **ret_scenario, sd_diag *diag)
{
    sd_scenario_chain chain = {.files = {{.source = source, .prefix = prefix}}, .count = 1};
    const size_t errors = diag->errors;
    const sd_model *model;
    sd_scenario *scenario = NULL;
    bool whole;

    if (is_model(source))
        return read_bare(arena, source, ret_scenario, diag);
    whole = sd_scenario_chain_read(arena, &chain, diag);
    for (size_t each = 0; each < chain.count; each++) {
        if (chain.files[each].root)
            check_file(&chain.files[each], diag);
    }
    /* Without a base the model may be the wrong one, and every name would be called unknown. */
    model = whole ? sd_scenario_chain_model(arena, &chain, diag) : NULL;
    if (model)
        scenario = from_chain(arena, &chain, model, diag);
    if (diag->errors > errors)
        return sd_diag_status(diag);
    *ret_scenario = scenario;
    return SD_OK;
}

/* ---- the three ways in ---- */

sd_status sd_scenario_from_source(sd_arena *arena, const sd_source *source, const char *folder,
                                  sd_scenario **ret_scenario, sd_diag *diag)
{
    const char *prefix = folder;

    if (folder && (!folder[0] || strcmp(folder, ".") == 0))
        prefix = "";
    else if (folder && folder[strlen(folder) - 1] != '/')
        prefix = sd_arena_printf(arena, "%s/", folder);
    return read_source(arena, source, prefix, ret_scenario, diag);
}

static const sd_built_in *find_built_in(sd_arena *arena, const char *name)
{
    const sd_built_in *file = sd_built_in_find("scenarios", name);

    return file ? file : sd_built_in_find("scenarios", sd_arena_printf(arena, "%s.cfg", name));
}

sd_status sd_scenario_from_input(sd_arena *arena, const char *input, sd_scenario **ret_scenario,
                                 sd_diag *diag)
{
    const size_t limit = has_ending(input, ".cfg") ? SD_SCENARIO_BYTES_MAX : SD_MODEL_BYTES_MAX;
    const char *slash = strrchr(input, '/');
    const sd_source *source;
    const sd_built_in *file;
    struct stat facts;
    sd_status status;

    if (slash || stat(input, &facts) == 0 || errno != ENOENT) {
        status = sd_source_from_file(arena, input, limit, &source, diag);
        if (status != SD_OK)
            return status;
        return read_source(arena, source,
                           sd_arena_copy(arena, input, slash ? (size_t)(slash - input) + 1 : 0),
                           ret_scenario, diag);
    }
    file = find_built_in(arena, input);
    if (file)
        return read_source(arena, sd_source_from_built_in(arena, file), NULL, ret_scenario, diag);
    status = sd_fail(diag, SD_E601, SD_NOWHERE,
                     "there is no file '%s', and no built-in scenario of that name", input);
    sd_scenario_help_built_in(arena, input, false, diag);
    return status;
}

/* ---- settings from the command line ---- */

bool sd_model_find_named(const sd_model *model, const char *name, sd_span span, size_t *ret_first,
                         size_t *ret_count, sd_diag *diag)
{
    const sd_variable *variable = strchr(name, '[') ? NULL : sd_model_find(model, name);

    *ret_count = 1;
    if (!variable)
        return sd_model_find_element(model, name, span, ret_first, diag) == SD_OK;
    *ret_first = variable->first;
    *ret_count = variable->size;
    return true;
}

static void put_setting(sd_arena *arena, sd_scenario *scenario, size_t element,
                        const sd_amount *amount)
{
    sd_setting setting = {.element = element,
                          .value = amount->value,
                          .distribution = amount->distribution,
                          .span = amount->span};

    sd_policies_follow(scenario, element, amount->value);
    for (size_t each = 0; each < scenario->settings.count; each++) {
        sd_setting *place = &scenario->settings.items[each];

        if (place->element == element) {
            setting.from_policy = place->from_policy;
            *place = setting;
            return;
        }
    }
    SD_PUSH(arena, &scenario->settings, setting);
}

sd_span sd_span_trimmed(sd_span span)
{
    const char *text = span.source->text;

    while (span.begin < span.end && text[span.begin] == ' ')
        span.begin++;
    while (span.end > span.begin && text[span.end - 1] == ' ')
        span.end--;
    return span;
}

static bool read_number(sd_span span, const char *name, double *ret_number, sd_diag *diag)
{
    const char *text =
        sd_arena_copy(diag->arena, span.source->text + span.begin, span.end - span.begin);
    char *comma = strchr(text, ',');

    if (sd_number_from_text(text, ret_number))
        return true;
    (void)sd_fail(diag, SD_E403, span, "'%s' must be a plain number, not '%s'", name, text);
    if (comma) {
        *comma = '.';
        if (sd_number_from_text(text, ret_number))
            sd_help(diag, "write a point: %s", text);
    }
    return false;
}

static bool read_amount(sd_arena *arena, const char *name, bool drawn, sd_amount *amount,
                        sd_diag *diag)
{
    const sd_entry *entry;

    if (!drawn)
        return read_number(amount->span, name, &amount->value, diag);
    return sd_distribution_entry(arena, name, amount->span, &entry, diag) == SD_OK &&
           sd_amount_read(arena, entry, amount, diag);
}

static void assign(sd_arena *arena, sd_scenario *scenario, sd_span left, sd_span right, bool drawn,
                   sd_diag *diag)
{
    const sd_scenario_reader reader = {
        .arena = arena, .diag = diag, .model = scenario->model, .scenario = scenario};
    const char *text = left.source->text,
               *name = sd_arena_copy(arena, text + left.begin, left.end - left.begin);
    sd_amount amount = {.given = true, .span = right};
    size_t first, count;

    if (!sd_model_find_named(scenario->model, name, left, &first, &count, diag))
        return;
    const sd_variable *variable = scenario->model->element_variables[first];
    name = count > 1 ? variable->name : sd_model_element_name(scenario->model, first, diag->arena);
    if (!read_amount(arena, name, drawn, &amount, diag) ||
        !sd_settings_check(&reader, variable, name, &amount, left))
        return;
    for (size_t each = 0; each < count; each++)
        put_setting(arena, scenario, first + each, &amount);
    scenario->changed =
        sd_arena_printf(arena, "%s%s%s=%.*s", scenario->changed, *scenario->changed ? ", " : "",
                        name, (int)(right.end - right.begin), text + right.begin);
}

/* `drawn`: the value is a distribution. */
static sd_status set(sd_arena *arena, sd_scenario *scenario, const char *from,
                     const char *assignment, bool drawn, sd_diag *diag)
{
    const sd_source *source = sd_source_from_text(arena, from, assignment, strlen(assignment));
    const size_t errors = diag->errors;
    const char *equals = strchr(assignment, '=');

    if (!equals) {
        const sd_status status =
            sd_fail(diag, SD_E701, sd_span_trimmed((sd_span){source, 0, source->length}),
                    "'%s' has no '='", assignment);

        sd_help(diag,
                drawn ? "write NAME=SHAPE(NUMBERS), as in uniform(0.1,0.3)" : "write NAME=VALUE");
        return status;
    }
    const size_t at = (size_t)(equals - assignment);
    assign(arena, scenario, sd_span_trimmed((sd_span){source, 0, at}),
           sd_span_trimmed((sd_span){source, at + 1, source->length}), drawn, diag);
    return diag->errors > errors ? sd_diag_status(diag) : SD_OK;
}

sd_status sd_scenario_set(sd_arena *arena, sd_scenario *scenario, const char *assignment,
                          sd_diag *diag)
{
    return set(arena, scenario, "--set", assignment, false, diag);
}

sd_status sd_scenario_set_distribution(sd_arena *arena, sd_scenario *scenario,
                                       const char *assignment, sd_diag *diag)
{
    return set(arena, scenario, "--dist", assignment, true, diag);
}

/* ---- values of members ---- */

sd_status sd_scenario_check_value(const sd_scenario *scenario, const char *name, sd_span name_span,
                                  double value, sd_span value_span, size_t *ret_first,
                                  size_t *ret_count, sd_diag *diag)
{
    const sd_scenario_reader reader = {
        .arena = diag->arena, .diag = diag, .model = scenario->model};
    const sd_amount amount = {.given = true, .value = value, .span = value_span};
    const size_t errors = diag->errors;

    if (sd_model_find_named(scenario->model, name, name_span, ret_first, ret_count, diag))
        (void)sd_settings_check(&reader, scenario->model->element_variables[*ret_first], name,
                                &amount, name_span);
    return diag->errors > errors ? sd_diag_status(diag) : SD_OK;
}

sd_scenario *sd_scenario_copy(sd_arena *arena, const sd_scenario *scenario)
{
    sd_scenario *copy = SD_NEW(arena, sd_scenario);

    *copy = *scenario;
    memset(&copy->settings, 0, sizeof copy->settings);
    memset(&copy->policies, 0, sizeof copy->policies);
    for (size_t each = 0; each < scenario->settings.count; each++)
        SD_PUSH(arena, &copy->settings, scenario->settings.items[each]);
    for (size_t each = 0; each < scenario->policies.count; each++)
        SD_PUSH(arena, &copy->policies, scenario->policies.items[each]);
    return copy;
}

void sd_scenario_put(sd_arena *arena, sd_scenario *scenario, size_t element, double value,
                     sd_span span)
{
    put_setting(arena, scenario, element, &(sd_amount){.value = value, .span = span});
}

/* ---- the same organisation without its policies ---- */

static const sd_setting *covered_by(const sd_scenario *scenario, const sd_setting *setting)
{
    for (size_t each = 0; each < scenario->covered.count; each++) {
        if (scenario->covered.items[each].element == setting->element)
            return &scenario->covered.items[each];
    }
    return NULL;
}

sd_scenario *sd_scenario_without_policies(sd_arena *arena, const sd_scenario *scenario)
{
    sd_scenario *without = SD_NEW(arena, sd_scenario);

    *without = *scenario;
    memset(&without->settings, 0, sizeof without->settings);
    memset(&without->covered, 0, sizeof without->covered);
    memset(&without->policies, 0, sizeof without->policies);
    for (size_t each = 0; each < scenario->settings.count; each++) {
        const sd_setting *setting = &scenario->settings.items[each];

        if (setting->from_policy)
            setting = covered_by(scenario, setting);
        if (setting)
            SD_PUSH(arena, &without->settings, *setting);
    }
    return without;
}
