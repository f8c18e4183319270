/* modes_facts.c - equilibrium and modes as tables for programs: CSV and JSON.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "modes_study.h"

const sd_facts *modes_facts(const modes_study *r)
{
    static const char *const names[] = {"mode",          "real",   "imaginary",
                                        "time_constant", "period", "damping"};
    enum { COLUMNS = sizeof names / sizeof *names };
    const char *units = r->at.scenario->model->time_units;
    sd_column *columns = SD_NEW_ARRAY(r->c->arena, sd_column, COLUMNS);
    sd_facts *facts = SD_NEW(r->c->arena, sd_facts);

    for (int i = 0; i < COLUMNS; i++)
        columns[i] = (sd_column){.name = names[i], .units = ""};
    columns[1].units = columns[2].units =
        sd_arena_printf(r->c->arena, "1/%s", units[0] ? units : "time");
    columns[3].units = columns[4].units = units[0] ? units : "time";
    *facts = (sd_facts){.arena = r->c->arena, .column_count = COLUMNS, .columns = columns};
    for (size_t i = 0; i < r->modes.count; i++) {
        const sd_mode *m = &r->modes.list[i];

        sd_facts_add(facts, "dddddd", (double)i + 1, m->real, m->imaginary, m->time_constant,
                     m->period, m->damping);
    }
    return facts;
}

static void json_number(sd_text *text, const char *key, double value)
{
    char number[SD_NUMBER_MAX];

    (void)sd_number_format(value, number);
    sd_text_printf(text, ", \"%s\": %s", key, isfinite(value) ? number : "null");
}

static void json_name(sd_text *text, const char *key, const char *name, bool first)
{
    sd_text_printf(text, "%s\"%s\": ", first ? "\n    {" : ", ", key);
    sd_json_string(text, name);
}

static void json_modes(const modes_study *r, sd_text *text)
{
    const sd_core *core = r->at.core;

    for (size_t i = 0; i < r->modes.count; i++) {
        const sd_mode *m = &r->modes.list[i];
        bool any = false;

        sd_text_printf(text, "%s\n    {\"mode\": %zu", i ? "," : "", i + 1);
        json_number(text, "real", m->real);
        json_number(text, "imaginary", m->imaginary);
        json_number(text, "time_constant", m->time_constant);
        json_number(text, "period", m->period);
        json_number(text, "damping", m->damping);
        json_number(text, "doubling", m->real > 0 ? M_LN2 / m->real : (double)NAN);
        sd_text_printf(text, ", \"defective\": %s, \"stocks\": [", m->defective ? "true" : "false");
        for (size_t k = 0; k < core->stock_count; k++) {
            if (m->shares[k] < 1e-3)
                continue;
            sd_text_printf(text, "%s{\"stock\": ", any ? ", " : "");
            sd_json_string(text, sd_stock_name(r->c->arena, core->program, k));
            json_number(text, "share", m->shares[k]);
            sd_text_printf(text, "}");
            any = true;
        }
        sd_text_printf(text, "]}");
    }
}

static void json_elasticities(const modes_study *r, sd_text *text)
{
    const sd_program *program = r->at.core->program;

    for (size_t i = 0; i < r->parameter_count; i++) {
        sd_text_printf(text, "%s", i ? "," : "");
        json_name(text, "parameter",
                  sd_model_element_name(program->model,
                                        program->parameters[r->parameters[i].parameter].element,
                                        r->c->arena),
                  true);
        json_number(text, "real", r->parameters[i].real);
        json_number(text, "imaginary", r->parameters[i].imaginary);
        sd_text_printf(text, "}");
    }
    sd_text_printf(text, "\n  ],\n  \"entries\": [");
    for (size_t i = 0; i < r->entry_count; i++) {
        sd_text_printf(text, "%s", i ? "," : "");
        json_name(text, "from", sd_stock_name(r->c->arena, program, r->entries[i].from), true);
        json_name(text, "to", sd_stock_name(r->c->arena, program, r->entries[i].to), false);
        json_number(text, "real", r->entries[i].real);
        json_number(text, "imaginary", r->entries[i].imaginary);
        sd_text_printf(text, "}");
    }
}

void modes_print_json(const modes_study *r)
{
    static const char *const roles[] = {"moves", "counter", "still"};
    const sd_core *core = r->at.core;
    sd_text text = sd_text_new(r->c->arena);

    sd_text_printf(&text, "{\n  \"scenario\": ");
    sd_json_string(&text, r->at.scenario->name);
    json_number(&text, "time", r->at.time);
    sd_text_printf(&text, ",\n  \"sentence\": ");
    sd_json_string(&text, modes_sentence(r));
    sd_text_printf(&text, ",\n  \"equilibrium\": [");
    for (size_t i = 0; i < core->stock_count; i++) {
        sd_text_printf(&text, "%s", i ? "," : "");
        json_name(&text, "stock", sd_stock_name(r->c->arena, core->program, i), true);
        json_name(&text, "role", roles[core->roles[i]], false);
        json_number(&text, "run", r->at.stocks[i]);
        json_number(&text, "rest", core->roles[i] == SD_ROLE_COUNTER ? (double)NAN : r->stocks[i]);
        sd_text_printf(&text, "}");
    }
    sd_text_printf(&text, "\n  ],\n  \"totals\": [");
    for (size_t i = 0; i < core->total_count; i++) {
        sd_text_printf(&text, "%s", i ? ", " : "");
        sd_json_string(&text, modes_total(r, &core->totals[i]));
    }
    sd_text_printf(&text, "],\n  \"modes\": [");
    json_modes(r, &text);
    sd_text_printf(&text, "\n  ],\n  \"parameters\": [");
    json_elasticities(r, &text);
    sd_text_printf(&text, "\n  ]\n}\n");
    fputs(text.bytes, stdout);
}
