/* test_program_derive.c - derivatives of every instruction and of the whole shipped model, against the complex step.
 * f'(x) = Im f(x + ih) / h with h = 1e-100 has no rounding by differences (Squire and Trapp 1998), so the two must agree
 * to rounding.  The arithmetic below is written anew on complex numbers with the C library's functions; where an
 * operation chooses, the real part decides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <complex.h>

typedef double complex number;

#define H 1e-100 /* far below any value here, and far above the smallest double */

enum { GF_POINTS = 4 };
static const double gf_x[GF_POINTS] = {-1.25, 0.5, 2.0, 6.5},
                    gf_y[GF_POINTS] = {3.0, -1.0, 0.25, 7.75};
static const sd_gf continuous = {SD_GF_CONTINUOUS, GF_POINTS, gf_x, gf_y, {0}},
                   extrapolate = {SD_GF_EXTRAPOLATE, GF_POINTS, gf_x, gf_y, {0}},
                   discrete = {SD_GF_DISCRETE, GF_POINTS, gf_x, gf_y, {0}};
static const sd_gf *const gfs[] = {&continuous, &extrapolate, &discrete};

/* ---- the arithmetic, on complex numbers ---------------------------------------------------------------- */

static number whole_power(number a, int n)
{
    number product = 1;

    for (int i = 0; i < abs(n); i++)
        product *= a;
    return n < 0 ? 1 / product : product;
}

static number power(number a, number b)
{
    bool whole = cimag(b) == 0 && creal(b) == floor(creal(b)) && fabs(creal(b)) < 30;

    return whole ? whole_power(a, (int)creal(b)) : cexp(b * clog(a));
}

static number graph(const sd_gf *gf, number a)
{
    double x = creal(a);
    size_t right = 1;

    if (gf->kind != SD_GF_EXTRAPOLATE && x < gf->x[0])
        return gf->y[0];
    if (gf->kind != SD_GF_EXTRAPOLATE && x >= gf->x[gf->count - 1])
        return gf->y[gf->count - 1];
    while (right + 1 < gf->count && gf->x[right] <= x)
        right++;
    if (gf->kind == SD_GF_DISCRETE)
        return gf->y[right - 1];
    return gf->y[right - 1] + (a - gf->x[right - 1]) / (gf->x[right] - gf->x[right - 1]) *
                                  (gf->y[right] - gf->y[right - 1]);
}

/* What holds in a run, here only as far as the tests need it: the moment is at a grid point. */
static number held(const sd_instruction *i, number a, number b, number c, double time, double dt)
{
    double since = time - creal(b);

    if (i->op == SD_OP_STEP)
        return creal(c) >= creal(b) ? a : 0;
    if (i->op == SD_OP_PULSE && creal(c) > 0 && since >= 0)
        since = fmod(since, creal(c));
    return i->op == SD_OP_PULSE ? (since >= 0 && since < dt ? a / dt : 0) : 4.75;
}

static double truth(bool is)
{
    return is ? 1 : 0;
}

static number work_out(const sd_instruction *i, const sd_gf *const *tables, number a, number b,
                       number c, double time, double dt)
{
    double x = creal(a), y = creal(b);

    switch (i->op) {
    case SD_OP_ADD:
        return a + b;
    case SD_OP_SUBTRACT:
        return a - b;
    case SD_OP_MULTIPLY:
        return a * b;
    case SD_OP_DIVIDE:
        return a / b;
    case SD_OP_POWER:
        return power(a, b);
    case SD_OP_NEGATE:
        return -a;
    case SD_OP_LESS:
        return truth(x < y);
    case SD_OP_LESS_EQUAL:
        return truth(x <= y);
    case SD_OP_EQUAL:
        return truth(x == y);
    case SD_OP_NOT_EQUAL:
        return truth(x != y);
    case SD_OP_AND:
        return truth(x != 0 && y != 0);
    case SD_OP_OR:
        return truth(x != 0 || y != 0);
    case SD_OP_NOT:
        return truth(x == 0);
    case SD_OP_MOD:
        return a - b * floor(x / y);
    case SD_OP_IF:
        return x != 0 ? b : c;
    case SD_OP_ABS:
        return x < 0 ? -a : a;
    case SD_OP_MIN:
        return x < y ? a : b;
    case SD_OP_MAX:
        return x > y ? a : b;
    case SD_OP_INT:
        return floor(x);
    case SD_OP_ROUND:
        return round(x);
    case SD_OP_SAFEDIV:
        return y == 0 ? c : a / b;
    case SD_OP_EXP:
        return cexp(a);
    case SD_OP_LN:
        return clog(a);
    case SD_OP_LOG10:
        return clog(a) / log(10);
    case SD_OP_SQRT:
        return csqrt(a);
    case SD_OP_SIN:
        return csin(a);
    case SD_OP_COS:
        return ccos(a);
    case SD_OP_TAN:
        return ctan(a);
    case SD_OP_ARCSIN:
        return casin(a);
    case SD_OP_ARCCOS:
        return cacos(a);
    case SD_OP_ARCTAN:
        return catan(a);
    case SD_OP_SINH:
        return csinh(a);
    case SD_OP_COSH:
        return ccosh(a);
    case SD_OP_TANH:
        return ctanh(a);
    case SD_OP_GF:
        return graph(tables[i->extra], a);
    default:
        return held(i, a, b, c, time, dt);
    }
}

