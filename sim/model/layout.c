/* layout.c - how a causal loop diagram is laid out: a layout file and its model go in, places, links and marks come out.
 * In: a file NAME.layout, read as scenarios are (scenario_scan.c, scenario_positions.c, scenario_entry.c), so that it can
 * name no other file and every fault is reported where it stands.  Out: an sd_layout whose every name is the model's.
 * Whether the equations have what it draws is asked when they have run.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <math.h>
#include <string.h>

static const char ending[] = ".layout";

typedef struct reader {
    sd_arena *arena;
    sd_diag *diag;
    const sd_model *model;
    double width, height; /* [pixel] */
    SD_LIST(sd_layout_place) places;
    SD_LIST(sd_layout_link) links;
    SD_LIST(sd_layout_loop) loops;
} reader;

/* ---- single settings ---- */

static const sd_entry *needed(const reader *r, const sd_entry *group, const char *name,
                              const char *what)
{
    const sd_entry *entry = sd_entry_find(group, name);

    if (!entry)
        (void)sd_fail(r->diag, SD_E403, group->span, "%s has no '%s'", what, name);
    return entry;
}

/* A number from `low` to `high`; false after an error, and when `entry` is NULL. */
static bool number_within(const reader *r, const sd_entry *entry, double low, double high,
                          double *ret_number)
{
    double number;

    if (!entry || !sd_entry_number(entry, &number, r->diag))
        return false;
    if (!(number >= low && number <= high)) {
        (void)sd_fail(r->diag, SD_E404, entry->span, "'%s' must lie between %g and %g",
                      sd_entry_called(entry), low, high);
        return false;
    }
    *ret_number = number;
    return true;
}

/* How many lines a label has, and letters the longest of them. */
typedef struct extent {
    size_t lines, letters;
} extent;

static extent extent_of(const char *label)
{
    extent size = {.lines = 1};
    size_t letters = 0;

    for (const char *c = label; *c; c++) {
        size.lines += *c == '\n';
        letters = *c == '\n' ? 0 : letters + (((unsigned char)*c & 0xC0) != 0x80);
        if (letters > size.letters)
            size.letters = letters;
    }
    return size;
}

/* The middle of something on the picture, so far from its edge, title and footer that all of it can be seen.  How wide
 * letters are is known only to who draws them; half of what most need is left on each side. */
static bool read_point(const reader *r, const sd_entry *group, const char *label, double *ret_x,
                       double *ret_y)
{
    static const char what[] = "what a layout shows";
    const double head = 100, foot = 75, edge = 10;        /* [pixel] */
    const double letter = 4, line = 10, size_least = 200; /* [pixel] half of them */
    const extent size = extent_of(label);
    const double across = edge + fmin(letter * (double)size.letters, size_least - 2 * edge);
    const double down =
        line * (double)(size.lines > SD_LAYOUT_LINES_MAX ? SD_LAYOUT_LINES_MAX : size.lines);
    const bool x = number_within(r, needed(r, group, "x", what), across, r->width - across, ret_x);

    return number_within(r, needed(r, group, "y", what), head + down, r->height - foot - down,
                         ret_y) &&
           x;
}

static bool read_label(const reader *r, const sd_entry *group, const char **ret_label)
{
    const sd_entry *entry = sd_entry_find(group, "label");
    extent size;

    if (!entry)
        return true;
    if (!sd_entry_text(entry, ret_label, r->diag))
        return false;
    size = extent_of(*ret_label);
    if (size.letters <= SD_LAYOUT_LETTERS_MAX && size.lines <= SD_LAYOUT_LINES_MAX)
        return true;
    (void)sd_fail(r->diag, SD_E404, entry->span,
                  "a label has at most %d lines of at most %d letters", SD_LAYOUT_LINES_MAX,
                  SD_LAYOUT_LETTERS_MAX);
    sd_help(r->diag, "part its lines by \\n");
    return false;
}

