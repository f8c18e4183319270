/* emit.c - the tool of the build that writes the shipped model's kernels as C, on stdout.
 * In: "headline" (the variables of the scorecard and all that they depend on) or "every".  It is not installed.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sd/structure.h"

static sd_status emit(sd_arena *arena, bool headline, sd_text *text, sd_diag *diag)
{
    const sd_built_in *file = sd_built_in_find("scenarios", "productivity-trap.xmile");
    const sd_program *program;
    const sd_model *model;
    const size_t *wanted = NULL;
    size_t count = 0;
    sd_status status =
        sd_model_from_xmile(arena, sd_source_from_built_in(arena, file), &model, diag);
    if (status == SD_OK && headline)
        wanted = sd_scorecard_elements(arena, model, &count);
    if (status == SD_OK)
        status = sd_program_new_wanted(arena, model, NULL, 0, wanted, count, &program, diag);
    if (status == SD_OK && !sd_program_emit_c(program, text))
        status = SD_INVALID;
    return status;
}

int main(int argument_count, char **arguments)
{
    bool headline = argument_count == 2 && strcmp(arguments[1], "headline") == 0;
    if (!headline && !(argument_count == 2 && strcmp(arguments[1], "every") == 0)) {
        fputs("emit: say 'headline' or 'every'\n", stderr);
        return 2;
    }
    sd_arena *arena = sd_arena_new("a kernel");
    sd_diag *diag = sd_diag_new(arena);
    sd_text text = sd_text_new(arena);
    sd_status status = emit(arena, headline, &text, diag);
    sd_diag_print(diag, stderr, false);
    bool written = status == SD_OK && fwrite(text.bytes, 1, text.length, stdout) == text.length &&
                   fflush(stdout) == 0;
    sd_arena_free(arena);
    return written ? 0 : 1;
}
