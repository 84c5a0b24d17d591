/* speed.md sections 5, 7 and 8: entropies of blocks, and the score of a pair of planes. */
#include "speed.h"
#include "plain_util.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = PLAIN_SPEED_OFFSETS, BLOCK = 5 };

#define UNIT_ENTROPY 4.0941911703612819 /* log2(2 pi e) */

/* What section 8 reads of one plane: S and E of every block. */
struct analysis {
    int blocks;
    bool regular;
    float *S, *E;
};

/* --- Section 5 --- */

static float residual_at(const struct plain_image *D, int offset, int i, int j)
{
    return D->samples[(offset / BLOCK + i) * D->width + offset % BLOCK + j];
}

static void covariance(const struct plain_image *D, float K[N][N])
{
    int width = D->width / BLOCK * BLOCK - 4, height = D->height / BLOCK * BLOCK - 4;
    float mean[N];
    for (int a = 0; a < N; a++) {
        float sum = 0.0F;
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++)
                sum += residual_at(D, a, i, j);
        mean[a] = sum / (float)(width * height);
    }
    for (int a = 0; a < N; a++)
        for (int b = 0; b < N; b++) {
            double sum = 0.0;
            for (int i = 0; i < height; i++)
                for (int j = 0; j < width; j++)
                    sum += ((double)residual_at(D, a, i, j) - (double)mean[a]) *
                           ((double)residual_at(D, b, i, j) - (double)mean[b]);
            K[a][b] = (float)(sum / (width * height));
        }
}

/* --- Section 7 --- */

static float *block_columns(const struct plain_image *D, int columns, int blocks)
{
    float *Y = plain_alloc((size_t)N * (size_t)blocks, sizeof(*Y));
    for (int a = 0; a < N; a++)
        for (int n = 0; n < blocks; n++)
            Y[a * blocks + n] = residual_at(D, a, BLOCK * (n / columns), BLOCK * (n % columns));
    return Y;
}

static bool quadratic_forms(const struct plain_image *D, float K[N][N], bool regular, int blocks, float *S)
{
    float *Y = block_columns(D, D->width / BLOCK, blocks);
    float *X = plain_alloc((size_t)N * (size_t)blocks, sizeof(*X));
    if (regular && !plain_speed_solve(K, Y, blocks, X)) {
        memset(X, 0, (size_t)N * (size_t)blocks * sizeof(*X));
        regular = false;
    }
    for (int n = 0; n < blocks; n++)
        for (int a = 0; a < N; a++)
            S[n] += X[a * blocks + n] * Y[a * blocks + n] / 25.0F;
    free(X);
    free(Y);
    return regular;
}

/* --- Section 8 --- */

static float entropy(const float lambda[N], float S, float sigma)
{
    float E = 0.0F;
    for (int k = 0; k < N; k++) {
        float L = lambda[k] > 0.0F ? lambda[k] : 0.0F;
        E = (float)((double)E + (plain_log2((double)(L * S + sigma)) + UNIT_ENTROPY));
    }
    return E;
}

static struct analysis analyse(const struct plain_image *residual, float sigma)
{
    struct plain_image D = plain_image_new(residual->width, residual->height);
    struct analysis result = {(D.width / BLOCK) * (D.height / BLOCK), true, NULL, NULL};
    float K[N][N], lambda[N];
    for (int i = 0; i < D.width * D.height; i++)
        D.samples[i] = plain_speed_flushed(residual->samples[i]);
    result.S = plain_alloc((size_t)result.blocks, sizeof(float));
    result.E = plain_alloc((size_t)result.blocks, sizeof(float));
    covariance(&D, K);
    plain_speed_eigenvalues(K, lambda);
    for (int i = 0; i < N; i++)
        result.regular = result.regular && (double)lambda[i] >= 1e-6;
    result.regular = quadratic_forms(&D, K, result.regular, result.blocks, result.S);
    for (int n = 0; n < result.blocks; n++)
        result.E[n] = entropy(lambda, result.S[n], sigma);
    plain_image_free(&D);
    return result;
}

static void analysis_free(struct analysis *analysis)
{
    free(analysis->S);
    free(analysis->E);
}

/* What the weights of modes 3 to 6 take the logarithm of */
static double mixed(float Sr, float Sd, int mode)
{
    if (mode == 5)
        return 1.0 + (0.75 * (double)Sr + 0.25 * (double)Sd);
    if (mode == 6)
        return 1.0 + (0.25 * (double)Sr + 0.75 * (double)Sd);
    return 1.0 + (double)(Sr + Sd) / 2.0;
}

static void block_weights(float Sr, float Sd, int mode, double *Wr, double *Wd)
{
    double of_r = (double)(1.0F + Sr), of_d = (double)(1.0F + Sd);
    *Wr = plain_log2(mode == 2 ? of_d : mode == 3 ? mixed(Sr, Sd, mode) : of_r);
    *Wd = plain_log2(mode == 0 || mode == 2 ? of_d : mode == 1 ? of_r : mixed(Sr, Sd, mode));
}

static float block_difference(const struct analysis *r, const struct analysis *d, int n, float base, int mode)
{
    double Wr, Wd;
    if (r->E[n] < base && d->E[n] < base)
        return 0.0F;
    block_weights(r->S[n], d->S[n], mode, &Wr, &Wd);
    return fabsf((float)((double)r->E[n] * Wr) - (float)((double)d->E[n] * Wd));
}

float plain_speed_score(const struct plain_image *ref, const struct plain_image *dis,
                        const struct plain_speed_options *options, bool *bad)
{
    float sigma = (float)options->speed_sigma_nn, sum = 0.0F;
    struct analysis r = analyse(ref, sigma), d = analyse(dis, sigma);
    float least = (1.0F + (float)options->speed_nn_floor) * sigma;
    float base = (float)(25.0 * (plain_log2((double)least) + UNIT_ENTROPY));
    for (int n = 0; n < r.blocks; n++)
        sum += block_difference(&r, &d, n, base, options->speed_weight_var_mode);
    *bad = !r.regular || !d.regular;
    float score = r.regular != d.regular ? 0.0F : sum / (float)r.blocks;
    analysis_free(&r);
    analysis_free(&d);
    return score;
}

float plain_speed_core(const struct plain_image *ref, const struct plain_image *dis,
                       const struct plain_speed_options *options, bool *bad)
{
    struct plain_image r = plain_speed_residual(ref, options), d = plain_speed_residual(dis, options);
    float score = plain_speed_score(&r, &d, options, bad);
    plain_image_free(&r);
    plain_image_free(&d);
    return score;
}
