/* data.c - imported data: what a file of numbers beside the model says of its variables.
 * In: the imports of a <data> element, and CSV files.  Out: for each variable named there a series over TIME, drawn
 * linearly between its points and standing at its ends beyond, or a number where there is one value only.
 * A model may come from anywhere, so it can only name a plain file in its own folder, and no link; a file is limited in
 * bytes and cells.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "model_private.h"

enum { IMPORTS_MAX = 64, DATA_BYTES_MAX = 4 << 20 /* [byte] */, CELLS_MAX = 1000000 };

/* A table, lines being columns of a vertical file and rows of a horizontal one: a name, then points. */
typedef struct sheet {
    builder *b;
    sd_csv_reader reader;
    const char *file; /* as the model names it */
    size_t width;     /* cells of a row */
    size_t lines, points;
    bool horizontal;
    SD_LIST(sd_csv_cell) cells; /* row after row */
} sheet;

static sd_csv_cell cell_at(const sheet *s, size_t line, size_t point)
{
    const size_t row = s->horizontal ? line : point, column = s->horizontal ? point : line;

    return s->cells.items[row * s->width + column];
}

static sd_span span_at(const sheet *s, size_t line, size_t point)
{
    const sd_csv_cell cell = cell_at(s, line, point);

    return sd_csv_span(&s->reader, cell.begin, cell.end);
}

/* Reads the file into cells; rows without any text are left out.  False after an error. */
static bool read_cells(sheet *s)
{
    sd_csv_reader *r = &s->reader;
    const size_t errors = s->b->diag->errors;

    while (r->at < r->end) {
        const size_t first = s->cells.count;
        sd_csv_cell cell = {0};
        bool filled = false;

        for (bool last = false; !last; last = cell.last) {
            cell = sd_csv_next(r);
            filled = filled || cell.end > cell.begin;
            if (s->cells.count == CELLS_MAX) {
                (void)sd_fail(s->b->diag, SD_E113, sd_csv_span(r, cell.begin, cell.end),
                              "'%s' has more than %d cells", s->file, CELLS_MAX);
                return false;
            }
            SD_PUSH(s->b->arena, &s->cells, cell);
        }
        if (!filled) {
            s->cells.count = first;
            continue;
        }
        s->width = s->width ? s->width : s->cells.count - first;
        if (s->cells.count - first > s->width)
            (void)sd_fail(s->b->diag, SD_E606, sd_csv_span(r, cell.begin, cell.end),
                          "this line has more fields than the first, which has %zu", s->width);
        for (cell.begin = cell.end, cell.quoted = false; s->cells.count - first < s->width;)
            SD_PUSH(s->b->arena, &s->cells, cell);
        if (s->b->diag->errors > errors)
            return false;
    }
    const size_t rows = s->width ? s->cells.count / s->width : 0;
    s->lines = s->horizontal ? rows : s->width;
    s->points = (s->horizontal ? s->width : rows) - (rows > 0);
    return true;
}

/* The variable of a line's name, NULL when there is none; *ret_subscript: what stands in its brackets, or NULL. */
static sd_variable *variable_of(sheet *s, size_t line, const char **ret_subscript)
{
    const char *text = sd_csv_text(&s->reader, cell_at(s, line, 0)), *open = strrchr(text, '[');
    const size_t length = open ? (size_t)(open - text) : strlen(text);
    const char *close = open ? strchr(open, ']') : NULL;

    *ret_subscript =
        close ? sd_arena_copy(s->b->arena, open + 1, (size_t)(close - open - 1)) : NULL;
    return sd_table_find(s->b->names, sd_name_key(s->b->arena, text, length));
}

/* The numbers of a line where there are any, and their times; false after an error. */
static bool read_points(sheet *s, size_t line, const double *times, sd_gf *ret_points)
{
    double *x = SD_NEW_ARRAY(s->b->arena, double, s->points + 1);
    double *y = SD_NEW_ARRAY(s->b->arena, double, s->points + 1);
    const char *column = sd_csv_text(&s->reader, cell_at(s, line, 0));
    const char *name = sd_arena_copy(s->b->arena, column, strlen(column));
    const size_t errors = s->b->diag->errors;
    size_t count = 0;

    for (size_t k = 1; k <= s->points; k++) {
        const double value = sd_csv_number(&s->reader, cell_at(s, line, k), name);

        if (isinf(value))
            (void)sd_fail(s->b->diag, SD_E132, span_at(s, line, k), "'%s' is infinite here", name);
        if (isnan(value))
            continue;
        x[count] = times ? times[k] : 0;
        y[count++] = value;
    }
    if (count == 0 && s->b->diag->errors == errors)
        (void)sd_fail(s->b->diag, SD_E132, span_at(s, line, 0), "'%s' has no value", name);
    *ret_points = (sd_gf){
        .kind = SD_GF_CONTINUOUS, .count = count, .x = x, .y = y, .span = span_at(s, line, 0)};
    return s->b->diag->errors == errors;
}

