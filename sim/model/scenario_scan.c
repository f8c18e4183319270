/* scenario_scan.c - a scenario's text as tokens: libconfig's tokens with their places go out, and a copy of the
 * text that libconfig can read.  Reported here: texts and comments that never end, whole numbers that libconfig
 * would wrap, malformed numbers, @include, bytes that are no text.
 * Grammar: libconfig 1.5 manual, appendix A; a newline within a text is refused, because it hides where an
 * unclosed text began.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

#include <string.h>

enum {
    SCAN_ERRORS_MAX = 50, /* a file of another kind should not fill the screen */
    TOKENS_MAX = 40000,   /* libconfig compares each name with all before it */
    NAME_MAX_LENGTH = 200,
    NUMBER_MAX_LENGTH = 400,
    TEXT_MAX_LENGTH = 4000,
    SHOWN_LENGTH = 40 /* [byte] of a word in a message */
};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_outside_ascii(char c)
{
    return ((unsigned char)c & 0x80u) != 0;
}

sd_span sd_scan_span(const sd_scan *scan, size_t begin, size_t end)
{
    return (sd_span){.source = scan->source, .begin = begin, .end = end};
}

void sd_scan_blank(sd_scan *scan, size_t begin, size_t end)
{
    for (size_t at = begin; at < end; at++) {
        if (scan->clean[at] != '\n' && scan->clean[at] != '\r')
            scan->clean[at] = ' ';
    }
}

static const char *copy_of(const sd_scan *scan, size_t begin, size_t end)
{
    return sd_arena_copy(scan->arena, scan->source->text + begin, end - begin);
}

/* The same for a message, cut when it is long. */
static const char *shown(const sd_scan *scan, size_t begin, size_t end)
{
    if (end - begin <= SHOWN_LENGTH)
        return copy_of(scan, begin, end);
    return sd_arena_printf(scan->arena, "%.*s...", (int)SHOWN_LENGTH, scan->source->text + begin);
}

static bool starts_with(const sd_scan *scan, size_t at, const char *text)
{
    const size_t length = strlen(text);

    return scan->source->length - at >= length &&
           memcmp(scan->source->text + at, text, length) == 0;
}

static size_t line_end(const sd_scan *scan, size_t at)
{
    const char *text = scan->source->text;

    while (at < scan->source->length && text[at] != '\n' && text[at] != '\r')
        at++;
    return at;
}

/* A value that was reported stays in the copy as a 0, so that the structure can still be read. */
static void put_zero(sd_scan *scan, size_t begin, size_t end)
{
    sd_scan_blank(scan, begin, end);
    scan->clean[begin] = '0';
}

static void push(sd_scan *scan, sd_token token)
{
    SD_PUSH(scan->arena, &scan->tokens, token);
}

/* ---- comments ---- */

/* Blanks a comment at `at` and returns where it ends; `at` itself when there is none, SIZE_MAX when it never
 * ends. */
static size_t skip_comment(sd_scan *scan, size_t at)
{
    const char *text = scan->source->text;
    size_t end;

    if (text[at] == '#' || starts_with(scan, at, "//")) {
        end = line_end(scan, at);
    } else if (starts_with(scan, at, "/*")) {
        for (end = at + 2; end < scan->source->length && !starts_with(scan, end, "*/");)
            end++;
        if (end == scan->source->length) {
            (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, at, at + 2),
                          "the comment that begins here never ends");
            sd_help(scan->diag, "close it with */");
            return SIZE_MAX;
        }
        end += 2;
    } else {
        return at;
    }
    sd_scan_blank(scan, at, end);
    return end;
}

/* ---- texts ---- */

static bool is_line_end(const sd_scan *scan, size_t at)
{
    return at == scan->source->length || scan->source->text[at] == '\n' ||
           scan->source->text[at] == '\r';
}

static void report_text(const sd_scan *scan, size_t begin, size_t end)
{
    if (is_line_end(scan, end)) {
        (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, begin + 1),
                      "the text that begins here is not closed on its line");
        sd_help(scan->diag, "end it with \"; write a long text as several: \"one \" \"two\"");
    } else {
        (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, begin + 1),
                      "a text holds at most %d bytes", TEXT_MAX_LENGTH);
    }
}

