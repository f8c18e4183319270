/* bench_model.c - what large models cost: reading, checking units and compiling, beside plain parsing of the same bytes
 * by expat, which nothing that reads XML can do without.
 * Times are of one run each; nothing here is asserted.  The text of arrays is short, so that theirs are given for each
 * element.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "large_model.h"
#include "stopwatch.h"

#include <expat.h>
#include <sys/resource.h>

static double parse_plainly(const char *text)
{
    double begin = sd_clock_seconds();
    XML_Parser parser = XML_ParserCreate(NULL);

    if (XML_Parse(parser, text, (int)strlen(text), 1) != XML_STATUS_OK)
        exit(1);
    XML_ParserFree(parser);
    return sd_clock_seconds() - begin;
}

/* [MiB] the most that this process had so far. */
static double peak(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* `count`: variables, or elements when `arrays`. */
static void measure(const char *title, const char *text, size_t count, bool arrays)
{
    sd_arena *arena = sd_arena_new("bench");
    sd_diag *diag = sd_diag_new(arena);
    const sd_model *model;
    const sd_program *program;
    sd_units_report report;
    double plain = parse_plainly(text), at[4];

    at[0] = sd_clock_seconds();
    if (sd_model_from_xmile(arena, sd_source_from_text(arena, "large.xmile", text, strlen(text)),
                            &model, diag) != SD_OK)
        exit(1);
    at[1] = sd_clock_seconds();
    if (sd_model_check_units(model, arena, &report, diag) != SD_OK)
        exit(1);
    at[2] = sd_clock_seconds();
    if (sd_program_new(arena, model, NULL, 0, &program, diag) != SD_OK)
        exit(1);
    at[3] = sd_clock_seconds();
    stopwatch_check((double)program->grid.count + (double)report.checked);
    const double whole = at[3] - at[0];

    printf("%-26s  read %6.3f s  units %6.3f s  compile %6.3f s  %8.0f %s/s  peak %4.0f MiB", title,
           at[1] - at[0], at[2] - at[1], at[3] - at[2], (double)count / whole,
           arrays ? "elements" : "variables", peak());
    if (!arrays)
        printf("  expat alone %5.3f s, all %4.1f times that", plain, whole / plain);
    printf("\n");
    sd_arena_free(arena);
}

int main(void)
{
    static const size_t sizes[] = {2500, 10000, 50000};
    sd_arena *arena = sd_arena_new("texts");

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        measure(sd_arena_printf(arena, "%zu scalars", sizes[i]), large_scalars(arena, sizes[i]),
                sizes[i], false);
    measure("60 arrays of 1000 elements", large_arrays(arena, 60, 1000), 60000, true);
    measure("20 arrays of 10000 elements", large_arrays(arena, 20, 10000), 200000, true);
    printf("checksum %016llx\n", (unsigned long long)stopwatch_checksum);
    sd_arena_free(arena);
    return 0;
}
