/* The known figures of ssimulacra2.md section 12 (column scalar), and identical frames. */
#include "plain.h"

/* clang-format off */
const struct plain_figure plain_ssimulacra2_figures[] = {
    {"src01_8", 0, "", "ssimulacra2", 49.95500944721779},
    {"src01_8", 1, "", "ssimulacra2", 36.047251342522117},
    {"src01_8", 2, "", "ssimulacra2", 30.377299608947084},
    {"src01_8", 0, "yuv_matrix=1", "ssimulacra2", 47.233262970194225},
    {"src01_8", 1, "yuv_matrix=1", "ssimulacra2", 33.909494945447435},
    {"src01_8", 2, "yuv_matrix=1", "ssimulacra2", 28.578567544461549},
    {"src01_8", 0, "yuv_matrix=2", "ssimulacra2", 53.170568700855483},
    {"src01_8", 1, "yuv_matrix=2", "ssimulacra2", 40.122305193855389},
    {"src01_8", 2, "yuv_matrix=2", "ssimulacra2", 34.696174897108108},
    {"src01_8", 0, "yuv_matrix=3", "ssimulacra2", 50.874306105694529},
    {"src01_8", 1, "yuv_matrix=3", "ssimulacra2", 38.339693842074553},
    {"src01_8", 2, "yuv_matrix=3", "ssimulacra2", 33.125715663551844},
    {"src01_10", 0, "", "ssimulacra2", 50.100672823794127},
    {"src01_10", 1, "", "ssimulacra2", 36.138629355856892},
    {"src01_10", 2, "", "ssimulacra2", 30.486246697944509},
    {"src01_12", 0, "", "ssimulacra2", 50.123595831623497},
    {"src01_12", 1, "", "ssimulacra2", 36.163475149849369},
    {"src01_12", 2, "", "ssimulacra2", 30.526761535721448},
    {"src01_16", 0, "", "ssimulacra2", 50.144415931459385},
    {"src01_16", 1, "", "ssimulacra2", 36.162446279011164},
    {"src01_16", 2, "", "ssimulacra2", 30.527364168456018},
    {"sparks_10", 0, "", "ssimulacra2", 90.376030401759024},
    {"sparks_10", 1, "", "ssimulacra2", 89.055616100653651},
    {"sparks_10", 2, "", "ssimulacra2", 89.963383267708664},
    {"sparks_10", 0, "yuv_matrix=1", "ssimulacra2", 90.174583428873291},
    {"sparks_10", 1, "yuv_matrix=1", "ssimulacra2", 89.050026385829767},
    {"sparks_10", 2, "yuv_matrix=1", "ssimulacra2", 89.91985818233313},
    {"sparks_10", 0, "yuv_matrix=2", "ssimulacra2", 91.213522160790816},
    {"sparks_10", 1, "yuv_matrix=2", "ssimulacra2", 89.879835343155946},
    {"sparks_10", 2, "yuv_matrix=2", "ssimulacra2", 90.809273563746501},
    {"sparks_10", 0, "yuv_matrix=3", "ssimulacra2", 90.973674794424923},
    {"sparks_10", 1, "yuv_matrix=3", "ssimulacra2", 89.864334237259285},
    {"sparks_10", 2, "yuv_matrix=3", "ssimulacra2", 90.753723698416579},
    {"q160_8", 0, "", "ssimulacra2", 86.795856767306404},
    {"q160_8", 1, "", "ssimulacra2", 82.816741063199544},
    {"q160_8", 2, "", "ssimulacra2", 80.784235956239087},
    {"seek_8", 0, "", "ssimulacra2", -20.338798639095216},
    {"seek_8", 1, "", "ssimulacra2", -40.983304859810545},
    {"seek_8", 2, "", "ssimulacra2", -43.737580169964986},
    {"still:160x120:420:8:0:255:128", 0, "", "ssimulacra2", -1072.1424705611546},
    {"still:160x120:420:8:0:255:128", 0, "yuv_matrix=1", "ssimulacra2", -1072.1424705611546},
    {"still:160x120:420:8:0:255:128", 0, "yuv_matrix=2", "ssimulacra2", -1064.9291430822716},
    {"still:160x120:420:8:0:255:128", 0, "yuv_matrix=3", "ssimulacra2", -1064.2677896407665},
    {"seek_8:ceil", 2, "", "ssimulacra2", -42.738284729070529},
    {"seek_8:ceil", 2, "yuv_matrix=1", "ssimulacra2", -43.169264043283533},
    {"seek_8:ceil", 2, "yuv_matrix=2", "ssimulacra2", -37.961517122377927},
    {"seek_8:ceil", 2, "yuv_matrix=3", "ssimulacra2", -38.447044060422144},
    /* by hand */
    {"src01_8:same", 0, "", "ssimulacra2", 100.0},
    {"still:8x8:444:16:65535:65535", 0, "yuv_matrix=3", "ssimulacra2", 100.0},
    {0},
};
/* clang-format on */

/* Left out (values, why):
     12  archer, dark and park_joy: the clip is not in shared/clips
      1  a pair of 7x7: smaller than what is allowed (section 8) */
