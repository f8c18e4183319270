/* bench_sweep.c - what a member of a sweep costs beside the C that compiled peers write for the same model, in one table.
 * Baseline P (peer.c): scalar C from the same program at -O2; every row is a ratio against it from the same minute.
 * The models: SIR (3 stocks, 3,200 Euler steps), a model of 41 stocks whose work is in graphical functions, and the shipped
 * one.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "subject.h"

/* ---- SIR --------------------------------------------------------------------------------------------- */

static const char sir_lines[] =
    "stock susceptible = 995; out succumbing\nstock infectious = 5; in succumbing; out recovering\n"
    "stock recovered = 0; in recovering\nflow succumbing = susceptible * infectious / total * "
    "infectivity\nflow recovering = infectious / duration\naux total = 1000\naux infectivity = "
    "0.3\n"
    "aux duration = 5\n";

#if defined(__x86_64__)
typedef double lanes __attribute__((vector_size(64), aligned(8)));
enum { WIDTH = 8, SIDE_BY_SIDE = 4 /* vectors: one alone waits for its own results */ };

/* Three stocks in registers, reciprocals taken once; the members beyond the last whole block are left to the caller. */
#define SIR_BY_HAND(name, target_name)                                                             \
    static __attribute__((target(target_name))) void name(                                         \
        const double *const *rows, size_t members, int64_t steps, double dt, double *ret_scores)   \
    {                                                                                              \
        for (size_t m = 0; m + SIDE_BY_SIDE * WIDTH <= members; m += SIDE_BY_SIDE * WIDTH) {       \
            lanes s[SIDE_BY_SIDE], i[SIDE_BY_SIDE], r[SIDE_BY_SIDE], total[SIDE_BY_SIDE],          \
                infectivity[SIDE_BY_SIDE], duration[SIDE_BY_SIDE];                                 \
            for (int v = 0; v < SIDE_BY_SIDE; v++) {                                               \
                size_t at = m + (size_t)v * WIDTH;                                                 \
                s[v] = *(const lanes *)(rows[0] + at);                                             \
                i[v] = *(const lanes *)(rows[1] + at);                                             \
                r[v] = *(const lanes *)(rows[2] + at);                                             \
                total[v] = 1.0 / *(const lanes *)(rows[3] + at);                                   \
                infectivity[v] = *(const lanes *)(rows[4] + at);                                   \
                duration[v] = 1.0 / *(const lanes *)(rows[5] + at);                                \
            }                                                                                      \
            for (int64_t n = 0; n < steps; n++) {                                                  \
                for (int v = 0; v < SIDE_BY_SIDE; v++) {                                           \
                    lanes succumbing = s[v] * i[v] * total[v] * infectivity[v];                    \
                    lanes recovering = i[v] * duration[v];                                         \
                    s[v] += dt * -succumbing;                                                      \
                    i[v] += dt * (succumbing - recovering);                                        \
                    r[v] += dt * recovering;                                                       \
                }                                                                                  \
            }                                                                                      \
            for (int v = 0; v < SIDE_BY_SIDE; v++) {                                               \
                size_t at = m + (size_t)v * WIDTH;                                                 \
                *(lanes *)(ret_scores + at) = s[v];                                                \
                *(lanes *)(ret_scores + members + at) = i[v];                                      \
                *(lanes *)(ret_scores + 2 * members + at) = r[v];                                  \
            }                                                                                      \
        }                                                                                          \
    }
SIR_BY_HAND(sir_v4, "arch=x86-64-v4")
SIR_BY_HAND(sir_v3, "arch=x86-64-v3")

static void add_hands(subject *s)
{
    static const char *const rows[] = {"susceptible", "infectious",  "recovered",
                                       "total",       "infectivity", "duration"};

    if (__builtin_cpu_supports("avx512f"))
        subject_add_hand(s, "by hand for x86-64-v4", sir_v4, rows, 6, "compiled for x86-64-v4");
    if (__builtin_cpu_supports("avx2"))
        subject_add_hand(s, "by hand for x86-64-v3", sir_v3, rows, 6, "compiled for x86-64-v3");
}
#else
static void add_hands(subject *s)
{
    printf("  (%s: no kernel by hand for this processor)\n", s->title);
}
#endif

