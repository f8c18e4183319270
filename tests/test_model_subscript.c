/* test_model_subscript.c - subscripts beyond plain names, against values worked out by hand.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

#include <math.h>

static const char dimensions[] =
    "<dimensions><dim name=\"town\"><elem name=\"north\"/><elem name=\"mid\"/><elem "
    "name=\"south\"/>"
    "<elem name=\"far\"/></dim>"
    "<dim name=\"coast\"><elem name=\"south\"/><elem name=\"north\"/></dim>"
    "<dim name=\"year\"><elem name=\"2019\"/><elem name=\"2020\"/><elem name=\"3\"/></dim>"
    "<dim name=\"n\" size=\"3\"/><dim name=\"stage\"><elem name=\"1st\"/><elem name=\"2nd\"/></dim>"
    "</dimensions>\n";

/* p over four towns, y over years, q over three numbers, m[n,n], t[town,n] = 10 town + n, three[n,coast,n]. */
static const char arrays[] =
    "<aux name=\"p\"><dimensions><dim name=\"town\"/></dimensions><eqn>7, 2.5, 11, 4</eqn></aux>"
    "<aux name=\"y\"><dimensions><dim name=\"year\"/></dimensions><eqn>1.5, 3, 5</eqn></aux>"
    "<aux name=\"q\"><dimensions><dim name=\"n\"/></dimensions><eqn>1, 10, 100</eqn></aux>"
    "<aux name=\"st\"><dimensions><dim name=\"stage\"/></dimensions><eqn>6, 8</eqn></aux>"
    "<aux name=\"m\"><dimensions><dim name=\"n\"/><dim name=\"n\"/></dimensions>"
    "<eqn>1,2,3; 4,5,6; 7,8,9</eqn></aux>"
    "<aux name=\"t\"><dimensions><dim name=\"town\"/><dim name=\"n\"/></dimensions>"
    "<eqn>10 * town + n</eqn></aux>"
    "<aux name=\"three\"><dimensions><dim name=\"n\"/><dim name=\"coast\"/><dim "
    "name=\"n\"/></dimensions>"
    "<eqn>m[@1, @3] + 100 * coast</eqn></aux>"
    "<aux name=\"k\"><eqn>1 + TIME</eqn></aux><aux name=\"lonely\"><eqn>3</eqn></aux>";

/* What these models say does not depend on the way of integration, nor on its step. */
enum { WAYS = 4 };
static const char *const ways[WAYS] = {"euler 0 3 1", "rk4 0 3 1", "euler 0 3 0.25",
                                       "rk4 0 3 0.25"};

static const char *file_of(desk *on, const char *way, const char *x)
{
    return desk_file(on, way, dimensions, sd_arena_printf(on->arena, "%s%s", x, arrays));
}

static const char *variable(desk *on, const char *over, const char *equation)
{
    sd_text text = sd_text_new(on->arena);
    sd_text_printf(&text, "<aux name=\"x\">%s", *over ? "<dimensions>" : "");
    for (const char *at = over; *at;) {
        size_t length = strcspn(at, ",");
        sd_text_printf(&text, "<dim name=\"%.*s\"/>", (int)length, at);
        at += length + (at[length] == ',');
    }
    sd_text_printf(&text, "%s<eqn>%s</eqn></aux>\n", *over ? "</dimensions>" : "", equation);
    return text.bytes;
}

/* The values of x in row-major order at a time. */
static void expect(desk *on, const char *over, const char *equation, double time,
                   const double *values, size_t count)
{
    for (int way = 0; way < WAYS; way++) {
        desk_must_compile(on, file_of(on, ways[way], variable(on, over, equation)));
        desk_must_run(on);
        const sd_variable *x = sd_model_find(on->model, "x");

        assert_int_equal(x->size, count);
        for (size_t i = 0; i < count; i++) {
            const char *name = sd_model_element_name(on->model, x->first + i, on->arena);
            double value = desk_value(on, name, time);

            /* A few roundings of numbers below a thousand. */
            if (!is_near(value, values[i], 1e-14, 1e-300))
                fail_msg("'%s': %s is %.17g, not %.17g", equation, name, value, values[i]);
        }
    }
}

#define EXPECT(on, over, equation, time, ...)                                                      \
    do {                                                                                           \
        const double values_[] = {__VA_ARGS__};                                                    \
        expect(on, over, equation, time, values_, sizeof values_ / sizeof *values_);               \
    } while (0)