static size_t scan_text(sd_scan *scan, size_t begin)
{
    const char *text = scan->source->text;
    sd_token token = {.kind = SD_TOKEN_TEXT, .type = SD_TYPE_TEXT, .begin = begin};
    size_t at = begin + 1;

    while (!is_line_end(scan, at) && text[at] != '"') {
        if (starts_with(scan, at, "\\x00") || starts_with(scan, at, "\\X00")) {
            (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, at, at + 4),
                          "a text cannot hold the character NUL");
            token.broken = true;
        }
        at += text[at] == '\\' && !is_line_end(scan, at + 1) ? 2 : 1;
    }
    if (is_line_end(scan, at) || at - begin > TEXT_MAX_LENGTH) {
        report_text(scan, begin, at);
        token.broken = true;
    }
    token.end = is_line_end(scan, at) ? at : at + 1;
    if (token.broken)
        put_zero(scan, begin, token.end);
    push(scan, token);
    return token.end;
}

/* A text in quotes of another shape, up to the closing one on the line. */
static size_t scan_wrong_quotes(sd_scan *scan, size_t begin, size_t quote)
{
    static const char *const closing[] = {"\xE2\x80\x9D", "\xE2\x80\x9C", "\xE2\x80\x99",
                                          "\xC2\xBB", "\""};
    const bool plain = quote == 1;
    const size_t line = line_end(scan, begin);
    size_t end = begin + quote;

    for (; end < line; end++) {
        size_t close = 0;

        if (plain && scan->source->text[end] == scan->source->text[begin])
            close = 1;
        for (size_t each = 0; !plain && !close && each < sizeof closing / sizeof closing[0];
             each++) {
            if (starts_with(scan, end, closing[each]))
                close = strlen(closing[each]);
        }
        if (close) {
            end += close;
            break;
        }
    }
    (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, end),
                  "a text stands in straight double quotes");
    sd_help(scan->diag, "write \"...\"");
    put_zero(scan, begin, end);
    push(scan, (sd_token){.kind = SD_TOKEN_TEXT, .broken = true, .begin = begin, .end = end});
    return end;
}

/* ---- numbers ---- */

static bool is_number_byte(const char *text, size_t begin, size_t at, size_t length)
{
    const char c = text[at];

    if (is_letter(c) || is_digit(c) || c == '.' || c == '_' || c == '%' || is_outside_ascii(c))
        return true;
    /* The sign of an exponent, with its digits. */
    return (c == '+' || c == '-') && at > begin + 1 &&
           (text[at - 1] == 'e' || text[at - 1] == 'E') && at + 1 < length &&
           is_digit(text[at + 1]);
}

static size_t skip_digits(const char *word, size_t at)
{
    while (is_digit(word[at]))
        at++;
    return at;
}

/* What libconfig takes the whole word for; NONE when it is no number of it. */
static sd_token_type number_type(const char *word)
{
    size_t at = word[0] == '+' || word[0] == '-', digits;
    bool point;

    if (word[0] == '0' && (word[1] == 'x' || word[1] == 'X')) {
        at = 2 + strspn(word + 2, "0123456789abcdefABCDEF");
        if (at == 2)
            return SD_TYPE_NONE;
    } else {
        digits = at;
        at = skip_digits(word, at);
        digits = at - digits;
        point = word[at] == '.';
        if (point) {
            const size_t after = skip_digits(word, at + 1);

            digits += after - at - 1;
            at = after;
        }
        if (digits == 0)
            return SD_TYPE_NONE;
        if (word[at] == 'e' || word[at] == 'E') {
            const size_t sign = at + 1 + (word[at + 1] == '+' || word[at + 1] == '-');
            const size_t after = skip_digits(word, sign);

            return after > sign && word[after] == '\0' ? SD_TYPE_FLOAT : SD_TYPE_NONE;
        }
        if (point)
            return word[at] == '\0' ? SD_TYPE_FLOAT : SD_TYPE_NONE;
    }
    if (word[at] == 'L') {
        at += word[at + 1] == 'L' ? 2 : 1;
        return word[at] == '\0' ? SD_TYPE_INT64 : SD_TYPE_NONE;
    }
    return word[at] == '\0' ? SD_TYPE_INT : SD_TYPE_NONE;
}

