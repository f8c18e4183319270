/* ensemble_private.h - what the files of the ensemble stage share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_ENSEMBLE_PRIVATE_H
#define SD_ENSEMBLE_PRIVATE_H

#include "sd/ensemble.h"

/* design.c */
/* False, with E102, when a factor shares an element with one before it. */
bool factor_is_new(const sd_factor *factors, size_t count, const sd_factor *next, sd_span where,
                   sd_diag *diag);
/* What only the values of a member together can break, asked of the first and the last one. */
SD_NODISCARD sd_status design_check(const sd_design *design, const sd_scenario *scenario,
                                    sd_span where, sd_diag *diag);

#endif
