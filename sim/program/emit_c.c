/* emit_c.c - a program as one file of C that people can read.
 * In: a program.  Out: C text that defines one sd_kernel (run/kernel.h), each statement beneath the equation that it
 * comes from.  start() works out what time does not change, point() everything at a grid point, slope() the net flows
 * between grid points.
 * What must be finite: a net flow that is not makes its stock so for good, so a value whose own lack of finiteness
 * reaches a net flow through sums, products and the like needs no look of its own; the others are looked at.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "emit_private.h"

enum {
    SMALL_PROGRAM = 40,
    INLINE_MAX = 120,
    LARGEST = 20000 /* beyond that a compiler takes minutes */
};                  /* [instructions] */

static void keep(emission *m, int32_t row)
{
    if (row != SD_NO_ROW && m->slots[row] == SD_NO_ROW && row != m->p->time_row &&
        row != m->p->dt_row && row != m->p->start_row && row != m->p->stop_row &&
        (size_t)row >= m->p->constant_count)
        m->slots[row] = m->slot_count++;
}

static void mark_written(const sd_instructions *list, bool *written)
{
    for (size_t i = 0; i < list->count; i++)
        written[list->list[i].out] = true;
}

/* Rows that a list reads and does not itself work out are kept in the work area, but for stocks. */
static void keep_read(emission *m, const sd_instructions *list, const bool *written)
{
    for (size_t i = 0; i < list->count; i++) {
        const sd_instruction *at = &list->list[i];
        const int32_t read[] = {at->a, at->b, at->c};
        for (int k = 0; k < 3; k++)
            if (read[k] != SD_NO_ROW && !written[read[k]])
                keep(m, read[k]);
    }
}

static int32_t output_row(const emission *m, size_t i)
{
    return m->p->element_rows[m->outputs[i]];
}

/* Places in the work area: what start() leaves, held values, memories, stocks, and what was not finite. */
static void lay_out(emission *m)
{
    const sd_program *p = m->p;
    sd_arena *arena = m->text->arena;
    bool *grid = SD_NEW_ARRAY(arena, bool, p->row_count + 1),
         *stage = SD_NEW_ARRAY(arena, bool, p->row_count + 1);
    m->slots = SD_NEW_ARRAY(arena, int32_t, p->row_count + 1);
    memset(m->slots, 0xFF, p->row_count * sizeof *m->slots);
    for (size_t i = 0; i < p->stock_count; i++)
        grid[p->stock_row + (int32_t)i] = stage[p->stock_row + (int32_t)i] = true;
    mark_written(&p->grid, grid);
    mark_written(&p->stage, stage);
    keep_read(m, &p->grid, grid);
    keep_read(m, &p->stage, stage);
    for (size_t i = 0; i < p->stock_count; i++)
        if (!stage[p->stocks[i].net])
            keep(m, p->stocks[i].net);
    for (size_t i = 0; i < p->memory_count; i++)
        if (!grid[p->memories[i].input])
            keep(m, p->memories[i].input);
    for (size_t i = 0; i < p->pipeline_count; i++)
        if (!grid[p->pipelines[i].input])
            keep(m, p->pipelines[i].input);
    for (size_t i = 0; i < m->output_count; i++)
        if (output_row(m, i) != SD_NO_ROW && !grid[output_row(m, i)])
            keep(m, output_row(m, i));
    m->memory_slot = m->slot_count;
    m->stock_slot = m->memory_slot + (int32_t)p->memory_count;
    m->bad_slot = m->stock_slot + (int32_t)p->stock_count;
}

/* ---- what has to be finite ---- */

static bool *named_rows(const emission *m)
{
    const sd_program *p = m->p;
    bool *named = SD_NEW_ARRAY(m->text->arena, bool, p->row_count + 1);
    for (size_t element = 0; element < p->model->element_count; element++)
        if (p->element_rows[element] >= p->stock_row)
            named[p->element_rows[element]] = true;
    for (size_t i = 0; i < p->memory_count; i++)
        named[p->memories[i].input] |= p->memories[i].input >= p->stock_row;
    for (size_t i = 0; i < p->pipeline_count; i++)
        named[p->pipelines[i].input] |= p->pipelines[i].input >= p->stock_row;
    return named;
}