/* The size of a whole number without its sign; UINT64_MAX when it is larger. */
static uint64_t magnitude(const char *word)
{
    const bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
    const uint64_t base = hex ? 16 : 10;
    uint64_t value = 0;

    for (const char *at = hex ? word + 2 : word; *at && *at != 'L'; at++) {
        uint64_t digit;

        if (*at == '+' || *at == '-')
            continue;
        digit = is_digit(*at) ? (uint64_t)(*at - '0') : (uint64_t)((*at | 0x20) - 'a') + 10;
        if (value > (UINT64_MAX - digit) / base)
            return UINT64_MAX;
        value = value * base + digit;
    }
    return value;
}

/* E405 for a whole number that libconfig would turn into another one. */
static bool integer_fits(sd_scan *scan, const char *word, sd_token token)
{
    const sd_span span = sd_scan_span(scan, token.begin, token.end);
    const bool negative = word[0] == '-';
    const uint64_t size = magnitude(word);

    if (token.type == SD_TYPE_INT && size > (uint64_t)INT32_MAX + negative) {
        (void)sd_fail(scan->diag, SD_E405, span, "'%s' needs the suffix L", word);
        if (size <= (uint64_t)INT64_MAX + negative)
            sd_help(scan->diag, "write %sL", word);
        else
            sd_help(scan->diag, "write it with a point: %s.0", word);
        return false;
    }
    if (token.type == SD_TYPE_INT64 && size > (uint64_t)INT64_MAX + negative) {
        (void)sd_fail(scan->diag, SD_E405, span, "'%s' is larger than a whole number can be", word);
        sd_help(scan->diag, "the largest is 9223372036854775807L");
        return false;
    }
    return true;
}

static void report_number(sd_scan *scan, const char *word, sd_token token)
{
    const size_t length = strlen(word);
    double value;

    (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, token.begin, token.end),
                  "'%s' is not a number", shown(scan, token.begin, token.end));
    if (word[length - 1] == '%' && sd_number_parse(word, length, &value) == length - 1) {
        char share[SD_NUMBER_MAX];

        (void)sd_number_format(value / 100, share);
        sd_help(scan->diag, "write a share: %s", share);
    } else {
        sd_help(scan->diag, "write digits with a point, such as 0.5; a unit belongs in a comment");
    }
}

static size_t scan_number(sd_scan *scan, size_t begin)
{
    const char *text = scan->source->text;
    const size_t length = scan->source->length;
    sd_token token = {.kind = SD_TOKEN_NUMBER, .begin = begin, .end = begin + 1};
    const char *word;

    while (token.end < length && is_number_byte(text, begin, token.end, length))
        token.end++;
    word = copy_of(scan, begin, token.end);
    token.type = token.end - begin > NUMBER_MAX_LENGTH ? SD_TYPE_NONE : number_type(word);
    if (token.type == SD_TYPE_NONE) {
        report_number(scan, word, token);
        token.broken = true;
    } else if (token.type == SD_TYPE_INT || token.type == SD_TYPE_INT64) {
        token.broken = !integer_fits(scan, word, token);
    }
    if (token.broken) {
        token.type = SD_TYPE_NONE;
        put_zero(scan, begin, token.end);
    }
    push(scan, token);
    return token.end;
}

/* ---- names and the rest ---- */

static size_t scan_name(sd_scan *scan, size_t begin)
{
    const char *text = scan->source->text;
    sd_token token = {.kind = SD_TOKEN_NAME, .begin = begin, .end = begin};
    const char *word;

    for (; token.end < scan->source->length; token.end++) {
        const char c = text[token.end];

        if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_' && c != '*')
            break;
    }
    if (token.end - begin > NAME_MAX_LENGTH) {
        (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, token.end),
                      "a name has at most %d letters", NAME_MAX_LENGTH);
        sd_scan_blank(scan, begin, token.end);
        return token.end;
    }
    word = copy_of(scan, begin, token.end);
    if (sd_text_equal_fold(word, "true") || sd_text_equal_fold(word, "false")) {
        token.kind = SD_TOKEN_BOOL;
        token.type = SD_TYPE_BOOL;
    }
    push(scan, token);
    return token.end;
}

