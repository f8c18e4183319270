/* conformance_table.c - which cases a folder holds, and how those that were judged are told, feature by feature.
 * In: a folder.  Out: cases; lines for people.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "conformance.h"

#include "sd/model.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* ---- cases ------------------------------------------------------------------------------------------------- */

/* "xmile:lookup,stock fn=abs,max" or a difficulty as single words; functions as "ABS()". */
static void add_features(sd_arena *arena, conformance_case *to, const char *text)
{
    bool functions = false;

    for (const char *at = text; *at;) {
        const size_t length = strcspn(at, " ,");
        const char *word = sd_arena_copy(arena, at, length);

        functions = functions && at > text && at[-1] == ',';
        if (strncmp(word, "xmile:", 6) == 0)
            word += 6;
        if (strncmp(word, "fn=", 3) == 0) {
            functions = true;
            word += 3;
        }
        const sd_builtin *function = functions ? sd_builtin_find(word, strlen(word)) : NULL;

        if (function) /* others are names of variables that look like calls */
            word =
                sd_arena_printf(arena, "%.*s()", (int)strcspn(function->name, "|"), function->name);
        if (*word && (function || !functions))
            SD_PUSH(arena, &to->features, word);
        at += length + (at[length] != '\0');
    }
}

/* The next cell of a line of cases.tsv. */
static const char *cell(sd_arena *arena, const char **at)
{
    const size_t length = strcspn(*at, "\t\r\n");
    const char *text = sd_arena_copy(arena, *at, length);

    *at += length + ((*at)[length] == '\t');
    return text;
}

static const char *read_list(sd_arena *arena, const sd_source *list, conformance *found)
{
    const char *at = list->text + strcspn(list->text, "\r\n"); /* behind the names of the columns */

    for (at += strspn(at, "\r\n"); *at; at += strspn(at, "\r\n")) {
        conformance_case next = {.model = cell(arena, &at), .expected = cell(arena, &at)};

        if (!*next.model || !*next.expected)
            return sd_arena_printf(arena, "case %zu of cases.tsv lacks a model or an output",
                                   found->cases.count + 1);
        add_features(arena, &next, cell(arena, &at));
        add_features(arena, &next, cell(arena, &at));
        SD_PUSH(arena, &found->cases, next);
        at += strcspn(at, "\r\n");
    }
    return NULL;
}

/* What a model's text shows of the standard. */
static void look_for_features(sd_arena *arena, const char *path, conformance_case *to)
{
    static const char *const tags[] = {"stock",    "gf",    "dimensions",   "module", "macro",
                                       "conveyor", "queue", "non_negative", "data",   "group"};
    const sd_source *source;

    if (sd_source_from_file(arena, path, SD_MODEL_BYTES_MAX, &source, sd_diag_new(arena)) != SD_OK)
        return;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        const char *tag = sd_arena_printf(arena, "<%s", tags[i]);
        const size_t length = strlen(tag);

        for (const char *at = strstr(source->text, tag); at; at = strstr(at + 1, tag))
            if (strchr(" />\r\n\t", at[length])) {
                SD_PUSH(arena, &to->features, tags[i]);
                break;
            }
    }
    if (to->features.count == 0)
        SD_PUSH(arena, &to->features, (const char *)"plain");
}

static bool is_model(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot &&
           (!strcasecmp(dot, ".xmile") || !strcasecmp(dot, ".stmx") || !strcasecmp(dot, ".itmx"));
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void walk(sd_arena *arena, conformance *found)
{
    static const char *const outputs[] = {"output.csv", "output.tab"};
    char *roots[] = {sd_arena_copy(arena, found->folder, strlen(found->folder)), NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);

    for (const FTSENT *entry = tree ? fts_read(tree) : NULL; entry; entry = fts_read(tree)) {
        if (entry->fts_info != FTS_F || !is_model(entry->fts_name))
            continue;
        const char *path = sd_arena_copy(arena, entry->fts_path, entry->fts_pathlen);
        const int folder = (int)(entry->fts_pathlen - entry->fts_namelen);

        for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
            const char *output = sd_arena_printf(arena, "%.*s%s", folder, path, outputs[i]);

            if (access(output, R_OK) != 0)
                continue;
            const size_t root = strlen(found->folder) + 1;
            conformance_case next = {.model = path + root, .expected = output + root};

            look_for_features(arena, path, &next);
            SD_PUSH(arena, &found->cases, next);
            break;
        }
    }
    if (tree)
        (void)fts_close(tree);
}