/* Times of the points, from 1 on; NULL after an error. */
static const double *read_times(sheet *s)
{
    double *times = SD_NEW_ARRAY(s->b->arena, double, s->points + 1);

    for (size_t k = 1; k <= s->points; k++) {
        times[k] = sd_csv_number(&s->reader, cell_at(s, 0, k), "time");
        if (isfinite(times[k]) && (k == 1 || times[k] > times[k - 1]))
            continue;
        (void)sd_fail(s->b->diag, SD_E132, span_at(s, 0, k),
                      isfinite(times[k]) ? "times must rise from point to point"
                                         : "a time must be a number");
        return NULL;
    }
    return times;
}

/* Notes what a line says of one element of a variable. */
static void take_line(sheet *s, size_t line, const double *times, sd_variable *v, size_t index)
{
    builder *b = s->b;
    data_item *item = SD_NEW(b->arena, data_item), *before = sd_table_find(b->data, v->key);
    sd_gf points;

    for (data_item *other = before; other; other = other->next) {
        if (other->index == index) {
            (void)sd_fail(b->diag, SD_E132, span_at(s, line, 0),
                          "the values of '%s' are given twice", v->name);
            return;
        }
    }
    if (!read_points(s, line, times, &points))
        return;
    if (v->kind == SD_GF || (v->kind == SD_STOCK && points.count > 1)) {
        (void)sd_fail(b->diag, SD_E132, span_at(s, line, 0),
                      v->kind == SD_GF
                          ? "'%s' is a graphical function and takes no data"
                          : "'%s' is a stock, so it has one initial value, not a series",
                      v->name);
        return;
    }
    sd_expr *e = SD_NEW(b->arena, sd_expr);
    e->span = span_at(s, line, points.count > 1 ? 0 : 1);
    *item = (data_item){.index = index, .next = before, .equation = e};
    if (points.count > 1) {
        sd_gf *gf = SD_NEW(b->arena, sd_gf);
        *gf = points;
        item->gf = gf;
        e->kind = SD_EXPR_CALL;
        e->builtin = &sd_builtins[SD_FN_TIME];
        item->text = "TIME";
    } else {
        char number[SD_NUMBER_MAX];
        e->kind = SD_EXPR_NUMBER;
        e->number = points.y[0];
        item->text = sd_arena_copy(b->arena, number, sd_number_format(e->number, number));
    }
    (void)sd_table_put(b->data, v->key, item);
}

/* Whether the first line holds times: it has no name, or that of time, or of a unit of time. */
static bool is_timed(sheet *s)
{
    static const char *const units[] = {"year", "quarter", "month",  "week",
                                        "day",  "hour",    "minute", "second"};
    const char *text, *own = s->b->model->time_units, *subscript;

    if (s->lines == 0 || variable_of(s, 0, &subscript))
        return false;
    text = sd_csv_text(&s->reader, cell_at(s, 0, 0));
    const char *key = sd_name_key(s->b->arena, text, strlen(text));
    const size_t length = strlen(key), bare = length - (length > 0 && key[length - 1] == 's');
    if (length == 0 || strncmp(key, "time", 4) == 0 ||
        strcmp(key, sd_name_key(s->b->arena, own, strlen(own))) == 0)
        return true;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strlen(units[i]) == bare && strncmp(key, units[i], bare) == 0)
            return true;
    return false;
}

static void take_all(sheet *s)
{
    const char *subscript;
    const bool timed = is_timed(s);
    const double *times = timed ? read_times(s) : NULL;

    if (timed && !times)
        return;
    if (!timed && s->points > 1) {
        (void)sd_fail(s->b->diag, SD_E132, span_at(s, 0, 0),
                      "several values each need the times they hold at");
        sd_help(s->b->diag, "give a first %s of times, named time",
                s->horizontal ? "line" : "column");
        return;
    }
    for (size_t line = timed; line < s->lines; line++) {
        const sd_span span = span_at(s, line, 0);
        sd_variable *v = variable_of(s, line, &subscript);
        size_t index = 0;

        if (span.begin == span.end)
            continue;
        if (!v)
            sd_warn(s->b->diag, SD_W928, span,
                    "the model has no variable '%s', so this is not used",
                    sd_csv_text(&s->reader, cell_at(s, line, 0)));
        else if ((v->dimension_count == 0) != !subscript)
            (void)sd_fail(s->b->diag, SD_E109, span,
                          subscript ? "'%s' is not an array and takes no subscript"
                                    : "'%s' is an array; name one of its elements: %s[element]",
                          v->name, v->name);
        else if (!subscript || subscript_index(s->b, v, subscript, span, &index))
            take_line(s, line, times, v, index);
    }
}

