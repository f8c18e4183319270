/* xml.c - an XML document as a tree of elements that know where they stand.
 * In: a source.  Out: xml_element tree in the arena.  expat does the parsing; document types, entities and
 * deep nesting are refused, so a file can neither read other files nor grow in memory beyond its own size.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <expat.h>
#include <string.h>

#include "model_private.h"

typedef struct reader {
    sd_arena *arena;
    sd_diag *diag;
    const sd_source *source;
    XML_Parser parser;
    xml_element *root, *current;
    size_t depth;
    sd_text *texts; /* the growing text of each open element, by depth */
    bool refused;
} reader;

sd_span mapped_span(const mapped_text *text, size_t begin, size_t end)
{
    sd_span span = {.source = text->source, .begin = text->here, .end = text->here};
    if (text->pieces.count == 0)
        return span;
    size_t at[2] = {begin, end > begin ? end - 1 : begin}, offset[2];
    for (int i = 0; i < 2; i++) {
        size_t low = 0, high = text->pieces.count;
        while (high - low > 1) {
            size_t middle = (low + high) / 2;
            if (text->pieces.items[middle].at <= at[i])
                low = middle;
            else
                high = middle;
        }
        offset[i] = text->pieces.items[low].offset + (at[i] - text->pieces.items[low].at);
        if (at[i] >= text->decoded) /* behind the last byte, which may be an entity */
            offset[i] = text->after;
        if (offset[i] > text->source->length)
            offset[i] = text->source->length;
    }
    span.begin = offset[0];
    span.end = end > begin && offset[1] < text->source->length ? offset[1] + 1 : offset[1];
    if (end > begin &&
        text->source->text[offset[1]] == '&') { /* one byte that was written as an entity */
        const char *semicolon =
            memchr(text->source->text + offset[1], ';', text->source->length - offset[1]);
        if (semicolon && semicolon < text->source->text + text->after)
            span.end = (size_t)(semicolon - text->source->text) + 1;
    }
    return span;
}

sd_span mapped_locate(const void *text, size_t begin, size_t end)
{
    return mapped_span(text, begin, end);
}

const xml_element *xml_child(const xml_element *element, const char *name)
{
    for (const xml_element *child = element->first; child; child = child->next)
        if (strcmp(child->name, name) == 0)
            return child;
    return NULL;
}

const xml_attribute *xml_attribute_of(const xml_element *element, const char *name)
{
    for (size_t i = 0; i < element->attribute_count; i++)
        if (strcmp(element->attributes[i].name, name) == 0)
            return &element->attributes[i];
    return NULL;
}

const char *xml_trimmed(sd_arena *arena, const xml_element *element)
{
    const char *text = element->text.text;
    size_t begin = 0, end = element->text.length;
    while (begin < end && strchr(" \t\r\n", text[begin]))
        begin++;
    while (end > begin && strchr(" \t\r\n", text[end - 1]))
        end--;
    return sd_arena_copy(arena, text + begin, end - begin);
}

static void refuse(reader *r, sd_span span, const char *what, const char *help)
{
    if (!r->refused) {
        (void)sd_fail(r->diag, SD_E303, span, "%s", what);
        sd_help(r->diag, "%s", help);
    }
    r->refused = true;
    XML_StopParser(r->parser, XML_FALSE);
}

static size_t here(const reader *r)
{
    XML_Index index = XML_GetCurrentByteIndex(r->parser);
    return index < 0 || (size_t)index > r->source->length ? r->source->length : (size_t)index;
}

static sd_span tag_span(const reader *r)
{
    size_t begin = here(r), count = (size_t)XML_GetCurrentByteCount(r->parser);
    size_t end = begin + count > r->source->length ? r->source->length : begin + count;
    return (sd_span){.source = r->source, .begin = begin, .end = end};
}

/* expat does not say where an attribute stands, so look for `name = "` inside the tag, outside quotes, from byte `from`
 * of the file on: they come in the order of the file. */
