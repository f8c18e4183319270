#include "robust_study.h"
sd_status robust_draw(const robust_study *s, const char *folder)
{
    (void)s; (void)folder;
    return SD_OK;
}
