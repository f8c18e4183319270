/* progress.c - a bar on stderr that says how far something is and how long it will take.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "app_private.h"

progress_bar progress_begin(void)
{
    return (progress_bar){.began = sd_clock_seconds()};
}

void progress_show(void *context, double fraction)
{
    enum { WIDTH = 30 };
    progress_bar *bar = context;
    double spent = sd_clock_seconds() - bar->began;
    if (spent < 0.5 || !isatty(STDERR_FILENO))
        return;
    bar->shown = true;
    int done = (int)(fraction * WIDTH);
    fprintf(stderr, "\r[%.*s%*s] %3.0f %%  %.0f s left ", done, "##############################",
            WIDTH - done, "", 100 * fraction,
            fraction > 0 ? spent / fraction * (1 - fraction) : 0.0);
}

void progress_end(const progress_bar *bar)
{
    if (bar->shown)
        fprintf(stderr, "\r%60s\r", "");
}
