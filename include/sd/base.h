/* base.h - what every stage stands on: statuses, sources with positions, diagnostics, arenas, names,
 * numbers, deterministic mathematics, counter-based random numbers, built-in files and a clock.
 *
 * Reading order: base, model, program, run, analysis, output.  A stage includes its own header and those
 * before it in that list.  Nothing here prints, exits or keeps state after main has started.
 * Thread rule of this header: a value belongs to one thread while it is being written (arena, diag, table,
 * text); once finished and const, any number of threads may read it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SD_BASE_H
#define SD_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SD_NODISCARD __attribute__((warn_unused_result))
#define SD_PRINTF(format_at, first) __attribute__((format(printf, format_at, first)))

/* ---- status ------------------------------------------------------------------------------------------
 * One list makes the enum, the text and the exit code of the program. */
#define SD_STATUSES(X)                                                                             \
    X(SD_OK, 0, "success")                                                                         \
    X(SD_FALSE, 1, "a stated condition is false")                                                  \
    X(SD_USAGE, 2, "the command line is wrong")                                                    \
    X(SD_SYNTAX, 2, "a model or scenario is malformed")                                            \
    X(SD_INVALID, 2, "a model or scenario is well formed but means nothing")                       \
    X(SD_UNITS, 2, "units do not balance")                                                         \
    X(SD_UNSUPPORTED, 2, "a part of the standard is not supported yet")                            \
    X(SD_LIMIT, 2, "something is larger than the limit for it")                                    \
    X(SD_NONFINITE, 3, "a value is not a finite number")                                           \
    X(SD_NUMERICAL, 3, "the integration method gave up")                                           \
    X(SD_IO, 4, "a file could not be written")                                                     \
    X(SD_MISSING, 4, "a program that is needed is not installed")                                  \
    X(SD_INTERRUPTED, 130, "interrupted")

typedef enum sd_status {
#define SD_STATUS_ENUM(name, exit_code, text) name,
    SD_STATUSES(SD_STATUS_ENUM)
#undef SD_STATUS_ENUM
} sd_status;

const char *sd_status_text(sd_status status); /* one line, lower case, never NULL */
int sd_status_exit(sd_status status);         /* the program's exit code, 0..130 */
/* Why the system could not write, from its errno: "the disk is full". */
const char *sd_reason(int error);

/* ---- arena -------------------------------------------------------------------------------------------
 * Memory of one lifetime, freed as a whole.  Never returns NULL: when the system has no memory left it
 * calls the process's handler (sd_arena_on_exhausted; without one it aborts), which must not return. */
typedef struct sd_arena sd_arena;

sd_arena *sd_arena_new(const char *purpose /* for the exhausted message; kept, not copied */);
void sd_arena_free(sd_arena *arena); /* NULL is allowed */
/* `count` items of `size` bytes, zeroed, aligned for any type.  Overflow of the product counts as exhausted. */
void *sd_arena_alloc(sd_arena *arena, size_t count, size_t size);
/* The same, aligned to 64 bytes: rows of doubles for vector loops. */
double *sd_arena_rows(sd_arena *arena, size_t count);
char *sd_arena_copy(sd_arena *arena, const char *text, size_t length); /* with a closing NUL */
char *sd_arena_printf(sd_arena *arena, const char *format, ...) SD_PRINTF(2, 3);
size_t sd_arena_bytes(const sd_arena *arena); /* handed out so far */
/* Call once, before the first arena, from main. */
void sd_arena_on_exhausted(void (*handler)(const char *purpose, size_t bytes));

#define SD_NEW(arena, type) ((type *)sd_arena_alloc((arena), 1, sizeof(type)))
#define SD_NEW_ARRAY(arena, type, count) ((type *)sd_arena_alloc((arena), (count), sizeof(type)))

/* A growing array in an arena: SD_PUSH(arena, list, item) where list has .items, .count, .capacity. */
#define SD_LIST(type)                                                                              \
    struct {                                                                                       \
        type *items;                                                                               \
        size_t count, capacity;                                                                    \
    }