/* ---- one instruction ----------------------------------------------------------------------------------- */

enum { ROW_A, ROW_B, ROW_C, ROW_OUT, ROWS };

static sd_instruction instruction_of(sd_op op, int extra)
{
    int count = sd_op_arguments(op);

    return (sd_instruction){.op = op,
                            .out = ROW_OUT,
                            .a = ROW_A,
                            .b = count > 1 ? ROW_B : SD_NO_ROW,
                            .c = count > 2 ? ROW_C : SD_NO_ROW,
                            .extra = extra};
}

/* Points side by side give the same bits; one of two lanes is asked for the same, the other for something else. */
static void assert_same_at_points(const sd_instructions *list, const double *values, double time,
                                  double dt, const double *tangents)
{
    double times[SD_POINTS], rows[ROWS * SD_POINTS], directions[ROWS * 2 * SD_POINTS];

    for (size_t k = 0; k < SD_POINTS; k++) {
        times[k] = k % 3 ? time : 0;
        for (size_t r = 0; r < ROWS; r++) {
            rows[r * SD_POINTS + k] = k % 3 ? values[r] : 0.5;
            directions[2 * r * SD_POINTS + k] = 0.25;
            directions[(2 * r + 1) * SD_POINTS + k] = tangents[r];
        }
    }
    sd_derive_points(list, gfs, times, dt, rows, 0, 2, directions);
    for (size_t k = 1; k < SD_POINTS; k += k % 3) {
        const double there = directions[(2 * ROW_OUT + 1) * SD_POINTS + k];

        if (memcmp(&there, &tangents[ROW_OUT], sizeof there) != 0 &&
            !(isnan(there) && isnan(tangents[ROW_OUT])))
            fail_msg("%s: %.17g at point %zu, %.17g alone", sd_op_name(list->list->op), there, k,
                     tangents[ROW_OUT]);
    }
}

/* The derivative by sd_derive when the arguments change by da, db, dc. */
static double slope(const sd_instruction *i, const double *at, double time, double dt, double da,
                    double db, double dc)
{
    sd_instructions list = {1, i};
    double values[ROWS] = {at[0], at[1], at[2]}, tangents[ROWS] = {da, db, dc, 1e9};

    values[ROW_OUT] = creal(work_out(i, gfs, at[0], at[1], at[2], time, dt));
    sd_derive(&list, gfs, time, dt, values, 1, tangents);
    assert_same_at_points(&list, values, time, dt, tangents);
    return tangents[ROW_OUT];
}

static double slope_at(sd_op op, double a, double b, double c, double da, double db, double dc)
{
    sd_instruction i = instruction_of(op, 0);

    return slope(&i, (const double[]){a, b, c}, 7.25, 0.25, da, db, dc);
}

