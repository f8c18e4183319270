#include "diagram_private.h"
void sd_diagram_place(sd_diagram *d)
{
    d->width = 1200;
    d->height = 900;
}
