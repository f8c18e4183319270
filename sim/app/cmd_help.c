/* cmd_help.c - help for the program, one command, or the scenario file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <ctype.h>
#include <string.h>

#include "app_private.h"

static void print_short(void)
{
    puts("treadmill compare tools-only four-layers      see the productivity trap close and open "
         "again");
    puts("treadmill run four-layers                     one scenario: verdict and scorecard");
    puts("treadmill list policies                       what an organisation can do");
    puts("");
    printf("Commands:");
    for (const app_command *c = commands; c->name; c++)
        printf(" %s", c->name);
    puts("");
    puts("INPUT is a scenario (.cfg), a built-in one by name, or any XMILE model (.xmile .stmx "
         ".itmx .xml).");
    puts("Nothing here is a forecast: parameters are assumptions with ranges and sources.");
    puts("More: treadmill help, treadmill help COMMAND, treadmill help scenario");
}

static void print_all(void)
{
    puts("treadmill simulates the AI productivity trap: where saved hours go, and which redesign "
         "keeps them.\n");
    puts("Usage: treadmill COMMAND [options] INPUT...\n");
    for (const app_command *c = commands; c->name; c++)
        printf("  %-8s %-22s %s\n", c->name, c->usage, c->summary);
    puts("\nExit codes: 0 done; 1 ran, but a stated limit is broken or check --strict warned; 2 "
         "bad usage "
         "or input,\nnothing was run; "
         "3 numerical failure; 4 something outside is missing (gnuplot, disk full); 130 "
         "interrupted.");
}

static void print_scenario(void)
{
    puts("A scenario file (.cfg) is an organisation: values of the model's constants, policies, "
         "shocks, outputs.\n"
         "Time is in weeks, shares are 0..1.  Settings end with ';', lists are in ( ), groups in { "
         "}.\n"
         "\n"
         "  schema  = 1;\n"
         "  title   = \"Acme service desk: redesign from week 40\";\n"
         "  extends = \"tools-only.cfg\";     // loaded first; this file's values replace its\n"
         "  source  = \"workshop of 12 November\";\n"
         "  run : { stop = 260; dt = 0.25; method = \"rk4\"; save_interval = 1; seed = 7; };\n"
         "  set : {\n"
         "    initial_headcount = 450;\n"
         "    raw_time_saving   = { dist = \"triangular\"; min = 0.5; mode = 0.65; max = 0.8; "
         "source = \"pilot\"; };\n"
         "  };\n"
         "  policies = ( { name = \"permission\"; start = 40; ramp = 8; intensity = 0.9; },\n"
         "               { name = \"definition\"; start = 44; intensity = 0.7; } );\n"
         "  shocks   = ( { variable = \"customer_demand\"; at = 60; kind = \"step\"; size = 0.2; } "
         ");\n"
         "  outputs : { save  = [ \"good_output\", \"hours_per_week\" ];\n"
         "              score = ( { of = \"burnout_prevalence\"; at = 156; better = \"lower\"; "
         "limit = 0.3; } ); };\n"
         "\n"
         "`extends` and `model` name files in the same folder or built-in ones.  A shock "
         "multiplies a variable's\n"
         "equation by 1 + size * shape (step; pulse and ramp with a duration).  `run` takes the "
         "central value of a\n"
         "distribution:\n");
#define DISTRIBUTION(id, name, parameters, text)                                                   \
    printf("  %-11s %-20s %s\n", name, parameters, text);
    SD_DISTRIBUTIONS(DISTRIBUTION)
#undef DISTRIBUTION
    puts("\nConstants of a module stand in a group of its name, as north : { people = 400; };  "
         "Elsewhere in\n"
         "texts they are called north.people.");
    puts("\nNames: treadmill list parameters, treadmill list policies, treadmill list outputs.");
}

sd_status cmd_help(call *c)
{
    if (c->argument_count < 2) {
        print_short();
        return SD_OK;
    }
    if (c->given.inputs.count == 0) {
        print_all();
        return SD_OK;
    }
    const char *name = c->given.inputs.items[0];
    if (strcmp(name, "scenario") == 0) {
        print_scenario();
        return SD_OK;
    }
    const app_command *command = command_find(name);
    if (!command) {
        sd_status status = sd_fail(c->diag, SD_E701, SD_NOWHERE, "no help on '%s'", name);
        const char *near = command_nearest(name);
        if (near)
            sd_help(c->diag, "did you mean '%s'?", near);
        else
            sd_help(
                c->diag,
                "'treadmill help' lists the commands; 'treadmill explain %s' looks in the model",
                name);
        return status;
    }
    printf("Usage: treadmill %s [options]%s%s\n\n%c%s.\n", command->name,
           command->usage[0] ? " " : "", command->usage,
           toupper((unsigned char)command->summary[0]), command->summary + 1);
    if (command->text[0])
        print_wrapped(command->text, 0, stdout);
    printf("\n%s\n\n", command->examples);
    options_help(command, stdout);
    if (strstr(command->options, "method")) {
        puts("\nMethods:");
        for (sd_method m = 0; m < SD_METHOD_COUNT; m++)
            printf("  %-7s %s\n", sd_method_name(m), sd_method_text(m));
    }
    return SD_OK;
}
