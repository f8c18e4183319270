/* diag_print.c - messages as people read them: a message goes in; its code, file, line, column,
 * source line, caret and help come out on a stream.  The look is that of the Rust compiler.  Every
 * byte that came from a file is shown as one harmless character, so that no file can move the
 * cursor or forge a line.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <string.h>

enum {
    WINDOW = 100,        /* [character] of a source line that are shown */
    WINDOW_BEFORE = 40,  /* [character] of these before the caret of a long line */
    LONGEST_TEXT = 2000, /* [byte] of a message */
    INLINE_HELP = 60,    /* [byte] longer help has a line of its own */
    SORTED_MESSAGES = 256
};

typedef enum ink { INK_NONE, INK_BOLD, INK_ERROR, INK_WARNING, INK_FRAME } ink;

typedef struct sheet {
    FILE *to;
    bool color;
    ink mark;   /* of the severity */
    int gutter; /* [character] the width of the line number */
} sheet;

static void ink_begin(const sheet *page, ink chosen)
{
    static const char *const starts[] = {"", "\033[1m", "\033[1;31m", "\033[1;33m", "\033[1;34m"};

    if (page->color)
        fputs(starts[chosen], page->to);
}

static void ink_end(const sheet *page)
{
    if (page->color)
        fputs("\033[0m", page->to);
}

static void put_inked(const sheet *page, ink chosen, const char *text)
{
    ink_begin(page, chosen);
    fputs(text, page->to);
    ink_end(page);
}

static void put_character(const sheet *page, const char *at, sd_character character)
{
    if (character.valid && (character.value == '\t' || character.value == '\n'))
        fputc(' ', page->to);
    else if (sd_character_is_printable(character))
        fwrite(at, 1, character.length, page->to);
    else
        fputc('?', page->to);
}

/* A name may be as long as a file; nobody reads so much of it. */
static void put_safe(const sheet *page, const char *text)
{
    const size_t length = strlen(text);
    const char *end = text + (length < LONGEST_TEXT ? length : LONGEST_TEXT);

    while (text < end) {
        const sd_character character = sd_text_character(text, end);

        put_character(page, text, character);
        text += character.length;
    }
    if (length > LONGEST_TEXT)
        fputs("…", page->to);
}

static void put_repeated(const sheet *page, char c, size_t count)
{
    while (count-- > 0)
        fputc(c, page->to);
}

/* "error[E101]: no variable named 'popluation'" */
static void put_headline(const sheet *page, const sd_message *message)
{
    ink_begin(page, page->mark);
    fprintf(page->to, "%s[%s]", message->severity == SD_WARNING ? "warning" : "error",
            sd_code_name(message->code));
    ink_end(page);
    ink_begin(page, INK_BOLD);
    fputs(": ", page->to);
    put_safe(page, message->text);
    ink_end(page);
    fputc('\n', page->to);
}

/* "   = help: ..." */
static void put_help_line(const sheet *page, const char *help)
{
    put_repeated(page, ' ', (size_t)page->gutter + 2);
    put_inked(page, INK_FRAME, "=");
    fputc(' ', page->to);
    put_inked(page, INK_BOLD, "help:");
    fputc(' ', page->to);
    put_safe(page, help);
    fputc('\n', page->to);
}

/* The part of a line that is shown; all counts are characters from the begin of the line. */
typedef struct window {
    size_t from, to;   /* from <= caret; shown are from <= character < to */
    size_t caret, end; /* the marks stand below caret <= character < end; end > caret */
    size_t length;     /* of the line */
} window;

static window window_of(sd_line line, sd_span span)
{
    const char *text = span.source->text;
    const size_t length = sd_line_column(line, line.end);
    window shown = {.to = length, .length = length};

    shown.caret = sd_line_column(line, text + span.begin);
    shown.end = span.end > span.begin ? sd_line_column(line, text + span.end) : 0;
    if (shown.end <= shown.caret)
        shown.end = shown.caret + 1;
    if (length > WINDOW) {
        if (shown.caret > WINDOW_BEFORE)
            shown.from = shown.caret - WINDOW_BEFORE;
        if (shown.from > length - WINDOW)
            shown.from = length - WINDOW;
        shown.to = shown.from + WINDOW;
    }
    /* A caret just behind the last character stays; marks below what is cut away do not. */
    if (shown.end > shown.to && shown.end > shown.caret + 1)
        shown.end = shown.to > shown.caret ? shown.to : shown.caret + 1;
    return shown;
}

static void put_source_line(const sheet *page, sd_line line, window shown)
{
    size_t column = 0;

    ink_begin(page, INK_FRAME);
    fprintf(page->to, " %zu |", line.number);
    ink_end(page);
    if (shown.length > 0)
        fputc(' ', page->to);
    if (shown.from > 0)
        fputs("…", page->to);
    for (const char *at = line.begin; at < line.end && column < shown.to;) {
        const size_t hidden = column < shown.from ? shown.from - column : 0;
        const size_t left = (size_t)(line.end - at);
        const char *const plain = sd_text_plain(at, at + (hidden < left ? hidden : left));

        column += (size_t)(plain - at);
        at = plain;
        if (at == line.end)
            break;
        const sd_character character = sd_text_character(at, line.end);

        if (column++ >= shown.from)
            put_character(page, at, character);
        at += character.length;
    }
    if (shown.to < shown.length)
        fputs("…", page->to);
    fputc('\n', page->to);
}

