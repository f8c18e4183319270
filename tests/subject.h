/* subject.h - what `make bench` measures of sweeps: a model, and who runs its members.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SUBJECT_H
#define TESTS_SUBJECT_H

#include "peer.h"
#include "sd/ensemble.h"
#include "stopwatch.h"

enum { TURNS = 4 /* forwards, and as many backwards */, CONTENDERS_MAX = 12, HAND_ROWS = 8 };

/* rows[i][m]: values of members; ret_scores[i * members + m]. */
typedef void hand_kernel(const double *const *rows, size_t members, int64_t steps, double dt,
                         double *ret_scores);

typedef struct subject subject;
typedef struct contender {
    const char *name;
    void (*work)(subject *subject, struct contender *self);
    subject *subject;
    sd_batch batch;
    sd_worker *worker;
    size_t tile; /* members that the worker gets at once */
    const sd_kernel *kernel;
    size_t threads; /* of a sweep; 0: a worker or something by hand, on one thread */
    hand_kernel *hand;
    struct contender *baseline, *of; /* what else it is compared with, or NULL */
    double *scores;                  /* [score_count][members] */
    double times[2 * TURNS];         /* [s] */
    size_t turns;
    double cores;         /* processor time over time, mean */
    uint64_t hash;        /* of all scores of a sweep */
    int64_t instructions; /* of the last turn, -1: not known */
} contender;

struct subject {
    desk *on;
    const char *title;
    size_t members;
    const sd_program *whole;  /* with every variable: what a peer compiles */
    const sd_program *narrow; /* with what is scored alone: what the interpreter runs */
    sd_batch batch;           /* of the program whose kernel the binary has, else the same */
    peer peer;
    sd_factor factor;
    sd_design design;
    double *parameters;  /* [parameter_count][members] */
    double *first;       /* [parameter_count] as the model gives them */
    double *own;         /* [parameter_count] of one member */
    double *peer_values; /* [points][element_count] */
    const double *hand_rows[HAND_ROWS];
    size_t contender_count;
    contender contenders[CONTENDERS_MAX];
};

/* The model that was compiled last on the desk: `count` elements, scored at the end; `vary` goes from 0.8 to 1.2 of its
 * value.  `members` of them for who runs one thread, `swept`, a multiple, for sweeps, which have to start threads. */
void subject_open(subject *subject, desk *on, const char *title, size_t members, size_t swept,
                  const char *const *names, size_t count, const char *vary);
/* P, the interpreter, kernels for every instruction set of this processor, and sweeps on one thread and two; false without
 * a C compiler. */
bool subject_add_all(subject *subject);
/* A kernel written by hand over the parameters `rows`, beside the contender called `against`. */
void subject_add_hand(subject *subject, const char *name, hand_kernel *hand,
                      const char *const *rows, size_t count, const char *against);
/* Prints the table.  A wrong answer ends the process: kernels give the interpreter's bits, and the others agree to 1e-9. */
void subject_measure(subject *subject);
void subject_close(subject *subject);

#endif
