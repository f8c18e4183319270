/* belt_desk.c - a model with one conveyor, compiled and run.
 * In: the parts of it that a test cares for.  Out: a desk with its program and trajectory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "belt_desk.h"

const char *const belt_methods[BELT_METHODS] = {"euler", "rk2", "rk4", "rkf45", "msadams"};

const char *belt_specs(desk *on, const char *method, double stop, double dt)
{
    return sd_arena_printf(on->arena, "%s 0 %g %g", method, stop, dt);
}

void belt_compile(desk *on, const char *specs, const char *start, const char *in, const char *flows,
                  const char *conveyor, const char *more)
{
    desk_must_compile(on,
                      desk_file(on, specs, "",
                                sd_arena_printf(on->arena,
                                                "<stock name=\"S\"><eqn>%s</eqn><inflow>in</inflow>"
                                                "<outflow>out</outflow>%s%s</stock>\n"
                                                "<flow name=\"in\"><eqn>%s</eqn></flow>\n"
                                                "<flow name=\"out\"/>\n%s",
                                                start, flows, conveyor, in, more)));
}

void belt_run(desk *on, const char *specs, const char *start, const char *in, const char *flows,
              const char *conveyor, const char *more)
{
    belt_compile(on, specs, start, in, flows, conveyor, more);
    desk_must_run(on);
}
