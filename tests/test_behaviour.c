/* test_behaviour.c - the shipped scenarios are well formed, and the model keeps its promises in all of them,
 * under extreme conditions, without AI and at half the time step.
 * All scenarios run side by side once; the tests then look at that run.  Reference files hold the same equations
 * run by a separate program (RK4, DT 0.25, 12 digits); they are compared where they are at hand.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

enum { SCENARIOS_MAX = 64, WEEKS = 260 };

typedef struct world {
    sd_arena *arena;
    sd_diag *diag;
    const sd_model *model;
    const sd_program *program;
    size_t count;
    const sd_scenario *scenarios[SCENARIOS_MAX];
    sd_diag *messages[SCENARIOS_MAX]; /* of reading each one */
    const double *parameters[SCENARIOS_MAX];
    size_t column_count;
    size_t *columns;           /* every element that has a value */
    const sd_trajectory *runs; /* a member for each scenario */
} world;

/* ---- running --------------------------------------------------------------------------------------------- */

static size_t element(const world *w, const char *name)
{
    size_t at = 0;

    if (sd_model_find_element(w->model, name, SD_NOWHERE, &at, w->diag) != SD_OK)
        fail_msg("the model has no '%s'", name);
    return at;
}

static const sd_trajectory *run(world *w, const double *values, size_t members, double dt)
{
    sd_run_request request = {.program = w->program,
                              .spec = w->scenarios[0]->spec,
                              .members = members,
                              .parameters = values,
                              .column_count = w->column_count,
                              .columns = w->columns};
    const sd_trajectory *trajectory = NULL;

    request.spec.dt = dt;
    request.spec.save_interval = 1;
    if (sd_run(w->arena, &request, &trajectory, w->diag) != SD_OK) {
        sd_diag_print(w->diag, stderr, false);
        fail_msg("the run failed");
    }
    return trajectory;
}

/* One column of [parameter][member] as a scenario has it. */
static void fill(const world *w, double *values, size_t members, size_t m, size_t scenario)
{
    for (size_t k = 0; k < w->program->parameter_count; k++)
        values[k * members + m] = w->parameters[scenario][k];
}

/* "name", "name[element]" or "name[*]". */
static void set(const world *w, double *values, size_t members, size_t m, const char *name,
                double value)
{
    const char *all = strstr(name, "[*]");
    const char *plain = sd_arena_printf(w->arena, "%.*s", all ? (int)(all - name) : 0, name);
    const sd_variable *variable = all ? sd_model_find(w->model, plain) : NULL;
    size_t first = variable ? variable->first : element(w, name),
           size = variable ? variable->size : 1;

    for (size_t e = first; e < first + size; e++) {
        assert_true(w->program->element_parameters[e] >= 0);
        values[(size_t)w->program->element_parameters[e] * members + m] = value;
    }
}

/* "name=value name=value". */
static void set_all(const world *w, double *values, size_t members, size_t m, const char *settings)
{
    for (const char *at = settings; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, "=");
        const char *name = sd_arena_copy(w->arena, at, length);
        double value;

        at += length + 1;
        at += sd_number_parse(at, strlen(at), &value);
        set(w, values, members, m, name, value);
    }
}

static double *new_values(const world *w, size_t members)
{
    return SD_NEW_ARRAY(w->arena, double, w->program->parameter_count *members);
}

/* A member for each scenario. */
static double *all_values(const world *w)
{
    double *values = new_values(w, w->count);

    for (size_t s = 0; s < w->count; s++)
        fill(w, values, w->count, s, s);
    return values;
}

static size_t find(const world *w, const char *name)
{
    for (size_t s = 0; s < w->count; s++)
        if (strcmp(w->scenarios[s]->name, name) == 0)
            return s;
    fail_msg("there is no scenario '%s'", name);
    return 0;
}

