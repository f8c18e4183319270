/* text.c - growing text, characters of texts of unknown origin, and XMILE names: a name as written
 * goes in, its folded key, its display form or the nearest known name comes out.  Names follow
 * XMILE 1.0, section 3.2.2 (OASIS, 2015); nearness is the edit distance with swaps of neighbours
 * (F. J. Damerau, A Technique for Computer Detection and Correction of Spelling Errors, CACM 7(3),
 * 1964).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <assert.h>
#include <string.h>

/* ---- growing text ---- */

enum { FIRST_CAPACITY = 32 };

sd_text sd_text_new(sd_arena *arena)
{
    return (sd_text){.arena = arena,
                     .bytes = SD_NEW_ARRAY(arena, char, FIRST_CAPACITY),
                     .capacity = FIRST_CAPACITY};
}

/* Makes room for `more` bytes and the NUL. */
static void text_reserve(sd_text *text, size_t more)
{
    const size_t free_bytes = text->capacity - text->length;
    size_t wanted;

    if (more < free_bytes)
        return;
    /* A sum that overflows is more than any arena has. */
    if (__builtin_add_overflow(text->length, more, &wanted) || wanted > SIZE_MAX / 4)
        wanted = SIZE_MAX / 4;
    wanted = wanted + 1 > text->capacity * 2 ? wanted + 1 : text->capacity * 2;
    text->bytes = sd_arena_resize(text->arena, text->bytes, text->capacity, wanted);
    text->capacity = wanted;
}

