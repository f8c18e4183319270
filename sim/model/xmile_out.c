/* xmile_out.c - the pieces that both ways of writing XMILE share.
 * In: texts, numbers, names, shocks.  Out: bytes that are XML whatever went in, and equations that read back to the same
 * bits.  XMILE 1.0 (OASIS 2015), sections 2.3 and 3.2.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "xmile_out.h"

/* The character at `at` and how many bytes it takes; 0 when it is none that XML can hold. */
static uint32_t character(const char *at, size_t *ret_length)
{
    const unsigned char *b = (const unsigned char *)at;
    size_t more = b[0] < 0x80 ? 0 : b[0] >= 0xF0 ? 3 : b[0] >= 0xE0 ? 2 : 1;
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t value = more ? b[0] & (0x3FU >> more) : b[0];

    *ret_length = 1;
    if (b[0] >= 0x80 && (b[0] < 0xC0 || b[0] > 0xF4))
        return 0;
    for (size_t i = 1; i <= more; i++) {
        if ((b[i] & 0xC0U) != 0x80)
            return 0;
        value = value << 6 | (b[i] & 0x3FU);
    }
    *ret_length = more + 1;
    bool bad = value < least[more] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF) ||
               value == 0xFFFE || value == 0xFFFF ||
               (value < 0x20 && !strchr("\t\n\r", (int)value));
    return bad ? 0 : value;
}

void out_escaped(sd_text *to, const char *text)
{
    for (size_t length; *text; text += length) {
        uint32_t value = character(text, &length);
        const char *entity = value == '<'   ? "&lt;"
                             : value == '>' ? "&gt;"
                             : value == '&' ? "&amp;"
                             : value == '"' ? "&quot;"
                             : value == 0   ? "?"
                                            : NULL;
        if (entity)
            sd_text_printf(to, "%s", entity);
        else
            sd_text_add(to, text, length);
    }
}

void out_ascii(sd_text *to, const char *text)
{
    for (size_t length; *text; text += length) {
        uint32_t value = character(text, &length);
        if (value >= 0x7F)
            sd_text_printf(to, "&#%u;", (unsigned)value);
        else
            sd_text_add(to, text, 1);
    }
}

void out_comment(sd_text *to, const char *text, bool utf8)
{
    char before = '\0';

    sd_text_printf(to, "<!--\n");
    for (size_t length; *text; text += length) {
        uint32_t value = character(text, &length);
        bool shown = value && (utf8 || value < 0x7F);
        if (before == '-' && *text == '-') /* two hyphens would end it */
            sd_text_add(to, " ", 1);
        sd_text_add(to, shown ? text : "?", shown ? length : 1);
        before = *text;
    }
    sd_text_printf(to, "%s-->\n", before == '\n' ? "" : "\n");
}

void out_number(sd_text *to, double value)
{
    char number[SD_NUMBER_MAX];

    if (isinf(value)) /* equations have a word of their own for it */
        sd_text_printf(to, value < 0 ? "-INF" : "INF");
    else
        sd_text_add(to, number, sd_number_format(value, number));
}

