/* test_model_module.c - models made of modules: what they give against closed solutions, which names they see, what
 * their inputs follow, and what is refused.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

/* A stock that drains at a rate from outside; alone it would drain at 0.9. */
static const char decay[] =
    "<model name=\"decay\"><variables>\n"
    "<stock name=\"level\"><eqn>start</eqn><outflow>drain</outflow></stock>\n"
    "<flow name=\"drain\"><eqn>rate * level</eqn></flow>\n"
    "<aux name=\"rate\" access=\"input\"><eqn>0.9</eqn></aux>\n"
    "<aux name=\"start\" access=\"input\"><eqn>7.5</eqn></aux>\n"
    "</variables></model>\n";

static const char *with_decay(desk *on, const char *specs, const char *variables)
{
    return desk_file(on, specs, decay, variables);
}

static void must_run(desk *on, const char *text)
{
    desk_must_compile(on, text);
    desk_must_run(on);
}

/* ---- what runs --------------------------------------------------------------------------------------- */

/* What one step of a method makes of a stock that drains at rate k: the start of the series of exp(-z). */
static double step_factor(const char *method, double z)
{
    return strcmp(method, "euler") == 0 ? 1 - z
                                        : 1 - z + z * z / 2 - z * z * z / 6 + z * z * z * z / 24;
}

/* 40 steps of rounding: 1e-13.  RK4 against exp(): its local error z^5 / 120 with z <= 0.1, 40 times, is below 4e-6. */
static void two_instances_of_one_model_decay_each_at_its_rate(void **state)
{
    static const char *const specs[] = {"euler 0 5 0.125", "euler 0 5 0.25", "rk4 0 5 0.125",
                                        "rk4 0 5 0.25"};
    desk *on = *state;

    for (size_t i = 0; i < 4; i++) {
        const char *method = i < 2 ? "euler" : "rk4";
        double dt = i % 2 ? 0.25 : 0.125;

        must_run(on, with_decay(on, specs[i],
                                "<module name=\"decay\">"
                                "<connect to=\"rate\" from=\".k\"/></module>\n"
                                "<module name=\"slow\" model_name=\"decay\">"
                                "<connect to=\"slow.rate\" from=\"k_slow\"/>"
                                "<connect to=\"start\" from=\"decay.rate\"/></module>\n"
                                "<aux name=\"k\"><eqn>0.4</eqn></aux>\n"
                                "<aux name=\"k slow\"><eqn>k / 4</eqn></aux>\n"));
        double left = pow(step_factor(method, 0.4 * dt), 5 / dt),
               slow = pow(step_factor(method, 0.1 * dt), 5 / dt);

        assert_near(desk_value(on, "decay.level", 5), 7.5 * left, 1e-13);
        assert_near(desk_value(on, "slow.level", 5), 0.4 * slow, 1e-13);
        if (i >= 2)
            assert_near(desk_value(on, "decay.level", 5), 7.5 * exp(-2.0), 4e-6);
    }
}

static void modules_nest_and_are_called_by_their_path(void **state)
{
    desk *on = *state;

    must_run(on,
             desk_file(on, "euler 0 1 1",
                       "<model name=\"a\"><variables>"
                       "<aux name=\"k\"><eqn>3</eqn></aux>"
                       "<module name=\"Inner Part\"><connect to=\"x\" from=\"k\"/>"
                       "<connect to=\"z\" from=\".k\"/></module>"
                       "<aux name=\"out\"><eqn>\"Inner Part\".y + Inner_Part.z</eqn></aux>"
                       "</variables></model>\n"
                       "<model name=\"inner part\"><variables>"
                       "<aux name=\"x\"/><aux name=\"z\"/><aux name=\"y\"><eqn>10 * x</eqn></aux>"
                       "</variables></model>\n",
                       "<aux name=\"k\"><eqn>2</eqn></aux><module name=\"A\"/>\n"
                       "<aux name=\"all\"><eqn>a.out + 1000 * A . Inner_Part . x</eqn></aux>"));
    /* From within 'a', 'k' is its own and '.k' is the model's. */
    assert_near(desk_value(on, "A.out", 1), 32, 0);
    assert_near(desk_value(on, "all", 1), 3032, 0);
    assert_near(desk_value(on, "a.\"Inner Part\".y", 1), 30, 0);
    assert_string_equal(sd_model_find(on->model, "a.inner part.y")->name, "A.Inner_Part.y");
    assert_string_equal(sd_model_find(on->model, ".k")->name, "k");
    assert_true(sd_model_has_module(on->model, "a.Inner Part"));
    assert_false(sd_model_has_module(on->model, "a.out"));
}

