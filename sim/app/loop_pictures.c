/* loop_pictures.c - the causal loop diagram of a run: drawn, moving, or as text for other programs.
 * In: finished loop studies and the options.  Out: files, and a line on stdout for each.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "app_private.h"

enum { QUARTER = 13 /* [week] */, PICTURES = 20 };

bool wants_pictures(const arguments *given)
{
    return given->cld || given->animate || given->dot || given->mermaid || given->plot;
}

static bool wants_diagram(const arguments *given)
{
    return given->cld || given->animate || given->dot || given->mermaid;
}

/* The layout that was asked for, else the model's own; NULL: places are worked out. */
static sd_status find_layout(call *c, const sd_model *model, const sd_layout **ret_layout)
{
    const sd_source *source;
    if (!c->given.layout)
        return sd_layout_of_model(c->arena, model, ret_layout, c->diag);
    sd_status status =
        sd_source_from_file(c->arena, c->given.layout, SD_SCENARIO_BYTES_MAX, &source, c->diag);
    return status == SD_OK ? sd_layout_from_source(c->arena, source, model, ret_layout, c->diag)
                           : status;
}

static void tell(const call *c, const char *what, const char *path)
{
    if (!c->given.quiet && !c->given.json)
        printf("%s: %s\n", what, path);
}

static sd_status write_text(call *c, const char *path, const char *text)
{
    sd_file file;
    sd_status status = sd_file_open(c->arena, path, c->given.force, &file, c->diag);
    if (status != SD_OK)
        return status;
    fputs(text, file.stream);
    status = sd_file_close(&file, c->diag);
    if (status == SD_OK)
        tell(c, "written", path);
    return status;
}

static void show_progress(void *context, double fraction)
{
    const double *began = context;
    double spent = sd_clock_seconds() - *began;
    if (spent < 0.5 || !isatty(STDERR_FILENO))
        return;
    if (fraction < 1)
        fprintf(stderr, "\rdrawing: %3.0f %%  %.0f s left ", 100 * fraction,
                spent / fraction * (1 - fraction));
    else
        fprintf(stderr, "\r%40s\r", "");
}

static sd_status animate(call *c, const sd_diagram *diagram, const sd_scenario *scenario)
{
    double began = sd_clock_seconds(), length = scenario->spec.stop - scenario->spec.start;
    double usual = sd_units_are_weeks(scenario->model->time_units) && length > 2 * QUARTER
                       ? QUARTER
                       : length / PICTURES;
    sd_animation animation = {.every = isnan(c->given.every) ? usual : c->given.every,
                              .progress = show_progress,
                              .progress_context = &began,
                              .interrupted = c->interrupted};
    if (!(animation.every > 0))
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--every' must be above 0");
    sd_status status = sd_diagram_animate(c->arena, diagram, &animation, c->given.animate,
                                          c->given.force, c->diag);
    if (status == SD_OK)
        tell(c, "drawn", c->given.animate);
    return status;
}

static sd_status draw_diagram(call *c, const loop_study *s)
{
    const arguments *given = &c->given;
    const sd_scenario *scenario = s->result.scenario;
    double at = isnan(given->at) ? scenario->spec.stop : given->at;
    const sd_layout *layout;
    const sd_diagram *diagram;
    sd_status status = find_layout(c, scenario->model, &layout);
    if (status == SD_OK)
        status = sd_diagram_new(c->arena, s->feedbacks, scenario, layout,
                                given->animate ? (double)NAN : at, &diagram, c->diag);
    if (status == SD_OK && given->cld) {
        status = sd_diagram_draw(c->arena, diagram, at, given->cld, given->force, c->diag);
        if (status == SD_OK)
            tell(c, "drawn", given->cld);
    }
    if (status == SD_OK && given->dot)
        status = write_text(c, given->dot, sd_diagram_dot(c->arena, diagram, at));
    if (status == SD_OK && given->mermaid)
        status = write_text(c, given->mermaid, sd_diagram_mermaid(c->arena, diagram, at));
    if (status == SD_OK && given->animate)
        status = animate(c, diagram, scenario);
    return status;
}

static sd_status draw_chart(call *c, const loop_study *studies, size_t count)
{
    sd_result *results = SD_NEW_ARRAY(c->arena, sd_result, count);
    const sd_feedbacks **loops = SD_NEW_ARRAY(c->arena, const sd_feedbacks *, count);
    for (size_t i = 0; i < count; i++) {
        results[i] = studies[i].result;
        loops[i] = studies[i].feedbacks;
    }
    return draw_all(c, sd_dataset_from_loops(c->arena, results, loops, count),
                    sd_chart_find("loops"), c->given.plot);
}

/* That a file may be put at `path`: what would be refused at the end is refused before the run. */
static sd_status check_file(call *c, const char *path)
{
    sd_file file;
    sd_status status;
    if (!path)
        return SD_OK;
    status = sd_file_open(c->arena, path, c->given.force, &file, c->diag);
    if (status == SD_OK)
        sd_file_abandon(&file);
    return status;
}

static sd_status check_picture(call *c, const char *path)
{
    sd_status status = path ? sd_picture_check(path, c->diag) : SD_OK;
    return status == SD_OK ? check_file(c, path) : status;
}

static sd_status fail_alone(call *c, const char *option, const char *needs)
{
    sd_status status =
        sd_fail(c->diag, SD_E701, SD_NOWHERE, "'%s' says nothing without %s", option, needs);
    sd_help(c->diag, "for example: treadmill loops tools-only %s", needs);
    return status;
}

sd_status loop_pictures_check(call *c)
{
    const arguments *given = &c->given;
    if (given->layout && !wants_diagram(given))
        return fail_alone(c, "--layout", "--cld week.svg");
    if (!isnan(given->every) && !given->animate)
        return fail_alone(c, "--every", "--animate loops.gif");
    sd_status status = check_picture(c, given->cld);
    if (status == SD_OK)
        status = check_file(c, given->dot);
    if (status == SD_OK)
        status = check_file(c, given->mermaid);
    if (status == SD_OK && given->animate)
        status = sd_animation_check(c->arena, given->animate, given->force, c->diag);
    return status;
}

sd_status loop_pictures(call *c, const loop_study *studies, size_t count)
{
    if (count > 1 && wants_diagram(&c->given)) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE,
                                   "a causal loop diagram is of one input, not of two");
        sd_help(c->diag, "draw one after the other, into files of different names");
        return status;
    }
    sd_status status = wants_diagram(&c->given) ? draw_diagram(c, &studies[0]) : SD_OK;
    return status == SD_OK && c->given.plot ? draw_chart(c, studies, count) : status;
}