/* Which arguments cannot be infinite or nan without the result being so; bit k for argument k. */
static unsigned passed_on(sd_op op)
{
    switch (op) {
    case SD_OP_ADD:
    case SD_OP_SUBTRACT:
    case SD_OP_MULTIPLY:
        return 3;
    case SD_OP_DIVIDE:
    case SD_OP_NEGATE:
    case SD_OP_ABS:
    case SD_OP_INT:
    case SD_OP_ROUND:
    case SD_OP_SQRT:
    case SD_OP_SIN:
    case SD_OP_COS:
    case SD_OP_TAN:
        return 1;
    default:
        return 0;
    }
}

/* [row] has to be looked at at a grid point. */
static bool *rows_to_check(const emission *m)
{
    const sd_program *p = m->p;
    bool *named = named_rows(m), *covered = SD_NEW_ARRAY(m->text->arena, bool, p->row_count + 1);
    bool *checks = SD_NEW_ARRAY(m->text->arena, bool, p->row_count + 1);
    for (size_t i = 0; i < p->stock_count; i++)
        covered[p->stocks[i].net] = true;
    for (size_t i = p->grid.count; i-- > 0;) {
        const sd_instruction *at = &p->grid.list[i];
        const int32_t arguments[] = {at->a, at->b, at->c};
        checks[at->out] = named[at->out] && !covered[at->out];
        for (int k = 0; k < 3; k++)
            if ((named[at->out] || covered[at->out]) && arguments[k] != SD_NO_ROW &&
                (passed_on(at->op) >> k & 1))
                covered[arguments[k]] = true;
    }
    return checks;
}

static void emit_check(emission *m, int32_t row)
{
    sd_text_printf(m->text, "    bad |= not_finite(%s);\n", emit_row(m, row));
}

/* ---- the functions of a kernel ---- */

static void emit_delay_check(emission *m, const sd_pipeline *pipeline)
{
    const char *time = emit_row(m, pipeline->time);
    sd_text_printf(m->text, "    bad |= ~(%s >= 0.0) | not_finite(%s);\n", time, time);
}

static void emit_start(emission *m)
{
    const sd_program *p = m->p;
    sd_text *t = m->text;
    bool *named = named_rows(m);
    size_t last = SIZE_MAX;
    sd_text_printf(
        t, "/* What time does not change, from the parameters; initial stocks. */\n"
           "static void start_block(const sd_kernel_call *c, v *restrict w, size_t lane)\n{\n"
           "    const double time = c->start;\n    const int64_t n = 0;\n"
           "    vi bad = {0};\n    (void)time, (void)n;\n");
    memset(m->local, 0, p->row_count);
    for (size_t k = 0; k < p->parameter_count; k++) {
        int32_t row = p->parameters[k].row;
        sd_text_printf(t, "    const v r%" PRId32 " = given(c, %zu, lane); /* ", row, k);
        emit_comment(t, sd_model_element_name(p->model, p->parameters[k].element, t->arena), 100);
        sd_text_printf(t, " */\n");
        m->local[row] = true;
        emit_check(m, row);
    }
    for (size_t i = 0; i < p->once.count; i++) {
        emit_equation(m, p->once.list[i].out, &last);
        emit_instruction(m, &p->once.list[i]);
        if (named[p->once.list[i].out])
            emit_check(m, p->once.list[i].out);
    }
    sd_text_printf(t, "\n");
    for (size_t row = 0; row < p->row_count; row++)
        if (m->slots[row] != SD_NO_ROW && m->local[row])
            sd_text_printf(t, "    w[%" PRId32 "] = r%zu;\n", m->slots[row], row);
    for (size_t i = 0; i < p->pipeline_count; i++)
        if (p->pipelines[i].constant)
            emit_delay_check(m, &p->pipelines[i]);
    for (size_t i = 0; i < p->stock_count; i++) {
        emit_check(m, p->stocks[i].start);
        sd_text_printf(t, "    w[%" PRId32 "] = %s;\n", m->stock_slot + (int32_t)i,
                       emit_row(m, p->stocks[i].start));
    }
    sd_text_printf(t, "    w[BAD] = (v)bad;\n}\n\n");
}

static void emit_list(emission *m, const sd_instructions *list, const bool *checks)
{
    size_t last = SIZE_MAX;
    for (size_t i = 0; i < list->count; i++) {
        emit_equation(m, list->list[i].out, &last);
        emit_instruction(m, &list->list[i]);
        if (checks && checks[list->list[i].out])
            emit_check(m, list->list[i].out);
    }
    sd_text_printf(m->text, "\n");
}

