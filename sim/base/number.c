/* number.c - numbers as text, whatever the locale: a double goes in, the shortest text that reads back
 * to the same bits comes out, with an exponent where printf's %g would write one; a decimal text
 * goes in, the nearest double comes out.  Short numbers are read as by W. D. Clinger (How to Read
 * Floating Point Numbers Accurately, PLDI 1990); all else is left to strtod, in a form that no
 * locale changes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEPT_DIGITS = 800,   /* 768 decide any double; one more says whether a rest follows */
    EXACT_DIGITS = 15,   /* a whole number of so many digits is an exact double */
    EXACT_POWER = 22,    /* 10^22 is the last exact power of ten */
    HUGE_EXPONENT = 9999 /* infinity or zero whatever the digits */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- reading ---- */

/* A decimal number taken apart: 0.DIGITS * 10^exponent without leading zeros. */
typedef struct decimal {
    char digits[KEPT_DIGITS + 1];
    size_t count;
    int64_t exponent;
    bool negative;
} decimal;

/* The digits before or after the point; returns where they end. */
static const char *read_digits(decimal *number, const char *at, const char *end, bool fraction)
{
    for (; at < end && is_digit(*at); at++) {
        if (number->count == 0 && *at == '0') {
            number->exponent -= fraction;
            continue;
        }
        number->exponent += !fraction;
        if (number->count < KEPT_DIGITS)
            number->digits[number->count++] = *at;
        else if (*at != '0')
            number->digits[KEPT_DIGITS - 1] = '1'; /* the rest counts only for being there */
    }
    return at;
}

/* An exponent at `at`, when there is a whole one; returns where it ends. */
static const char *read_exponent(decimal *number, const char *at, const char *end)
{
    const char *from = at;
    bool negative = false;
    int64_t exponent = 0;

    if (at == end || (*at != 'e' && *at != 'E'))
        return from;
    at++;
    if (at < end && (*at == '+' || *at == '-'))
        negative = *at++ == '-';
    if (at == end || !is_digit(*at))
        return from;
    for (; at < end && is_digit(*at); at++) {
        /* Beyond any length of digits that could bring it back. */
        if (exponent < INT64_MAX / 32)
            exponent = exponent * 10 + (*at - '0');
    }
    number->exponent += negative ? -exponent : exponent;
    return at;
}

static double decimal_value(decimal *number)
{
    static const double powers[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    char text[KEPT_DIGITS + 16];
    int64_t scale; /* the power of ten of the last digit */

    while (number->count > 0 && number->digits[number->count - 1] == '0')
        number->count--;
    if (number->count == 0)
        return 0;
    scale = number->exponent - (int64_t)number->count;
    if (FLT_EVAL_METHOD == 0 && number->count <= EXACT_DIGITS && scale >= -EXACT_POWER &&
        scale <= EXACT_POWER) {
        int64_t whole = 0;

        for (size_t at = 0; at < number->count; at++)
            whole = whole * 10 + (number->digits[at] - '0');
        /* Both operands are exact, so the one rounding is the right one. */
        return scale < 0 ? (double)whole / powers[-scale] : (double)whole * powers[scale];
    }
    if (number->exponent > HUGE_EXPONENT)
        scale = HUGE_EXPONENT;
    if (number->exponent < -HUGE_EXPONENT)
        scale = -HUGE_EXPONENT;
    /* Digits and an exponent without a point: nothing here depends on the locale. */
    memcpy(text, number->digits, number->count);
    snprintf(text + number->count, sizeof text - number->count, "e%d", (int)scale);
    return strtod(text, NULL);
}

size_t sd_number_parse(const char *text, size_t length, double *ret_value)
{
    const char *end = text + length;
    const char *at = text;
    const char *from;
    decimal number;
    size_t digits;
    double value;

    number.count = 0;
    number.exponent = 0;
    number.negative = at < end && *at == '-';
    if (at < end && (*at == '+' || *at == '-'))
        at++;
    from = at;
    at = read_digits(&number, at, end, false);
    digits = (size_t)(at - from);
    if (at < end && *at == '.') {
        from = at + 1;
        at = read_digits(&number, from, end, true);
        digits += (size_t)(at - from);
    }
    if (digits == 0)
        return 0;
    at = read_exponent(&number, at, end);
    value = decimal_value(&number);
    *ret_value = number.negative ? -value : value;
    return (size_t)(at - text);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool sd_number_from_text(const char *text, double *ret_value)
{
    double value;
    size_t used;

    while (is_space(*text))
        text++;
    used = sd_number_parse(text, strlen(text), &value);
    if (used == 0 || !isfinite(value))
        return false;
    for (text += used; is_space(*text);)
        text++;
    if (*text)
        return false;
    *ret_value = value;
    return true;
}

/* ---- writing ---- */

/* The digits of a whole number; returns how many. */
static size_t put_whole(uint64_t value, char *to)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    memcpy(to, digits + at, sizeof digits - at);
    return sizeof digits - at;
}

/* d.ddde-07, as printf writes it: at least two digits of exponent. */
static size_t put_scientific(const char *digits, size_t count, int exponent, char *to)
{
    char *const begin = to;
    const unsigned size = exponent < 0 ? 0u - (unsigned)exponent : (unsigned)exponent;

    *to++ = digits[0];
    if (count > 1) {
        *to++ = '.';
        memcpy(to, digits + 1, count - 1);
        to += count - 1;
    }
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    if (size < 10)
        *to++ = '0';
    to += put_whole(size, to);
    return (size_t)(to - begin);
}

/* The digits with zeros and a point where they belong; `whole` digits stand before the point. */
static size_t put_plain(const char *digits, size_t count, int whole, char *to)
{
    char *const begin = to;
    size_t before = whole > 0 ? (size_t)whole : 0;

    if (before >= count) {
        memcpy(to, digits, count);
        memset(to + count, '0', before - count);
        return before;
    }
    if (before == 0)
        *to++ = '0';
    memcpy(to, digits, before);
    to += before;
    *to++ = '.';
    for (; whole < 0; whole++)
        *to++ = '0';
    memcpy(to, digits + before, count - before);
    return (size_t)(to - begin) + count - before;
}

static size_t put_positive(double value, char *to)
{
    char digits[20];
    size_t count;
    int power;

    /* What most columns hold most of the time: whole numbers. */
    if (value < 1e15 && value == (double)(uint64_t)value)
        return put_whole((uint64_t)value, to);
    count = put_whole(sd_decimal_shortest(value, &power), digits);
    power += (int)count; /* value = 0.DIGITS * 10^power */
    /* Where %.15g, %.16g and %.17g change to an exponent. */
    if (power < -3 || power > (count > 15 ? (int)count : 15))
        return put_scientific(digits, count, power - 1, to);
    return put_plain(digits, count, power, to);
}

size_t sd_number_format(double value, char text[SD_NUMBER_MAX])
{
    size_t length = 0;

    if (isnan(value)) {
        memcpy(text, "nan", 4);
        return 3;
    }
    if (signbit(value))
        text[length++] = '-';
    if (isinf(value)) {
        memcpy(text + length, "inf", 3);
        length += 3;
    } else {
        length += put_positive(fabs(value), text + length);
    }
    text[length] = '\0';
    return length;
}
