/* glossary.c - the words of the articles: finding a term or a loop by what people type, and printing it.
 * In: a model's terms and loops.  Out: half a page, with where the model has it and which scenario shows it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app_private.h"

const char *mention_text(const sd_mention *mention)
{
    return mention->variable ? mention->variable->name
                             : mention->dimension->elements[mention->element];
}

const char *mentions_text(sd_arena *arena, const sd_mention *list, size_t count)
{
    sd_text text = sd_text_new(arena);

    for (size_t i = 0; i < count; i++)
        sd_text_printf(&text, "%s%s", i ? ", " : "", mention_text(&list[i]));
    return text.bytes;
}

const char *words_text(sd_arena *arena, const char *const *words, size_t count)
{
    sd_text text = sd_text_new(arena);

    for (size_t i = 0; i < count; i++)
        sd_text_printf(&text, "%s%s", i ? ", " : "", words[i]);
    return text.bytes;
}

const char *polarity_text(const sd_loop *loop)
{
    return loop->polarity > 0 ? "reinforcing" : "balancing";
}

/* ---- finding --------------------------------------------------------------------------------------------- */

/* "Meta-Work" and "meta work" are the same: a hyphen parts words as a space does. */
static const char *folded(sd_arena *arena, const char *text)
{
    char *plain = sd_arena_copy(arena, text, strlen(text));

    for (char *at = plain; *at; at++)
        *at = *at == '-' || *at == '\'' ? ' ' : *at;
    return sd_name_key(arena, plain, strlen(plain));
}

const sd_term *term_named(sd_arena *arena, const sd_model *model, const char *name)
{
    const char *wanted = folded(arena, name);

    for (size_t i = 0; i < model->term_count; i++) {
        const sd_term *term = &model->terms[i];
        bool found = strcmp(folded(arena, term->name), wanted) == 0;

        for (size_t k = 0; k < term->also_count && !found; k++)
            found = strcmp(folded(arena, term->also[k]), wanted) == 0;
        if (found)
            return term;
    }
    return NULL;
}

/* Whether a word of `key`, a text folded to words with '_' between, is this one; a plural counts as its singular. */
static bool has_word(const char *key, const char *word, size_t length)
{
    while (*key) {
        size_t size = strcspn(key, "_"), plain = size - (size > 3 && key[size - 1] == 's');

        if (plain == length && strncmp(key, word, length) == 0)
            return true;
        key += size + (key[size] == '_');
    }
    return false;
}

static bool has_all_words(const char *key, const char *wanted)
{
    while (*wanted) {
        size_t size = strcspn(wanted, "_"), plain = size - (size > 3 && wanted[size - 1] == 's');

        if (!has_word(key, wanted, plain))
            return false;
        wanted += size + (wanted[size] == '_');
    }
    return true;
}

static bool is_like(sd_arena *arena, const sd_term *term, const char *wanted)
{
    bool like = has_all_words(folded(arena, term->name), wanted);

    for (size_t k = 0; k < term->also_count && !like; k++)
        like = has_all_words(folded(arena, term->also[k]), wanted);
    return like;
}

size_t explain_terms_like(call *c, const sd_model *model, const char *name)
{
    enum { FEW = 4 }; /* more are only named */
    const char *wanted = folded(c->arena, name);
    SD_LIST(const sd_term *) found = {0};
    SD_LIST(const char *) names = {0};

    for (size_t i = 0; *wanted && i < model->term_count; i++)
        if (is_like(c->arena, &model->terms[i], wanted)) {
            SD_PUSH(c->arena, &found, &model->terms[i]);
            SD_PUSH(c->arena, &names, model->terms[i].name);
        }
    for (size_t i = 0; found.count <= FEW && i < found.count; i++) {
        fputs(i ? "\n" : "", stdout);
        explain_term(c, found.items[i]);
    }
    if (found.count > FEW) {
        printf("%zu terms have to do with '%s':\n", found.count, name);
        print_wrapped(words_text(c->arena, names.items, names.count), 2, stdout);
    }
    return found.count;
}

/* ---- printing -------------------------------------------------------------------------------------------- */

static void names_under(const char *head, const char *names)
{
    if (!*names)
        return;
    printf("%s\n", head);
    print_wrapped(names, 2, stdout);
}

void explain_term(call *c, const sd_term *term)
{
    printf("%s\n", term->name);
    print_wrapped(term->text, 0, stdout);
    names_under("Also called", words_text(c->arena, term->also, term->also_count));
    names_under("In the model", mentions_text(c->arena, term->see, term->see_count));
    names_under("Scenarios", words_text(c->arena, term->scenarios, term->scenario_count));
}

size_t explain_loops(call *c, const sd_model *model, const char *name, bool follows)
{
    const char *wanted = folded(c->arena, name);
    size_t found = 0;

    for (size_t i = 0; i < model->loop_count; i++) {
        const sd_loop *loop = &model->loops[i];

        if (strcmp(folded(c->arena, loop->id), wanted) != 0 &&
            strcmp(folded(c->arena, loop->name), wanted) != 0)
            continue;
        if (found++ || follows)
            printf("\n");
        printf("%s %s: %s loop\n", loop->id, loop->name, polarity_text(loop));
        if (loop->doc)
            print_wrapped(loop->doc, 0, stdout);
        if (loop->active)
            printf("Active: %s\n", loop->active);
        names_under("Through", mentions_text(c->arena, loop->through, loop->count));
    }
    return found;
}