static bool read_stop(const reader *r, const sd_entry *entry, sd_stop *ret_stop)
{
    const char *name;
    sd_stop stop = {.element = SIZE_MAX};

    if (!entry || !sd_entry_text(entry, &name, r->diag))
        return false;
    if (!strchr(name, '['))
        stop.variable = sd_model_find(r->model, name);
    if (!stop.variable) {
        if (sd_model_find_element(r->model, name, entry->span, &stop.element, r->diag) != SD_OK)
            return false;
        stop.variable = r->model->element_variables[stop.element];
    }
    *ret_stop = stop;
    return true;
}

static bool is_same_stop(sd_stop a, sd_stop b)
{
    return a.variable == b.variable && a.element == b.element;
}

/* ---- variables ---- */

static bool read_kind(const reader *r, const sd_entry *group, sd_layout_place *place)
{
    const sd_entry *entry = sd_entry_find(group, "kind");
    const char *kind;

    if (!entry)
        return true;
    if (!sd_entry_text(entry, &kind, r->diag))
        return false;
    place->lever = strcmp(kind, "lever") == 0;
    place->outside = strcmp(kind, "outside") == 0;
    if (place->lever || place->outside)
        return true;
    (void)sd_fail(r->diag, SD_E403, entry->span, "unknown kind of variable '%s'", kind);
    sd_help(r->diag, "write \"lever\" for what a policy moves, \"outside\" for what is given from "
                     "outside; others have no kind");
    return false;
}

static bool is_new_place(const reader *r, const sd_layout_place *place)
{
    for (size_t i = 0; i < r->places.count; i++)
        if (is_same_stop(r->places.items[i].stop, place->stop)) {
            (void)sd_fail(r->diag, SD_E102, place->span, "'%s' is shown already",
                          place->stop.variable->name);
            return false;
        }
    return true;
}

static void read_place(reader *r, const sd_entry *group)
{
    static const char *const known[] = {"name", "label", "x", "y", "kind"};
    sd_layout_place place = {0};
    const sd_entry *name;

    if (!sd_entry_is_group(group, r->diag))
        return;
    sd_entry_check_names(group, "a variable of a layout", known, sizeof known / sizeof *known,
                         r->diag);
    name = needed(r, group, "name", "a variable of a layout");
    bool good = read_stop(r, name, &place.stop);

    if (good) {
        place.label = name->text;
        place.span = name->span;
    }
    good = read_label(r, group, &place.label) && good;
    good = read_kind(r, group, &place) && good;
    good = read_point(r, group, place.label ? place.label : "", &place.x, &place.y) && good;
    if (good && is_new_place(r, &place))
        SD_PUSH(r->arena, &r->places, place);
}

/* ---- links ---- */

/* The place where a stop is shown. */
static bool find_place(const reader *r, sd_stop stop, sd_span span, size_t *ret_place)
{
    for (size_t i = 0; i < r->places.count; i++)
        if (is_same_stop(r->places.items[i].stop, stop)) {
            *ret_place = i;
            return true;
        }
    (void)sd_fail(r->diag, SD_E411, span, "'%s' is not among the variables shown",
                  stop.element == SIZE_MAX
                      ? stop.variable->name
                      : sd_model_element_name(r->model, stop.element, r->arena));
    sd_help(r->diag, "a link leads from one of `variables` to another");
    return false;
}

static bool read_end(const reader *r, const sd_entry *entry, size_t *ret_place)
{
    sd_stop stop;

    return read_stop(r, entry, &stop) && find_place(r, stop, entry->span, ret_place);
}

