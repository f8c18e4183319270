/* main.c - the command table and what happens round every command: memory, signals, messages, the exit code.
 * In: the command line.  Out: an exit code (interface: 0 done, 1 a condition is false, 2 bad input, 3 numerical
 * failure, 4 something outside is missing, 130 interrupted).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app_private.h"

const app_command commands[] = {
    {"run", "INPUT", "simulate one scenario or model",
     "Prints the verdict and a scorecard on a terminal, CSV into a pipe, and writes CSV with its "
     "provenance to "
     "FILE with -o. A scenario with policies is shown beside the same organisation without them.",
     "  treadmill run four-layers\n  treadmill run my.cfg --set raw_time_saving=0.5 -o my.csv",
     "set,method,dt,rtol,atol,seed,output,save=LIST,table,json,force,quiet,verbose", cmd_run},
    {"compare", "INPUT...", "several scenarios side by side",
     "The first is what the others are compared with; one input alone is compared with itself "
     "without its policies. Prints one scorecard, the settings that differ, and draws the "
     "charts into a folder with --plot. With --uncertain it says in how many of N futures each is "
     "ahead of the first, by how much, what may be regretted and which unknown decides.",
     "  treadmill compare tools-only permission-only four-layers --plot charts\n"
     "  treadmill compare tools-only four-layers --uncertain 500",
     "set,dist,uncertain,score,threads,method,dt,rtol,atol,seed,output,resume,save=LIST,plot,of="
     "NAME,"
     "table,json,"
     "force,quiet,verbose",
     cmd_compare},
    {"check", "INPUT...", "what is wrong with a model or scenario, and what may be",
     "Says ok, or everything that is wrong, with the place: equations, order, units. Then it warns "
     "of what is "
     "probably wrong though it runs, by the rules that --rules lists; for some of them it runs the "
     "model once. "
     "With --halve-dt (or --dt) it runs at DT and at half of it and reports what that changes.",
     "  treadmill check my.cfg model.xmile\n  treadmill check model.xmile --units\n"
     "  treadmill check model.xmile --strict --skip W931\n  treadmill check tools-only --halve-dt",
     "set,method,dt,halve-dt,units,strict,skip,rules,quiet,verbose", cmd_check},
    {"list", "WHAT [INPUT]",
     "policies, parameters, outputs, scenarios, articles, loops, terms, plots, functions, errors",
     "What there is, with units, defaults, grades of evidence, meanings and sources.",
     "  treadmill list policies\n  treadmill list parameters my.cfg", "json,quiet", cmd_list},
    {"explain", "NAME [INPUT]",
     "a variable, policy, term, loop, function or error code, in half a page",
     "Equation, units, causes, uses, range, source and grade of evidence; for a word of the "
     "articles its meaning, and "
     "where the model has it.",
     "  treadmill explain work_pressure\n  treadmill explain \"leisure dividend\"\n  treadmill "
     "explain E106",
     "quiet", cmd_explain},
    {"loops", "INPUT [INPUT]", "which feedback loop drives when",
     "Names the loops, says which one drives at what time, and scores each by Loops That Matter: "
     "the "
     "share of the change that goes through it. Loops that the model names are always scored; a "
     "search looks for others. Two inputs stand side by side in the chart.",
     "  treadmill loops tools-only\n  treadmill loops tools-only --cld loops.svg --at 52\n"
     "  treadmill loops tools-only four-layers --plot charts\n"
     "  treadmill loops tools-only --futures 100\n"
     "  treadmill loops my.xmile --pin 'stock, flow, auxiliary'",
     "set,method,dt,rtol,atol,seed,at,pin,budget,expand,floor,stocks,futures,cld,animate,every,dot,"
     "mermaid,"
     "layout,output,plot,table,json,force,"
     "quiet,verbose",
     cmd_loops},
    {"modes", "INPUT", "where it comes to rest, how fast, and what swings",
     "Time stands still at --at, and the equilibrium that the run is heading for is found. Each "
     "mode is one way in which a small disturbance grows or dies out: its time constant, its "
     "period, and the stocks that take part.",
     "  treadmill modes tools-only\n  treadmill modes four-layers --at 130 -o modes.csv",
     "set,method,dt,rtol,atol,seed,at,output,table,json,force,quiet,verbose", cmd_modes},
    {"tip", "INPUT", "what tips over a parameter, and what only changes by degrees",
     "Follows the states in which all rests, with time standing still, over the constant of "
     "--over, and "
     "says where they fold, begin to swing or cross; then changes it slowly up and down, and runs "
     "the "
     "input at each value. With a second --over it follows the boundary in both. Draws the chart "
     "into a folder with --plot.",
     "  treadmill tip tools-only --over expectation_pass_through=0:1.6 --plot charts",
     "set,method,dt,rtol,atol,seed,over=NAME=A:B,of=VARIABLE,at,output,plot,table,json,force,quiet,"
     "verbose",
     cmd_tip},
    {"sweep", "INPUT...", "many runs, each with other parameters",
     "Every member of a grid, of a sample or of a table is a run; each gives one row of scores. "
     "Parameters of --grid are levers; with --mc, --lhs, --sobol or --oat, what is uncertain in "
     "the "
     "scenario is drawn as well, the same futures for every lever and every input. A member that "
     "fails keeps its row, which says why. Prints a summary on a terminal, CSV into a pipe, and "
     "writes CSV with its provenance, or netCDF (.nc), to FILE with -o; what is finished is kept "
     "in FILE.part until "
     "then, and --resume goes on after an interruption.",
     "  treadmill sweep tools-only --grid expectation_pass_through=0:1.6:9 --score "
     "hours_per_week@260\n"
     "  treadmill sweep tools-only four-layers --ranges --sobol 4096 -o futures.csv\n"
     "  treadmill sweep four-layers --from members.csv -j 2 -o scores.csv\n"
     "  treadmill sweep four-layers --ranges --lhs 1000 --save hours_per_week -o paths.nc",
     "set,dist,ranges,method,dt,rtol,atol,seed,grid,mc,lhs,sobol=N,oat,from=FILE.csv,score,save="
     "NAMES,threads,"
     "native,interpret,output,resume,table,json,force,quiet,verbose",
     cmd_sweep},
    {"sense", "INPUT", "what an output depends on: which assumptions decide",
     "Varies what is uncertain in the scenario, and with --ranges every assumption that nobody has "
     "measured, and says what an output depends on: --oat one parameter at a time (the default), "
     "--morris which parameters matter at all, --sobol shares of the variance with 95 % intervals, "
     "--discover in which futures something happens. Prints a sentence and a table on a terminal, "
     "CSV into a pipe, and writes CSV with its provenance to FILE with -o.",
     "  treadmill sense tools-only --ranges --of hours_per_week@260 --plot charts\n"
     "  treadmill sense tools-only --ranges --morris 20\n"
     "  treadmill sense tools-only --dist 'expectation_pass_through=uniform(0,1.6)' --dist "
     "'raw_time_saving=uniform(0.2,0.6)' --sobol 1024\n"
     "  treadmill sense four-layers --ranges --discover 'hours_per_week@260 > 42'",
     "of=OUTPUT@TIME,over-time,oat,morris,sobol=ROWS,pairs,discover,lhs,mc,dist,ranges,set,method,"
     "dt,rtol,"
     "atol,seed,threads,native,interpret,output,resume,plot,table,json,force,quiet,verbose",
     cmd_sense},
    {"trace", "VAR INPUT [INPUT]", "what made a variable change, strongest cause first",
     "Takes the change over a period apart into what each cause did to it, and each cause into its "
     "own. Every row is in the units of the variable, and the rows below one sum to it. A second "
     "input stands beside the first.",
     "  treadmill trace hours_per_week tools-only --from 26\n"
     "  treadmill trace burned_out_staff tools-only four-layers --plot charts",
     "from=TIME,to,depth,set,method,dt,rtol,atol,seed,output,plot,table,json,force,quiet,verbose",
     cmd_trace},
    {"doc", "[INPUT]", "the whole model as a document",
     "Purpose, boundary, every equation with its units, value, range, source and grade of "
     "evidence, named loops, a "
     "glossary and the scenarios, as Markdown or HTML.",
     "  treadmill doc -o model.md\n  treadmill doc --html -o model.html", "output,html,force,quiet",
     cmd_doc},
    {"export", "INPUT", "a scenario as an XMILE model for other programs",
     "Writes values, policies, shocks and run settings of the scenario into the model's own text, "
     "to FILE or to stdout; the "
     "rest of it stays as it is. With --flat it writes a new file in which arrays, sums and "
     "modules are "
     "written out as scalars, for programs without array functions. Read back, both give the same "
     "numbers to the bit.",
     "  treadmill export four-layers -o four-layers.xmile\n"
     "  treadmill export my.cfg --set raw_time_saving=0.5 --flat -o flat.xmile",
     "set,method,dt,rtol,atol,seed,flat,output,force,quiet", cmd_export},
    {"plot", "KIND FILE.csv", "draw a chart from a table",
     "Draws what run, compare, loops, sweep, sense or tip wrote with -o into the file named by its "
     "own -o, as the ending says: .svg, .png or .pdf. 'treadmill list plots' tells the kinds.",
     "  treadmill plot compare compare.csv -o compare.svg --of hours_per_week\n"
     "  treadmill plot heat sweep.csv -o heat.png --of net_productivity_gain@260\n"
     "  treadmill plot scatter sweep.csv -o scatter.svg --of 'burnout_prevalence@260 > 0.4'\n"
     "  treadmill plot fan sweep.csv -o fan.svg",
     "output,of=SCORE,over=AXIS,script,force,quiet", cmd_plot},
    {"help", "[COMMAND|scenario]", "this help, a command's, or the scenario file's", "",
     "  treadmill help run\n  treadmill help scenario", "", cmd_help},
    {"version", "", "version, and with -v the libraries", "", "  treadmill version -v", "verbose",
     cmd_version},
    {0},
};

static volatile sig_atomic_t interrupted; /* set by the signal handler alone */

