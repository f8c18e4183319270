/* test_output_netcdf.c - the table of a sweep as netCDF, read back with the library: every value to the bit, coordinates,
 * fill values, attributes; the same bytes again.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "test_output.h"

#include <inttypes.h>
#include <math.h>
#include <netcdf.h>
#include <time.h>

enum { EACH = 20000 /* members: more than a block */, SCORES = 3, TIMES = 5, SAVED = 2 };
enum { ALL_SCORES = SCORES + SAVED * TIMES };

static const char lines[] = "stock lilies = 3; in growth\nflow growth = lilies * rate\n"
                            "aux rate = 0.37\naux cap = 5\n";
static const double times[TIMES] = {0, 0.5, 1, 1.5, 2};
static const char *const names[] = {"pond", "another pond"};
static const uint64_t seeds[] = {7, UINT64_C(18446744073709551615)};

#define assert_nc(call) assert_string_equal(nc_strerror(call), nc_strerror(NC_NOERR))

/* What is in row `row` of the table; an irrational number of its own for every cell. */
static double cell(uint64_t row, size_t column)
{
    return sqrt((double)(row * 31 + column + 2));
}

static bool is_failed(uint64_t row)
{
    return row % 9973 == 5;
}

/* A table of two scenarios with two factors, three scores and two trajectories. */
static sd_netcdf_request request_of(desk *on, const char *path)
{
    static const sd_factor empty = {0};
    sd_factor *factors = SD_NEW_ARRAY(on->arena, sd_factor, 2);
    sd_score *scores = SD_NEW_ARRAY(on->arena, sd_score, ALL_SCORES);
    size_t *saved = SD_NEW_ARRAY(on->arena, size_t, SAVED);

    desk_must_compile(on, desk_file(on, "euler 0 2 0.5", "", desk_variables(on, lines)));
    factors[0] = factors[1] = empty;
    factors[0].name = "rate";
    factors[0].first = desk_element(on, "rate");
    factors[1].name = "cap";
    factors[1].first = desk_element(on, "cap");
    saved[0] = desk_element(on, "lilies");
    saved[1] = desk_element(on, "rate"); /* which is a factor, too */
    scores[0] = (sd_score){.element = saved[0], .spec = "lilies@2"};
    scores[1] = (sd_score){.element = saved[0], .kind = SD_SCORE_WHEN, .spec = "when(lilies>0.3)"};
    scores[2] = (sd_score){.element = saved[0], .kind = SD_SCORE_WHEN, .spec = "when(lilies>-0.3)"};
    for (size_t i = SCORES; i < ALL_SCORES; i++)
        scores[i] = (sd_score){.element = saved[(i - SCORES) / TIMES], .spec = "a point"};
    return (sd_netcdf_request){.path = path,
                               .shown = "out.nc",
                               .table = {.with_scenario = true,
                                         .factor_count = 2,
                                         .score_count = ALL_SCORES,
                                         .factors = factors,
                                         .scores = scores,
                                         .scenario_count = 2,
                                         .saved_count = SAVED,
                                         .time_count = TIMES,
                                         .saved = saved,
                                         .times = times},
                               .model = on->model,
                               .scenarios = names,
                               .seeds = seeds,
                               .member_count = EACH,
                               .title = "ponds",
                               .source = "the test",
                               .provenance = "{}"};
}

/* Tiles of 37 rows, so that a block begins in the midst of one. */
static void write_rows(desk *on, sd_netcdf *to)
{
    enum { TILE = 37 };
    double values[2 * SD_TILE], scores[ALL_SCORES * SD_TILE];
    int64_t failed[SD_TILE];
    const char *why[SD_TILE];
    sd_members members = {.values = values, .scores = scores, .failed = failed, .why = why};

    for (size_t scenario = 0; scenario < 2; scenario++)
        for (members.first = 0; members.first < EACH; members.first += TILE) {
            members.count = EACH - members.first < TILE ? (size_t)(EACH - members.first) : TILE;
            for (size_t m = 0; m < members.count; m++) {
                const uint64_t row = scenario * EACH + members.first + m;
                failed[m] = is_failed(row) ? 3 : -1;
                why[m] = is_failed(row) ? sd_arena_printf(on->arena, "row %" PRIu64 " failed", row)
                                        : NULL;
                values[m] = cell(row, 0);
                values[SD_TILE + m] = cell(row, 1);
                for (size_t s = 0; s < ALL_SCORES; s++)
                    scores[s * SD_TILE + m] = is_failed(row) ? (double)NAN : cell(row, 2 + s);
            }
            assert_int_equal(sd_netcdf_take(to, scenario, &members, on->diag), SD_OK);
        }
}