static void put_marks(const sheet *page, window shown, const char *help)
{
    put_repeated(page, ' ', (size_t)page->gutter + 2);
    put_inked(page, INK_FRAME, "|");
    put_repeated(page, ' ', (shown.from > 0 ? 2u : 1u) + shown.caret - shown.from);
    ink_begin(page, page->mark);
    put_repeated(page, '^', shown.end - shown.caret);
    if (help) {
        fputs(" help: ", page->to);
        put_safe(page, help);
    }
    ink_end(page);
    fputc('\n', page->to);
}

/* The lines from "-->" to the marks. */
static void put_place(sheet *page, sd_span span, const char *help)
{
    const size_t length = span.source->length;
    sd_line line;
    window shown;

    span.begin = span.begin < length ? span.begin : length;
    span.end = span.end < length ? span.end : length;
    line = sd_source_line(span.source, span.begin);
    shown = window_of(line, span);
    page->gutter = snprintf(NULL, 0, "%zu", line.number);

    put_repeated(page, ' ', (size_t)page->gutter + 1);
    put_inked(page, INK_FRAME, "-->");
    fputc(' ', page->to);
    put_safe(page, span.source->name);
    fprintf(page->to, ":%zu:%zu\n", line.number, shown.caret + 1);
    put_repeated(page, ' ', (size_t)page->gutter + 2);
    put_inked(page, INK_FRAME, "|");
    fputc('\n', page->to);
    put_source_line(page, line, shown);
    put_marks(page, shown, help);
}

void sd_message_print(const sd_message *message, FILE *to, bool color)
{
    const ink mark = message->severity == SD_WARNING ? INK_WARNING : INK_ERROR;
    sheet page = {.to = to, .color = color, .mark = mark, .gutter = 1};
    const bool placed = message->span.source != NULL;
    const bool beside = placed && message->help && strlen(message->help) <= INLINE_HELP;

    put_headline(&page, message);
    if (placed)
        put_place(&page, message->span, beside ? message->help : NULL);
    if (message->help && !beside)
        put_help_line(&page, message->help);
}

/* ---- all messages of a diag ---- */

typedef struct entry {
    const sd_message *message;
    size_t source; /* number of the first message about this source; SIZE_MAX without one */
} entry;

static bool entry_is_before(const entry *a, const entry *b)
{
    if (a->source != b->source)
        return a->source < b->source;
    if (a->source != SIZE_MAX && a->message->span.begin != b->message->span.begin)
        return a->message->span.begin < b->message->span.begin;
    return a->source != SIZE_MAX && a->message->span.end < b->message->span.end;
}

static bool help_is_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool message_is_equal(const sd_message *a, const sd_message *b)
{
    return a->severity == b->severity && a->code == b->code && a->span.source == b->span.source &&
           a->span.begin == b->span.begin && a->span.end == b->span.end &&
           strcmp(a->text, b->text) == 0 && help_is_equal(a->help, b->help);
}

/* The messages in the order of their sources' first mention and of their place in them, each
 * once. */
static size_t diag_sort(const sd_diag *diag, entry *ret_entries)
{
    const sd_message *items = diag->messages.items;
    size_t count = 0;

    for (size_t each = 0; each < diag->messages.count && count < SORTED_MESSAGES; each++) {
        entry next = {.message = &items[each], .source = SIZE_MAX};
        bool known = false;
        size_t at = count;

        for (size_t first = 0; next.message->span.source && next.source == SIZE_MAX; first++) {
            if (items[first].span.source == next.message->span.source)
                next.source = first;
        }
        for (size_t other = 0; other < count && !known; other++)
            known = message_is_equal(ret_entries[other].message, next.message);
        if (known)
            continue;
        for (; at > 0 && entry_is_before(&next, &ret_entries[at - 1]); at--)
            ret_entries[at] = ret_entries[at - 1];
        ret_entries[at] = next;
        count++;
    }
    return count;
}

static void put_count(FILE *to, size_t count, const char *word)
{
    fprintf(to, "%zu %s%s", count, word, count == 1 ? "" : "s");
}

void sd_diag_print(const sd_diag *diag, FILE *to, bool color)
{
    entry sorted[SORTED_MESSAGES];
    const size_t count = diag_sort(diag, sorted);
    size_t errors = diag->errors, warnings = diag->warnings;

    for (size_t each = 0; each < count; each++)
        sd_message_print(sorted[each].message, to, color);
    /* What was said once counts once. */
    for (size_t each = 0; each < diag->messages.count; each++)
        *(diag->messages.items[each].severity == SD_WARNING ? &warnings : &errors) -= 1;
    for (size_t each = 0; each < count; each++)
        *(sorted[each].message->severity == SD_WARNING ? &warnings : &errors) += 1;
    if (errors + warnings < 2)
        return;
    if (errors > 0)
        put_count(to, errors, "error");
    if (errors > 0 && warnings > 0)
        fputs(", ", to);
    if (warnings > 0)
        put_count(to, warnings, "warning");
    if (diag->suppressed > 0)
        fprintf(to, " (%zu not shown)", diag->suppressed);
    fputc('\n', to);
}
