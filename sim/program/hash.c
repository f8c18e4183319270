/* hash.c - a name for what a program works out.
 * In: a program.  Out: 64 bits of everything that decides its results but the values of parameters (FNV-1a).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/program.h"

/* FNV-1a goes on where it stopped. */
static uint64_t more(uint64_t hash, const void *bytes, size_t length)
{
    const uint64_t parts[] = {hash, sd_hash(bytes, length)};
    return sd_hash(parts, sizeof parts);
}

static uint64_t number(uint64_t hash, int64_t value)
{
    return more(hash, &value, sizeof value);
}

static uint64_t list(uint64_t hash, const sd_instructions *from)
{
    hash = number(hash, (int64_t)from->count);
    for (size_t i = 0; i < from->count; i++) {
        const sd_instruction *at = &from->list[i];
        const int32_t words[] = {(int32_t)at->op, at->out, at->a, at->b, at->c, at->extra};
        hash = more(hash, words, sizeof words);
    }
    return hash;
}

static uint64_t graphical(uint64_t hash, const sd_gf *gf)
{
    hash = number(number(hash, (int64_t)gf->kind), (int64_t)gf->count);
    hash = more(hash, gf->x, gf->count * sizeof *gf->x);
    return more(hash, gf->y, gf->count * sizeof *gf->y);
}

static uint64_t state(uint64_t hash, const sd_program *p)
{
    hash = number(hash, (int64_t)p->stock_count);
    for (size_t i = 0; i < p->stock_count; i++) {
        const sd_stock_row *s = &p->stocks[i];
        hash = number(number(number(hash, s->net), s->start), s->non_negative);
    }
    hash = number(hash, (int64_t)p->memory_count);
    for (size_t i = 0; i < p->memory_count; i++)
        hash = number(hash, p->memories[i].input);
    hash = number(hash, (int64_t)p->pipeline_count);
    for (size_t i = 0; i < p->pipeline_count; i++) {
        const sd_pipeline *l = &p->pipelines[i];
        hash = number(number(number(number(hash, l->input), l->time), l->start), l->constant);
    }
    return hash;
}

static uint64_t belts(uint64_t hash, const sd_program *p)
{
    for (size_t i = 0; i < p->belt_count; i++) {
        const sd_belt *b = &p->belts[i];
        hash = number(number(number(hash, b->queue), b->discrete), b->exponential);
        hash = number(number(hash, (int64_t)b->stock), (int64_t)b->entered);
        hash = more(hash, b->rows, sizeof b->rows);
    }
    for (size_t i = 0; i < p->belt_leak_count; i++) {
        const sd_belt_leak *leak = &p->belt_leaks[i];
        const double zone[] = {leak->from, leak->to};
        hash = number(number(hash, (int64_t)leak->belt), leak->integers);
        hash = more(more(hash, zone, sizeof zone), leak->rows, sizeof leak->rows);
    }
    for (size_t i = 0; i < p->outlet_count; i++) {
        const sd_outlet *o = &p->outlets[i];
        hash = number(number(number(hash, (int64_t)o->belt), o->first), o->limited);
        hash = number(number(number(hash, o->overflow), o->one_at_a_time), o->batch_integrity);
    }
    return hash;
}

uint64_t sd_program_hash(const sd_program *p)
{
    const int32_t rows[] = {p->time_row, p->dt_row, p->start_row, p->stop_row, p->stock_row};
    uint64_t hash = more(0, rows, sizeof rows);
    hash = number(number(hash, (int64_t)p->row_count), (int64_t)p->parameter_count);
    hash = more(hash, p->constants, p->constant_count * sizeof *p->constants);
    for (size_t k = 0; k < p->parameter_count; k++)
        hash = number(hash, p->parameters[k].row);
    hash = list(list(list(hash, &p->once), &p->grid), &p->stage);
    for (size_t i = 0; i < p->gf_count; i++)
        hash = graphical(hash, p->gfs[i]);
    hash = belts(state(hash, p), p);
    for (size_t element = 0; element < p->model->element_count; element++) /* they must be finite */
        hash = number(hash, p->element_rows[element]);
    hash = number(hash, p->wanted ? (int64_t)p->wanted_count : -1);
    for (size_t i = 0; p->wanted && i < p->wanted_count; i++)
        hash = number(hash, (int64_t)p->wanted[i]);
    return hash;
}