static sd_span attribute_span(sd_span tag, size_t from, const char *name)
{
    const char *text = tag.source->text;
    size_t length = strlen(name);
    for (size_t i = from; i + length < tag.end; i++) {
        if (text[i] == '"' || text[i] == '\'') {
            const char *close = memchr(text + i + 1, text[i], tag.end - i - 1);
            if (!close)
                break;
            i = (size_t)(close - text);
        } else if (strchr(" \t\r\n", text[i]) && strncmp(text + i + 1, name, length) == 0) {
            size_t at = i + 1 + length;
            while (at < tag.end && strchr(" \t\r\n=", text[at]))
                at++;
            if (at >= tag.end || (text[at] != '"' && text[at] != '\''))
                continue;
            const char *close = memchr(text + at + 1, text[at], tag.end - at - 1);
            size_t end = close ? (size_t)(close - text) : tag.end;
            return (sd_span){.source = tag.source, .begin = at + 1, .end = end};
        }
    }
    return tag;
}

/* Names and documentation come to a terminal sooner or later, and must not steer it. */
static const char *harmless(reader *r, const char *text)
{
    size_t length = strlen(text);
    char *copy = sd_arena_copy(r->arena, text, length);
    sd_text_defuse(copy, length);
    return copy;
}

static void XMLCALL on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    reader *r = data;
    if (r->refused)
        return;
    sd_span span = tag_span(r);
    if (r->depth == SD_XML_DEPTH_MAX) {
        refuse(r, span, "elements are nested too deep", "a model needs fewer than 64 levels");
        return;
    }
    xml_element *element = SD_NEW(r->arena, xml_element);
    element->name = harmless(r, name);
    element->foreign = strchr(name, ':') != NULL;
    element->span = span;
    element->parent = r->current;
    size_t count = 0;
    while (attributes[2 * count])
        count++;
    xml_attribute *list = SD_NEW_ARRAY(r->arena, xml_attribute, count + 1);
    size_t from = span.begin + 1;
    for (size_t i = 0; i < count; i++) {
        list[i].name = harmless(r, attributes[2 * i]);
        list[i].value = harmless(r, attributes[2 * i + 1]);
        list[i].span = attribute_span(span, from, list[i].name);
        if (list[i].span.begin > from) /* else it was not found, and stands for the whole tag */
            from = list[i].span.end + 1;
    }
    element->attribute_count = count;
    element->attributes = list;
    element->text.source = r->source;
    element->text.here = span.end;
    if (!r->current)
        r->root = element;
    else if (r->current->last)
        r->current->last = r->current->last->next = element;
    else
        r->current->first = r->current->last = element;
    r->current = element;
    r->texts[r->depth++] = sd_text_new(r->arena);
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    (void)name;
    reader *r = data;
    if (r->refused)
        return;
    sd_text *text = &r->texts[--r->depth];
    sd_text_defuse(text->bytes, text->length);
    r->current->text.text = text->bytes;
    r->current->text.length = text->length;
    r->current = r->current->parent;
}

static void XMLCALL on_text(void *data, const XML_Char *bytes, int count)
{
    reader *r = data;
    if (r->refused || !r->current)
        return;
    mapped_text *mapped = &r->current->text;
    sd_text *text = &r->texts[r->depth - 1];
    mapped_piece piece = {.at = text->length, .offset = here(r)};
    SD_PUSH(r->arena, &mapped->pieces, piece);
    sd_text_add(text, bytes, (size_t)count);
    mapped->decoded = text->length;
    mapped->after = here(r) + (size_t)XML_GetCurrentByteCount(r->parser);
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public, int internal)
{
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    reader *r = data;
    sd_span span = tag_span(r); /* expat is at its end by now */
    while (span.begin > 0 && r->source->text[span.begin] != '<')
        span.begin--;
    refuse(r, span, "a document type is not allowed in a model",
           "remove the <!DOCTYPE ...> declaration and its entities");
}

