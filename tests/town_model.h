/* town_model.h - a small model with every kind of variable that a scenario can name, for tests of scenarios.
 * Each program that includes it carries its own built-in files, so it is text and not a library.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_TOWN_MODEL_H
#define TESTS_TOWN_MODEL_H

#include "sd/model.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char town[] =
    "<xmile version=\"1.0\" xmlns=\"http://docs.oasis-open.org/xmile/ns/XMILE/v1.0\" "
    "xmlns:treadmill=\"urn:treadmill\">\n"
    "<header><name>town</name><vendor>v</vendor><product>p</product></header>\n"
    "<sim_specs time_units=\"week\" "
    "method=\"RK4\"><start>0</start><stop>104</stop><dt>0.25</dt></sim_specs>\n"
    "<dimensions><dim name=\"practice\"><elem name=\"permission\"/><elem name=\"definition\"/>"
    "<elem name=\"boundaries\"/><elem name=\"coaching\"/></dim>"
    "<dim name=\"group\"><elem name=\"high\"/><elem name=\"low\"/></dim></dimensions>\n"
    "<model><variables>\n"
    "<aux name=\"base task time\"><eqn>0.5</eqn><units>hour</units><doc>time for one task</doc>"
    "<treadmill:bounds min=\"0.01\"/><range min=\"0.1\" max=\"2\"/>"
    "<treadmill:source>article 002</treadmill:source></aux>\n"
    "<aux name=\"share\"><eqn>0.4</eqn><units>dmnl</units><treadmill:bounds min=\"0\" max=\"1\"/>"
    "<range min=\"0.2\" max=\"0.7\"/></aux>\n"
    "<aux name=\"practice intensity\"><dimensions><dim name=\"practice\"/></dimensions><eqn>0</eqn>"
    "<treadmill:bounds min=\"0\" max=\"1\"/></aux>\n"
    "<aux name=\"practice start\"><dimensions><dim "
    "name=\"practice\"/></dimensions><eqn>26</eqn></aux>\n"
    "<aux name=\"practice ramp\"><dimensions><dim name=\"practice\"/></dimensions><eqn>8</eqn>"
    "<treadmill:bounds min=\"0.1\"/></aux>\n"
    "<aux name=\"practice stop\"><dimensions><dim "
    "name=\"practice\"/></dimensions><eqn>9999</eqn></aux>\n"
    "<aux name=\"weight\"><dimensions><dim name=\"practice\"/><dim name=\"group\"/></dimensions>"
    "<eqn>1</eqn></aux>\n"
    "<stock name=\"people\"><eqn>100</eqn><inflow>births</inflow></stock>\n"
    "<stock name=\"skill\"><eqn>share*base_task_time</eqn><inflow>learning</inflow></stock>\n"
    "<flow name=\"births\"><eqn>people*share*SUM(weight[*,*])*SUM(practice_intensity[*])*"
    "(practice_start[permission]+practice_ramp[permission]+practice_stop[permission])/100</eqn></"
    "flow>\n"
    "<flow name=\"learning\"><eqn>TIME*0.0001</eqn></flow>\n"
    "<aux name=\"output\"><eqn>people/base_task_time*table(share)</eqn></aux>\n"
    "<gf name=\"table\"><xscale min=\"0\" max=\"1\"/><ypts>0.5,1.5</ypts></gf>\n"
    "</variables></model></xmile>\n";

#endif
