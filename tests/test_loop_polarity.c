/* test_loop_polarity.c - each named feedback loop of the shipped model has the sign that its name promises.
 * A loop is a list of variables from cause to effect that names every stock on it.  Its gain is the product of the
 * partial derivatives from each variable to the next and from the last back to the first; a link sums all paths
 * through auxiliaries that the list leaves out, while every other stock, flow and listed variable stands still.  (If
 * other flows moved too, B5 would be idle in week 40: where there is slack, completion follows the backlog at once, so
 * that nobody waits longer.  That path is B2.)  The value of a stock at the end of a link is its net flow.  An array
 * is a vector, so a link is a matrix and the gain is the trace of their product: the sum over all ways through the
 * elements.
 * Derivatives are central differences on the model's own equations, which a small evaluator works out here, element
 * by element from their trees, where the engine runs flat instructions over rows; both must give the same numbers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"
#include "sheet.h"

#include <math.h>

enum { WEEKS = 6, WORDS_MAX = 32, STEP_BITS = 17 };
static const int weeks[WEEKS] = {40, 60, 78, 104, 130, 208};

/* `signs` holds one a week: + reinforcing, - balancing, 0 idle. */
static const struct loop {
    const char *id, *name, *signs, *variables;
} loops[] = {
    {"R1", "expectation treadmill", "++++++",
     "perceived_gain indicated_expected_output expectation_change expected_output tasks_assigned "
     "task_backlog desired_completion_rate work_pressure hours_used_ratio task_hours_used "
     "completion_rate visible_output_gain reported_gain perceived_gain_change"},
    {"R2", "meta-work spiral (meta path only)", "++++++",
     "work_pressure felt_pressure_change felt_pressure pressure_pull_on_ai_use voluntary_use "
     "willingness indicated_ai_use ai_use_change ai_use meta_time_per_task effort_per_task "
     "normal_capacity"},
    {"B9", "AI relief (draft path only)", "------",
     "work_pressure felt_pressure_change felt_pressure pressure_pull_on_ai_use voluntary_use "
     "willingness indicated_ai_use ai_use_change ai_use ai_share_of_tasks effort_per_task "
     "normal_capacity"},
    {"R2x", "compounding: AI use feeds expectations", "++++++",
     "work_pressure felt_pressure_change felt_pressure pressure_pull_on_ai_use voluntary_use "
     "willingness indicated_ai_use ai_use_change ai_use ai_share_of_tasks gross_time_saved_share "
     "draft_speed_gain reported_gain perceived_gain_change perceived_gain "
     "indicated_expected_output expectation_change expected_output tasks_assigned task_backlog "
     "desired_completion_rate"},
    {"R3", "permission fog", "++++++",
     "work_pressure felt_pressure_change felt_pressure pressure_pull_on_ai_use overreach "
     "unsuited_share_of_ai_work questions_raised open_permission_questions permission_fog "
     "permission_time effort_per_task normal_capacity"},
    {"R4", "burnout spiral", "0+++++",
     "work_pressure hours_used_ratio task_hours_used overtime strain fatigue_change fatigue "
     "burnout_onset burned_out_staff burnout_prevalence workforce_productivity normal_capacity"},
    {"R5", "rework spiral", "0+++++",
     "work_pressure felt_pressure_change felt_pressure pressure_effect_on_care "
     "review_thoroughness review_catch error_rate errors_made undiscovered_errors rework_found "
     "task_backlog desired_completion_rate"},
    {"R6", "attrition spiral", "0+++++",
     "work_pressure hours_used_ratio task_hours_used overtime satisfaction_logit "
     "indicated_employee_satisfaction satisfaction_change employee_satisfaction quit_rate "
     "mean_quit_rate experienced_staff_leaving experienced_staff headcount normal_capacity"},
    {"R7", "learning by using", "++++++",
     "ai_use proficiency_gain ai_proficiency voluntary_use willingness indicated_ai_use "
     "ai_use_change"},
    {"R8", "experience drain", "0+++++",
     "work_pressure hours_used_ratio task_hours_used overtime satisfaction_logit "
     "indicated_employee_satisfaction satisfaction_change employee_satisfaction quit_rate "
     "mean_quit_rate experienced_staff_leaving experienced_staff headcount new_share "
     "workforce_productivity normal_capacity"},
    {"R9", "capability trap", "0+++++",
     "work_pressure felt_pressure_change felt_pressure pressure_effect_on_improvement "
     "improvement_time_available redesign_build process_redesign_capital draft_flaw_rate "
     "repair_time meta_time_per_task effort_per_task normal_capacity"},
    {"R10", "blind trust", "++++++",
     "trust_in_ai review_thoroughness review_catch felt_ai_flaw_rate indicated_trust "
     "trust_change"},
    {"B1", "rest and recovery", "------", "burned_out_staff burnout_recovery"},
    {"B2", "overtime", "------",
     "task_backlog desired_completion_rate work_pressure hours_used_ratio task_hours_used "
     "completion_rate"},
    {"B3", "disillusion", "------",
     "work_pressure felt_pressure_change felt_pressure pressure_pull_on_ai_use overreach "
     "unsuited_share_of_ai_work draft_flaw_rate mean_draft_flaw_rate felt_ai_flaw_rate "
     "indicated_trust trust_change trust_in_ai voluntary_use willingness indicated_ai_use "
     "ai_use_change ai_use ai_share_of_tasks gross_time_saved_share draft_speed_gain "
     "reported_gain perceived_gain_change perceived_gain indicated_expected_output "
     "expectation_change expected_output tasks_assigned task_backlog desired_completion_rate"},
    {"B4", "hiring", "0-----",
     "work_pressure overload_perception_change perceived_overload posts hiring new_staff "
     "headcount normal_capacity"},
    {"B5", "customer push-back", "------",
     "task_backlog response_time response_ratio indicated_customer_satisfaction "
     "customer_satisfaction_change customer_satisfaction customer_demand tasks_assigned"},
    {"B6", "care costs time", "0-----",
     "work_pressure felt_pressure_change felt_pressure pressure_effect_on_care "
     "review_thoroughness review_time meta_time_per_task effort_per_task normal_capacity"},
    {"B7", "triage", "000000",
     "task_backlog response_time response_ratio shedding_share work_dropped"},
    {"B8", "fog deters use", "------",
     "ai_use ai_share_of_tasks questions_raised open_permission_questions permission_fog "
     "voluntary_use willingness indicated_ai_use ai_use_change"},
};
enum { LOOPS = sizeof loops / sizeof *loops };

