/* options.c - the options table, the parser over getopt_long and the help, all from the same rows.
 * In: a command line.  Out: arguments, or messages with the nearest known option.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <getopt.h>
#include <math.h>
#include <string.h>

#include "app_private.h"

#define PLACE(field) offsetof(arguments, field)

static const option_row options[] = {
    {OPTION_LIST, 's', "set", PLACE(set), "NAME=VALUE",
     "set a constant, or one element: practice_intensity[permission]=0.8; repeatable"},
    {OPTION_TEXT, 'm', "method", PLACE(method), "METHOD",
     "integration method, listed below (default: the scenario's)"},
    {OPTION_REAL, 'd', "dt", PLACE(dt), "DT",
     "time step in the model's time (default: the scenario's)"},
    {OPTION_REAL, 0, "rtol", PLACE(rtol), "R",
     "relative tolerance of adaptive methods (default 1e-6)"},
    {OPTION_REAL, 0, "atol", PLACE(atol), "A",
     "absolute tolerance of adaptive methods (default 1e-9)"},
    {OPTION_COUNT, 0, "seed", PLACE(seed), "N",
     "seed of the random functions (default: the scenario's, else 1)"},
    {OPTION_TEXT, 'o', "output", PLACE(output), "FILE", "write the result to FILE"},
    {OPTION_TEXT, 0, "save", PLACE(save), "LIST|all",
     "variables to write, comma separated (default: the scenario's)"},
    {OPTION_TEXT, 0, "save", PLACE(save), "NAMES",
     "keep the whole trajectories of these variables too, comma separated"},
    {OPTION_TEXT, 'p', "plot", PLACE(plot), "DIR", "draw the charts into DIR as SVG, PNG and PDF"},
    {OPTION_TEXT, 0, "of", PLACE(of), "NAME", "draw this variable instead of the net gain"},
    {OPTION_TEXT, 0, "of", PLACE(of), "VARIABLE",
     "look at this variable (default: hours a week; in other models the first stock that moves)"},
    {OPTION_TEXT, 0, "of", PLACE(of), "SCORE",
     "draw this variable or score (default: the net gain, else the first); scatter also takes "
     "'SCORE > NUMBER'"},
    {OPTION_TEXT, 0, "of", PLACE(of), "OUTPUT@TIME",
     "what to explain, comma separated: x@26, mean(x,105,156), ...; a NAME alone: over time "
     "(default: the net gain at the end, else the scenario's scores)"},
    {OPTION_FLAG, 0, "over-time", PLACE(over_time), NULL, "at about 20 times of the run"},
    {OPTION_COUNT, 0, "morris", PLACE(morris), "R",
     "elementary effects along R trajectories: which parameters matter at all"},
    {OPTION_TEXT, 0, "sobol", PLACE(sobol), "ROWS",
     "shares of the variance from ROWS rows, a power of 2: ROWS times (parameters + 2) members"},
    {OPTION_FLAG, 0, "pairs", PLACE(pairs), NULL,
     "second order too: which pairs work together, for twice the members"},
    {OPTION_TEXT, 0, "discover", PLACE(discover), "CONDITION",
     "in which futures is OUTPUT@TIME > NUMBER? sample: --lhs, --sobol or --mc (default --lhs "
     "1000)"},
    {OPTION_REAL, 0, "at", PLACE(at), "TIME",
     "the time to look at, in the model's time (default: the end of the run)"},
    {OPTION_LIST, 'g', "grid", PLACE(grid), "P=A:B:N",
     "vary a parameter over N points from A to B; repeatable: every combination"},
    {OPTION_LIST, 0, "dist", PLACE(dist), "P=SHAPE(..)",
     "draw a parameter: uniform(a,b), triangular(a,mode,b), normal(mean,sd,a,b) ...; repeatable"},
    {OPTION_FLAG, 0, "ranges", PLACE(ranges), NULL,
     "draw every assumption that nobody has measured too, over its plausible range"},
    {OPTION_TEXT, 0, "mc", PLACE(mc), "N", "N members at random"},
    {OPTION_TEXT, 0, "lhs", PLACE(lhs), "N",
     "N members of a Latin hypercube; N,centred and N,maximin are others"},
    {OPTION_TEXT, 0, "sobol", PLACE(sobol), "N",
     "N members of a scrambled Sobol' sequence; N,shift and N,plain are others"},
    {OPTION_FLAG, 0, "oat", PLACE(oat), NULL,
     "one at a time: all at their central values, then each at its 5th and 95th percentile"},
    {OPTION_TEXT, 0, "from", PLACE(members), "FILE.csv",
     "take the members from a table: a column a parameter, a row a member"},
    {OPTION_LIST, 0, "score", PLACE(score), "SPEC",
     "x@26, mean(x,105,156), min(x), max(x), integral(x), when(x>0.3); repeatable (default: the "
     "scenario's, else each stock at the end)"},
    {OPTION_COUNT, 'j', "threads", PLACE(threads), "N",
     "work on N cores (default, and 0: on all of them)"},
    {OPTION_FLAG, 0, "native", PLACE(native), NULL,
     "compile the model for this processor, even for a short sweep: the same numbers, sooner"},
    {OPTION_FLAG, 0, "interpret", PLACE(interpret), NULL,
     "compile nothing: the same numbers, later"},
    {OPTION_FLAG, 0, "resume", PLACE(resume), NULL,
     "go on with what an interrupted command has left in FILE.part"},
    {OPTION_LIST, 0, "over", PLACE(over), "NAME=A:B",
     "vary this constant from A to B; a second one draws the boundary in both"},
    {OPTION_LIST, 0, "over", PLACE(over), "AXIS",
     "this parameter as an axis, and a second one as the other (default: those that tell most)"},
    {OPTION_LIST, 0, "pin", PLACE(pin), "LIST",
     "score this loop too: its variables from cause to effect, comma separated; repeatable"},
    {OPTION_REAL, 0, "budget", PLACE(budget), "SECONDS",
     "longest time for the search of further loops, which ends at 20000 of them (default 5; 0: "
     "none)"},
    {OPTION_COUNT, 0, "futures", PLACE(futures), "N",
     "in how many of N futures each loop drives; assumptions are drawn from their ranges"},
    {OPTION_COUNT, 0, "uncertain", PLACE(uncertain), "N",
     "compare in N futures, the same for every input: assumptions are drawn from their ranges"},
    {OPTION_FLAG, 0, "expand", PLACE(expand), NULL,
     "take every hidden stock of a smooth or delay as a variable of its own"},
    {OPTION_REAL, 0, "floor", PLACE(floor), "SHARE",
     "changes below this share of a value are rounding (default 1.8e-15)"},
    {OPTION_TEXT, 0, "cld", PLACE(cld), "FILE",
     "draw the causal loop diagram at that time, as .svg, .png or .pdf"},
    {OPTION_TEXT, 0, "animate", PLACE(animate), "FILE",
     "the diagram as it changes: a moving .gif, or a folder with one .svg each"},
    {OPTION_REAL, 0, "every", PLACE(every), "TIME",
     "between the pictures of --animate (default: a quarter, 13 weeks, or a twentieth of the run)"},
    {OPTION_TEXT, 0, "dot", PLACE(dot), "FILE", "write the diagram as text for Graphviz"},
    {OPTION_TEXT, 0, "mermaid", PLACE(mermaid), "FILE", "write the diagram as text for Mermaid"},
    {OPTION_TEXT, 0, "layout", PLACE(layout), "FILE",
     "how the diagram is laid out (default: NAME.layout beside the model)"},
    {OPTION_FLAG, 0, "stocks", PLACE(stocks), NULL, "show what pushes each stock at that time"},
    {OPTION_REAL, 0, "from", PLACE(from), "TIME",
     "begin of the period, in the model's time (default: of the run)"},
    {OPTION_REAL, 0, "to", PLACE(to), "TIME",
     "end of the period, in the model's time (default: of the run)"},
    {OPTION_COUNT, 0, "depth", PLACE(depth), "N", "levels of causes to show (default 3)"},
    {OPTION_FLAG, 0, "script", PLACE(script), NULL, "print the gnuplot text instead of drawing"},
    {OPTION_FLAG, 0, "halve-dt", PLACE(halve_dt), NULL,
     "run at DT and at half of it, and report what that changes"},
    {OPTION_FLAG, 0, "units", PLACE(units), NULL,
     "list the units that were inferred, and the equations that could not be checked, and why"},
    {OPTION_FLAG, 0, "strict", PLACE(strict), NULL, "warnings make the exit code 1"},
    {OPTION_TEXT, 0, "skip", PLACE(skip), "CODES", "leave these warnings out, as W931,W934"},
    {OPTION_FLAG, 0, "rules", PLACE(rules), NULL,
     "list the rules that warn; 'explain W930' tells more"},
    {OPTION_FLAG, 't', "table", PLACE(table), NULL, "print what people read, even into a pipe"},
    {OPTION_FLAG, 0, "json", PLACE(json), NULL, "print JSON"},
    {OPTION_FLAG, 0, "html", PLACE(html), NULL, "write HTML instead of Markdown"},
    {OPTION_FLAG, 0, "flat", PLACE(flat), NULL, "write arrays, sums and modules out as scalars"},
    {OPTION_FLAG, 'f', "force", PLACE(force), NULL, "overwrite files that exist"},
    {OPTION_FLAG, 'q', "quiet", PLACE(quiet), NULL, "print results only, no words"},
    {OPTION_FLAG, 'v', "verbose", PLACE(verbose), NULL, "say more"},
    {OPTION_TEXT, 0, "color", PLACE(color), "WHEN",
     "auto, always or never (default auto; NO_COLOR is honoured)"},
    {OPTION_FLAG, 'h', "help", PLACE(help), NULL, "print this help"},
};
enum { OPTION_COUNT_ALL = sizeof options / sizeof *options };

/* Two commands may take options of the same name with other arguments: "from=TIME". */
static bool takes(const app_command *command, const option_row *option)
{
    if (strcmp(option->name, "help") == 0 || strcmp(option->name, "color") == 0)
        return true;
    size_t length = strlen(option->name);
    for (const char *at = command->options; at && *at;) {
        size_t size = strcspn(at, ","), name = strcspn(at, ",=");
        bool same = name == length && strncmp(at, option->name, name) == 0;
        if (same &&
            (name == size || strncmp(at + name + 1, option->argument, size - name - 1) == 0))
            return true;
        at += size + (at[size] == ',');
    }
    return false;
}

