/* unit_name.c - what the name of a unit stands for: "Full time weeks", "people per wk", "square metres" flow in, a
 * product of powers of base units flows out.  Spellings of one unit are made one; different units never are, however
 * fixed the number between them: an hour is no week.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "unit_private.h"

enum {
    WORDY_MAX = 200 /* [byte] longer names are not searched for 'per' and 'square' */
};

/* ---- keys ------------------------------------------------------------------------------------------------ */

typedef struct spelling {
    const char *word, *means; /* both in the singular; the last word of a name, or the whole */
} spelling;

static const spelling whole_names[] = {{"us_dollar", "$"}, {"us_$", "$"}};
static const spelling last_words[] = {
    {"wk", "week"},          {"yr", "year"},     {"mo", "month"},    {"mth", "month"},
    {"hr", "hour"},          {"min", "minute"},  {"sec", "second"},  {"qtr", "quarter"},
    {"people", "person"},    {"men", "man"},     {"women", "woman"}, {"children", "child"},
    {"feet", "foot"},        {"metre", "meter"}, {"litre", "liter"}, {"tonne", "ton"},
    {"dollar", "$"},         {"usd", "$"},       {"us$", "$"},       {"euro", "\xe2\x82\xac"},
    {"eur", "\xe2\x82\xac"}, {"percent", "%"},   {"pct", "%"},
};

static const char *means(const spelling *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(list[i].word, word) == 0)
            return list[i].means;
    }
    return NULL;
}
#define MEANS(list, word) means(list, sizeof(list) / sizeof *(list), word)

static bool ends_with(const char *word, size_t letters, const char *end)
{
    const size_t length = strlen(end);

    return letters > length && memcmp(word + letters - length, end, length) == 0;
}

/* The letters that are left of a word in the singular; *ret_y: with a y after them. */
static size_t singular(const char *word, bool *ret_y)
{
    static const char *const long_ends[] = {"sses", "shes", "tches", "nches", "xes"};
    const size_t letters = strlen(word);

    *ret_y = false;
    if (letters < 3 || word[letters - 1] != 's' || word[letters - 2] == 's' ||
        strcmp(word, "series") == 0 || strcmp(word, "species") == 0)
        return letters;
    if (letters == 3) /* wks, yrs, hrs, but gas */
        return MEANS(last_words, ((char[]){word[0], word[1], '\0'})) ? 2 : 3;
    *ret_y = letters > 4 && ends_with(word, letters, "ies");
    if (*ret_y)
        return letters - 3;
    for (size_t i = 0; i < sizeof long_ends / sizeof *long_ends; i++) {
        if (ends_with(word, letters, long_ends[i]))
            return letters - 2;
    }
    return letters - 1;
}

const char *sd_unit_key(sd_arena *arena, const char *name, size_t length)
{
    const char *key = sd_name_key(arena, name, length), *other;
    const char *separator = strrchr(key, '_');
    /* [byte] the words before the last */
    const size_t before = separator ? (size_t)(separator + 1 - key) : 0;
    bool y;
    const size_t left = singular(key + before, &y);

    if (y || key[before + left] != '\0')
        key = sd_arena_printf(arena, "%.*s%s", (int)(before + left), key, y ? "y" : "");
    other = MEANS(last_words, key + before);
    if (other)
        key = before ? sd_arena_printf(arena, "%.*s%s", (int)before, key, other) : other;
    other = MEANS(whole_names, key);
    return other ? other : key;
}

bool sd_unit_key_is_number(const char *key)
{
    static const char *const names[] = {"1",        "dmnl", "dimensionless",
                                        "unitless", "none", "fraction"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(key, names[i]) == 0)
            return true;
    }
    return false;
}

/* ---- names of several words ------------------------------------------------------------------------------- */

