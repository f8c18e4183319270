/* test_model_scenario_errors.c - a scenario that is well formed but wrong, with every whole message.
 * A message is pinned as `CODE line:column-end text; help`.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "town_messages.h"

static void the_schema_must_be_known(void **state)
{
    (void)state;
    expect_messages("title = \"Acme\";\n",
                    "E401 1:1-1 the scenario has no schema; begin it with schema = 1;\n");
    expect_messages("schema = 2;\n", "E403 1:10-11 this program reads schema 1 only\n");
    expect_messages("schema = 1.0;\n", "E403 1:10-13 this program reads schema 1 only\n");
    expect_messages("schema = \"1\";\n",
                    "E403 1:10-13 'schema' must be a plain number, not a text\n");
}

static void unknown_settings_get_the_nearest_known_one(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "titel = \"Acme\";\n"
                    "run : { dts = 0.5; };\n"
                    "outputs : { saved = [ \"output\" ]; };\n"
                    "policies = ( { name = \"permission\"; begin = 3; } );\n"
                    "shocks = ( { variable = \"output\"; at = 9.5; kind = \"step\"; sise = 0.1; "
                    "size = 0.2; } );\n"
                    "set : { share = { value = 0.3; sorce = \"survey\"; }; };\n",
                    "E402 2:1-6 unknown setting 'titel' in a scenario; did you mean 'title'?\n"
                    "E402 3:9-12 unknown setting 'dts' in run; did you mean 'dt'?\n"
                    "E402 7:32-37 unknown setting 'sorce' in a value; did you mean 'source'?\n"
                    "E402 5:37-42 unknown setting 'begin' in a policy\n"
                    "E402 6:60-64 unknown setting 'sise' in a shock; did you mean 'size'?\n"
                    "E402 4:13-18 unknown setting 'saved' in outputs; did you mean 'save'?\n");
    expect_messages(
        "schema = 1;\n"
        "outputs : { score = ( { of = \"output\"; at = 26; beter = \"lower\"; } ); };\n",
        "E402 2:49-54 unknown setting 'beter' in a score; did you mean 'better'?\n");
}

static void values_of_another_kind_are_refused(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "title = 3;\n"
                    "run = ( 3 );\n"
                    "set = 3;\n"
                    "policies = { };\n"
                    "shocks : { };\n"
                    "outputs = [ ];\n",
                    "E403 2:9-10 'title' must be a text in quotes, not a number\n"
                    "E403 3:7-12 'run' must be a group { }, not a list ( )\n"
                    "E403 4:7-8 'set' must be a group { }, not a number\n"
                    "E403 5:12-15 'policies' must be a list ( ), not a group { }\n"
                    "E403 6:10-13 'shocks' must be a list ( ), not a group { }\n"
                    "E403 7:11-14 'outputs' must be a group { }, not an array [ ]\n");
    expect_messages("schema = 1;\n"
                    "run : { stop = \"52\"; method = 4; seed = -3; };\n",
                    "E403 2:16-20 'stop' must be a plain number, not a text\n"
                    "E403 2:31-32 'method' must be a text in quotes, not a number\n"
                    "E403 2:41-43 'seed' must be a whole number, 0 or above\n");
    expect_messages("schema = 1;\n"
                    "run : { dt = { value = 0.5; }; seed = 2.5; };\n",
                    "E403 2:14-30 'dt' must be a plain number, not a group { }; only values in "
                    "`set` and `policies` can be distributions\n"
                    "E403 2:39-42 'seed' must be a whole number, 0 or above\n");
    expect_messages("schema = 1;\n"
                    "set : { share = \"0.5\"; weight = [0.5, 0.6]; people = true; };\n",
                    "E403 2:17-22 'share' must be a plain number, not a text\n"
                    "E403 2:33-43 'weight' must be a plain number, not an array [ ]; write one "
                    "number for all elements, or { name = number; }\n"
                    "E403 2:54-58 'people' must be a plain number, not true or false\n");
}

static void a_malformed_run_points_at_its_cause(void **state)
{
    (void)state;
    expect_messages(
        "schema = 1;\n"
        "run : { dt = 0.3; };\n",
        "E112 2:14-17 save_interval 0.25 is not a whole number of dt 0.3; 0.3 would be\n");
    expect_messages("schema = 1;\n"
                    "run : { stop = -1; };\n",
                    "E112 2:16-18 stop must come after start, but start is 0 and stop is -1\n");
    expect_messages("schema = 1;\n"
                    "run : { dt = -0.5; stop = 26; };\n",
                    "E112 2:14-18 dt must be above 0, not -0.5\n");
    expect_messages("schema = 1;\n"
                    "run : { stop = 100.1; };\n",
                    "W904 2:16-21 stop 100.1 is not a whole number of dt 0.25 after start 0; the "
                    "run ends at 100\n");
    expect_messages("schema = 1;\n"
                    "run : { method = \"rk5\"; };\n",
                    "E112 2:18-23 unknown integration method 'rk5'; did you mean 'rk2'?\n");
    expect_messages(
        "schema = 1;\n"
        "run : { method = \"leapfrog\"; };\n",
        "E112 2:18-28 unknown integration method 'leapfrog'; euler, rk2, rk4, rkf45, rkck, "
        "rk8pd or msadams; for stiff models bsimp or msbdf\n");
    expect_messages("schema = 1;\n"
                    "run : { method = \"rkf45\"; rtol = 0; atol = 0.0; };\n",
                    "E112 2:34-35 the adaptive method rkf45 needs rtol or atol above 0; rtol = "
                    "1e-6 is usual\n");
    expect_messages("schema = 1;\n"
                    "run : { rtol = -0.001; };\n",
                    "E112 2:16-22 'rtol' must not be below 0\n");
    expect_messages("schema = 1;\n"
                    "run : { dt = 0.000001; };\n",
                    "E503 2:14-22 the run has more than 100 million steps; raise dt\n");
}

static void unknown_names_get_the_nearest_variable(void **state)
{
    (void)state;
    expect_messages(
        "schema = 1;\n"
        "set : { shar = 0.3; desk : { base_task_tim = 0.6; }; };\n",
        "E101 2:9-13 no variable named 'shar'; did you mean 'share'?\n"
        "E101 2:30-43 no variable named 'base_task_tim'; did you mean 'base_task_time'?\n");
    expect_messages("schema = 1;\n"
                    "set : { weight : { permision = 0.7; coaching : { hi = 0.6; }; }; };\n",
                    "E109 2:20-29 'weight' has no element 'permision'; did you mean 'permission'?\n"
                    "E109 2:50-52 'weight' has no element 'hi'\n");
    expect_messages("schema = 1;\n"
                    "outputs : { save = [ \"outptu\", \"weight[coaching]\", \"people[x]\" ]; };\n",
                    "E101 2:22-30 no variable named 'outptu'; did you mean 'output'?\n"
                    "E109 2:32-50 'weight' has 2 dimensions, which 'coaching' does not match\n"
                    "E109 2:52-63 'people' has 0 dimensions, which 'x' does not match\n");
    expect_messages("schema = 1;\n"
                    "outputs : { score = ( { of = \"weight\"; at = 26; }, { of = \"outputt\"; at = "
                    "26; } ); };\n",
                    "E109 2:30-38 'weight' is an array over 'practice'; name one element, for "
                    "example weight[permission,high]\n"
                    "E101 2:59-68 no variable named 'outputt'; did you mean 'output'?\n");
}

static void computed_variables_cannot_be_set(void **state)
{
    (void)state;
    expect_messages(
        "schema = 1;\n"
        "set : { output = 3.5; skill = 0.7; births = 2.5; learning = 0.1; table = 0.5; };\n",
        "E408 2:9-15 'output' is computed from 'people', 'base_task_time' and 'share' and cannot "
        "be set; a shock can multiply it\n"
        "E408 2:23-28 the initial value of 'skill' is computed from 'share' and 'base_task_time' "
        "and cannot be set; set what it is computed from\n"
        "E408 2:36-42 'births' is computed from 'people', 'share', 'weight' and 4 more and cannot "
        "be set; a shock can multiply it\n"
        "E408 2:50-58 'learning' is computed by its equation and cannot be set; a shock can "
        "multiply it\n"
        "E408 2:66-71 'table' is a graphical function and cannot be set\n");
}

static void values_out_of_bounds_are_refused_with_units_and_meaning(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "set : { share = 1.4; base_task_time = -0.5; };\n",
                    "E404 2:17-20 'share' must be between 0 and 1, not 1.4\n"
                    "E404 2:39-43 'base_task_time' must be at least 0.01 hour, not -0.5; it is: "
                    "time for one task\n");
    expect_messages(
        "schema = 1;\n"
        "set : { practice_intensity : { coaching = 1.5; }; };\n",
        "E404 2:43-46 'practice_intensity[coaching]' must be between 0 and 1, not 1.5\n");
    expect_messages("schema = 1;\n"
                    "set : { share = { dist = \"normal\"; mean = 0.4; sd = 0.1; }; };\n",
                    "E404 2:17-59 'share' must be between 0 and 1, but its distribution has no "
                    "min; add min = 0;\n");
    expect_messages(
        "schema = 1;\n"
        "set : { share = { dist = \"uniform\"; min = 0.3; max = 1.2; }; };\n",
        "E404 2:17-60 'share' must be between 0 and 1, but its distribution reaches 1.2\n");
    expect_messages(
        "schema = 1;\n"
        "set : { base_task_time = { dist = \"normal\"; mean = 0.4; sd = 0.1; max = 1.5; }; };\n",
        "E404 2:26-79 'base_task_time' must be at least 0.01 hour, but its distribution has no "
        "min; add min = 0.01;\n");
}

static void values_outside_the_plausible_range_are_warned_about(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "set : { share = 0.85; base_task_time = 2.5; };\n",
                    "W901 2:17-21 'share' is 0.85, but plausible is between 0.2 and 0.7; a source "
                    "on the value silences this\n"
                    "W901 2:40-43 'base_task_time' is 2.5 hour, but plausible is between 0.1 and "
                    "2; a source on the value silences this; the range is from: article 002\n");
    expect_messages(
        "schema = 1;\n"
        "set : { share = { dist = \"triangular\"; min = 0.1; mode = 0.3; max = 0.6; }; };\n",
        "W901 2:17-75 'share' reaches 0.1, but plausible is between 0.2 and 0.7; a source on the "
        "value silences this\n");
    expect_messages("schema = 1;\n"
                    "set : { base_task_time = { dist = \"lognormal\"; median = 3.5; sigma = 0.2; "
                    "min = 0.5; }; };\n",
                    "W901 2:26-87 'base_task_time' reaches 3.5 hour, but plausible is between 0.1 "
                    "and 2; a source on the value silences this; the range is from: article 002\n");
}

static void policies_are_elements_of_the_practice(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "policies = ( { name = \"permision\"; start = 20; } );\n",
                    "E103 2:23-34 unknown policy 'permision'; did you mean 'permission'?\n");
    expect_messages("schema = 1;\n"
                    "policies = ( { start = 20; }, { name = 5; } );\n",
                    "E403 2:14-29 a policy has no name; add name = \"permission\"; or another\n"
                    "E403 2:40-41 'name' must be a text in quotes, not a number\n");
    expect_messages(
        "schema = 1;\n"
        "policies = ( { name = \"permission\"; start = 9; stop = 4; ramp = 0; intensity = 90; } "
        ");\n",
        "E404 2:65-66 'practice_ramp[permission]' must be at least 0.1, not 0\n"
        "E404 2:80-82 the intensity of 'permission' must be between 0 and 1; write 0.9 for 90 %\n"
        "E404 2:55-56 policy 'permission' stops at 4, but starts at 9\n");
}

static void layers_out_of_order_are_warned_about(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "policies = (\n"
                    "  { name = \"coaching\"; start = 3.5; },\n"
                    "  { name = \"boundaries\"; start = 5.5; },\n"
                    "  { name = \"permission\"; start = 1.5; }\n"
                    ");\n",
                    "W902 4:12-24 layer 'boundaries' stands on 'definition', which is not in the "
                    "scenario; add a policy 'definition'\n"
                    "W902 3:12-22 layer 'coaching' starts at 3.5, before 'boundaries' at 5.5; "
                    "start 'boundaries' first\n");
}

static void shocks_multiply_computed_variables_only(void **state)
{
    (void)state;
    expect_messages(
        "schema = 1;\n"
        "shocks = ( { variable = \"people\"; at = 9.5; kind = \"step\"; size = 0.2; },\n"
        "           { variable = \"share\"; at = 9.5; kind = \"step\"; size = 0.2; },\n"
        "           { variable = \"table\"; at = 9.5; kind = \"step\"; size = 0.2; },\n"
        "           { variable = \"outputs\"; at = 9.5; kind = \"step\"; size = 0.2; } );\n",
        "E111 2:25-33 'people' is a stock; a shock multiplies a computed variable; name one of its "
        "flows\n"
        "E111 3:25-32 'share' is a constant; a shock multiplies a computed variable; give it "
        "another value in `set`\n"
        "E111 4:25-32 'table' is a graphical function; a shock multiplies a computed variable; "
        "name a variable that uses it\n"
        "E101 5:25-34 no variable named 'outputs'; did you mean 'output'?\n");
    expect_messages(
        "schema = 1;\n"
        "shocks = ( { variable = \"output\"; at = 9.5; kind = \"steps\"; size = -2.5; },\n"
        "           { variable = \"output\"; at = 9.5; kind = \"pulse\"; size = 0.2; },\n"
        "           { variable = \"output\"; at = 9.5; kind = \"ramp\"; size = 0.2; duration = 0; "
        "},\n"
        "           { variable = \"output\"; at = 9.5; kind = \"step\"; size = 0.2; duration = 4; "
        "} );\n",
        "E404 2:68-72 a size below -1 would turn the variable's sign; a size is a share: -0.2 "
        "takes a fifth away\n"
        "E403 2:52-59 unknown kind of shock 'steps'; a shock is a step, a pulse or a ramp\n"
        "E403 3:12-74 a pulse has no 'duration'\n"
        "E404 4:83-84 the duration of a shock must be above 0, not 0\n"
        "E402 5:72-80 a step has no duration: it stays to the end; write kind = \"pulse\" for one "
        "that ends\n");
    expect_messages("schema = 1;\n"
                    "shocks = ( { } );\n",
                    "E403 2:12-15 a shock has no 'variable'\n"
                    "E403 2:12-15 a shock has no 'at'\n"
                    "E403 2:12-15 a shock has no 'kind'\n"
                    "E403 2:12-15 a shock has no 'size'\n");
    expect_messages("schema = 1;\n"
                    "shocks = ( { variable = \"output\"; at = 9.5; kind = \"step\"; size = { dist "
                    "= \"uniform\"; min = 0.1; max = 0.2; }; } );\n",
                    "E403 2:67-110 'size' must be a plain number, not a group { }; only values in "
                    "`set` and `policies` can be distributions\n");
}

static void scores_say_what_is_measured_and_when(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "outputs : { score = ( { of = \"output\"; }, { of = \"output\"; at = 9; "
                    "min_over = \"run\"; },\n"
                    "                      { of = \"output\"; max_over = [9, 3]; }, { of = "
                    "\"output\"; mean_over = [9, 10, 11]; } ); };\n",
                    "E403 2:23-41 a score needs a time; add at = 52; or mean_over, min_over, "
                    "max_over or integral_over = [from, to];\n"
                    "E402 2:68-76 a score has either 'at' or 'min_over'; write a second score\n"
                    "E404 3:51-57 the first time must come before the second\n"
                    "E403 3:91-102 'mean_over' must be two times; write mean_over = [from, to], or "
                    "\"run\" for the whole run\n");
    expect_messages(
        "schema = 1;\n"
        "outputs : { score = ( { of = \"output\"; at = 26.1; }, { of = \"output\"; at = 300; },\n"
        "                      { of = \"output\"; at = 9; better = \"low\"; }, { of = \"output\"; "
        "at = 9; limit = 0.5; },\n"
        "                      { of = \"table\"; at = 9; }, { at = 9; } ); };\n",
        "E404 2:45-49 no point is saved at time 26.1; write 26 or 26.25, or change save_interval "
        "in `run`\n"
        "E404 2:76-79 time 300 lies outside the run from 0 to 104\n"
        "E403 3:57-62 'better' must be \"higher\" or \"lower\", not \"low\"\n"
        "E403 3:92-97 a limit needs 'better'; add better = \"higher\"; or \"lower\"\n"
        "E111 4:30-37 'table' is a graphical function, it has no value over time\n"
        "E403 4:50-61 a score has no 'of'\n");
}

static void files_are_plain_names(void **state)
{
    (void)state;
    expect_messages("schema = 1;\n"
                    "extends = \"../tools-only.cfg\";\n",
                    "E406 2:11-30 '../tools-only.cfg' is not the plain name of a file; put the "
                    "file beside this one and give its name alone\n");
    expect_messages("schema = 1;\n"
                    "extends = \"/etc/passwd\";\n",
                    "E406 2:11-24 '/etc/passwd' is not the plain name of a file; put the file "
                    "beside this one and give its name alone\n");
    expect_messages("schema = 1;\n"
                    "model = \".hidden\";\n",
                    "E406 2:9-18 '.hidden' is not the plain name of a file; put the file beside "
                    "this one and give its name alone\n");
    expect_messages(
        "schema = 1;\n"
        "extends = \"tols-only.cfg\";\n",
        "E601 2:11-26 there is no file 'tols-only.cfg' built in; did you mean 'tools-only.cfg'?\n");
    expect_messages(
        "schema = 1;\n"
        "extends = \"tool-only\";\n",
        "E601 2:11-22 there is no file 'tool-only' built in; did you mean 'tools-only.cfg'?\n");
    expect_messages("schema = 1;\n"
                    "model = 5;\n",
                    "E403 2:9-10 'model' must be a text in quotes, not a number\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schema_must_be_known),
        cmocka_unit_test(unknown_settings_get_the_nearest_known_one),
        cmocka_unit_test(values_of_another_kind_are_refused),
        cmocka_unit_test(a_malformed_run_points_at_its_cause),
        cmocka_unit_test(unknown_names_get_the_nearest_variable),
        cmocka_unit_test(computed_variables_cannot_be_set),
        cmocka_unit_test(values_out_of_bounds_are_refused_with_units_and_meaning),
        cmocka_unit_test(values_outside_the_plausible_range_are_warned_about),
        cmocka_unit_test(policies_are_elements_of_the_practice),
        cmocka_unit_test(layers_out_of_order_are_warned_about),
        cmocka_unit_test(shocks_multiply_computed_variables_only),
        cmocka_unit_test(scores_say_what_is_measured_and_when),
        cmocka_unit_test(files_are_plain_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