void *sd_arena_grow(sd_arena *arena, void *items, size_t count, size_t *capacity, size_t size);
#define SD_PUSH(arena, list, item)                                                                 \
    do {                                                                                           \
        if ((list)->count == (list)->capacity)                                                     \
            (list)->items = sd_arena_grow((arena), (list)->items, (list)->count,                   \
                                          &(list)->capacity, sizeof *(list)->items);               \
        (list)->items[(list)->count++] = (item);                                                   \
    } while (0)

/* ---- sources and spans -------------------------------------------------------------------------------
 * A source is a file's text as it stands on disk.  A span is a byte range in it; line and column are worked
 * out only when a message is printed. */
typedef struct sd_source {
    const char *name; /* as the user gave it, or "built-in:NAME" */
    const char *text; /* `length` bytes and a NUL; may hold NULs itself if the file does */
    size_t length;    /* [byte] */
    bool built_in;    /* part of this program: `name` is not a path on disk */
} sd_source;

typedef struct sd_span {
    const sd_source *source; /* NULL: the message has no position */
    size_t begin, end;       /* [byte] begin <= end <= source->length */
} sd_span;

typedef struct sd_position {
    size_t line;   /* 1.. */
    size_t column; /* 1.., in characters (UTF-8 code points) */
} sd_position;

#define SD_NOWHERE ((sd_span){0})

struct sd_diag;
/* Reads a regular file of at most `limit` bytes.  SD_INVALID with a message when it is missing, a directory,
 * a device, unreadable or too large. */
SD_NODISCARD sd_status sd_source_from_file(sd_arena *arena, const char *path, size_t limit,
                                           const sd_source **ret_source, struct sd_diag *diag);
/* `text` is copied. */
const sd_source *sd_source_from_text(sd_arena *arena, const char *name, const char *text,
                                     size_t length);
sd_position sd_source_position(const sd_source *source, size_t offset);

/* ---- files that travel inside the program ------------------------------------------------------------
 * The default model, the shipped scenarios and the chart scripts, by their plain file names. */
typedef struct sd_built_in {
    const char *folder; /* "scenarios" or "plots" */
    const char *name;   /* "productivity-trap.xmile" */
    const unsigned char *bytes;
    size_t length; /* [byte] without the closing NUL that follows */
} sd_built_in;
extern const sd_built_in sd_built_ins[]; /* ends with name NULL; sorted by folder, then name */
const sd_built_in *sd_built_in_find(const char *folder,
                                    const char *name); /* NULL when there is none */
const sd_source *sd_source_from_built_in(sd_arena *arena, const sd_built_in *file);

/* ---- diagnostics -------------------------------------------------------------------------------------
 * A diag collects messages; readers go on after an error so that one pass reports all of a file's errors.
 * Only the app prints them.  errors.def lists every code with its status, its title and the half page that
 * `treadmill explain E101` prints. */
typedef enum sd_code {
#define SD_ERROR(code, status, title, text) SD_##code,
#include "sd/errors.def"
#undef SD_ERROR
    SD_CODES
} sd_code;

const char *sd_code_name(sd_code code);  /* "E101" */
const char *sd_code_title(sd_code code); /* "unknown name" */
const char *sd_code_text(sd_code code);  /* what it means and what to do, a few sentences */
sd_status sd_code_status(sd_code code);
bool sd_code_from_name(const char *name, sd_code *ret_code); /* case is ignored */

typedef enum sd_severity { SD_WARNING, SD_ERROR_SEVERITY } sd_severity;

typedef struct sd_message {
    sd_severity severity;
    sd_code code;
    sd_span span;
    const char *text; /* lower case, no full stop, names in 'single quotes' */
    const char *help; /* what to do, or NULL; printed after the caret */
} sd_message;

typedef struct sd_diag {
    sd_arena *arena; /* where texts live; must outlive the diag */
    SD_LIST(sd_message) messages;
    size_t errors, warnings; /* all that were reported, kept or not */
    size_t suppressed;       /* messages beyond the 200 that are kept */
    bool last_kept;          /* the last report is the last of `messages`; what sd_help adds to */
} sd_diag;

