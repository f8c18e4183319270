/* quantile.c - distributions and their inverses: a number of (0, 1) goes in, the value below which that share of the
 * distribution lies comes out; and the functions of counting.
 * The gamma and beta distributions are inverted here, because GSL's inverses give up or lose all digits where a shape is
 * far from 1: Newton's method on ln P as a function of ln x, which is nearly a straight line in the tail, between bounds
 * that close in.  A discrete one is searched by halving from where the Cornish-Fisher expansion (Cornish and Fisher 1938)
 * points.  Every search ends after a fixed number of steps, whatever the arguments are; what is outside the domain of a
 * function is NAN.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sf_psi.h>

enum { STEPS_MAX = 200 };

/* ---- normal ---- */

double sd_normal_density(double z)
{
    return 0.39894228040143267794 * sd_exp(-z * z / 2);
}

double sd_normal_between(double low, double high)
{
    if (low > 0) /* counted from the tail that is nearer, where it has all its digits */
        return gsl_cdf_ugaussian_Q(low) - gsl_cdf_ugaussian_Q(high);
    return gsl_cdf_ugaussian_P(high) - gsl_cdf_ugaussian_P(low);
}

double sd_normal_quantile(double u, double low, double high)
{
    if (!(u >= 0 && u <= 1 && low <= high))
        return (double)NAN;
    const double below = gsl_cdf_ugaussian_P(low), above = gsl_cdf_ugaussian_Q(high);
    const double share = below + u * (gsl_cdf_ugaussian_P(high) - below);

    if (share <= 0.5)
        return gsl_cdf_ugaussian_Pinv(share);
    return gsl_cdf_ugaussian_Qinv(above + (1 - u) * (gsl_cdf_ugaussian_Q(low) - above));
}

/* ---- gamma and beta ---- */

/* So narrow that it is nearly normal; GSL's shares of it are no longer to be had, or take long. */
static const double narrow = 1e5;

double sd_ln_gamma(double x)
{
    return x > 0 ? gsl_sf_lngamma(x) : (double)NAN;
}

double sd_digamma(double x)
{
    return x > 0 ? gsl_sf_psi(x) : (double)NAN;
}

double sd_gamma_density(double x, double shape)
{
    return gsl_ran_gamma_pdf(x, shape, 1);
}

double sd_beta_density(double x, double alpha, double beta)
{
    return gsl_ran_beta_pdf(x, alpha, beta);
}

/* A share of a distribution on x > 0 and its density; `upper`: the share above x. */
typedef struct tailed {
    bool beta, upper;
    double a, b; /* alpha and beta; or the shape */
} tailed;

static double share_at(const tailed *d, double x)
{
    if (d->beta)
        return gsl_cdf_beta_P(x, d->a, d->b);
    return d->upper ? gsl_cdf_gamma_Q(x, d->a, 1) : gsl_cdf_gamma_P(x, d->a, 1);
}

/* The x whose ln is between `low` and `high` at which the share is u. */
static double tail(const tailed *d, double low, double high, double start, double u)
{
    double at = start;
    for (int step = 0; step < STEPS_MAX; step++) {
        const double x = sd_exp(at), share = share_at(d, x);
        const double density = d->beta ? sd_beta_density(x, d->a, d->b) : sd_gamma_density(x, d->a);
        const double off = sd_ln(share / u);
        double next = at + (d->upper ? off : -off) * share / (x * density);

        if ((off > 0) != d->upper)
            high = at;
        else
            low = at;
        if (!(next > low && next < high))
            next = off == 0 ? at : low + (high - low) / 2;
        const bool stands = fabs(next - at) <= 2e-16 * fmax(1, fabs(at));
        at = next;
        if (stands)
            break;
    }
    return sd_exp(at);
}

/* ln of the least number above 0: below it, x is 0. */
static const double least_ln = -746;

double sd_gamma_quantile(double u, double shape)
{
    if (!(u >= 0 && u <= 1 && shape > 0 && shape < (double)INFINITY))
        return (double)NAN;
    if (u == 0 || u == 1)
        return u == 0 ? 0 : (double)INFINITY;
    if (shape > narrow) { /* Wilson and Hilferty (1931) */
        const double z = gsl_cdf_ugaussian_Pinv(u),
                     root = 1 - 1 / (9 * shape) + z / (3 * sd_sqrt(shape));
        return shape * root * root * root;
    }
    const bool upper = u > gsl_cdf_gamma_P(shape, shape, 1);
    const tailed d = {.upper = upper, .a = shape};
    const double middle = sd_ln(shape);
    return upper ? tail(&d, middle, sd_ln(shape + 800 + 40 * sd_sqrt(shape)), middle, 1 - u)
                 : tail(&d, fmin(least_ln, middle - 1), middle, middle, u);
}

/* The x in (0, 1/2] below which the share u of the distribution lies, which must be one. */
static double beta_tail(double alpha, double beta, double u)
{
    const tailed d = {.beta = true, .a = alpha, .b = beta};
    return tail(&d, least_ln, sd_ln(0.5), sd_ln(0.5), u);
}

double sd_beta_quantile(double u, double alpha, double beta)
{
    const double sum = alpha + beta;

    if (!(u >= 0 && u <= 1 && alpha > 0 && beta > 0 && sum < (double)INFINITY))
        return (double)NAN;
    if (u == 0 || u == 1)
        return u;
    if (fmin(alpha, beta) > narrow) /* normal, up to a thousandth of its deviation */
        return alpha / sum +
               gsl_cdf_ugaussian_Pinv(u) * sd_sqrt(alpha / sum * (beta / sum) / (sum + 1));
    if (u <= gsl_cdf_beta_P(0.5, alpha, beta))
        return beta_tail(alpha, beta, u);
    return 1 - beta_tail(beta, alpha, 1 - u);
}