/* ---- the world: a run of tools-only, and one week of it laid out ------------------------------------------- */

typedef struct world {
    sd_arena *arena;
    sd_diag *diag;
    const sd_scenario *scenario;
    const sd_model *model;
    const sd_program *program;
    size_t column_count;
    size_t *columns; /* every element that has a value */
} world;

static int set_up(void **state)
{
    sd_arena *arena = sd_arena_new("polarity");
    world *w = SD_NEW(arena, world);
    sd_scenario *scenario;

    w->arena = arena;
    w->diag = sd_diag_new(arena);
    assert_int_equal(sd_scenario_from_input(arena, "tools-only", &scenario, w->diag), SD_OK);
    w->scenario = scenario;
    w->model = scenario->model;
    assert_int_equal(sd_program_new(arena, w->model, NULL, 0, &w->program, w->diag), SD_OK);
    w->columns = SD_NEW_ARRAY(arena, size_t, w->model->element_count);
    for (size_t e = 0; e < w->model->element_count; e++)
        if (w->program->element_rows[e] != SD_NO_ROW)
            w->columns[w->column_count++] = e;
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    const world *w = *state;

    sd_arena_free(w->arena);
    return 0;
}

static const sd_trajectory *run(const world *w, sd_method method, double save_interval)
{
    sd_run_request request = {.program = w->program,
                              .spec = w->scenario->spec,
                              .members = 1,
                              .parameters = sd_run_parameters(w->arena, w->program, w->scenario),
                              .column_count = w->column_count,
                              .columns = w->columns};
    const sd_trajectory *trajectory = NULL;

    request.spec.method = method;
    request.spec.save_interval = save_interval;
    assert_int_equal(sd_run(w->arena, &request, &trajectory, w->diag), SD_OK);
    return trajectory;
}

