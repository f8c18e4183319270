/* conformance.c - runs a model and compares it, column by column, with what it should give.
 * In: a model and an expected output.  Out: the first difference, or none, and a note where it agrees only in part.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

#include "expected.h"
#include "sd/run.h"

#include <math.h>
#include <string.h>

static const double RELATIVE = 1e-4, TINY = 1e-6;
/* Of the largest number in a column: about ten roundings of a single-precision sum of such numbers (6e-8 each). */
static const double SINGLE = 1e-6;

typedef struct trial {
    sd_arena *arena;
    sd_diag *diag;
    const sd_model *model;
    const sd_program *program;
    const sd_trajectory *trajectory;
    expected wanted;
    size_t compared;
    const char *single; /* the first column that agrees to single precision only, or NULL */
} trial;

/* What describes the run, and differs in name and meaning from program to program. */
static bool is_bookkeeping(const char *key)
{
    static const char *const keys[] = {"saveper", "initial_time", "final_time", "time_step"};

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

/* The first column counts the rows: it is called Time, Time (Month), or by the units of time. */
static bool is_time(const char *key)
{
    static const char *const units[] = {"years", "quarters", "months",  "weeks",
                                        "days",  "hours",    "minutes", "seconds"};

    if (strncmp(key, "time", 4) == 0 && (key[4] == '\0' || strncmp(key + 4, "_(", 2) == 0))
        return true;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(key, units[i]) == 0)
            return true;
    return false;
}

/* The element of a column's name, quotes and all; SIZE_MAX when the model has none. */
static size_t element_of(const trial *t, const char *name)
{
    size_t element = SIZE_MAX;
    char *plain = sd_arena_copy(t->arena, name, strlen(name));
    char *bracket = strchr(plain, '[');

    /* "a[x, y]" as it stands; `"a b"[x]` keeps its quotes to the name. */
    if (bracket && plain[0] == '"' && bracket > plain + 1 && bracket[-1] == '"')
        plain = sd_arena_printf(t->arena, "%.*s%s", (int)(bracket - plain - 2), plain + 1, bracket);
    if (sd_model_find_element(t->model, plain, SD_NOWHERE, &element, sd_diag_new(t->arena)) !=
        SD_OK)
        return SIZE_MAX;
    return element;
}

static bool agree(double a, double b)
{
    return fabs(a - b) <= RELATIVE * fmax(fabs(a), fabs(b)) || (fabs(a) <= TINY && fabs(b) <= TINY);
}

static double largest_of(const expected *wanted, size_t c)
{
    double largest = 0;

    for (size_t row = 0; row < wanted->row_count; row++)
        largest = fmax(largest, fabs(wanted->values[row * wanted->column_count + c]));
    return largest; /* fmax passes over empty cells */
}

static const char *column_fault(trial *t, size_t c)
{
    const expected *wanted = &t->wanted;
    const char *name = wanted->names[c];
    const size_t element = element_of(t, name);
    const size_t column =
        element == SIZE_MAX ? SIZE_MAX : sd_trajectory_column(t->trajectory, element);
    const double slack = SINGLE * largest_of(wanted, c);

    if (column == SIZE_MAX)
        return sd_arena_printf(t->arena, "column '%s' is missing", name);
    for (size_t row = 0; row < wanted->row_count; row++) {
        const double aim = wanted->values[row * wanted->column_count + c];
        const double value = sd_trajectory_value(t->trajectory, row, column, 0);

        if (isnan(aim))
            continue;
        t->compared++;
        if (agree(value, aim))
            continue;
        if (!(fabs(value - aim) <= slack))
            return sd_arena_printf(t->arena, "'%s' in row %zu is %.9g, not %.9g", name, row + 1,
                                   value, aim);
        if (!t->single)
            t->single = name;
    }
    return NULL;
}

