/* scenario_positions.c - where every setting of a scenario stands: tokens go in, a tree of entries with the
 * places of their names and values comes out.  libconfig knows lines only and stops at its first error, often
 * lines after the cause; here each fault is reported where it is, with what to write, and is taken out of the
 * copy that libconfig reads when that can be done without a guess.
 * Grammar: libconfig 1.5 manual, appendix A.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <string.h>

enum { DEPTH_MAX = 16 }; /* nested groups, lists and arrays */

typedef struct parser {
    sd_scan *scan;
    size_t at; /* the next token */
    size_t depth;
    bool stopped; /* what follows cannot be followed */
} parser;

static bool parse_value(parser *p, sd_entry *entry);

static sd_token peek(const parser *p)
{
    return p->scan->tokens.items[p->at];
}

static sd_token peek_after(const parser *p)
{
    const size_t last = p->scan->tokens.count - 1;

    return p->scan->tokens.items[p->at < last ? p->at + 1 : last];
}

static sd_token take(parser *p)
{
    const sd_token token = peek(p);

    if (token.kind != SD_TOKEN_END)
        p->at++;
    return token;
}

static bool is_mark(sd_token token, char mark)
{
    return token.kind == SD_TOKEN_MARK && token.mark == mark;
}

static bool is_one_of(sd_token token, const char *marks)
{
    return token.kind == SD_TOKEN_MARK && strchr(marks, token.mark);
}

static bool is_scalar(sd_token token)
{
    return token.kind == SD_TOKEN_BOOL || token.kind == SD_TOKEN_NUMBER ||
           token.kind == SD_TOKEN_TEXT;
}

static const char *word_of(const parser *p, sd_token token)
{
    return sd_arena_copy(p->scan->arena, p->scan->source->text + token.begin,
                         token.end - token.begin);
}

static sd_span span_of(const parser *p, sd_token token)
{
    return sd_scan_span(p->scan, token.begin, token.end);
}

SD_PRINTF(3, 4)
static void report(const parser *p, sd_token token, const char *format, ...)
{
    va_list arguments;
    char text[256];

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    (void)sd_fail(p->scan->diag, SD_E401, span_of(p, token), "%s", text);
}

static bool stop(parser *p)
{
    p->stopped = true;
    return false;
}

static void blank(const parser *p, sd_token token)
{
    sd_scan_blank(p->scan, token.begin, token.end);
}

static bool report_unclosed(parser *p, sd_token opener)
{
    report(p, opener, "the '%c' that begins here is never closed", opener.mark);
    return stop(p);
}

static bool report_mismatch(parser *p, sd_token opener, sd_token closer)
{
    const sd_position place = sd_source_position(p->scan->source, opener.begin);

    report(p, closer, "'%c' does not close the '%c' of line %zu", closer.mark, opener.mark,
           place.line);
    return stop(p);
}

static bool is_within_limits(parser *p, sd_token token)
{
    if (p->depth <= DEPTH_MAX)
        return true;
    report(p, token, "nested more than %d deep", DEPTH_MAX);
    return stop(p);
}

/* Texts that follow each other are one. */
static void parse_text(parser *p, sd_entry *entry)
{
    for (sd_token part = peek(p); part.kind == SD_TOKEN_TEXT; part = peek(p)) {
        entry->span.end = part.end;
        entry->broken |= part.broken;
        (void)take(p);
    }
    if (entry->broken) {
        sd_scan_blank(p->scan, entry->span.begin, entry->span.end);
        p->scan->clean[entry->span.begin] = '0';
    }
}

static void parse_scalar(parser *p, sd_entry *entry)
{
    const sd_token token = peek(p);

    entry->broken = token.broken;
    if (token.kind == SD_TOKEN_TEXT) {
        entry->kind = SD_ENTRY_TEXT;
        parse_text(p, entry);
    } else {
        entry->kind = token.kind == SD_TOKEN_BOOL ? SD_ENTRY_BOOL : SD_ENTRY_NUMBER;
        entry->whole = token.type == SD_TYPE_INT || token.type == SD_TYPE_INT64;
        (void)take(p);
    }
}

