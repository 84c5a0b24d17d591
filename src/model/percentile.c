#include "model/percentile.h"

double ivq_percentile_rank(int count, double percent)
{
    return percent * (count - 1) / 100;
}

double ivq_percentile_between(double rank, double low, double high)
{
    const int left = (int)rank, right = left + 1;
    return low * (right - rank) + high * (rank - left);
}

double ivq_percentile(const double *sorted, int count, double percent)
{
    const double rank = ivq_percentile_rank(count, percent);
    const int left = (int)rank;
    return left == rank ? sorted[left] : ivq_percentile_between(rank, sorted[left], sorted[left + 1]);
}
