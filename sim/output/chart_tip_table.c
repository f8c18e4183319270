/* chart_tip_table.c - the charts of what tips, from the table that `tip` writes: branch, parameter, variable, value, stable, point.
 * In: every point of every curve, and words from the provenance beside it.  Out: sd_tip_picture, and its script.  `tip --plot` draws
 * through here too, so that a chart that is drawn again is the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "chart_runs.h"

#include <math.h>
#include <string.h>

enum { BRANCH, PARAMETER, VARIABLE, VALUE, STABLE, POINT, COLUMNS };
static const char *const column_names[COLUMNS] = {"branch", "parameter", "variable",
                                                  "value",  "stable",    "point"};
enum { CURVES_MAX = 512, MARKS_MAX = 8 };

typedef struct point {
    const char *branch; /* one text for equal ones */
    double parameter, value, stable;
    char special; /* the first letter of its name, 0: none */
} point;

typedef struct tip_table {
    sd_arena *arena;
    sd_diag *diag;
    const sd_table_request *request;
    sd_meta meta;
    const char *variable;
    size_t count;
    const point *points;
    size_t curve_count, mark_count;
    sd_curve *curves; /* [CURVES_MAX] */
    sd_curve_mark marks[MARKS_MAX];
    bool labelled[SD_CURVE_KINDS];
} tip_table;

/* ---- reading ---- */

static sd_status fail_table(const tip_table *t)
{
    const sd_status status = sd_fail(t->diag, SD_E616, SD_NOWHERE,
                                     "'%s' is no table of 'tip': its columns are not branch, "
                                     "parameter, variable, value, stable, point",
                                     t->request->table->name);

    sd_help(t->diag, "'treadmill tip INPUT --over NAME=A:B -o tip.csv' writes one");
    return status;
}

static bool read_head(sd_csv_reader *csv)
{
    sd_csv_cell cell;
    size_t at = 0;

    do {
        cell = sd_csv_next(csv);
        if (at >= COLUMNS || strcmp(sd_csv_text(csv, cell), column_names[at]) != 0)
            return false;
        at++;
    } while (!cell.last);
    return at == COLUMNS;
}

/* One line; false when it has another number of fields. */
static bool read_point(tip_table *t, sd_csv_reader *csv, const char *before, point *ret_point)
{
    sd_csv_cell cell;
    size_t at = 0;

    *ret_point = (point){.branch = before};
    do {
        cell = sd_csv_next(csv);
        if (at == BRANCH || at == VARIABLE) {
            const char *text = sd_csv_text(csv, cell);

            if (at == BRANCH && strcmp(text, before) != 0)
                ret_point->branch = sd_arena_copy(t->arena, text, strlen(text));
            if (at == VARIABLE && !t->variable)
                t->variable = sd_arena_copy(t->arena, text, strlen(text));
        } else if (at == POINT) {
            ret_point->special = cell.end > cell.begin ? *sd_csv_text(csv, cell) : 0;
        } else if (at < COLUMNS) {
            *(at == PARAMETER ? &ret_point->parameter
              : at == VALUE   ? &ret_point->value
                              : &ret_point->stable) = sd_csv_number(csv, cell, column_names[at]);
        }
        at++;
    } while (!cell.last);
    return at == COLUMNS;
}

static sd_status read_table(tip_table *t)
{
    enum { ERRORS_MAX = 20 };
    sd_csv_reader csv = sd_csv_open(t->arena, t->request->table, t->diag);
    const size_t errors = t->diag->errors;
    SD_LIST(point) list = {0};
    const char *before = "";
    sd_status status =
        sd_meta_read(t->arena, t->request->meta, t->request->table, &t->meta, t->diag);

    if (status != SD_OK)
        return status;
    if (!read_head(&csv))
        return fail_table(t);
    while (csv.at < csv.end && t->diag->errors - errors < ERRORS_MAX) {
        const char *begin = csv.at;
        point made;

        if (t->request->interrupted && *t->request->interrupted)
            return SD_INTERRUPTED;
        if (read_point(t, &csv, before, &made))
            SD_PUSH(t->arena, &list, made);
        else
            (void)sd_fail(t->diag, SD_E606, sd_csv_span(&csv, begin, begin + 1),
                          "this line has another number of fields than the first one");
        before = made.branch;
    }
    t->count = list.count;
    t->points = list.items;
    t->curves = SD_NEW_ARRAY(t->arena, sd_curve, CURVES_MAX);
    if (t->diag->errors > errors)
        return SD_SYNTAX;
    return t->count ? SD_OK : sd_fail(t->diag, SD_E606, SD_NOWHERE, "the table has no rows");
}