static void points_may_belong_to_names(void **state)
{
    desk *on = *state;

    must_run(on, desk_file(on, "euler 0 1 1",
                           "<model name=\"U.S. part\"><variables><aux name=\"no. 1\"/>"
                           "<stock name=\"S\"><eqn>0</eqn><inflow>U.S. births</inflow></stock>"
                           "<flow name=\"U.S. births\"><eqn>\"no. 1\" * 2</eqn></flow>"
                           "</variables></model>",
                           "<aux name=\"v. 2\"><eqn>3</eqn></aux><module name=\"U.S. part\">"
                           "<connect to=\"U.S. part.no. 1\" from=\".v. 2\"/></module>"
                           "<aux name=\"y\"><eqn>\"U.S. part\".\"U.S. births\" + v._2</eqn></aux>"));
    assert_near(desk_value(on, "U.S._part.S", 1), 6, 0);
    assert_near(desk_value(on, "y", 1), 9, 0);
    assert_near(desk_value(on, "\"v. 2\"", 1), 3, 0);
}

static void an_input_follows_its_source_whatever_it_says_itself(void **state)
{
    desk *on = *state;

    must_run(
        on,
        desk_file(on, "euler 0 4 1",
                  "<model name=\"m\"><variables>"
                  "<stock name=\"S\" access=\"input\"><eqn>{Enter equation}</eqn><inflow>f</inflow>"
                  "<non_negative/></stock>"
                  "<flow name=\"f\"><eqn>1</eqn><non_negative/></flow>"
                  "<aux name=\"own\" access=\"input\"><eqn>5.5</eqn></aux>"
                  "<aux name=\"y\"><eqn>S + own</eqn></aux>"
                  "<stock name=\"T\"><eqn>0</eqn><inflow>f</inflow></stock>"
                  "</variables></model>\n",
                  "<stock name=\"P\"><eqn>-2</eqn><inflow>g</inflow></stock>"
                  "<flow name=\"g\"><eqn>-0.25</eqn></flow>"
                  "<module name=\"m\"><connect to=\"S\" from=\"P\"/><connect to=\"f\" from=\"g\"/>"
                  "</module>"));
    /* The stock and the flow follow, negative as they are; T still fills by what is now outside. */
    assert_near(desk_value(on, "m.S", 4), -3, 0);
    assert_near(desk_value(on, "m.y", 4), 2.5, 0);
    assert_near(desk_value(on, "m.T", 4), -1, 0);
    assert_int_equal(sd_model_find(on->model, "m.S")->kind, SD_AUX);
    assert_int_equal(sd_model_find(on->model, "m.f")->kind, SD_FLOW);
}

static void a_connection_written_twice_is_one_and_the_second_form_counts(void **state)
{
    desk *on = *state;

    must_run(on,
             with_decay(on, "euler 0 1 1",
                        "<aux name=\"k\"><eqn>0.5</eqn></aux><aux name=\"j\"><eqn>0.25</eqn></aux>"
                        "<module name=\"decay\"><connect to=\"decay.rate\" from=\".k\"/>"
                        "<connect2 to=\"decay.rate\" from=\"k\"/><connect to=\"rate\" from=\"k\"/>"
                        "<connect to=\"start\" from=\".k\"/><connect2 to=\"start\" from=\"j\"/>"
                        "<connect to=\"\" from=\"\"/></module>"));
    assert_near(desk_value(on, "decay.rate", 0), 0.5, 0);
    assert_near(desk_value(on, "decay.start", 0), 0.25, 0);
    assert_int_equal(on->diag->warnings, 0);
}

/* The form of the standard's own example, 4.7.1. */
static void an_output_may_be_connected_to_an_input_of_the_model_round_it(void **state)
{
    desk *on = *state;

    must_run(on, desk_file(on, "euler 0 1 1",
                           "<model name=\"Sub_Model\"><variables>"
                           "<aux name=\"Input\" access=\"input\"/>"
                           "<aux name=\"Output\" access=\"output\"><eqn>2 * Input</eqn></aux>"
                           "</variables></model>",
                           "<module name=\"Sub_Model\">"
                           "<connect to=\"Input\" from=\".Root_Model_Output\"/>"
                           "<connect to=\".Root_Model_Input\" from=\"Sub_Model.Output\"/></module>"
                           "<aux name=\"Root_Model_Output\" access=\"output\"><eqn>21</eqn></aux>"
                           "<aux name=\"Root_Model_Input\" access=\"input\"/>"));
    assert_near(desk_value(on, "Root_Model_Input", 1), 42, 0);
}