static void read_scenarios(world *w)
{
    for (const sd_built_in *file = sd_built_ins; file->name; file++) {
        size_t stem = strlen(file->name) > 4 ? strlen(file->name) - 4 : 0;
        sd_scenario *scenario;

        if (strcmp(file->folder, "scenarios") != 0 || strcmp(file->name + stem, ".cfg") != 0)
            continue;
        assert_true(w->count < SCENARIOS_MAX);
        w->messages[w->count] = sd_diag_new(w->arena);
        if (sd_scenario_from_input(w->arena, sd_arena_copy(w->arena, file->name, stem), &scenario,
                                   w->messages[w->count]) != SD_OK) {
            sd_diag_print(w->messages[w->count], stderr, false);
            fail_msg("%s cannot be read", file->name);
        }
        w->scenarios[w->count++] = scenario;
    }
}

static int set_up(void **state)
{
    sd_arena *arena = sd_arena_new("behaviour");
    world *w = SD_NEW(arena, world);

    w->arena = arena;
    w->diag = sd_diag_new(arena);
    read_scenarios(w);
    w->model = w->scenarios[0]->model;
    assert_int_equal(sd_program_new(arena, w->model, NULL, 0, &w->program, w->diag), SD_OK);
    for (size_t s = 0; s < w->count; s++)
        w->parameters[s] = sd_run_parameters(arena, w->program, w->scenarios[s]);
    w->columns = SD_NEW_ARRAY(arena, size_t, w->model->element_count);
    for (size_t e = 0; e < w->model->element_count; e++)
        if (w->program->element_rows[e] != SD_NO_ROW)
            w->columns[w->column_count++] = e;
    w->runs = run(w, all_values(w), w->count, 0.25);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    const world *w = *state;

    sd_arena_free(w->arena);
    return 0;
}

static double cell(const sd_trajectory *t, size_t element_number, size_t time, size_t member)
{
    return sd_trajectory_value(t, time, sd_trajectory_column(t, element_number), member);
}

/* ---- the files ------------------------------------------------------------------------------------------- */

static void every_scenario_is_read_with_no_worse_than_layers_out_of_order(void **state)
{
    const world *w = *state;
    sd_units_report report;

    for (size_t s = 0; s < w->count; s++) {
        const sd_scenario *one = w->scenarios[s];

        for (size_t i = 0; i < w->messages[s]->messages.count; i++)
            if (w->messages[s]->messages.items[i].code != SD_W902)
                fail_msg("%s: %s", one->name, w->messages[s]->messages.items[i].text);
        assert_true(*one->title && one->origin);
        assert_int_equal(one->shocks.count, 0);
        assert_int_equal(one->model->element_count, w->model->element_count);
        assert_true(one->spec.method == SD_METHOD_RK4 && one->spec.dt == 0.25 &&
                    one->spec.stop == WEEKS);
    }
    assert_int_equal(sd_model_check_units(w->model, w->arena, &report, w->diag), SD_OK);
    assert_int_equal(report.unchecked, 0);
    assert_true(w->count >= 40);
}

static void every_scenario_says_what_it_shows_and_where_it_is_from(void **state)
{
    static const char questions[] =
        "|Where did my hours go?|Which layer first?|Is it too late?|Which measures belong "
        "together?|"
        "What do we do with freed time?|What if we cut posts?|Who gains, who is left out?|"
        "How fast should we roll out?|Is it AI or the policy?|";
    static const char *const parts[] = {"\n// Shows:    ", "\n// Does not: ", "\n// From:     "};
    const world *w = *state;

    for (size_t s = 0; s < w->count; s++) {
        const char *text = w->scenarios[s]->source->text, *name = w->scenarios[s]->name;
        const char *opening = sd_arena_printf(w->arena, "// %s.cfg -- ", name);
        const char *article = w->scenarios[s]->article, *question = w->scenarios[s]->question;

        if (strncmp(text, opening, strlen(opening)) != 0)
            fail_msg("%s does not open with its name", name);
        for (size_t i = 0; i < 3; i++)
            if (!strstr(text, parts[i]))
                fail_msg("%s has no '%s'", name, parts[i] + 4);
        if (!*article || !*question)
            fail_msg("%s names no article or no question", name);
        if (!strstr(questions, sd_arena_printf(w->arena, "|%s|", question)))
            fail_msg("%s asks '%s', which is not in the list", name, question);
    }
}

