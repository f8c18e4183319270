/* graphical.c - graphical functions: reading <gf> and looking a value up.
 * In: an XML element.  Out: sd_gf with strictly rising x.  XMILE 1.0, section 3.1.4.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>
#include <strings.h>

#include "model_private.h"

/* The segment that x lies on: from point `low` to the next.  At a point it is the one to its right, beyond the ends
 * the first or the last. */
static size_t segment_at(const sd_gf *gf, double x)
{
    size_t low = 0, high = gf->count - 1;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (gf->x[middle] <= x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static double slope_of(const sd_gf *gf, size_t low)
{
    return (gf->y[low + 1] - gf->y[low]) / (gf->x[low + 1] - gf->x[low]);
}

double sd_gf_at(const sd_gf *gf, double x)
{
    size_t last = gf->count - 1;
    if (isnan(x))
        return x;
    if (x < gf->x[0] && gf->kind != SD_GF_EXTRAPOLATE)
        return gf->y[0];
    if (x >= gf->x[last] && gf->kind != SD_GF_EXTRAPOLATE)
        return gf->y[last];
    size_t low = segment_at(gf, x);
    if (gf->kind == SD_GF_DISCRETE)
        return gf->y[low];
    return gf->y[low] + (x - gf->x[low]) * slope_of(gf, low);
}

double sd_gf_slope(const sd_gf *gf, double x)
{
    if (isnan(x))
        return x;
    bool inside = x >= gf->x[0] && x < gf->x[gf->count - 1];
    if (gf->kind == SD_GF_DISCRETE || (gf->kind == SD_GF_CONTINUOUS && !inside))
        return 0.0;
    return slope_of(gf, segment_at(gf, x));
}

typedef SD_LIST(double) number_list;

/* Numbers separated by `separator` (white space counts too when it is a comma). */
static bool numbers_read(builder *b, const xml_element *element, number_list *list)
{
    const xml_attribute *separator = xml_attribute_of(element, "sep");
    char mark = separator && separator->value[0] ? separator->value[0] : ',';
    const mapped_text *text = &element->text;
    size_t at = 0;
    while (true) {
        while (at < text->length && (strchr(" \t\r\n", text->text[at]) || text->text[at] == mark))
            at++;
        if (at == text->length)
            return true;
        double value;
        size_t used = sd_number_parse(text->text + at, text->length - at, &value);
        if (used == 0 || !isfinite(value)) {
            size_t end = at;
            while (end < text->length && text->text[end] != mark &&
                   !strchr(" \t\r\n", text->text[end]))
                end++;
            (void)sd_fail(b->diag, SD_E110, mapped_span(text, at, end), "a point must be a number");
            sd_help(b->diag, "write numbers separated by '%c'", mark);
            return false;
        }
        SD_PUSH(b->arena, list, value + 0.0); /* minus zero is zero */
        at += used;
    }
}

static bool scale_read(builder *b, const xml_element *scale, double *ret_min, double *ret_max)
{
    const xml_attribute *low = xml_attribute_of(scale, "min"),
                        *high = xml_attribute_of(scale, "max");
    if (!low || !high || !sd_number_from_text(low->value, ret_min) ||
        !sd_number_from_text(high->value, ret_max) || !(*ret_min < *ret_max)) {
        (void)sd_fail(b->diag, SD_E110, scale->span, "<%s> needs min and max, min below max",
                      scale->name);
        return false;
    }
    return true;
}

static bool points_check(builder *b, const xml_element *where, const number_list *x,
                         const number_list *y)
{
    sd_span span =
        where->text.length ? mapped_span(&where->text, 0, where->text.length) : where->span;
    if (x->count != y->count) {
        (void)sd_fail(b->diag, SD_E110, span, "the graphical function has %zu x and %zu y values",
                      x->count, y->count);
        sd_help(b->diag, "give as many y as x");
        return false;
    }
    if (x->count < 2) {
        (void)sd_fail(b->diag, SD_E110, span, "the graphical function has fewer than two points");
        return false;
    }
    for (size_t i = 1; i < x->count; i++) {
        if (x->items[i] > x->items[i - 1])
            continue;
        char before[SD_NUMBER_MAX], after[SD_NUMBER_MAX];
        (void)sd_number_format(x->items[i - 1], before);
        (void)sd_number_format(x->items[i], after);
        (void)sd_fail(b->diag, SD_E110, span, "the x values must rise, but %s is followed by %s",
                      before, after);
        sd_help(b->diag, "sort the points by x, without repeats");
        return false;
    }
    return true;
}

const sd_gf *graphical_read(builder *b, const xml_element *element)
{
    const xml_element *xpts = xml_child(element, "xpts"), *ypts = xml_child(element, "ypts");
    const xml_element *xscale = xml_child(element, "xscale");
    const xml_attribute *type = xml_attribute_of(element, "type");
    sd_gf *gf = SD_NEW(b->arena, sd_gf);
    gf->span = element->span;
    if (type && strcasecmp(type->value, "extrapolate") == 0) {
        gf->kind = SD_GF_EXTRAPOLATE;
    } else if (type && strcasecmp(type->value, "discrete") == 0) {
        gf->kind = SD_GF_DISCRETE;
    } else if (type && strcasecmp(type->value, "continuous") != 0) {
        (void)sd_fail(b->diag, SD_E110, type->span, "unknown type of graphical function '%s'",
                      type->value);
        sd_help(b->diag, "continuous, extrapolate or discrete");
        return NULL;
    }
    number_list x = {0}, y = {0};
    if (!ypts) {
        (void)sd_fail(b->diag, SD_E110, element->span, "the graphical function has no <ypts>");
        return NULL;
    }
    if (!numbers_read(b, ypts, &y) || (xpts && !numbers_read(b, xpts, &x)))
        return NULL;
    if (!xpts) {
        double low, high;
        if (!xscale) {
            (void)sd_fail(b->diag, SD_E110, element->span,
                          "the graphical function has neither <xpts> nor <xscale>");
            return NULL;
        }
        if (!scale_read(b, xscale, &low, &high))
            return NULL;
        for (size_t i = 0; i < y.count; i++) {
            double value =
                y.count < 2 ? low : low + (high - low) * (double)i / (double)(y.count - 1);
            SD_PUSH(b->arena, &x, value);
        }
    }
    if (!points_check(b, xpts ? xpts : ypts, &x, &y))
        return NULL;
    gf->count = x.count;
    gf->x = x.items;
    gf->y = y.items;
    return gf;
}