static void arrays_pass_through_inputs_element_by_element(void **state)
{
    desk *on = *state;

    must_run(on, desk_file(
                     on, "euler 0 1 1",
                     "<dimensions><dim name=\"R\"><elem name=\"n\"/><elem name=\"s\"/></dim>"
                     "</dimensions><model name=\"m\"><dimensions><dim name=\"r\"><elem name=\"N\"/>"
                     "<elem name=\"s\"/></dim></dimensions><variables><aux name=\"x\"><dimensions>"
                     "<dim name=\"R\"/></dimensions></aux>"
                     "<aux name=\"y\"><eqn>10 * x[n] + x[s] + SUM(.a)</eqn></aux>"
                     "</variables></model>",
                     "<aux name=\"a\"><dimensions><dim name=\"R\"/></dimensions><eqn>R * 2</eqn>"
                     "</aux><module name=\"m\"><connect to=\"x\" from=\"a\"/></module>"));
    assert_near(desk_value(on, "m.x[s]", 1), 4, 0);
    assert_near(desk_value(on, "m.y", 1), 30, 0);
}

static void behavior_is_that_of_the_file_or_of_the_model_itself(void **state)
{
    desk *on = *state;

    must_run(on, desk_file(on, "euler 0 2 1",
                           "<behavior><flow><non_negative/></flow></behavior>"
                           "<model name=\"m\"><behavior><flow><non_negative>false</non_negative>"
                           "</flow></behavior><variables><flow name=\"f\"><eqn>-1</eqn></flow>"
                           "</variables></model>"
                           "<model name=\"n\"><variables><flow name=\"f\"><eqn>-1</eqn></flow>"
                           "</variables></model>",
                           "<flow name=\"f\"><eqn>-1</eqn></flow><module name=\"m\"/>"
                           "<module name=\"n\"/>"));
    assert_near(desk_value(on, "f", 1), 0, 0);
    assert_near(desk_value(on, "m.f", 1), -1, 0);
    assert_near(desk_value(on, "n.f", 1), 0, 0);
}

static void variables_of_a_module_are_grouped_by_it(void **state)
{
    desk *on = *state;

    desk_must_read(on, desk_file(on, "euler 0 2 1",
                                 "<model name=\"m\"><variables><group name=\"G\">"
                                 "<entity name=\"x\"/></group><aux name=\"x\"><eqn>1</eqn></aux>"
                                 "<aux name=\"y\"><eqn>1</eqn></aux></variables></model>",
                                 "<aux name=\"z\"><eqn>1</eqn></aux><module name=\"m\"/>"));
    assert_string_equal(sd_model_find(on->model, "m.x")->group, "m.G");
    assert_string_equal(sd_model_find(on->model, "m.y")->group, "m");
    assert_null(sd_model_find(on->model, "z")->group);
    assert_int_equal(on->model->group_count, 2);
}

static void the_model_itself_is_the_one_that_no_module_names(void **state)
{
    desk *on = *state;

    desk_must_read(on,
                   "<xmile version=\"1.0\"><sim_specs><start>0</start><stop>1</stop></sim_specs>"
                   "<model name=\"part\"><variables><aux name=\"x\"><eqn>1</eqn></aux>"
                   "</variables></model><model name=\"main\"><variables>"
                   "<module name=\"part\"/></variables></model></xmile>");
    assert_non_null(sd_model_find(on->model, "part.x"));
    assert_int_equal(on->diag->warnings, 0);
}

static void specifications_of_a_module_may_repeat_the_model_s(void **state)
{
    desk *on = *state;

    desk_must_read(on, desk_file(on, "rk4 0 2 0.5",
                                 "<model name=\"m\"><sim_specs method=\"RK4\"><stop>2</stop><dt>0.5"
                                 "</dt></sim_specs><variables><aux name=\"x\"><eqn>1</eqn></aux>"
                                 "</variables></model>",
                                 "<module name=\"m\"/>"));
    assert_true(on->model->spec.stop == 2 && on->model->spec.method == SD_METHOD_RK4);
}

/* ---- what is refused --------------------------------------------------------------------------------- */

/* `variables` stand on line 4, in the model itself. */
static void expect(desk *on, const char *more, const char *variables, sd_status status,
                   const char *text)
{
    assert_int_equal(desk_read(on, desk_file(on, "euler 0 2 1", more, variables)), status);
    if (!strstr(desk_printed(on), text))
        fail_msg("'%s' is not in:\n%s", text, desk_printed(on));
}

#define MODEL(name, inside) "<model name=\"" name "\"><variables>" inside "</variables></model>"
#define AUX(name, equation) "<aux name=\"" name "\"><eqn>" equation "</eqn></aux>"