/* What the engine saved.  Stocks and constants stand still. */
static sheet lay_out(const world *w, const sd_trajectory *t, double time)
{
    const size_t at = sd_trajectory_time(t, time), count = w->model->element_count;
    sheet s = sheet_new(w->arena, w->model);

    s.time = t->times[at];
    s.start = w->scenario->spec.start;
    assert_true(s.time == time);
    for (size_t c = 0; c < t->column_count; c++)
        s.values[t->columns[c]] = sd_trajectory_value(t, at, c, 0);
    for (size_t e = 0; e < count; e++)
        s.still[e] = w->model->element_variables[e]->kind == SD_STOCK ||
                     w->program->element_rows[e] == SD_NO_ROW ||
                     w->program->element_parameters[e] >= 0;
    return s;
}

/* ---- links and loops --------------------------------------------------------------------------------------- */

/* The variables of a loop, from cause to effect. */
typedef struct route {
    size_t count;
    const sd_variable *list[WORDS_MAX];
} route;

static route route_of(const world *w, const struct loop *loop)
{
    route r = {0};

    for (const char *at = loop->variables; *at; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        const sd_variable *v = sd_model_find(w->model, sd_arena_copy(w->arena, at, length));

        if (!v || r.count == WORDS_MAX) {
            fail_msg("%s names '%.*s', which the model has not got", loop->id, (int)length, at);
            return r;
        }
        r.list[r.count++] = v;
        at += length;
    }
    return r;
}

static route route_of_model(const sd_loop *loop)
{
    route r = {.count = loop->count};

    assert_true(r.count <= WORDS_MAX);
    for (size_t i = 0; i < r.count; i++)
        r.list[i] = loop->through[i].variable;
    return r;
}

static double gain(const world *w, const sheet *base, int bits, const route *r)
{
    const sd_variable *const *list = r->list;
    const size_t size = r->count ? list[0]->size : 0;
    sheet scratch = sheet_new(w->arena, w->model);
    double trace = 0;

    sheet_copy(&scratch, base);
    for (size_t i = 0; i < r->count; i++)
        memset(scratch.still + list[i]->first, true, list[i]->size * sizeof *scratch.still);
    for (size_t e = 0; e < w->model->element_count; e++)
        scratch.still[e] = scratch.still[e] || w->model->element_variables[e]->kind == SD_FLOW;
    for (size_t k = 0; k < size; k++) {
        double *vector = SD_NEW_ARRAY(w->arena, double, size);

        vector[k] = 1;
        for (size_t i = 0; i < r->count; i++) {
            const sd_variable *to = list[(i + 1) % r->count];
            double *next = SD_NEW_ARRAY(w->arena, double, to->size);

            sheet_follow(w->arena, base, &scratch, bits, list[i], vector, to, next);
            vector = next;
        }
        trace += vector[k];
    }
    return trace;
}
/* ---- tests ------------------------------------------------------------------------------------------------- */

static void the_evaluator_agrees_with_the_engine(void **state)
{
    const world *w = *state;
    const sd_trajectory *t = run(w, SD_METHOD_RK4, 1);
    double worst = 0;

    for (size_t k = 0; k < WEEKS; k++) {
        const sheet saved = lay_out(w, t, weeks[k]);
        sheet own = lay_out(w, t, weeks[k]);

        for (size_t e = 0; e < w->model->element_count; e++)
            own.values[e] = own.still[e] ? own.values[e] : (double)NAN;
        sheet_work_out(&own);
        for (size_t c = 0; c < w->column_count; c++) {
            const size_t e = w->columns[c];
            const double there = saved.values[e], here = own.values[e];
            /* An hour of one person: accounts that close leave the rounding of hours of everybody. */
            const double apart = fabs(here - there) / fmax(fabs(there), 1);

            worst = fmax(worst, apart);
            if (!(apart <= 1e-12))
                fail_msg("%s in week %d is %.17g, not %.17g",
                         sd_model_element_name(w->model, e, w->arena), weeks[k], here, there);
        }
    }
    print_message("%zu values: largest difference %.2g\n", WEEKS * w->column_count, worst);
}

