/* annotation.c - what a model file says about the model in words: grades of evidence, sections of prose, named
 * feedback loops and a glossary.
 * In: the treadmill:* elements of <model>, and the variables, which are declared by then.  Out: sd_section,
 * sd_loop and sd_term, with every name resolved and its place kept.  No number depends on any of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model_private.h"

static const struct {
    const char *name, *text;
} grades[SD_GRADE_COUNT] = {[SD_GRADE_NONE] = {"", ""},
#define GRADE_ROW(id, name, text) [SD_GRADE_##id] = {name, text},
                            SD_GRADES(GRADE_ROW)
#undef GRADE_ROW
};

const char *sd_grade_name(sd_grade grade)
{
    return grades[grade].name;
}

const char *sd_grade_text(sd_grade grade)
{
    return grades[grade].text;
}

sd_grade annotation_grade(builder *b, const xml_element *source)
{
    const xml_attribute *grade = source ? xml_attribute_of(source, "grade") : NULL;
    const char *names[SD_GRADE_COUNT];

    if (!grade)
        return SD_GRADE_NONE;
    for (int i = SD_GRADE_NONE + 1; i < SD_GRADE_COUNT; i++) {
        names[i - 1] = grades[i].name;
        if (strcmp(grade->value, grades[i].name) == 0)
            return (sd_grade)i;
    }
    (void)sd_fail(b->diag, SD_E304, grade->span, "unknown grade '%s'", grade->value);
    sd_help(b->diag, "measured, vendor, article, prior, definition or scenario");
    sd_help_nearest(b->diag, grade->value, names, SD_GRADE_COUNT - 1);
    return SD_GRADE_NONE;
}

/* ---- lists of names ---- */

/* A list of words parted by commas, and where each of them stands. */
typedef struct word {
    const char *text;  /* trimmed */
    size_t begin, end; /* [byte] in the list */
} word;
typedef SD_LIST(word) word_list;

static word_list split(builder *b, const char *text)
{
    word_list words = {0};

    for (size_t at = 0; text && text[at];) {
        size_t begin = at + strspn(text + at, " \t\r\n,"), end = begin + strcspn(text + begin, ",");

        at = end;
        while (end > begin && strchr(" \t\r\n", text[end - 1]))
            end--;
        if (end > begin) {
            word one = {.text = sd_arena_copy(b->arena, text + begin, end - begin),
                        .begin = begin,
                        .end = end};

            SD_PUSH(b->arena, &words, one);
        }
    }
    return words;
}

/* The words of an attribute as plain texts. */
static const char *const *texts_of(builder *b, const xml_attribute *list, size_t *ret_count)
{
    word_list words = split(b, list ? list->value : NULL);
    const char **texts = SD_NEW_ARRAY(b->arena, const char *, words.count + 1);

    for (size_t i = 0; i < words.count; i++)
        texts[i] = words.items[i].text;
    *ret_count = words.count;
    return texts;
}

/* A word of an attribute; its bytes stand in the file as they are, unless something was written as an entity. */
static sd_span word_span(const xml_attribute *list, const word *one)
{
    sd_span span = list->span;

    if (span.end - span.begin != strlen(list->value))
        return span;
    return (sd_span){
        .source = span.source, .begin = span.begin + one->begin, .end = span.begin + one->end};
}

/* Of elements with one name in several dimensions the first is meant. */
static bool find_element(const builder *b, const char *key, sd_mention *mention)
{
    const sd_dimension *dimension = sd_table_find(b->element_names, key);

    if (!dimension)
        return false;
    const char **place = sd_table_find(dimension->places, key);

    mention->dimension = dimension;
    mention->element = (size_t)(place - dimension->element_keys);
    return true;
}

