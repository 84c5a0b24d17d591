/* speed.md sections 6 and 7: eigenvalues and linear equations of 25x25 matrices in binary32. */
#include "plain_util.h"
#include "speed.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { N = PLAIN_SPEED_OFFSETS, MOST_STEPS = 500 };

#define LEAST 1e-6

float plain_speed_sqrt(float x)
{
    return (float)sqrt((double)x);
}

float plain_speed_hypotenuse(float x, float y)
{
    return plain_speed_sqrt(x * x + y * y);
}

float plain_speed_sign(float x)
{
    return x >= 0.0F ? 1.0F : -1.0F;
}

/* --- Section 6 --- */

/* x of step 3 with the correction of step 4 */
static void make_x(float A[N][N], int r, float tau, const float *v, float *x)
{
    float xi = 0.0F;
    for (int k = r; k < N; k++) {
        x[k] = 0.0F;
        for (int j = r; j < N; j++)
            x[k] += tau * A[k][j] * v[j];
    }
    for (int k = r; k < N; k++)
        xi += x[k] * v[k];
    float gamma = (float)(-0.5 * (double)tau * (double)xi);
    for (int k = r; k < N; k++)
        x[k] += gamma * v[k];
}

static void reflect(float A[N][N], int i)
{
    int r = i + 1;
    float v[N], x[N], squares = 0.0F;
    for (int k = r + 1; k < N; k++)
        squares += A[k][i] * A[k][i];
    float nu = plain_speed_sqrt(squares);
    if (nu == 0.0F)
        return;
    float alpha = A[r][i], beta = -plain_speed_sign(alpha) * plain_speed_hypotenuse(alpha, nu);
    for (int k = r + 1; k < N; k++)
        v[k] = A[k][i] / (alpha - beta);
    v[r] = 1.0F;
    A[r][i] = beta;
    make_x(A, r, (beta - alpha) / beta, v, x);
    for (int k = r; k < N; k++)
        for (int j = r; j < N; j++)
            A[k][j] -= x[k] * v[j] + v[k] * x[j];
}

/* e of the pairs from first to last - 1 */
static void chop(const float *d, float *e, int first, int last)
{
    for (int i = first; i < last; i++)
        if ((double)fabsf(e[i]) < LEAST * (double)(fabsf(d[i]) + fabsf(d[i + 1])))
            e[i] = 0.0F;
}

static float shift(const float *d, const float *e, int n)
{
    float ta = d[n - 2], tb = d[n - 1], q = e[n - 2], delta = (ta - tb) / 2.0F, mu;
    if (delta > 0.0F)
        mu = tb - q * (q / (delta + plain_speed_hypotenuse(delta, q)));
    else if (delta == 0.0F)
        mu = tb - fabsf(q);
    else
        mu = tb + q * (q / (-delta + plain_speed_hypotenuse(delta, q)));
    return LEAST * (double)fabsf(mu) > (double)(fabsf(d[0]) + fabsf(e[0])) ? 0.0F : mu;
}

static void rotation(float x, float z, float *c, float *s)
{
    bool steep = fabsf(z) > fabsf(x);
    *c = 1.0F;
    *s = 0.0F;
    if (z == 0.0F)
        return;
    float t = steep ? -x / z : -z / x;
    float longer = (float)(1.0 / sqrt((double)(1.0F + t * t)));
    *c = steep ? longer * t : longer;
    *s = steep ? longer : longer * t;
}

/* The rotated 2x2 block of a_p, b_p, a_q */
static void rotate(float c, float s, float *ap, float *bp, float *aq)
{
    float a = c * (c * *ap - s * *bp) + s * (s * *aq - c * *bp);
    float b = c * (s * *ap + c * *bp) - s * (s * *bp + c * *aq);
    float q = s * (s * *ap + c * *bp) + c * (s * *bp + c * *aq);
    *ap = a;
    *bp = b;
    *aq = q;
}

