/* arena.c - memory of one lifetime: sizes go in, zeroed blocks come out, and all of them are freed
 * at once.  Blocks are cut from chunks that double in size; a request that would waste most of a
 * chunk has a chunk of its own.  After D. R. Hanson, Fast Allocation and Deallocation of Memory
 * Based on Object Lifetimes, Software: Practice and Experience 20(1), 1990.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,         /* [byte] enough for any type */
    ROW_ALIGNMENT = 64,     /* [byte] one cache line, one AVX-512 register */
    FIRST_CHUNK = 4096,     /* [byte] */
    LARGEST_CHUNK = 1 << 20 /* [byte] */
};

typedef struct chunk {
    struct chunk *next;
    size_t used, size; /* [byte] of the memory that follows this header */
} chunk;

struct sd_arena {
    const char *purpose;
    chunk *chunks;     /* the first is the one that blocks are cut from */
    size_t next_chunk; /* [byte] the size of the chunk after it */
    size_t bytes;      /* handed out so far */
};

/* The one global of the program that is written after start: once, by main, before the first
 * arena. */
static void (*exhausted_handler)(const char *purpose, size_t bytes);

void sd_arena_on_exhausted(void (*handler)(const char *purpose, size_t bytes))
{
    exhausted_handler = handler;
}

_Noreturn static void exhausted(const char *purpose, size_t bytes)
{
    if (exhausted_handler)
        exhausted_handler(purpose, bytes);
    abort();
}

sd_arena *sd_arena_new(const char *purpose)
{
    sd_arena *arena = calloc(1, sizeof *arena);

    if (!arena)
        exhausted(purpose, sizeof *arena);
    arena->purpose = purpose;
    arena->next_chunk = FIRST_CHUNK;
    return arena;
}

void sd_arena_free(sd_arena *arena)
{
    if (!arena)
        return;
    for (chunk *each = arena->chunks; each;) {
        chunk *next = each->next;

        free(each);
        each = next;
    }
    free(arena);
}

static char *chunk_memory(chunk *each)
{
    return (char *)(each + 1);
}

/* Takes `bytes` from the chunk, NULL when it has not enough left. */
static void *chunk_cut(chunk *each, size_t bytes, size_t alignment)
{
    char *free_from = chunk_memory(each) + each->used;
    const size_t padding = (size_t)(-(uintptr_t)free_from & (alignment - 1));
    const size_t left = each->size - each->used;

    if (padding > left || bytes > left - padding)
        return NULL;
    each->used += padding + bytes;
    return free_from + padding;
}

/* calloc gives zeroed memory, and large zeroed memory costs nothing until it is touched. */
static chunk *chunk_new(sd_arena *arena, size_t size)
{
    chunk *made = size > SIZE_MAX - sizeof *made ? NULL : calloc(1, sizeof *made + size);

    if (!made)
        exhausted(arena->purpose, size);
    made->size = size;
    return made;
}

static void *arena_cut(sd_arena *arena, size_t bytes, size_t alignment)
{
    void *block = arena->chunks ? chunk_cut(arena->chunks, bytes, alignment) : NULL;

    if (!block) {
        const bool own = bytes > arena->next_chunk / 4;
        chunk *made;

        if (bytes > SIZE_MAX / 2)
            exhausted(arena->purpose, bytes);
        made = chunk_new(arena, own ? bytes + alignment : arena->next_chunk);
        if (own && arena->chunks) {
            /* Behind the first, whose rest stays in use. */
            made->next = arena->chunks->next;
            arena->chunks->next = made;
        } else {
            made->next = arena->chunks;
            arena->chunks = made;
        }
        if (!own && arena->next_chunk < LARGEST_CHUNK)
            arena->next_chunk *= 2;
        block = chunk_cut(made, bytes, alignment);
        assert(block);
    }
    arena->bytes += bytes;
    return block;
}

static size_t product(sd_arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        exhausted(arena->purpose, SIZE_MAX);
    /* Even an empty block has an address of its own. */
    return bytes > 0 ? bytes : 1;
}

void *sd_arena_alloc(sd_arena *arena, size_t count, size_t size)
{
    return arena_cut(arena, product(arena, count, size), ALIGNMENT);
}

double *sd_arena_rows(sd_arena *arena, size_t count)
{
    return arena_cut(arena, product(arena, count, sizeof(double)), ROW_ALIGNMENT);
}

char *sd_arena_copy(sd_arena *arena, const char *text, size_t length)
{
    char *copy = sd_arena_alloc(arena, length < SIZE_MAX ? length + 1 : length, 1);

    if (length > 0)
        memcpy(copy, text, length);
    return copy;
}

void *sd_arena_resize(sd_arena *arena, void *old, size_t old_bytes, size_t new_bytes)
{
    chunk *first = arena->chunks;
    char *block;

    assert(new_bytes >= old_bytes);
    if (old_bytes > 0 && first && (char *)old + old_bytes == chunk_memory(first) + first->used &&
        new_bytes - old_bytes <= first->size - first->used) {
        first->used += new_bytes - old_bytes;
        arena->bytes += new_bytes - old_bytes;
        return old;
    }
    block = sd_arena_alloc(arena, new_bytes, 1);
    if (old_bytes > 0)
        memcpy(block, old, old_bytes);
    return block;
}

void *sd_arena_grow(sd_arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    const size_t wanted = *capacity < 8 ? 8 : *capacity <= SIZE_MAX / 2 ? *capacity * 2 : SIZE_MAX;
    char *grown;

    assert(count <= *capacity);
    grown = sd_arena_resize(arena, items, *capacity * size, product(arena, wanted, size));
    *capacity = wanted;
    return grown;
}

char *sd_arena_vprintf(sd_arena *arena, const char *format, va_list arguments)
{
    va_list again;
    char *text;
    int length;

    va_copy(again, arguments);
    length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0) {
        /* Only for texts beyond 2 GiB; the bare format still says what happened. */
        va_end(again);
        return sd_arena_copy(arena, format, strlen(format));
    }
    text = sd_arena_alloc(arena, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *sd_arena_printf(sd_arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    text = sd_arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

size_t sd_arena_bytes(const sd_arena *arena)
{
    return arena->bytes;
}
