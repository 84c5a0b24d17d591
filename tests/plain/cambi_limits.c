/* cambi.md section 3: which steps between neighbouring samples an eye can see. */
#include "cambi.h"
#include "plain_util.h"

enum { FOOT = 64, HEAD = 940, NO_LIMIT = 1023 };

static double luminance_bt1886(double v)
{
    const double gamma = 2.4;
    double u = plain_pow(300.0, 1.0 / gamma), w = plain_pow(0.01, 1.0 / gamma);
    return plain_pow(u - w, gamma) * plain_pow(v + w / (u - w), gamma);
}

static double luminance_pq(double v)
{
    double r = plain_pow(v, 1.0 / 78.84375);
    double above = r > 0.8359375 ? r - 0.8359375 : 0.0;
    return 10000.0 * plain_pow(above / (18.8515625 - 18.6875 * r), 1.0 / 0.1593017578125);
}

static double luminance(int sample, bool pq)
{
    int clipped = sample < FOOT ? FOOT : sample > HEAD ? HEAD : sample;
    double v = (double)(clipped - FOOT) / (HEAD - FOOT);
    return pq ? luminance_pq(v) : luminance_bt1886(v);
}

struct eye {
    double threshold;
    bool pq;
};

static bool visible(const struct eye *eye, int sample, int step)
{
    double below = luminance(sample, eye->pq);
    return luminance(sample + step, eye->pq) - below > eye->threshold * below;
}

/* BIG: the step cannot be seen; SMALL: it still can one sample higher. */
enum sight { BIG, SMALL, EXACT };

static enum sight sight_of(const struct eye *eye, int sample, int step)
{
    if (!visible(eye, sample, step))
        return BIG;
    return visible(eye, sample + 1, step) ? SMALL : EXACT;
}

static int last_visible(const struct eye *eye, int step)
{
    int low = FOOT, high = HEAD - 1 - step;
    enum sight at_low = sight_of(eye, low, step), at_high = sight_of(eye, high, step);
    if (at_low != SMALL)
        return at_low == BIG ? 0 : low;
    if (at_high != BIG)
        return at_high == SMALL ? NO_LIMIT : high;
    for (;;) {
        int middle = low + (high - low) / 2;
        enum sight at_middle = sight_of(eye, middle, step);
        if (at_middle == EXACT)
            return middle;
        if (at_middle == BIG)
            high = middle;
        else
            low = middle;
    }
}

void plain_cambi_limits(const struct plain_cambi_options *options, struct plain_cambi_limits *limits)
{
    int eotf = options->cambi_eotf != PLAIN_BT1886 ? options->cambi_eotf : options->eotf;
    struct eye eye = {options->tvi_threshold, eotf == PLAIN_PQ};
    for (int d = 1; d <= 1 << options->max_log_contrast; d++)
        limits->last_visible[d] = last_visible(&eye, d);
    int sample = FOOT;
    while (sample < HEAD && luminance(sample, eye.pq) < options->cambi_vis_lum_threshold)
        sample++;
    limits->darkest = sample == FOOT ? 0 : sample;
}
