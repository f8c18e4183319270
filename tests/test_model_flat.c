/* test_model_flat.c - arrays, sums and functions written out as scalars: the text, the names, and the same bits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "round_trip.h"

#include <math.h>

static const char dimensions[] =
    "<dimensions><dim name=\"d\"><elem name=\"north east\"/><elem name=\"south\"/></dim><dim "
    "name=\"n\" size=\"3\"/></dimensions>";

static sd_scenario *bare(desk *on, const char *variables)
{
    return trip_scenario(on, desk_file(on, "rk4 0 6 0.25", dimensions, variables), "");
}

/* The <eqn> of a variable in what was written. */
static const char *equation_in(desk *on, const char *text, const char *name)
{
    const char *at = strstr(text, sd_arena_printf(on->arena, "name=\"%s\">", name));

    at = at ? strstr(at, "<eqn>") : NULL;
    if (!at) {
        fail_msg("'%s' is not in\n%s", name, text);
        return "";
    }
    at += strlen("<eqn>");
    return sd_arena_copy(on->arena, at, strcspn(at, "<"));
}

static void must_trip(desk *on, const sd_scenario *scenario)
{
    const char *fault = round_trip(on, scenario, true);

    if (fault)
        fail_msg("%s%s", fault, *fault ? "" : desk_printed(on));
}

static void brackets_stand_where_they_are_needed(void **state)
{
    static const struct {
        const char *equation, *flat; /* NULL: the same */
    } rows[] = {
        {"a + b - c", NULL},
        {"a - (b - c)", NULL},
        {"a - (b + c) * a", NULL},
        {"((a) * (b)) / c", "a * b / c"},
        {"a / (b * c)", NULL},
        {"a ^ b ^ c", "a ^ (b ^ c)"},
        {"(a ^ b) ^ c", NULL},
        {"-a ^ b", "-(a ^ b)"},
        {"(-a) ^ 2", NULL},
        {"a ^ -2", "a ^ (-2)"},
        {"a - -b", "a - (-b)"},
        {"-a * b", NULL},
        {"-(a * b)", NULL},
        {"a MOD b * c", NULL},
        {"a MOD (b MOD c)", NULL},
        {"NOT a = b", "(NOT a) = b"},
        {"NOT (a = b)", NULL},
        {"a &lt; b AND b &lt;= c OR c &lt;&gt; a", "a &lt; b AND b &lt;= c OR c &lt;&gt; a"},
        {"a &lt; (b OR c)", NULL},
        {"(a &lt; b) &lt; c", NULL},
        {"IF a &gt; b THEN c ELSE IF b &gt; c THEN a ELSE b", NULL},
        {"1 + (IF a &gt; b THEN c ELSE a) * 2", NULL},
        {"IF (IF a THEN b ELSE c) THEN a ELSE b", NULL},
        {"MAX(a, MIN(b, c)) + SAFEDIV(a, b, c)", NULL},
        {"SMOOTH(a, 3)", "SMTH1(a, 3)"},
        {"PULSE(a)", "PULSE(a, STARTTIME)"},
        {"PI + INF * 0 + TIME / DT - STARTTIME + STOPTIME", NULL},
        {"1e-7 + .5 + 1e300", "1e-07 + 0.5 + 1e+300"},
    };
    desk *on = *state;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const sd_scenario *s = bare(
            on,
            sd_arena_printf(
                on->arena,
                "<aux name=\"a\"><eqn>TIME</eqn></aux><aux name=\"b\"><eqn>2.5</eqn></aux>"
                "<aux name=\"c\"><eqn>b - 3 * TIME</eqn></aux><aux name=\"x\"><eqn>%s</eqn></aux>",
                rows[i].equation));
        const char *flat = equation_in(on, trip_text(on, s, true), "x");

        /* How a number is spelled is sd_number_format's affair. */
        if (i + 1 < sizeof rows / sizeof *rows)
            assert_string_equal(flat, rows[i].flat ? rows[i].flat : rows[i].equation);
        if (!strstr(rows[i].equation, "INF") && !strstr(rows[i].equation, "^"))
            must_trip(on, s);
    }
}

