#include "model/percentile.h"

double ivq_percentile(const double *sorted, int count, double percent)
{
    const double rank = percent * (count - 1) / 100;
    const int left = (int)rank;
    if (left == rank)
        return sorted[left];
    const int right = left + 1;
    return sorted[left] * (right - rank) + sorted[right] * (rank - left);
}
