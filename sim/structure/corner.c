/* corner.c - whether an equilibrium lies on a corner of the equations, where up and down go by different slopes.
 * In: a core at its equilibrium.  Out: the stocks whose net flows have a corner there, and a direction that stays on
 * the side on which the derivatives were taken.  A ratchet (fast up, slow down) rests on such a corner for any values.
 * Method: the Jacobian is probed a little to both sides along each coordinate; the directions that leave it as it is are
 * summed, and with every corner a straight line their sum leaves it as well.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "core.h"

const double core_probe =
    1e-6; /* far beyond the last digits of an equilibrium, near as seen from it */
static const double jump =
    1e-3; /* [1] of the largest derivative of a row: a bend changes it by the probe, 1e-6 */

/* Marks the rows of `probed` that differ from `here`; true when any does. */
static bool mark_jumps(const gsl_matrix *here, const gsl_matrix *probed, bool *rows)
{
    bool any = false;

    for (size_t i = 0; i < here->size1; i++) {
        double size = 0, most = 0;

        for (size_t k = 0; k < here->size2; k++) {
            const double a = gsl_matrix_get(here, i, k), b = gsl_matrix_get(probed, i, k);

            size = fmax(size, fmax(fabs(a), fabs(b)));
            most = fmax(most, fabs(a - b));
        }
        if (most > jump * size) {
            rows[i] = true;
            any = true;
        }
    }
    return any;
}

bool core_corners(sd_arena *arena, sd_core *core, const double *y, bool *ret_stocks,
                  double *ret_side)
{
    const size_t m = core->count;
    gsl_matrix *here = core_matrix(arena, m, m), *probed = core->work->matrix;
    double *trial = SD_NEW_ARRAY(arena, double, m + 1);
    bool *rows = SD_NEW_ARRAY(arena, bool, m + 1), any = false;

    memset(ret_stocks, 0, core->stock_count * sizeof *ret_stocks);
    memset(ret_side, 0, m * sizeof *ret_side);
    if (!core_jacobian(core, y, here))
        return false;
    for (size_t k = 0; k < m; k++)
        for (int side = 1; side >= -1; side -= 2) {
            memcpy(trial, y, m * sizeof *y);
            trial[k] += side * core_probe;
            if (!core_jacobian(core, trial, probed) || mark_jumps(here, probed, rows))
                any = true;
            else
                ret_side[k] += side;
        }
    for (size_t i = 0; i < core->stock_count; i++)
        for (size_t k = 0; k < m; k++)
            ret_stocks[i] =
                ret_stocks[i] || (rows[k] && core->dual[k * core->stock_count + i] != 0);
    return any;
}
