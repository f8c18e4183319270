/* loops_desk.c - small models run and looked at as graphs of causes.
 * In: texts of models, names.  Out: histories, graphs, links and loops in the arena of the desk.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "loops_desk.h"

const sd_budget ample = {.most = 100000, .seconds = 60};

static void must(desk *on, sd_status status)
{
    if (status != SD_OK)
        fail_msg("%s:\n%s", sd_status_text(status), desk_printed(on));
}

static looked look(desk *on, const sd_shock *shocks, size_t shock_count, bool expand)
{
    looked l = {.on = SD_NEW(on->arena, desk)};

    *l.on = *on; /* other models may follow on the same desk */
    must(on, sd_equations_new(on->arena, on->program, shocks, shock_count, &l.equations, on->diag));
    must(on, sd_history_new(on->arena, l.equations, &on->request, &l.history, on->diag));
    must(on, sd_graph_new(on->arena, l.history, expand, sd_change_floor, &l.graph, on->diag));
    return l;
}

const char *looked_names(const looked *l, const sd_feedback *loop)
{
    sd_text names = sd_text_new(l->on->arena);

    for (size_t i = 0; i < loop->count; i++) {
        const sd_stop *stop = &loop->stops[i];

        sd_text_printf(&names, " %s",
                       stop->element == SIZE_MAX
                           ? stop->variable->name
                           : sd_model_element_name(l->on->model, stop->element, l->on->arena));
    }
    return names.bytes + 1;
}

looked look_at_lines(desk *on, const char *specs, const char *lines)
{
    desk_must_compile(on, desk_file(on, specs, "", desk_variables(on, lines)));
    return look_at_run(on, false);
}

looked look_at_run(desk *on, bool expand)
{
    return look(on, NULL, 0, expand);
}

looked look_at_scenario(desk *on, const char *name)
{
    sd_scenario *scenario;

    must(on, sd_scenario_from_input(on->arena, name, &scenario, on->diag));
    on->model = scenario->model;
    must(on, sd_program_new(on->arena, on->model, scenario->shocks.items, scenario->shocks.count,
                            &on->program, on->diag));
    desk_request(on);
    on->request.spec = scenario->spec;
    on->request.parameters = sd_run_parameters(on->arena, on->program, scenario);
    return look(on, scenario->shocks.items, scenario->shocks.count, false);
}

size_t looked_node(const looked *l, const char *name)
{
    return l->equations->element_nodes[desk_element(l->on, name)];
}

const sd_link *looked_find(const looked *l, const char *from, const char *to)
{
    const size_t cause = looked_node(l, from), effect = looked_node(l, to);

    for (size_t i = l->graph->first_in[effect]; i < l->graph->first_in[effect + 1]; i++)
        if (l->graph->links[i].from == cause)
            return &l->graph->links[i];
    return NULL;
}

double looked_score(const looked *l, const char *from, const char *to, size_t point)
{
    const sd_link *link = looked_find(l, from, to);

    if (!link) {
        fail_msg("there is no link from '%s' to '%s'", from, to);
        return 0;
    }
    return link->score[point];
}

const sd_stop *looked_stops(const looked *l, const char *names, size_t *ret_count)
{
    SD_LIST(sd_stop) stops = {0};

    for (const char *at = names + strspn(names, " "); *at; at += strspn(at, " ")) {
        const size_t length = strcspn(at, " ");
        const char *name = sd_arena_copy(l->on->arena, at, length);
        sd_stop stop = {.element = SIZE_MAX};

        stop.variable = sd_model_find(l->on->model, name);
        if (!stop.variable) {
            stop.element = desk_element(l->on, name);
            stop.variable = l->on->model->element_variables[stop.element];
        }
        SD_PUSH(l->on->arena, &stops, stop);
        at += length;
    }
    *ret_count = stops.count;
    return stops.items;
}

sd_route_scores looked_route(const looked *l, const char *names, bool closed)
{
    size_t count;
    const sd_stop *stops = looked_stops(l, names, &count);

    return sd_route_follow(l->on->arena, l->graph, stops, count, closed);
}

const sd_feedbacks *looked_loops(const looked *l, const sd_budget *budget)
{
    const sd_feedbacks *all;

    must(l->on, sd_feedbacks_new(l->on->arena, l->graph, NULL, 0, budget, &all, l->on->diag));
    return all;
}

static bool passes(const sd_feedback *loop, const sd_stop *stops, size_t count)
{
    for (size_t shift = 0; loop->count == count && shift < count; shift++) {
        size_t same = 0;

        while (same < count &&
               loop->stops[(same + shift) % count].variable == stops[same].variable &&
               loop->stops[(same + shift) % count].element == stops[same].element)
            same++;
        if (same == count)
            return true;
    }
    return false;
}

const sd_feedback *looked_loop(const looked *l, const sd_feedbacks *all, const char *names)
{
    size_t count;
    const sd_stop *stops = looked_stops(l, names, &count);

    for (size_t i = 0; i < all->count; i++)
        if (passes(&all->list[i], stops, count))
            return &all->list[i];
    fail_msg("no loop passes %s", names);
    return NULL;
}

double table_value(const desk_table *table, const char *name, size_t row)
{
    for (size_t c = 0; c < table->column_count; c++)
        if (strcmp(table->names[c], name) == 0)
            return table->values[row * table->column_count + c];
    fail_msg("the table has no column '%s'", name);
    return 0;
}