static void compare(const sd_instruction *i, const double *at, double time)
{
    const double dt = 0.375;

    for (int k = 0; k < sd_op_arguments(i->op); k++) {
        number x[3] = {at[0], at[1], at[2]};

        /* Of a base below 0 only its own derivative exists. */
        if (i->op == SD_OP_POWER && k == 1 && at[0] < 0)
            continue;
        /* The moment is no quantity that a jump could follow. */
        if ((i->op == SD_OP_STEP && k == 2))
            continue;
        x[k] += H * (number)I;
        double expected = cimag(work_out(i, gfs, x[0], x[1], x[2], time, dt)) / H;
        double ours = slope(i, at, time, dt, k == 0, k == 1, k == 2);

        /* A few roundings of functions that are good to 1 ulp; ours of POWER has two of them. */
        if (!is_near(ours, expected, 4e-15, 1e-300))
            fail_msg("%s at %g, %g, %g: derivative %d is %.17g, not %.17g", sd_op_name(i->op),
                     at[0], at[1], at[2], k, ours, expected);
    }
}

/* Arguments away from corners; `inside` are those of ARCSIN and ARCCOS. */
static const double points[][3] = {
    {0.3125, 1.71, -0.6}, {1.93, 0.4375, 2.5}, {3.6, -2.3, 0.0},
    {2.71, 3.0, 1.125},   {5.2, 6.85, -4.1},   {0.0625, 0.83, 7.7},
};
static const double inside[] = {0.3125, -0.93, 0.0, 0.77, -0.0625, 0.9999};

static void every_instruction_has_the_derivative_of_its_value(void **state)
{
    (void)state;
    for (int op = 0; op < SD_OPS; op++) {
        if (op >= SD_OP_NORMALCDF && op <= SD_OP_PERMUTATIONS)
            continue; /* none of them takes complex numbers: the next test is theirs */
        for (size_t p = 0; p < sizeof points / sizeof *points; p++) {
            double at[3] = {points[p][0], points[p][1], points[p][2]};

            if (op == SD_OP_ARCSIN || op == SD_OP_ARCCOS)
                at[0] = inside[p];
            for (int table = 0; table < (op == SD_OP_GF ? 3 : 1); table++) {
                sd_instruction i = instruction_of((sd_op)op, table);

                compare(&i, at, 5.2);
            }
        }
    }
}

static double real_value(const sd_instruction *i, const double *at)
{
    const double a = at[0], b = at[1], c = at[2];

    switch (i->op) {
#define SD_SCALAR(id, expression)                                                                  \
    case SD_OP_##id:                                                                               \
        return expression;
#include "sd/scalar.def"
#undef SD_SCALAR
    default:
        return (double)NAN;
    }
}

static void quantiles_have_the_derivatives_of_their_values(void **state)
{
    static const struct {
        sd_op op;
        double at[3];
    } cases[] = {{SD_OP_NORMALCDF, {-0.3, 1.71, 0}},   {SD_OP_NORMAL_AT, {0.27, -1.2, 2.5}},
                 {SD_OP_NORMAL_AT, {0.93, 0.4, 1.9}},  {SD_OP_GAMMA_AT, {0.27, 2.385, 0}},
                 {SD_OP_GAMMA_AT, {0.8, 0.4, 0}},      {SD_OP_GAMMA_AT, {0.5, 71.5, 0}},
                 {SD_OP_BETA_AT, {0.27, 2.385, 0.75}}, {SD_OP_BETA_AT, {0.6, 31, 17}},
                 {SD_OP_LN_GAMMA, {2.385, 0, 0}},      {SD_OP_POISSON_AT, {0.3, 2.385, 0}},
                 {SD_OP_BINOMIAL_AT, {0.3, 20, 0.4}},  {SD_OP_NEGBINOMIAL_AT, {0.3, 4, 0.4}},
                 {SD_OP_COMBINATIONS, {7, 3, 0}},      {SD_OP_PERMUTATIONS, {7, 3, 0}}};

    (void)state;
    for (size_t n = 0; n < sizeof cases / sizeof *cases; n++) {
        const sd_op op = cases[n].op;
        const sd_instruction i = instruction_of(op, 0);
        const bool jumps = op == SD_OP_POISSON_AT || op == SD_OP_BINOMIAL_AT ||
                           op == SD_OP_NEGBINOMIAL_AT || op == SD_OP_COMBINATIONS ||
                           op == SD_OP_PERMUTATIONS;

        for (int k = 0; k < sd_op_arguments(op); k++) {
            double values[ROWS], tangents[ROWS] = {k == 0, k == 1, k == 2, 1e9};
            double low[3], high[3];
            const double step = 1e-4 * fabs(cases[n].at[k]);
            sd_instructions list = {1, &i};

            memcpy(values, cases[n].at, sizeof cases[n].at);
            memcpy(low, cases[n].at, sizeof low);
            memcpy(high, cases[n].at, sizeof high);
            low[k] -= step;
            high[k] += step;
            values[ROW_OUT] = real_value(&i, cases[n].at);
            sd_derive(&list, gfs, 1, 0.25, values, 1, tangents);
            const double expected =
                jumps ? 0 : (real_value(&i, high) - real_value(&i, low)) / (2 * step);

            /* A central difference over 1e-4 of the argument is off by 1e-8 of the third derivative. */
            if (!is_near(tangents[ROW_OUT], expected, 2e-6, 1e-300))
                fail_msg("%s, argument %d of case %zu: %.12g, not %.12g", sd_op_name(op), k, n,
                         tangents[ROW_OUT], expected);
        }
    }
}

