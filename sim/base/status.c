/* status.c - the words and exit codes of statuses, and the table of diagnostic codes: a code goes
 * in, its name, title, explanation and status come out.  Both tables are made from the lists in
 * sd/base.h and sd/errors.def.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "base_private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

typedef struct status_row {
    const char *text;
    int exit_code; /* 0..130 */
} status_row;

static const status_row status_rows[] = {
#define STATUS_ROW(name, exit_code, text) {text, exit_code},
    SD_STATUSES(STATUS_ROW)
#undef STATUS_ROW
};

typedef struct code_row {
    const char *name, *title, *text;
    sd_status status;
} code_row;

static const code_row code_rows[] = {
#define SD_ERROR(code, status, title, text) {#code, title, text, status},
#include "sd/errors.def"
#undef SD_ERROR
};

enum { STATUS_COUNT = sizeof status_rows / sizeof status_rows[0] };

const char *sd_status_text(sd_status status)
{
    const size_t row = (size_t)status;

    return row < STATUS_COUNT ? status_rows[row].text : "unknown status";
}

int sd_status_exit(sd_status status)
{
    const size_t row = (size_t)status;

    assert(row < STATUS_COUNT);
    return status_rows[row].exit_code;
}

static const code_row *code_find(sd_code code)
{
    assert((size_t)code < (size_t)SD_CODES);
    return &code_rows[code];
}

const char *sd_code_name(sd_code code)
{
    return code_find(code)->name;
}

const char *sd_code_title(sd_code code)
{
    return code_find(code)->title;
}

const char *sd_code_text(sd_code code)
{
    return code_find(code)->text;
}

sd_status sd_code_status(sd_code code)
{
    return code_find(code)->status;
}

bool sd_code_from_name(const char *name, sd_code *ret_code)
{
    for (size_t row = 0; row < (size_t)SD_CODES; row++) {
        if (sd_text_equal_fold(name, code_rows[row].name)) {
            *ret_code = (sd_code)row;
            return true;
        }
    }
    return false;
}

const char *sd_reason(int error)
{
    switch (error) {
    case 0:
        return "a part of it was not written";
    case ENOENT:
        return "there is no such folder";
    case ENOTDIR:
        return "a part of the path is not a folder";
    case EACCES:
    case EPERM:
        return "permission is denied";
    case EROFS:
        return "the disk is read-only";
    case ENOSPC:
        return "the disk is full";
    case EDQUOT:
        return "your share of the disk is used up";
    case ELOOP:
        return "the links go in a circle";
    case ENAMETOOLONG:
        return "the name is too long";
    case EPIPE:
        return "nobody reads it any more";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    default:
        return strerror(error);
    }
}
