#include "diagram_private.h"
void sd_diagram_choose(sd_diagram *d)
{
    (void)d;
}