/* A byte that XML refuses, and what was most likely meant.  After a bare & or < expat is one byte behind it. */
static sd_status report_byte(reader *r, sd_span span)
{
    const char *text = r->source->text;
    char before = span.begin > 0 ? text[span.begin - 1] : '\0';
    bool bare = before == '&' || before == '<';
    span.begin -= bare;
    span.end -= bare;
    sd_status status =
        sd_fail(r->diag, SD_E301, span, "the XML is malformed: this character is not allowed here");
    if (bare)
        sd_help(r->diag, "write %s for a plain %c", before == '&' ? "&amp;" : "&lt;", before);
    else if (before == '=')
        sd_help(r->diag, "the value of an attribute stands in quotes");
    else if (((unsigned char)text[span.begin] & 0x80U) != 0)
        sd_help(r->diag, "save the file as UTF-8, or name its encoding in <?xml ... ?>");
    return status;
}

static sd_status report(reader *r)
{
    if (r->refused)
        return sd_diag_status(r->diag);
    enum XML_Error error = XML_GetErrorCode(r->parser);
    size_t at = here(r);
    sd_span span = {.source = r->source, .begin = at, .end = at < r->source->length ? at + 1 : at};
    if (r->source->length == 0)
        return sd_fail(r->diag, SD_E301, SD_NOWHERE, "'%s' is empty", r->source->name);
    sd_status status;
    if (error == XML_ERROR_NO_ELEMENTS && !r->root) {
        status = sd_fail(r->diag, SD_E301, SD_NOWHERE, "'%s' holds no XML", r->source->name);
    } else if (error == XML_ERROR_NO_ELEMENTS || error == XML_ERROR_UNCLOSED_TOKEN) {
        status = sd_fail(r->diag, SD_E301, span, "the file ends before it is complete");
        if (r->current)
            sd_help(r->diag, "<%s> is still open: was the file cut short?", r->current->name);
    } else if (error == XML_ERROR_TAG_MISMATCH && r->current) {
        status =
            sd_fail(r->diag, SD_E301, span, "a closing tag does not match <%s>", r->current->name);
        sd_help(r->diag, "<%s> must be closed by </%s> first", r->current->name, r->current->name);
    } else if (error == XML_ERROR_INVALID_TOKEN) {
        status = report_byte(r, span);
    } else if (error == XML_ERROR_SYNTAX && !r->root) {
        status = sd_fail(r->diag, SD_E301, span, "this is not XML");
        sd_help(r->diag, "give an XMILE 1.0 model (.xmile, .stmx, .itmx)");
    } else if (error == XML_ERROR_JUNK_AFTER_DOC_ELEMENT) {
        status =
            sd_fail(r->diag, SD_E301, span, "something follows the end of <%s>", r->root->name);
    } else if (error == XML_ERROR_UNDEFINED_ENTITY) {
        while (span.end < r->source->length && r->source->text[span.end - 1] != ';')
            span.end++;
        status = sd_fail(r->diag, SD_E303, span, "this entity is not allowed in a model");
        sd_help(r->diag, "only &lt; &gt; &amp; &quot; &apos; and numbers like &#183; are known");
    } else {
        status =
            sd_fail(r->diag, SD_E301, span, "the XML is malformed: %s", XML_ErrorString(error));
    }
    return status;
}

sd_status xml_read(sd_arena *arena, const sd_source *source, const xml_element **ret_root,
                   sd_diag *diag)
{
    reader r = {.arena = arena, .diag = diag, .source = source};
    r.parser = XML_ParserCreate(NULL);
    if (!r.parser)
        return sd_fail(diag, SD_E113, SD_NOWHERE, "no memory for the XML parser");
    r.texts = SD_NEW_ARRAY(arena, sd_text, SD_XML_DEPTH_MAX);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
    sd_status status = SD_OK;
    if (source->length > SD_MODEL_BYTES_MAX) {
        status = sd_fail(diag, SD_E113, SD_NOWHERE, "'%s' is larger than 64 MiB", source->name);
    } else if (XML_Parse(r.parser, source->text, (int)source->length, XML_TRUE) != XML_STATUS_OK) {
        status = report(&r);
    }
    XML_ParserFree(r.parser);
    if (status == SD_OK)
        *ret_root = r.root;
    return status;
}