/* ---- elements ---------------------------------------------------------------------------------------- */

static void names_that_are_numbers_come_before_counting(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "y[2019]", 0, 1.5);
    EXPECT(on, "", "y[2020] + 10 * y[3]", 0, 53);
    EXPECT(on, "", "y[1] + y[2]", 0, 4.5); /* no element has these names, so they count */
    EXPECT(on, "", "st[1st] + st[stage.2nd]", 0, 14);
    EXPECT(on, "", "y[year.2020]", 0, 3);
}

static void an_element_is_a_number_outside_of_brackets(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "town.south", 0, 3);
    EXPECT(on, "town", "IF town &lt; town.south THEN 1 ELSE 0", 0, 1, 1, 0, 0);
    EXPECT(on, "", "p[town.far - 1]", 0, 11);
    EXPECT(on, "", "year.2020 + n.3", 0, 5);
}

/* ---- ranges ------------------------------------------------------------------------------------------ */

static void ranges_go_by_number_and_by_name(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "SUM(p[2:4])", 0, 17.5);
    EXPECT(on, "", "SUM(p[mid:far])", 0, 17.5);
    EXPECT(on, "", "SUM(p[town.mid:3]) + SIZE(p[2:3])", 0, 15.5);
    EXPECT(on, "", "SUM(p[1:4])", 0, 24.5);
    EXPECT(on, "", "MEAN(p[1:2])", 0, 4.75);
    EXPECT(on, "", "MAX(p[1:2]) - MIN(p[3:4]) + PROD(p[1:2])", 0, 7 - 4 + 17.5);
    EXPECT(on, "", "SUM(y[2019:2020])", 0, 4.5);
    EXPECT(on, "", "SUM(t[2:3, 2:3])", 0, 22 + 23 + 32 + 33);
    EXPECT(on, "", "SUM(t[*, 2:3])", 0, 2 * 100 + 4 * 5);
    EXPECT(on, "", "SUM(t[north, 3:3])", 0, 13);
}

static void ranges_of_one_length_run_side_by_side(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "SUM(p[1:3] * p[2:4])", 0, 7 * 2.5 + 2.5 * 11 + 11 * 4);
    EXPECT(on, "", "SUM(p[1:4] * p[*])", 0, 49 + 6.25 + 121 + 16);
    EXPECT(on, "", "SUM(q[1:2] * m[1, 2:3])", 0, 2 + 30);
    EXPECT(on, "", "SUM(m[1:2, *])", 0, 21);
    EXPECT(on, "n", "SUM(m[n, 1:2])", 0, 3, 9, 15);
}

static void a_range_without_sum_follows_the_equation(void **state)
{
    desk *on = *state;

    EXPECT(on, "n", "q[1:3] + p[2:4]", 0, 3.5, 21, 104);
    EXPECT(on, "n", "p[2:3]", 0, 2.5, 11, 0);  /* filled up */
    EXPECT(on, "coast", "p[2:4]", 0, 2.5, 11); /* cut */
    desk_must_read(on, file_of(on, ways[0], variable(on, "n", "p[2:3]")));
    assert_string_equal(on->diag->messages.items[0].text,
                        "the range has 2 elements and 'x' 3: what is missing is 0");
    desk_must_read(on, file_of(on, ways[0], variable(on, "coast", "p[2:4]")));
    assert_string_equal(on->diag->messages.items[0].text,
                        "the range has 3 elements and 'x' 2: the rest is left out");
    EXPECT(on, "town,n", "t[town, 2:3]", 0, 12, 13, 0, 22, 23, 0, 32, 33, 0, 42, 43, 0);
}

/* ---- slices and transposes --------------------------------------------------------------------------- */

static void slices_keep_what_is_not_summed(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "SUM(t[north, *])", 0, 36);
    EXPECT(on, "", "SUM(t[*, 2])", 0, 108);
    EXPECT(on, "town", "SUM(t[town, *])", 0, 36, 66, 96, 126);
    EXPECT(on, "n", "SUM(t[*, n])", 0, 104, 108, 112);
    EXPECT(on, "", "SUM(three[2, *, *])", 0, 2 * 15 + 3 * 300);
    EXPECT(on, "n", "MAX(three[*, south, n])", 0, 107, 108, 109);
    EXPECT(on, "", "SUM(three[*, 2, 3])", 0, 18 + 600);
    EXPECT(on, "", "SUM(p[*] * SUM(q[*]))", 0, 24.5 * 111);
    EXPECT(on, "", "SUM(q[*] * p[*])", 0, 24.5 * 111); /* different dimensions: each with each */
    EXPECT(on, "", "SIZE(m[1, *]) + SIZE(three)", 0, 3 + 18);
}

