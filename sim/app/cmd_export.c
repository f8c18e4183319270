/* cmd_export.c - a scenario as an XMILE model: its values and policies written into the model's own text or, with --flat,
 * a new file without arrays.
 * In: an input and a place.  Out: a model file, whose first comment says where it comes from: the same input gives the
 * same bytes, whenever and wherever it was made.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "app_private.h"

/* ---- what the comment says ---- */

static const char *file_name(const sd_source *source)
{
    const char *slash = strrchr(source->name, '/');
    return slash ? slash + 1 : source->name;
}

static void put_source(sd_text *to, const char *what, const sd_source *source)
{
    sd_text_printf(to, "  %s: %s (FNV-1a %016" PRIx64 ")\n", what, file_name(source),
                   sd_hash(source->text, source->length));
}

static const char *exact(sd_arena *arena, double value)
{
    char number[SD_NUMBER_MAX];
    sd_number_format(value, number);
    return sd_arena_copy(arena, number, strlen(number));
}

static void put_settings(call *c, sd_text *to, const sd_scenario *s)
{
    for (size_t i = 0; i < s->settings.count; i++) {
        const sd_setting *x = &s->settings.items[i];
        const char *shape = x->distribution.kind == SD_DIST_NONE
                                ? ""
                                : sd_arena_printf(c->arena, ", the central value of %s",
                                                  sd_distribution_name(x->distribution.kind));
        sd_text_printf(to, "  set: %s = %s%s%s%s%s\n",
                       sd_model_element_name(s->model, x->element, c->arena),
                       exact(c->arena, x->value), shape, x->source ? " (" : "",
                       x->source ? x->source : "", x->source ? ")" : "");
    }
}

static void put_policies(call *c, sd_text *to, const sd_scenario *s)
{
    for (size_t i = 0; i < s->policies.count; i++) {
        const sd_policy *p = &s->policies.items[i];
        sd_text_printf(to, "  policy: %s, intensity %s", p->name, exact(c->arena, p->intensity));
        const struct {
            const char *word;
            double value;
        } parts[] = {{"from", p->start}, {"until", p->stop}, {"ramp", p->ramp}};
        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            if (!isnan(parts[k].value))
                sd_text_printf(to, ", %s %s", parts[k].word, exact(c->arena, parts[k].value));
        sd_text_printf(to, "\n");
    }
    static const char *const kinds[] = {
        [SD_SHOCK_STEP] = "step", [SD_SHOCK_PULSE] = "pulse", [SD_SHOCK_RAMP] = "ramp"};
    for (size_t i = 0; i < s->shocks.count; i++) {
        const sd_shock *x = &s->shocks.items[i];
        sd_text_printf(to, "  shock: %s, a %s of %s at %s\n", x->variable->name, kinds[x->kind],
                       exact(c->arena, x->size), exact(c->arena, x->at));
    }
}

static const char *remark(call *c, const sd_scenario *s)
{
    sd_text text = sd_text_new(c->arena);

    sd_text_printf(&text, "  Written by treadmill " TREADMILL_VERSION "%s.\n",
                   c->given.flat ? " with arrays and sums written out" : "");
    put_source(&text, "model", s->model->source);
    for (size_t i = 0; i < s->sources.count; i++)
        if (s->sources.items[i] != s->model->source)
            put_source(&text, i == 0 ? "scenario" : "extends", s->sources.items[i]);
    if (s->title[0])
        sd_text_printf(&text, "  title: %s\n", s->title);
    if (s->changed[0])
        sd_text_printf(&text, "  changed on the command line: %s\n", s->changed);
    put_settings(c, &text, s);
    put_policies(c, &text, s);
    return text.bytes;
}

/* ---- where it goes ---- */

static bool is_same_file(const char *path, const sd_source *source)
{
    struct stat a, b;
    return !source->built_in && stat(path, &a) == 0 && stat(source->name, &b) == 0 &&
           a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Another ending would be read back as something else, or not at all. */
static sd_status check_path(call *c, const char *path, const sd_scenario *s)
{
    static const char *const endings[] = {".xmile", ".stmx", ".xml"};
    size_t length = strlen(path);
    bool known = sd_file_in_place(path), own = is_same_file(path, s->model->source);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        known = known || (length > strlen(endings[i]) &&
                          sd_text_equal_fold(path + length - strlen(endings[i]), endings[i]));
    if (!known) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                                   "'%s' does not end in .xmile, .stmx or .xml", path);
        sd_help(c->diag, "other programs, and treadmill, know a model by its ending");
        return status;
    }
    for (size_t i = 0; i < s->sources.count; i++)
        own = own || is_same_file(path, s->sources.items[i]);
    if (own) {
        sd_status status = sd_fail(c->diag, SD_E615, SD_NOWHERE,
                                   "'%s' is what is being read: it is not replaced", path);
        sd_help(c->diag, "name another file");
        return status;
    }
    return sd_file_check(c->arena, path, c->given.force, c->diag);
}

sd_status cmd_export(call *c)
{
    const char *path = c->given.output ? c->given.output : "-", *text;
    sd_scenario *scenario;
    const sd_model *read;
    sd_file file;

    if (c->given.inputs.count != 1) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                                   "'export' takes one input, not %zu", c->given.inputs.count);
        sd_help(c->diag, "for example: treadmill export four-layers -o four-layers.xmile");
        return status;
    }
    sd_status status = study_read(c, c->given.inputs.items[0], &scenario);
    if (status == SD_OK)
        status = check_path(c, path, scenario);
    if (status == SD_OK && c->given.flat)
        status = sd_scenario_to_flat_xmile(c->arena, scenario, remark(c, scenario), &text, &read,
                                           c->diag);
    else if (status == SD_OK)
        status =
            sd_scenario_to_xmile(c->arena, scenario, remark(c, scenario), &text, &read, c->diag);
    if (status == SD_OK)
        status = export_check(c, scenario, read);
    if (status == SD_OK)
        status = sd_file_open(c->arena, path, c->given.force, &file, c->diag);
    if (status != SD_OK)
        return status;
    fputs(text, file.stream);
    status = sd_file_close(&file, c->diag);
    if (status == SD_OK && strcmp(path, "-") != 0 && !c->given.quiet)
        printf("written: %s\n", path);
    return status;
}
