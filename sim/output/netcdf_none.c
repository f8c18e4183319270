/* netcdf_none.c - stands in for netcdf.c in a program that was built without the netCDF library.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sd/output.h"

sd_status sd_netcdf_open(sd_arena *arena, const sd_netcdf_request *request, sd_netcdf **ret_netcdf,
                         sd_diag *diag)
{
    (void)arena;
    *ret_netcdf = NULL;
    sd_status status =
        sd_fail(diag, SD_E609, SD_NOWHERE,
                "'%s' cannot be written: this treadmill was built without netCDF", request->shown);
    sd_help(diag, "name a .csv, or install libnetcdf-dev and build again");
    return status;
}

sd_status sd_netcdf_take(sd_netcdf *netcdf, size_t scenario, const sd_members *members,
                         sd_diag *diag)
{
    (void)netcdf, (void)scenario, (void)members, (void)diag;
    return SD_MISSING; /* nothing was opened */
}

sd_status sd_netcdf_close(sd_netcdf *netcdf, sd_diag *diag)
{
    (void)netcdf, (void)diag;
    return SD_MISSING;
}

void sd_netcdf_abandon(sd_netcdf *netcdf)
{
    (void)netcdf;
}