/* ---- words ---- */

static const char *word(const tip_table *t, const char *key)
{
    const sd_told *told = t->request->told;

    for (size_t i = 0; told && i < told->word_count; i++)
        if (strcmp(told->words[i].key, key) == 0)
            return told->words[i].text;
    return sd_json_text_of(sd_json_member(t->meta.root, "chart"), key);
}

static const char *word_or(const tip_table *t, const char *key, const char *other)
{
    const char *known = word(t, key);

    return *known ? known : other;
}

static double number(const tip_table *t, const char *key)
{
    double value;

    return sd_number_from_text(word(t, key), &value) ? value : (double)NAN;
}

/* Three digits; the last ones of an end that was searched for say nothing. */
static const char *place_text(const tip_table *t, double parameter)
{
    const double range = number(t, "x_high") - number(t, "x_low"),
                 shown = fabs(parameter) < 1e-6 * range ? 0 : parameter;

    return sd_arena_printf(t->arena, "%s%.3g", shown < 0 ? "\xE2\x88\x92" : "", fabs(shown));
}

/* ---- curves ---- */

static void add_curve(tip_table *t, sd_curve line)
{
    if (t->curve_count == CURVES_MAX || line.count == 0)
        return;
    /* One label a kind. */
    if (t->labelled[line.kind])
        line.label = NULL;
    t->labelled[line.kind] = true;
    t->curves[t->curve_count++] = line;
}

/* The end of the points of the same branch. */
static size_t branch_end(const tip_table *t, size_t from)
{
    size_t end = from + 1;

    while (end < t->count && t->points[end].branch == t->points[from].branch)
        end++;
    return end;
}

static sd_curve curve_of(const tip_table *t, size_t from, size_t end)
{
    double *x = SD_NEW_ARRAY(t->arena, double, end - from),
           *y = SD_NEW_ARRAY(t->arena, double, end - from);

    for (size_t i = from; i < end; i++) {
        x[i - from] = t->points[i].parameter;
        y[i - from] = t->points[i].value;
    }
    return (sd_curve){.count = end - from, .x = x, .y = y};
}

/* Stretches of one stability, each up to the first point of the next. */
static void add_branch(tip_table *t, size_t from, size_t end)
{
    while (from < end) {
        const bool stable = t->points[from].stable != 0;
        size_t last = from + 1;

        while (last < end && (t->points[last].stable != 0) == stable)
            last++;
        sd_curve line = curve_of(t, from, last < end ? last + 1 : last);

        line.kind = stable ? SD_CURVE_STABLE : SD_CURVE_UNSTABLE;
        line.label = stable ? "in the long run" : "unstable";
        add_curve(t, line);
        from = last;
    }
}

/* A slow change; where it swings a parameter has two rows, its least and its largest value. */
static void add_change(tip_table *t, size_t from, size_t end, sd_curve_kind kind, const char *label)
{
    double *x = SD_NEW_ARRAY(t->arena, double, end - from),
           *least = SD_NEW_ARRAY(t->arena, double, end - from),
           *most = SD_NEW_ARRAY(t->arena, double, end - from);
    size_t count = 0;
    bool swings = false;

    for (size_t i = from; i < end; i++, count++) {
        const bool pair = i + 1 < end && t->points[i + 1].parameter == t->points[i].parameter;

        x[count] = t->points[i].parameter;
        least[count] = t->points[i].value;
        most[count] = t->points[i + pair].value;
        swings |= pair;
        i += pair;
    }
    add_curve(t, (sd_curve){kind, label, count, x, least});
    if (swings)
        add_curve(t, (sd_curve){kind, NULL, count, x, most});
}

/* States of rest below, then runs, then slow changes. */
static void add_points(tip_table *t)
{
    enum { REST, RUNS, CHANGES, LAYERS };

    for (int layer = 0; layer < LAYERS; layer++)
        for (size_t from = 0, end; from < t->count; from = end) {
            const char *branch = t->points[from].branch;
            const bool up = strcmp(branch, "up") == 0, down = strcmp(branch, "down") == 0,
                       run = strcmp(branch, "run") == 0;

            end = branch_end(t, from);
            if (layer == CHANGES && (up || down)) {
                add_change(t, from, end, up ? SD_CURVE_UP : SD_CURVE_DOWN,
                           up ? "slowly up \xE2\x96\xB3" : "slowly down \xE2\x96\xBD");
            } else if (layer == RUNS && run) {
                sd_curve line = curve_of(t, from, end);

                line.kind = SD_CURVE_RUNS;
                line.label = word_or(t, "runs", "a run");
                add_curve(t, line);
            } else if (layer == REST && !up && !down && !run && strcmp(branch, "boundary") != 0) {
                add_branch(t, from, end);
            }
        }
}

