/* diagram_animate.c - a causal loop diagram through a run: a picture each quarter, as a moving GIF or as SVG files for
 * slides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PICTURES_MAX = 400 };

typedef struct film {
    sd_arena *arena;
    const sd_diagram *d;
    const sd_animation *animation;
    double start, stop; /* [model time] */
    size_t count;       /* pictures */
} film;

static double time_of(const film *f, size_t picture)
{
    return f->start + (double)picture * f->animation->every;
}

typedef SD_LIST(unsigned) color_list; /* 0xRRGGBB */

static bool is_interrupted(const film *f)
{
    return f->animation->interrupted && *f->animation->interrupted;
}

static void tell(const film *f, size_t done)
{
    if (f->animation->progress)
        f->animation->progress(f->animation->progress_context, (double)done / (double)f->count);
}

/* ---- a moving GIF ---- */

/* Adds the colours "#rrggbb" of a script that are new, each in five steps to white: what its smooth edges are made of. */
static void gather_colors(color_list *colors, sd_arena *arena, const char *script)
{
    for (const char *at = strchr(script, '#'); at; at = strchr(at + 1, '#')) {
        unsigned color;
        bool known = strspn(at + 1, "0123456789abcdef") != 6 || sscanf(at + 1, "%6x", &color) != 1;

        for (size_t i = 0; i < colors->count && !known; i += 5)
            known = colors->items[i] == color;
        for (unsigned step = 0; step < 5 && !known; step++) {
            unsigned mixed = 0;

            for (unsigned shift = 0; shift <= 16; shift += 8)
                mixed |= ((color >> shift & 0xff) * (5 - step) + 0xff * step) / 5 << shift;
            SD_PUSH(arena, colors, mixed);
        }
    }
}

static sd_status draw_frames(const film *f, const sd_source **frames, color_list *colors,
                             sd_diag *diag)
{
    for (size_t i = 0; i < f->count; i++) {
        const char *script = sd_diagram_frame(f->arena, f->d, time_of(f, i));

        gather_colors(colors, f->arena, script);
        const sd_status status =
            is_interrupted(f)
                ? SD_INTERRUPTED
                : sd_gnuplot_run(f->arena, script, SD_TERMINAL_FRAME, NULL, 0, &frames[i], diag);

        if (status != SD_OK)
            return status;
        tell(f, i + 1);
    }
    return SD_OK;
}

static sd_status draw_gif(const film *f, const char *path, bool force, sd_diag *diag)
{
    const sd_built_in *join = sd_built_in_find("plots", "frames.gp");
    const sd_source **frames = SD_NEW_ARRAY(f->arena, const sd_source *, f->count), *gif = NULL;
    sd_text script = sd_text_new(f->arena);
    color_list colors = {0};
    sd_file file;
    sd_status status = sd_file_open(f->arena, path, force, &file, diag);

    if (status != SD_OK)
        return status;
    status = draw_frames(f, frames, &colors, diag);
    sd_text_printf(&script,
                   "output_name = 'chart.gif'\nwidth = %g\nheight = %g\nframe_count = %zu\n"
                   "$colors << end_of_colors\n",
                   f->d->width, f->d->height, f->count);
    for (size_t i = 0; i < colors.count; i++)
        sd_text_printf(&script, "0x%06x\n", colors.items[i]);
    sd_text_printf(&script, "end_of_colors\n%s", join ? (const char *)join->bytes : "");
    if (status == SD_OK)
        status =
            sd_gnuplot_run(f->arena, script.bytes, SD_TERMINAL_GIF, frames, f->count, &gif, diag);
    if (status != SD_OK) {
        sd_file_abandon(&file);
        return status;
    }
    fwrite(gif->text, 1, gif->length, file.stream);
    return sd_file_close(&file, diag);
}

/* ---- a folder of SVG files ---- */