const char *conformance_find(sd_arena *arena, const char *folder, conformance *ret)
{
    size_t length = strlen(folder);
    const sd_source *list;

    while (length > 1 && folder[length - 1] == '/')
        length--;
    conformance found = {.folder = sd_arena_copy(arena, folder, length)};
    const char *path = sd_arena_printf(arena, "%s/cases.tsv", found.folder), *fault = NULL;

    if (access(found.folder, R_OK | X_OK) != 0)
        return sd_arena_printf(arena, "cannot open the folder '%s': %s", folder, strerror(errno));
    if (access(path, F_OK) != 0)
        walk(arena, &found);
    else if (sd_source_from_file(arena, path, 1 << 20, &list, sd_diag_new(arena)) != SD_OK)
        fault = sd_arena_printf(arena, "'%s' cannot be read", path);
    else
        fault = read_list(arena, list, &found);
    if (!fault && found.cases.count == 0)
        fault = sd_arena_printf(
            arena, "'%s' holds no model with an output.csv or output.tab beside it", folder);
    if (!fault)
        *ret = found;
    return fault;
}

/* ---- lines ------------------------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool has(const conformance_case *c, const char *feature)
{
    for (size_t i = 0; i < c->features.count; i++)
        if (strcmp(c->features.items[i], feature) == 0)
            return true;
    return false;
}

/* "exp" for tests/exp/test_exp.xmile: the folder says it best. */
static const char *short_name(sd_arena *arena, const conformance_case *c)
{
    const char *slash = strrchr(c->model, '/'), *begin = slash;

    if (!slash)
        return c->model;
    while (begin > c->model && begin[-1] != '/')
        begin--;
    return sd_arena_copy(arena, begin, (size_t)(slash - begin));
}

static void print_row(sd_arena *arena, const conformance *judged, const char *feature, FILE *to)
{
    size_t passed = 0, all = 0;
    sd_text notes = sd_text_new(arena);

    for (size_t i = 0; i < judged->cases.count; i++) {
        const conformance_case *c = &judged->cases.items[i];

        if (!has(c, feature))
            continue;
        all++;
        passed += !c->fault;
        if (c->fault || *c->note)
            sd_text_printf(&notes, "%s%s: %s", notes.length ? "; " : "", short_name(arena, c),
                           c->fault ? "FAILED" : c->note);
    }
    const char *count = sd_arena_printf(arena, "%zu", all);

    fprintf(to, "%-16s %3zu/%-*s%s\n", feature, passed, notes.length ? 4 : 1, count, notes.bytes);
}

size_t conformance_print(sd_arena *arena, const conformance *judged, FILE *to)
{
    SD_LIST(const char *) features = {0};
    size_t failed = 0, noted = 0, compared = 0;

    for (size_t i = 0; i < judged->cases.count; i++)
        for (size_t k = 0; k < judged->cases.items[i].features.count; k++)
            SD_PUSH(arena, &features, judged->cases.items[i].features.items[k]);
    if (features.count)
        qsort(features.items, features.count, sizeof *features.items, by_text);
    fprintf(to, "%-16s %-7s %s\n", "feature", "passed", "note");
    for (size_t i = 0; i < features.count; i++)
        if (i == 0 || strcmp(features.items[i], features.items[i - 1]) != 0)
            print_row(arena, judged, features.items[i], to);
    for (size_t i = 0; i < judged->cases.count; i++) {
        const conformance_case *c = &judged->cases.items[i];

        if (c->fault)
            fprintf(to, "FAILED %s: %s\n", c->model, c->fault);
        failed += c->fault != NULL;
        noted += !c->fault && *c->note;
        compared += c->compared;
    }
    fprintf(to, "%zu of %zu cases pass, %zu of them with a note; %zu values compared\n",
            judged->cases.count - failed, judged->cases.count, noted, compared);
    return failed;
}
