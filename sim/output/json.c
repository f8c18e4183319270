/* json.c - JSON text: keys and values go in, RFC 8259 text in UTF-8 comes out.
 * Numbers read back to the same bits; what is not a finite number is null; bytes that are not UTF-8 become
 * the replacement character, so that the text is always valid.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "output_private.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* RFC 3629, section 4. */
size_t sd_utf8_length(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t length;

    if (at[0] < 0x80)
        return 1;
    length = at[0] >= 0xC2 && at[0] <= 0xDF   ? 2
             : at[0] >= 0xE0 && at[0] <= 0xEF ? 3
             : at[0] >= 0xF0 && at[0] <= 0xF4 ? 4
                                              : 0;
    for (size_t i = 1; i < length; i++)
        if ((at[i] & 0xC0) != 0x80)
            return 0;
    if ((at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
        (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F))
        return 0;
    return length;
}

void sd_json_string(sd_text *text, const char *value)
{
    static const char escapes[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* the character, then its letter */

    sd_text_add(text, "\"", 1);
    for (const char *c = value; *c;) {
        const size_t length = sd_utf8_length(c);
        const char *escape = NULL;

        for (const char *e = escapes; *e && !escape; e += 2)
            escape = *e == *c ? e + 1 : NULL;
        if (escape)
            sd_text_printf(text, "\\%c", *escape);
        else if (length == 0)
            sd_text_add(text, "\xEF\xBF\xBD", 3);
        else if ((unsigned char)*c < 0x20 || *c == 0x7F)
            sd_text_printf(text, "\\u%04x", (unsigned)(unsigned char)*c);
        else
            sd_text_add(text, c, length);
        c += length > 0 ? length : 1;
    }
    sd_text_add(text, "\"", 1);
}

sd_json sd_json_new(sd_arena *arena)
{
    return (sd_json){.text = sd_text_new(arena)};
}

/* A comma, a new line and the indent, as the place asks for it; then the key. */
static void place(sd_json *json, const char *key)
{
    const bool on_line = json->line_depth > 0 && json->depth >= json->line_depth;

    if (json->filled)
        sd_text_add(&json->text, on_line ? ", " : ",", on_line ? 2 : 1);
    if (!on_line && json->depth > 0)
        sd_text_printf(&json->text, "\n%*s", 2 * json->depth, "");
    if (key) {
        sd_json_string(&json->text, key);
        sd_text_add(&json->text, ": ", 2);
    }
    json->filled = true;
}

void sd_json_open(sd_json *json, const char *key, char bracket)
{
    place(json, key);
    sd_text_add(&json->text, &bracket, 1);
    json->depth++;
    json->filled = false;
}

void sd_json_open_line(sd_json *json, const char *key, char bracket)
{
    sd_json_open(json, key, bracket);
    if (json->line_depth == 0)
        json->line_depth = json->depth;
}

void sd_json_close(sd_json *json, char bracket)
{
    const bool on_line = json->line_depth > 0 && json->depth >= json->line_depth;

    if (json->depth == json->line_depth)
        json->line_depth = 0;
    json->depth--;
    if (json->filled && !on_line)
        sd_text_printf(&json->text, "\n%*s", 2 * json->depth, "");
    sd_text_add(&json->text, &bracket, 1);
    if (json->depth == 0)
        sd_text_add(&json->text, "\n", 1);
    json->filled = true;
}

void sd_json_text(sd_json *json, const char *key, const char *value)
{
    place(json, key);
    if (value)
        sd_json_string(&json->text, value);
    else
        sd_text_add(&json->text, "null", 4);
}

void sd_json_number(sd_json *json, const char *key, double value)
{
    char number[SD_NUMBER_MAX];

    place(json, key);
    if (isfinite(value))
        sd_text_add(&json->text, number, sd_number_format(value, number));
    else
        sd_text_add(&json->text, "null", 4);
}

void sd_json_count(sd_json *json, const char *key, uint64_t value)
{
    place(json, key);
    sd_text_printf(&json->text, "%" PRIu64, value);
}

void sd_json_bool(sd_json *json, const char *key, bool value)
{
    place(json, key);
    sd_text_printf(&json->text, value ? "true" : "false");
}

void sd_json_hash(sd_json *json, const char *key, uint64_t hash)
{
    place(json, key);
    sd_text_printf(&json->text, "\"fnv1a64:%016" PRIx64 "\"", hash);
}
