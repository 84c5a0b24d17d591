/* The known figures of psnr.md section 8. */
#include "plain.h"

/* clang-format off */
const struct plain_figure plain_float_psnr_figures[] = {
    {"src01_8", 0, "", "float_psnr", 34.760778811442201},
    {"src01_8", 1, "", "float_psnr", 31.883227338379431},
    {"src01_8", 2, "", "float_psnr", 30.99382308994867},
    {"src01_10", 0, "", "float_psnr", 34.786288050447055},
    {"src01_10", 1, "", "float_psnr", 31.908736577384285},
    {"src01_10", 2, "", "float_psnr", 31.019332328953521},
    {"src01_16", 0, "", "float_psnr", 34.794641971831105},
    {"src01_16", 1, "", "float_psnr", 31.917090498768331},
    {"src01_16", 2, "", "float_psnr", 31.02768625033757},
    {"sparks_10", 0, "", "float_psnr", 49.608568190787913},
    {"sparks_10", 1, "", "float_psnr", 47.937370450237736},
    {"sparks_10", 2, "", "float_psnr", 48.815784870940007},
    {"sparks_10", 3, "", "float_psnr", 48.046439116152477},
    {"sparks_10", 4, "", "float_psnr", 49.672906845171397},
    {"q160_8", 0, "", "float_psnr", 42.875047139089098},
    {"q160_8", 1, "", "float_psnr", 38.970323822029194},
    {"q160_8", 2, "", "float_psnr", 37.705868852027237},
    {"q160_8", 24, "", "float_psnr", 41.118662776226969},
    {"q160_8", 46, "", "float_psnr", 38.44046462186553},
    {"q160_8", 47, "", "float_psnr", 39.038921936054486},
    {"synthetic:577x323:420:8:5", 0, "", "float_psnr", 28.830378645313175},
    {"synthetic:577x323:420:8:5", 1, "", "float_psnr", 28.83416058668821},
    {"synthetic:577x323:420:8:5", 2, "", "float_psnr", 28.832188822729531},
    {"synthetic:577x323:420:8:5", 3, "", "float_psnr", 28.83298941859281},
    {"synthetic:577x323:420:8:5", 4, "", "float_psnr", 28.834407462651942},
    {"synthetic:131x97:422:10:5", 0, "", "float_psnr", 28.842701946317824},
    {"synthetic:131x97:422:10:5", 1, "", "float_psnr", 28.848913962020184},
    {"synthetic:131x97:422:10:5", 2, "", "float_psnr", 28.846658663023746},
    {"synthetic:131x97:422:10:5", 3, "", "float_psnr", 28.853350829945509},
    {"synthetic:131x97:422:10:5", 4, "", "float_psnr", 28.861901693259515},
    {"synthetic:173x61:444:12:4", 0, "", "float_psnr", 28.847702316371944},
    {"synthetic:173x61:444:12:4", 1, "", "float_psnr", 28.855595089863591},
    {"synthetic:173x61:444:12:4", 2, "", "float_psnr", 28.860107312804807},
    {"synthetic:173x61:444:12:4", 3, "", "float_psnr", 28.851096573038216},
    {"synthetic:149x83:420:16:4", 0, "", "float_psnr", 28.846145017694106},
    {"synthetic:149x83:420:16:4", 1, "", "float_psnr", 28.829904481841844},
    {"synthetic:149x83:420:16:4", 2, "", "float_psnr", 28.823416631038508},
    {"synthetic:149x83:420:16:4", 3, "", "float_psnr", 28.828533919294884},
    {"synthetic:17x18:444:8:4", 0, "", "float_psnr", 28.734795490682409},
    {"synthetic:17x18:444:8:4", 1, "", "float_psnr", 28.865260854136597},
    {"synthetic:17x18:444:8:4", 2, "", "float_psnr", 28.909861449652926},
    {"synthetic:17x18:444:8:4", 3, "", "float_psnr", 28.87030609729117},
    {"synthetic:3x3:444:10:3", 0, "", "float_psnr", 28.777791915172401},
    {"synthetic:3x3:444:10:3", 1, "", "float_psnr", 29.047698195665923},
    {"synthetic:3x3:444:10:3", 2, "", "float_psnr", 29.802930820432948},
    /* the smallest picture, by hand */
    {"flat:1x1:8:0:255", 0, "", "float_psnr", 0.0},
    {"flat:1x1:9:1:1", 0, "", "float_psnr", 66.0},
    {0},
};
/* clang-format on */

/* Left out (values, why):
     10  park_joy 480x270 8-bit (y4m): the clip is not in shared/clips
      1  archer 1920x1080 8-bit: the clip is not in shared/clips
      1  dark 1920x1080 8-bit: the clip is not in shared/clips */