/* ---- what must hold in every run ------------------------------------------------------------------------- */

/* Stocks other than money are people, tasks, shares and levels: none below zero; no more people burned out than
 * there are; and the hours that AI saves are split without a rest. */
static void hold_to_the_promises(const world *w, const sd_trajectory *t, const char *const *names)
{
    size_t check = element(w, "hours_check"), saved = element(w, "gross_hours_saved");
    size_t burned = element(w, "burned_out_staff"), staff = element(w, "headcount");
    double worst = 0;

    for (size_t m = 0; m < t->members; m++) {
        /* The scale of rounding: one hour of work of everybody. */
        double scale = cell(t, staff, 0, m);

        for (size_t i = 0; i < t->time_count; i++) {
            double rest = fabs(cell(t, check, i, m)) / fmax(cell(t, saved, i, m), scale);

            for (size_t c = 0; c < t->column_count; c++) {
                const sd_variable *v = w->model->element_variables[t->columns[c]];

                if (v->kind == SD_STOCK && strcmp(v->key, "cumulative_net_benefit") != 0 &&
                    !(sd_trajectory_value(t, i, c, m) >= 0))
                    fail_msg("%s: %s is %g in week %zu", names[m], v->name,
                             sd_trajectory_value(t, i, c, m), i);
            }
            if (cell(t, burned, i, m) > cell(t, staff, i, m) * (1 + 1e-12))
                fail_msg("%s: more burned out than there are in week %zu", names[m], i);
            if (!(rest <= 1e-9))
                fail_msg("%s: hours_check is %g in week %zu", names[m], cell(t, check, i, m), i);
            worst = fmax(worst, rest);
        }
    }
    print_message("%zu runs: the account of hours closes to %.2g\n", t->members, worst);
}

static void every_scenario_keeps_the_promises(void **state)
{
    const world *w = *state;
    const char *names[SCENARIOS_MAX] = {0};

    for (size_t s = 0; s < w->count; s++)
        names[s] = w->scenarios[s]->name;
    hold_to_the_promises(w, w->runs, names);
}

static const struct {
    const char *name, *settings;
} extremes[] = {
    {"AI useless", "raw_time_saving=0"},
    {"AI perfect", "raw_time_saving=1 novice_draft_flaw_rate=0 suited_share_at_start=1"},
    {"AI always wrong, no review", "novice_draft_flaw_rate=1 base_review_catch=0"},
    {"pass-through 5", "expectation_pass_through=5 response_pass_through=5"},
    {"all posts cut", "headcount_cut_share=1 layoffs_allowed=1 layoff_time=1"},
    {"a tenth of the posts", "headcount_cap=0.1 layoffs_allowed=1"},
    {"nobody hired", "headcount_cap=0"},
    {"quits 300 % a year", "base_annual_quit_fraction=3"},
    {"nobody quits", "base_annual_quit_fraction=0"},
    {"no trust", "initial_trust=0"},
    {"no access", "final_AI_access=0"},
    {"all practices", "practice_intensity[*]=1"},
    {"half of all know-how lost each week", "tool_churn_rate=0.5"},
    {"burnout 95 %", "base_burnout_prevalence=0.95"},
    {"an answer at once",
     "base_response_time=1 response_pass_through=9 minimum_response_share=0.3"},
    {"error rate 45 %", "base_error_rate=0.45"},
    {"customers leave", "demand_elasticity=20 customer_weight_of_errors=50"},
    {"strain without measure", "hours_strain=50 meta_strain=50 fog_strain=50"},
    {"demand doubles", "demand_surge_size=1 demand_surge_week=60"},
    {"demand gone", "demand_surge_size=-1 demand_surge_week=60"},
    {"useless, mandated and admired",
     "raw_time_saving=0 AI_mandate=1 mandate_compliance=1 usefulness_bias=10"},
    {"all monitored, none remote", "new_monitoring=1 new_remote_share=0 monitoring_weight=2"},
    {"a firm of one", "initial_headcount=1"},
    {"nearly nothing but meetings", "coordination_share=0.95"},
    {"questions without end",
     "question_rate=10 question_settling_time=1000 permission_time_ratio=5"},
};
enum { EXTREMES = sizeof extremes / sizeof *extremes };