static void arrays_turn_round(void **state)
{
    desk *on = *state;

    EXPECT(on, "n,n", "m'", 0, 1, 4, 7, 2, 5, 8, 3, 6, 9);
    EXPECT(on, "n,n", "m''", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    EXPECT(on, "n,n", "m[n, n]'", 0, 1, 4, 7, 2, 5, 8, 3, 6, 9);
    EXPECT(on, "n,n", "m - m'", 0, 0, -2, -4, 2, 0, -2, 4, 2, 0);
    EXPECT(on, "n,n", "m'^2", 0, 1, 16, 49, 4, 25, 64, 9, 36, 81);
    EXPECT(on, "n,n", "m[@2, @1]", 0, 1, 4, 7, 2, 5, 8, 3, 6, 9);
    EXPECT(on, "n,n", "m[@1, @1]", 0, 1, 1, 1, 5, 5, 5, 9, 9, 9);
    EXPECT(on, "n,town", "t", 0, 11, 21, 31, 41, 12, 22, 32, 42, 13, 23, 33, 43);
    EXPECT(on, "n,town", "t[town, n]", 0, 11, 21, 31, 41, 12, 22, 32, 42, 13, 23, 33, 43);
    EXPECT(on, "n,town", "t'", 0, 11, 21, 31, 41, 12, 22, 32, 42, 13, 23, 33, 43);
    EXPECT(on, "n,coast", "three[2, @2, @1]", 0, 104, 204, 105, 205, 106, 206);
    EXPECT(on, "n,n", "three[@2, 1, @1]", 0, 101, 104, 107, 102, 105, 108, 103, 106, 109);
    EXPECT(on, "", "SUM(m * m')", 0, 1 + 25 + 81 + 2 * (8 + 21 + 48));
    EXPECT(on, "", "SUM(m[*, *] * m[*, *])", 0, 285);
}

/* ---- parts of dimensions ----------------------------------------------------------------------------- */

static void a_part_goes_by_the_names_of_its_elements(void **state)
{
    desk *on = *state;

    EXPECT(on, "coast", "p[coast]", 0, 11, 7); /* south, north */
    EXPECT(on, "coast", "p[coast] * coast", 0, 11, 14);
    EXPECT(on, "", "SUM(p[coast])", 0, 18);
    EXPECT(on, "", "SUM(p[*:coast])", 0, 18);
    EXPECT(on, "coast", "p[coast] / SUM(p[*:coast])", 0, 11.0 / 18, 7.0 / 18);
    EXPECT(on, "coast,n", "t[coast, n]", 0, 31, 32, 33, 11, 12, 13);
    EXPECT(on, "n,coast", "t[@2, @1]", 0, 31, 11, 32, 12, 33, 13);
    EXPECT(on, "n", "SUM(t[coast, n] * p[coast])", 0, 31 * 11 + 11 * 7, 32 * 11 + 12 * 7,
           33 * 11 + 13 * 7);
}

/* ---- numbers that are worked out --------------------------------------------------------------------- */

static void neighbours_are_known_for_each_element(void **state)
{
    desk *on = *state;

    EXPECT(on, "town", "p[town + 1]", 0, 2.5, 11, 4, 0);
    EXPECT(on, "town", "p[town - 1]", 0, 0, 7, 2.5, 11);
    EXPECT(on, "town", "p[(town MOD SIZE(town)) + 1]", 0, 2.5, 11, 4, 7);
    EXPECT(on, "town", "p[SIZE(town) + 1 - town]", 0, 4, 11, 2.5, 7);
    EXPECT(on, "n", "q[IF n = 2 THEN 3 ELSE MAX(1, n - 1)]", 0, 1, 100, 10);
    EXPECT(on, "", "p[1 + 2] + q[2 * 3 - INT(3.5)]", 0, 111);
    /* A chain through the array itself is no circle. */
    EXPECT(on, "n", "IF n = 1 THEN 5 ELSE x[n - 1] * 2 + 1", 0, 5, 11, 23);
}

static void an_element_is_picked_while_the_model_runs(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "p[INT(k)]", 0, 7);
    EXPECT(on, "", "p[INT(k)]", 2, 11);
    EXPECT(on, "", "p[k]", 3, 4);
    EXPECT(on, "", "p[TIME]", 0, 0); /* no such element */
    EXPECT(on, "", "p[TIME + 3]", 3, 0);
    EXPECT(on, "", "p[k + 0.75]", 1, 2.5); /* cut to a whole number */
    EXPECT(on, "", "m[k, 4 - k]", 2, 7);
    EXPECT(on, "", "m[k, 2] + t[far, k]", 1, 5 + 42);
    EXPECT(on, "n", "t[k, n]", 1, 21, 22, 23);
    EXPECT(on, "n", "m[n, k]", 2, 3, 6, 9);
    EXPECT(on, "", "SUM(t[k, *] * q)", 1, 21 + 220 + 2300);
    EXPECT(on, "", "SUM(p[q[*]])", 0, 7); /* 1 is an element, 10 and 100 are none */
    EXPECT(on, "", "p[y[lonely]]", 0, 0);
    EXPECT(on, "", "p[y[k]]", 1, 11);                         /* the second year's 3 */
    EXPECT(on, "town", "p[RANK(p, town)]", 0, 2.5, 4, 7, 11); /* sorted */
}

