/* unit.c - units of measurement: text such as "hours/(person*week)" flows in, a product of powers of base units
 * flows out, and back to text.  A parser by recursive descent; products and quotients are merges of two sorted
 * lists of terms, whose powers add up.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "unit_private.h"

enum {
    BRACKETS_MAX = 32, /* nested brackets of one text */
    POWER_MAX = 100    /* of one '^': no product of nested powers can overflow */
};

/* [1] Smaller powers are the rounding of sums such as 0.1 + 0.2 - 0.3. */
static const double power_least = 1e-9;

/* ---- arithmetic ---------------------------------------------------------------------------------------- */

sd_unit sd_unit_number(void)
{
    return (sd_unit){.known = true};
}

sd_unit sd_unit_base(const char *key)
{
    return (sd_unit){.known = true, .count = 1, .terms = {{.name = key, .power = 1}}};
}

/* A power free of the rounding of thirds and their like. */
static double rounded(double power)
{
    enum { PARTS = 5040 }; /* what 1 to 10 divide */
    const double parts = round(power * PARTS);

    return fabs(power * PARTS - parts) < power_least * PARTS ? parts / PARTS : power;
}

/* a times b to the power `power`: the merge of two sorted lists. */
static sd_unit unit_merge(const sd_unit *a, const sd_unit *b, double power)
{
    const sd_unit unknown = {0};
    sd_unit result = {.known = a->known && b->known};

    for (size_t i = 0, j = 0; result.known && (i < a->count || j < b->count);) {
        const int order = i == a->count   ? 1
                          : j == b->count ? -1
                                          : strcmp(a->terms[i].name, b->terms[j].name);
        sd_unit_term term = order <= 0 ? a->terms[i] : (sd_unit_term){.name = b->terms[j].name};

        if (order >= 0)
            term.power = rounded(term.power + b->terms[j].power * power);
        i += order <= 0;
        j += order >= 0;
        if (fabs(term.power) < power_least)
            continue;
        if (!isfinite(term.power) || result.count == SD_UNIT_TERMS_MAX)
            return unknown;
        result.terms[result.count++] = term;
    }
    return result;
}

sd_unit sd_unit_product(const sd_unit *a, const sd_unit *b)
{
    return unit_merge(a, b, 1);
}

sd_unit sd_unit_quotient(const sd_unit *a, const sd_unit *b)
{
    return unit_merge(a, b, -1);
}

sd_unit sd_unit_power(const sd_unit *a, double power)
{
    const sd_unit number = sd_unit_number();

    return unit_merge(&number, a, power);
}

bool sd_unit_equal(const sd_unit *a, const sd_unit *b)
{
    const sd_unit quotient = sd_unit_quotient(a, b);

    return sd_unit_is_number(&quotient);
}

bool sd_unit_is_number(const sd_unit *a)
{
    return a->known && a->count == 0;
}

/* ---- text ---------------------------------------------------------------------------------------------- */

static void power_add(sd_text *text, const sd_unit_term *term)
{
    char number[SD_NUMBER_MAX];

    sd_text_add(text, term->name, strlen(term->name));
    if (fabs(term->power) == 1)
        return;
    sd_number_format(fabs(term->power), number);
    sd_text_printf(text, "^%s", number);
}

const char *sd_unit_text(const sd_unit *unit, sd_arena *arena)
{
    sd_text text = sd_text_new(arena);

    if (!unit->known || unit->count == 0)
        return unit->known ? "dmnl" : "unknown";
    for (size_t i = 0; i < unit->count; i++) {
        if (unit->terms[i].power < 0)
            continue;
        if (text.length > 0)
            sd_text_add(&text, "*", 1);
        power_add(&text, &unit->terms[i]);
    }
    if (text.length == 0)
        sd_text_add(&text, "1", 1);
    for (size_t i = 0; i < unit->count; i++) {
        if (unit->terms[i].power > 0)
            continue;
        sd_text_add(&text, "/", 1);
        power_add(&text, &unit->terms[i]);
    }
    return text.bytes;
}

/* ---- reading ------------------------------------------------------------------------------------------- */

typedef struct reader {
    sd_arena *arena;
    const sd_table *unit_names;
    const char *text;
    size_t length, at; /* [byte] */
    size_t token_begin,
        token_length; /* [byte] the last operator or opening bracket; length 0: none yet */
    size_t brackets;  /* open now */
    sd_unit_locate *locate;
    const void *context;
    sd_diag *diag;
} reader;

/* Where the bytes begin..end of the text stand in the file. */
static sd_span span_of(const reader *r, size_t begin, size_t end)
{
    return r->locate ? r->locate(r->context, begin, end) : SD_NOWHERE;
}

/* The bytes that the white space at `at` takes, 0 when there is none.  No-break space, C2 A0, counts. */
static size_t space_at(const reader *r, size_t at)
{
    if (at < r->length && strchr(" \t\r\n", r->text[at]) && r->text[at] != '\0')
        return 1;
    return at + 1 < r->length && memcmp(r->text + at, "\xc2\xa0", 2) == 0 ? 2 : 0;
}