static void faults_of_modules_are_told_where_they_are(void **state)
{
    desk *on = *state;
    const char *m =
        MODEL("m", AUX("x", "1") "<aux name=\"in\" access=\"input\"><eqn>{none}</eqn></aux>");

    expect(on, "", "<module name=\"m\"/>", SD_INVALID,
           "error[E118]: no <model> is named 'm'\n  --> t.xmile:4:15\n");
    expect(on, MODEL("hares", ""), "<module name=\"hare\"/>", SD_INVALID, "did you mean 'hares'?");
    expect(on, m, "<module name=\"m\"><connect to=\"inn\" from=\"k\"/></module>" AUX("k", "1"),
           SD_INVALID, "error[E118]: module 'm' has no variable 'inn'\n  --> t.xmile:4:31\n");
    expect(on, m, "<module name=\"m\"><connect to=\"in\" from=\"kk\"/></module>" AUX("k", "1"),
           SD_INVALID, "error[E101]: no variable named 'kk'\n  --> t.xmile:4:41\n");
    expect(on, m,
           "<module name=\"m\"><connect to=\"in\" from=\"k\"/><connect to=\"m.in\" from=\"j\"/>"
           "</module>" AUX("k", "1") AUX("j", "1"),
           SD_INVALID,
           "error[E118]: 'm.in' is connected to both 'k' and 'j'\n  --> t.xmile:4:70\n");
    expect(on, m, "<module name=\"m\"/>", SD_SYNTAX,
           "error[E104]: the equation is empty\n  --> t.xmile:3:");
    expect(on, m, "<module name=\"m\"/>", SD_SYNTAX,
           "help: write one, or connect this input in its <module>\n");
    expect(on, MODEL("m", "<aux name=\"in\" access=\"input\"/>"), "<module name=\"m\"/>",
           SD_INVALID, "error[E105]: 'm.in' has no equation\n  --> t.xmile:3:");
    expect(on, MODEL("m", "<aux name=\"in\" access=\"input\"/>"), "<module name=\"m\"/>",
           SD_INVALID, "or connect this input");
    expect(on, m, "<module name=\"m\"/>" AUX("M", "1"), SD_INVALID,
           "error[E102]: 'm' is already the name of another variable\n  --> t.xmile:4:15\n");
    expect(on, MODEL("m", AUX("x", "1")), "<module name=\"m\"/><module name=\"M\"/>", SD_INVALID,
           "error[E102]: 'M' is already the name of another module\n");
    expect(on, MODEL("m", AUX("x", "1")) MODEL("M", AUX("x", "1")), "<module name=\"m\"/>",
           SD_INVALID, "error[E102]: two models are named 'M'\n");
    expect(on, "<model><variables/></model>", AUX("x", "1"), SD_INVALID,
           "error[E102]: two models have no name\n  --> t.xmile:3:28\n");
    expect(on, MODEL("m", AUX("x", "k")), "<module name=\"m\"/>" AUX("k", "1"), SD_INVALID,
           "error[E101]: no variable named 'k'\n  --> t.xmile:3:");
    /* A path looks outwards too, but a module is no way out of itself. */
    expect(on, MODEL("m", AUX("x", "1")), "<module name=\"m\"/>" AUX("k", "1") AUX("y", "m.k"),
           SD_INVALID, "error[E101]: no variable named 'm.k'\n");
}

static void what_would_run_apart_or_elsewhere_is_refused(void **state)
{
    desk *on = *state;

    expect(on,
           "<model name=\"m\"><sim_specs><dt>0.5</dt></sim_specs><variables>" AUX(
               "x", "1") "</variables></model>",
           "<module name=\"m\"/>", SD_UNSUPPORTED,
           "error[E114]: module 'm' wants to run apart, with <sim_specs> of its own\n"
           "  --> t.xmile:3:17\n");
    expect(on,
           "<model name=\"m\"><sim_specs method=\"RK4\"/><variables>" AUX(
               "x", "1") "</variables></model>",
           "<module name=\"m\"/>", SD_UNSUPPORTED, "wants to run apart");
    expect(on, "", "<module name=\"m\" resource=\"m.xmile\"/>", SD_UNSUPPORTED,
           "error[E114]: the model of module 'm' is in another file, and that is not read\n"
           "  --> t.xmile:4:28\n");
    expect(on, "<model name=\"m\" resource=\"m.xmile\"/>", AUX("x", "1"), SD_UNSUPPORTED,
           "error[E114]: this model is in another file, and that is not read\n");
    expect(on, "<header><includes><include resource=\"m.xml\"/></includes></header>", AUX("x", "1"),
           SD_UNSUPPORTED, "error[E114]: other files are not read\n  --> t.xmile:3:19\n");
}

