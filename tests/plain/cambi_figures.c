/* The known figures of cambi.md section 12, and the special cases of sections 2.1 and 7. */
#include "plain.h"

/* clang-format off */
#define MODEL "cambi_high_res_speedup=1080:cambi_vis_lum_threshold=0.06:cambi_max_val=17.0"

const struct plain_figure plain_cambi_figures[] = {
    {"src01_8", 0, "", "cambi", 0.33917120188743033},
    {"src01_8", 1, "", "cambi", 0.27650534843558083},
    {"src01_8", 2, "", "cambi", 0.2683700036193799},
    {"src01_10", 0, "", "cambi", 0.93044083409407985},
    {"src01_10", 1, "", "cambi", 0.96234089955312585},
    {"src01_10", 2, "", "cambi", 0.98286184929593301},
    {"src01_12", 0, "", "cambi", 0.93044083409407985},
    {"src01_12", 2, "", "cambi", 0.98286184929593301},
    {"src01_16", 0, "", "cambi", 0.93044083409407985},
    {"src01_16", 2, "", "cambi", 0.98286184929593301},
    {"sparks_10", 0, "", "cambi", 0.37343979497357471},
    {"sparks_10", 4, "", "cambi", 0.34169180091580603},
    {"seek_8", 0, "", "cambi", 0.39633635233292253},
    {"seek_8", 1, "", "cambi", 0.32758784002530367},
    {"src01_8", 0, MODEL, "cambi", 0.33908652614590562},
    {"src01_10", 0, MODEL, "cambi", 0.92235833711277126},
    {"seek_8", 0, MODEL, "cambi", 0.39633635233292253},
    {"src01_8", 0, "max_log_contrast=0", "cambi", 0.0025875044640896964},
    {"src01_8", 0, "max_log_contrast=5", "cambi", 0.50409925282544754},
    {"src01_8", 0, "window_size=127", "cambi", 0.28503406490291117},
    {"src01_8", 0, "topk=0.1", "cambi", 2.0351984283922984},
    {"src01_8", 0, "cambi_topk=1.0", "cambi", 0.20349929925740742},
    {"src01_8", 0, "tvi_threshold=0.05", "cambi", 0.33360746075124698},
    {"src01_8", 0, "cambi_eotf=pq", "cambi", 0.33917120188743033},
    {"src01_8", 0, "cambi_vis_lum_threshold=5", "cambi", 0.0047807325041920624},
    {"src01_8", 0, "enc_width=480:enc_height=270", "cambi", 0.25231159494942301},
    {"src01_8", 0, "enc_bitdepth=10", "cambi", 0.93044083409407985},
    {"src01_8", 0, "full_ref=true", "cambi", 0.33917120188743033},
    {"src01_8", 0, "full_ref=true", "cambi_source", 7.2645516325180127e-05},
    {"src01_8", 0, "full_ref=true", "cambi_full_reference", 0.33909855637110514},
    /* by hand */
    {"still:216x20:400:8:90:90", 0, "", "cambi", 0.0},
    {"still:4000x64:444:10:checker:checker", 0, "", "cambi", 0.0},
    {"still:320x200:400:8:90:90", 0, "full_ref=true:src_width=320:src_height=200", "cambi_full_reference", 0.0},
    {"src01_8", 0, "cambi_vis_lum_threshold=300", "cambi", 0.0},
    {"src01_8", 0, "cambi_max_val=0.25", "cambi", 0.25},
    {"src01_8", 0, "topk=0.6:cambi_topk=1.0", "cambi", 0.20349929925740742},
    {"src01_8", 0, "topk=0.1:cambi_topk=1.0", "cambi", 2.0351984283922984},
    {0},
};
/* clang-format on */

/* Left out (values, why):
     14  seek frame 59, park_joy, archer, dark: the clip or frame is not in shared/clips */