/* ---- whole numbers ---- */

typedef enum counting { COUNT_POISSON, COUNT_BINOMIAL, COUNT_NEGBINOMIAL } counting;
typedef struct counted {
    counting kind;
    double n, p; /* trials or successes, probability; or the mean */
    double mean, deviation, skewness;
    double most; /* the largest value */
    bool narrow; /* take the expansion for it */
} counted;

/* The share at or below k >= 0. */
static double share_of_count(const counted *d, double k)
{
    if (k >= d->most)
        return 1;
    switch (d->kind) {
    case COUNT_POISSON:
        return gsl_cdf_gamma_Q(d->p, k + 1, 1);
    case COUNT_BINOMIAL:
        return gsl_cdf_beta_Q(d->p, k + 1, d->n - k);
    default:
        return gsl_cdf_beta_P(d->p, d->n, k + 1);
    }
}

/* The least k whose share is u or more. */
static double count_quantile(const counted *d, double u)
{
    if (u == 0 || u == 1)
        return u == 0 ? 0 : d->most;
    const double z = gsl_cdf_ugaussian_Pinv(u), w = z + d->skewness * (z * z - 1) / 6;
    const double guess = fmin(fmax(ceil(d->mean + d->deviation * w - 0.5), 0), d->most);

    if (d->narrow || !(share_of_count(d, guess) >= 0))
        return guess;
    double low = -1, high = guess, stride = 1; /* the share at low is below u */
    for (int step = 0; step < STEPS_MAX && share_of_count(d, high) < u; step++, stride *= 2) {
        low = high;
        high = fmin(high + stride, d->most);
    }
    stride = 1;
    while (high - stride > low) {
        const double next = high - stride;
        if (share_of_count(d, next) < u) {
            low = next;
            break;
        }
        high = next;
        stride *= 2;
    }
    for (int step = 0; step < STEPS_MAX && high - low > 1; step++) {
        const double middle = floor(low + (high - low) / 2);
        if (middle <= low || middle >= high)
            break; /* beyond 2^53 not every whole number is one */
        if (share_of_count(d, middle) < u)
            low = middle;
        else
            high = middle;
    }
    return high;
}

double sd_poisson_quantile(double u, double mean)
{
    if (!(u >= 0 && u <= 1 && mean >= 0 && mean < (double)INFINITY))
        return (double)NAN;
    if (mean == 0)
        return 0;
    const double deviation = sd_sqrt(mean);
    const counted d = {.kind = COUNT_POISSON,
                       .p = mean,
                       .mean = mean,
                       .deviation = deviation,
                       .skewness = 1 / deviation,
                       .most = (double)INFINITY,
                       .narrow = mean > 1e6}; /* far beyond, GSL's shares are off by half */
    return count_quantile(&d, u);
}

double sd_binomial_quantile(double u, double trials, double probability)
{
    if (!(u >= 0 && u <= 1 && trials >= 0 && trials < (double)INFINITY && probability >= 0 &&
          probability <= 1))
        return (double)NAN;
    const double n = floor(trials), p = probability;
    if (n == 0 || p == 0 || p == 1)
        return p == 1 ? n : 0;
    const double deviation = sd_sqrt(n * p * (1 - p));
    const counted d = {.kind = COUNT_BINOMIAL,
                       .n = n,
                       .p = p,
                       .mean = n * p,
                       .deviation = deviation,
                       .skewness = (1 - 2 * p) / deviation,
                       .most = n,
                       .narrow = fmin(n * p, n * (1 - p)) > narrow};
    return count_quantile(&d, u);
}

double sd_negbinomial_quantile(double u, double successes, double probability)
{
    if (!(u >= 0 && u <= 1 && successes > 0 && successes < (double)INFINITY && probability > 0 &&
          probability <= 1))
        return (double)NAN;
    const double n = successes, p = probability, fail = 1 - p;
    if (fail == 0)
        return 0;
    const counted d = {.kind = COUNT_NEGBINOMIAL,
                       .n = n,
                       .p = p,
                       .mean = n * fail / p,
                       .deviation = sd_sqrt(n * fail) / p,
                       .skewness = (2 - p) / sd_sqrt(n * fail),
                       .most = (double)INFINITY,
                       .narrow = fmin(n, n * fail / p) > narrow};
    return count_quantile(&d, u);
}

/* ---- counting ---- */

static bool is_count(double x)
{
    return x >= 0 && x == floor(x) && x < (double)INFINITY;
}

/* Both products end early: each passes the largest double within some 1100 factors, or has no more of them. */
double sd_permutations(double n, double r)
{
    if (!is_count(n) || !is_count(r))
        return (double)NAN;
    if (r > n)
        return 0;
    double product = 1;
    for (double i = 0; i < r && product < (double)INFINITY; i++)
        product *= n - i;
    return product;
}

double sd_combinations(double n, double r)
{
    if (!is_count(n) || !is_count(r))
        return (double)NAN;
    if (r > n)
        return 0;
    double product = 1;
    const double few = fmin(r, n - r);
    for (double i = 1; i <= few && product < (double)INFINITY; i++)
        product = product * (n - few + i) / i; /* a whole number at every step */
    return product;
}
