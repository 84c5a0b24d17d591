/* The known figures of ciede.md section 10, with the mapping of chroma that it defines. */
#include "plain.h"

#include <math.h>

/* clang-format off */
const struct plain_figure plain_ciede_figures[] = {
    {"src01_8", 0, "", "ciede2000", 35.736006122767634},
    {"src01_8", 1, "", "ciede2000", 34.083841144793681},
    {"src01_8", 2, "", "ciede2000", 33.375168621186205},
    {"src01_10", 0, "", "ciede2000", 35.736006122767634},
    {"src01_12", 0, "", "ciede2000", 35.736006122767634},
    {"src01_16", 0, "", "ciede2000", 35.736006122767634},
    {"src01_16", 2, "", "ciede2000", 33.375168621186205},
    {"sparks_10", 0, "", "ciede2000", 46.822136080447031},
    {"sparks_10", 1, "", "ciede2000", 46.338227733754437},
    {"sparks_10", 2, "", "ciede2000", 46.672032931907388},
    {"sparks_10", 3, "", "ciede2000", 46.131558972282406},
    {"sparks_10", 4, "", "ciede2000", 46.800794395450197},
    {"q160_8", 0, "", "ciede2000", 42.14095872588954},
    {"q160_8", 1, "", "ciede2000", 40.251672349287851},
    {"q160_8", 47, "", "ciede2000", 40.341443694948687},
    {"seek_8", 0, "", "ciede2000", 31.614952964298066},
    {"src01_8:odd", 0, "", "ciede2000", 35.757167684376668},
    {"src01_8:odd", 1, "", "ciede2000", 34.101040903662856},
    {"src01_8:odd", 2, "", "ciede2000", 33.388933741612469},
    {"src01_8:333x222", 0, "", "ciede2000", 35.454345364877412},
    {"src01_8:422", 0, "", "ciede2000", 35.736006122767634},
    {"src01_8:422:500x300", 0, "", "ciede2000", 35.679372412695528},
    {"src01_8:444", 0, "", "ciede2000", 35.736006122767634},
    {"still:320x192:420:8:128:128", 0, "", "ciede2000", INFINITY},
    {"still:320x192:420:8:128:129", 0, "", "ciede2000", 37.099617309500552},
    {"still:320x192:420:8:0:255", 0, "", "ciede2000", 2.5651651946535381},
    {"still:320x192:420:8:checker:inverse", 0, "", "ciede2000", 4.3907166754984104},
    {"still:320x192:420:8:checker:128", 0, "", "ciede2000", 9.1697590842292698},
    {"still:320x192:420:16:32768:32768", 0, "", "ciede2000", INFINITY},
    {"still:320x192:420:16:32768:32769", 0, "", "ciede2000", 84.800259169025153},
    {"still:320x192:420:16:0:65535", 0, "", "ciede2000", 2.5497398460849894},
    {"still:320x192:420:16:checker:inverse", 0, "", "ciede2000", 4.3954755724947177},
    {"still:320x192:420:16:checker:32768", 0, "", "ciede2000", 9.1572660736334726},
    {0},
};
/* clang-format on */

/* Left out (values, why):
      6  archer, dark, seek frames 30 and 59, park_joy: the clip or frame is not in shared/clips
      6  577x323, 333x222 and 4:2:2 as the reference computes them: it reads beside the chroma samples */
