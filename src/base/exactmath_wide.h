/* Inside of exactmath: types shared by its files, and the 256-bit evaluation used when a result lies too
   close to the middle between two numbers for the fast one to decide (and by tests, as a second opinion). */
#ifndef IVQ_BASE_EXACTMATH_WIDE_H
#define IVQ_BASE_EXACTMATH_WIDE_H
#include <stdint.h>

/* The unevaluated sum high + low: about 106 bits. */
struct ivq_pair {
    double high, low;
};

/* An unsigned fixed-point number, least significant limb first: 256 bits of fraction, 64 of integer. */
enum { IVQ_WIDE_LIMBS = 5, IVQ_WIDE_FRACTION_BITS = 256 };
struct ivq_wide {
    uint64_t limb[IVQ_WIDE_LIMBS];
};

extern const struct ivq_pair ivq_pair_ln2_128th; /* ln 2 / 128; high is a multiple of 2^-42 */
extern const struct ivq_pair ivq_pair_ln2;       /* high is a multiple of 2^-42 */
extern const struct ivq_pair ivq_pair_ln10, ivq_pair_inverse_ln2, ivq_pair_inverse_ln10;
extern const struct ivq_pair ivq_pair_one_third, ivq_pair_one_fifth;
extern const struct ivq_pair ivq_pair_exp2[128]; /* [i] is 2^(i/128) */
extern const struct ivq_wide ivq_wide_one, ivq_wide_ln2, ivq_wide_ln10;
extern const struct ivq_wide ivq_wide_inverse_ln2, ivq_wide_inverse_ln10;

/* exp(x * log_base), rounded once; log_base is one for exp, ln 10 for exp10. |x * log_base| below 2000. */
double ivq_wide_exp(double x, const struct ivq_wide *log_base);

/* log(x) * inverse_log_base, rounded once to binary64; x positive and finite. */
double ivq_wide_log(double x, const struct ivq_wide *inverse_log_base);

/* x^y, rounded once; x positive and finite, |y * log(x)| below 2000. */
double ivq_wide_pow(double x, double y);

#endif