static void net_flows_agree_with_a_step_of_the_engine(void **state)
{
    const world *w = *state;
    const double dt = w->scenario->spec.dt;
    const sd_trajectory *t = run(w, SD_METHOD_EULER, dt);

    for (size_t k = 0; k < WEEKS; k++) {
        const sheet now = lay_out(w, t, weeks[k]), next = lay_out(w, t, weeks[k] + dt);

        for (size_t e = 0; e < w->model->element_count; e++) {
            const sd_variable *v = w->model->element_variables[e];
            const double before = now.values[e], after = next.values[e];
            const double net = v->kind == SD_STOCK ? sheet_net_flow(&now, v, e - v->first) : 0;

            if (v->kind == SD_STOCK && /* the step is rounded to the size of the stock */
                !(fabs((after - before) / dt - net) <= 1e-12 * fmax(fabs(before), fabs(net))))
                fail_msg("%s flows by %.17g in week %d, not %.17g", v->name, (after - before) / dt,
                         weeks[k], net);
        }
    }
}

/* A gain is a product of one rate a stock [1/week each], so its root is how fast the loop acts.  Loops that act come
 * out at 2e-3 or more, and those that are idle at 0 exactly, because one of their links is flat.  What takes ten
 * thousand weeks to act is idle in a run of 260. */
static char sign_of(const world *w, const sheet *base, const route *r)
{
    const double value = gain(w, base, STEP_BITS, r);
    size_t stocks = 0;

    for (size_t i = 0; i < r->count; i++)
        stocks += r->list[i]->kind == SD_STOCK;
    assert_true(stocks > 0); /* or it would be an algebraic loop */
    if (pow(fabs(value), 1 / (double)stocks) < 1e-4)
        return '0';
    return value > 0 ? '+' : '-';
}

static void every_loop_has_the_sign_of_its_name(void **state)
{
    const world *w = *state;
    const sd_trajectory *t = run(w, SD_METHOD_RK4, 1);
    size_t wrong = 0;

    print_message("+ reinforcing, - balancing, 0 idle, in weeks 40, 60, 78, 104, 130 and 208\n");
    for (size_t i = 0; i < LOOPS; i++) {
        const route r = route_of(w, &loops[i]);
        sd_text line = sd_text_new(w->arena);

        for (size_t k = 0; k < WEEKS; k++) {
            const sheet s = lay_out(w, t, weeks[k]);
            const char sign = sign_of(w, &s, &r);
            const bool right = sign == loops[i].signs[k];

            sd_text_printf(&line, " %4s%c", right ? "" : "!", sign);
            wrong += !right;
        }
        print_message("%-3s %-40s%s\n", loops[i].id, loops[i].name, line.bytes);
    }
    assert_int_equal(wrong, 0);
}

/* Beside the loops of the table the model names some that rest in this run or are not in the design's list. */
static void no_loop_that_the_model_names_works_against_its_polarity(void **state)
{
    const world *w = *state;
    const sd_trajectory *t = run(w, SD_METHOD_RK4, 1);

    for (size_t i = 0; i < w->model->loop_count; i++) {
        const sd_loop *loop = &w->model->loops[i];
        const route r = route_of_model(loop);
        sd_text line = sd_text_new(w->arena);

        for (size_t k = 0; k < WEEKS; k++) {
            const sheet s = lay_out(w, t, weeks[k]);
            const char sign = sign_of(w, &s, &r);

            sd_text_printf(&line, "%c", sign);
            if (sign != '0' && sign != (loop->polarity > 0 ? '+' : '-'))
                fail_msg("%s is %c in week %d", loop->id, sign, weeks[k]);
        }
        print_message("%-3s %-40s %s\n", loop->id, loop->name, line.bytes);
    }
}

static void the_model_names_the_loops_of_the_table(void **state)
{
    const world *w = *state;

    for (size_t i = 0; i < LOOPS; i++) {
        const route wanted = route_of(w, &loops[i]);
        const sd_loop *found = NULL;

        for (size_t k = 0; k < w->model->loop_count; k++)
            if (strcmp(w->model->loops[k].id, loops[i].id) == 0)
                found = &w->model->loops[k];
        if (!found) {
            fail_msg("the model does not name %s", loops[i].id);
            return;
        }
        assert_int_equal(found->polarity, loops[i].id[0] == 'R' ? 1 : -1);
        assert_int_equal(found->count, wanted.count);
        assert_memory_equal(route_of_model(found).list, wanted.list, sizeof wanted.list);
    }
}

/* ---- exact derivatives ------------------------------------------------------------------------------------- */