static void arguments_below_zero_work_where_the_value_does(void **state)
{
    static const sd_op ops[] = {SD_OP_ABS,     SD_OP_EXP,      SD_OP_SIN,  SD_OP_COS,
                                SD_OP_TAN,     SD_OP_SINH,     SD_OP_COSH, SD_OP_TANH,
                                SD_OP_ARCTAN,  SD_OP_GF,       SD_OP_MOD,  SD_OP_DIVIDE,
                                SD_OP_SAFEDIV, SD_OP_MULTIPLY, SD_OP_POWER};

    (void)state;
    for (size_t k = 0; k < sizeof ops / sizeof *ops; k++) {
        for (int b = -3; b <= 4; b++) {
            sd_instruction i = instruction_of(ops[k], (int)(k % 3));

            if (b != 0) /* a corner of MOD and SAFEDIV */
                compare(&i, (const double[]){-2.385, b, 1.5}, 5.2);
        }
    }
}

static void a_step_and_a_pulse_hand_on_their_height_while_they_act(void **state)
{
    sd_instruction step = instruction_of(SD_OP_STEP, 0), pulse = instruction_of(SD_OP_PULSE, 0);

    (void)state;
    for (int n = 0; n < 40; n++) {
        double time = 0.375 * n;

        compare(&step, (const double[]){2.5, 5.25, time}, time);
        compare(&pulse, (const double[]){2.5, 5.25, 0}, time);
        compare(&pulse, (const double[]){0, 2.25, 1.5}, time); /* of height 0 too */
    }
}

/* ---- corners ------------------------------------------------------------------------------------------- */

static void powers_at_zero_and_below_have_their_limits(void **state)
{
    (void)state;
    assert_true(slope_at(SD_OP_POWER, 0, 2, 0, 1, 0, 0) == 0);
    assert_true(slope_at(SD_OP_POWER, 0, 1, 0, 1, 0, 0) == 1);
    assert_true(slope_at(SD_OP_POWER, 0, 0, 0, 1, 0, 0) == 0);
    assert_true(slope_at(SD_OP_POWER, -2.5, 0, 0, 1, 0, 0) == 0);
    assert_true(isinf(slope_at(SD_OP_POWER, 0, 0.5, 0, 1, 0, 0)));
    assert_true(slope_at(SD_OP_POWER, 0, 1.5, 0, 0, 1, 0) == 0);
    assert_true(isnan(slope_at(SD_OP_POWER, -2.5, 3, 0, 0, 1, 0)));
    assert_near(slope_at(SD_OP_POWER, -2.5, 3, 0, 1, 0, 0), 18.75, 1e-15);
    assert_near(slope_at(SD_OP_POWER, -2.5, -2, 0, 1, 0, 0), 0.128, 4e-16);
}

static void what_does_not_change_adds_nothing_however_steep(void **state)
{
    (void)state;
    assert_true(slope_at(SD_OP_SQRT, 0, 0, 0, 0, 0, 0) == 0);
    assert_true(slope_at(SD_OP_LN, 0, 0, 0, 0, 0, 0) == 0);
    assert_true(slope_at(SD_OP_DIVIDE, 3, 0, 0, 0, 0, 0) == 0);
    assert_true(slope_at(SD_OP_POWER, -2.5, 2, 0, 2, 0, 0) == -10);
    assert_true(isinf(slope_at(SD_OP_SQRT, 0, 0, 0, 1, 0, 0)));
    assert_true(isinf(slope_at(SD_OP_ARCSIN, 1, 0, 0, 1, 0, 0)));
}