/* What a word names: a variable, or, where elements are allowed, an element of a dimension. */
static sd_mention mention_of(builder *b, const char *text, sd_span span, bool elements)
{
    const char *key = sd_name_key(b->arena, text, strlen(text));
    sd_mention mention = {.variable = sd_table_find(b->names, key), .span = span};

    if (mention.variable || (elements && find_element(b, key, &mention)))
        return mention;
    (void)sd_fail(b->diag, SD_E101, span, "no variable named '%s'", text);
    help_nearest_variable(b, text, false);
    return mention;
}

/* The names in an attribute, which may be NULL. */
static const sd_mention *mentions_of(builder *b, const xml_attribute *list, bool elements,
                                     size_t *ret_count)
{
    *ret_count = 0;
    if (!list)
        return NULL;
    word_list words = split(b, list->value);
    sd_mention *mentions = SD_NEW_ARRAY(b->arena, sd_mention, words.count + 1);

    for (size_t i = 0; i < words.count; i++)
        mentions[i] =
            mention_of(b, words.items[i].text, word_span(list, &words.items[i]), elements);
    *ret_count = words.count;
    return mentions;
}

/* ---- the elements ---- */

/* The attribute's value; NULL with E304 when it is missing or empty. */
static const xml_attribute *needed(builder *b, const xml_element *element, const char *name)
{
    const xml_attribute *found = xml_attribute_of(element, name);

    if (found && found->value[0])
        return found;
    (void)sd_fail(b->diag, SD_E304, found ? found->span : element->span, "<%s> needs %s %s",
                  element->name, strchr("aeiou", name[0]) ? "an" : "a", name);
    return NULL;
}

/* One paragraph: each run of white space is one space. */
static const char *paragraph_of(builder *b, const xml_element *element)
{
    sd_text text = sd_text_new(b->arena);

    for (const char *at = element->text.text; *at;) {
        size_t space = strspn(at, " \t\r\n"), length = strcspn(at + space, " \t\r\n");

        if (length > 0 && text.length > 0)
            sd_text_add(&text, " ", 1);
        sd_text_add(&text, at + space, length);
        at += space + length;
    }
    return text.bytes;
}

static const char *text_of(builder *b, const xml_element *element, const char *child)
{
    const xml_element *found = xml_child(element, child);

    return found ? paragraph_of(b, found) : NULL;
}

/* The text without the indentation that all of its lines share, and without empty lines at its ends. */
static const char *unindented(builder *b, const xml_element *element)
{
    const char *raw = element->text.text;
    size_t shared = element->text.length;
    sd_text text = sd_text_new(b->arena);

    for (const char *at = raw; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        size_t indent = strspn(at, " \t");

        if (!strchr("\r\n", at[indent]) && indent < shared)
            shared = indent;
    }
    for (const char *at = raw; *at; at += *at == '\n') {
        size_t length = strcspn(at, "\n"), filled = length;

        while (filled > 0 && strchr(" \t\r", at[filled - 1]))
            filled--;
        if (filled > shared)
            sd_text_add(&text, at + shared, filled - shared);
        if (text.length > 0)
            sd_text_add(&text, "\n", 1);
        at += length;
    }
    while (text.length > 0 && text.bytes[text.length - 1] == '\n')
        text.bytes[--text.length] = '\0';
    return text.bytes;
}

static bool read_section(builder *b, const xml_element *element, sd_section *section)
{
    const xml_attribute *title = needed(b, element, "title");

    if (!title)
        return false;
    section->title = title->value;
    section->span = title->span;
    section->text = unindented(b, element);
    section->shown =
        mentions_of(b, xml_attribute_of(element, "show"), false, &section->shown_count);
    return true;
}

static bool read_polarity(builder *b, const xml_element *element, int *ret_polarity)
{
    const xml_attribute *polarity = needed(b, element, "polarity");

    if (!polarity)
        return false;
    *ret_polarity = strcmp(polarity->value, "+") == 0 ? 1 : -1;
    if (*ret_polarity == 1 || strcmp(polarity->value, "-") == 0)
        return true;
    (void)sd_fail(b->diag, SD_E304, polarity->span, "a loop's polarity is + or -, not '%s'",
                  polarity->value);
    sd_help(b->diag, "+ reinforces a change, - works against it");
    return false;
}

