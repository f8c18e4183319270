/* desk.c - a place to work for tests of models and runs: read, compile, run, compare.
 * In: short texts and files.  Out: models, programs, trajectories and messages in the arena of the desk.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

int desk_set_up(void **state)
{
    desk *made = calloc(1, sizeof *made);

    made->arena = sd_arena_new("test");
    made->diag = sd_diag_new(made->arena);
    *state = made;
    return 0;
}

int desk_tear_down(void **state)
{
    desk *used = *state;

    sd_arena_free(used->arena);
    free(used);
    return 0;
}

/* ---- texts ------------------------------------------------------------------------------------------- */

const char *desk_file(desk *on, const char *specs, const char *more, const char *variables)
{
    char method[32] = "", start[32] = "", stop[32] = "", dt[32] = "";

    if (sscanf(specs, "%31s %31s %31s %31s", method, start, stop, dt) != 4)
        fail_msg("'%s' is not 'method start stop dt'", specs);
    return sd_arena_printf(
        on->arena,
        "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
        "<sim_specs method=\"%s\"><start>%s</start><stop>%s</stop><dt>%s</dt></sim_specs>\n"
        "%s<model><variables>\n%s\n</variables></model></xmile>\n",
        method, start, stop, dt, more, variables);
}

static void add_escaped(sd_text *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '<')
            sd_text_add(text, "&lt;", 4);
        else if (bytes[i] == '>')
            sd_text_add(text, "&gt;", 4);
        else if (bytes[i] == '&')
            sd_text_add(text, "&amp;", 5);
        else
            sd_text_add(text, bytes + i, 1);
    }
}

/* "; in births" and its like, up to the end of the line. */
static void add_marks(sd_text *text, const char *at, const char *end)
{
    while (at < end) {
        while (at < end && (*at == ';' || *at == ' '))
            at++;
        const char *stop = memchr(at, ';', (size_t)(end - at));
        int length = (int)((stop ? stop : end) - at);

        if (strncmp(at, "in ", 3) == 0)
            sd_text_printf(text, "<inflow>%.*s</inflow>", length - 3, at + 3);
        else if (strncmp(at, "out ", 4) == 0)
            sd_text_printf(text, "<outflow>%.*s</outflow>", length - 4, at + 4);
        else if (strncmp(at, "nonneg", 6) == 0)
            sd_text_printf(text, "<non_negative/>");
        else if (length > 0)
            fail_msg("'%.*s' is no mark of a variable", length, at);
        at = stop ? stop : end;
    }
}

const char *desk_variables(desk *on, const char *lines)
{
    sd_text text = sd_text_new(on->arena);

    for (const char *at = lines; *at;) {
        const char *end = strchr(at, '\n') ? strchr(at, '\n') : at + strlen(at);
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *equals = strstr(at, " = ");

        if (end > at) {
            if (!space || !equals || equals > end) {
                fail_msg("'%.*s' is not 'kind name = equation'", (int)(end - at), at);
                break;
            }
            const char *marks = memchr(equals, ';', (size_t)(end - equals));
            int kind = (int)(space - at);

            sd_text_printf(&text, "<%.*s name=\"%.*s\"><eqn>", kind, at, (int)(equals - space - 1),
                           space + 1);
            add_escaped(&text, equals + 3, (size_t)((marks ? marks : end) - equals - 3));
            sd_text_printf(&text, "</eqn>");
            add_marks(&text, marks ? marks : end, end);
            sd_text_printf(&text, "</%.*s>\n", kind, at);
        }
        at = *end ? end + 1 : end;
    }
    return text.bytes;
}

/* ---- steps ------------------------------------------------------------------------------------------- */

const char *desk_printed(desk *on)
{
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);
    const char *copy;

    assert_non_null(to);
    for (size_t i = 0; i < on->diag->messages.count; i++)
        sd_message_print(&on->diag->messages.items[i], to, false);
    fclose(to);
    copy = sd_arena_copy(on->arena, bytes, length);
    free(bytes);
    return copy;
}

static void must(desk *on, sd_status status)
{
    if (status != SD_OK)
        fail_msg("%s:\n%s", sd_status_text(status), desk_printed(on));
}

static sd_status read_source(desk *on, const sd_source *source)
{
    on->diag = sd_diag_new(on->arena);
    on->model = NULL;
    on->program = NULL;
    on->trajectory = NULL;
    on->request = (sd_run_request){0};
    return sd_model_from_xmile(on->arena, source, &on->model, on->diag);
}

sd_status desk_read(desk *on, const char *text)
{
    return read_source(on, sd_source_from_text(on->arena, "t.xmile", text, strlen(text)));
}

void desk_must_read(desk *on, const char *text)
{
    must(on, desk_read(on, text));
}

static void compile(desk *on)
{
    must(on, sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag));
    desk_request(on);
}

void desk_must_compile(desk *on, const char *text)
{
    desk_must_read(on, text);
    compile(on);
}