sd_diag *sd_diag_new(sd_arena *arena);
/* Adds an error and returns its status, so that a reader can `return sd_fail(...)`. */
sd_status sd_fail(sd_diag *diag, sd_code code, sd_span span, const char *format, ...)
    SD_PRINTF(4, 5);
void sd_warn(sd_diag *diag, sd_code code, sd_span span, const char *format, ...) SD_PRINTF(4, 5);
/* Adds what to do to the last message. */
void sd_help(sd_diag *diag, const char *format, ...) SD_PRINTF(2, 3);
/* Help "did you mean 'x'?" on the last message when one of the names is near to `word`; else nothing. */
void sd_help_nearest(sd_diag *diag, const char *word, const char *const *names, size_t count);
/* The status of the first error, SD_OK when there is none. */
sd_status sd_diag_status(const sd_diag *diag);
/* One message as people read it (file, line, column, source line, caret, help); a long source line is cut
 * to a window round the caret, control characters in it are shown as '?'. */
void sd_message_print(const sd_message *message, FILE *to, bool color);
/* All messages in the order of their position, then one line with the count when there are several. */
void sd_diag_print(const sd_diag *diag, FILE *to, bool color);

/* ---- text and names ----------------------------------------------------------------------------------
 * XMILE names: case is ignored; spaces, underscores, line breaks and their escapes (\n) and no-break spaces
 * are one separator, runs of them count once; quotation marks round a name do not belong to it. */
/* The folded key: lower case, '_' between words, no separator at the ends. */
const char *sd_name_key(sd_arena *arena, const char *name, size_t length);
/* The name as the author wrote it with '_' for each run of separators: how CSV headers spell it. */
const char *sd_name_display(sd_arena *arena, const char *name, size_t length);
/* The nearest of `names` by folded edit distance (insert, delete, change, swap), NULL when none is near. */
const char *sd_nearest(const char *word, const char *const *names, size_t count);
bool sd_text_equal_fold(const char *a, const char *b); /* ASCII case ignored */

/* A hash table from text to a pointer; keys are not copied and must outlive it.  Lookups are exact. */
typedef struct sd_table sd_table;
sd_table *sd_table_new(sd_arena *arena);
void *sd_table_find(const sd_table *table, const char *key); /* NULL when absent */
/* Returns the value that was there, NULL when the key is new.  `value` must not be NULL. */
void *sd_table_put(sd_table *table, const char *key, void *value);

/* Turns what could steer a terminal or hide text into '?', byte for byte: DEL, the C1 controls and the marks that
 * change the direction of writing.  (C0 controls other than white space cannot stand in XML at all.) */
void sd_text_defuse(char *text, size_t length);

/* Growing text for messages, JSON and documents; lives in an arena. */
typedef struct sd_text {
    sd_arena *arena;
    char *bytes; /* always ends with a NUL; never NULL after sd_text_new */
    size_t length, capacity;
} sd_text;
sd_text sd_text_new(sd_arena *arena);
void sd_text_add(sd_text *text, const char *bytes, size_t length);
void sd_text_printf(sd_text *text, const char *format, ...) SD_PRINTF(2, 3);

uint64_t sd_hash(const void *bytes, size_t length); /* FNV-1a 64: names bytes, guards nothing */
/* Of bytes that come in parts: from sd_hash(NULL, 0) on, the hash of all that came so far. */
uint64_t sd_hash_more(uint64_t hash, const void *bytes, size_t length);

/* ---- tables as text ------------------------------------------------------------------------------------
 * RFC 4180 with LF, CR LF or CR at the ends of lines.  E606 for what is malformed, at its place in the file. */
typedef struct sd_csv_reader {
    const sd_source *source;
    sd_diag *diag;
    const char *at, *end; /* what is not read yet */
    sd_text scratch;
} sd_csv_reader;
typedef struct sd_csv_cell {
    const char *begin, *end; /* in the file, quotes included */
    bool quoted;
    bool last; /* of its line */
} sd_csv_cell;
sd_csv_reader sd_csv_open(sd_arena *arena, const sd_source *source, sd_diag *diag);
/* The field at reader->at, which moves past it and its comma or line break. */
sd_csv_cell sd_csv_next(sd_csv_reader *reader);
/* Its text without quotes; valid until the next call. */
const char *sd_csv_text(sd_csv_reader *reader, sd_csv_cell cell);
/* NAN for an empty field and for "nan", "na", "n/a", "null" and "-"; "inf" and "-inf" are infinite. */
double sd_csv_number(sd_csv_reader *reader, sd_csv_cell cell, const char *column);
sd_span sd_csv_span(const sd_csv_reader *reader, const char *begin, const char *end);

