/* random_model.c - small models made by chance.
 * In: a seed.  Out: a model as data, which a test can change, and its text.  Every equation names each of its inputs once;
 * net flows are bounded by TANH, so that no run grows without end.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "random_model.h"

#include <assert.h>

size_t random_below(uint64_t *state, size_t count)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15U);

    assert(count > 0);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (size_t)((z ^ (z >> 31)) % count);
}

/* From -1.5 to 1.5, never near 0. */
static double factor(uint64_t *state)
{
    double size = 0.3 + (double)random_below(state, 1200) / 1000;

    return random_below(state, 2) ? size : -size;
}

static random_variable *add(random_model *m, const char *kind, char letter, size_t number)
{
    random_variable *v = &m->list[m->count++];

    *v = (random_variable){.kind = kind};
    v->name[0] = letter;
    v->name[1] = (char)('0' + number);
    return v;
}

/* Terms of some of the variables before `end`, each once. */
static void add_terms(random_model *m, random_variable *v, uint64_t *state, size_t end,
                      random_form forms)
{
    size_t wanted = 1 + random_below(state, RANDOM_TERMS);

    for (size_t tries = 0; v->term_count < wanted && tries < 10; tries++) {
        random_term t = {.form = (random_form)random_below(state, forms),
                         .factor = factor(state),
                         .input = random_below(state, end)};
        const random_variable *input = &m->list[t.input];
        bool fits = strcmp(input->kind, "flow") != 0 && (!input->array || v->array);

        for (size_t i = 0; i < v->term_count; i++)
            fits = fits && v->terms[i].input != t.input;
        if (fits)
            v->terms[v->term_count++] = t;
    }
    v->start = factor(state);
    v->product = (int)random_below(state, 2);
}

static void add_flows(random_model *m, uint64_t *state, size_t stocks, size_t causes,
                      random_form forms)
{
    for (size_t i = 0; i < stocks; i++) {
        size_t flows = 1 + random_below(state, 2), array = m->list[i].array;

        for (size_t k = 0; k < flows && m->count < RANDOM_VARIABLES; k++) {
            random_variable *f = add(m, "flow", 'f', m->count - causes), *s = &m->list[i];
            random_variable *other = &m->list[random_below(state, stocks)];
            size_t number = m->count - 1;

            f->array = array;
            add_terms(m, f, state, causes, forms);
            if (random_below(state, 2))
                s->in[s->in_count++] = number;
            else
                s->out[s->out_count++] = number;
            /* Some lead from one stock to another. */
            if (other != s && other->array == s->array && other->in_count < RANDOM_FLOWS &&
                s->out_count && s->out[s->out_count - 1] == number)
                other->in[other->in_count++] = number;
        }
    }
}

random_model random_model_new(uint64_t seed, random_form forms, bool arrays)
{
    random_model m = {0};
    uint64_t state = seed * 7919 + 13;
    size_t stocks = 2 + random_below(&state, 4), auxiliaries = 1 + random_below(&state, 5);

    for (size_t i = 0; i < stocks; i++) {
        add(&m, "stock", 's', i)->start = 2 * factor(&state);
        m.list[i].array = arrays && i == 0;
    }
    if (arrays) {
        random_variable *sum = add(&m, "aux", 't', 0);

        *sum->terms = (random_term){.factor = 1, .input = 0};
        sum->term_count = 1;
        sum->sum = true;
    }
    for (size_t i = 0; i < auxiliaries; i++) {
        random_variable *a = add(&m, "aux", 'a', i);

        a->array = arrays && random_below(&state, 3) == 0;
        add_terms(&m, a, &state, m.count - 1, forms);
    }
    add_flows(&m, &state, stocks, m.count, forms);
    return m;
}

/* ---- text ---- */

