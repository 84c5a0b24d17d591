/* Elementary functions short enough for kernels: straight runs of binary64 (and, for first estimates,
   binary32) operations, the same bits with any compiler, CPU and device.

   They serve where the rounding to binary32 that follows hides their error (ciede.md section 7 asks for
   2^-34), so they are not correctly rounded: off by less than 2^-51 of the result, sine and cosine near their
   zeros by less than 2^-95 (tests/exactmath_test.c). Outside of its domain a result is without meaning.

   A kernel that evaluates one repeats its operations one by one in the order written. What it has to keep:
   - every + - * / of binary64 and of binary32 is rounded once, to nearest even, and nothing is contracted;
     so are conversions to binary32;
   - binary32 is divided as kernel/exact_math.kh does; no binary32 on the way is subnormal;
   - conversions to integers cut toward zero, and get whole numbers or the positive quotient of atan2. */
#ifndef IVQ_BASE_EXACTMATH_SHORT_H
#define IVQ_BASE_EXACTMATH_SHORT_H

/* The cube root of x, 2^-20 <= x <= 2^20. */
double ivq_short_cbrt(double x);

/* x^2.4, 2^-10 <= x <= 2^10. */
double ivq_short_pow_2_4(double x);

/* e^x, -700 <= x <= 700. */
double ivq_short_exp(double x);

/* The angle of the point (x, y), from -pi to pi; |x| and |y| 0 or 2^-40 to 2^40, not both 0. A zero counts as
   positive. */
double ivq_short_atan2(float y, float x);

/* |x| <= 32 */
double ivq_short_sin(double x);
double ivq_short_cos(double x);

#endif