/* The same gains by other means: derivatives of each equation's instructions, multiplied along the graph of causes. */
static void the_exact_gains_are_those_of_the_differences(void **state)
{
    const world *w = *state;
    const sd_trajectory *t = run(w, SD_METHOD_RK4, 1);
    desk on = {.arena = w->arena, .diag = w->diag};
    const looked l = look_at_scenario(&on, "tools-only");
    const double dt = w->scenario->spec.dt;
    double worst = 0;

    assert_int_equal(w->scenario->spec.method, SD_METHOD_RK4);
    for (size_t i = 0; i < LOOPS; i++) {
        const route r = route_of(w, &loops[i]);
        const sd_route_scores s = looked_route(&l, loops[i].variables, true);

        assert_true(s.broken == SIZE_MAX);
        for (size_t k = 0; k < WEEKS; k++) {
            const sheet here = lay_out(w, t, weeks[k]);
            const double ours = s.gain[(size_t)((weeks[k] - w->scenario->spec.start) / dt)];
            const double coarse = gain(w, &here, STEP_BITS - 3, &r);
            const double fine = gain(w, &here, STEP_BITS, &r);
            /* What is of second order is gone from this (Richardson 1911).  Left are rounding of 1e-16 * 2^17 a link
             * and 2^-56 times a fourth derivative, which is 1e10 where a logistic bends within a percent of its value. */
            const double theirs = (64 * fine - coarse) / 63;
            const char sign = ours > 0 ? '+' : ours < 0 ? '-' : '0';

            if (!is_near(ours, theirs, 1e-7, 0))
                fail_msg("%s in week %d: %.12g, not %.12g", loops[i].id, weeks[k], ours, theirs);
            if (theirs != 0)
                worst = fmax(worst, fabs(ours / theirs - 1));
            if (sign != loops[i].signs[k])
                fail_msg("%s in week %d has sign %c, gain %g", loops[i].id, weeks[k], sign, ours);
        }
    }
    print_message("largest relative difference %.2g\n", worst);
}

/* ---- against the design -------------------------------------------------------------------------------------- */

/* A file of the design, NULL when it is not at hand. */
static const char *shared_text(const world *w, const char *name)
{
    desk on = {.arena = w->arena};
    const char *path = desk_shared(&on, name);
    const sd_source *source;

    if (!path || sd_source_from_file(w->arena, path, SD_MODEL_BYTES_MAX, &source, w->diag) != SD_OK)
        return NULL;
    return source->text;
}

static void the_lists_are_those_of_the_design(void **state)
{
    const world *w = *state;
    const char *text = shared_text(w, "design/loops.tsv");
    size_t lines = 0;

    if (!text) {
        skip();
        return;
    }
    for (size_t i = 0; i < LOOPS; i++) {
        const char *kind = loops[i].id[0] == 'R' ? "reinforcing" : "balancing";
        const char *line = sd_arena_printf(w->arena, "\n%s\t%s\t%s\t%s\n", loops[i].id,
                                           loops[i].name, kind, loops[i].variables);

        if (!strstr(text, line))
            fail_msg("loops.tsv has another line for %s", loops[i].id);
    }
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, LOOPS + 1);
}

static void the_signs_are_those_of_the_design(void **state)
{
    const world *w = *state;
    const char *text = shared_text(w, "design/model.md");

    if (!text) {
        skip();
        return;
    }
    for (size_t i = 0; i < LOOPS; i++) {
        const char *head = sd_arena_printf(w->arena, "\n%s %s  ", loops[i].id, loops[i].name);
        const char *at = strstr(text, head);

        assert_non_null(at);
        at += strlen(head);
        for (size_t k = 0; k < WEEKS; k++) {
            at += strspn(at, " ");
            if (*at++ != loops[i].signs[k])
                fail_msg("model.md has another sign for %s in week %d", loops[i].id, weeks[k]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_evaluator_agrees_with_the_engine),
        cmocka_unit_test(net_flows_agree_with_a_step_of_the_engine),
        cmocka_unit_test(every_loop_has_the_sign_of_its_name),
        cmocka_unit_test(no_loop_that_the_model_names_works_against_its_polarity),
        cmocka_unit_test(the_model_names_the_loops_of_the_table),
        cmocka_unit_test(the_exact_gains_are_those_of_the_differences),
        cmocka_unit_test(the_lists_are_those_of_the_design),
        cmocka_unit_test(the_signs_are_those_of_the_design),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