/* ---- functions of arrays ----------------------------------------------------------------------------- */

static void ranks_are_numbers_of_elements_in_rising_order(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "RANK(p, 1)", 0, 2);
    EXPECT(on, "", "RANK(p, SIZE(p))", 0, 3);
    EXPECT(on, "town", "RANK(p, town)", 0, 2, 4, 1, 3);
    EXPECT(on, "", "RANK(p, k)", 2, 1);
    EXPECT(on, "", "RANK(p, 0) + RANK(p, 5)", 0, 0);
    EXPECT(on, "", "RANK(p[2:4], 2)", 0, 3); /* 2.5, 11, 4: the number within the range */
    EXPECT(on, "", "RANK(t[*, 2], 4)", 0, 4);
    EXPECT(on, "", "RANK(m, 6)", 0, 6); /* in row-major order */
    EXPECT(on, "", "RANK(-m[*, *], 1)", 0, 9);
    /* Equal ones stand in the order of the elements, or in that of the second array. */
    EXPECT(on, "town", "RANK(INT(p[*] / 10), town)", 0, 1, 2, 4, 3);
    EXPECT(on, "town", "RANK(INT(p[*] / 10), town, p[*])", 0, 2, 4, 1, 3);
    EXPECT(on, "n", "RANK(0 * q[*], n, q[*] * 0)", 0, 1, 2, 3);
    EXPECT(on, "n", "RANK(0 * q[*], n, -q[*])", 0, 3, 2, 1);
}

static void deviations_are_those_of_a_population(void **state)
{
    desk *on = *state;

    /* 7, 2.5, 11, 4: mean 6.125; squares of the distances 0.765625 13.140625 23.765625 4.515625. */
    EXPECT(on, "", "STDDEV(p)", 0, sqrt(42.1875 / 4));
    EXPECT(on, "", "STDDEV(p[1:2])", 0, 2.25);
    EXPECT(on, "", "STDDEV(p[*] + 1000000)", 0, sqrt(42.1875 / 4));
    EXPECT(on, "", "STDDEV(t[north, *])", 0, sqrt(2.0 / 3));
    EXPECT(on, "", "STDDEV(p[2:2])", 0, 0);
}

static void min_and_max_take_arrays_and_numbers_together(void **state)
{
    desk *on = *state;

    EXPECT(on, "", "MAX(p, 20)", 0, 20);
    EXPECT(on, "", "MAX(3, p)", 0, 11);
    EXPECT(on, "", "MIN(p[*], 3) + MIN(p, q)", 0, 3.5);
    EXPECT(on, "town", "MAX(p, 5)", 0, 7, 5, 11, 5);
    EXPECT(on, "town", "MAX(p[*], town)", 0, 11, 11, 11, 11);
    EXPECT(on, "", "SUM(MAX(p, 5))", 0, 28);
    EXPECT(on, "n", "MIN(q, p)", 0, 1, 2.5, 2.5);
}

/* ---- graphical functions ----------------------------------------------------------------------------- */

