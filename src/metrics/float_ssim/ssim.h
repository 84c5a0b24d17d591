/* What float_ssim and float_ms_ssim have in common on the host (spec ssim, sections A2 and A4 to A7). */
#ifndef IVQ_METRICS_FLOAT_SSIM_SSIM_H
#define IVQ_METRICS_FLOAT_SSIM_SSIM_H
#include "graph/graph.h"

/* The smallest side that the window leaves a position of. */
enum { IVQ_SSIM_LEAST = 11 };

/* The two pictures, in elements of `variant` of the kernels ("u8", "u16", "f32"). */
struct ivq_ssim_pair {
    ivq_ref ref_dis[2];
    int width, height;
    const char *variant;
    float unit; /* times an element: a sample on the scale of 8 bits */
};

/* Luma of this frame. */
struct ivq_ssim_pair ivq_ssim_luma(const struct ivq_format *format, struct ivq_graph *graph);

/* Records the maps of a pair, at least IVQ_SSIM_LEAST each way, and their sums as the next result. */
void ivq_ssim_plan(const struct ivq_ssim_pair *pair, struct ivq_graph *graph);

struct ivq_ssim_means {
    float product, l, c, s;
};

/* What the sums mean; width and height as they were recorded. */
struct ivq_ssim_means ivq_ssim_means(const struct ivq_result *result, int width, int height);

/* A score in dB. clip: at most what a difference of half a code value in one sample is worth; a score of 1
   or more is that ceiling, which is infinite without clip. */
double ivq_ssim_decibels(double score, const struct ivq_format *format, bool clip);

#endif
