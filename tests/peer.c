/* peer.c - a program as scalar C in the style of compiled peers, so that they can be measured in the same minute.
 * In: a program with all its variables.  Out: C text, or the two run functions of its shared object.
 * Global variables, one statement an equation, libm, no equation left out or taken out of the loop; a reciprocal that
 * the program takes once a run is a division again, as its equation has it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "peer.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const formulas[SD_OPS] = {
    [SD_OP_ADD] = "A + B",
    [SD_OP_SUBTRACT] = "A - B",
    [SD_OP_MULTIPLY] = "A * B",
    [SD_OP_DIVIDE] = "A / B",
    [SD_OP_POWER] = "pow(A, B)",
    [SD_OP_NEGATE] = "-A",
    [SD_OP_LESS] = "A < B ? 1.0 : 0.0",
    [SD_OP_LESS_EQUAL] = "A <= B ? 1.0 : 0.0",
    [SD_OP_EQUAL] = "A == B ? 1.0 : 0.0",
    [SD_OP_NOT_EQUAL] = "A != B ? 1.0 : 0.0",
    [SD_OP_AND] = "A != 0.0 && B != 0.0 ? 1.0 : 0.0",
    [SD_OP_OR] = "A != 0.0 || B != 0.0 ? 1.0 : 0.0",
    [SD_OP_NOT] = "A == 0.0 ? 1.0 : 0.0",
    [SD_OP_MOD] = "A - B * floor(A / B)",
    [SD_OP_IF] = "A != 0.0 ? B : C",
    [SD_OP_ABS] = "fabs(A)",
    [SD_OP_MIN] = "A < B ? A : B",
    [SD_OP_MAX] = "A > B ? A : B",
    [SD_OP_INT] = "floor(A)",
    [SD_OP_ROUND] = "round(A)",
    [SD_OP_SAFEDIV] = "B == 0.0 ? C : A / B",
    [SD_OP_EXP] = "exp(A)",
    [SD_OP_LN] = "log(A)",
    [SD_OP_LOG10] = "log10(A)",
    [SD_OP_SQRT] = "sqrt(A)",
    [SD_OP_SIN] = "sin(A)",
    [SD_OP_COS] = "cos(A)",
    [SD_OP_TAN] = "tan(A)",
    [SD_OP_ARCSIN] = "asin(A)",
    [SD_OP_ARCCOS] = "acos(A)",
    [SD_OP_ARCTAN] = "atan(A)",
    [SD_OP_SINH] = "sinh(A)",
    [SD_OP_COSH] = "cosh(A)",
    [SD_OP_TANH] = "tanh(A)",
    [SD_OP_STEP] = "C + _dt / 1000000 >= B ? A : 0.0",
};

static const char head[] =
    "#include <math.h>\n#include <stdint.h>\n"
    "static double lookup(const double *x, const double *y, int n, double at)\n{\n"
    "    if (at <= x[0])\n        return y[0];\n"
    "    for (int i = 1; i < n; i++)\n        if (at < x[i])\n"
    "            return y[i - 1] + (y[i] - y[i - 1]) * (at - x[i - 1]) / (x[i] - x[i - 1]);\n"
    "    return y[n - 1];\n}\n";

static void add_number(sd_text *to, double value)
{
    sd_text_printf(to, "%a", value);
}

static bool is_constant(const sd_program *p, int32_t row)
{
    return row >= 0 && (size_t)row < p->constant_count;
}

/* The divisor when the row is a reciprocal that is taken once a run, else SD_NO_ROW. */
static int32_t divisor_of(const sd_program *p, int32_t row)
{
    for (size_t i = 0; i < p->once.count; i++) {
        const sd_instruction *at = &p->once.list[i];
        if (at->out == row && at->op == SD_OP_DIVIDE && is_constant(p, at->a) &&
            p->constants[at->a] == 1)
            return at->b;
    }
    return SD_NO_ROW;
}

static void add_row(const sd_program *p, int32_t row, sd_text *to)
{
    if (is_constant(p, row))
        add_number(to, p->constants[row]);
    else if (row == p->dt_row)
        sd_text_printf(to, "_dt");
    else
        sd_text_printf(to, "_%d", row);
}

static bool emit_equation(const sd_program *p, const sd_instruction *i, sd_text *to)
{
    sd_op op = i->op;
    int32_t b = i->b;
    if (op == SD_OP_MULTIPLY && divisor_of(p, b) != SD_NO_ROW) {
        op = SD_OP_DIVIDE;
        b = divisor_of(p, b);
    }
    if (op == SD_OP_GF) {
        sd_text_printf(to, "    _%d = lookup(at%d, to%d, %zu, ", i->out, i->extra, i->extra,
                       p->gfs[i->extra]->count);
        add_row(p, i->a, to);
        sd_text_printf(to, ");\n");
        return p->gfs[i->extra]->kind == SD_GF_CONTINUOUS;
    }
    if (!formulas[op])
        return false;
    sd_text_printf(to, "    _%d = ", i->out);
    for (const char *c = formulas[op]; *c; c++) {
        if (*c == 'A' || *c == 'B' || *c == 'C')
            add_row(p, *c == 'A' ? i->a : *c == 'B' ? b : i->c, to);
        else
            sd_text_add(to, c, 1);
    }
    sd_text_printf(to, ";\n");
    return true;
}