static void emit_net_flows(emission *m)
{
    for (size_t i = 0; i < m->p->stock_count; i++)
        sd_text_printf(m->text, "    k[%zu] = %s;\n", i, emit_row(m, m->p->stocks[i].net));
}

static const char *linkage(const emission *m)
{
    return m->p->grid.count <= INLINE_MAX ? "LANES" : "static __attribute__((noinline, unused))";
}

static void emit_point(emission *m)
{
    const sd_program *p = m->p;
    sd_text *t = m->text;
    const bool *checks = rows_to_check(m);
    memset(m->local, 0, p->row_count);
    sd_text_printf(
        t,
        "/* Everything at grid point n, from the stocks y: net flows k, and the outputs. */\n"
        "%s void\npoint(const sd_kernel_call *c, v *restrict w, const v *restrict y, "
        "int64_t n,\n      double time, size_t lane, v *restrict k, vi *restrict "
        "ret_bad, v *restrict out)\n{\n    vi bad = *ret_bad;\n"
        "    (void)c, (void)w, (void)n, (void)time, (void)lane, (void)y, (void)k;\n",
        linkage(m));
    emit_list(m, &p->grid, checks);
    for (size_t i = 0; i < p->pipeline_count; i++)
        if (!p->pipelines[i].constant)
            emit_delay_check(m, &p->pipelines[i]);
    for (size_t i = 0; i < p->memory_count; i++)
        sd_text_printf(t, "    w[%" PRId32 "] = %s;\n", m->memory_slot + (int32_t)i,
                       emit_row(m, p->memories[i].input));
    for (size_t i = 0; i < p->pipeline_count; i++)
        sd_text_printf(t, "    *(v *)(ring_of(c, %zu) + lane + (size_t)n * WIDTH) = %s;\n", i,
                       emit_row(m, p->pipelines[i].input));
    for (size_t row = 0; row < p->row_count; row++)
        if (m->slots[row] != SD_NO_ROW && m->local[row])
            sd_text_printf(t, "    w[%" PRId32 "] = r%zu;\n", m->slots[row], row);
    emit_net_flows(m);
    sd_text_printf(t, "    *ret_bad = bad;\n    if (out) {\n");
    for (size_t i = 0; i < m->output_count; i++)
        sd_text_printf(t, "        out[%zu * BLOCKS] = %s;\n", i,
                       output_row(m, i) == SD_NO_ROW ? "all((double)NAN)"
                                                     : emit_row(m, output_row(m, i)));
    sd_text_printf(t, "    }\n}\n\n");
}

static void emit_slope(emission *m)
{
    memset(m->local, 0, m->p->row_count);
    sd_text_printf(m->text,
                   "/* Net flows k between grid points, from the stocks y; what is held stays. */\n"
                   "%s void\nslope(const sd_kernel_call *c, const v *restrict w, const v *restrict "
                   "y, double time,\n      v *restrict k)\n{\n"
                   "    (void)c, (void)w, (void)time, (void)y, (void)k;\n",
                   linkage(m));
    emit_list(m, &m->p->stage, NULL);
    emit_net_flows(m);
    sd_text_printf(m->text, "}\n\n");
}

/* A text that stands in the program too, without what it includes of ours. */
static void emit_built_in(sd_text *t, const char *name)
{
    const sd_built_in *file = sd_built_in_find("sim", name);
    const char *at = (const char *)file->bytes, *end = at + file->length;
    while (at < end) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        next = next ? next + 1 : end;
        if (strncmp(at, "#include \"", 10) != 0)
            sd_text_add(t, at, (size_t)(next - at));
        at = next;
    }
}

