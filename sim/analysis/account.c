/* account.c - where the hours go that AI saves, and where the week goes.
 * In: a table of series with the columns of the shipped model.  Out: for each saved time parts that sum to the whole.
 * The account is the model's own identity (gross_hours_saved less its parts is hours_check, which is 0) per person; the
 * week follows from contract_hours = coordination + programmes + normal task hours, and
 * normal task hours = task hours used - overtime + rest + redeployed + absorbed hours.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "sd/analysis.h"

const sd_account_part sd_account_parts[SD_ACCOUNT_PARTS] = {
    [SD_ACCOUNT_META_WORK] = {"meta_work_hours", "Meta-work", "meta-work"},
    [SD_ACCOUNT_PERMISSION] = {"permission_hours", "Permission", "asking for permission"},
    [SD_ACCOUNT_REWORK] = {"extra_rework_hours", "Rework", "rework"},
    [SD_ACCOUNT_REFILL] = {"refill_hours", "Low-value extra tasks", "extra tasks of little value"},
    [SD_ACCOUNT_BURNOUT] = {"burnout_and_turnover_hours", "Burnout and turnover",
                            "burnout and turnover"},
    [SD_ACCOUNT_ABSORBED] = {"absorbed_and_programme_hours", "Slack and programmes",
                             "slack and the programmes themselves"},
    [SD_ACCOUNT_KEPT] = {"kept_hours", "Kept", "what is kept"},
};

const char sd_account_columns[] =
    "gross_hours_saved,meta_work_hours,permission_hours,extra_rework_hours,refill_hours,"
    "burnout_and_turnover_hours,absorbed_and_programme_hours,kept_hours,headcount,AI_share_of_"
    "tasks";

const char *const sd_week_labels[SD_WEEK_KINDS] = {
    [SD_WEEK_HANDS_ON] = "Hands-on work",
    [SD_WEEK_COORDINATION] = "Coordination",
    [SD_WEEK_REWORK] = "Rework",
    [SD_WEEK_META_WORK] = "Meta-work",
    [SD_WEEK_PERMISSION] = "Permission",
    [SD_WEEK_PROGRAMME] = "Building practices",
    [SD_WEEK_REDEPLOYED] = "Moved to better work",
    [SD_WEEK_SLACK] = "Ungoverned slack",
};

const char sd_week_columns[] =
    "contract_hours,coordination_share,overtime,rest_hours,task_hours_used,normal_task_hours,"
    "meta_work_hours,permission_hours,rework_found,effort_per_task,completion_rate,headcount,"
    "redeployed_hours,absorbed_hours";

/* A column that is known to be there. */
static const double *column_of(const sd_dataset *data, size_t series, const char *name)
{
    return data->series[series].columns[sd_dataset_column(data, name)];
}

const sd_account *sd_account_new(sd_arena *arena, const sd_dataset *data, size_t series)
{
    const size_t count = data->series[series].time_count;
    const double *parts[SD_ACCOUNT_PARTS];
    sd_account *account;

    if (sd_dataset_missing(arena, data, sd_account_columns))
        return NULL;
    const double *gross = column_of(data, series, "gross_hours_saved");
    const double *people = column_of(data, series, "headcount");
    const double *use = column_of(data, series, sd_use_variable);

    for (size_t p = 0; p < SD_ACCOUNT_PARTS; p++)
        parts[p] = column_of(data, series, sd_account_parts[p].variable);
    account = SD_NEW_ARRAY(arena, sd_account, count + 1);
    for (size_t i = 0; i < count; i++) {
        account[i].gross = gross[i] / people[0];
        for (size_t p = 0; p < SD_ACCOUNT_PARTS; p++) {
            account[i].hours[p] = parts[p][i] / people[0];
            account[i].shares[p] = use[i] > sd_least_use ? parts[p][i] / gross[i] : (double)NAN;
        }
    }
    return account;
}

const sd_week *sd_week_new(sd_arena *arena, const sd_dataset *data, size_t series)
{
    const size_t count = data->series[series].time_count;
    sd_week *weeks;

    if (sd_dataset_missing(arena, data, sd_week_columns))
        return NULL;
    const double *contract = column_of(data, series, "contract_hours");
    const double *coordination = column_of(data, series, "coordination_share");
    const double *overtime = column_of(data, series, "overtime");
    const double *rest = column_of(data, series, "rest_hours");
    const double *used = column_of(data, series, "task_hours_used");
    const double *normal = column_of(data, series, "normal_task_hours");
    const double *meta = column_of(data, series, "meta_work_hours");
    const double *permission = column_of(data, series, "permission_hours");
    const double *found = column_of(data, series, "rework_found");
    const double *effort = column_of(data, series, "effort_per_task");
    const double *completed = column_of(data, series, "completion_rate");
    const double *people = column_of(data, series, "headcount");
    const double *redeployed = column_of(data, series, "redeployed_hours");
    const double *absorbed = column_of(data, series, "absorbed_hours");

    weeks = SD_NEW_ARRAY(arena, sd_week, count + 1);
    for (size_t i = 0; i < count; i++) {
        double *hours = weeks[i].hours;
        const double around = completed[i] > 0 ? (meta[i] + permission[i]) / completed[i] : 0;

        weeks[i].worked = contract[i] + overtime[i] - rest[i];
        hours[SD_WEEK_COORDINATION] = contract[i] * coordination[i];
        hours[SD_WEEK_META_WORK] = meta[i] / people[i];
        hours[SD_WEEK_PERMISSION] = permission[i] / people[i];
        const double left = used[i] - hours[SD_WEEK_META_WORK] - hours[SD_WEEK_PERMISSION];
        const double again = found[i] * (effort[i] - around) / people[i];

        hours[SD_WEEK_REWORK] = again > left ? fmax(0, left) : again;
        hours[SD_WEEK_HANDS_ON] = left - hours[SD_WEEK_REWORK];
        hours[SD_WEEK_PROGRAMME] = contract[i] * (1 - coordination[i]) - normal[i];
        hours[SD_WEEK_REDEPLOYED] = redeployed[i];
        hours[SD_WEEK_SLACK] = absorbed[i];
    }
    return weeks;
}
