/* The known figures of ssim.md part B: at 16 bits those of the mathematical definition (B5). */
#include "plain.h"

/* clang-format off */
const struct plain_figure plain_ssim_figures[] = {
    {"src01_8", 0, "", "ssim", 0.92473914458870965},
    {"src01_8", 1, "", "ssim", 0.89018831635515139},
    {"src01_8", 2, "", "ssim", 0.87427412319396491},
    {"src01_12", 0, "", "ssim", 0.92498194380965393},
    {"src01_12", 1, "", "ssim", 0.89049621700041692},
    {"src01_12", 2, "", "ssim", 0.87461189568896625},
    {"sparks_10", 0, "", "ssim", 0.99634120951851235},
    {"sparks_10", 1, "", "ssim", 0.99492447709842846},
    {"sparks_10", 2, "", "ssim", 0.99572405731651714},
    {"q160_8", 0, "", "ssim", 0.98897543847153968},
    {"q160_8", 1, "", "ssim", 0.9828583371637778},
    {"q160_8", 2, "", "ssim", 0.97984612730744591},
    {"seek_8", 0, "", "ssim", 0.7717753517024537},
    {"seek_8", 1, "", "ssim", 0.69325193258136475},
    {"seek_8", 2, "", "ssim", 0.68987911415407621},
    {"src01_8:odd", 0, "", "ssim", 0.92514968647241613},
    {"src01_8:odd", 1, "", "ssim", 0.89081010146163653},
    {"src01_8:odd", 2, "", "ssim", 0.87492140224716364},
    {"src01_10", 0, "", "ssim", 0.92493347889918165},
    {"src01_16", 0, "", "ssim", 0.92499707938096309},
    {"src01_16", 1, "", "ssim", 0.89051541636939657},
    {"src01_16", 2, "", "ssim", 0.87463295954923059},
    {"flat:320x192:8:128:129", 0, "", "ssim", 0.99996972586966648},
    {"flat:320x192:8:0:255", 0, "", "ssim", 9.9990000999917891e-05},
    {"still:320x192:400:8:checker:inverse", 0, "", "ssim", -0.9964062923064464},
    {"still:320x192:400:8:checker:128", 0, "", "ssim", 0.0035870591764777301},
    {"src01_8:same", 0, "", "ssim", 1.0},
    /* the smallest picture, by hand */
    {"flat:1x1:8:9:9", 0, "", "ssim", 1.0},
    {0},
};
/* clang-format on */

/* Left out (values, why):
      1  archer 8-bit: the clip is not in shared/clips
      1  dark 8-bit: the clip is not in shared/clips */