static void what_is_not_looked_at_adds_nothing_however_fast(void **state)
{
    const double fast = (double)INFINITY;

    (void)state;
    assert_true(slope_at(SD_OP_IF, 1, 5, 0, fast, 1, fast) == 1);
    assert_true(slope_at(SD_OP_IF, 0, 5, 0, fast, fast, 1) == 1);
    assert_true(slope_at(SD_OP_MIN, 1, 5, 0, 1, fast, 0) == 1);
    assert_true(slope_at(SD_OP_MAX, 1, 5, 0, fast, 1, 0) == 1);
    assert_true(slope_at(SD_OP_SAFEDIV, 3, 0, 2, fast, fast, 1) == 1);
    assert_true(slope_at(SD_OP_LESS, 1, 5, 0, fast, fast, 0) == 0);
    /* But 0 times what grows without bound is not known. */
    assert_true(isnan(slope_at(SD_OP_MULTIPLY, 2, 0, 0, fast, 0, 0)));
}

static void ties_take_the_branch_that_the_value_takes(void **state)
{
    (void)state;
    assert_true(slope_at(SD_OP_MIN, 2.5, 2.5, 0, 1, 0, 0) == 0);
    assert_true(slope_at(SD_OP_MIN, 2.5, 2.5, 0, 0, 1, 0) == 1);
    assert_true(slope_at(SD_OP_MAX, 2.5, 2.5, 0, 1, 0, 0) == 0);
    assert_true(slope_at(SD_OP_MAX, 2.5, 2.5, 0, 0, 1, 0) == 1);
    assert_true(slope_at(SD_OP_ABS, 0, 0, 0, 1, 0, 0) == 0);
    /* 7.5 is a multiple of 2.5: the remainder begins anew. */
    assert_true(slope_at(SD_OP_MOD, 7.5, 2.5, 0, 1, 0, 0) == 1);
    assert_true(slope_at(SD_OP_MOD, 7.5, 2.5, 0, 0, 1, 0) == -3);
    assert_true(slope_at(SD_OP_INT, 3, 0, 0, 1, 0, 0) == 0);
    assert_true(slope_at(SD_OP_ROUND, 2.5, 0, 0, 1, 0, 0) == 0);
}

static void a_graph_has_at_a_point_the_slope_to_its_right(void **state)
{
    static const double first = -4 / 1.75, second = 1.25 / 1.5, third = 7.5 / 4.5;
    const struct {
        const sd_gf *gf;
        double at[6]; /* below, at each point, above */
    } expected[] = {
        {&continuous, {0, first, second, third, 0, 0}},
        {&extrapolate, {first, first, second, third, third, third}},
        {&discrete, {0}},
    };

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        const double x[] = {-3, gf_x[0], gf_x[1], gf_x[2], gf_x[3], 9};

        for (size_t p = 0; p < 6; p++)
            assert_near(sd_gf_slope(expected[k].gf, x[p]), expected[k].at[p], 1e-15);
        assert_true(isnan(sd_gf_slope(expected[k].gf, (double)NAN)));
    }
}

static void draws_and_memories_stand_still(void **state)
{
    static const sd_op ops[] = {SD_OP_UNIFORM, SD_OP_NORMAL, SD_OP_PREVIOUS, SD_OP_DELAY};

    (void)state;
    for (size_t k = 0; k < 4; k++)
        assert_true(slope_at(ops[k], 1, 2, 3, 1, 1, 1) == 0);
}

/* ---- whole lists --------------------------------------------------------------------------------------- */

/* The rows of a program at given stocks, with one of them (or none: SIZE_MAX) a little into the imaginary. */
static void work_out_rows(const sd_program *p, const double *stocks, double time, size_t moved,
                          number *rows)
{
    const sd_run_spec *spec = &p->model->spec;
    const sd_instructions *const lists[] = {&p->once, &p->grid};

    for (size_t k = 0; k < p->constant_count; k++)
        rows[k] = p->constants[k];
    for (size_t k = 0; k < p->parameter_count; k++)
        rows[p->parameters[k].row] = p->parameters[k].value;
    rows[p->time_row] = time;
    rows[p->dt_row] = spec->dt;
    rows[p->start_row] = spec->start;
    rows[p->stop_row] = spec->stop;
    for (size_t s = 0; stocks && s < p->stock_count; s++)
        rows[(size_t)p->stock_row + s] = stocks[s] + (s == moved ? H * (number)I : 0);
    for (size_t l = 0; l < (stocks ? 2 : 1); l++) {
        for (size_t n = 0; n < lists[l]->count; n++) {
            const sd_instruction *i = &lists[l]->list[n];

            rows[i->out] = work_out(i, p->gfs, rows[i->a], i->b < 0 ? 0 : rows[i->b],
                                    i->c < 0 ? 0 : rows[i->c], time, spec->dt);
        }
    }
}

