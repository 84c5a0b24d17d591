/* The known figures of speed.md section 13. */
#include "plain.h"

/* clang-format off */

const struct plain_figure plain_speed_temporal_figures[] = {
    {"src01_8", 0, "", "speed_temporal", 0.0},
    {"src01_8", 1, "", "speed_temporal", 24.802658081054688},
    {"src01_8", 2, "", "speed_temporal", 23.856454849243164},
    {"src01_10", 1, "", "speed_temporal", 24.802658081054688},
    {"seek_8", 1, "", "speed_temporal", 21.395235061645508},
    {"seek_8", 2, "", "speed_temporal", 21.299936294555664},
    {"sparks_10", 1, "", "speed_temporal", 1.233349084854126},
    {"sparks_10", 2, "", "speed_temporal", 1.7470849752426147},
    {"sparks_10", 3, "", "speed_temporal", 0.9840131402015686},
    {"sparks_10", 4, "", "speed_temporal", 1.9613795280456543},
    {"src01_8", 1, "speed_use_ref_diff=true", "speed_temporal", 14.143038749694824},
    {"src01_8", 2, "speed_use_ref_diff=true", "speed_temporal", 19.295970916748047},
    {"src01_8", 1, "speed_nn_floor=0.1", "speed_temporal", 24.802658081054688},
    {"src01_8", 2, "speed_nn_floor=0.1", "speed_temporal", 23.856454849243164},
    {"src01_8", 1, "speed_sigma_nn=0.19", "speed_temporal", 24.734348297119141},
    {"src01_8", 2, "speed_sigma_nn=0.19", "speed_temporal", 23.723482131958008},
    {"src01_8", 1, "speed_prescale=0.5:speed_prescale_method=bilinear", "speed_temporal", 15.288913726806641},
    {"src01_8", 2, "speed_prescale=0.5:speed_prescale_method=bilinear", "speed_temporal", 11.513592720031738},
    {"src01_8", 1, "speed_kernelscale=2", "speed_temporal", 20.546184539794922},
    {"src01_8", 2, "speed_kernelscale=2", "speed_temporal", 20.163238525390625},
    {"src01_8", 1, "speed_max_val=5", "speed_temporal", 24.802658081054688},
    {"src01_8", 2, "speed_max_val=5", "speed_temporal", 23.856454849243164},
    /* by hand */
    {"src01_8", 1, "speed_prescale=1.0005", "speed_temporal", 24.802658081054688},
    {0},
};
/* clang-format on */

/* Left out (values, why):
      3  archer, dark, park_joy, seek frame 59: the clip or frame is not in shared/clips */