static void need_arguments(const sd_program *p, const sd_instruction *i, bool *needed)
{
    const int32_t arguments[] = {i->a, i->b, i->c};
    for (int k = 0; k < 3; k++) {
        int32_t divisor = k == 1 && i->op == SD_OP_MULTIPLY ? divisor_of(p, i->b) : SD_NO_ROW;
        int32_t row = divisor == SD_NO_ROW ? arguments[k] : divisor;
        if (row != SD_NO_ROW)
            needed[row] = true;
    }
}

/* [row_count] rows that the equations of variables need, those of initial values alone left out. */
static const bool *needed_rows(sd_arena *arena, const sd_program *p)
{
    bool *needed = SD_NEW_ARRAY(arena, bool, p->row_count + 1);
    for (size_t e = 0; e < p->model->element_count; e++)
        if (p->element_rows[e] != SD_NO_ROW)
            needed[p->element_rows[e]] = true;
    for (size_t s = 0; s < p->stock_count; s++)
        needed[p->stocks[s].net] = true;
    for (size_t i = 0; i < p->grid.count; i++)
        need_arguments(p, &p->grid.list[i], needed);
    for (size_t i = p->once.count; i-- > 0;)
        if (needed[p->once.list[i].out])
            need_arguments(p, &p->once.list[i], needed);
    return needed;
}

/* Those whose rows are needed; NULL: all. */
static bool emit_list(const sd_program *p, const char *name, const sd_instructions *list,
                      const bool *needed, sd_text *to)
{
    bool good = true;
    sd_text_printf(to, "static void %s(void)\n{\n", name);
    for (size_t i = 0; i < list->count && good; i++)
        if (!needed || needed[list->list[i].out])
            good = emit_equation(p, &list->list[i], to);
    sd_text_printf(to, "}\n");
    return good;
}

static void emit_data(const sd_program *p, sd_text *to)
{
    for (size_t row = p->constant_count; row < p->row_count; row++)
        sd_text_printf(to, "double _%zu;\n", row);
    sd_text_printf(to, "double _dt, y[%zu], k[%zu], sum[%zu];\n", p->stock_count + 1,
                   p->stock_count + 1, p->stock_count + 1);
    for (size_t g = 0; g < p->gf_count; g++) {
        for (int axis = 0; axis < 2; axis++) {
            const double *values = axis ? p->gfs[g]->y : p->gfs[g]->x;
            sd_text_printf(to, "static const double %s%zu[] = {", axis ? "to" : "at", g);
            for (size_t i = 0; i < p->gfs[g]->count; i++) {
                add_number(to, values[i]);
                sd_text_printf(to, ", ");
            }
            sd_text_printf(to, "};\n");
        }
    }
}

static void emit_stocks(const sd_program *p, sd_text *to)
{
    sd_text_printf(to, "static void put(double t)\n{\n    _%d = t;\n", p->time_row);
    for (size_t s = 0; s < p->stock_count; s++)
        sd_text_printf(to, "    _%zu = y[%zu];\n", (size_t)p->stock_row + s, s);
    sd_text_printf(to, "}\nstatic void get(void)\n{\n");
    for (size_t s = 0; s < p->stock_count; s++) {
        sd_text_printf(to, "    k[%zu] = ", s);
        add_row(p, p->stocks[s].net, to);
        sd_text_printf(to, ";\n");
    }
    sd_text_printf(to, "}\nstatic void hold(void)\n{\n");
    for (size_t s = 0; s < p->stock_count; s++)
        if (p->stocks[s].non_negative)
            sd_text_printf(to, "    y[%zu] = y[%zu] < 0 ? 0 : y[%zu];\n", s, s, s);
    sd_text_printf(to,
                   "}\nstatic void begin(const double *p, double start, double dt, double stop)\n"
                   "{\n    _dt = dt;\n    _%d = start;\n    _%d = stop;\n    _%d = start;\n",
                   p->start_row, p->stop_row, p->time_row);
    for (size_t k = 0; k < p->parameter_count; k++)
        sd_text_printf(to, "    _%d = p[%zu];\n", p->parameters[k].row, k);
    sd_text_printf(to, "    once();\n");
    for (size_t s = 0; s < p->stock_count; s++) {
        sd_text_printf(to, "    y[%zu] = ", s);
        add_row(p, p->stocks[s].start, to);
        sd_text_printf(to, ";\n");
    }
    sd_text_printf(to, "}\n");
}

