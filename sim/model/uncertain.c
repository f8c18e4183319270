/* uncertain.c - what is uncertain about a constant: the one rule that every ensemble follows.
 * In: a scenario.  Out: the distribution that it gives to a constant, or the one that an assumption which nobody has
 * measured has by its plausible range.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <math.h>

const sd_setting *sd_scenario_setting(const sd_scenario *scenario, size_t element)
{
    for (size_t each = 0; each < scenario->settings.count; each++) {
        if (scenario->settings.items[each].element == element)
            return &scenario->settings.items[each];
    }
    return NULL;
}

bool sd_scenario_number(const sd_scenario *scenario, size_t element, double *ret_value)
{
    const sd_variable *variable = scenario->model->element_variables[element];
    const sd_setting *setting = sd_scenario_setting(scenario, element);

    if (!setting)
        return sd_settings_constant(variable->equations[element - variable->first], ret_value);
    *ret_value = setting->value;
    return true;
}

/* An assumption that nobody has measured, with a range round its value. */
static bool has_range(const sd_model *model, size_t element, double value)
{
    const sd_variable *variable = model->element_variables[element];

    return variable->grade == SD_GRADE_PRIOR && isfinite(variable->range_min) &&
           isfinite(variable->range_max) && variable->range_min < variable->range_max &&
           variable->range_min <= value && value <= variable->range_max &&
           !sd_model_is_share(model, element);
}

bool sd_scenario_uncertain(const sd_scenario *scenario, size_t element, bool ranges,
                           sd_setting *ret_setting)
{
    const sd_variable *variable = scenario->model->element_variables[element];
    const sd_setting *setting = sd_scenario_setting(scenario, element);
    double value;

    if (setting) {
        *ret_setting = *setting;
        return !setting->from_policy && setting->distribution.kind != SD_DIST_NONE;
    }
    if (!ranges || !sd_variable_is_constant(variable) ||
        !sd_scenario_number(scenario, element, &value) ||
        !has_range(scenario->model, element, value))
        return false;
    *ret_setting =
        (sd_setting){.element = element,
                     .value = value,
                     .distribution = {.kind = SD_DIST_TRIANGULAR,
                                      .p = {variable->range_min, value, variable->range_max}},
                     .span = SD_NOWHERE};
    return true;
}