static void put_term(sd_text *text, const random_term *t, const char *x)
{
    static const char *const words[RANDOM_FORMS] = {
        "%g * %s",
        "TANH(%g * %s)",
        "EXP(-(%g * %s)^2 / 9)",
        "2 / (1 + EXP(%g * %s))",
        "SQRT(2 + (%g * %s)^2)",
        "MAX(%g * %s, 0.3)",
        "SMTH1(%g * %s, 2.3)",
        "DELAY1(%g * %s, 1.7)",
        "DELAY3(%g * %s, 3.1)",
    };
    char line[128];

    /* The words are ours, each with a number and a name. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(line, sizeof line, words[t->form], t->factor, x);
#pragma GCC diagnostic pop
    sd_text_printf(text, "(%s)", line);
}

static void put_name(sd_text *text, const char *prefix, const random_variable *v, const char *more)
{
    sd_text_printf(text, "%s%s%s", prefix, v->name, more);
}

static void put_equation(desk *on, sd_text *text, const random_model *m, const char *prefix,
                         const random_variable *v)
{
    bool flow = strcmp(v->kind, "flow") == 0;

    sd_text_printf(text, flow ? "%s0.7 * TANH(%g" : "%s(%g", v->halves ? "0.5 * " : "", v->start);
    for (size_t i = 0; i < v->term_count; i++) {
        const random_term *t = &v->terms[i];
        const random_variable *input = &m->list[t->input];
        const char *name = sd_arena_printf(on->arena, "%s%s", prefix, input->name);

        if (v->sum)
            name = sd_arena_printf(on->arena, "SUM(%s[*])", name);
        sd_text_printf(text, v->product && i ? " * " : " + ");
        if (t->apart)
            sd_text_printf(text, "%s%s_by_%s", prefix, v->name, input->name);
        else
            put_term(text, t, name);
    }
    sd_text_printf(text, ")");
}

static const char dimension[] = "<dimensions><dim name=\"d\"/></dimensions>";

static void put_apart(desk *on, sd_text *text, const random_model *m, const char *prefix,
                      const random_variable *v)
{
    for (size_t i = 0; i < v->term_count; i++) {
        const random_variable *input = &m->list[v->terms[i].input];

        if (!v->terms[i].apart)
            continue;
        sd_text_printf(text, "<aux name=\"%s%s_by_%s\">%s<eqn>", prefix, v->name, input->name,
                       v->array ? dimension : "");
        put_term(text, &v->terms[i], sd_arena_printf(on->arena, "%s%s", prefix, input->name));
        sd_text_printf(text, "</eqn></aux>\n");
    }
}

/* Of the whole, and of its halves. */
static const char *half_name(int half)
{
    return half == 0 ? "" : half == 1 ? "_left" : "_right";
}

static void put_flows(sd_text *text, const random_model *m, const char *prefix, const char *tag,
                      const size_t *flows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const random_variable *f = &m->list[flows[i]];

        for (int half = f->halves ? 1 : 0; half <= f->halves; half++) {
            sd_text_printf(text, "<%s>", tag);
            put_name(text, prefix, f, half_name(half));
            sd_text_printf(text, "</%s>", tag);
        }
    }
}

static void put_variable(desk *on, sd_text *text, const random_model *m, const char *prefix,
                         const random_variable *v)
{
    for (int half = v->halves ? 1 : 0; half <= v->halves; half++) {
        sd_text_printf(text, "<%s name=\"", v->kind);
        put_name(text, prefix, v, half_name(half));
        sd_text_printf(text, "\">%s<eqn>", v->array ? dimension : "");
        if (strcmp(v->kind, "stock") == 0)
            sd_text_printf(text, v->array ? "%g * (0.4 + d)" : "%g", v->start);
        else
            put_equation(on, text, m, prefix, v);
        sd_text_printf(text, "</eqn>");
        put_flows(text, m, prefix, "inflow", v->in, v->in_count);
        put_flows(text, m, prefix, "outflow", v->out, v->out_count);
        sd_text_printf(text, "</%s>\n", v->kind);
    }
    put_apart(on, text, m, prefix, v);
}

const char *random_model_text(desk *on, const random_model *m, const char *prefix, bool reversed)
{
    sd_text text = sd_text_new(on->arena);

    for (size_t i = 0; i < m->count; i++)
        put_variable(on, &text, m, prefix, &m->list[reversed ? m->count - 1 - i : i]);
    return text.bytes;
}
