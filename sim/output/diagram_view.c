/* diagram_view.c - a causal loop diagram at one time: how strong each link and loop is round it, which loop drives, and
 * the widths, colours and words that say so.
 * Scores of single steps are noisy, so what is shown is the mean over a fortieth of the run, as in sd_spells_new.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "diagram_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOWS = 40, LONG_ID = 4 }; /* windows in a run; letters that fit into a mark */

static const double thin = 1.4, lever_width = 1.7, most_width = 6.4; /* [pixel] */

/* ---- means round a time ---- */

sd_window sd_window_at(const sd_history *history, double at)
{
    const size_t half = history->point_count / WINDOWS / 2;
    sd_window w = {0};

    for (size_t k = 1; k < history->point_count; k++)
        if (fabs(history->times[k] - at) < fabs(history->times[w.middle] - at))
            w.middle = k;
    w.first = w.middle > half ? w.middle - half : 0;
    w.last = w.middle + half < history->point_count ? w.middle + half : history->point_count - 1;
    return w;
}

static double mean_size(const double *values, sd_window w)
{
    double sum = 0;

    for (size_t k = w.first; k <= w.last; k++)
        sum += isfinite(values[k]) ? fabs(values[k]) : 0;
    return sum / (double)(w.last - w.first + 1);
}

const double *sd_loop_shares(const sd_feedbacks *feedbacks, const sd_feedback *f)
{
    return f->among || feedbacks->list[0].among ? f->among : f->relative;
}

double sd_loop_share(const sd_feedbacks *feedbacks, const sd_feedback *f)
{
    return f->among || feedbacks->list[0].among ? f->among_share : f->share;
}

double sd_window_share(const sd_feedbacks *feedbacks, const sd_feedback *f, sd_window w)
{
    const double *shares = sd_loop_shares(feedbacks, f);

    return shares ? mean_size(shares, w) : 0;
}

/* Of the largest partition, for shares mean something only within one. */
static void find_driver(sd_view *view)
{
    const sd_feedbacks *feedbacks = view->d->feedbacks;

    view->driver = SIZE_MAX;
    for (size_t i = 0; i < feedbacks->count; i++) {
        const sd_feedback *f = &feedbacks->list[i];
        const double share = f->partition == feedbacks->list[0].partition
                                 ? sd_window_share(feedbacks, f, view->window)
                                 : 0;

        if (share > view->drive) {
            view->drive = share;
            view->driver = i;
        }
    }
}

sd_view sd_view_at(const sd_diagram *d, double at)
{
    const sd_history *history = d->feedbacks->graph->history;
    const sd_window w = sd_window_at(history, at);
    const size_t links = d->links.count;
    sd_view view = {.d = d,
                    .time = history->times[w.middle],
                    .window = w,
                    .shares = SD_NEW_ARRAY(d->arena, double, links + 1),
                    .strengths = SD_NEW_ARRAY(d->arena, double, d->loops.count + 1)};
    double *into = SD_NEW_ARRAY(d->arena, double, d->nodes.count + 1);

    for (size_t k = 0; k < links; k++) {
        view.shares[k] = mean_size(d->links.items[k].score, w);
        into[d->links.items[k].to] += view.shares[k];
    }
    for (size_t k = 0; k < links; k++)
        if (into[d->links.items[k].to] > 0)
            view.shares[k] /= into[d->links.items[k].to];
    for (size_t l = 0; l < d->loops.count; l++)
        view.strengths[l] = sd_window_share(d->feedbacks, d->loops.items[l].feedback, w);
    find_driver(&view);
    return view;
}

/* ---- looks ---- */

static bool is_lever(const sd_diagram *d, size_t link)
{
    return d->nodes.items[d->links.items[link].from].lever;
}

bool sd_link_works(const sd_diagram *d, size_t link)
{
    const sd_diagram_link *l = &d->links.items[link];

    for (size_t k = 0; k < d->feedbacks->graph->history->point_count; k++)
        if (isfinite(l->score[k]) && l->score[k] != 0)
            return l->sign != SD_SIGN_IDLE;
    return false;
}

double sd_view_width(const sd_view *view, size_t link)
{
    if (is_lever(view->d, link))
        return lever_width;
    if (!sd_link_works(view->d, link))
        return thin;
    return thin + (most_width - thin) * fmin(1, view->shares[link]);
}