static void modules_that_hold_themselves_are_refused(void **state)
{
    desk *on = *state;

    expect(on, MODEL("a", "<module name=\"b\"/>") "\n" MODEL("b", "<module name=\"a\"/>"),
           "<module name=\"a\"/>", SD_INVALID,
           "error[E119]: a module holds itself: a -> b -> a\n  --> t.xmile:4:28\n");
    expect(on, MODEL("a", "<module name=\"b\" model_name=\"a\"/>"), "<module name=\"a\"/>",
           SD_INVALID, "error[E119]: a module holds itself: a -> a\n");
}

/* Each model holds two of the next: 2^30 instances would be made. */
static void instances_without_bound_are_refused_before_they_are_made(void **state)
{
    desk *on = *state;
    sd_text models = sd_text_new(on->arena);

    for (int i = 0; i < 30; i++)
        sd_text_printf(&models,
                       "<model name=\"m%d\"><variables><module name=\"a\" model_name=\"m%d\"/>"
                       "<module name=\"b\" model_name=\"m%d\"/></variables></model>\n",
                       i, i + 1, i + 1);
    sd_text_printf(&models, MODEL("m30", ""));
    size_t before = sd_arena_bytes(on->arena);

    expect(on, models.bytes, "<module name=\"m0\"/>", SD_LIMIT,
           "error[E113]: with all that its modules hold, the model is too large\n");
    assert_true(sd_arena_bytes(on->arena) - before < 1 << 20);
}

static void modules_nested_without_bound_are_refused(void **state)
{
    enum { MODELS = 20000 };
    desk *on = *state;
    sd_text models = sd_text_new(on->arena);

    for (int i = 0; i < MODELS; i++)
        sd_text_printf(
            &models, "<model name=\"m%d\"><variables><module name=\"m%d\"/></variables></model>\n",
            i, i + 1);
    sd_text_printf(&models, MODEL("m20000", ""));
    expect(on, models.bytes, "<module name=\"m0\"/>", SD_LIMIT, "nested deeper than 64 levels\n");
}

static void the_same_fault_in_all_instances_is_told_once(void **state)
{
    desk *on = *state;

    expect(on, MODEL("m", AUX("x", "nothing")),
           "<module name=\"m\"/><module name=\"n\" model_name=\"m\"/>", SD_INVALID, "nothing");
    assert_int_equal(on->diag->errors, 1);
}

static void a_model_that_no_module_uses_is_told(void **state)
{
    desk *on = *state;

    desk_must_read(on, desk_file(on, "euler 0 2 1", MODEL("m", AUX("x", "1")), AUX("y", "1")));
    assert_string_equal(desk_printed(on),
                        "warning[W922]: no module is an instance of the model 'm'\n"
                        "  --> t.xmile:3:1\n"
                        "   |\n"
                        " 3 | <model name=\"m\"><variables><aux name=\"x\"><eqn>1</eqn></aux>"
                        "</variables></model><model><variables>\n"
                        "   | ^^^^^^^^^^^^^^^^ help: it is left out of the run\n");
    assert_null(sd_model_find(on->model, "m.x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(two_instances_of_one_model_decay_each_at_its_rate),
        DESK_TEST(modules_nest_and_are_called_by_their_path),
        DESK_TEST(points_may_belong_to_names),
        DESK_TEST(an_input_follows_its_source_whatever_it_says_itself),
        DESK_TEST(a_connection_written_twice_is_one_and_the_second_form_counts),
        DESK_TEST(an_output_may_be_connected_to_an_input_of_the_model_round_it),
        DESK_TEST(arrays_pass_through_inputs_element_by_element),
        DESK_TEST(behavior_is_that_of_the_file_or_of_the_model_itself),
        DESK_TEST(variables_of_a_module_are_grouped_by_it),
        DESK_TEST(the_model_itself_is_the_one_that_no_module_names),
        DESK_TEST(specifications_of_a_module_may_repeat_the_model_s),
        DESK_TEST(faults_of_modules_are_told_where_they_are),
        DESK_TEST(what_would_run_apart_or_elsewhere_is_refused),
        DESK_TEST(modules_that_hold_themselves_are_refused),
        DESK_TEST(instances_without_bound_are_refused_before_they_are_made),
        DESK_TEST(modules_nested_without_bound_are_refused),
        DESK_TEST(the_same_fault_in_all_instances_is_told_once),
        DESK_TEST(a_model_that_no_module_uses_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
