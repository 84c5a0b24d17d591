#include "plain_kernel.h"
#include "plain_util.h"

#include <math.h>

#define PI 3.14159265358979323846

bool plain_kernel_allows(double scale)
{
    static const double known[] = {1.0,          1.0 / 2.0,  3.0 / 2.0, 2.0,        2.0 / 3.0,  2.4,
                                   360.0 / 97.0, 4.0 / 3.0,  3.5 / 3.0, 3.75 / 3.0, 4.25 / 3.0, 5.0 / 3.0,
                                   3.0,          1.0 / 2.25, 1.4746,    1.54,       1.6,        1.06667,
                                   0.711111,     0.740740,   1.111111};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if ((double)fabsf((float)scale - (float)known[i]) < 1e-3)
            return true;
    return false;
}

int plain_kernel_count(int width, double scale)
{
    int count = (int)ceilf((float)width * (float)scale);
    count += count % 2 == 0;
    return count < 3 ? 3 : count;
}

void plain_kernel_taps(int count, float deviation, float taps[PLAIN_KERNEL_MOST])
{
    double sd = (double)deviation;
    float height = (float)(1.0 / (sd * sqrt(2.0 * PI))), sum = 0.0F;
    for (int i = 0; i < count; i++) {
        int from_centre = i - count / 2;
        double x = (double)from_centre;
        taps[i] = (float)plain_exp(-0.5 * x / sd * x / sd) / height;
        sum += taps[i];
    }
    for (int i = 0; i < count; i++)
        taps[i] /= sum;
}