/* ---- imports ---- */

static bool is_word(const xml_attribute *a, const char *word)
{
    return a && strcasecmp(a->value, word) == 0;
}

/* Only what is read alike everywhere; all else is told. */
static bool is_supported(builder *b, const xml_element *import)
{
    const xml_attribute *type = xml_attribute_of(import, "type"),
                        *worksheet = xml_attribute_of(import, "worksheet"),
                        *resource = xml_attribute_of(import, "resource");

    if (!resource || !resource->value[0]) {
        (void)sd_fail(b->diag, SD_E304, import->span, "<import> needs a resource");
    } else if ((type && !is_word(type, "CSV")) || (worksheet && worksheet->value[0])) {
        (void)sd_fail(b->diag, SD_E114, (type && !is_word(type, "CSV") ? type : worksheet)->span,
                      "data can only be imported from CSV files");
    } else if (strstr(resource->value, "://")) {
        (void)sd_fail(b->diag, SD_E114, resource->span, "data is not fetched from elsewhere");
        sd_help(b->diag, "put the file beside the model and give its name alone");
    } else if (!sd_is_plain_name(resource->value)) {
        (void)sd_fail(b->diag, SD_E131, resource->span, "'%s' is not the plain name of a file",
                      resource->value);
        sd_help(b->diag, "put the file beside the model and give its name alone");
    } else if (b->source->built_in) {
        (void)sd_fail(b->diag, SD_E131, resource->span, "a built-in model imports no data");
    } else {
        return true;
    }
    return false;
}

static void read_import(builder *b, const xml_element *import)
{
    const xml_attribute *resource = xml_attribute_of(import, "resource");
    const char *slash = strrchr(b->source->name, '/');
    const sd_source *source = NULL;

    if (is_word(xml_attribute_of(import, "enabled"), "false"))
        return;
    if (is_word(xml_attribute_of(import, "frequency"), "on_demand")) {
        sd_warn(b->diag, SD_W928, import->span,
                "this is imported on demand only: the values in the model are used");
        return;
    }
    if (!is_supported(b, import))
        return;
    const char *path =
        sd_arena_printf(b->arena, "%.*s%s", slash ? (int)(slash + 1 - b->source->name) : 0,
                        b->source->name, resource->value);
    const sd_found found = sd_neighbour_read(b->arena, path, DATA_BYTES_MAX, resource->value,
                                             resource->span, &source, b->diag);
    if (found == SD_ABSENT)
        (void)sd_fail(b->diag, SD_E601, resource->span, "there is no file '%s' beside the model",
                      resource->value);
    if (found != SD_FOUND)
        return;
    b->model->data[b->model->data_count++] = source;
    sheet s = {.b = b,
               .reader = sd_csv_open(b->arena, source, b->diag),
               .file = resource->value,
               .horizontal = is_word(xml_attribute_of(import, "orientation"), "horizontal")};
    if (read_cells(&s))
        take_all(&s);
}

void data_read(builder *b, const xml_element *data)
{
    size_t count = 0;

    b->data = sd_table_new(b->arena);
    b->model->data = SD_NEW_ARRAY(b->arena, const sd_source *, IMPORTS_MAX);
    for (const xml_element *child = data ? data->first : NULL; child; child = child->next) {
        if (strcmp(child->name, "import") == 0) {
            if (++count > IMPORTS_MAX) {
                (void)sd_fail(b->diag, SD_E113, child->span, "a model has at most %d imports",
                              IMPORTS_MAX);
                return;
            }
            read_import(b, child);
        } else if (!child->foreign && strcmp(child->name, "export") != 0) {
            (void)sd_fail(b->diag, SD_E114, child->span, "<%s> is not supported yet", child->name);
        }
    }
}

void data_apply(builder *b, sd_variable *v)
{
    for (const data_item *item = sd_table_find(b->data, v->key); item; item = item->next) {
        if (item->gf && !v->gfs)
            v->gfs = SD_NEW_ARRAY(b->arena, const sd_gf *, v->size);
        if (v->gfs)
            v->gfs[item->index] = item->gf;
        v->equations[item->index] = item->equation;
        v->texts[item->index] = item->text;
        v->apply_to_all = v->apply_to_all && v->size == 1;
    }
}
