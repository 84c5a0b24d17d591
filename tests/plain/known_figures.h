/* The 'Known figures' of psnr.md, motion.md, vif.md and adm.md, as far as they can be made from shared/clips
   or from formulas: what the reference, libvmaf f85a8536, gave. */
#ifndef PLAIN_KNOWN_FIGURES_H
#define PLAIN_KNOWN_FIGURES_H
#include <stdint.h>

/* One score. Rows of one (clip, feature, options) stand together, and so do those of one clip. */
struct known_row {
    const char *clip; /* a name of clips.h */
    int frame;        /* -1: one value for the whole clip */
    const char *feature;
    const char *options; /* "name=value:name=value" or "" */
    const char *output;  /* the log name while all options have their defaults */
    double value;        /* NAN or -INFINITY where the log has null */
};

extern const struct known_row known_rows[];
extern const int known_row_count;

/* psnr.md section 8: the sums of squared differences of frame 0 (Y, Cb, Cr). */
struct known_sse {
    const char *clip;
    uint64_t sse[3];
};

extern const struct known_sse known_sse[];
extern const int known_sse_count;

/* motion.md section 12: SAD(frame `earlier`, frame `current`) */
struct known_sad {
    const char *clip;
    int earlier, current;
    uint64_t sad;
};

extern const struct known_sad known_sad[];
extern const int known_sad_count;

/* vif.md section 12: accumulators of frame 0 at default options, per scale; and the decimated reference
 * planes. */
struct known_vif {
    const char *clip;
    int64_t sums[4][4];      /* [scale]: numLog, denLog, numFlat, nFlat */
    int width[3], height[3]; /* of p_1 .. p_3 */
    uint32_t crc[3];         /* zlib's CRC-32 of the little-endian 16-bit samples */
};

extern const struct known_vif known_vif[];
extern const int known_vif_count;

/* adm.md section 13: totals of src01_8, frame 0, defaults. Bands H, V, D. */
struct known_adm {
    int width, height;
    uint64_t dlm[3], aim[3], denominator[3];
    float n, d;
};

extern const struct known_adm known_adm[4];

/* adm.md section 6: weights at scale `scale`; w is 0 where the spec gives only the fixed-point weights. */
struct known_adm_weight {
    const char *options;
    int scale;
    float w[2];        /* bands H and V; band D */
    uint32_t fixed[2]; /* the same */
};

extern const struct known_adm_weight known_adm_weights[];
extern const int known_adm_weight_count;

#endif
