#include "metrics/gaussian.h"

#include <math.h>
#include <stddef.h>

#include "base/exactmath.h"

#define ROOT_2_PI 2.5066282746310002 /* the square root of 2 * pi in binary64 */

bool ivq_gaussian_allows(double scale)
{
    static const float known[] = {
        1.0f,        0.5f,        1.5f,         2.0f,         2.0f / 3.0f, 2.4f,      360.0f / 97.0f,
        4.0f / 3.0f, 3.5f / 3.0f, 3.75f / 3.0f, 4.25f / 3.0f, 5.0f / 3.0f, 3.0f,      1.0f / 2.25f,
        1.4746f,     1.54f,       1.6f,         1.06667f,     0.711111f,   0.740740f, 1.111111f};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if ((double)fabsf((float)scale - known[i]) < 1e-3)
            return true;
    return false;
}

int ivq_gaussian_count(int width, double scale)
{
    const int count = (int)ceilf((float)width * (float)scale), odd = count | 1;
    return odd < 3 ? 3 : odd;
}

void ivq_gaussian_taps(int count, float deviation, float taps[IVQ_GAUSSIAN_MOST])
{
    const double sd = (double)deviation;
    const float height = (float)(1.0 / (sd * ROOT_2_PI));
    float sum = 0;
    for (int i = 0; i < count; i++) {
        const int from_centre = i - count / 2;
        const double x = (double)from_centre;
        taps[i] = (float)ivq_exp(-0.5 * x / sd * x / sd) / height;
        sum += taps[i];
    }
    for (int i = 0; i < count; i++)
        taps[i] /= sum;
}