static bool read_through(const reader *r, const sd_entry *list, sd_layout_link *link)
{
    sd_stop *stops;
    sd_span *spans;
    bool good = true;

    if (!sd_entry_is_sequence(list, r->diag))
        return false;
    if (list->entries.count < 2) {
        (void)sd_fail(r->diag, SD_E403, list->span, "a link passes at least two variables");
        return false;
    }
    stops = SD_NEW_ARRAY(r->arena, sd_stop, list->entries.count);
    spans = SD_NEW_ARRAY(r->arena, sd_span, list->entries.count);
    for (size_t i = 0; i < list->entries.count; i++) {
        good = read_stop(r, list->entries.items[i], &stops[i]) && good;
        spans[i] = list->entries.items[i]->span;
    }
    if (!good)
        return false;
    link->count = list->entries.count;
    link->through = stops;
    link->spans = spans;
    good = find_place(r, stops[0], spans[0], &link->from);
    return find_place(r, stops[link->count - 1], spans[link->count - 1], &link->to) && good;
}

/* A route is told once; so is the bend of the links of loops between two variables. */
static bool is_new_link(const reader *r, const sd_layout_link *link)
{
    for (size_t i = 0; i < r->links.count; i++) {
        const sd_layout_link *known = &r->links.items[i];
        bool same =
            known->from == link->from && known->to == link->to && known->count == link->count;

        for (size_t s = 0; s < link->count && same; s++)
            same = is_same_stop(known->through[s], link->through[s]);
        if (same) {
            (void)sd_fail(r->diag, SD_E102, link->span, "this link is drawn already");
            return false;
        }
    }
    return true;
}

static void read_link(reader *r, const sd_entry *group)
{
    static const char *const known[] = {"through", "from", "to", "bend"};
    sd_layout_link link = {.span = group->span};
    const sd_entry *through, *bend;
    bool good;

    if (!sd_entry_is_group(group, r->diag))
        return;
    sd_entry_check_names(group, "a link of a layout", known, sizeof known / sizeof *known, r->diag);
    through = sd_entry_find(group, "through");
    bend = sd_entry_find(group, "bend");
    if (through) {
        link.span = through->span;
        good = read_through(r, through, &link);
    } else {
        good = read_end(r, needed(r, group, "from", "a link without 'through'"), &link.from);
        good = read_end(r, needed(r, group, "to", "a link without 'through'"), &link.to) && good;
    }
    if (bend)
        good = number_within(r, bend, -SD_LAYOUT_BEND_MAX, SD_LAYOUT_BEND_MAX, &link.bend) && good;
    if (good && link.from == link.to)
        (void)sd_fail(r->diag, SD_E411, link.span, "the link ends where it begins");
    else if (good && is_new_link(r, &link))
        SD_PUSH(r->arena, &r->links, link);
}

/* ---- loops ---- */

static bool find_loop(const reader *r, const sd_entry *entry, const sd_loop **ret_loop)
{
    const size_t count = r->model->loop_count;
    const char **ids, *id;

    if (!sd_entry_text(entry, &id, r->diag))
        return false;
    ids = SD_NEW_ARRAY(r->arena, const char *, count + 1);
    for (size_t l = 0; l < count; l++) {
        ids[l] = r->model->loops[l].id;
        if (sd_text_equal_fold(ids[l], id)) {
            *ret_loop = &r->model->loops[l];
            return true;
        }
    }
    (void)sd_fail(r->diag, SD_E101, entry->span, "the model has no loop '%s'", id);
    sd_help_nearest(r->diag, id, ids, count);
    return false;
}

static bool is_new_loop(const reader *r, const sd_layout_loop *loop)
{
    for (size_t i = 0; i < r->loops.count; i++)
        if (r->loops.items[i].loop == loop->loop) {
            (void)sd_fail(r->diag, SD_E102, loop->span, "loop '%s' is drawn already",
                          loop->loop->id);
            return false;
        }
    return true;
}

