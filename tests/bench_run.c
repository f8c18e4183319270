/* bench_run.c - how long reading, compiling and running take, and how accurate each method is; one table each.
 * Times are medians of several runs, told beside a baseline of the same minute: the SIR model written by hand as
 * scalar C, RK4 with the same step.  Nothing here is asserted but that both give the same numbers; a checksum shows
 * a fast wrong answer.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "stopwatch.h"

#include <fcntl.h>
#include <math.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REPEATS = STOPWATCH_REPEATS, SIR_STEPS = 4000 };

/* ---- the baseline ------------------------------------------------------------------------------------ */

static const char sir_lines[] =
    "stock susceptible = 995; out succumbing\nstock infectious = 5; in succumbing; out recovering\n"
    "stock recovered = 0; in recovering\nflow succumbing = susceptible * infectious / total * "
    "infectivity\n"
    "flow recovering = infectious / duration\naux total = susceptible + infectious + recovered\n"
    "aux infectivity = 0.3\naux duration = 5\n";

typedef struct sir {
    double s, i, r;
} sir;

static sir sir_slope(sir y)
{
    const double infectivity = 0.3, duration = 5;
    double total = y.s + y.i + y.r, succumbing = y.s * y.i / total * infectivity,
           recovering = y.i / duration;

    return (sir){-succumbing, succumbing - recovering, recovering};
}

static sir sir_moved(sir y, double h, sir k)
{
    return (sir){y.s + h * k.s, y.i + h * k.i, y.r + h * k.r};
}

static volatile double sir_end; /* volatile: the work must be done */

static void sir_by_hand(desk *on)
{
    sir y = {995, 5, 0};
    const double h = 100.0 / SIR_STEPS;

    (void)on;
    for (int n = 0; n < SIR_STEPS; n++) {
        sir a = sir_slope(y), b = sir_slope(sir_moved(y, h / 2, a)),
            c = sir_slope(sir_moved(y, h / 2, b)), d = sir_slope(sir_moved(y, h, c));
        sir k = {a.s + 2 * b.s + 2 * c.s + d.s, a.i + 2 * b.i + 2 * c.i + d.i,
                 a.r + 2 * b.r + 2 * c.r + d.r};

        y = sir_moved(y, h / 6, k);
    }
    sir_end = y.r;
}

/* ---- the engine -------------------------------------------------------------------------------------- */

static void run_program(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");
    const sd_trajectory *trajectory;

    if (sd_run(arena, &on->request, &trajectory, on->diag) != SD_OK)
        exit(1);
    stopwatch_check(sd_trajectory_value(trajectory, trajectory->time_count - 1, 0, 0));
    sd_arena_free(arena);
}

static const sd_source *source;

static void read_model(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");
    const sd_model *model;

    (void)on;
    if (sd_model_from_xmile(arena, source, &model, sd_diag_new(arena)) != SD_OK)
        exit(1);
    sd_arena_free(arena);
}

static void compile_model(desk *on)
{
    sd_arena *arena = sd_arena_new("bench");
    const sd_program *program;

    if (sd_program_new(arena, on->model, NULL, 0, &program, sd_diag_new(arena)) != SD_OK)
        exit(1);
    sd_arena_free(arena);
}

static void print_time(const char *what, double seconds, double each, double baseline,
                       const char *of)
{
    printf("  %-52s %10.3f ms", what, seconds * 1e3);
    if (each > 0)
        printf(" %9.1f ns  x %6.2f", each * 1e9, each / baseline);
    printf("  %s\n", of);
}

static void bench_sir(desk *on)
{
    static const size_t members[] = {1, 8, 64, 256};
    double hand = stopwatch_median(sir_by_hand, on), baseline = hand / SIR_STEPS;

    print_time("SIR by hand in C, RK4, 4000 steps (baseline)", hand, baseline, baseline, "a step");
    desk_must_compile(on, desk_file(on, "rk4 0 100 0.025", "", desk_variables(on, sir_lines)));
    on->request.spec.save_interval = 100;
    desk_must_run(on);
    double ours = desk_value(on, "recovered", 100);

    if (!is_near(ours, sir_end, 1e-12, 0)) {
        printf("SIR differs: %.17g by hand, %.17g here\n", sir_end, ours);
        exit(1);
    }
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        on->request.members = members[i];
        double time = stopwatch_median(run_program, on);

        print_time(sd_arena_printf(on->arena, "SIR from XMILE, the same, %zu members", members[i]),
                   time, time / (double)members[i] / SIR_STEPS, baseline, "a step and member");
    }
}

static void bench_shipped(desk *on)
{
    static const size_t members[] = {1, 8, 64};
    const sd_built_in *file = sd_built_in_find("scenarios", "productivity-trap.xmile");

    source = sd_source_from_built_in(on->arena, file);
    print_time(sd_arena_printf(on->arena, "reading the shipped model, %zu kB", file->length / 1000),
               stopwatch_median(read_model, on), 0, 0, "");
    if (sd_model_from_xmile(on->arena, source, &on->model, on->diag) != SD_OK ||
        sd_program_new(on->arena, on->model, NULL, 0, &on->program, on->diag) != SD_OK)
        exit(1);
    print_time("compiling it", stopwatch_median(compile_model, on), 0, 0, "");
    desk_request(on);
    on->request.spec.save_interval = 1;
    double work = (double)(on->program->grid.count + 3 * on->program->stage.count), steps = 1040;

    printf("  (%zu rows, %zu instructions once, %zu at a grid point, %zu between)\n",
           on->program->row_count, on->program->once.count, on->program->grid.count,
           on->program->stage.count);
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        on->request.members = members[i];
        double time = stopwatch_median(run_program, on),
               each = time / (double)members[i] / steps / work;

        printf("  %-52s %10.3f ms %9.2f ns an instruction and member\n",
               sd_arena_printf(on->arena, "running it, 260 weeks, RK4, DT 0.25, %zu members",
                               members[i]),
               time * 1e3, each * 1e9);
    }
}

