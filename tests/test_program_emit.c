/* test_program_emit.c - programs as C: readable, the same for the same program, and proof against what a file may say.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

static const char *emit(desk *on)
{
    sd_text text = sd_text_new(on->arena);

    assert_true(sd_program_emit_c(on->program, &text));
    return text.bytes;
}

/* What follows the words that every kernel begins with. */
static const char *own_part(const char *text)
{
    const char *own = strstr(text, "/* ---- the model ---- */");

    assert_non_null(own);
    return own;
}

/* The text without its comments: what the compiler sees.  Comments do not nest, so the first end is the end. */
static const char *code_of(desk *on, const char *text)
{
    char *code = sd_arena_copy(on->arena, text, strlen(text));
    char *to = code;

    for (const char *at = text; *at;) {
        if (strncmp(at, "/*", 2) == 0) {
            const char *end = strstr(at + 2, "*/");

            assert_non_null(end);
            at = end + 2;
        } else {
            *to++ = *at++;
        }
    }
    *to = '\0';
    return code;
}

static void each_statement_stands_beneath_its_equation(void **state)
{
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rk4 0 10 1", "",
                                    desk_variables(on, "stock P = 5; in growth\naux rate = 0.3\n"
                                                       "flow growth = rate * P\n")));
    const char *text = own_part(emit(on));
    const char *equation = strstr(text, "/* growth = rate * P */");

    assert_non_null(equation);
    assert_non_null(strstr(equation, "= w[0] * y[0];"));
    assert_non_null(strstr(text, "run_rk4"));
}

static void nothing_that_nobody_needs_is_written(void **state)
{
    desk *on = *state;

    desk_must_read(on, desk_file(on, "rk4 0 10 1", "",
                                 desk_variables(on, "stock P = 5; in growth\naux rate = 0.3\n"
                                                    "flow growth = rate * P\nstock Q = 2; in h\n"
                                                    "flow h = EXP(P) * Q\naux seen = P * 2\n")));
    const size_t wanted = desk_element(on, "seen");

    assert_int_equal(
        sd_program_new_wanted(on->arena, on->model, NULL, 0, &wanted, 1, &on->program, on->diag),
        SD_OK);
    const char *text = own_part(emit(on));

    assert_null(strstr(text, "exponential"));
    assert_non_null(strstr(text, "STOCKS = 1,"));
    assert_non_null(strstr(text, "OUTPUTS = 1,"));
}

static void names_and_equations_cannot_leave_their_comments(void **state)
{
    static const char evil[] =
        "<aux name=\"a*/ system(evil); /*\"><eqn>2 {*/ evil; /*} * 3</eqn></aux>"
        "<aux name=\"b&#34;; evil(); &#34;\"><eqn>1.5</eqn></aux>"
        "<aux name=\"c \\\\\"><eqn>1.5 + TIME {\\}</eqn></aux>"
        "<aux name=\"d *?\?/ evil\"><eqn>TIME*{/}2</eqn></aux>"
        "<aux name=\"e&#xD;&#xA;#include evil\"><eqn>TIME {\n#include &lt;evil.h>\n*/}</eqn></aux>"
        "<stock name=\"*/evil\"><eqn>3</eqn><inflow>\"/*evil*/\"</inflow></stock>"
        "<flow name=\"/*evil*/\"><eqn>1 + TIME</eqn></flow>";
    desk *on = *state;

    desk_must_compile(on, desk_file(on, "rk4 0 10 1", "", evil));
    const char *text = emit(on), *code = code_of(on, text);

    assert_non_null(strstr(text, "evil")); /* people still see what was there */
    assert_null(strstr(code, "evil"));
    assert_null(strstr(own_part(text), "?\?"));
    for (const char *at = own_part(text); *at; at++)
        assert_true((*at >= ' ' && *at <= '~' && *at != '\\') || *at == '\n');
    /* A line of the file never begins a line of C. */
    assert_null(strstr(code, "#include <evil"));
}

static void the_same_program_gives_the_same_text_and_name(void **state)
{
    static const char first[] = "stock P = 5; in growth\naux rate = 0.3\nflow growth = rate * P\n";
    static const char other[] = "stock P = 5; in growth\naux rate = 0.3\nflow growth = rate - P\n";
    static const char value[] = "stock P = 6; in growth\naux rate = 0.4\nflow growth = rate * P\n";
    desk *on = *state;
    uint64_t hashes[4];
    const char *const lines[] = {first, first, other, value};

    for (size_t i = 0; i < 4; i++) {
        desk_must_compile(on, desk_file(on, "rk4 0 10 1", "", desk_variables(on, lines[i])));
        hashes[i] = sd_program_hash(on->program);
    }
    assert_true(hashes[0] == hashes[1]);
    assert_true(hashes[0] != hashes[2]);
    assert_true(hashes[0] == hashes[3]); /* values of parameters are not part of the program */
}

static void what_cannot_keep_its_bits_is_not_written(void **state)
{
    desk *on = *state;
    sd_text text = sd_text_new(on->arena);

    desk_must_compile(
        on, desk_file(on, "rk4 0 10 1", "",
                      "<aux name=\"steep\"><eqn>TIME</eqn><gf><xpts>0,1e-300</xpts><ypts>0,1e300"
                      "</ypts></gf></aux>"));
    assert_false(sd_program_emit_c(on->program, &text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(each_statement_stands_beneath_its_equation),
        DESK_TEST(nothing_that_nobody_needs_is_written),
        DESK_TEST(names_and_equations_cannot_leave_their_comments),
        DESK_TEST(the_same_program_gives_the_same_text_and_name),
        DESK_TEST(what_cannot_keep_its_bits_is_not_written),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
