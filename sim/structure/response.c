/* response.c - how an output answers to a parameter: where it begins to move, and where it moves most.
 * In: values over a parameter.  Out: the end of a level stretch and the steepest tenth of the range.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sd/structure.h"

static const double left_level = 0.02; /* [1] of the range of values: this is no longer level */
static const double short_stretch =
    0.1; /* [1] of the range of the parameter: shorter is no stretch */
static const double steep_stretch = 0.1; /* [1] of the range of the parameter */
static const double real_turn = 0.05;    /* [1] of the range of values, on both sides */

/* Linear between the points; NAN outside or at a point that has no value. */
static double value_at(const sd_response *r, double parameter)
{
    for (size_t k = 0; k + 1 < r->count; k++)
        if (parameter >= r->parameters[k] && parameter <= r->parameters[k + 1])
            return r->values[k] + (parameter - r->parameters[k]) /
                                      (r->parameters[k + 1] - r->parameters[k]) *
                                      (r->values[k + 1] - r->values[k]);
    return (double)NAN;
}

/* Where the value has moved away from that at one end; NAN when the stretch is too short. */
static double leave(const sd_response *r, bool from_low, double room)
{
    const size_t n = r->count, first = from_low ? 0 : n - 1;
    const double level = r->values[first];
    const double whole = r->parameters[n - 1] - r->parameters[0];

    for (size_t i = 1; i < n; i++) {
        const size_t k = from_low ? i : n - 1 - i, before = from_low ? k - 1 : k + 1;
        const double moved = fabs(r->values[k] - level), earlier = fabs(r->values[before] - level);

        if (!(moved > room))
            continue;
        const double part = (room - earlier) / (moved - earlier);
        const double at = r->parameters[before] + part * (r->parameters[k] - r->parameters[before]);

        return fabs(at - r->parameters[first]) >= short_stretch * whole ? at : (double)NAN;
    }
    return (double)NAN;
}

/* The extreme, of the two, that lies inside and further from both ends' values. */
static void find_turn(sd_response *r, double range)
{
    const double first = r->values[0], last = r->values[r->count - 1];
    double best = real_turn * range;

    for (size_t k = 1; k + 1 < r->count; k++) {
        const double above = r->values[k] - fmax(first, last),
                     below = fmin(first, last) - r->values[k];

        if (fmax(above, below) > best) {
            best = fmax(above, below);
            r->turn = r->parameters[k];
            r->turn_value = r->values[k];
        }
    }
}

sd_response sd_response_of(const double *parameters, const double *values, size_t count)
{
    sd_response r = {.count = count,
                     .parameters = parameters,
                     .values = values,
                     .leaves = (double)NAN,
                     .turn = (double)NAN,
                     .steepest = (double)NAN};
    double low = (double)INFINITY, high = -(double)INFINITY;

    for (; r.count > 0 && isnan(r.values[0]); r.count--)
        r.values++, r.parameters++;
    for (; r.count > 0 && isnan(r.values[r.count - 1]); r.count--)
        continue;
    values = r.values, parameters = r.parameters, count = r.count;
    for (size_t k = 0; k < count; k++) {
        low = fmin(low, values[k]);
        high = fmax(high, values[k]);
    }
    if (count < 3 || !(high > low))
        return r;
    const double room = left_level * (high - low);
    const double up = leave(&r, true, room), down = leave(&r, false, room);

    r.rising_side = isnan(down) || up - parameters[0] >= parameters[count - 1] - down;
    r.leaves = r.rising_side ? up : down;
    r.level = values[r.rising_side ? 0 : count - 1];
    find_turn(&r, high - low);
    const double width = steep_stretch * (parameters[count - 1] - parameters[0]);

    for (size_t k = 0; k < count && parameters[k] + width <= parameters[count - 1]; k++) {
        const double slope = (value_at(&r, parameters[k] + width) - values[k]) / width;

        if (fabs(slope) > fabs(r.slope)) {
            r.slope = slope;
            r.steepest = parameters[k] + width / 2;
        }
    }
    return r;
}