static void emit_save(const sd_program *p, sd_text *to)
{
    sd_text_printf(to, "static void save(double *to)\n{\n");
    for (size_t e = 0; e < p->model->element_count; e++) {
        if (p->element_rows[e] == SD_NO_ROW)
            continue;
        sd_text_printf(to, "    to[%zu] = ", e);
        add_row(p, p->element_rows[e], to);
        sd_text_printf(to, ";\n");
    }
    sd_text_printf(to, "}\n");
}

static const char tail[] =
    "#define RUN(name, ...) void name(const double *p, double start, double dt, double stop,\\\n"
    "    int64_t steps, int64_t save_every, double *to)\\\n{\\\n    begin(p, start, dt, stop);\\\n"
    "    for (int64_t n = 0;; n++) {\\\n        double t = start + (double)n * dt;\\\n"
    "        put(t);\\\n        constants();\\\n        equations();\\\n"
    "        if (n % save_every == 0)\\\n            save(to + n / save_every * ELEMENTS);\\\n"
    "        if (n == steps)\\\n            return;\\\n        __VA_ARGS__\\\n        hold();\\\n  "
    "  "
    "}\\\n}\n"
    "RUN(peer_euler, get(); for (int s = 0; s < STOCKS; s++) y[s] += dt * k[s];)\n"
    "static double from[STOCKS + 1];\n"
    "RUN(peer_rk4, get();\n"
    "    for (int s = 0; s < STOCKS; s++) { from[s] = y[s]; sum[s] = k[s]; }\n"
    "    for (int stage = 1; stage < 4; stage++) {\n"
    "        double part = stage == 3 ? 1.0 : 0.5, weight = stage == 3 ? 1.0 : 2.0;\n"
    "        for (int s = 0; s < STOCKS; s++) y[s] = from[s] + part * dt * k[s];\n"
    "        put(t + part * dt); constants(); equations(); get();\n"
    "        for (int s = 0; s < STOCKS; s++) sum[s] += weight * k[s];\n"
    "    }\n"
    "    for (int s = 0; s < STOCKS; s++) y[s] = from[s] + dt / 6.0 * sum[s];)\n";

bool peer_emit(const sd_program *p, sd_text *to)
{
    bool good = !p->memory_count && !p->pipeline_count && !p->draw_count;
    sd_text_printf(to, "%senum { STOCKS = %zu, ELEMENTS = %zu };\n", head, p->stock_count,
                   p->model->element_count);
    emit_data(p, to);
    good = good && emit_list(p, "once", &p->once, NULL, to) &&
           emit_list(p, "constants", &p->once, needed_rows(to->arena, p), to) &&
           emit_list(p, "equations", &p->grid, NULL, to);
    emit_stocks(p, to);
    emit_save(p, to);
    sd_text_printf(to, "%s", tail);
    return good;
}

/* ---- compiled ---------------------------------------------------------------------------------------- */

static bool compile(const char *from, const char *to)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        execlp("cc", "cc", "-O2", "-shared", "-fPIC", "-fvisibility=hidden",
               "-Dpeer_euler=__attribute__((visibility(\"default\"))) peer_euler",
               "-Dpeer_rk4=__attribute__((visibility(\"default\"))) peer_rk4", from, "-o", to,
               "-lm", (char *)NULL);
        _exit(127);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static peer_run *find(void *library, const char *name)
{
    peer_run *run = NULL;
    void *symbol = dlsym(library, name);
    memcpy(&run, &symbol, sizeof run); /* as POSIX wants it: ISO C has no such cast */
    return run;
}

bool peer_open(sd_arena *arena, const sd_program *p, peer *ret_peer)
{
    char folder[] = "/tmp/treadmill-peer-XXXXXX";
    sd_text text = sd_text_new(arena);
    if (!peer_emit(p, &text) || !mkdtemp(folder))
        return false;
    const char *source = sd_arena_printf(arena, "%s/peer.c", folder),
               *object = sd_arena_printf(arena, "%s/peer.so", folder);
    FILE *to = fopen(source, "w");
    bool good = to && fwrite(text.bytes, 1, text.length, to) == text.length;
    good = to && fclose(to) == 0 && good && compile(source, object);
    void *library = good ? dlopen(object, RTLD_NOW | RTLD_LOCAL) : NULL;
    *ret_peer = (peer){.handle = library};
    if (library) {
        ret_peer->euler = find(library, "peer_euler");
        ret_peer->rk4 = find(library, "peer_rk4");
    }
    (void)unlink(source);
    (void)unlink(object);
    (void)rmdir(folder);
    return library && ret_peer->euler && ret_peer->rk4;
}

void peer_close(peer *p)
{
    if (p->handle)
        dlclose(p->handle);
}
