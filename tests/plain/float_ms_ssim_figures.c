/* The known figures of ms_ssim.md section 9. */
#include "plain.h"

#include <math.h>

/* clang-format off */
const struct plain_figure plain_float_ms_ssim_figures[] = {
    {"src01_8", 0, "", "float_ms_ssim", 0.98197318675459455},
    {"src01_8", 1, "", "float_ms_ssim", 0.97336998751193615},
    {"src01_8", 2, "", "float_ms_ssim", 0.96890415621780568},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_l_scale0", 0.99952352046966553},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_c_scale0", 0.97961395978927612},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_s_scale0", 0.94396591186523438},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_l_scale1", 0.99985957145690918},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_c_scale1", 0.99370962381362915},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_s_scale1", 0.97013777494430542},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_l_scale2", 0.99995148181915283},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_c_scale2", 0.99891573190689087},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_s_scale2", 0.98966175317764282},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_l_scale3", 0.9999765157699585},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_c_scale3", 0.99987703561782837},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_s_scale3", 0.99715965986251831},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_l_scale4", 0.99998825788497925},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_c_scale4", 0.99997127056121826},
    {"src01_8", 0, "enable_lcs=true", "float_ms_ssim_s_scale4", 0.99944841861724854},
    {"src01_8", 0, "enable_db=true", "float_ms_ssim", 17.440810404577576},
    {"src01_8", 1, "enable_db=true", "float_ms_ssim", 15.746286298999266},
    {"src01_8", 2, "enable_db=true", "float_ms_ssim", 15.072976541590577},
    {"src01_8", 0, "enable_db=true:clip_db=true", "float_ms_ssim", 17.440810404577576},
    {"src01_8", 1, "enable_db=true:clip_db=true", "float_ms_ssim", 15.746286298999266},
    {"src01_8", 2, "enable_db=true:clip_db=true", "float_ms_ssim", 15.072976541590577},
    {"src01_10", 0, "", "float_ms_ssim", 0.98197318675459455},
    {"src01_12", 0, "", "float_ms_ssim", 0.98197318675459455},
    {"src01_16", 0, "", "float_ms_ssim", 0.98197318675459455},
    {"src01_16", 2, "", "float_ms_ssim", 0.96890415621780568},
    {"sparks_10", 0, "", "float_ms_ssim", 0.99948005823439623},
    {"sparks_10", 1, "", "float_ms_ssim", 0.9992241848775143},
    {"sparks_10", 2, "", "float_ms_ssim", 0.99937579267220211},
    {"sparks_10", 3, "", "float_ms_ssim", 0.99930228485667072},
    {"sparks_10", 4, "", "float_ms_ssim", 0.99950720384121361},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_l_scale0", 0.99998980760574341},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_c_scale0", 0.99980831146240234},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_s_scale0", 0.99645501375198364},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_l_scale1", 0.99999743700027466},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_c_scale1", 0.99996954202651978},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_s_scale1", 0.99899071455001831},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_l_scale2", 0.9999992847442627},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_c_scale2", 0.99999594688415527},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_s_scale2", 0.99983859062194824},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_l_scale3", 0.99999982118606567},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_c_scale3", 0.99999934434890747},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_s_scale3", 0.99997895956039429},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_l_scale4", 0.99999994039535522},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_c_scale4", 0.99999988079071045},
    {"sparks_10", 0, "enable_lcs=true", "float_ms_ssim_s_scale4", 0.9999963641166687},
    {"seek_8", 0, "", "float_ms_ssim", 0.90948610514427464},
    {"src01_8:odd", 0, "", "float_ms_ssim", 0.98199707393118696},
    {"src01_8:odd", 1, "", "float_ms_ssim", 0.97341072057028033},
    {"src01_8:odd", 2, "", "float_ms_ssim", 0.96893801392191703},
    {"flat:320x192:8:128:128", 0, "", "float_ms_ssim", 0.99999999205470025},
    {"flat:320x192:8:128:128", 0, "enable_db=true:clip_db=true", "float_ms_ssim", 80.998897135670859},
    {"flat:320x192:8:128:129", 0, "", "float_ms_ssim", 0.99999595578936873},
    {"flat:320x192:8:128:129", 0, "enable_db=true:clip_db=true", "float_ms_ssim", 53.931662334923743},
    {"flat:320x192:8:0:255", 0, "", "float_ms_ssim", 0.29294856808202613},
    {"still:320x192:400:8:checker:inverse", 0, "", "float_ms_ssim", NAN},
    {"still:320x192:400:8:checker:inverse", 0, "enable_db=true:clip_db=true", "float_ms_ssim", 100.0},
    {"still:320x192:400:8:checker:inverse", 0, "enable_db=true", "float_ms_ssim", INFINITY},
    {"still:320x192:400:8:checker:128", 0, "", "float_ms_ssim", 0.77705541824919799},
    {"flat:320x192:16:32768:32768", 0, "", "float_ms_ssim", 0.99999999205470025},
    {"flat:320x192:16:32768:32769", 0, "", "float_ms_ssim", 0.99999999205470025},
    {"flat:320x192:16:0:65535", 0, "", "float_ms_ssim", 0.29264428343098453},
    {"still:320x192:400:16:checker:inverse", 0, "", "float_ms_ssim", NAN},
    {"still:320x192:400:16:checker:32768", 0, "", "float_ms_ssim", 0.77678577973322827},
    /* the smallest picture, by hand */
    {"flat:176x176:8:0:0", 0, "", "float_ms_ssim", 1.0},
    {0},
};
/* clang-format on */

/* Left out (values, why):
     16  archer 8-bit: the clip is not in shared/clips
      1  dark 8-bit: the clip is not in shared/clips
      1  seek 8-bit frame 30: shared/clips has 8 frames
      1  seek 8-bit frame 59: shared/clips has 8 frames
      2  park_joy 8-bit: the clip is not in shared/clips
      2  dark tiled to 3840x2160 and 7680x4320: the clip is not in shared/clips */
