/* unit_signature.c - the units of functions that have a pattern of their own: what each argument must be, and the value.
 * In: a function.  Out: a letter for each argument and one for the value.
 * x: units that all x share; y: those over the time unit; n: a pure number; t: a time; r: 1 over the time unit; *: any;
 * /: x over the time unit to the power that the second argument is.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit_private.h"

const unit_signature *unit_signature_of(sd_function id)
{
    static const struct {
        sd_function id;
        unit_signature signature;
    } table[] = {
        {SD_FN_RANDOM, {"xxn", 'x'}},      {SD_FN_NORMAL, {"xxnxx", 'x'}},
        {SD_FN_EXPRND, {"xn", 'x'}},       {SD_FN_LOGNORMAL, {"xxn", 'x'}},
        {SD_FN_POISSON, {"xn", 'x'}},      {SD_FN_MONTECARLO, {"*n", 'n'}},
        {SD_FN_BETA, {"nnn", 'n'}},        {SD_FN_BINOMIAL, {"xnn", 'x'}},
        {SD_FN_GAMMA, {"nxn", 'x'}},       {SD_FN_GEOMETRIC, {"nn", 'n'}},
        {SD_FN_LOGISTIC, {"xxn", 'x'}},    {SD_FN_NEGBINOMIAL, {"xnn", 'x'}},
        {SD_FN_PARETO, {"nxn", 'x'}},      {SD_FN_TRIANGULAR, {"xxxn", 'x'}},
        {SD_FN_WEIBULL, {"nxn", 'x'}},     {SD_FN_INVNORM, {"n", 'n'}},
        {SD_FN_NORMALCDF, {"xxxx", 'n'}},  {SD_FN_COMBINATIONS, {"nn", 'n'}},
        {SD_FN_PERMUTATIONS, {"nn", 'n'}}, {SD_FN_FACTORIAL, {"n", 'n'}},
        {SD_FN_GAMMALN, {"n", 'n'}},       {SD_FN_CGROWTH, {"*", 'r'}},
        {SD_FN_FV, {"nnxx", 'x'}},         {SD_FN_PV, {"nnxx", 'x'}},
        {SD_FN_PMT, {"nnxx", 'x'}},        {SD_FN_NPV, {"yrxn", 'x'}},
        {SD_FN_COUNTER, {"tt", 't'}},      {SD_FN_SINWAVE, {"xt", 'x'}},
        {SD_FN_COSWAVE, {"xt", 'x'}},      {SD_FN_PULSE_TRAIN, {"tttt", 'n'}},
        {SD_FN_DERIVN, {"xn", '/'}},       {SD_FN_PERCENT, {"n", 'n'}},
        {SD_FN_LOG, {"nn", 'n'}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].id == id)
            return &table[i].signature;
    return NULL;
}
