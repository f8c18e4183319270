/* bench_loops.c - what loops cost: scoring every link of the shipped model beside a plain run of the same scenario, scoring
 * its named loops, and a search for others.
 * Times are medians of several runs of the same minute.  Nothing here is asserted; the checksum shows a fast wrong answer.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stopwatch.h"

#include "sd/structure.h"

#include <math.h>

static const sd_equations *equations;
static const sd_history *history;
static const sd_graph *graph;
static const sd_feedbacks *loops;
static sd_budget budget;

static void must(sd_status status)
{
    if (status == SD_OK)
        return;
    printf("%s\n", sd_status_text(status));
    exit(1);
}

static void run_plainly(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");
    const sd_trajectory *t;

    must(sd_run(arena, &on->request, &t, on->diag));
    stopwatch_check(sd_trajectory_value(t, t->time_count - 1, 0, 0));
    sd_arena_free(arena);
}

static void compile_apart(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");

    must(sd_equations_new(arena, on->program, NULL, 0, &equations, on->diag));
    sd_arena_free(arena);
}

static void keep_history(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");

    must(sd_history_new(arena, equations, &on->request, &history, on->diag));
    sd_arena_free(arena);
}

static void score_links(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");

    must(sd_graph_new(arena, history, false, sd_change_floor, &graph, on->diag));
    for (size_t l = 0; l < graph->link_count; l += 97)
        stopwatch_check(graph->links[l].score[history->point_count / 2] +
                        graph->links[l].gain[history->point_count / 2]);
    sd_arena_free(arena);
}

static void score_loops(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");

    must(sd_feedbacks_new(arena, graph, NULL, 0, &budget, &loops, on->diag));
    stopwatch_check(loops->list[0].share);
    sd_arena_free(arena);
}

static void print_time(const char *what, double seconds, double plain)
{
    printf("  %-60s %10.3f ms  x %6.2f\n", what, seconds * 1e3, seconds / plain);
}

int main(void)
{
    void *state;
    sd_scenario *scenario;

    desk_set_up(&state);
    desk *on = state;

    must(sd_scenario_from_input(on->arena, "tools-only", &scenario, on->diag));
    on->model = scenario->model;
    must(sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag));
    desk_request(on);
    on->request.spec = scenario->spec;
    on->request.parameters = sd_run_parameters(on->arena, on->program, scenario);
    printf("medians of %d\n", STOPWATCH_REPEATS);
    const double plain = stopwatch_median(run_plainly, on);

    print_time("tools-only, a plain run that saves every variable (baseline)", plain, plain);
    print_time("its equations compiled one by one", stopwatch_median(compile_apart, on), plain);
    must(sd_equations_new(on->arena, on->program, NULL, 0, &equations, on->diag));
    const double kept = stopwatch_median(keep_history, on);

    must(sd_history_new(on->arena, equations, &on->request, &history, on->diag));
    print_time(sd_arena_printf(on->arena, "a run kept whole, %zu nodes at %zu points",
                               equations->node_count, history->point_count),
               kept, plain);
    const double scored = stopwatch_median(score_links, on);

    must(sd_graph_new(on->arena, history, false, sd_change_floor, &graph, on->diag));
    print_time(sd_arena_printf(on->arena, "%zu links scored", graph->link_count), scored, plain);
    print_time("both: what scoring the links costs", kept + scored, plain);
    print_time(sd_arena_printf(on->arena, "%zu named loops scored", on->model->loop_count),
               stopwatch_median(score_loops, on), plain);
    budget = (sd_budget){.most = 20000, .seconds = 1};
    must(sd_feedbacks_new(on->arena, graph, NULL, 0, &budget, &loops, on->diag));
    printf("  a search of at most 1 s and 20000 loops: %zu loops in %.2f s\n", loops->examined,
           loops->seconds);
    printf("\nchecksum %016llx\n", (unsigned long long)stopwatch_checksum);
    return desk_tear_down(&state);
}