/* A name where a value belongs: usually a text without its quotes. */
static void parse_unquoted(parser *p, sd_entry *entry)
{
    const sd_token token = take(p);

    report(p, token, "a text stands in quotes");
    sd_help(p->scan->diag, "write \"%s\"", word_of(p, token));
    entry->kind = SD_ENTRY_TEXT;
    entry->broken = true;
    blank(p, token);
    p->scan->clean[token.begin] = '0';
}

/* ---- lists and arrays ---- */

/* A name that was taken and belongs to nothing: usually a unit after a number. */
static void report_stray(const parser *p, sd_token name)
{
    report(p, name, "'%s' alone means nothing", word_of(p, name));
    if (p->at > 1 && p->scan->tokens.items[p->at - 2].kind == SD_TOKEN_NUMBER)
        sd_help(p->scan->diag, "a unit belongs in a comment: // %s", word_of(p, name));
    else
        sd_help(p->scan->diag, "write %s = value;", word_of(p, name));
    blank(p, name);
}

/* `name =` directly in a list: the braces round the settings are missing. */
static bool is_bare_setting(const parser *p)
{
    return peek(p).kind == SD_TOKEN_NAME && is_mark(peek_after(p), '=');
}

/* The comma after an item, or what stands there instead; false when the sequence cannot go on. */
static bool parse_separator(parser *p, sd_token opener, char closer)
{
    sd_token mark, after;

    while (peek(p).kind == SD_TOKEN_NAME && !is_bare_setting(p))
        report_stray(p, take(p));
    mark = peek(p);
    after = peek_after(p);
    if (is_mark(mark, ';') &&
        (after.kind == SD_TOKEN_END || after.kind == SD_TOKEN_NAME || is_mark(after, '}')))
        return report_unclosed(p, opener);
    if (is_one_of(mark, ",;")) {
        (void)take(p);
        for (; is_one_of(peek(p), ",;"); blank(p, take(p)))
            report(p, peek(p), "an item is missing before this '%c'", peek(p).mark);
        if (is_mark(peek(p), closer)) {
            report(p, mark, "'%c' before '%c'", mark.mark, closer);
            sd_help(p->scan->diag, "remove it");
            blank(p, mark);
        } else if (mark.mark == ';') {
            report(p, mark, "';' between the items of '%c'", opener.mark);
            sd_help(p->scan->diag, "write ','");
            p->scan->clean[mark.begin] = ',';
        }
    } else if (is_scalar(mark) || is_one_of(mark, "{[(")) {
        report(p, mark, "a comma is missing before this item");
        p->scan->unreadable = true;
    }
    return true;
}

static const char *all_with_point(const parser *p, const sd_entry *array)
{
    sd_text text = sd_text_new(p->scan->arena);

    for (size_t each = 0; each < array->entries.count; each++) {
        const sd_entry *item = array->entries.items[each];
        const char *word = p->scan->source->text + item->span.begin;
        size_t length = item->span.end - item->span.begin;

        while (item->whole && word[length - 1] == 'L')
            length--;
        sd_text_printf(&text, "%s%.*s%s", each ? ", " : "", (int)length, word,
                       item->whole ? ".0" : "");
    }
    return text.bytes;
}

/* In the copy, so that the rest can still be read. */
static void array_to_list(parser *p, sd_entry *array)
{
    array->kind = SD_ENTRY_LIST;
    p->scan->clean[array->span.begin] = '(';
    p->scan->clean[array->span.end - 1] = ')';
}

static void check_types(parser *p, sd_entry *array, const sd_token_type *types)
{
    const size_t count = array->entries.count;
    bool numbers = true, mixed = false;
    size_t odd = 0;

    for (size_t each = 0; each < count; each++) {
        if (types[each] == SD_TYPE_NONE) {
            array_to_list(p, array);
            return;
        }
        numbers = numbers && types[each] != SD_TYPE_BOOL && types[each] != SD_TYPE_TEXT;
        if (!mixed && types[each] != types[0]) {
            mixed = true;
            odd = each;
        }
    }
    if (!mixed)
        return;
    (void)sd_fail(p->scan->diag, SD_E401, array->entries.items[odd]->span,
                  numbers ? "an array mixes whole numbers and numbers with a point"
                          : "an array [ ] holds values of one kind");
    if (numbers)
        sd_help(p->scan->diag, "write [%s]", all_with_point(p, array));
    else
        sd_help(p->scan->diag, "write ( ) for a list of several kinds");
    array_to_list(p, array);
}