static void sums_over_arrays_are_chains_in_order(void **state)
{
    desk *on = *state;
    const sd_scenario *s = bare(
        on,
        "<aux name=\"v\"><dimensions><dim name=\"n\"/></dimensions><eqn>0.1 * n + TIME</eqn></aux>"
        "<aux name=\"m\"><dimensions><dim name=\"d\"/><dim name=\"n\"/></dimensions><eqn>v[n] / (d "
        "+ 0.7)</eqn></aux>"
        "<aux name=\"total\"><eqn>2 * SUM(v[*]) - SUM(m[south, *])</eqn></aux>"
        "<aux name=\"mean\"><eqn>1 / MEAN(v) ^ 2</eqn></aux>"
        "<aux name=\"product\"><eqn>2 ^ PROD(v[*] - 1)</eqn></aux>"
        "<aux name=\"least\"><eqn>MIN(m) + MAX(v)</eqn></aux>"
        "<aux name=\"sizes\"><eqn>SIZE(m) + SIZE(n) + SIZE(m[*, 2])</eqn></aux>"
        "<aux name=\"row\"><dimensions><dim name=\"d\"/></dimensions><eqn>SUM(m[d, *] * v[*]) + "
        "d</eqn></aux>"
        "<aux name=\"nested\"><eqn>SUM(row[*] / MAX(v))</eqn></aux>");
    const char *text = trip_text(on, s, true);

    assert_string_equal(equation_in(on, text, "v_2"), "0.1 * 2 + TIME");
    assert_string_equal(equation_in(on, text, "m_north_east_3"), "v_3 / (1 + 0.7)");
    assert_string_equal(equation_in(on, text, "total"),
                        "2 * (v_1 + v_2 + v_3) - (m_south_1 + m_south_2 + m_south_3)");
    assert_string_equal(equation_in(on, text, "mean"), "1 / ((v_1 + v_2 + v_3) / 3) ^ 2");
    assert_string_equal(equation_in(on, text, "product"),
                        "2 ^ ((v_1 - 1) * (v_2 - 1) * (v_3 - 1))");
    assert_string_equal(equation_in(on, text, "sizes"), "6 + 3 + 2");
    assert_string_equal(
        equation_in(on, text, "nested"),
        "row_north_east / MAX(MAX(v_1, v_2), v_3) + row_south / MAX(MAX(v_1, v_2), v_3)");
    must_trip(on, s);
}

static void whatever_remembers_or_draws_keeps_its_bits(void **state)
{
    desk *on = *state;
    const sd_scenario *s = bare(
        on,
        "<aux name=\"later\"><eqn>SUM(r[*]) + NORMAL(0, 1)</eqn></aux>"
        "<aux name=\"r\"><dimensions><dim name=\"n\"/></dimensions><eqn>RANDOM(0, n)</eqn></aux>"
        "<aux name=\"seeded\"><dimensions><dim name=\"d\"/></dimensions><eqn>UNIFORM(1, 2, 7) + "
        "NORMAL(later, 0.1 * d)</eqn></aux>"
        "<stock name=\"s\"><dimensions><dim name=\"d\"/></dimensions><eqn>10 * "
        "d</eqn><inflow>f</inflow></stock>"
        "<flow name=\"f\"><dimensions><dim name=\"d\"/></dimensions><eqn>SMTH3(later, 2) - "
        "SMTHN(s, 3, 4) + DELAY1(s, 1.3, 2) - DELAY3(seeded, 2)"
        " + DELAYN(later, 2, 2, 5)</eqn></flow>"
        "<aux name=\"old\"><eqn>SUM(PREVIOUS(s[*], 1)) + PREVIOUS(later) + DELAY(later, 1.5, 0.2) "
        "+ INIT(s[south])</eqn></aux>"
        "<aux name=\"ahead\"><dimensions><dim name=\"d\"/></dimensions><eqn>FORCST(s, 2, 3) + "
        "TREND(s, 2, 0.1)</eqn></aux>"
        "<aux name=\"times\"><eqn>STEP(2, 1.3) + RAMP(0.3, 1, 3) + RAMP(1, 2) + PULSE(3, 1, 2) + "
        "PULSE(2, 1) + PULSE(1)</eqn></aux>"
        "<aux name=\"g\"><dimensions><dim name=\"d\"/></dimensions><element "
        "subscript=\"south\"><eqn>later / 9</eqn>"
        "<gf type=\"extrapolate\"><xpts>0,0.3,0.7</xpts><ypts>0.1,0.9,0.2</ypts></gf></element>"
        "<element subscript=\"north east\"><eqn>later</eqn></element></aux>"
        "<gf name=\"table\" type=\"discrete\"><xscale min=\"0\" "
        "max=\"7\"/><ypts>3,1,4,1</ypts></gf>"
        "<aux name=\"looked\"><eqn>table(later) + LOOKUP(table, g[south])</eqn></aux>"
        "<aux name=\"odd\"><eqn>SINH(0.1) + ROUND(later) + INT(later) + ARCTAN(later) + LOG10(3 + "
        "TIME) + SQRT(2) + LN(2) + EXP(-TIME)</eqn></aux>");

    must_trip(on, s);
    assert_true(desk_value(on, "later", 3) != desk_value(on, "later", 3.25)); /* it does draw */
}