static void write_file(desk *on, const char *path)
{
    sd_netcdf *to;
    const sd_netcdf_request request = request_of(on, path);

    assert_int_equal(sd_netcdf_open(on->arena, &request, &to, on->diag), SD_OK);
    write_rows(on, to);
    assert_int_equal(sd_netcdf_close(to, on->diag), SD_OK);
}

static int variable_of(int file, const char *name)
{
    int variable = -1;

    if (nc_inq_varid(file, name, &variable) != NC_NOERR)
        fail_msg("no variable '%s'", name);
    return variable;
}

static const char *attribute(desk *on, int file, const char *variable, const char *name)
{
    const int of = variable ? variable_of(file, variable) : NC_GLOBAL;
    size_t length = 0;

    if (nc_inq_attlen(file, of, name, &length) != NC_NOERR)
        return "";
    char *text = SD_NEW_ARRAY(on->arena, char, length + 1);
    assert_nc(nc_get_att_text(file, of, name, text));
    return text;
}

/* Every number of a variable along `run`, and along `time` where it has that. */
static const double *numbers(desk *on, int file, const char *name, size_t each)
{
    double *all = SD_NEW_ARRAY(on->arena, double, 2 * EACH * each);

    assert_nc(nc_get_var_double(file, variable_of(file, name), all));
    return all;
}

static void assert_column(desk *on, int file, const char *name, size_t column, bool is_score)
{
    const double *all = numbers(on, file, name, 1);

    for (uint64_t row = 0; row < 2 * EACH; row++)
        if (is_score && is_failed(row))
            assert_true(isnan(all[row]));
        else if (!(all[row] == cell(row, column)))
            fail_msg("'%s' of row %" PRIu64 " is %.17g", name, row, all[row]);
}

static void every_value_reads_back_to_the_bit(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on), *path = sd_arena_printf(on->arena, "%s/a.nc", folder);
    int file;

    write_file(on, path);
    assert_nc(nc_open(path, NC_NOWRITE, &file));
    assert_column(on, file, "rate", 0, false);
    assert_column(on, file, "cap", 1, false);
    assert_column(on, file, "lilies_at_2", 2, true);
    assert_column(on, file, "when_lilies_above_0_3", 3, true);
    assert_column(on, file, "when_lilies_above_minus_0_3", 4, true);
    const double *lilies = numbers(on, file, "lilies", TIMES);
    const double *rates = numbers(on, file, "rate_2", TIMES); /* the factor has the name already */
    for (uint64_t row = 0; row < 2 * EACH; row++)
        for (size_t k = 0; k < TIMES; k++) {
            const double got[] = {lilies[row * TIMES + k], rates[row * TIMES + k]};
            for (size_t i = 0; i < SAVED; i++)
                assert_true(is_failed(row) ? isnan(got[i])
                                           : got[i] == cell(row, 2 + SCORES + i * TIMES + k));
        }
    assert_nc(nc_close(file));
    output_folder_done(on, folder);
}

static void rows_say_which_run_they_are_and_how_it_went(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on), *path = sd_arena_printf(on->arena, "%s/a.nc", folder);
    int file, dim;
    size_t failures, next = 0;

    write_file(on, path);
    assert_nc(nc_open(path, NC_NOWRITE, &file));
    unsigned long long *seed = SD_NEW_ARRAY(on->arena, unsigned long long, 2 * EACH);
    long long *failed = SD_NEW_ARRAY(on->arena, long long, 2 * EACH);
    signed char *status = SD_NEW_ARRAY(on->arena, signed char, 2 * EACH);
    const double *run = numbers(on, file, "run", 1), *member = numbers(on, file, "member", 1);
    assert_nc(nc_get_var_ulonglong(file, variable_of(file, "seed"), seed));
    assert_nc(nc_get_var_schar(file, variable_of(file, "status"), status));
    assert_nc(nc_inq_dimid(file, "failure", &dim));
    assert_nc(nc_inq_dimlen(file, dim, &failures));
    assert_int_equal(failures, 5); /* 5, 9978, 19951, 29924, 39897 */
    assert_nc(nc_get_var_longlong(file, variable_of(file, "failed_run"), failed));
    for (uint64_t row = 0; row < 2 * EACH; row++) {
        char name[13] = "", *why;
        const size_t from[] = {(size_t)row, 0}, extent[] = {1, 12};
        assert_true(run[row] == (double)row && member[row] == (double)(row % EACH));
        assert_true(seed[row] == seeds[row / EACH]);
        assert_int_equal(status[row], is_failed(row));
        if (!is_failed(row))
            continue;
        assert_nc(nc_get_vara_text(file, variable_of(file, "scenario"), from, extent, name));
        assert_string_equal(name, names[row / EACH]);
        assert_int_equal(failed[next], row);
        assert_nc(nc_get_var1_string(file, variable_of(file, "why"), &next, &why));
        assert_string_equal(why, sd_arena_printf(on->arena, "row %" PRIu64 " failed", row));
        assert_nc(nc_free_string(1, &why));
        next++;
    }
    assert_int_equal(next, failures);
    assert_nc(nc_close(file));
    output_folder_done(on, folder);
}