static void extreme_conditions_keep_the_promises(void **state)
{
    world *w = *state;
    double *values = new_values(w, EXTREMES);
    const char *names[EXTREMES] = {0};

    for (size_t m = 0; m < EXTREMES; m++) {
        names[m] = extremes[m].name;
        fill(w, values, EXTREMES, m, find(w, "tools-only"));
        set_all(w, values, EXTREMES, m, extremes[m].settings);
    }
    hold_to_the_promises(w, run(w, values, EXTREMES, 0.25), names);
}

/* ---- without AI ------------------------------------------------------------------------------------------ */

/* What moves an organisation whether or not it has AI. */
static void calm(const world *w, double *values, size_t members, size_t m)
{
    size_t remote = (size_t)w->program->element_parameters[element(w, "base_remote_share")];

    set(w, values, members, m, "new_remote_share", values[remote * members + m]);
    set_all(w, values, members, m,
            "AI_start=9999 practice_intensity[*]=0 new_monitoring=0 demand_surge_size=0 "
            "headcount_cap=1.1");
}

static double largest_change(const world *w, const sd_trajectory *t)
{
    double worst = 0;

    for (size_t c = 0; c < t->column_count; c++) {
        const sd_variable *v = w->model->element_variables[t->columns[c]];

        if (v->kind != SD_STOCK || strncmp(v->key, "cumulative_", 11) == 0)
            continue;
        for (size_t m = 0; m < t->members; m++) {
            double begin = sd_trajectory_value(t, 0, c, m);

            for (size_t i = 1; i < t->time_count; i++)
                worst = fmax(worst, fabs(sd_trajectory_value(t, i, c, m) - begin) /
                                        fmax(fabs(begin), 1e-3));
        }
    }
    return worst;
}

static void without_ai_every_organisation_stays_where_it_starts(void **state)
{
    world *w = *state;
    double *values = all_values(w), change;

    for (size_t s = 0; s < w->count; s++)
        calm(w, values, w->count, s);
    change = largest_change(w, run(w, values, w->count, 0.25));
    print_message("without AI: largest change %.2g\n", change);
    assert_true(change <= 1e-12); /* rounding: each of 1040 steps adds flows that cancel */
}

/* What an organisation does not say about itself is drawn from the plausible range. */
static void without_ai_their_strangest_relatives_stay_too(void **state)
{
    static const char *const kinds[] = {"desk", "klarna", "public-body", "risk-team", "template"};
    enum { KINDS = sizeof kinds / sizeof *kinds, DRAWS = 6, MEMBERS = KINDS * DRAWS };
    world *w = *state;
    double *values = new_values(w, MEMBERS), change;

    for (size_t m = 0; m < MEMBERS; m++) {
        size_t scenario = find(w, kinds[m % KINDS]);

        fill(w, values, MEMBERS, m, scenario);
        for (size_t k = 0; k < w->program->parameter_count; k++) {
            const sd_parameter *p = &w->program->parameters[k];
            const sd_variable *v = w->model->element_variables[p->element];
            double pair[2];

            if (!isfinite(v->range_min) || !isfinite(v->range_max) ||
                w->parameters[scenario][k] != p->value)
                continue;
            sd_random_uniform((sd_draw){.seed = 5127, .member = m, .variable = (uint32_t)k}, pair);
            values[k * MEMBERS + m] = v->range_min + (v->range_max - v->range_min) * pair[0];
        }
        calm(w, values, MEMBERS, m);
    }
    change = largest_change(w, run(w, values, MEMBERS, 0.25));
    print_message("without AI, %d drawn organisations: largest change %.2g\n", MEMBERS, change);
    assert_true(change <= 1e-12);
}

