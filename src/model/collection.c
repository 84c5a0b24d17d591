#include "model/collection.h"

#include <math.h>

#include "model/percentile.h"

/* model.md 8: the 95 % interval, and the half step of the transform's slope. */
static const double low_percent = 2.5, high_percent = 97.5, half_step = 0.01;

static double mean_of(const double *scores, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum = sum + scores[i];
    return sum / count;
}

static double deviation_of(const double *scores, int count, double mean)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum = sum + (scores[i] - mean) * (scores[i] - mean);
    return sqrt(sum / count);
}

/* In place, since prediction allocates nothing; there are few. */
static void sort(double *scores, int count)
{
    for (int i = 1; i < count; i++) {
        const double score = scores[i];
        int j = i;
        for (; j > 0 && scores[j - 1] > score; j--)
            scores[j] = scores[j - 1];
        scores[j] = score;
    }
}

void ivq_bootstrap(const struct ivq_entry *finisher, double *scores, int count,
                   double outputs[IVQ_BOOTSTRAP_OUTPUTS])
{
    const double mean = mean_of(scores, count);
    const double deviation = deviation_of(scores, count, mean);
    const double above = ivq_entry_finish(finisher, mean + half_step);
    const double below = ivq_entry_finish(finisher, mean - half_step);
    sort(scores, count);
    outputs[IVQ_BOOTSTRAP_BAGGING] = ivq_entry_finish(finisher, mean);
    outputs[IVQ_BOOTSTRAP_STDDEV] = deviation * ((above - below) / (2.0 * half_step));
    outputs[IVQ_BOOTSTRAP_CI_P95_LO] = ivq_entry_finish(finisher, ivq_percentile(scores, count, low_percent));
    outputs[IVQ_BOOTSTRAP_CI_P95_HI] =
        ivq_entry_finish(finisher, ivq_percentile(scores, count, high_percent));
}
