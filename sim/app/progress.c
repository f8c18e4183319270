/* progress.c - a bar on stderr that says how far something is and how long it will take.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <unistd.h>

#include "app_private.h"

progress_bar progress_begin(void)
{
    return (progress_bar){.began = sd_clock_seconds()};
}

void progress_tell(progress_bar *bar, double fraction, const char *words)
{
    enum { WIDTH = 30 };
    double now = sd_clock_seconds(), spent = now - bar->began;
    if (spent < 0.5 || now - bar->told < 0.1 || !isatty(STDERR_FILENO))
        return;
    bar->told = now;
    bar->shown = true;
    int done = (int)(fraction * WIDTH);
    fprintf(stderr, "\r[%.*s%*s] %3.0f %%  %s%.0f s left ", done, "##############################",
            WIDTH - done, "", 100 * fraction, words,
            fraction > 0 ? spent / fraction * (1 - fraction) : 0.0);
}

void progress_show(void *bar, double fraction)
{
    progress_tell(bar, fraction, "");
}

void progress_end(const progress_bar *bar)
{
    if (bar->shown)
        fprintf(stderr, "\r%78s\r", "");
}