void desk_must_compile_file(desk *on, const char *path)
{
    const char *root = getenv("TREADMILL_ROOT");
    const char *whole =
        root && *path != '/' ? sd_arena_printf(on->arena, "%s/%s", root, path) : path;
    const sd_source *source;

    must(on, sd_source_from_file(on->arena, whole, SD_MODEL_BYTES_MAX, &source, on->diag));
    must(on, read_source(on, source));
    compile(on);
}

void desk_request(desk *on)
{
    const sd_model *model = on->model;
    size_t *columns = SD_NEW_ARRAY(on->arena, size_t, model->element_count + 1), count = 0;

    for (size_t element = 0; element < model->element_count; element++)
        if (on->program->element_rows[element] != SD_NO_ROW)
            columns[count++] = element;
    on->request = (sd_run_request){.program = on->program,
                                   .spec = model->spec,
                                   .spec_span = model->spec_span,
                                   .members = 1,
                                   .column_count = count,
                                   .columns = columns};
}

sd_status desk_run(desk *on)
{
    on->trajectory = NULL;
    on->diag = sd_diag_new(on->arena);
    return sd_run(on->arena, &on->request, &on->trajectory, on->diag);
}

void desk_must_run(desk *on)
{
    must(on, desk_run(on));
}

void desk_simulate(desk *on, const char *specs, const char *lines)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    desk_must_run(on);
}

/* ---- values ------------------------------------------------------------------------------------------ */

size_t desk_element(desk *on, const char *name)
{
    size_t element = 0;

    must(on, sd_model_find_element(on->model, name, SD_NOWHERE, &element, on->diag));
    return element;
}

double desk_member_value(desk *on, const char *name, double time, size_t member)
{
    size_t column = sd_trajectory_column(on->trajectory, desk_element(on, name));
    size_t at = sd_trajectory_time(on->trajectory, time);

    if (column == SIZE_MAX || fabs(on->trajectory->times[at] - time) > 1e-9 * (1 + fabs(time)))
        fail_msg("'%s' was not saved at time %.17g", name, time);
    return sd_trajectory_value(on->trajectory, at, column, member);
}

double desk_value(desk *on, const char *name, double time)
{
    return desk_member_value(on, name, time, 0);
}

bool is_near(double a, double b, double tolerance, double tiny)
{
    return a == b || fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b)) ||
           (fabs(a) < tiny && fabs(b) < tiny);
}

void desk_assert_near(double value, double expected, double tolerance, const char *what,
                      const char *file, int line)
{
    if (is_near(value, expected, tolerance, 0))
        return;
    print_error("%s is %.17g, not %.17g: off by %.3g, allowed %.3g\n", what, value, expected,
                fabs(value - expected) / fmax(fabs(value), fabs(expected)), tolerance);
    _fail(file, line);
}

/* ---- tables ------------------------------------------------------------------------------------------ */

typedef SD_LIST(const char *) cells;

/* One line's cells; *at moves behind its end. */
static cells read_line(desk *on, const char **at, char separator)
{
    cells line = {0};
    bool more = true;

    while (more) {
        char quote = **at == '"' ? '"' : '\0';
        const char *begin = *at + (quote != '\0'), *end = begin;

        while (*end && (quote ? *end != quote : *end != separator && *end != '\r' && *end != '\n'))
            end++;
        SD_PUSH(on->arena, &line,
                (const char *)sd_arena_copy(on->arena, begin, (size_t)(end - begin)));
        *at = end + (quote && *end);
        more = **at == separator;
        *at += more;
    }
    *at += strspn(*at, "\r\n");
    return line;
}

const desk_table *desk_table_read(desk *on, const char *path)
{
    const sd_source *source;

    if (sd_source_from_file(on->arena, path, SD_MODEL_BYTES_MAX, &source, sd_diag_new(on->arena)) !=
        SD_OK)
        return NULL;
    desk_table *table = SD_NEW(on->arena, desk_table);
    size_t first_line = strcspn(source->text, "\r\n");
    char separator = memchr(source->text, '\t', first_line) ? '\t' : ',';
    const char *at = source->text;
    cells names = read_line(on, &at, separator);
    SD_LIST(double) values = {0};

    while (*at) {
        cells line = read_line(on, &at, separator);

        if (line.count != names.count)
            fail_msg("%s: row %zu has %zu cells, not %zu", path, table->row_count + 1, line.count,
                     names.count);
        for (size_t c = 0; c < line.count; c++) {
            double value;

            if (!sd_number_from_text(line.items[c], &value))
                value = (double)NAN;
            SD_PUSH(on->arena, &values, value);
        }
        table->row_count++;
    }
    table->column_count = names.count;
    table->names = names.items;
    table->values = values.items;
    return table;
}

const char *desk_shared(desk *on, const char *path)
{
    const char *shared = getenv("TREADMILL_SHARED");

    return shared ? sd_arena_printf(on->arena, "%s/%s", shared, path) : NULL;
}
