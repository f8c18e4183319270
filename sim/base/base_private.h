/* base_private.h - what the files of the base stage share: formatting and resizing in an arena, and
 * walking through text of unknown origin character by character.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_BASE_PRIVATE_H
#define SD_BASE_PRIVATE_H

#include "sd/base.h"

/* ---- arena.c ---- */

char *sd_arena_vprintf(sd_arena *arena, const char *format, va_list arguments) SD_PRINTF(2, 0);
/* A block of `new_bytes` that begins with the `old_bytes` at `old`; the same address when nothing
 * was handed out since.  The rest is zero.  `old` may be NULL when old_bytes is 0. */
void *sd_arena_resize(sd_arena *arena, void *old, size_t old_bytes, size_t new_bytes);

/* ---- text.c ---- */

/* One character of a text that need not be valid UTF-8: a byte that begins no valid sequence is a
 * character by itself.  Columns, carets and edit distances all count in these characters. */
typedef struct sd_character {
    uint32_t value; /* the code point, or the byte itself when it is not valid */
    size_t length;  /* [byte] 1..4 */
    bool valid;
} sd_character;

/* Needs at < end. */
sd_character sd_text_character(const char *at, const char *end);
/* Behind the printable ASCII, and no more, that begins at `at`; it may stop before there is anything else. */
const char *sd_text_plain(const char *at, const char *end);
/* Whether a terminal shows it as a mark in one line: no control, line break or change of
 * direction. */
bool sd_character_is_printable(sd_character character);
char sd_fold(char c); /* ASCII capitals to small letters, all else unchanged */

/* ---- source.c ---- */

typedef struct sd_line {
    const char *begin, *end; /* without the line break */
    size_t number;           /* 1.. */
} sd_line;

/* The line of the byte at `offset`.  A line ends with LF, CR LF or a lone CR, as in XML. */
sd_line sd_source_line(const sd_source *source, size_t offset);
/* 0-based count of characters between the begin of the line and `at`. */
size_t sd_line_column(sd_line line, const char *at);

/* ---- decimal.c ---- */

/* The shortest whole number that, times 10^*ret_power, reads back to `value`: at most 17 digits,
 * the last not 0.  value > 0 and finite. */
uint64_t sd_decimal_shortest(double value, int *ret_power);

#endif
