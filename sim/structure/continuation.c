/* continuation.c - one curve of equilibria, followed from a point to where it ends.
 * In: a point and a direction.  Out: points with their stability, special ones among them.  Method: pseudo-arclength
 * continuation (Keller 1977): a step along the tangent, then Newton's method across it; the step follows how hard that was.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "continuation.h"

static const double first_step = 0.01, longest_step = 0.03, shortest_step = 1e-6; /* [1] of arc */
static const double straight = 0.95; /* [1] cosine between tangents: longer steps lose the curve */
static const double far_away = 1e4;  /* [1] times the size of the stocks */
static const double same_point = 1e-7;

typedef struct walk {
    tracer *t;
    curve *out;
    const double *start;                       /* where the curve began, to see whether it closes */
    double *u, *tangent, *next, *next_tangent; /* [size] */
    size_t growing, next_growing;
    double step;
} walk;

static double *copy_of(const tracer *t, const double *u)
{
    double *copy = SD_NEW_ARRAY(t->arena, double, t->size);

    memcpy(copy, u, t->size * sizeof *u);
    return copy;
}

void curve_add(tracer *t, curve *to, const double *u, const double *tangent, size_t growing,
               sd_special special, double period)
{
    curve_point point = {.u = copy_of(t, u),
                         .tangent = copy_of(t, tangent),
                         .growing = growing,
                         .special = special,
                         .period = period};

    SD_PUSH(t->arena, to, point);
}

static double distance(const tracer *t, const double *a, const double *b)
{
    double sum = 0;

    for (size_t k = 0; k < t->size; k++)
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sqrt(sum);
}

static double cosine(const tracer *t, const double *a, const double *b)
{
    double sum = 0;

    for (size_t k = 0; k < t->size; k++)
        sum += a[k] * b[k];
    return sum;
}

/* A point of the wanted length along the tangent; shorter where the correction fails or the curve bends too much.
 * false: no step goes on from here. */
static bool step_on(walk *w)
{
    tracer *t = w->t;

    for (; w->step >= shortest_step; w->step /= 2) {
        int steps = 0;

        for (size_t k = 0; k < t->size; k++)
            w->next[k] = w->u[k] + w->step * w->tangent[k];
        if (!tracer_correct(t, w->next, w->tangent, &steps) ||
            !tracer_tangent(t, w->next, w->tangent, w->next_tangent) ||
            !tracer_eigen(t, w->next, &w->next_growing))
            continue;
        /* A corner bends by the same angle however short the step is. */
        if (cosine(t, w->tangent, w->next_tangent) < straight && w->step > 100 * shortest_step)
            continue;
        return true;
    }
    return false;
}

/* The very end of the range, reached by shortening the step to it. */
static bool meet_bound(walk *w, double bound)
{
    tracer *t = w->t;
    double *plane = SD_NEW_ARRAY(t->arena, double, t->size);
    const double gap = w->next[t->size - 1] - w->u[t->size - 1];
    const double part = gap != 0 ? (bound - w->u[t->size - 1]) / gap : 0;

    plane[t->size - 1] = 1;
    for (size_t k = 0; k < t->size; k++)
        w->next[k] = w->u[k] + part * (w->next[k] - w->u[k]);
    w->next[t->size - 1] = bound;
    if (!tracer_correct(t, w->next, plane, NULL))
        return false;
    w->next[t->size - 1] = bound;
    return tracer_tangent(t, w->next, w->tangent, w->next_tangent) &&
           tracer_eigen(t, w->next, &w->next_growing);
}

static void note(walk *w, double length, sd_special special)
{
    found_point found;

    if (special_locate(w->t, w->u, w->tangent, length, special, &found))
        curve_add(w->t, w->out, found.u, found.tangent,
                  w->growing < w->next_growing ? w->growing : w->next_growing, special,
                  found.period);
}

/* What lies between the point and the next one. */
static void note_specials(walk *w)
{
    const tracer *t = w->t;
    const double length = cosine(t, w->tangent, w->next) - cosine(t, w->tangent, w->u);
    const bool fold = w->tangent[t->size - 1] * w->next_tangent[t->size - 1] < 0;
    const size_t more =
        w->next_growing > w->growing ? w->next_growing - w->growing : w->growing - w->next_growing;

    if (fold)
        note(w, length, SD_POINT_FOLD);
    else if (more % 2 == 1)
        note(w, length, SD_POINT_BRANCH);
    if ((fold ? more - (more > 0) : more) >= 2)
        note(w, length, SD_POINT_HOPF);
}

static bool is_gone(const walk *w)
{
    const sd_core *core = w->t->core;

    for (size_t k = 0; k + 1 < w->t->size; k++)
        if (!(fabs(w->next[k]) < far_away))
            return true;
    core_stocks(core, w->next, core->work->stocks);
    for (size_t i = 0; i < core->stock_count; i++)
        if (core->program->stocks[i].non_negative && core->work->stocks[i] < -1e-9 * core->scale[i])
            return true;
    return false;
}

static void go_on(walk *w)
{
    double *u = w->u, *tangent = w->tangent;

    curve_add(w->t, w->out, w->next, w->next_tangent, w->next_growing, SD_POINT_PLAIN, (double)NAN);
    w->u = w->next, w->next = u;
    w->tangent = w->next_tangent, w->next_tangent = tangent;
    w->growing = w->next_growing;
    w->step = fmin(w->step * 1.5, longest_step);
}

static sd_branch_end walk_on(walk *w)
{
    tracer *t = w->t;
    const size_t s = t->size - 1;

    while (w->out->count < SD_BRANCH_POINTS_MAX) {
        if (t->request->interrupted && *t->request->interrupted)
            return SD_END_LONG;
        if (!step_on(w))
            return SD_END_LOST;
        if (is_gone(w))
            return SD_END_GONE;
        if (w->next[s] <= 0 || w->next[s] >= 1) {
            if (!meet_bound(w, w->next[s] <= 0 ? 0 : 1))
                return SD_END_LOST;
            if (distance(t, w->next, w->u) > same_point) {
                note_specials(w);
                go_on(w);
            }
            return SD_END_BOUND;
        }
        note_specials(w);
        if (w->start && w->out->count > 8 && distance(t, w->next, w->start) < w->step)
            return SD_END_JOINS;
        go_on(w);
    }
    return SD_END_LONG;
}

sd_branch_end curve_follow(tracer *t, const double *u, const double *direction, const double *start,
                           curve *to)
{
    walk w = {.t = t,
              .out = to,
              .start = start,
              .u = copy_of(t, u),
              .tangent = SD_NEW_ARRAY(t->arena, double, t->size),
              .next = SD_NEW_ARRAY(t->arena, double, t->size),
              .next_tangent = SD_NEW_ARRAY(t->arena, double, t->size),
              .step = first_step};

    if (!tracer_tangent(t, u, direction, w.tangent) || !tracer_eigen(t, u, &w.growing))
        return SD_END_LOST;
    curve_add(t, to, u, w.tangent, w.growing, SD_POINT_PLAIN, (double)NAN);
    /* At an end of the range there is nothing to follow outwards. */
    if ((u[t->size - 1] <= 0 && w.tangent[t->size - 1] < 0) ||
        (u[t->size - 1] >= 1 && w.tangent[t->size - 1] > 0))
        return SD_END_BOUND;
    return walk_on(&w);
}