static void bench_sir(subject *s, desk *on)
{
    static const char *const scored[] = {"susceptible", "infectious", "recovered"};

    desk_must_compile(on, desk_file(on, "euler 0 100 0.03125", "", desk_variables(on, sir_lines)));
    on->request.spec.save_interval = 1;
    subject_open(s, on, "SIR, 3 stocks, 3200 steps", 1024, 131072, scored, 3, "infectivity");
    if (subject_add_all(s))
        add_hands(s);
}

/* ---- 41 stocks and 82 graphical functions --------------------------------------------------------------- */

enum { STOCKS = 41 };

/* Each stock is filled by what the tables of two others say and wears off by a table of one; all stay near 1. */
static const char *table_model(desk *on)
{
    sd_text t = sd_text_new(on->arena);

    sd_text_printf(&t, "<xmile version=\"1.0\" "
                       "xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\">\n"
                       "<sim_specs method=\"euler\"><start>0</start><stop>200</stop><dt>0.5</dt>"
                       "</sim_specs><model><variables>\n");
    for (int i = 0; i < STOCKS; i++) {
        int j = (i * 7 + 3) % STOCKS, k = (i * 11 + 5) % STOCKS;

        sd_text_printf(&t,
                       "<stock name=\"s%d\"><eqn>%g</eqn><inflow>f%d</inflow><outflow>w%d</outflow>"
                       "</stock>\n<flow name=\"f%d\"><eqn>base%d * pull%d * help%d</eqn></flow>\n"
                       "<flow name=\"w%d\"><eqn>s%d / life%d</eqn></flow>\n",
                       i, 0.7 + 0.02 * i, i, i, i, i, i, i, i, i, i);
        sd_text_printf(
            &t,
            "<aux name=\"pull%d\"><eqn>s%d / norm%d</eqn><gf>"
            "<xpts>0,0.2,0.5,0.9,1.1,1.7,3</xpts><ypts>1.9,1.6,1.3,1.05,0.95,0.6,0.3</ypts>"
            "</gf></aux>\n"
            "<aux name=\"help%d\"><eqn>s%d / norm%d * s%d / norm%d</eqn><gf>"
            "<xscale min=\"0\" max=\"2\"/>"
            "<ypts>0.5,0.6,0.72,0.83,0.93,1,1.06,1.11,1.15,1.18,1.2</ypts></gf></aux>\n",
            i, j, j, i, k, k, i, i);
        sd_text_printf(&t,
                       "<aux name=\"base%d\"><eqn>%g</eqn></aux><aux name=\"life%d\"><eqn>%g</eqn>"
                       "</aux><aux name=\"norm%d\"><eqn>%g</eqn></aux>\n",
                       i, 0.1 + 0.003 * i, i, 9 - 0.1 * i, i, 1 + 0.01 * i);
    }
    sd_text_printf(&t, "</variables></model></xmile>\n");
    return t.bytes;
}

static void bench_tables(subject *s, desk *on)
{
    static const char *const scored[] = {"s0", "s17", "s40"};

    desk_must_compile(on, table_model(on));
    on->request.spec.save_interval = 1;
    subject_open(s, on, "41 stocks, 82 graphical functions, 400 steps", 256, 8192, scored, 3,
                 "base3");
    (void)subject_add_all(s);
}

/* ---- the shipped model --------------------------------------------------------------------------------- */

static void bench_shipped(subject *s, desk *on, sd_method method, const char *title)
{
    static const char *const scored[] = {"net_productivity_gain", "hours_per_week",
                                         "burnout_prevalence"};

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    on->request.spec.method = method;
    on->request.spec.save_interval = 1;
    subject_open(s, on, title, 128, 2048, scored, 3, "expectation_pass_through");
    (void)subject_add_all(s);
}

static void bench_euler(subject *s, desk *on)
{
    bench_shipped(s, on, SD_METHOD_EULER, "the shipped model, 260 weeks, DT 0.25");
}

static void bench_rk4(subject *s, desk *on)
{
    bench_shipped(s, on, SD_METHOD_RK4, "the shipped model, 260 weeks, DT 0.25");
}

int main(void)
{
    static void (*const models[])(subject *, desk *) = {bench_sir, bench_tables, bench_euler,
                                                        bench_rk4};
    void *state;

    desk_set_up(&state);
    printf("a member of a sweep beside P in the same minute; medians of %d turns\n", 2 * TURNS);
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) {
        subject s = {0};

        models[i](&s, state);
        if (s.contender_count)
            subject_measure(&s);
        subject_close(&s);
        fflush(stdout);
    }
    printf("\nchecksum %016llx\n", (unsigned long long)stopwatch_checksum);
    return desk_tear_down(&state);
}