static void emit_head(emission *m)
{
    sd_text *t = m->text;
    const sd_program *p = m->p;
    sd_text_printf(t, "/* A model as C, written by treadmill: ");
    emit_comment(t, p->model->name, 100);
    /* Long lines of independent arithmetic: put in an order that hides the waits, as far as the registers
     * reach: a tenth faster where there are three operands (AVX2 and on), slower before. */
    sd_text_printf(t, " */\n"
                      "#if defined __AVX2__ && defined __GNUC__ && !defined __clang__\n"
                      "#pragma GCC optimize(\"schedule-insns\", \"sched-pressure\")\n"
                      "#endif\n");
    emit_built_in(t, "run/kernel.h");
    emit_built_in(t, "run/lanes.h");
    sd_text_printf(
        t,
        "\n/* ---- the model ---- */\nenum {\n    STOCKS = %zu, ROOM = %zu, OUTPUTS = %zu,\n"
        "    FIRST_STOCK = %" PRId32 ", BAD = %" PRId32 ", WORK_ROWS = %" PRId32
        ",\n    BLOCKS = %d, WIDTH = W * BLOCKS\n};\n\n",
        p->stock_count, p->stock_count + 1, m->output_count, m->stock_slot, m->bad_slot,
        m->bad_slot + 1, m->blocks);
    sd_text_printf(t, "LANES v given(const sd_kernel_call *c, size_t k, size_t lane)\n{\n    v "
                      "value;\n    memcpy(&value, c->parameters + k * c->stride + lane, sizeof "
                      "value);\n    return value;\n}\n\n"
                      "LANES double *ring_of(const sd_kernel_call *c, size_t pipeline)\n{\n"
                      "    return c->rings + pipeline * (size_t)(c->steps + 1) * WIDTH;\n}\n\n");
}

static void emit_outputs(const emission *m)
{
    if (!m->p->wanted)
        return;
    sd_text_printf(m->text, "static const size_t outputs[] = {");
    for (size_t i = 0; i < m->output_count; i++)
        sd_text_printf(m->text, "%s%zu,", i % 16 ? " " : "\n    ", m->outputs[i]);
    sd_text_printf(m->text, "0};\n\n");
}

static void emit_tail(const emission *m)
{
    sd_text *t = m->text;
    const sd_program *p = m->p;
    emit_outputs(m);
    sd_text_printf(t,
                   "static void start(const sd_kernel_call *c)\n{\n"
                   "    for (size_t block = 0; block < BLOCKS; block++)\n"
                   "        start_block(c, (v *)c->work + block * WORK_ROWS, block * W);\n}\n\n"
                   "static bool suspects(const sd_kernel_call *c, size_t lane)\n{\n"
                   "    const v *w = (const v *)c->work + lane / W * WORK_ROWS;\n"
                   "    return ((vi)w[BAD])[lane %% W] != 0;\n}\n\n"
                   "#ifndef SD_KERNEL_SYMBOL\n#define SD_KERNEL_SYMBOL sd_kernel_made\n#endif\n"
                   "extern const sd_kernel SD_KERNEL_SYMBOL;\n"
                   "const sd_kernel SD_KERNEL_SYMBOL = {\n    SD_KERNEL_ABI, WIDTH, 0x%016" PRIx64
                   "u, 0x%016" PRIx64 "u, SD_INSTRUCTIONS,\n    WORK_ROWS * BLOCKS, OUTPUTS, %zu, "
                   "%zu, %s,\n    start, {run_euler, run_rk2, run_rk4}, suspects};\n",
                   sd_program_hash(p), sd_hash(p->model->source->text, p->model->source->length),
                   p->pipeline_count, p->parameter_count, p->wanted ? "outputs" : "NULL");
}

bool sd_program_emit_c(const sd_program *p, sd_text *text)
{
    /* What lies on conveyors and in queues has no place in a kernel. */
    if (p->grid.count + p->once.count + p->stage.count > LARGEST || p->belt_count ||
        !emit_can(&p->once) || !emit_can(&p->grid))
        return false;
    emission m = {.p = p, .text = text, .output_count = p->wanted_count, .outputs = p->wanted};
    sd_arena *arena = text->arena;
    if (!p->wanted) {
        size_t *every = SD_NEW_ARRAY(arena, size_t, p->model->element_count + 1);
        for (size_t i = 0; i < p->model->element_count; i++)
            every[i] = i;
        m.outputs = every;
        m.output_count = p->model->element_count;
    }
    m.local = SD_NEW_ARRAY(arena, bool, p->row_count + 1);
    m.known = SD_NEW_ARRAY(arena, bool, p->row_count + 1);
    for (size_t i = 0; i < p->constant_count; i++)
        m.known[i] = !isnan(p->constants[i]);
    m.blocks = p->grid.count <= SMALL_PROGRAM ? 2 : 1;
    lay_out(&m);
    emit_head(&m);
    if (!emit_tables(&m))
        return false;
    m.starting = true;
    emit_start(&m);
    m.starting = false;
    emit_point(&m);
    emit_slope(&m);
    emit_methods(&m);
    emit_tail(&m);
    return true;
}