const app_command *command_find(const char *name)
{
    for (const app_command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static void on_signal(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

static void on_exhausted(const char *purpose, size_t bytes)
{
    fprintf(stderr, "treadmill: no memory left for %s (%zu bytes)\n", purpose, bytes);
    _exit(sd_status_exit(SD_IO));
}

static bool wants_color(const arguments *given)
{
    if (given->color && strcmp(given->color, "always") == 0)
        return true;
    if (given->color && strcmp(given->color, "never") == 0)
        return false;
    const char *off = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && !(off && off[0]) &&
           !(terminal && strcmp(terminal, "dumb") == 0);
}

const char *command_nearest(const char *word)
{
    const char *names[32];
    size_t count = 0;
    for (const app_command *c = commands; c->name; c++)
        names[count++] = c->name;
    return sd_nearest(word, names, count);
}

static sd_status unknown_command(const char *word, sd_diag *diag)
{
    sd_status status = sd_fail(diag, SD_E701, SD_NOWHERE, "no command named '%s'", word);
    const char *near = command_nearest(word);
    if (word[0] == '-')
        sd_help(diag, "options follow the command, as in: treadmill run tools-only %s", word);
    else if (near)
        sd_help(diag, "did you mean '%s'?", near);
    else
        sd_help(diag, "'treadmill help' lists the commands; to simulate a file: treadmill run %s",
                word);
    return status;
}

static sd_status run_command(call *c, int count, char **texts)
{
    const char *word = count > 1 ? texts[1] : NULL;
    if (word && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0))
        word = "help";
    if (word && strcmp(word, "--version") == 0)
        word = "version";
    if (!word)
        return cmd_help(c);
    const app_command *command = command_find(word);
    if (!command)
        return unknown_command(word, c->diag);
    sd_status status = options_parse(command, count - 1, texts + 1, &c->given, c->diag);
    if (status != SD_OK)
        return status;
    if (c->given.help) {
        c->given.inputs = (text_list){.count = 1, .items = {command->name}};
        return cmd_help(c);
    }
    const char *when = c->given.color;
    if (when && strcmp(when, "auto") != 0 && strcmp(when, "always") != 0 &&
        strcmp(when, "never") != 0)
        return sd_fail(c->diag, SD_E701, SD_NOWHERE, "'--color' is auto, always or never, not '%s'",
                       when);
    c->color = wants_color(&c->given);
    return command->run(c);
}

int main(int count, char **texts)
{
    sd_arena_on_exhausted(on_exhausted);
    gsl_set_error_handler_off();
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sd_arena *arena = sd_arena_new("a command");
    call c = {.arena = arena,
              .diag = sd_diag_new(arena),
              .argument_count = count,
              .arguments = texts,
              .interrupted = &interrupted};
    sd_status status = run_command(&c, count, texts);
    if ((fflush(stdout) != 0 || ferror(stdout)) && sd_status_exit(status) < 2)
        status = sd_fail(c.diag, SD_E602, SD_NOWHERE, "cannot write 'standard output'%s%s",
                         errno ? ": " : "",
                         errno == ENOSPC ? "the disk is full"
                         : errno         ? strerror(errno)
                                         : "");
    if (!c.silent && c.diag->messages.count && (c.diag->errors || !c.given.quiet))
        sd_diag_print(c.diag, stderr, c.color);
    if (status == SD_INTERRUPTED && !c.silent)
        fprintf(stderr, "interrupted: %s\n", c.kept ? c.kept : "nothing was written");
    sd_arena_free(arena);
    /* mpirun ends all as soon as one exits with a code, and who says why may not have said it yet. */
    return c.silent ? 0 : sd_status_exit(status);
}