static void skip_space(reader *r)
{
    for (size_t space; (space = space_at(r, r->at)) > 0;)
        r->at += space;
}

/* The operator at `at`: '*', '/', '^', '(', ')', or 0.  Its bytes are *ret_length.  '-' between names joins them, as in
 * person-week; '**' is '^'. */
static char operator_at(const reader *r, size_t at, size_t *ret_length)
{
    *ret_length = 2;
    if (at + 1 < r->length && memcmp(r->text + at, "**", 2) == 0)
        return '^';
    *ret_length = 1;
    if (at < r->length && r->text[at] == '-')
        return '*';
    if (at < r->length && r->text[at] != '\0' && strchr("*/^()", r->text[at]))
        return r->text[at];
    *ret_length = 2;
    return at + 1 < r->length && memcmp(r->text + at, "\xc2\xb7", 2) == 0 ? '*' : '\0';
}

static void take_operator(reader *r, size_t length)
{
    r->token_begin = r->at;
    r->token_length = length;
    r->at += length;
}

static bool digit_at(const reader *r, size_t at)
{
    return at < r->length && r->text[at] >= '0' && r->text[at] <= '9';
}

static bool name_at(const reader *r, size_t at)
{
    size_t length;

    if (at >= r->length || space_at(r, at) > 0 || operator_at(r, at, &length))
        return false;
    const unsigned char c = (unsigned char)r->text[at];
    return c >= 0x80 || c == '_' || c == '$' || c == '%' || c == '#' || c == '&' ||
           digit_at(r, at) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Something other than a unit stands where one is needed, or nothing at all. */
static bool fail_no_unit(reader *r)
{
    size_t length;
    const char found = operator_at(r, r->at, &length);

    if (r->token_length > 0 && (found || r->at == r->length)) {
        (void)sd_fail(
            r->diag, SD_E203, span_of(r, r->token_begin, r->token_begin + r->token_length),
            "'%.*s' needs a unit after it", (int)r->token_length, r->text + r->token_begin);
        sd_help(r->diag, "write a name such as hour, or 1 for no units");
    } else if (found) {
        (void)sd_fail(r->diag, SD_E203, span_of(r, r->at, r->at + length),
                      "'%.*s' needs a unit before it", (int)length, r->text + r->at);
        sd_help(r->diag, "write 1/week for 'per week'");
    } else {
        const char c = r->text[r->at];
        const sd_span span = span_of(r, r->at, r->at + 1);

        if (c > ' ' && c <= '~')
            (void)sd_fail(r->diag, SD_E203, span, "'%c' cannot stand in units", c);
        else
            (void)sd_fail(r->diag, SD_E203, span, "a control character cannot stand in units");
        sd_help(r->diag, "join names by * and /, with ^ for powers, such as hour/person/week");
    }
    return false;
}

/* One unit has been read and something follows that cannot. */
static bool fail_rest(reader *r)
{
    size_t end = r->at, length;

    if (operator_at(r, r->at, &length) == ')') {
        (void)sd_fail(r->diag, SD_E203, span_of(r, r->at, r->at + 1),
                      "')' closes a bracket that is not open");
        sd_help(r->diag, "remove it, or open a bracket before it");
        return false;
    }
    if (operator_at(r, r->at, &length) == '^') {
        (void)sd_fail(r->diag, SD_E203, span_of(r, r->at, r->at + 1),
                      "a power of a power needs brackets");
        sd_help(r->diag, "write (m^2)^3, or m^6");
        return false;
    }
    while (name_at(r, end))
        end++;
    if (end == r->at && r->text[r->at] != '(')
        return fail_no_unit(r);
    end += end == r->at;
    (void)sd_fail(r->diag, SD_E203, span_of(r, r->at, end), "an operator is missing before '%.*s'",
                  (int)(end - r->at), r->text + r->at);
    sd_help(r->diag, "write * or / between units");
    return false;
}

/* Only 1 is a number that units can hold. */
static bool read_one(reader *r, sd_unit *ret_unit)
{
    double value = 0;
    const size_t begin = r->at;
    const size_t used = sd_number_parse(r->text + begin, r->length - begin, &value);

    *ret_unit = sd_unit_number();
    r->at += used;
    while (name_at(r, r->at) || (r->at < r->length && r->text[r->at] == '.'))
        r->at++;
    if (value == 1 && r->at == begin + used)
        return true;
    (void)sd_fail(r->diag, SD_E203, span_of(r, begin, r->at), "'%.*s' is not a unit",
                  (int)(r->at - begin), r->text + begin);
    sd_help(
        r->diag,
        "write 1 for no units; a name begins with a letter, and numbers belong in the equation");
    return false;
}

/* The units from `begin` to here are too many. */
static bool fail_many(reader *r, size_t begin)
{
    (void)sd_fail(r->diag, SD_E203, span_of(r, begin, r->at), "more than %d different units",
                  (int)SD_UNIT_TERMS_MAX);
    sd_help(r->diag, "name a combination of them in <model_units> and use that name");
    return false;
}

/* Words up to the next operator; spaces between them belong to the name. */
static bool read_name(reader *r, sd_unit *ret_unit)
{
    const size_t begin = r->at;
    size_t end = begin;
    const char *key;

    while (name_at(r, r->at)) {
        while (name_at(r, r->at))
            r->at++;
        end = r->at;
        skip_space(r);
    }
    key = sd_unit_key(r->arena, r->text + begin, end - begin);
    if (key[0] == '\0' ||
        (key[0] >= '0' && key[0] <= '9')) { /* underscores, alone or before a digit */
        r->at = begin;
        (void)sd_fail(r->diag, SD_E203, span_of(r, begin, end), "'%.*s' is not a unit",
                      (int)(end - begin), r->text + begin);
        sd_help(r->diag, "write a name such as hour, or 1 for no units");
        return false;
    }
    *ret_unit = sd_unit_of_name(r->arena, r->unit_names, r->text + begin, end - begin);
    return ret_unit->known || fail_many(r, begin);
}

static bool read_units(reader *r, sd_unit *ret_unit);

static bool read_bracket(reader *r, sd_unit *ret_unit)
{
    const size_t begin = r->at;
    size_t length;

    if (r->brackets == BRACKETS_MAX) {
        (void)sd_fail(r->diag, SD_E203, span_of(r, begin, begin + 1),
                      "brackets are nested more than %d deep", (int)BRACKETS_MAX);
        sd_help(r->diag, "write units with fewer brackets");
        return false;
    }
    take_operator(r, 1);
    r->brackets++;
    if (!read_units(r, ret_unit))
        return false;
    r->brackets--;
    if (r->at == r->length) {
        (void)sd_fail(r->diag, SD_E203, span_of(r, begin, begin + 1), "'(' is never closed");
        sd_help(r->diag, "add a ')'");
        return false;
    }
    if (operator_at(r, r->at, &length) != ')')
        return fail_rest(r);
    r->at++;
    return true;
}

static bool read_power(reader *r, sd_unit *unit)
{
    double power = 0;
    const size_t begin = r->at;
    size_t length;

    (void)operator_at(r, begin, &length);
    take_operator(r, length);
    skip_space(r);
    const size_t used = sd_number_parse(r->text + r->at, r->length - r->at, &power);

    if (used == 0) {
        (void)sd_fail(r->diag, SD_E203, span_of(r, begin, begin + length),
                      "'%.*s' needs a number after it", (int)length, r->text + begin);
        sd_help(r->diag, "write a power such as m^2 or s^-0.5");
        return false;
    }
    if (!(fabs(power) <= POWER_MAX)) {
        (void)sd_fail(r->diag, SD_E203, span_of(r, r->at, r->at + used),
                      "the power '%.*s' is beyond %d", (int)used, r->text + r->at, (int)POWER_MAX);
        sd_help(r->diag, "powers of units go from -%d to %d", (int)POWER_MAX, (int)POWER_MAX);
        return false;
    }
    r->at += used;
    *unit = sd_unit_power(unit, power);
    return true;
}

/* An atom with its power; white space after it is skipped. */
static bool read_factor(reader *r, sd_unit *ret_unit)
{
    size_t length;
    bool done;

    skip_space(r);
    if (digit_at(r, r->at))
        done = read_one(r, ret_unit);
    else if (name_at(r, r->at))
        done = read_name(r, ret_unit);
    else if (operator_at(r, r->at, &length) == '(')
        done = read_bracket(r, ret_unit);
    else
        return fail_no_unit(r);
    skip_space(r);
    if (done && operator_at(r, r->at, &length) == '^')
        done = read_power(r, ret_unit);
    skip_space(r);
    return done;
}

/* Factors up to the end of the text, a closing bracket or what cannot follow. */
static bool read_units(reader *r, sd_unit *ret_unit)
{
    if (!read_factor(r, ret_unit))
        return false;
    for (;;) {
        size_t length, begin;
        const char sign = operator_at(r, r->at, &length);
        sd_unit factor = {0};

        if (sign != '*' && sign != '/')
            return true;
        take_operator(r, length);
        begin = r->at;
        if (!read_factor(r, &factor))
            return false;
        *ret_unit =
            sign == '*' ? sd_unit_product(ret_unit, &factor) : sd_unit_quotient(ret_unit, &factor);
        if (!ret_unit->known)
            return fail_many(r, begin);
    }
}

sd_status sd_unit_parse(sd_arena *arena, const sd_table *unit_names, const char *text,
                        size_t length, sd_unit_locate *locate, const void *context,
                        sd_unit *ret_unit, sd_diag *diag)
{
    reader r = {.arena = arena,
                .unit_names = unit_names,
                .text = text,
                .length = length,
                .locate = locate,
                .context = context,
                .diag = diag};
    sd_unit unit = {0};

    skip_space(&r);
    if (r.at < length) {
        if (!read_units(&r, &unit))
            return SD_UNITS;
        if (r.at < length) {
            (void)fail_rest(&r);
            return SD_UNITS;
        }
    }
    *ret_unit = unit;
    return SD_OK;
}
