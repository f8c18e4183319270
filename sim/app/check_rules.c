/* check_rules.c - what `check` warns of: the linter's rules on one input, and their list.
 * In: a scenario that is sound.  Out: warnings in the call's diag; on stdout what could not be looked at, when asked.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "app_private.h"

static const sd_code rules[] = {
#define RULE(code) SD_##code,
    SD_LINT_RULES(RULE)
#undef RULE
};
enum { RULES = sizeof rules / sizeof *rules };

void print_rules(void)
{
    for (size_t i = 0; i < RULES; i++)
        printf("%s  %s\n", sd_code_name(rules[i]), sd_code_title(rules[i]));
}

/* The next code of "W931, w934"; *at moves past it.  Its length is 0 at the end. */
static size_t next_code(const char **at, const char **ret_code)
{
    *at += strspn(*at, ", ");
    *ret_code = *at;
    *at += strcspn(*at, ", ");
    return (size_t)(*at - *ret_code);
}

static bool is_skipped(call *c, sd_code code)
{
    const char *at = c->given.skip ? c->given.skip : "", *word;

    for (size_t length; (length = next_code(&at, &word)) > 0;) {
        if (sd_text_equal_fold(sd_arena_copy(c->arena, word, length), sd_code_name(code)))
            return true;
    }
    return false;
}

sd_status check_rules_options(call *c)
{
    const char *at = c->given.skip ? c->given.skip : "", *word;

    for (size_t length; (length = next_code(&at, &word)) > 0;) {
        const char *name = sd_arena_copy(c->arena, word, length);
        bool found = false;

        for (size_t i = 0; i < RULES; i++)
            found = found || sd_text_equal_fold(name, sd_code_name(rules[i]));
        if (found)
            continue;
        const sd_status status =
            sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--skip' knows no rule '%s'", name);
        sd_help(c->diag, "'treadmill check --rules' lists them");
        return status;
    }
    return SD_OK;
}

/* Scenarios of one model bring its warnings once. */
static bool is_known(const sd_diag *diag, const sd_message *message)
{
    for (size_t i = 0; i < diag->messages.count; i++) {
        const sd_message *other = &diag->messages.items[i];

        if (other->code == message->code && other->span.begin == message->span.begin &&
            strcmp(other->text, message->text) == 0)
            return true;
    }
    return false;
}

/* W907 knows the shipped model, and so says better what W937 finds in any. */
static bool is_said_better(const sd_diag *diag, size_t first, const sd_message *message)
{
    for (size_t i = first; message->code == SD_W937 && i < diag->messages.count; i++) {
        if (diag->messages.items[i].code == SD_W907)
            return true;
    }
    return false;
}

sd_status check_rules(call *c, const sd_scenario *scenario, const sd_program *program,
                      const sd_units_report *units, size_t first)
{
    const sd_lint_request request = {
        .scenario = scenario, .program = program, .units = units, .interrupted = c->interrupted};
    sd_diag *found = sd_diag_new(c->arena);
    sd_lint lint;
    const sd_status status = sd_lint_scenario(c->arena, &request, &lint, found);

    if (status != SD_OK)
        return status;
    for (size_t i = 0; i < found->messages.count; i++) {
        const sd_message *message = &found->messages.items[i];

        if (message->code == SD_W940 && (c->given.halve_dt || !isnan(c->given.dt)))
            continue; /* the runs at both DT say it as an error */
        if (is_skipped(c, message->code) || is_known(c->diag, message) ||
            is_said_better(c->diag, first, message))
            continue;
        sd_warn(c->diag, message->code, message->span, "%s", message->text);
        if (message->help)
            sd_help(c->diag, "%s", message->help);
    }
    for (size_t i = 0; c->given.verbose && i < lint.skipped_count; i++)
        printf("    not examined: %s\n", lint.skipped[i]);
    return SD_OK;
}