/* One item; false when the sequence cannot go on. */
static bool parse_item(parser *p, sd_entry *sequence, bool array, sd_token_type *ret_type)
{
    const sd_token token = peek(p);
    sd_entry *item;

    *ret_type = token.type;
    if (is_bare_setting(p)) {
        report(p, token, "a setting directly in a list");
        sd_help(p->scan->diag, "put the settings of one item in { }");
        return stop(p);
    }
    if (is_one_of(token, ",;")) {
        report(p, token, "an item is missing before this '%c'", token.mark);
        blank(p, take(p));
        return true;
    }
    if (array && is_one_of(token, "{[(")) {
        report(p, token, "an array [ ] holds plain values only");
        sd_help(p->scan->diag, "write ( ) round them");
    }
    item = SD_NEW(p->scan->arena, sd_entry);
    if (!parse_value(p, item))
        return false;
    if (item->broken)
        *ret_type = SD_TYPE_NONE;
    SD_PUSH(p->scan->arena, &sequence->entries, item);
    return true;
}

static bool parse_sequence(parser *p, sd_entry *sequence, bool array)
{
    const sd_token opener = take(p);
    const char closer = array ? ']' : ')';
    SD_LIST(sd_token_type) types = {0};

    sequence->kind = array ? SD_ENTRY_ARRAY : SD_ENTRY_LIST;
    while (!is_mark(peek(p), closer)) {
        const size_t count = sequence->entries.count;
        const sd_token token = peek(p);
        sd_token_type type;

        if (token.kind == SD_TOKEN_END)
            return report_unclosed(p, opener);
        if (is_one_of(token, "}])"))
            return report_mismatch(p, opener, token);
        if (!is_within_limits(p, token) || !parse_item(p, sequence, array, &type))
            return false;
        if (sequence->entries.count == count)
            continue;
        SD_PUSH(p->scan->arena, &types, type);
        if (!parse_separator(p, opener, closer))
            return false;
    }
    sequence->span.end = take(p).end;
    if (array)
        check_types(p, sequence, types.items);
    return true;
}

/* ---- groups ---- */

/* A second setting of a name is left out of the tree and the copy. */
static void add_setting(parser *p, sd_entry *group, sd_entry *entry, size_t end)
{
    const sd_entry *twin = sd_entry_find(group, entry->name);

    if (!twin) {
        SD_PUSH(p->scan->arena, &group->entries, entry);
        return;
    }
    (void)sd_fail(p->scan->diag, SD_E102, entry->name_span, "'%s' is given twice", entry->name);
    sd_help(p->scan->diag, "it is first given in line %zu",
            sd_source_position(p->scan->source, twin->name_span.begin).line);
    sd_scan_blank(p->scan, entry->name_span.begin, end);
}

/* The mark after a value, and where the setting ends.  0,5 is a common way to write a half. */
static size_t parse_terminator(parser *p, sd_entry *entry)
{
    const sd_token token = peek(p);
    sd_token rest;

    if (!is_one_of(token, ";,"))
        return entry->span.end;
    (void)take(p);
    rest = peek(p);
    if (is_mark(token, ',') && entry->kind == SD_ENTRY_NUMBER && rest.kind == SD_TOKEN_NUMBER &&
        token.begin == entry->span.end && rest.begin == token.end) {
        const sd_token whole = {.begin = entry->span.begin, .end = rest.end};

        report(p, whole, "'%s' has a comma in it", word_of(p, whole));
        sd_help(p->scan->diag, "write a point: %.*s.%s", (int)(entry->span.end - entry->span.begin),
                p->scan->source->text + entry->span.begin, word_of(p, rest));
        sd_scan_blank(p->scan, token.begin, take(p).end);
        entry->broken = true;
        return is_one_of(peek(p), ";,") ? take(p).end : rest.end;
    }
    return token.end;
}