/* ---- numbers -----------------------------------------------------------------------------------------
 * Independent of the locale.  A number that is written reads back to the same bits. */
enum { SD_NUMBER_MAX = 32 }; /* [byte] the longest text with its NUL */
/* The shortest decimal that reads back to `value`; "nan", "inf", "-inf" for the rest.  Returns its length. */
size_t sd_number_format(double value, char text[SD_NUMBER_MAX]);
/* Reads a decimal number (digits, point, exponent; a leading sign) at `text`; returns the bytes used, 0 when
 * there is no number.  Never reads hexadecimal, "inf" or "nan".  Overflow gives infinity. */
size_t sd_number_parse(const char *text, size_t length, double *ret_value);
/* The whole text, spaces round it allowed, must be one finite number. */
bool sd_number_from_text(const char *text, double *ret_value);

/* ---- mathematics -------------------------------------------------------------------------------------
 * SLEEF's deterministic double functions (the cinz family, error below 1 ulp): the same bits on every
 * processor, with or without vectors, which the C library does not promise. */
double sd_exp(double x);
double sd_ln(double x);
double sd_log10(double x);
double sd_pow(double x, double y);
double sd_sqrt(double x);
double sd_sin(double x), sd_cos(double x), sd_tan(double x);          /* x [radian] */
double sd_arcsin(double x), sd_arccos(double x), sd_arctan(double x); /* [radian] */
double sd_sinh(double x), sd_cosh(double x), sd_tanh(double x);

/* ---- distributions -----------------------------------------------------------------------------------
 * u is a share in [0, 1]; a quantile is the value below which that share lies.  NAN outside the domain of a function.
 * Relative error below 1e-9; of gamma with a shape beyond 1e5 2e-5 of its standard deviation, of beta with both shapes
 * beyond it a thousandth.  Whole numbers are the least whose share is u or more, where that share is not u but for a
 * rounding; Poisson beyond a mean of 1e6 and the others beyond 1e5 of both outcomes may be off by one. Bounded work whatever the arguments. */
double sd_normal_density(double z);
double sd_normal_between(double low, double high);            /* the share of the standard normal */
double sd_normal_quantile(double u, double low, double high); /* standard, cut off at both ends */
double sd_ln_gamma(double x), sd_digamma(double x);           /* x > 0 */
double sd_gamma_density(double x, double shape), sd_gamma_quantile(double u, double shape);
double sd_beta_density(double x, double alpha, double beta);
double sd_beta_quantile(double u, double alpha, double beta);
double sd_poisson_quantile(double u, double mean);
double sd_binomial_quantile(double u, double trials, double probability);
double sd_negbinomial_quantile(double u, double successes, double probability); /* failures */
double sd_combinations(double n, double r), sd_permutations(double n, double r);

/* ---- random numbers ----------------------------------------------------------------------------------
 * Counter-based (Philox4x32-10; Salmon, Moraes, Dror and Shaw 2011): a draw is a function of its four
 * coordinates and of nothing else, so the order of evaluation, threads and resuming cannot change it. */
typedef struct sd_draw {
    uint64_t seed;
    uint64_t member;   /* 0.. */
    uint32_t variable; /* which random call of the program, 0.. */
    uint32_t step;     /* 0.. */
} sd_draw;
void sd_random_block(const uint32_t counter[4], const uint32_t key[2], uint32_t ret_block[4]);
/* Two independent doubles in the open interval (0, 1), 52 bits each. */
void sd_random_uniform(sd_draw draw, double ret_pair[2]);

/* ---- clock ------------------------------------------------------------------------------------------- */
double sd_clock_seconds(void); /* [s] monotonic; only differences mean something */

#endif
