/* emit_row.c - rows, instructions and graphical functions as C.
 * In: a program.  Out: text in the words of lanes.h.  Rows become names with numbers: what a file calls its variables
 * stands in comments only, and there without anything that could end a comment.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "emit_private.h"

void emit_double(sd_text *text, double value)
{
    if (isnan(value))
        sd_text_printf(text, "(double)NAN");
    else if (isinf(value))
        sd_text_printf(text, "%s(double)INFINITY", value < 0 ? "-" : "");
    else
        sd_text_printf(text, "%a", value);
}

const char *emit_row(emission *m, int32_t row)
{
    const sd_program *p = m->p;
    sd_arena *arena = m->text->arena;
    if ((size_t)row < p->constant_count) {
        sd_text constant = sd_text_new(arena);
        sd_text_printf(&constant, "all(");
        emit_double(&constant, p->constants[row]);
        sd_text_printf(&constant, ")");
        return constant.bytes;
    }
    if (row == p->time_row)
        return "all(time)";
    if (row == p->dt_row)
        return "all(c->dt)";
    if (row == p->start_row)
        return "all(c->start)";
    if (row == p->stop_row)
        return "all(c->stop)";
    if (m->local[row])
        return sd_arena_printf(arena, "r%" PRId32, row);
    if (row >= p->stock_row && (size_t)(row - p->stock_row) < p->stock_count)
        return sd_arena_printf(arena, "y[%" PRId32 "]", row - p->stock_row);
    return sd_arena_printf(arena, "w[%" PRId32 "]", m->slots[row]);
}

static const char *lanes_of(sd_op op)
{
    switch (op) {
#define SD_LANES(id, expression)                                                                   \
    case SD_OP_##id:                                                                               \
        return #expression;
#include "sd/lanes.def"
#undef SD_LANES
    default:
        return "";
    }
}

bool emit_can(const sd_instructions *list)
{
    for (size_t i = 0; i < list->count; i++) {
        sd_op op = list->list[i].op;
        bool held = op == SD_OP_STEP || op == SD_OP_PULSE || op == SD_OP_UNIFORM ||
                    op == SD_OP_NORMAL || op == SD_OP_PREVIOUS || op == SD_OP_DELAY;
        if (op != SD_OP_GF && !held && !lanes_of(op)[0])
            return false;
    }
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* The row of lanes.def, its words a, b and c replaced by what they are. */
static void emit_simple(emission *m, const sd_instruction *i)
{
    const int32_t rows[] = {i->a, i->b, i->c};
    const char *line = lanes_of(i->op);
    for (const char *at = line; *at;) {
        size_t length = 0;
        while (is_letter(at[length]))
            length++;
        if (length == 1 && *at >= 'a' && *at <= 'c')
            sd_text_printf(m->text, "%s", emit_row(m, rows[*at - 'a']));
        else
            sd_text_add(m->text, at, length ? length : 1);
        at += length ? length : 1;
    }
}

/* MIN and MAX hand a nan on from either side; where one cannot be nan there is less to ask. */
static void emit_extreme(emission *m, const sd_instruction *i)
{
    bool is_min = i->op == SD_OP_MIN;
    const char *name = m->known[i->a]   ? (is_min ? "least" : "most")
                       : m->known[i->b] ? (is_min ? "less_of_x_and_known" : "more_of_x_and_known")
                                        : (is_min ? "less_of" : "more_of");
    sd_text_printf(m->text, "%s(%s, %s)", name, emit_row(m, i->a), emit_row(m, i->b));
}

static void emit_gf(emission *m, const sd_instruction *i)
{
    sd_text_printf(m->text, "graph_%" PRId32 "(%s)", i->extra, emit_row(m, i->a));
}

static void emit_held(emission *m, const sd_instruction *i)
{
    sd_text *t = m->text;
    const char *a = emit_row(m, i->a), *b = i->b == SD_NO_ROW ? "" : emit_row(m, i->b);
    const char *third = i->c == SD_NO_ROW ? "" : emit_row(m, i->c);
    switch (i->op) {
    case SD_OP_STEP:
        sd_text_printf(t, "stepped(%s, %s, %s, c->dt)", a, b, third);
        break;
    case SD_OP_PULSE:
        sd_text_printf(t, "pulsed(%s, %s, %s, time, c->dt)", a, b, third);
        break;
    case SD_OP_PREVIOUS:
        sd_text_printf(t, "n == 0 ? %s : w[%" PRId32 "]", a, m->memory_slot + i->extra);
        break;
    case SD_OP_DELAY:
        sd_text_printf(t, "delayed(%s, %s, ring_of(c, %" PRId32 ") + lane, n, WIDTH, c->dt)", a, b,
                       i->extra);
        break;
    default:
        sd_text_printf(t, "drawn(c, lane, %s, %s, %s, %s, %" PRIu32 ", n)", a, b,
                       i->c == SD_NO_ROW ? "false, all(0)"
                                         : sd_arena_printf(t->arena, "true, %s", third),
                       i->op == SD_OP_NORMAL ? "true" : "false", (uint32_t)i->extra);
        break;
    }
}