void sd_text_add(sd_text *text, const char *bytes, size_t length)
{
    text_reserve(text, length);
    if (length > 0)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void sd_text_printf(sd_text *text, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length =
        vsnprintf(text->bytes + text->length, text->capacity - text->length, format, arguments);
    va_end(arguments);
    if (length < 0) {
        text->bytes[text->length] = '\0';
        return;
    }
    if ((size_t)length >= text->capacity - text->length) {
        text_reserve(text, (size_t)length);
        va_start(arguments, format);
        vsnprintf(text->bytes + text->length, text->capacity - text->length, format, arguments);
        va_end(arguments);
    }
    text->length += (size_t)length;
}

/* ---- characters ---- */

sd_character sd_text_character(const char *at, const char *end)
{
    /* The least code point that needs so many bytes: less is an overlong form. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)*at;
    const sd_character broken = {.value = first, .length = 1, .valid = false};
    const size_t length = first < 0x80             ? 1
                          : (first & 0xE0) == 0xC0 ? 2
                          : (first & 0xF0) == 0xE0 ? 3
                          : (first & 0xF8) == 0xF0 ? 4
                                                   : 0;
    uint32_t value;

    assert(at < end);
    if (length == 1)
        return (sd_character){.value = first, .length = 1, .valid = true};
    if (length == 0 || (size_t)(end - at) < length)
        return broken;
    value = first & (0x7Fu >> length);
    for (size_t each = 1; each < length; each++) {
        const unsigned char next = (unsigned char)at[each];

        if ((next & 0xC0) != 0x80)
            return broken;
        value = value << 6 | (next & 0x3F);
    }
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return broken;
    return (sd_character){.value = value, .length = length, .valid = true};
}

bool sd_character_is_printable(sd_character character)
{
    const uint32_t c = character.value;

    if (!character.valid || c < 0x20 || (c >= 0x7F && c <= 0x9F))
        return false;
    /* Marks that hide text or turn its direction, line separators, the byte order mark and tags. */
    return !(c == 0xAD || c == 0x61C || (c >= 0x200B && c <= 0x200F) ||
             (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
             (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE0FFF));
}

char sd_fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool sd_text_equal_fold(const char *a, const char *b)
{
    while (*a && sd_fold(*a) == sd_fold(*b)) {
        a++;
        b++;
    }
    return sd_fold(*a) == sd_fold(*b);
}

/* ---- names ---- */

/* The bytes of the separator at `at`, 0 when there is none. */
static size_t separator_length(const char *at, const char *end)
{
    const size_t left = (size_t)(end - at);

    if (*at == '_' || *at == ' ' || (*at >= '\t' && *at <= '\r'))
        return 1;
    if (left >= 2 && at[0] == '\\' && at[1] == 'n')
        return 2;
    return left >= 2 && memcmp(at, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

static bool is_escape(const char *at, const char *end)
{
    return end - at >= 2 && at[0] == '\\' && (at[1] == '"' || at[1] == '\\');
}

/* Moves both ends inwards past separators and past one pair of quotation marks that holds the whole
 * name. */
static void name_trim(const char **begin, const char **end)
{
    const char *last = NULL; /* after the last character that is no separator */
    const char *closing = NULL;
    size_t length;

    while (*begin < *end && (length = separator_length(*begin, *end)) > 0)
        *begin += length;
    for (const char *at = *begin; at < *end;) {
        length = separator_length(at, *end);
        if (length == 0) {
            length = is_escape(at, *end) ? 2 : 1;
            if (*at == '"' && at > *begin && !closing)
                closing = at;
            last = at + length;
        }
        at += length;
    }
    *end = last ? last : *begin;
    if (closing && **begin == '"' && closing + 1 == *end) {
        *begin += 1;
        *end -= 1;
    }
}

static const char *name_write(sd_arena *arena, const char *name, size_t length, bool fold)
{
    const char *end = name + length;
    char *text, *to;
    bool separated = false;

    name_trim(&name, &end);
    text = to = SD_NEW_ARRAY(arena, char, (size_t)(end - name) + 1);
    while (name < end) {
        const size_t skip = separator_length(name, end);

        if (skip > 0) {
            name += skip;
            separated = to > text; /* within the quotation marks, too, a name begins with a word */
            continue;
        }
        if (separated)
            *to++ = '_';
        separated = false;
        if (is_escape(name, end))
            name++;
        *to++ = fold ? sd_fold(*name) : *name;
        name++;
    }
    return text;
}

const char *sd_name_key(sd_arena *arena, const char *name, size_t length)
{
    return name_write(arena, name, length, true);
}

const char *sd_name_display(sd_arena *arena, const char *name, size_t length)
{
    return name_write(arena, name, length, false);
}

/* ---- the nearest name ---- */

enum { LONGEST_WORD = 128 }; /* longer names are never proposed */

typedef struct word {
    uint32_t characters[LONGEST_WORD]; /* folded: small letters, one '_' for each separator */
    size_t length;
} word;

/* false when the text is too long. */
static bool word_read(const char *text, word *ret_word)
{
    const char *end = text + strlen(text);

    ret_word->length = 0;
    while (text < end) {
        const size_t separator = separator_length(text, end);
        const sd_character character = sd_text_character(text, end);
        const bool ascii = character.valid && character.value < 0x80;

        if (ret_word->length == LONGEST_WORD)
            return false;
        ret_word->characters[ret_word->length++] = separator > 0 ? '_'
                                                   : ascii       ? (unsigned char)sd_fold(*text)
                                                                 : character.value;
        text += separator > 0 ? separator : character.length;
    }
    return true;
}

static size_t least_of(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t distance(const word *a, const word *b)
{
    size_t rows[3][LONGEST_WORD + 1];
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    for (size_t column = 0; column <= b->length; column++)
        row[column] = column;
    for (size_t i = 1; i <= a->length; i++) {
        size_t *reused = before;

        before = above;
        above = row;
        row = reused;
        row[0] = i;
        for (size_t j = 1; j <= b->length; j++) {
            const uint32_t ca = a->characters[i - 1], cb = b->characters[j - 1];
            size_t least = above[j - 1] + (ca != cb);

            least = least_of(least, above[j] + 1);
            least = least_of(least, row[j - 1] + 1);
            if (i > 1 && j > 1 && ca == b->characters[j - 2] && a->characters[i - 2] == cb)
                least = least_of(least, before[j - 2] + 1);
            row[j] = least;
        }
    }
    return row[b->length];
}

const char *sd_nearest(const char *text, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t bound; /* what a name must stay below */
    word wanted, each;

    if (!word_read(text, &wanted))
        return NULL;
    bound = (wanted.length < 6 ? 1 : wanted.length / 3) + 1;
    bound = least_of(bound, wanted.length);
    for (size_t at = 0; at < count && bound > 0; at++) {
        size_t found;

        if (!names[at] || !word_read(names[at], &each))
            continue;
        /* The distance is at least the difference of the lengths. */
        if (each.length >= wanted.length + bound || wanted.length >= each.length + bound)
            continue;
        found = distance(&wanted, &each);
        if (found < bound) {
            bound = found;
            nearest = names[at];
        }
    }
    return nearest;
}

void sd_text_defuse(char *text, size_t length)
{
    unsigned char *bytes = (unsigned char *)text;
    for (size_t i = 0; i < length; i++) {
        size_t bad = 0;
        if (bytes[i] == 0x7F)
            bad = 1;
        else if (i + 1 < length && bytes[i] == 0xC2 && bytes[i + 1] >= 0x80 && bytes[i + 1] < 0xA0)
            bad = 2; /* U+0080 to U+009F */
        else if (i + 2 < length && bytes[i] == 0xE2 && bytes[i + 1] == 0x80 &&
                 bytes[i + 2] >= 0xAA && bytes[i + 2] <= 0xAE)
            bad = 3; /* U+202A to U+202E */
        else if (i + 2 < length && bytes[i] == 0xE2 && bytes[i + 1] == 0x81 &&
                 bytes[i + 2] >= 0xA6 && bytes[i + 2] <= 0xA9)
            bad = 3; /* U+2066 to U+2069 */
        for (; bad > 0; bad--)
            bytes[i + bad - 1] = '?';
    }
}

uint64_t sd_hash_more(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash;
}

uint64_t sd_hash(const void *bytes, size_t length)
{
    return sd_hash_more(0xcbf29ce484222325u, bytes, length);
}