/* ---- the method ------------------------------------------------------------------------------------------ */

static void halving_dt_changes_no_headline(void **state)
{
    static const char *const headlines[] = {"net_productivity_gain", "output_per_employee_gain",
                                            "hours_per_week",        "burnout_prevalence",
                                            "quits_per_year",        "meta_hours_per_person",
                                            "customer_satisfaction", "cumulative_net_benefit"};
    enum { HEADLINES = sizeof headlines / sizeof *headlines };
    world *w = *state;
    const sd_trajectory *half = run(w, all_values(w), w->count, 0.125);
    const char *where = "";
    double worst = 0;

    for (size_t h = 0; h < HEADLINES; h++) {
        size_t of = element(w, headlines[h]);

        for (size_t s = 0; s < w->count; s++) {
            double low = HUGE_VAL, high = -HUGE_VAL, apart = 0;

            for (size_t i = 0; i < half->time_count; i++) {
                double other = cell(half, of, i, s);

                low = fmin(low, other);
                high = fmax(high, other);
                apart = fmax(apart, fabs(cell(w->runs, of, i, s) - other));
            }
            if (high - low > 1e-6 * fmax(fabs(high), 1) && apart / (high - low) > worst) {
                worst = apart / (high - low);
                where = sd_arena_printf(w->arena, "%s of %s", headlines[h], w->scenarios[s]->name);
            }
        }
    }
    print_message("half the time step changes at most %.2g of the range of %s\n", worst, where);
    assert_true(worst < 1e-3); /* one pixel of a chart 1000 high */
}

/* ---- against the reference ------------------------------------------------------------------------------- */

static void compare_with(const world *w, const char *name, const char *file)
{
    desk on = {.arena = w->arena};
    const char *path = desk_shared(&on, file);
    const desk_table *table = path ? desk_table_read(&on, path) : NULL;
    size_t member = find(w, name), rounding = element(w, "hours_check");
    double worst = 0;

    if (!table) {
        skip();
        return;
    }
    assert_int_equal(table->row_count, WEEKS + 1);
    for (size_t c = 1; c < table->column_count; c++) {
        size_t of = element(w, table->names[c]);
        double scale = 0;

        for (size_t row = 0; row < table->row_count; row++)
            scale = fmax(scale, fabs(table->values[row * table->column_count + c]));
        for (size_t row = 0; row < table->row_count && of != rounding && scale > 0; row++) {
            double there = table->values[row * table->column_count + c];
            double here = cell(w->runs, of, row, member);
            /* Relative to the value, or to 1e-3 of the largest where it passes near 0. */
            double apart = fabs(here - there) / fmax(fabs(there), 1e-3 * scale);

            worst = fmax(worst, apart);
            if (!(apart <= 1e-9))
                fail_msg("%s: %s in week %zu is %.17g, not %.17g", name, table->names[c], row, here,
                         there);
        }
    }
    print_message("%s: %zu columns, largest relative difference %.2g\n", name,
                  table->column_count - 1, worst);
}

static void desk_a_agrees_with_the_whole_reference_table(void **state)
{
    compare_with(*state, "desk-a", "reference/trap_desk-a.csv");
}

static void klarna_agrees_with_the_whole_reference_table(void **state)
{
    compare_with(*state, "klarna", "reference/trap_klarna.csv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_is_read_with_no_worse_than_layers_out_of_order),
        cmocka_unit_test(every_scenario_says_what_it_shows_and_where_it_is_from),
        cmocka_unit_test(every_scenario_keeps_the_promises),
        cmocka_unit_test(extreme_conditions_keep_the_promises),
        cmocka_unit_test(without_ai_every_organisation_stays_where_it_starts),
        cmocka_unit_test(without_ai_their_strangest_relatives_stay_too),
        cmocka_unit_test(halving_dt_changes_no_headline),
        cmocka_unit_test(desk_a_agrees_with_the_whole_reference_table),
        cmocka_unit_test(klarna_agrees_with_the_whole_reference_table),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