/* ---- the whole program ------------------------------------------------------------------------------- */

static void bench_process(void)
{
    const char *program = getenv("TREADMILL");
    double times[REPEATS];
    long peak = 0; /* [kB] */

    if (!program || access(program, X_OK) != 0) {
        printf("  (TREADMILL names no program: its process is not measured)\n");
        return;
    }
    for (int i = 0; i < REPEATS; i++) {
        double begin = sd_clock_seconds();
        pid_t child = fork();
        struct rusage usage;
        int status;

        if (child == 0) {
            int null = open("/dev/null", O_WRONLY);

            dup2(null, STDOUT_FILENO);
            dup2(null, STDERR_FILENO);
            execl(program, program, "run", "tools-only", (char *)NULL);
            _exit(127);
        }
        if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0) {
            printf("  (`treadmill run tools-only` failed: its process is not measured)\n");
            return;
        }
        times[i] = sd_clock_seconds() - begin;
        peak = usage.ru_maxrss > peak ? usage.ru_maxrss : peak;
    }
    qsort(times, REPEATS, sizeof *times, stopwatch_by_size);
    printf("  %-52s %10.3f ms, %.1f MB at most\n", "the process `treadmill run tools-only`",
           times[REPEATS / 2] * 1e3, (double)peak / 1e3);
}

/* ---- accuracy ---------------------------------------------------------------------------------------- */

static double relative_error(desk *on, const char *const *names, const double *known, size_t count)
{
    double worst = 0;

    for (size_t i = 0; i < count; i++) {
        double value = desk_value(on, names[i], on->request.spec.stop);

        stopwatch_check(value);
        worst = fmax(worst, fabs(value - known[i]) / fmax(1, fabs(known[i])));
    }
    return worst;
}

static void accuracy_of_fixed_steps(desk *on)
{
    static const sd_method methods[] = {SD_METHOD_EULER, SD_METHOD_RK2, SD_METHOD_RK4};
    static const char *const name[] = {"P"};
    static const double known[] = {669.67050355238406564};

    printf("\nlogistic growth until 50: relative error at DT\n  %-8s %9s %9s %9s %9s\n", "method",
           "1", "0.5", "0.25", "0.125");
    for (size_t k = 0; k < 3; k++) {
        printf("  %-8s", sd_method_name(methods[k]));
        for (int halvings = 0; halvings < 4; halvings++) {
            desk_must_compile(
                on, desk_file(on, "rk4 0 50 1", "",
                              desk_variables(
                                  on, "stock P = 5; in b\nflow b = 0.12 * P * (1 - P / 1000)\n")));
            on->request.spec.method = methods[k];
            on->request.spec.dt = ldexp(1, -halvings);
            desk_must_run(on);
            printf(" %9.2e", relative_error(on, name, known, 1));
        }
        printf("\n");
    }
}

static void accuracy_of_adaptive_steps(desk *on)
{
    static const struct {
        const char *title, *file, *names[4];
        double stop, known[4];
        size_t count;
    } problems[] = {
        {"Lotka-Volterra until 50",
         "tests/models/lotka-volterra.xmile",
         {"prey", "predators"},
         50,
         {3.504190840689202759, 1.587773228211961349},
         2},
        {"Brusselator until 20",
         "tests/models/brusselator.xmile",
         {"u", "w"},
         20,
         {0.4986370712683478486, 4.596780349452011183},
         2},
        {"Arenstorf, one period",
         "tests/models/arenstorf.xmile",
         {"x", "y", "u", "v"},
         17.0652165601579625589,
         {0.994, 0, 0, -2.00158510637908252241},
         4},
        {"Lorenz until 10",
         "tests/models/lorenz.xmile",
         {"x", "y", "z"},
         10,
         {-4.902687541134645731904, -3.743872921802919616315, 24.69085810279055545},
         3},
    };
    static const sd_method methods[] = {SD_METHOD_RKF45, SD_METHOD_RKCK, SD_METHOD_RK8PD};

    printf("\nadaptive methods: largest error (relative to 1 or the value), and evaluations, at "
           "rtol = atol\n"
           "  %-24s %-6s %16s %16s %16s %16s\n",
           "problem", "method", "1e-6", "1e-8", "1e-10", "1e-12");
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        for (size_t k = 0; k < 3; k++) {
            printf("  %-24s %-6s", problems[i].title, sd_method_name(methods[k]));
            for (int digits = 6; digits <= 12; digits += 2) {
                double tolerance = pow(10, -digits);

                desk_must_compile_file(on, problems[i].file);
                on->request.spec.method = methods[k];
                on->request.spec.rtol = on->request.spec.atol = tolerance;
                on->request.spec.stop = on->request.spec.dt = on->request.spec.save_interval =
                    problems[i].stop;
                desk_must_run(on);
                printf(" %8.1e %7lld",
                       relative_error(on, problems[i].names, problems[i].known, problems[i].count),
                       (long long)on->trajectory->stats.evaluations);
            }
            printf("\n");
        }
    }
}

int main(void)
{
    void *state;

    desk_set_up(&state);
    desk *on = state;

    printf("medians of %d\n", REPEATS);
    bench_sir(on);
    bench_shipped(on);
    fflush(stdout);
    bench_process();
    accuracy_of_fixed_steps(on);
    accuracy_of_adaptive_steps(on);
    printf("\nchecksum %016llx\n", (unsigned long long)stopwatch_checksum);
    return desk_tear_down(&state);
}