static const char *compare(trial *t)
{
    const expected *wanted = &t->wanted;

    t->compared = 0;
    t->single = NULL;
    if (wanted->row_count != t->trajectory->time_count)
        return sd_arena_printf(t->arena, "%zu rows, not %zu", t->trajectory->time_count,
                               wanted->row_count);
    for (size_t c = 0; c < wanted->column_count; c++) {
        const char *key = sd_name_key(t->arena, wanted->names[c], strlen(wanted->names[c]));
        const char *fault =
            is_bookkeeping(key) || (c == 0 && is_time(key)) ? NULL : column_fault(t, c);

        if (fault)
            return fault;
    }
    return t->compared ? NULL : "the expected output has no value to compare";
}

static sd_status compile(trial *t, const char *path)
{
    const sd_source *source;
    sd_status status = sd_source_from_file(t->arena, path, SD_MODEL_BYTES_MAX, &source, t->diag);

    if (status == SD_OK)
        status = sd_model_from_xmile(t->arena, source, &t->model, t->diag);
    if (status == SD_OK)
        status = sd_program_new(t->arena, t->model, NULL, 0, &t->program, t->diag);
    return status;
}

static sd_status run(trial *t, sd_method method)
{
    const size_t count = t->model->element_count;
    size_t *columns = SD_NEW_ARRAY(t->arena, size_t, count + 1);
    sd_run_request request = {.program = t->program,
                              .spec = t->model->spec,
                              .spec_span = t->model->spec_span,
                              .members = 1,
                              .columns = columns};

    request.spec.method = method;
    for (size_t e = 0; e < count; e++)
        if (t->program->element_rows[e] != SD_NO_ROW)
            columns[request.column_count++] = e;
    return sd_run(t->arena, &request, &t->trajectory, t->diag);
}

/* The first error, as one line. */
static const char *refusal(const trial *t, sd_code *ret_code)
{
    for (size_t i = 0; i < t->diag->messages.count; i++) {
        const sd_message *m = &t->diag->messages.items[i];

        if (m->severity != SD_ERROR_SEVERITY)
            continue;
        const sd_position at =
            m->span.source ? sd_source_position(m->span.source, m->span.begin) : (sd_position){0};
        *ret_code = m->code;
        return sd_arena_printf(t->arena, "%zu:%zu: error[%s]: %s", at.line, at.column,
                               sd_code_name(m->code), m->text);
    }
    return "refused without a word";
}

static const char *judge(trial *t, const char *model, const char *output, sd_code *ret_code,
                         const char **ret_note)
{
    const char *fault = expected_read(t->arena, output, &t->wanted);

    if (fault)
        return fault;
    if (compile(t, model) != SD_OK || run(t, t->model->spec.method) != SD_OK)
        return refusal(t, ret_code);
    const sd_method asked = t->model->spec.method;

    fault = compare(t);
    if (fault && asked != SD_METHOD_EULER && t->compared && run(t, SD_METHOD_EULER) == SD_OK &&
        !compare(t)) {
        *ret_note =
            sd_arena_printf(t->arena, "agrees with Euler, which the file does not ask for (%s)",
                            sd_method_name(asked));
        fault = NULL;
    }
    if (!fault && t->single)
        *ret_note = sd_arena_printf(t->arena, "%s%s'%s' to single precision", *ret_note,
                                    **ret_note ? "; " : "", t->single);
    return fault;
}

void conformance_judge(sd_arena *arena, const char *folder, conformance_case *judged)
{
    sd_arena *scratch = sd_arena_new("a case of conformance");
    trial t = {.arena = scratch, .diag = sd_diag_new(scratch)};
    const char *model = sd_arena_printf(scratch, "%s/%s", folder, judged->model);
    const char *output = sd_arena_printf(scratch, "%s/%s", folder, judged->expected);
    const char *note = "";

    judged->code = SD_CODES;
    const char *fault = judge(&t, model, output, &judged->code, &note);

    judged->fault = fault ? sd_arena_copy(arena, fault, strlen(fault)) : NULL;
    judged->note = sd_arena_copy(arena, note, strlen(note));
    judged->compared = t.compared;
    sd_arena_free(scratch);
}

void conformance_judge_all(sd_arena *arena, conformance *found)
{
    for (size_t i = 0; i < found->cases.count; i++)
        conformance_judge(arena, found->folder, &found->cases.items[i]);
}
