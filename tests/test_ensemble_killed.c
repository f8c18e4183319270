/* test_ensemble_killed.c - a sweep that is killed 20 times at random moments, each time resumed, writes the bytes of one
 * that nobody disturbed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KILLS = 20, TRIES = 400 };

static char folder[] = "/tmp/killed-XXXXXX";

/* The sweep, into x.csv of a folder; its process. */
static pid_t start(const char *in, bool resume)
{
    const char *program = getenv("TREADMILL");
    const pid_t child = fork();

    if (child != 0)
        return child;
    const int nowhere = open("/dev/null", O_WRONLY);
    if (!program || nowhere < 0)
        _exit(9);
    dup2(nowhere, 1);
    dup2(nowhere, 2);
    if (chdir(folder) != 0 || chdir(in) != 0)
        _exit(9);
    execl(program, "treadmill", "sweep", "tools-only", "klarna", "--grid",
          "expectation_pass_through=0.2:1.6:4", "--dist", "base_task_time=lognormal(3,0.4,0.5,12)",
          "--dist", "permission_time_ratio=uniform(0,0.2)", "--lhs", "400", "--score",
          "hours_per_week@260", "--score", "when(burnout_prevalence>0.35)", "-o", "x.csv",
          "--force", resume ? "--resume" : (char *)NULL, (char *)NULL);
    _exit(9);
}

static int wait_for(pid_t child)
{
    int status;

    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static off_t size_of(const char *file)
{
    char path[200];
    struct stat facts;

    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    return stat(path, &facts) == 0 ? facts.st_size : -1;
}

static void shell(desk *on, const char *command)
{
    assert_int_equal(system(sd_arena_printf(on->arena, "cd %s && %s", folder, command)), 0);
}

static void a_sweep_killed_at_20_random_moments_ends_with_the_same_bytes(void **state)
{
    desk *on = *state;
    int kills = 0, tries = 0, grown = 0;
    off_t size = 0;
    double longest = 0.06; /* [s] as long as this machine needs to get somewhere */

    if (!getenv("TREADMILL"))
        skip();
    assert_non_null(mkdtemp(folder));
    shell(on, "mkdir whole killed");
    assert_int_equal(wait_for(start("whole", false)), 0);
    while (kills < KILLS && tries < TRIES) {
        double pair[2];
        const pid_t child = start("killed", true);

        sd_random_uniform((sd_draw){.seed = 20, .member = (uint64_t)tries++}, pair);
        usleep((useconds_t)(1e6 * longest * pair[0]));
        kill(child, SIGKILL);
        const int status = wait_for(child);
        if (WIFSIGNALED(status)) {
            const bool further = size_of("killed/x.csv.part") > size;
            kills++;
            grown += further;
            longest *= further ? 1 : 1.5;
            size = size_of("killed/x.csv.part");
            continue;
        }
        size = 0;
        assert_int_equal(status, 0); /* it was done before: once more from the beginning */
        shell(on, "diff -r whole killed && rm killed/*");
    }
    assert_int_equal(kills, KILLS);
    assert_true(grown >= KILLS / 5); /* they hit a sweep at work */
    if (size_of("killed/x.csv") < 0)
        assert_int_equal(wait_for(start("killed", true)), 0);
    shell(on, "diff -r whole killed"); /* table, provenance, and no other file */
    assert_int_equal(system(sd_arena_printf(on->arena, "rm -r %s", folder)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(a_sweep_killed_at_20_random_moments_ends_with_the_same_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