/* In every direction at once against one complex evaluation a direction. */
static double compare_jacobians(desk *on, const double *stocks, double time)
{
    const sd_program *p = on->program;
    size_t lanes = p->stock_count;
    number *rows = SD_NEW_ARRAY(on->arena, number, p->row_count);
    double *values = SD_NEW_ARRAY(on->arena, double, p->row_count), worst = 0;
    double *tangents = SD_NEW_ARRAY(on->arena, double, p->row_count *lanes);

    work_out_rows(p, stocks, time, SIZE_MAX, rows);
    for (size_t r = 0; r < p->row_count; r++)
        values[r] = creal(rows[r]);
    for (size_t s = 0; s < lanes; s++)
        tangents[((size_t)p->stock_row + s) * lanes + s] = 1;
    sd_derive(&p->grid, p->gfs, time, p->model->spec.dt, values, lanes, tangents);
    for (size_t s = 0; s < lanes; s++) {
        work_out_rows(p, stocks, time, s, rows);
        for (size_t n = 0; n < p->grid.count; n++) {
            int32_t row = p->grid.list[n].out;
            double ours = tangents[(size_t)row * lanes + s], expected = cimag(rows[row]) / H;
            double size = fmax(fabs(ours), fabs(expected));

            /* Sums of terms of both signs leave the rounding of the terms, so a floor: 1e-14 of effects up to 100. */
            if (!is_near(ours, expected, 1e-11, 0) && !(fabs(ours - expected) < 1e-12))
                fail_msg("%s by stock %zu at time %g: %.17g, not %.17g",
                         sd_op_name(p->grid.list[n].op), s, time, ours, expected);
            if (size > 1e-2)
                worst = fmax(worst, fabs(ours - expected) / size);
        }
    }
    return worst;
}

static void the_whole_shipped_model_has_the_derivatives_of_the_complex_step(void **state)
{
    static const double times[] = {0, 39.75, 78, 130.25, 208};
    desk *on = *state;

    desk_must_compile_file(on, "scenarios/productivity-trap.xmile");
    const sd_program *p = on->program;
    number *rows = SD_NEW_ARRAY(on->arena, number, p->row_count);
    double *stocks = SD_NEW_ARRAY(on->arena, double, p->stock_count);

    work_out_rows(p, NULL, 0, SIZE_MAX, rows);
    for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
        for (size_t s = 0; s < p->stock_count; s++) { /* 5 to 35 per cent off, and never 0 */
            double part = (double)((s * 37 + t * 11) % 101) / 101;

            stocks[s] = creal(rows[p->stocks[s].start]) * (1.05 + 0.3 * part) + 0.01 * (part + 0.1);
        }
        print_message("time %g: %zu stocks, %zu instructions, largest difference %.1e\n", times[t],
                      p->stock_count, p->grid.count, compare_jacobians(on, stocks, times[t]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(every_instruction_has_the_derivative_of_its_value),
        DESK_TEST(quantiles_have_the_derivatives_of_their_values),
        DESK_TEST(arguments_below_zero_work_where_the_value_does),
        DESK_TEST(a_step_and_a_pulse_hand_on_their_height_while_they_act),
        DESK_TEST(powers_at_zero_and_below_have_their_limits),
        DESK_TEST(what_does_not_change_adds_nothing_however_steep),
        DESK_TEST(what_is_not_looked_at_adds_nothing_however_fast),
        DESK_TEST(ties_take_the_branch_that_the_value_takes),
        DESK_TEST(a_graph_has_at_a_point_the_slope_to_its_right),
        DESK_TEST(draws_and_memories_stand_still),
        DESK_TEST(the_whole_shipped_model_has_the_derivatives_of_the_complex_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