static void choices_ranges_and_deviations_keep_their_bits(void **state)
{
    desk *on = *state;
    const sd_scenario *s = bare(
        on,
        "<aux name=\"v\"><dimensions><dim name=\"n\"/></dimensions><eqn>SIN(n + TIME)</eqn></aux>"
        "<aux name=\"m\"><dimensions><dim name=\"d\"/><dim name=\"n\"/></dimensions><eqn>v[n] * "
        "d</eqn></aux>"
        "<aux name=\"i\"><eqn>1 + TIME / 2</eqn></aux>"
        "<aux name=\"picked\"><eqn>v[i] + 2 * m[i - 1, i]</eqn></aux>"
        "<aux name=\"spread\"><eqn>2 * STDDEV(v[*])</eqn></aux>"
        "<aux name=\"bounded\"><eqn>MAX(v[*], 0.4) - MIN(m[south, *], -0.2)</eqn></aux>"
        "<aux name=\"some\"><eqn>SUM(v[1:2]) * SUM(v[2:3])</eqn></aux>"
        "<aux name=\"shift\"><dimensions><dim name=\"n\"/></dimensions><eqn>v[n - 1] + "
        "v[1]</eqn></aux>");
    const char *text = trip_text(on, s, true);

    assert_string_equal(
        equation_in(on, text, "picked"),
        "(IF INT(i) = 3 THEN v_3 ELSE IF INT(i) = 2 THEN v_2 ELSE IF INT(i) = 1 THEN v_1 ELSE 0) + "
        "2 * (IF INT(i - 1) = 2 AND INT(i) = 3 THEN m_south_3 ELSE "
        "IF INT(i - 1) = 2 AND INT(i) = 2 THEN m_south_2 ELSE "
        "IF INT(i - 1) = 2 AND INT(i) = 1 THEN m_south_1 ELSE "
        "IF INT(i - 1) = 1 AND INT(i) = 3 THEN m_north_east_3 ELSE "
        "IF INT(i - 1) = 1 AND INT(i) = 2 THEN m_north_east_2 ELSE "
        "IF INT(i - 1) = 1 AND INT(i) = 1 THEN m_north_east_1 ELSE 0)");
    assert_string_equal(equation_in(on, text, "some"), "(v_1 + v_2) * (v_2 + v_3)");
    assert_string_equal(equation_in(on, text, "shift_1"), "0 + v_1");
    assert_string_equal(
        equation_in(on, text, "bounded"),
        "MAX(MAX(MAX(v_1, v_2), v_3), MAX(MAX(0.4, 0.4), 0.4)) - "
        "MIN(MIN(MIN(m_south_1, m_south_2), m_south_3), MIN(MIN(-0.2, -0.2), -0.2))");
    must_trip(on, s);
}