/* The '=' after a name.  false when there is no setting; p->stopped when nothing more can be followed. */
static bool parse_equals(parser *p, sd_token name)
{
    if (is_mark(peek(p), '=')) {
        (void)take(p);
        return true;
    }
    if (is_one_of(peek(p), ";,}")) {
        report_stray(p, name);
        if (!is_mark(peek(p), '}'))
            blank(p, take(p));
        return false;
    }
    report(p, name, "'=' is missing after '%s'", word_of(p, name));
    p->scan->unreadable = true;
    return is_scalar(peek(p)) || is_one_of(peek(p), "{[(") || stop(p);
}

/* name = value; */
static bool parse_setting(parser *p, sd_entry *group)
{
    const sd_token name = take(p);
    sd_entry *entry = SD_NEW(p->scan->arena, sd_entry);

    entry->name = word_of(p, name);
    entry->name_span = span_of(p, name);
    if (!parse_equals(p, name))
        return !p->stopped;
    if (is_one_of(peek(p), ";,}") || peek(p).kind == SD_TOKEN_END) {
        report(p, name, "'%s' has no value", entry->name);
        if (is_one_of(peek(p), ";,"))
            (void)take(p);
        sd_scan_blank(p->scan, name.begin, p->scan->tokens.items[p->at - 1].end);
        return true;
    }
    if (!parse_value(p, entry))
        return false;
    add_setting(p, group, entry, parse_terminator(p, entry));
    return true;
}

/* What is no setting within a group; false when what follows cannot be followed. */
static bool parse_stranger(parser *p)
{
    const sd_token token = take(p);

    if (is_one_of(token, ";,")) {
        report(p, token, "'%c' ends no setting", token.mark);
        sd_help(p->scan->diag, "remove it");
        blank(p, token);
        return true;
    }
    if (token.kind == SD_TOKEN_TEXT && is_mark(peek(p), '=')) {
        report(p, token, "the name of a setting stands without quotes");
        return stop(p);
    }
    report(p, token, "a name is missing before '%s'", word_of(p, token));
    sd_help(p->scan->diag, "settings are written name = value;");
    return stop(p);
}

/* The settings up to the closing brace, or to the end of the file when `opener` is NULL. */
static bool parse_settings(parser *p, sd_entry *group, const sd_token *opener)
{
    for (;;) {
        const sd_token token = peek(p);

        if (token.kind == SD_TOKEN_END)
            return opener ? report_unclosed(p, *opener) : true;
        if (!is_within_limits(p, token))
            return false;
        if (opener && is_mark(token, '}'))
            return true;
        if (is_one_of(token, "}])") && opener)
            return report_mismatch(p, *opener, token);
        if (is_one_of(token, "}])")) {
            report(p, token, "'%c' closes nothing", token.mark);
            return stop(p);
        }
        if (token.kind == SD_TOKEN_NAME ? !parse_setting(p, group) : !parse_stranger(p))
            return false;
    }
}

static bool parse_value(parser *p, sd_entry *entry)
{
    const sd_token token = peek(p);
    bool followed;

    entry->span = span_of(p, token);
    if (is_scalar(token)) {
        parse_scalar(p, entry);
        return true;
    }
    if (token.kind == SD_TOKEN_NAME) {
        parse_unquoted(p, entry);
        return true;
    }
    if (!is_one_of(token, "{[(")) {
        report(p, token, "a value is missing before '%s'", word_of(p, token));
        return stop(p);
    }
    p->depth++;
    if (token.mark == '{') {
        entry->kind = SD_ENTRY_GROUP;
        (void)take(p);
        followed = is_within_limits(p, token) && parse_settings(p, entry, &token);
        if (followed)
            entry->span.end = take(p).end;
    } else {
        followed = parse_sequence(p, entry, token.mark == '[');
    }
    p->depth--;
    return followed;
}

sd_entry *sd_entry_tree(sd_scan *scan)
{
    parser p = {.scan = scan};
    sd_entry *root;

    if (scan->tokens.count == 0)
        return NULL;
    root = SD_NEW(scan->arena, sd_entry);
    root->kind = SD_ENTRY_GROUP;
    root->span = sd_scan_span(scan, 0, scan->source->length);
    return parse_settings(&p, root, NULL) ? root : NULL;
}