static const char tables[] =
    "<gf name=\"g\"><dimensions><dim name=\"coast\"/></dimensions>"
    "<element subscript=\"south\"><gf><xpts>0,1,3</xpts><ypts>0,2,10</ypts></gf></element>"
    "<element subscript=\"north\"><gf type=\"discrete\"><xpts>0,1,2</xpts><ypts>5,6,8</ypts></gf>"
    "</element></gf>"
    "<aux name=\"e\"><dimensions><dim name=\"coast\"/></dimensions>"
    "<element subscript=\"south\"><gf type=\"extrapolate\"><xpts>0,1</xpts><ypts>0,2</ypts></gf>"
    "</element><element subscript=\"north\"><gf type=\"extrapolate\"><xpts>0,2</xpts>"
    "<ypts>1,0</ypts></gf></element></aux>"
    "<aux name=\"both\"><dimensions><dim name=\"coast\"/></dimensions><eqn>TIME * coast</eqn>"
    "<element subscript=\"south\"><gf><xpts>0,4</xpts><ypts>0,40</ypts></gf></element>"
    "<element subscript=\"north\"><gf><xpts>0,8</xpts><ypts>1,0</ypts></gf></element></aux>\n";

static void each_element_has_its_own_graphical_function(void **state)
{
    desk *on = *state;

    for (int way = 0; way < WAYS; way++) {
        desk_must_compile(
            on,
            file_of(on, ways[way],
                    sd_arena_printf(
                        on->arena, "%s%s%s%s%s%s", tables,
                        "<aux name=\"by_name\"><eqn>g[south](2) + 100 * g[north](1.5)</eqn></aux>",
                        "<aux name=\"own\"><dimensions><dim name=\"coast\"/></dimensions>"
                        "<eqn>g(TIME)</eqn></aux>",
                        "<aux name=\"look\"><dimensions><dim name=\"coast\"/></dimensions>"
                        "<eqn>LOOKUP(g[coast], 2) + LOOKUP(e[north], 4)</eqn></aux>",
                        "<aux name=\"all\"><eqn>SUM(g[*](p[*:coast]))</eqn></aux>",
                        "<aux name=\"beyond\"><dimensions><dim name=\"coast\"/></dimensions>"
                        "<eqn>e[coast](3)</eqn></aux>")));
        desk_must_run(on);
        assert_true(desk_value(on, "by_name", 0) == 6 + 600);
        assert_true(desk_value(on, "own[south]", 3) == 10);
        assert_true(desk_value(on, "own[south]", 1) == 2);
        assert_true(desk_value(on, "own[north]", 1) == 6);
        assert_true(desk_value(on, "own[north]", 3) == 8);
        assert_true(desk_value(on, "look[south]", 0) == 6 - 1);
        assert_true(desk_value(on, "look[north]", 0) == 8 - 1);
        assert_true(desk_value(on, "all", 0) == 10 + 8); /* at 11 and 7 */
        assert_true(desk_value(on, "beyond[south]", 0) == 6);
        assert_true(desk_value(on, "beyond[north]", 0) == -0.5);
        assert_true(desk_value(on, "both[south]", 2) == 20);
        assert_true(desk_value(on, "both[north]", 2) == 0.5); /* at 4 */
    }
}

/* ---- along with time --------------------------------------------------------------------------------- */

/* A row of tanks, each filled by the one before it: x' = (N - 1) x with the shift N.  A method that multiplies by R(hA)
 * at each step gives R(h(N - 1))^8, and as N^3 = 0 its Taylor series in N ends: the tanks hold f, f' and f'' / 2 of
 * f(s) = R(s)^8 at s = -h, each derivative times h. */
static void a_chain_along_an_array_is_a_chain(void **state)
{
    desk *on = *state;

    for (int method = 0; method < 2; method++) {
        desk_must_compile(
            on, desk_file(
                    on, method ? "rk4 0 1 0.125" : "euler 0 1 0.125", dimensions,
                    "<stock name=\"tank\"><dimensions><dim name=\"n\"/></dimensions>"
                    "<eqn>IF n = 1 THEN 1 ELSE 0</eqn><inflow>fill</inflow><outflow>drain</outflow>"
                    "</stock>"
                    "<flow name=\"fill\"><dimensions><dim name=\"n\"/></dimensions>"
                    "<eqn>drain[n - 1]</eqn></flow>"
                    "<flow name=\"drain\"><dimensions><dim name=\"n\"/></dimensions>"
                    "<eqn>tank</eqn></flow>"));
        desk_must_run(on);
        const double h = 0.125, s = -h;
        const double r = method ? 1 + s + s * s / 2 + s * s * s / 6 + s * s * s * s / 24 : 1 + s;
        const double r1 = method ? 1 + s + s * s / 2 + s * s * s / 6 : 1;
        const double r2 = method ? 1 + s + s * s / 2 : 0;
        const double expected[] = {pow(r, 8), 8 * pow(r, 7) * r1 * h,
                                   (56 * pow(r, 6) * r1 * r1 + 8 * pow(r, 7) * r2) * h * h / 2};
        for (size_t i = 0; i < 3; i++) {
            const char *name = sd_arena_printf(on->arena, "tank[%zu]", i + 1);
            assert_true(is_near(desk_value(on, name, 1), expected[i], 1e-14, 0));
        }
    }
}