/* ---- marks ---- */

static void add_mark(tip_table *t, double x, double y, const char *label)
{
    size_t at = t->mark_count;

    if (at == MARKS_MAX)
        return;
    while (at > 0 && t->marks[at - 1].x > x) {
        t->marks[at] = t->marks[at - 1];
        at--;
    }
    t->marks[at] = (sd_curve_mark){.x = x, .y = y, .label = label};
    t->mark_count++;
}

static void add_marks(tip_table *t)
{
    static const struct {
        char letter;
        const char *words;
    } specials[] = {{'f', "fold"}, {'h', "swing begins"}, {'b', "branches cross"}};

    for (size_t i = 0; i < t->count; i++)
        for (size_t k = 0; k < sizeof specials / sizeof *specials; k++)
            if (t->points[i].special == specials[k].letter &&
                strcmp(t->points[i].branch, "boundary") != 0)
                add_mark(t, t->points[i].parameter, t->points[i].value,
                         sd_arena_printf(t->arena, "%s at %s", specials[k].words,
                                         place_text(t, t->points[i].parameter)));
    if (t->mark_count == 0 && !isnan(number(t, "level_at")))
        add_mark(t, number(t, "level_at"), (double)NAN, word(t, "level"));
}

/* ---- both charts ---- */

static const char caveat[] =
    "Nothing here is a forecast: every number follows from assumptions that have ranges.";

sd_status sd_tip_table_script(sd_arena *arena, const sd_table_request *q, const char **ret_script,
                              sd_diag *diag)
{
    static const char *const notes[] = {
        "Whole lines are states of rest with time standing still; a slow sweep starts each value "
        "where the one before ended.",
        caveat};
    tip_table t = {.arena = arena, .diag = diag, .request = q};
    const sd_status status = read_table(&t);

    if (status != SD_OK)
        return status;
    add_points(&t);
    add_marks(&t);
    const char *name = sd_column_label(arena, t.variable);
    const sd_tip_picture picture = {
        .title = word_or(&t, "title", sd_arena_printf(arena, "%.40s over a parameter", name)),
        .subtitle = word_or(&t, "subtitle", name),
        .x_label = word_or(&t, "x_label", "parameter"),
        .x_low = number(&t, "x_low"),
        .x_high = number(&t, "x_high"),
        .y_low = (double)NAN,
        .y_high = (double)NAN,
        .curve_count = t.curve_count,
        .mark_count = t.mark_count,
        .note_count = 2,
        .curves = t.curves,
        .marks = t.marks,
        .notes = notes};

    return sd_tip_script(arena, &picture, q->path, ret_script, diag);
}

sd_status sd_tip_boundary_script(sd_arena *arena, const sd_table_request *q,
                                 const char **ret_script, sd_diag *diag)
{
    static const char *const notes[] = {caveat};
    tip_table t = {.arena = arena, .diag = diag, .request = q};
    sd_status status = read_table(&t);
    size_t from = 0;

    if (status != SD_OK)
        return status;
    while (from < t.count && strcmp(t.points[from].branch, "boundary") != 0)
        from++;
    if (from == t.count) {
        status = sd_fail(diag, SD_E616, SD_NOWHERE, "the table has no boundary");
        sd_help(diag, "'treadmill tip INPUT' with a second --over follows one");
        return status;
    }
    sd_curve line = curve_of(&t, from, branch_end(&t, from));

    line.kind = SD_CURVE_BOUNDARY;
    line.label = word_or(&t, "boundary",
                         t.points[from].special == 'f' ? "the fold" : "end of the level stretch");
    const sd_tip_picture picture = {
        .title = word_or(&t, "boundary_title", "The boundary in two parameters"),
        .subtitle = word_or(&t, "boundary_subtitle", ""),
        .x_label = word_or(&t, "x_label", "parameter"),
        .x_low = number(&t, "x_low"),
        .x_high = number(&t, "x_high"),
        .y_low = number(&t, "y_low"),
        .y_high = number(&t, "y_high"),
        .curve_count = 1,
        .note_count = 1,
        .curves = &line,
        .notes = notes};

    return sd_tip_script(arena, &picture, q->path, ret_script, diag);
}