static void attributes_are_those_of_the_cf_conventions(void **state)
{
    desk *on = *state;
    static const char coordinates[] = "scenario member seed rate cap";
    const char *folder = output_folder(on), *path = sd_arena_printf(on->arena, "%s/a.nc", folder);
    int file;
    double none = 0, at[TIMES];
    signed char flags[2];

    write_file(on, path);
    assert_nc(nc_open(path, NC_NOWRITE, &file));
    assert_string_equal(attribute(on, file, NULL, "Conventions"), "CF-1.8");
    assert_string_equal(attribute(on, file, NULL, "title"), "ponds");
    assert_string_equal(attribute(on, file, NULL, "source"), "the test");
    assert_string_equal(attribute(on, file, NULL, "provenance"), "{}");
    assert_string_equal(attribute(on, file, "lilies_at_2", "coordinates"), coordinates);
    assert_string_equal(attribute(on, file, "lilies", "coordinates"), coordinates);
    assert_string_equal(attribute(on, file, "lilies_at_2", "long_name"), "lilies@2");
    assert_string_equal(attribute(on, file, "rate", "units"), "1");
    assert_string_equal(attribute(on, file, "rate", "coordinates"), "");
    assert_string_equal(attribute(on, file, "status", "flag_meanings"), "ok failed");
    assert_nc(nc_get_att_schar(file, variable_of(file, "status"), "flag_values", flags));
    assert_true(flags[0] == 0 && flags[1] == 1);
    assert_nc(nc_get_att_double(file, variable_of(file, "lilies"), "_FillValue", &none));
    assert_true(isnan(none));
    assert_nc(nc_get_var_double(file, variable_of(file, "time"), at));
    for (size_t k = 0; k < TIMES; k++)
        assert_true(at[k] == times[k]);
    assert_nc(nc_close(file));
    output_folder_done(on, folder);
}

/* The clock has gone on by more than the second that files know. */
static void the_same_rows_are_the_same_bytes_at_another_time(void **state)
{
    desk *on = *state;
    const char *folder = output_folder(on), *path = sd_arena_printf(on->arena, "%s/a.nc", folder);
    const struct timespec moment = {.tv_sec = 1, .tv_nsec = 100000000};

    write_file(on, path);
    const sd_source *first = output_read(on, path);
    (void)nanosleep(&moment, NULL);
    write_file(on, path);
    const sd_source *second = output_read(on, path);
    assert_true(first->length == second->length);
    assert_memory_equal(first->text, second->text, first->length);
    output_folder_done(on, folder);
}

static void a_place_that_cannot_be_written_is_an_error(void **state)
{
    desk *on = *state;
    sd_netcdf *to;
    const sd_netcdf_request request = request_of(on, "/nowhere/at/all/a.nc");

    assert_int_equal(sd_netcdf_open(on->arena, &request, &to, on->diag), SD_IO);
    assert_non_null(strstr(desk_printed(on), "error[E602]: cannot write 'out.nc': "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        DESK_TEST(every_value_reads_back_to_the_bit),
        DESK_TEST(rows_say_which_run_they_are_and_how_it_went),
        DESK_TEST(attributes_are_those_of_the_cf_conventions),
        DESK_TEST(the_same_rows_are_the_same_bytes_at_another_time),
        DESK_TEST(a_place_that_cannot_be_written_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