/* ---- faults ------------------------------------------------------------------------------------------ */

static void what_does_not_fit_is_told_in_its_place(void **state)
{
    static const struct {
        const char *over, *equation, *title, *under;
    } list[] = {
        {"", "SUM(p[3:2])", "the range begins behind its end", "3:2"},
        {"", "SUM(p[2:5])", "dimension 'town' has no element '5'", "2:5"},
        {"", "SUM(p[nroth:far])", "dimension 'town' has no element 'nroth'", "nroth:far"},
        {"", "SUM(p[*:tonw])", "no variable named 'tonw'", "*:tonw"},
        {"", "SUM(p[1:3] * p[*])",
         "this runs over 4 elements of 'town', but what stands before it over 3", "*"},
        {"", "p[1:2]", "'x' has no dimension that this range can follow", "1:2"},
        {"town", "p[@2]", "'x' has 1 dimension", "@2"},
        {"n", "p[@1]", "'p' has dimension 'town' here, not 'n'", "@1"},
        {"n", "p[n]", "'p' has dimension 'town' here, not 'n'", "n"},
        {"year", "p[year]", "'p' has dimension 'town' here, not 'year'", "year"},
        {"town", "y[coast]", "'y' has dimension 'year' here, not 'coast'", "coast"},
        {"", "k'", "'k' is not an array and cannot be transposed", "k'"},
        {"", "(k + 1)'", "''' does not belong here", "'"},
        {"", "p[0 + 0]", "'town' has no such element", "0 + 0"},
        {"", "p[1 2]", "dimension 'town' has no element '1_2'", "1 2"},
        {"", "p[q]", "'q' is an array over 'n' and needs a subscript", "q"},
        {"", "p[foo + 1]", "no variable named 'foo'", "foo"},
        {"", "p[1", "the equation ends too early", ""},
        {"", "town.mdi", "dimension 'town' has no element 'mdi'", "mdi"},
        {"", "LOOKUP(3, 1)", "this is not a graphical function", "3"},
        {"", "q[k](1)", "which graphical function is looked up cannot change with time", "q[k]"},
        {"", "RANK(k, 1)", "there is nothing to run over here", "k"},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        const char *file = file_of(on, ways[0], variable(on, list[i].over, list[i].equation));
        if (desk_read(on, file) == SD_OK || on->diag->errors != 1)
            fail_msg("'%s' has %zu errors", list[i].equation, on->diag->errors);
        const sd_message *message = &on->diag->messages.items[0];
        const char *under = message->span.source->text + message->span.begin;

        assert_string_equal(message->text, list[i].title);
        if (message->span.end - message->span.begin != strlen(list[i].under) ||
            strncmp(under, list[i].under, strlen(list[i].under)) != 0)
            fail_msg("'%s' points at '%.*s'", list[i].equation,
                     (int)(message->span.end - message->span.begin), under);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(names_that_are_numbers_come_before_counting),
        DESK_TEST(an_element_is_a_number_outside_of_brackets),
        DESK_TEST(ranges_go_by_number_and_by_name),
        DESK_TEST(ranges_of_one_length_run_side_by_side),
        DESK_TEST(a_range_without_sum_follows_the_equation),
        DESK_TEST(slices_keep_what_is_not_summed),
        DESK_TEST(arrays_turn_round),
        DESK_TEST(a_part_goes_by_the_names_of_its_elements),
        DESK_TEST(neighbours_are_known_for_each_element),
        DESK_TEST(an_element_is_picked_while_the_model_runs),
        DESK_TEST(ranks_are_numbers_of_elements_in_rising_order),
        DESK_TEST(deviations_are_those_of_a_population),
        DESK_TEST(min_and_max_take_arrays_and_numbers_together),
        DESK_TEST(each_element_has_its_own_graphical_function),
        DESK_TEST(a_chain_along_an_array_is_a_chain),
        DESK_TEST(what_does_not_fit_is_told_in_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
