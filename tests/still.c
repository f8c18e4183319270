/* still.c - small models with time standing still, for tests of equilibria, modes and tipping points.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "still.h"

#include <gsl/gsl_errno.h>
#include <math.h>

still still_open(desk *on, const char *lines)
{
    still at = {.on = on};

    gsl_set_error_handler_off(); /* as main does */

    desk_must_compile(on, desk_file(on, "rk4 0 100 0.25", "", desk_variables(on, lines)));
    assert_int_equal(
        sd_field_new(on->arena, on->program, &on->model->spec, NULL, 0, &at.field, on->diag),
        SD_OK);
    at.stocks = SD_NEW_ARRAY(on->arena, double, on->program->stock_count + 1);
    sd_field_start(at.field, at.stocks);
    assert_int_equal(sd_core_new(on->arena, on->program, at.field, &on->model->spec, at.stocks,
                                 &at.core, on->diag),
                     SD_OK);
    return at;
}

still still_find(desk *on, const char *lines)
{
    still at = still_open(on, lines);

    if (sd_equilibrium_find(at.core, at.stocks, true, at.stocks, on->diag) != SD_OK)
        fail_msg("%s", desk_printed(on));
    assert_int_equal(sd_modes_new(on->arena, at.core, at.stocks, NULL, &at.modes, on->diag), SD_OK);
    return at;
}

double still_value(const still *at, const char *name)
{
    return sd_field_value(at->field, at->stocks, desk_element(at->on, name));
}

size_t still_parameter(const still *at, const char *name)
{
    const int32_t k = at->on->program->element_parameters[desk_element(at->on, name)];

    assert_true(k >= 0);
    return (size_t)k;
}
