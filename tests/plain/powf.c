/* powf.md in real arithmetic: where the bits of x and of the result are taken apart there, they are divided
   and scaled by powers of two here. */
#include "plain_util.h"

#include <math.h>

/* 2^(j/32) */
static const double roots[32] = {
    1.0,
    1.0218971486541166,
    1.0442737824274138,
    1.0671404006768237,
    1.0905077326652577,
    1.1143867425958924,
    1.1387886347566916,
    1.1637248587775775,
    1.189207115002721,
    1.215247359980469,
    1.241857812073484,
    1.2690509571917332,
    1.2968395546510096,
    1.3252366431597413,
    1.3542555469368927,
    1.383909881963832,
    1.4142135623730951,
    1.4451808069770467,
    1.4768261459394993,
    1.5091644275934228,
    1.5422108254079407,
    1.5759808451078865,
    1.6104903319492543,
    1.645755478153965,
    1.681792830507429,
    1.718619298122478,
    1.7562521603732995,
    1.7947090750031072,
    1.8340080864093424,
    1.8741676341103,
    1.9152065613971474,
    1.9571441241754002,
};

static const double inv[16] = {
    0x1.661ec79f8f3bep+0, 0x1.571ed4aaf883dp+0,
    0x1.49539f0f010bp+0,  0x1.3c995b0b80385p+0,
    0x1.30d190c8864a5p+0, 0x1.25e227b0b8eap+0,
    0x1.1bb4a4a1a343fp+0, 0x1.12358f08ae5bap+0,
    0x1.0953f419900a7p+0, 0x1p+0,
    0x1.e608cfd9a47acp-1, 0x1.ca4b31f026aap-1,
    0x1.b2036576afce6p-1, 0x1.9c2d163a1aa2dp-1,
    0x1.886e6037841edp-1, 0x1.767dcf5534862p-1,
};
static const double logs[16] = {
    -0x1.efec65b963019p-2, -0x1.b0b6832d4fca4p-2,
    -0x1.7418b0a1fb77bp-2, -0x1.39de91a6dcf7bp-2,
    -0x1.01d9bf3f2b631p-2, -0x1.97c1d1b3b7afp-3,
    -0x1.2f9e393af3c9fp-3, -0x1.960cbbf788d5cp-4,
    -0x1.a6f9db6475fcep-5, 0,
    0x1.338ca9f24f53dp-4,  0x1.476a9543891bap-3,
    0x1.e840b4ac4e4d2p-3,  0x1.40645f0c6651cp-2,
    0x1.88e9c2c1b9ff8p-2,  0x1.ce0a44eb17bccp-2,
};

/* Steps 1 and 2. The floats 0x3f330000 and 0x3f800000 are 0.69921875 and 1; 2^19 floats are 1/32 below 1 and
   1/16 above. */
static double log2_of(float x)
{
    const double a0 = 0x1.27616c9496e0bp-2, a1 = -0x1.71969a075c67ap-2, a2 = 0x1.ec70a6ca7baddp-2;
    const double a3 = -0x1.7154748bef6c8p-1, a4 = 0x1.71547652ab82bp0;
    int k;
    double z = (double)frexpf(x, &k);
    if (z < 0.69921875) {
        z *= 2;
        k--;
    }
    int i = z < 1 ? (int)((z - 0.69921875) * 32) : (int)((1 - 0.69921875) * 32 + (z - 1) * 16);
    double r = z * inv[i];
    r -= 1;
    double y0 = logs[i] + k;
    double u = a0 * r;
    u += a1;
    double p = a2 * r;
    p += a3;
    double q = a4 * r;
    q += y0;
    double r2 = r * r;
    q = p * r2 + q;
    return u * (r2 * r2) + q;
}

/* Steps 4 to 6. 2^47 * 1.5 + e keeps the 32nds of e: a rounding to nearest, ties to even. */
static float two_to(double e)
{
    const double c0 = 0x1.c6af84b912394p-5, c1 = 0x1.ebfce50fac4f3p-3, c2 = 0x1.62e42ff0c52d6p-1;
    if (e > 1000 || e < -1000)
        return e > 0 ? INFINITY : 0;
    double n = rint(e * 32), j = n - 32 * floor(n / 32);
    double r = e - n / 32;
    double w = c0 * r;
    w += c1;
    double v = c2 * r;
    v += 1;
    v = w * (r * r) + v;
    return (float)(v * ldexp(roots[(int)j], (int)floor(n / 32)));
}

float plain_powf(float x, float y)
{
    return x > 0 ? two_to((double)y * log2_of(x)) : 0;
}