/* A message that points at the very word of the command line. */
static sd_span word_span(sd_diag *diag, const char *word)
{
    const sd_source *source = sd_source_from_text(diag->arena, "command line", word, strlen(word));
    return (sd_span){.source = source, .begin = 0, .end = source->length};
}

static sd_status store(const option_row *option, const char *text, arguments *given, sd_diag *diag)
{
    void *place = (char *)given + option->place;
    double value;
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)place = true;
        return SD_OK;
    case OPTION_TEXT:
        *(const char **)place = text;
        return SD_OK;
    case OPTION_LIST: {
        text_list *list = place;
        if (list->count == TEXT_LIST_MAX)
            return sd_fail(diag, SD_E701, SD_NOWHERE, "more than %d times '--%s'", TEXT_LIST_MAX,
                           option->name);
        list->items[list->count++] = text;
        return SD_OK;
    }
    default:
        break;
    }
    bool whole = option->kind == OPTION_COUNT;
    if (!sd_number_from_text(text, &value) ||
        (whole && (value < 0 || value != floor(value) || value > 9e15))) {
        sd_status status =
            sd_fail(diag, SD_E701, word_span(diag, text), "'--%s' needs a %snumber, not '%s'",
                    option->name, whole ? "whole " : "", text);
        return status;
    }
    if (whole)
        *(int64_t *)place = (int64_t)value;
    else
        *(double *)place = value;
    return SD_OK;
}

