/* math.c - the mathematics of the engine: a double goes in, the same bits come out on every
 * processor.  SLEEF's deterministic scalar functions (N. Shibata and F. Petrogalli, SLEEF: A
 * Portable Vectorized Library of C Standard Mathematical Functions, IEEE TPDS 31(6), 2020), which
 * agree bit for bit with the vector functions that compiled kernels call.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <math.h>
#include <sleef.h>

double sd_exp(double x)
{
    return Sleef_cinz_expd1_u10purec(x);
}

double sd_ln(double x)
{
    return Sleef_cinz_logd1_u10purec(x);
}

double sd_log10(double x)
{
    return Sleef_cinz_log10d1_u10purec(x);
}

double sd_pow(double x, double y)
{
    return Sleef_cinz_powd1_u10purec(x, y);
}

/* IEEE 754 rounds the square root correctly, so there is nothing to choose. */
double sd_sqrt(double x)
{
    return sqrt(x);
}

double sd_sin(double x)
{
    return Sleef_cinz_sind1_u10purec(x);
}

double sd_cos(double x)
{
    return Sleef_cinz_cosd1_u10purec(x);
}

double sd_tan(double x)
{
    return Sleef_cinz_tand1_u10purec(x);
}

double sd_arcsin(double x)
{
    return Sleef_cinz_asind1_u10purec(x);
}

double sd_arccos(double x)
{
    return Sleef_cinz_acosd1_u10purec(x);
}

double sd_arctan(double x)
{
    return Sleef_cinz_atand1_u10purec(x);
}

double sd_sinh(double x)
{
    return Sleef_cinz_sinhd1_u10purec(x);
}

double sd_cosh(double x)
{
    return Sleef_cinz_coshd1_u10purec(x);
}

double sd_tanh(double x)
{
    return Sleef_cinz_tanhd1_u10purec(x);
}