uint32_t sd_loop_color(const char *id, int polarity, bool word)
{
    /* R1, R2, R3, then darker and lighter members of their families; [line, word]. */
    static const uint32_t reinforcing[][2] = {
        {0xd55e00, 0xa84a00}, {0xcc79a7, 0xa8477f}, {0xe69f00, 0x9a6700},
        {0x9c3f00, 0x8a3800}, {0x8f4672, 0x7d3b63}, {0xa97400, 0x855b00},
        {0xe8894a, 0xa84a00}, {0xb5307f, 0x962668}, {0xc98500, 0x9a6700}};
    const size_t count = sizeof reinforcing / sizeof *reinforcing;
    char *rest = NULL;
    const unsigned long number = *id ? strtoul(id + 1, &rest, 10) : 0;
    unsigned letters = 0;

    if (polarity == 0)
        return SD_MUTE;
    if (polarity < 0)
        return word ? 0x005a8e : 0x0072b2;
    for (const char *c = id; *c; c++)
        letters += (unsigned char)*c;
    if (number == 0)
        return reinforcing[3 + letters % (count - 3)][word];
    return reinforcing[*rest ? 6 + (number - 1) % 3 : (number - 1) % count][word];
}

int sd_view_polarity(const sd_view *view, const sd_feedback *f)
{
    const double least = 1e-9; /* [1] of its mean share: less is what rounding left */
    double plus = 0, minus = 0;

    for (size_t k = view->window.first; k <= view->window.last; k++)
        if (isfinite(f->relative[k]))
            *(f->relative[k] > 0 ? &plus : &minus) += fabs(f->relative[k]);
    if (plus == 0 && minus == 0)
        return f->named ? f->named->polarity : f->polarity ? f->polarity : 1;
    return fmin(plus, minus) > least * fmax(plus, minus) ? 0 : plus > minus ? 1 : -1;
}

uint32_t sd_view_color(const sd_view *view, size_t link, bool word)
{
    const sd_diagram_link *l = &view->d->links.items[link];
    size_t best = SIZE_MAX;

    if (is_lever(view->d, link))
        return word ? 0x00795a : 0x009e73;
    for (size_t i = 0; i < l->loops.count; i++)
        if (best == SIZE_MAX || view->strengths[l->loops.items[i]] > view->strengths[best])
            best = l->loops.items[i];
    if (best == SIZE_MAX)
        return SD_MUTE;
    const sd_feedback *f = view->d->loops.items[best].feedback;

    return sd_loop_color(f->id, sd_view_polarity(view, f), word);
}

uint32_t sd_node_color(const sd_diagram_node *node)
{
    return node->lever ? 0x00795a : node->outside ? SD_MUTE : SD_INK;
}

const char *sd_view_sign(const sd_diagram *d, size_t link)
{
    static const char *const signs[] = {"", "+", "\xE2\x80\x93", "\xC2\xB1"};

    return signs[d->links.items[link].sign];
}

/* ---- words ---- */

const char *sd_loop_letter(const sd_view *view, const sd_feedback *f)
{
    static const char *const letters[] = {"B", "U", "R"};
    const char *letter = letters[sd_view_polarity(view, f) + 1];
    const bool other = strchr("RBU", *f->id) && *f->id != *letter;

    return other || strlen(f->id) > LONG_ID ? letter : f->id;
}

const char *sd_loop_words(const sd_feedback *f)
{
    return *f->name || strlen(f->id) <= LONG_ID ? f->name : f->id;
}

const char *sd_loop_named(sd_arena *arena, const sd_feedback *f)
{
    return sd_arena_printf(arena, "%s%s%s", f->id, *f->name ? " " : "", f->name);
}

bool sd_view_draws(const sd_view *view, const sd_feedback *f)
{
    for (size_t l = 0; l < view->d->loops.count; l++)
        if (view->d->loops.items[l].feedback == f)
            return true;
    return false;
}

const char *sd_view_time(const sd_view *view)
{
    const char *given = view->d->scenario->model->time_units;
    const char *units = strcmp(given, "dmnl") == 0 || strcmp(given, "1") == 0 ? "" : given;
    const bool plural = *units && view->time != 1 && units[strlen(units) - 1] != 's';
    char number[SD_NUMBER_MAX];

    (void)sd_number_format(view->time, number);
    return sd_units_are_weeks(units) ? sd_arena_printf(view->d->arena, "Week %s", number)
           : *units && !sd_text_equal_fold(units, "time")
               ? sd_arena_printf(view->d->arena, "Time %s %s%s", number, units, plural ? "s" : "")
               : sd_arena_printf(view->d->arena, "Time %s", number);
}

const char *sd_view_title(const sd_view *view)
{
    const sd_diagram *d = view->d;
    const char *time = sd_view_time(view);

    if (view->driver == SIZE_MAX)
        return d->feedbacks->moves ? sd_arena_printf(d->arena, "%s: no loop is at work", time)
                                   : sd_arena_printf(d->arena, "%s: nothing changes", time);
    const sd_feedback *f = &d->feedbacks->list[view->driver];

    return sd_arena_printf(d->arena, "%s: %s %s%s", time, sd_loop_named(d->arena, f),
                           view->drive >= 0.5 ? "drives" : "leads",
                           sd_view_draws(view, f) ? "" : " (not drawn)");
}