/* Removes a folder of pictures; what else lies in it keeps it. */
static void remove_pictures(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;

    while (folder && (entry = readdir(folder)) != NULL) {
        const size_t digits = strspn(entry->d_name, "0123456789");

        if (digits >= 3 && strcmp(entry->d_name + digits, ".svg") == 0)
            (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    if (folder)
        closedir(folder);
    (void)rmdir(path);
}

static sd_status draw_pictures(const film *f, const char *folder, sd_diag *diag)
{
    const bool whole = f->start == floor(f->start) && f->start >= 0 &&
                       f->animation->every == floor(f->animation->every);

    for (size_t i = 0; i < f->count; i++) {
        const char *name =
            sd_arena_printf(f->arena, "%s/%03.0f.svg", folder, whole ? time_of(f, i) : (double)i);
        const sd_status status =
            is_interrupted(f) ? SD_INTERRUPTED
                              : sd_diagram_draw(f->arena, f->d, time_of(f, i), name, true, diag);

        if (status != SD_OK)
            return status;
        tell(f, i + 1);
    }
    return SD_OK;
}

/* Puts finished pictures where they belong: the folder as a whole, or each into one that is there and keeps what else
 * lies in it, but no picture of an earlier run. */
static sd_status put_in_place(const film *f, const char *from, const char *path, sd_diag *diag)
{
    const struct dirent *entry;
    DIR *folder;
    bool good = true;

    remove_pictures(path);
    if (rename(from, path) == 0)
        return SD_OK;
    folder = opendir(from);
    while (folder && (entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            good = rename(sd_arena_printf(f->arena, "%s/%s", from, entry->d_name),
                          sd_arena_printf(f->arena, "%s/%s", path, entry->d_name)) == 0 &&
                   good;
    good = good && folder;
    if (folder)
        closedir(folder);
    remove_pictures(from);
    return good ? SD_OK
                : sd_fail(diag, SD_E602, SD_NOWHERE, "cannot write into the folder '%s'", path);
}

/* A new folder beside `path`, for pictures until all are there; *ret_whole is `path` without slashes at its end. */
static sd_status make_beside(sd_arena *arena, const char *path, bool force, const char **ret_whole,
                             char **ret_made, sd_diag *diag)
{
    struct stat facts;
    char *whole = sd_arena_copy(arena, path, strlen(path));

    for (size_t end = strlen(whole); end > 1 && whole[end - 1] == '/'; end--)
        whole[end - 1] = '\0';
    *ret_whole = whole;
    *ret_made = sd_arena_printf(arena, "%s.XXXXXX", whole);
    if (stat(whole, &facts) == 0) {
        if (!S_ISDIR(facts.st_mode))
            return sd_fail(diag, SD_E602, SD_NOWHERE, "cannot make the folder '%s': %s", path,
                           strerror(EEXIST));
        if (!force) {
            const sd_status status =
                sd_fail(diag, SD_E603, SD_NOWHERE, "the folder '%s' is there already", path);

            sd_help(diag, "name another, or say --force");
            return status;
        }
    }
    if (!mkdtemp(*ret_made))
        return sd_fail(diag, SD_E602, SD_NOWHERE, "cannot make the folder '%s': %s", path,
                       strerror(errno));
    (void)chmod(*ret_made, 0755);
    return SD_OK;
}

static sd_status draw_folder(const film *f, const char *path, bool force, sd_diag *diag)
{
    const char *whole = path;
    char *made = NULL;
    sd_status status = make_beside(f->arena, path, force, &whole, &made, diag);

    if (status != SD_OK)
        return status;
    status = draw_pictures(f, made, diag);
    if (status == SD_OK)
        return put_in_place(f, made, whole, diag);
    remove_pictures(made);
    return status;
}

static bool is_gif(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot && sd_text_equal_fold(dot, ".gif");
}

sd_status sd_animation_check(sd_arena *arena, const char *path, bool force, sd_diag *diag)
{
    const char *whole = path;
    char *made = NULL;
    sd_file file;
    sd_status status;

    if (is_gif(path)) {
        status = sd_file_open(arena, path, force, &file, diag);
        if (status == SD_OK)
            sd_file_abandon(&file);
        return status;
    }
    status = make_beside(arena, path, force, &whole, &made, diag);
    if (status == SD_OK)
        (void)rmdir(made);
    return status;
}

sd_status sd_diagram_animate(sd_arena *arena, const sd_diagram *diagram,
                             const sd_animation *animation, const char *path, bool force,
                             sd_diag *diag)
{
    const sd_history *history = diagram->feedbacks->graph->history;
    film f = {.arena = arena,
              .d = diagram,
              .animation = animation,
              .start = history->times[0],
              .stop = history->times[history->point_count - 1]};
    const double pictures = floor((f.stop - f.start) / animation->every + 1e-9) + 1;

    if (!(pictures <= PICTURES_MAX))
        return sd_fail(diag, SD_E503, SD_NOWHERE,
                       "an animation of %.0f pictures is too long: %d are the most", pictures,
                       PICTURES_MAX);
    f.count = (size_t)pictures;
    return is_gif(path) ? draw_gif(&f, path, force, diag) : draw_folder(&f, path, force, diag);
}