/* '@' and what follows.  @include is refused in any spelling; nothing of it stays in the copy. */
static size_t scan_directive(sd_scan *scan, size_t begin)
{
    const char *text = scan->source->text;
    const size_t line = line_end(scan, begin);
    size_t word = begin + 1, end;

    while (word < line && (text[word] == ' ' || text[word] == '\t'))
        word++;
    for (end = word; end < line && is_letter(text[end]);)
        end++;
    if (end - word == 7 && sd_text_equal_fold(copy_of(scan, word, end), "include")) {
        (void)sd_fail(scan->diag, SD_E406, sd_scan_span(scan, begin, end), "@include is refused");
        sd_help(scan->diag, "write extends = \"file.cfg\"; it is loaded first");
    } else {
        (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, begin + 1),
                      "a scenario has no directives: '@' means nothing here");
    }
    sd_scan_blank(scan, begin, line);
    return line;
}

static size_t scan_stranger(sd_scan *scan, size_t begin)
{
    static const char *const quotes[] = {"'",
                                         "`",
                                         "\xE2\x80\x9C",
                                         "\xE2\x80\x9D",
                                         "\xE2\x80\x9E",
                                         "\xE2\x80\x98",
                                         "\xE2\x80\x99",
                                         "\xC2\xAB"};
    const char *text = scan->source->text;
    size_t end = begin + 1;

    for (size_t each = 0; each < sizeof quotes / sizeof quotes[0]; each++) {
        if (starts_with(scan, begin, quotes[each]))
            return scan_wrong_quotes(scan, begin, strlen(quotes[each]));
    }
    while (end < scan->source->length && is_outside_ascii(text[begin]) &&
           is_outside_ascii(text[end]))
        end++;
    if (starts_with(scan, begin, "\xC2\xA0")) {
        end = begin + 2;
        (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, end),
                      "this is a no-break space");
        sd_help(scan->diag, "type a plain one");
    } else if ((unsigned char)text[begin] < 0x20 || text[begin] == 0x7F) {
        (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, end),
                      "a control character means nothing here");
    } else {
        (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, begin, end),
                      "'%s' means nothing here", shown(scan, begin, end));
        sd_help(scan->diag, "names are made of letters, digits and _");
    }
    sd_scan_blank(scan, begin, end);
    return end;
}

static size_t scan_token(sd_scan *scan, size_t at)
{
    const char c = scan->source->text[at];

    if (c == '"')
        return scan_text(scan, at);
    if (is_digit(c) || c == '.' || c == '-' || c == '+')
        return scan_number(scan, at);
    if (is_letter(c) || c == '*')
        return scan_name(scan, at);
    if (c == '@')
        return scan_directive(scan, at);
    if (!strchr("=:,;{}[]()", c))
        return scan_stranger(scan, at);
    push(scan,
         (sd_token){.kind = SD_TOKEN_MARK, .mark = c == ':' ? '=' : c, .begin = at, .end = at + 1});
    return at + 1;
}

/* A NUL would end the text for libconfig: what follows it would silently be left out. */
static bool has_nul(const sd_scan *scan)
{
    const char *nul = memchr(scan->source->text, '\0', scan->source->length);
    size_t at;

    if (!nul)
        return false;
    at = (size_t)(nul - scan->source->text);
    (void)sd_fail(scan->diag, SD_E401, sd_scan_span(scan, at, at + 1),
                  "the file holds a NUL byte, so it is not a plain text");
    sd_help(scan->diag, "save it as UTF-8");
    return true;
}

static bool has_too_many(const sd_scan *scan, size_t at)
{
    if (scan->tokens.count < TOKENS_MAX)
        return false;
    (void)sd_fail(scan->diag, SD_E113, sd_scan_span(scan, at, at + 1),
                  "a scenario holds at most %d names, values and marks", TOKENS_MAX);
    return true;
}

void sd_scan_tokens(sd_scan *scan)
{
    const sd_source *source = scan->source;
    const size_t errors = scan->diag->errors;
    size_t at = starts_with(scan, 0, "\xEF\xBB\xBF") ? 3 : 0;

    scan->clean = sd_arena_copy(scan->arena, source->text, source->length);
    if (has_nul(scan))
        return;
    sd_scan_blank(scan, 0, at);
    while (at < source->length) {
        const size_t after = skip_comment(scan, at);

        if (after == SIZE_MAX || scan->diag->errors > errors + SCAN_ERRORS_MAX ||
            has_too_many(scan, at)) {
            scan->tokens.count = 0;
            return;
        }
        if (after > at)
            at = after;
        else if (strchr(" \t\n\r\f", source->text[at]))
            at++;
        else
            at = scan_token(scan, at);
    }
    push(scan, (sd_token){.kind = SD_TOKEN_END, .begin = source->length, .end = source->length});
}