static sd_status unknown(const app_command *command, const char *word, sd_diag *diag)
{
    const char *names[OPTION_COUNT_ALL];
    size_t count = 0, length = strcspn(word, "=");
    for (size_t i = 0; i < OPTION_COUNT_ALL; i++)
        if (takes(command, &options[i]))
            names[count++] = sd_arena_printf(diag->arena, "--%s", options[i].name);
    const char *name = sd_arena_copy(diag->arena, word, length);
    for (size_t i = 0; i < count && word[length] == '='; i++)
        if (strcmp(names[i], name) == 0)
            return sd_fail(diag, SD_E701, SD_NOWHERE, "option '%s' takes no value", name);
    sd_status status =
        sd_fail(diag, SD_E701, SD_NOWHERE, "'%s' has no option '%s'", command->name, name);
    const char *near = sd_nearest(name, names, count);
    if (near)
        sd_help(diag, "did you mean '%s'?", near);
    else
        sd_help(diag, "'treadmill help %s' lists its options", command->name);
    return status;
}

static sd_status bad_option(const app_command *command, int found, char **texts, sd_diag *diag)
{
    const char *word = texts[optind - 1];
    if (found != ':')
        return unknown(
            command, word[1] == '-' || !optopt ? word : sd_arena_printf(diag->arena, "-%c", optopt),
            diag);
    sd_status status = sd_fail(diag, SD_E701, SD_NOWHERE, "option '%s' needs a value", word);
    sd_help(diag, "'treadmill help %s' shows which", command->name);
    return status;
}

