/* cmd_version.c - the version, and what the program was built with.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <expat.h>
#include <gsl/gsl_version.h>
#include <libconfig.h>
#include <sleef.h>

#include "app_private.h"

const char *build_text(void)
{
    return TREADMILL_BUILD;
}

/* The instruction set that kernels are taken for, and the others that this processor has. */
static void tell_instructions(void)
{
    const char *set;

    printf("kernels for %s", sd_instructions_here(0));
    for (size_t i = 1; (set = sd_instructions_here(i)); i++)
        printf("%s%s", i == 1 ? " (also here: " : ", ", set);
    puts(sd_instructions_here(1) ? ")" : "");
}

sd_status cmd_version(call *c)
{
    if (c->given.inputs.count)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'version' takes no input, not %zu",
                       c->given.inputs.count);
    printf("treadmill %s%s%s%s\n", TREADMILL_VERSION, TREADMILL_BUILD[0] ? " (" : "",
           TREADMILL_BUILD, TREADMILL_BUILD[0] ? ")" : "");
    if (c->given.verbose) {
        printf("GSL %s, libconfig %d.%d.%d, %s, SLEEF %d.%d.%d\n", gsl_version, LIBCONFIG_VER_MAJOR,
               LIBCONFIG_VER_MINOR, LIBCONFIG_VER_REVISION, XML_ExpatVersion(), SLEEF_VERSION_MAJOR,
               SLEEF_VERSION_MINOR, SLEEF_VERSION_PATCHLEVEL);
        tell_instructions();
        puts("GPL-3.0-or-later; no warranty.  Nothing it prints is a forecast.");
    }
    return SD_OK;
}
