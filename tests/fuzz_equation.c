/* fuzz_equation.c - any text as equations of a model that has arrays, graphical functions, stocks, macros, a module, a
 * conveyor and a queue around them.
 * In: up to five lines, the equations of a variable, of an array, of a flow of an array, of a stock's start, and the transit
 * time of the conveyor.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

enum { LINES = 5 };

/* The places of the lines are marked by %s. */
static const char surroundings[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">"
    "<sim_specs method=\"%s\" time_units=\"week\"><start>0</start><stop>3</stop><dt>0.25</dt>"
    "</sim_specs><dimensions><dim name=\"d\"><elem name=\"a\"/><elem name=\"b\"/></dim>"
    "<dim name=\"n\" size=\"3\"/></dimensions>"
    "<macro name=\"lag\"><parm>x</parm><parm default=\"2\">time</parm><eqn>held</eqn><variables>"
    "<stock name=\"held\"><eqn>x</eqn><inflow>change</inflow></stock>"
    "<flow name=\"change\"><eqn>(x - held) / time</eqn></flow></variables></macro>"
    "<macro name=\"twice\"><parm>x</parm><eqn>x + x</eqn></macro><model><variables>"
    "<aux name=\"p\"><eqn>%s</eqn></aux>"
    "<aux name=\"q\"><dimensions><dim name=\"d\"/><dim name=\"n\"/></dimensions>"
    "<eqn>%s</eqn></aux>"
    "<flow name=\"f\"><dimensions><dim name=\"d\"/></dimensions><eqn>%s</eqn></flow>"
    "<stock name=\"s\"><dimensions><dim name=\"d\"/></dimensions><eqn>%s</eqn>"
    "<inflow>f</inflow><outflow>g</outflow><non_negative/></stock>"
    "<flow name=\"g\"><dimensions><dim name=\"d\"/></dimensions><eqn>s * 0.3</eqn></flow>"
    "<aux name=\"c\"><eqn>2.5</eqn><units>hour</units></aux>"
    "<aux name=\"v\"><dimensions><dim name=\"n\"/></dimensions><eqn>n / 2</eqn></aux>"
    "<gf name=\"t\"><xscale min=\"0\" max=\"4\"/><ypts>0,1,4,2,0.5</ypts></gf>"
    "<aux name=\"h\"><eqn>TIME</eqn><gf type=\"discrete\"><xpts>0,1,3</xpts><ypts>5,1,2</ypts></gf>"
    "</aux><stock name=\"line\"><eqn>2</eqn><inflow>come</inflow><outflow>enter</outflow><queue/>"
    "</stock><flow name=\"come\"><eqn>c</eqn></flow><flow name=\"enter\"/>"
    "<stock name=\"belt\"><eqn>1</eqn><inflow>enter</inflow><outflow>leave</outflow><outflow>lost"
    "</outflow><conveyor discrete=\"true\"><len>%s</len><capacity>5</capacity></conveyor></stock>"
    "<flow name=\"leave\"/><flow name=\"lost\"><eqn>0.1</eqn><leak/></flow>"
    "<module name=\"m\"><connect to=\"input\" from=\"c\"/></module></variables></model>"
    "<model name=\"m\"><variables><aux name=\"input\"><eqn>1</eqn></aux>"
    "<aux name=\"o\"><eqn>lag(input) + twice(input)</eqn></aux></variables></model></xmile>";

/* What XML could not hold would never come to the parser of equations, so it becomes a question mark. */
static const char *escaped(sd_arena *arena, const uint8_t *bytes, size_t length)
{
    sd_text text = sd_text_new(arena);

    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '<')
            sd_text_add(&text, "&lt;", 4);
        else if (bytes[i] == '&')
            sd_text_add(&text, "&amp;", 5);
        else if (bytes[i] == '>')
            sd_text_add(&text, "&gt;", 4);
        else
            sd_text_add(&text, bytes[i] < ' ' && bytes[i] != '\t' ? "?" : (const char *)bytes + i,
                        1);
    }
    return text.bytes;
}

const char *fuzz_equation_file(sd_arena *arena, const uint8_t *bytes, size_t length)
{
    const char *lines[LINES] = {"1", "1", "1", "1", "1"};
    size_t at = 0;

    for (size_t line = 0; line < LINES && at < length; line++) {
        const uint8_t *end = memchr(bytes + at, '\n', length - at);
        const size_t count = end ? (size_t)(end - bytes) - at : length - at;

        if (count)
            lines[line] = escaped(arena, bytes + at, count);
        at += count + 1;
    }
    return sd_arena_printf(arena, surroundings, length % 2 ? "rk4" : "euler", lines[0], lines[1],
                           lines[2], lines[3], lines[4]);
}

void fuzz_equation(const uint8_t *bytes, size_t length)
{
    sd_arena *arena = sd_arena_new("fuzzing equations");
    const char *file = fuzz_equation_file(arena, bytes, length);

    fuzz_model(sd_source_from_text(arena, "fuzz.xmile", file, strlen(file)), arena);
    sd_arena_free(arena);
}