/* Words that an equation reads otherwise. */
static bool is_reserved(const char *name)
{
    static const char *const words[] = {"if", "then", "else", "and", "or", "not", "mod"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (sd_text_equal_fold(name, words[i]))
            return true;
    return sd_builtin_find(name, strlen(name)) != NULL;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           ((unsigned char)c & 0x80U) != 0;
}

static void add_quotable(sd_text *to, const char *name, bool xml)
{
    sd_text plain = sd_text_new(to->arena);

    for (const char *c = name; *c; c++) {
        if (*c == '"' || *c == '\\')
            sd_text_add(&plain, "\\", 1);
        sd_text_add(&plain, c, 1);
    }
    if (xml)
        out_escaped(to, plain.bytes);
    else
        sd_text_add(to, plain.bytes, plain.length);
}

void out_name(sd_text *to, const char *name)
{
    bool plain = is_letter(*name) && !is_reserved(name);

    for (const char *c = name; *c; c++)
        plain = plain && (is_letter(*c) || (*c >= '0' && *c <= '9'));
    if (plain) {
        sd_text_add(to, name, strlen(name));
        return;
    }
    sd_text_add(to, "\"", 1);
    add_quotable(to, name, false);
    sd_text_add(to, "\"", 1);
}

void out_name_attribute(sd_text *to, const char *name)
{
    add_quotable(to, name, true);
}

static void signed_number(sd_text *to, double value)
{
    sd_text_printf(to, signbit(value) ? "(" : "");
    out_number(to, value);
    sd_text_printf(to, signbit(value) ? ")" : "");
}

void out_shock(sd_text *to, const sd_shock *shock)
{
    sd_text_printf(to, " * (1 + ");
    signed_number(to, shock->size);
    if (shock->kind == SD_SHOCK_RAMP) {
        sd_text_printf(to, " * MIN(1, MAX(0, (TIME - ");
        signed_number(to, shock->at);
        sd_text_printf(to, ") / ");
        out_number(to, shock->duration);
        sd_text_printf(to, ")))");
        return;
    }
    sd_text_printf(to, shock->kind == SD_SHOCK_PULSE ? " * (STEP(1, " : " * STEP(1, ");
    out_number(to, shock->at);
    if (shock->kind == SD_SHOCK_PULSE) {
        sd_text_printf(to, ") - STEP(1, ");
        out_number(to, shock->at + shock->duration);
        sd_text_printf(to, ")");
    }
    sd_text_printf(to, "))");
}

bool out_is_shocked(const sd_scenario *scenario, const sd_variable *variable)
{
    for (size_t i = 0; i < scenario->shocks.count; i++)
        if (scenario->shocks.items[i].variable == variable && variable->kind != SD_GF)
            return true;
    return false;
}

bool out_needs_helper(const sd_scenario *scenario, const sd_variable *variable)
{
    return variable->gfs && out_is_shocked(scenario, variable);
}

const char *out_method(sd_method method, bool *ret_same)
{
    static const struct {
        const char *name;
        bool same;
    } names[SD_METHOD_COUNT] = {
        [SD_METHOD_EULER] = {"euler", true},   [SD_METHOD_RK2] = {"rk2", true},
        [SD_METHOD_RK4] = {"rk4", true},       [SD_METHOD_RKF45] = {"rk45", true},
        [SD_METHOD_RKCK] = {"rk45", false},    [SD_METHOD_RK8PD] = {"rk45", false},
        [SD_METHOD_MSADAMS] = {"rk45", false}, [SD_METHOD_BSIMP] = {"gear", false},
        [SD_METHOD_MSBDF] = {"gear", true},
    };
    *ret_same = names[method].same;
    return names[method].name;
}

static void real_attribute(sd_text *to, const char *name, double value)
{
    sd_text_printf(to, " treadmill:%s=\"", name);
    out_number(to, value);
    sd_text_printf(to, "\"");
}

void out_specs(sd_text *to, const sd_scenario *scenario)
{
    const sd_run_spec *spec = &scenario->spec;
    bool same;
    const char *method = out_method(spec->method, &same);
    const struct {
        const char *name;
        double value;
    } parts[] = {{"start", spec->start}, {"stop", spec->stop}, {"dt", spec->dt}};

    sd_text_printf(to, "  <sim_specs method=\"%s\"", method);
    if (scenario->model->time_units[0]) {
        sd_text units = sd_text_new(to->arena);
        out_escaped(&units, scenario->model->time_units);
        sd_text_printf(to, " time_units=\"");
        out_ascii(to, units.bytes);
        sd_text_printf(to, "\"");
    }
    if (!same)
        sd_text_printf(to, " treadmill:method=\"%s\"", sd_method_name(spec->method));
    if (spec->save_interval != spec->dt)
        real_attribute(to, "save_interval", spec->save_interval);
    real_attribute(to, "rtol", spec->rtol);
    real_attribute(to, "atol", spec->atol);
    sd_text_printf(to, " treadmill:seed=\"%" PRIu64 "\">\n", spec->seed);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        sd_text_printf(to, "    <%s>", parts[i].name);
        out_number(to, parts[i].value);
        sd_text_printf(to, "</%s>\n", parts[i].name);
    }
    sd_text_printf(to, "  </sim_specs>\n");
}

void out_warn(const sd_scenario *scenario, sd_diag *diag)
{
    bool same;
    const char *method = out_method(scenario->spec.method, &same);
    size_t drawn = 0;

    if (!same) {
        sd_warn(diag, SD_W929, SD_NOWHERE,
                "XMILE has no name for the method '%s': other programs will take %s",
                sd_method_name(scenario->spec.method), method);
        sd_help(diag, "treadmill reads its own name back from the attribute treadmill:method");
    }
    for (size_t i = 0; i < scenario->settings.count; i++)
        drawn += scenario->settings.items[i].distribution.kind != SD_DIST_NONE;
    if (drawn)
        sd_warn(diag, SD_W929, SD_NOWHERE,
                "%zu value%s drawn from a distribution %s written as the central one", drawn,
                drawn == 1 ? "" : "s", drawn == 1 ? "is" : "are");
}

const char *out_free_name(sd_arena *arena, sd_table *taken, const char *name)
{
    const char *free = name, *key = sd_name_key(arena, name, strlen(name));

    for (size_t number = 2; sd_table_find(taken, key); number++) {
        free = sd_arena_printf(arena, "%s_%zu", name, number);
        key = sd_name_key(arena, free, strlen(free));
    }
    (void)sd_table_put(taken, key, arena);
    return free;
}

const char *out_title(sd_arena *arena, const sd_scenario *scenario)
{
    const char *name = scenario->model->name;

    if (scenario->bare)
        return name;
    return sd_arena_printf(arena, "%s: %s", name,
                           scenario->title[0] ? scenario->title : scenario->name);
}

const sd_model *out_read_back(const sd_scenario *scenario, const sd_text *text, sd_code code,
                              sd_diag *diag)
{
    sd_arena *arena = text->arena;
    /* By the name of the model: what stands beside that is found. */
    const sd_source *source =
        sd_source_from_text(arena, scenario->model->source->name, text->bytes, text->length);
    sd_diag *scratch = sd_diag_new(arena);
    const sd_model *read;

    if (text->length <= SD_MODEL_BYTES_MAX &&
        sd_model_from_xmile(arena, source, &read, scratch) == SD_OK)
        return read;
    size_t first = 0;
    while (first < scratch->messages.count &&
           scratch->messages.items[first].severity != SD_ERROR_SEVERITY)
        first++;
    (void)sd_fail(diag, code, SD_NOWHERE, "what would be written could not be read back: %s",
                  first < scratch->messages.count ? scratch->messages.items[first].text
                                                  : "it is larger than 64 MiB");
    return NULL;
}