/* A name without 'per': declared by the model, a number, a square or cube, or a base unit. */
static sd_unit part_of(sd_arena *arena, const sd_table *unit_names, const char *name, size_t length)
{
    static const struct {
        const char *before, *after;
        double power; /* [1] */
    } powers[] = {{"square_", NULL, 2},  {"sq_", NULL, 2},      {"cubic_", NULL, 3},
                  {"cu_", NULL, 3},      {NULL, "_squared", 2}, {NULL, "_cubed", 3},
                  {NULL, "\xc2\xb2", 2}, {NULL, "\xc2\xb3", 3}};
    const char *written = sd_name_key(arena, name, length), *key = sd_unit_key(arena, name, length);
    const sd_unit *named = unit_names ? sd_table_find(unit_names, written) : NULL;

    if (unit_names && !named)
        named = sd_table_find(unit_names, key);
    if (sd_unit_key_is_number(key))
        return sd_unit_number();
    if (named && named->known)
        return *named;
    length = strlen(written);
    for (size_t i = 0; i < sizeof powers / sizeof *powers && length <= WORDY_MAX; i++) {
        const char *before = powers[i].before, *after = powers[i].after;
        const size_t first = before ? strlen(before) : 0;
        sd_unit base;

        if (before ? length <= first || strncmp(written, before, first) != 0
                   : !ends_with(written, length, after))
            continue;
        base = part_of(arena, unit_names, written + first,
                       length - first - (after ? strlen(after) : 0));
        return sd_unit_power(&base, powers[i].power);
    }
    return sd_unit_base(key);
}

/* Where the last "per" begins that is a word with another after it; SIZE_MAX when there is none. */
static size_t last_per(const char *name, size_t length)
{
    for (size_t at = length; at-- > 0;) {
        if ((at == 0 || name[at - 1] == '_') && length - at > 4 &&
            memcmp(name + at, "per_", 4) == 0)
            return at;
    }
    return SIZE_MAX;
}

sd_unit sd_unit_of_name(sd_arena *arena, const sd_table *unit_names, const char *name,
                        size_t length)
{
    const char *written = sd_name_key(arena, name, length);
    sd_unit below = sd_unit_number();
    size_t left = strlen(written), per = SIZE_MAX;

    /* A model may give a name like people_per_week a meaning of its own. */
    if (left <= WORDY_MAX && !(unit_names && sd_table_find(unit_names, written)))
        per = last_per(written, left);
    while (per != SIZE_MAX) {
        const sd_unit part = part_of(arena, unit_names, written + per + 4, left - per - 4);

        below = sd_unit_product(&below, &part);
        left = per > 0 ? per - 1 : 0;
        per = last_per(written, left);
    }
    if (left == 0) {
        const sd_unit number = sd_unit_number();

        return sd_unit_quotient(&number, &below);
    }
    const sd_unit above = part_of(arena, unit_names, written, left);
    return sd_unit_quotient(&above, &below);
}

/* ---- scales ------------------------------------------------------------------------------------------------ */

static bool has_power(const sd_unit *unit, const char *name, double power)
{
    for (size_t i = 0; i < unit->count; i++) {
        if (strcmp(unit->terms[i].name, name) == 0)
            return unit->terms[i].power == power;
    }
    return false;
}

bool sd_unit_is_conversion(const sd_unit *is, const sd_unit *factor, const char **ret_above,
                           const char **ret_below)
{
    static const char *const families[] = {
        " second minute hour day week month quarter year ",
        " m meter km kilometer cm mm mile foot inch yard ",
        " kg kilogram g gram ton pound ",
        " liter ml gallon barrel ",
        " $ \xe2\x82\xac ",
    };
    const sd_unit_term *a = factor->terms, *b = factor->terms + 1;

    if (!factor->known || factor->count != 2 || a->power != -b->power ||
        (!has_power(is, a->name, -a->power) && !has_power(is, b->name, -b->power)))
        return false;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
        char words[2][32];

        if (snprintf(words[0], sizeof words[0], " %s ", a->name) >= (int)sizeof words[0] ||
            snprintf(words[1], sizeof words[1], " %s ", b->name) >= (int)sizeof words[1])
            return false;
        if (!strstr(families[i], words[0]) || !strstr(families[i], words[1]))
            continue;
        *ret_above = a->power > 0 ? a->name : b->name;
        *ret_below = a->power > 0 ? b->name : a->name;
        return true;
    }
    return false;
}