/* The rows that a command takes, as getopt wants them; val is the row's number plus 256. */
static void getopt_rows(const app_command *command, struct option *rows, char *letters)
{
    *letters++ = ':';
    for (int i = 0; i < OPTION_COUNT_ALL; i++) {
        if (!takes(command, &options[i]))
            continue;
        *rows++ = (struct option){.name = options[i].name,
                                  .val = i + 256,
                                  .has_arg = options[i].argument ? required_argument : no_argument};
        if (options[i].letter)
            *letters++ = options[i].letter;
        if (options[i].letter && options[i].argument)
            *letters++ = ':';
    }
    *rows = (struct option){0};
    *letters = '\0';
}

static int row_of_letter(int letter)
{
    int i = 0;
    while (options[i].letter != letter)
        i++;
    return i;
}

sd_status options_parse(const app_command *command, int count, char **texts, arguments *ret_given,
                        sd_diag *diag)
{
    struct option rows[OPTION_COUNT_ALL + 1];
    char letters[2 * OPTION_COUNT_ALL + 2];
    getopt_rows(command, rows, letters);
    /* getopt moves the inputs to the end; the provenance wants the words as they were typed. */
    char **sorted = SD_NEW_ARRAY(diag->arena, char *, (size_t)count + 1);
    memcpy(sorted, texts, (size_t)count * sizeof *sorted);
    texts = sorted;
    *ret_given = (arguments){.dt = (double)NAN,
                             .rtol = (double)NAN,
                             .atol = (double)NAN,
                             .at = (double)NAN,
                             .budget = (double)NAN,
                             .floor = (double)NAN,
                             .every = (double)NAN,
                             .from = (double)NAN,
                             .to = (double)NAN,
                             .seed = -1,
                             .depth = -1,
                             .futures = -1,
                             .morris = -1,
                             .uncertain = -1};
    optind = 1;
    opterr = 0;
    int found;
    while ((found = getopt_long(count, texts, letters, rows, NULL)) != -1) {
        sd_status status;
        if (found == '?' || found == ':')
            status = bad_option(command, found, texts, diag);
        else
            status = store(&options[found >= 256 ? found - 256 : row_of_letter(found)], optarg,
                           ret_given, diag);
        if (status != SD_OK)
            return status;
    }
    for (int i = optind; i < count; i++) {
        if (ret_given->inputs.count == TEXT_LIST_MAX)
            return sd_fail(diag, SD_E701, SD_NOWHERE, "more than %d inputs", TEXT_LIST_MAX);
        ret_given->inputs.items[ret_given->inputs.count++] = texts[i];
    }
    return SD_OK;
}

void options_help(const app_command *command, FILE *to)
{
    for (size_t i = 0; i < OPTION_COUNT_ALL; i++) {
        const option_row *o = &options[i];
        if (!takes(command, o))
            continue;
        char left[64];
        int width = snprintf(left, sizeof left, "  %c%c%c --%s%s%s", o->letter ? '-' : ' ',
                             o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
                             o->argument ? " " : "", o->argument ? o->argument : "");
        fprintf(to, "%-*s  %s\n", width < 28 ? 28 : width, left, o->text);
    }
}
