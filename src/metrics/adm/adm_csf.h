/* Contrast sensitivity weights of ADM (spec adm, section 6). */
#ifndef IVQ_ADM_CSF_H
#define IVQ_ADM_CSF_H
#include <stdint.h>

#include "base/error.h"

enum { IVQ_ADM_SCALES = 4 };

struct ivq_adm_csf_options {
    int mode;                     /* 0 Watson, 1 Barten, 2 and 3 tables */
    double view_distance;         /* in display heights */
    int display_height;           /* in pixels */
    double scale, diagonal_scale; /* mode 1 only */
};

/* Of one scale: for bands H and V, and for band D. */
struct ivq_adm_weights {
    float w[2];        /* as the denominator takes them */
    uint32_t fixed[2]; /* R: in fixed point, as the masked sums take them */
};

/* IVQ_USAGE where a table has no such display, or the weights do not fit the integer pipeline. */
enum ivq_status ivq_adm_weights(const struct ivq_adm_csf_options *options,
                                struct ivq_adm_weights weights[IVQ_ADM_SCALES], struct ivq_error *error);

#endif
