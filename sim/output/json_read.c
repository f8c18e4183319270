/* json_read.c - JSON read back: a text goes in, a tree of values comes out.
 * In: untrusted text.  Out: nodes in an arena, as many as the text has values; NULL for what is no JSON (RFC 8259) or is
 * nested deeper than any provenance.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "meta.h"

#include <string.h>

enum { DEPTH_MAX = 32 };

typedef struct reader {
    sd_arena *arena;
    const char *at, *end;
    int depth;
} reader;

static void skip_space(reader *r)
{
    while (r->at < r->end && strchr(" \t\n\r", *r->at) && *r->at)
        r->at++;
}

static bool take(reader *r, char c)
{
    skip_space(r);
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'                 ? c - '0'
           : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                : -1;
}

/* The code point of "XXXX"; false when there are no four digits. */
static bool take_code(reader *r, unsigned *ret_code)
{
    *ret_code = 0;
    if (r->end - r->at < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        const int digit = hex_digit(*r->at++);

        if (digit < 0)
            return false;
        *ret_code = *ret_code << 4 | (unsigned)digit;
    }
    return true;
}

/* What is no code point of its own becomes '?'. */
static void add_code(sd_text *text, unsigned code)
{
    char bytes[3];

    if (code < 0x80 && code > 0) {
        bytes[0] = (char)code;
        sd_text_add(text, bytes, 1);
    } else if (code >= 0x80 && code < 0x800) {
        bytes[0] = (char)(0xC0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 63));
        sd_text_add(text, bytes, 2);
    } else if (code >= 0x800 && (code < 0xD800 || code > 0xDFFF)) {
        bytes[0] = (char)(0xE0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 63));
        bytes[2] = (char)(0x80 | (code & 63));
        sd_text_add(text, bytes, 3);
    } else {
        sd_text_add(text, "?", 1);
    }
}

static bool take_escape(reader *r, sd_text *text)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *known;
    unsigned code;

    if (r->at == r->end)
        return false;
    if (*r->at == 'u') {
        r->at++;
        if (!take_code(r, &code))
            return false;
        add_code(text, code);
        return true;
    }
    known = *r->at ? strchr(from, *r->at) : NULL;
    if (!known)
        return false;
    sd_text_add(text, &to[known - from], 1);
    r->at++;
    return true;
}

static const char *take_string(reader *r)
{
    sd_text text = sd_text_new(r->arena);

    if (!take(r, '"'))
        return NULL;
    for (;;) {
        const char *begin = r->at;

        while (r->at < r->end && *r->at != '"' && *r->at != '\\')
            r->at++;
        sd_text_add(&text, begin, (size_t)(r->at - begin));
        if (r->at == r->end)
            return NULL;
        if (*r->at++ == '"')
            return text.bytes;
        if (!take_escape(r, &text))
            return NULL;
    }
}

static sd_json_node *take_value(reader *r);

static bool take_children(reader *r, sd_json_node *node, char closing)
{
    sd_json_node **next = &node->first;

    if (take(r, closing))
        return true;
    do {
        const char *key = "";

        if (closing == '}' && (!(key = take_string(r)) || !take(r, ':')))
            return false;
        *next = take_value(r);
        if (!*next)
            return false;
        (*next)->key = key;
        next = &(*next)->next;
    } while (take(r, ','));
    return take(r, closing);
}

static bool take_word(reader *r, const char *word)
{
    const size_t length = strlen(word);

    if ((size_t)(r->end - r->at) < length || memcmp(r->at, word, length) != 0)
        return false;
    r->at += length;
    return true;
}

static sd_json_node *take_value(reader *r)
{
    sd_json_node *node = SD_NEW(r->arena, sd_json_node);
    bool good = true;

    *node = (sd_json_node){.key = "", .text = ""};
    if (++r->depth > DEPTH_MAX)
        return NULL;
    skip_space(r);
    if (r->at < r->end && *r->at == '"') {
        node->text = take_string(r);
        good = node->text != NULL;
    } else if (take(r, '{')) {
        good = take_children(r, node, '}');
    } else if (take(r, '[')) {
        good = take_children(r, node, ']');
    } else if (take_word(r, "true")) {
        node->number = 1;
    } else if (!take_word(r, "false") && !take_word(r, "null")) {
        const size_t used = sd_number_parse(r->at, (size_t)(r->end - r->at), &node->number);

        r->at += used;
        good = used > 0;
    }
    r->depth--;
    return good ? node : NULL;
}

const sd_json_node *sd_json_read(sd_arena *arena, const sd_source *source)
{
    reader r = {.arena = arena, .at = source->text, .end = source->text + source->length};
    const sd_json_node *node = take_value(&r);

    skip_space(&r);
    return r.at == r.end ? node : NULL;
}

const sd_json_node *sd_json_member(const sd_json_node *node, const char *key)
{
    for (const sd_json_node *child = node ? node->first : NULL; child; child = child->next)
        if (strcmp(child->key, key) == 0)
            return child;
    return NULL;
}

const char *sd_json_text_of(const sd_json_node *node, const char *key)
{
    const sd_json_node *member = sd_json_member(node, key);

    return member ? member->text : "";
}
