/* scenario_correlations.c - the `correlations` section: pairs of uncertain constants that go with each other.
 * A file may give a pair of what it extends another number.  Whether both are uncertain shows when an ensemble is drawn,
 * because the command line has its say too.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario_private.h"

static bool read_pair(const sd_scenario_reader *reader, const sd_entry *between,
                      sd_correlation *ret_correlation)
{
    bool good = true;

    if (!sd_entry_is_sequence(between, reader->diag))
        return false;
    if (between->entries.count != 2) {
        (void)sd_fail(reader->diag, SD_E403, between->span,
                      "a correlation is between 2 constants, not %zu", between->entries.count);
        return false;
    }
    for (size_t each = 0; each < 2; each++) {
        const sd_entry *entry = between->entries.items[each];
        const char *name;
        size_t count;

        good = sd_entry_text(entry, &name, reader->diag) &&
               sd_model_find_named(reader->model, name, entry->span,
                                   &ret_correlation->elements[each], &count, reader->diag) &&
               good;
    }
    if (!good || ret_correlation->elements[0] != ret_correlation->elements[1])
        return good;
    (void)sd_fail(reader->diag, SD_E403, between->span, "a constant cannot go with itself");
    return false;
}

static bool shares(const sd_correlation *a, const sd_correlation *b)
{
    return a->elements[0] == b->elements[0] || a->elements[0] == b->elements[1] ||
           a->elements[1] == b->elements[0] || a->elements[1] == b->elements[1];
}

static bool is_same_pair(const sd_correlation *a, const sd_correlation *b)
{
    return (a->elements[0] == b->elements[0] && a->elements[1] == b->elements[1]) ||
           (a->elements[0] == b->elements[1] && a->elements[1] == b->elements[0]);
}

static void add(const sd_scenario_reader *reader, const sd_correlation *correlation)
{
    sd_scenario *scenario = reader->scenario;

    for (size_t each = 0; each < scenario->correlations.count; each++) {
        sd_correlation *other = &scenario->correlations.items[each];

        if (is_same_pair(other, correlation)) {
            *other = *correlation;
            return;
        }
        if (shares(other, correlation)) {
            (void)sd_fail(reader->diag, SD_E403, correlation->span,
                          "a constant of this correlation is in another one too");
            sd_help(reader->diag, "each may go with one other");
            return;
        }
    }
    SD_PUSH(reader->arena, &scenario->correlations, *correlation);
}

static void read_correlation(const sd_scenario_reader *reader, const sd_entry *group)
{
    static const char *const known[] = {"between", "r", "source"};
    const sd_entry *between, *r, *source;
    sd_correlation correlation = {.span = group->span};
    const char *text;
    bool good;

    if (!sd_entry_is_group(group, reader->diag))
        return;
    sd_entry_check_names(group, "a correlation", known, sizeof known / sizeof known[0],
                         reader->diag);
    between = sd_entry_find(group, "between");
    r = sd_entry_find(group, "r");
    source = sd_entry_find(group, "source");
    if (!between || !r) {
        (void)sd_fail(reader->diag, SD_E403, group->span, "a correlation has no '%s'",
                      between ? "r" : "between");
        sd_help(reader->diag, "write { between = [ \"a\", \"b\" ]; r = 0.5; }");
        return;
    }
    correlation.span = between->span;
    good = !source || sd_entry_text(source, &text, reader->diag);
    good = sd_entry_number(r, &correlation.r, reader->diag) && good;
    if (good && !(correlation.r > -1 && correlation.r < 1)) {
        (void)sd_fail(reader->diag, SD_E404, r->span, "a correlation must be above -1 and below 1");
        good = false;
    }
    if (read_pair(reader, between, &correlation) && good)
        add(reader, &correlation);
}

void sd_correlations_read(sd_scenario_reader *reader, const sd_entry *correlations)
{
    if (!sd_entry_is_sequence(correlations, reader->diag))
        return;
    for (size_t each = 0; each < correlations->entries.count; each++)
        read_correlation(reader, correlations->entries.items[each]);
}