static void qr_step(float *d, float *e, int n)
{
    float c, s, x = d[0] - shift(d, e, n), z = e[0];
    float ap = d[0], bp = e[0], aq = d[1], bq = n > 2 ? e[1] : 0.0F, bk = 0.0F, zk = 0.0F;
    for (int k = 0; k <= n - 2; k++) {
        rotation(x, z, &c, &s);
        float bk1 = c * bk - s * zk;
        rotate(c, s, &ap, &bp, &aq);
        d[k] = ap;
        bk = bp;
        zk = -s * bq;
        ap = aq;
        bp = c * bq;
        aq = k < n - 2 ? d[k + 2] : aq;
        bq = k < n - 3 ? e[k + 2] : bq;
        if (k > 0)
            e[k - 1] = bk1;
        if (k < n - 2)
            e[k + 1] = bp;
        x = bk;
        z = zk;
    }
    d[n - 1] = ap;
    e[n - 2] = bk;
}

void plain_speed_eigenvalues(float K[N][N], float lambda[N])
{
    float A[N][N], e[N - 1];
    memcpy(A, K, sizeof(A));
    for (int i = 0; i <= N - 3; i++)
        reflect(A, i);
    for (int i = 0; i < N; i++)
        lambda[i] = A[i][i];
    for (int i = 0; i < N - 1; i++)
        e[i] = A[i + 1][i];
    chop(lambda, e, 0, N - 1);
    for (int b = N - 1, steps = 0; b > 0 && steps < MOST_STEPS;) {
        int a = b - 1;
        if (e[b - 1] == 0.0F) {
            b--;
            continue;
        }
        while (a > 0 && e[a - 1] != 0.0F)
            a--;
        qr_step(lambda + a, e + a, b - a + 1);
        chop(lambda, e, a, b);
        steps++;
    }
}

/* --- Section 7 --- */

/* c = a b, with N rows and N inner terms */
static void multiply(float a[N][N], const float *b, int columns, float *c)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < columns; j++) {
            float sum = 0.0F;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k * columns + j];
            c[i * columns + j] = sum;
        }
}

static void multiply_in_place(float a[N][N], float b[N][N])
{
    float product[N][N];
    multiply(a, b[0], N, product[0]);
    memcpy(b, product, sizeof(product));
}

static float norm(const float *v)
{
    float squares = 0.0F;
    for (int i = 0; i < N; i++)
        squares += v[i] * v[i];
    return plain_speed_sqrt(squares);
}

/* P of step 1, from column k of Z */
static void make_reflection(float Z[N][N], int k, float sign, float P[N][N])
{
    float v[N];
    for (int i = 0; i < N; i++)
        v[i] = Z[i][k];
    v[k] += sign * norm(v);
    float length = norm(v);
    for (int i = 0; i < N; i++)
        v[i] /= length;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < N; j++)
            P[i][j] = -2.0F * v[i] * v[j];
        P[i][i] += 1.0F;
    }
}

static void identity_below(float Z[N][N], int k)
{
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            if (i < k || j < k)
                Z[i][j] = i == j ? 1.0F : 0.0F;
}

bool plain_speed_solve(float K[N][N], const float *Y, int count, float *X)
{
    float Z[N][N], Q[N][N], P[N][N], R[N][N];
    memcpy(Z, K, sizeof(Z));
    identity_below(Q, N);
    for (int k = 0; k < N - 1; k++) {
        identity_below(Z, k);
        make_reflection(Z, k, plain_speed_sign(K[k][k]), P);
        multiply_in_place(P, Z);
        multiply_in_place(P, Q);
    }
    multiply(Q, K[0], N, R[0]);
    multiply(Q, Y, count, X); /* C, replaced from the last row up */
    for (int i = N - 1; i >= 0; i--) {
        if ((double)fabsf(R[i][i]) < LEAST)
            return false;
        for (int n = 0; n < count; n++) {
            float t = X[i * count + n];
            for (int k = i + 1; k < N; k++)
                t -= X[k * count + n] * R[i][k];
            X[i * count + n] = t / R[i][i];
        }
    }
    return true;
}