void emit_instruction(emission *m, const sd_instruction *i)
{
    sd_text_printf(m->text, "    const v r%" PRId32 " = ", i->out);
    switch (i->op) {
    case SD_OP_MIN:
    case SD_OP_MAX:
        emit_extreme(m, i);
        break;
    case SD_OP_GF:
        emit_gf(m, i);
        break;
    case SD_OP_STEP:
    case SD_OP_PULSE:
    case SD_OP_UNIFORM:
    case SD_OP_NORMAL:
    case SD_OP_PREVIOUS:
    case SD_OP_DELAY:
        emit_held(m, i);
        break;
    default:
        emit_simple(m, i);
        break;
    }
    sd_text_printf(m->text, ";\n");
    m->local[i->out] = true;
}

/* ---- graphical functions ---- */

static void emit_table(sd_text *t, const char *name, size_t number, const double *values,
                       size_t count)
{
    sd_text_printf(t, "static const double %s_%zu[] = {", name, number);
    for (size_t i = 0; i < count; i++) {
        sd_text_printf(t, i % 4 ? ", " : i ? ",\n    " : "\n    ");
        emit_double(t, values[i]);
    }
    sd_text_printf(t, "};\n");
}

static void emit_lookup(sd_text *t, const sd_gf_table *table, size_t number)
{
    sd_text_printf(t, "LANES v graph_%zu(v x)\n{\n", number);
    if (table->kind == SD_GF_CONTINUOUS) {
        sd_text_printf(t, "    x = between(x, ");
        emit_double(t, table->low);
        sd_text_printf(t, ", ");
        emit_double(t, table->high);
        sd_text_printf(t, ");\n");
    }
    sd_text_printf(t, "    return %s(x, (table){x_%zu, y_%zu, slope_%zu, rows_%zu, %zu, ",
                   table->kind == SD_GF_DISCRETE ? "on_step" : "on_line", number, number, number,
                   number, table->count);
    emit_double(t, table->scale);
    sd_text_printf(t, "});\n}\n\n");
}

bool emit_tables(emission *m)
{
    const sd_program *p = m->p;
    for (size_t g = 0; g < p->gf_count; g++) {
        const sd_gf_table *table = &p->tables[g];
        if (!table->bounded)
            return false;
        const size_t room = table->count + SD_TABLE_PADDING;
        emit_table(m->text, "x", g, table->x, room);
        emit_table(m->text, "y", g, table->y, room);
        emit_table(m->text, "slope", g, table->slopes, room);
        emit_table(m->text, "rows", g, table->rows, 4 * table->count);
        emit_lookup(m->text, table, g);
    }
    return true;
}

/* ---- comments ---- */

/* Only plain characters, and no two that begin or end a comment or join lines. */
void emit_comment(sd_text *text, const char *bytes, size_t most)
{
    char before = ' ';
    for (size_t i = 0; i < most && bytes[i]; i++) {
        char c = bytes[i];
        if (c < ' ' || c > '~' || c == '\\' || c == '?')
            c = c == '\n' || c == '\t' || c == '\r' ? ' ' : '.';
        if ((before == '*' && c == '/') || (before == '/' && c == '*'))
            sd_text_add(text, " ", 1);
        sd_text_add(text, &c, 1);
        before = c;
    }
    if (strlen(bytes) > most)
        sd_text_add(text, " ...", 4);
}

void emit_equation(emission *m, int32_t row, size_t *last)
{
    enum { LONGEST = 400 };
    const sd_model *model = m->p->model;
    size_t element = m->p->origins[row].element;
    if (element == *last)
        return;
    *last = element;
    const sd_variable *v = model->element_variables[element];
    bool net = v->kind == SD_STOCK && !m->starting && !m->p->origins[row].expr;
    const char *equation = net ? "its flows" : v->texts ? v->texts[element - v->first] : NULL;
    sd_text_printf(m->text, "\n    /* %s", net ? "net flow of " : "");
    emit_comment(m->text, sd_model_element_name(model, element, m->text->arena), LONGEST);
    sd_text_printf(m->text, " = ");
    emit_comment(m->text, equation ? equation : "", LONGEST);
    sd_text_printf(m->text, " */\n");
}