/* Each row of builtins.def as it says that it is called, where that is a call of numbers. */
static void every_function_keeps_its_bits(void **state)
{
    desk *on = *state;
    size_t tried = 0;

    for (size_t f = 0; f < SD_FUNCTIONS; f++) {
        const sd_builtin *b = &sd_builtins[f];
        size_t length = strcspn(b->name, "|");
        bool word = b->name[0] >= 'A' && b->name[0] <= 'Z' && b->rule != SD_RULE_LOOKUP;

        for (int count = b->least; word && count <= b->most; count++) {
            sd_text call = sd_text_new(on->arena);
            static const char *const values[] = {"0.3 + 0.01 * a", "0.7", "2", "3", "9"};
            for (int i = 0; i < count; i++)
                sd_text_printf(&call, "%s%s", i ? ", " : "(", values[i]);
            const char *model =
                desk_file(on, "rk4 0 4 0.25", dimensions,
                          sd_arena_printf(on->arena,
                                          "<aux name=\"a\"><eqn>TIME</eqn></aux><aux "
                                          "name=\"x\"><eqn>%.*s%s%s</eqn></aux>",
                                          (int)length, b->name, call.bytes, count ? ")" : ""));
            if (desk_read(on, model) != SD_OK)
                continue; /* operators, and what wants an array */
            must_trip(on, trip_scenario(on, model, ""));
            tried++;
        }
    }
    assert_true(tried > 90);
}

static void what_vensim_means_stays(void **state)
{
    desk *on = *state;
    const sd_scenario *s = trip_scenario(
        on,
        "<?xml version=\"1.0\"?><xmile version=\"1.0\"><header><product "
        "version=\"1\">Vensim</product></header>"
        "<sim_specs><start>0</start><stop>9</stop><dt>1</dt></sim_specs><model><variables>"
        "<aux name=\"a\"><eqn>INT(TIME - 4.5) + PULSE(2, 3) + (TIME - 5) MOD "
        "3</eqn></aux></variables></model></xmile>",
        "");

    assert_true(s->model->vensim);
    must_trip(on, s);
    assert_near(desk_value(on, "a", 0), -4 - 2, 0); /* towards 0, where XMILE's own go down */
}

static void what_has_no_words_is_refused(void **state)
{
    desk *on = *state;
    const sd_scenario *s =
        bare(on, "<aux name=\"v\"><dimensions><dim name=\"n\"/></dimensions><eqn>n</eqn></aux>"
                 "<aux name=\"first\"><eqn>RANK(v[*], 1)</eqn></aux>");

    assert_string_equal(trip_text(on, s, true), "");
    assert_non_null(strstr(desk_printed(on), "the equation of 'first' cannot be written flat"));
    assert_null(round_trip(on, s, false));
}

static void non_negative_stocks_serve_their_outflows_in_the_same_order(void **state)
{
    desk *on = *state;
    const char *d = "<dimensions><dim name=\"d\"/></dimensions>";
    const sd_scenario *s = bare(
        on, sd_arena_printf(
                on->arena,
                "<stock name=\"s\">%s<eqn>3 * d</eqn><inflow>in</inflow><outflow>first</outflow>"
                "<outflow>second</outflow><non_negative/></stock>"
                "<flow name=\"in\">%s<eqn>0.4</eqn></flow><flow name=\"first\">%s<eqn>0.9 * "
                "d</eqn><non_negative/></flow>"
                "<flow name=\"second\">%s<eqn>1.7 - d</eqn><non_negative/></flow>",
                d, d, d, d));

    must_trip(on, s);
    assert_true(desk_value(on, "s_north_east", 6) < 0.5);
}

