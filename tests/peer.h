/* peer.h - a program as the C that other compilers of system dynamics write: what `make bench` measures against.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include "sd/run.h"

/* One run of one member: every equation at every stage of every step, graphical functions by a scan from the left, and the
 * value of every variable stored at every saved point.  ret_values [points][element_count], 0 for a graphical function. */
typedef void peer_run(const double *parameters, double start, double dt, double stop, int64_t steps,
                      int64_t save_every, double *ret_values);
typedef struct peer {
    void *handle;
    peer_run *euler, *rk4;
} peer;

/* False for a program with what such compilers seldom have (memories, pipelines, draws). */
bool peer_emit(const sd_program *program, sd_text *text);
/* Writes, compiles with `cc -O2` and loads it; false when there is no compiler. */
bool peer_open(sd_arena *arena, const sd_program *program, peer *ret_peer);
void peer_close(peer *peer);

#endif