static bool read_through(builder *b, const xml_element *element, sd_loop *loop)
{
    const xml_element *through = xml_child(element, "treadmill:through");
    word_list words = split(b, through ? through->text.text : NULL);

    if (!through || words.count < 2) {
        (void)sd_fail(b->diag, SD_E304, through ? through->span : element->span,
                      "loop '%s' needs at least two variables", loop->id);
        sd_help(b->diag, "name them in order: <treadmill:through>a, b, c</treadmill:through>");
        return false;
    }
    sd_mention *mentions = SD_NEW_ARRAY(b->arena, sd_mention, words.count);

    for (size_t i = 0; i < words.count; i++)
        mentions[i] = mention_of(
            b, words.items[i].text,
            mapped_span(&through->text, words.items[i].begin, words.items[i].end), false);
    loop->count = words.count;
    loop->through = mentions;
    return true;
}

static bool read_loop(builder *b, const xml_element *element, sd_loop *loop)
{
    const xml_attribute *id = needed(b, element, "id"), *name = needed(b, element, "name");

    if (!read_polarity(b, element, &loop->polarity) || !id || !name)
        return false;
    loop->id = id->value;
    loop->name = name->value;
    loop->span = id->span;
    loop->active = text_of(b, element, "treadmill:active");
    loop->doc = text_of(b, element, "treadmill:doc");
    return read_through(b, element, loop);
}

static bool read_term(builder *b, const xml_element *element, sd_term *term)
{
    const xml_attribute *name = needed(b, element, "name");

    if (!name)
        return false;
    term->name = name->value;
    term->span = name->span;
    term->text = paragraph_of(b, element);
    term->also = texts_of(b, xml_attribute_of(element, "also"), &term->also_count);
    term->see = mentions_of(b, xml_attribute_of(element, "see"), true, &term->see_count);
    term->scenarios = texts_of(b, xml_attribute_of(element, "scenarios"), &term->scenario_count);
    return true;
}

/* One name for two things, in whatever spelling, is a mistake (E102). */
static bool is_new(builder *b, sd_table *seen, const char *name, sd_span span)
{
    static char mark;

    if (!sd_table_put(seen, sd_name_key(b->arena, name, strlen(name)), &mark))
        return true;
    (void)sd_fail(b->diag, SD_E102, span, "'%s' is there already", name);
    return false;
}

void annotation_read(builder *b, const xml_element *model)
{
    SD_LIST(sd_section) sections = {0};
    SD_LIST(sd_loop) loops = {0};
    SD_LIST(sd_term) terms = {0};
    sd_table *ids = sd_table_new(b->arena), *names = sd_table_new(b->arena);

    for (const xml_element *child = model->first; child; child = child->next) {
        sd_section section = {0};
        sd_loop loop = {0};
        sd_term term = {0};

        if (strcmp(child->name, "treadmill:section") == 0 && read_section(b, child, &section)) {
            SD_PUSH(b->arena, &sections, section);
        } else if (strcmp(child->name, "treadmill:loop") == 0 && read_loop(b, child, &loop)) {
            if (is_new(b, ids, loop.id, loop.span))
                SD_PUSH(b->arena, &loops, loop);
        } else if (strcmp(child->name, "treadmill:term") == 0 && read_term(b, child, &term)) {
            if (is_new(b, names, term.name, term.span))
                SD_PUSH(b->arena, &terms, term);
        }
    }
    b->model->sections = sections.items;
    b->model->section_count = sections.count;
    b->model->loops = loops.items;
    b->model->loop_count = loops.count;
    b->model->terms = terms.items;
    b->model->term_count = terms.count;
}