static void names_are_unlike_and_quoted_where_they_must_be(void **state)
{
    desk *on = *state;
    const sd_scenario *s = bare(
        on,
        "<aux name=\"x\"><dimensions><dim name=\"n\"/></dimensions><eqn>n + TIME</eqn></aux>"
        "<aux name=\"x 2\"><eqn>TIME * 5</eqn></aux><aux name=\"X_2_2\"><eqn>TIME * 7</eqn></aux>"
        "<aux name=\"a-b (c)\"><eqn>TIME / 3</eqn></aux><aux name=\"1st\"><eqn>2 * TIME</eqn></aux>"
        "<aux name=\"step\"><eqn>TIME * 1.1</eqn></aux><aux name=\"not\"><eqn>TIME * "
        "1.3</eqn></aux>"
        "<aux name=\"\\&quot;q\\&quot; \\\\ &lt;&amp;&gt;\"><eqn>TIME * 1.7</eqn></aux>"
        "<aux name=\"gr\xC3\xB6\xC3\x9F"
        "e\"><eqn>TIME * 1.9</eqn></aux>"
        "<aux name=\"all\"><eqn>SUM(x[*]) + x_2 + X_2_2 + \"a-b (c)\" + \"1st\" + \"step\" + "
        "\"not\" + "
        "\"\\&quot;q\\&quot; \\\\ &lt;&amp;&gt;\" + gr\xC3\xB6\xC3\x9F"
        "e</eqn></aux>");
    const char *const *names = sd_model_flat_names(on->arena, s->model);

    assert_string_equal(names[0], "x_1");
    assert_string_equal(names[1], "x_2_3"); /* x_2 and x_2_2 are taken */
    assert_string_equal(names[3], "x_2");
    must_trip(on, s);
    assert_string_equal(
        equation_in(on, trip_text(on, s, true), "all"),
        "x_1 + x_2_3 + x_3 + x_2 + X_2_2 + &quot;a-b_(c)&quot; + &quot;1st&quot; + "
        "&quot;step&quot; + &quot;not&quot; + &quot;\\&quot;q\\&quot;_\\\\_&lt;&amp;&gt;&quot; + "
        "gr\xC3\xB6\xC3\x9F"
        "e");
}

static void notes_of_the_author_stay(void **state)
{
    desk *on = *state;
    const sd_scenario *s =
        bare(on, "<aux name=\"v\"><dimensions><dim name=\"d\"/></dimensions><doc>why "
                 "&lt;so&gt;</doc><eqn>0.3</eqn>"
                 "<units>Hours/Week</units><range min=\"0\" max=\"0.9\"/>"
                 "<treadmill:bounds xmlns:treadmill=\"urn:treadmill:xmile:1\" min=\"-1\"/>"
                 "<treadmill:source xmlns:treadmill=\"urn:treadmill:xmile:1\" grade=\"prior\">a "
                 "&amp; b</treadmill:source></aux>"
                 "<group name=\"one\"><doc>group</doc><entity name=\"v\"/></group>");

    must_trip(on, s);
    const sd_variable *was = sd_model_find(s->model, "v"), *v = sd_model_find(on->model, "v_south");
    assert_string_equal(v->doc, "why <so>");
    assert_true(was->range_max == 0.9 && v->range_max == 0.9 && v->range_min == 0);
    assert_true(v->bound_min == -1 && isinf(v->bound_max));
    assert_string_equal(v->source, "a & b");
    assert_int_equal(v->grade, SD_GRADE_PRIOR);
    assert_string_equal(v->group, "one");
    assert_string_equal(sd_unit_text(&v->units, on->arena), sd_unit_text(&was->units, on->arena));
    assert_string_equal(on->model->groups[0].doc, "group");
}

static void what_grows_too_large_is_refused_in_time(void **state)
{
    desk *on = *state;
    const sd_scenario *s = trip_scenario(
        on,
        desk_file(
            on, "euler 0 1 1", "<dimensions><dim name=\"n\" size=\"2000\"/></dimensions>",
            "<aux name=\"a_rather_long_name_of_an_array\"><dimensions><dim "
            "name=\"n\"/></dimensions><eqn>n</eqn></aux>"
            "<aux name=\"b\"><dimensions><dim "
            "name=\"n\"/></dimensions><eqn>SUM(a_rather_long_name_of_an_array) * n</eqn></aux>"),
        "");
    double before = sd_clock_seconds();

    assert_string_equal(trip_text(on, s, true), "");
    assert_non_null(strstr(desk_printed(on), "E614"));
    assert_true(sd_clock_seconds() - before < 20); /* about a second */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(brackets_stand_where_they_are_needed),
        DESK_TEST(sums_over_arrays_are_chains_in_order),
        DESK_TEST(whatever_remembers_or_draws_keeps_its_bits),
        DESK_TEST(choices_ranges_and_deviations_keep_their_bits),
        DESK_TEST(every_function_keeps_its_bits),
        DESK_TEST(what_vensim_means_stays),
        DESK_TEST(what_has_no_words_is_refused),
        DESK_TEST(non_negative_stocks_serve_their_outflows_in_the_same_order),
        DESK_TEST(names_are_unlike_and_quoted_where_they_must_be),
        DESK_TEST(notes_of_the_author_stay),
        DESK_TEST(what_grows_too_large_is_refused_in_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