static void read_loop(reader *r, const sd_entry *group)
{
    static const char *const known[] = {"id", "label", "x", "y", "clockwise"};
    const sd_entry *id, *clockwise;
    sd_layout_loop loop = {.clockwise = true};

    if (!sd_entry_is_group(group, r->diag))
        return;
    sd_entry_check_names(group, "a loop of a layout", known, sizeof known / sizeof *known, r->diag);
    id = needed(r, group, "id", "a loop of a layout");
    clockwise = sd_entry_find(group, "clockwise");
    bool good = id && find_loop(r, id, &loop.loop);

    if (good) {
        loop.label = loop.loop->name;
        loop.span = id->span;
    }
    good = read_label(r, group, &loop.label) && good;
    good = (!clockwise || sd_entry_bool(clockwise, &loop.clockwise, r->diag)) && good;
    good = read_point(r, group, loop.label ? loop.label : "", &loop.x, &loop.y) && good;
    if (good && is_new_loop(r, &loop))
        SD_PUSH(r->arena, &r->loops, loop);
}

/* ---- the whole ---- */

static void read_each(reader *r, const sd_entry *root, const char *name,
                      void (*read)(reader *r, const sd_entry *group))
{
    const sd_entry *list = sd_entry_find(root, name);

    if (!list || !sd_entry_is_sequence(list, r->diag))
        return;
    for (size_t i = 0; i < list->entries.count; i++)
        read(r, list->entries.items[i]);
}

sd_status sd_layout_from_source(sd_arena *arena, const sd_source *source, const sd_model *model,
                                const sd_layout **ret_layout, sd_diag *diag)
{
    static const char *const known[] = {"schema", "width", "height", "variables", "links", "loops"};
    const size_t errors = diag->errors;
    const sd_entry *root = sd_entry_read(arena, source, diag);
    reader r = {.arena = arena, .diag = diag, .model = model};
    sd_layout *layout;

    if (!root)
        return sd_diag_status(diag);
    sd_entry_check_schema(root, "the layout", source, diag);
    sd_entry_check_names(root, "a layout", known, sizeof known / sizeof *known, diag);
    bool sized = number_within(&r, needed(&r, root, "width", "the layout"), SD_LAYOUT_SIZE_MIN,
                               SD_LAYOUT_SIZE_MAX, &r.width);

    sized = number_within(&r, needed(&r, root, "height", "the layout"), SD_LAYOUT_SIZE_MIN,
                          SD_LAYOUT_SIZE_MAX, &r.height) &&
            sized;
    if (sized) {
        const size_t before = diag->errors;

        read_each(&r, root, "variables", read_place);
        /* Ends of links would be called missing that only could not be read. */
        if (diag->errors == before)
            read_each(&r, root, "links", read_link);
        read_each(&r, root, "loops", read_loop);
    }
    if (diag->errors > errors)
        return sd_diag_status(diag);
    layout = SD_NEW(arena, sd_layout);
    *layout = (sd_layout){.source = source,
                          .width = r.width,
                          .height = r.height,
                          .place_count = r.places.count,
                          .link_count = r.links.count,
                          .loop_count = r.loops.count,
                          .places = r.places.items,
                          .links = r.links.items,
                          .loops = r.loops.items};
    *ret_layout = layout;
    return SD_OK;
}

/* "folder/town" of "folder/town.xmile" */
static const char *without_ending(sd_arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');

    return sd_arena_copy(arena, path, dot ? (size_t)(dot - path) : strlen(path));
}

sd_status sd_layout_of_model(sd_arena *arena, const sd_model *model, const sd_layout **ret_layout,
                             sd_diag *diag)
{
    const char *path =
        sd_arena_printf(arena, "%s%s", without_ending(arena, model->source->name), ending);
    const sd_source *source = NULL;

    *ret_layout = NULL;
    if (model->source->built_in) {
        const sd_built_in *file = sd_built_in_find("scenarios", path + strlen("built-in:"));

        source = file ? sd_source_from_built_in(arena, file) : NULL;
    } else if (sd_neighbour_read(arena, path, SD_SCENARIO_BYTES_MAX, path, SD_NOWHERE, &source,
                                 diag) == SD_FAILED) {
        return sd_diag_status(diag);
    }
    return source ? sd_layout_from_source(arena, source, model, ret_layout, diag) : SD_OK;
}
