/* builtin.c - the table of operators and functions, and finding a row by any of its names.
 * In: builtins.def.  Out: sd_builtins[].
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "sd/model.h"

const sd_builtin sd_builtins[SD_FUNCTIONS] = {
#define SD_BUILTIN(id, name, least, most, rule, lag, call, text)                                   \
    {SD_FN_##id, name, least, most, rule, lag, call, text},
#include "sd/builtins.def"
#undef SD_BUILTIN
};

/* The names of a row, "A|B:0132", one by one: true when one of them is the name; its order of arguments begins then. */
static bool has_name(const char *names, const char *name, size_t length, const char **ret_order)
{
    while (*names) {
        size_t size = strcspn(names, "|"), bare = strcspn(names, "|:");
        if (bare == length && strncasecmp(names, name, length) == 0) {
            *ret_order = names + bare + (names[bare] == ':');
            return true;
        }
        names += size + (names[size] == '|');
    }
    return false;
}

static const sd_builtin *find(const char *name, size_t length, const char **ret_order)
{
    for (size_t i = 0; length > 0 && i < SD_FUNCTIONS; i++)
        if (has_name(sd_builtins[i].name, name, length, ret_order))
            return &sd_builtins[i];
    return NULL;
}

const sd_builtin *sd_builtin_find(const char *name, size_t length)
{
    const char *order;
    return find(name, length, &order);
}

const char *sd_builtin_order(const char *name, size_t length)
{
    const char *order = "";
    (void)find(name, length, &order);
    return *order >= '0' && *order <= '9' ? order : "";
}

bool sd_builtin_moves(const sd_builtin *builtin)
{
    static const sd_function moving[] = {
        SD_FN_STEP,           SD_FN_RAMP,          SD_FN_PULSE,      SD_FN_TREND,
        SD_FN_FORCST,         SD_FN_RANDOM,        SD_FN_NORMAL,     SD_FN_EXPRND,
        SD_FN_LOGNORMAL,      SD_FN_POISSON,       SD_FN_BETA,       SD_FN_BINOMIAL,
        SD_FN_MONTECARLO,     SD_FN_GAMMA,         SD_FN_GEOMETRIC,  SD_FN_LOGISTIC,
        SD_FN_PARETO,         SD_FN_NEGBINOMIAL,   SD_FN_TRIANGULAR, SD_FN_WEIBULL,
        SD_FN_CGROWTH,        SD_FN_NPV,           SD_FN_COUNTER,    SD_FN_SINWAVE,
        SD_FN_COSWAVE,        SD_FN_DERIVN,        SD_FN_HISTORY,    SD_FN_PULSE_TRAIN,
        SD_FN_SAMPLE_IF_TRUE, SD_FN_ACTIVE_INITIAL};
    for (size_t i = 0; i < sizeof moving / sizeof *moving; i++)
        if (moving[i] == builtin->id)
            return true;
    return false;
}
