/* Elementary functions of the host whose results reach a score: the same bits with any C library, CPU and
   compiler.

   ivq_exp and ivq_log10 are correctly rounded (to nearest, ties to even); so are the others except for
   arguments nobody has found, where the error stays below 0.5001 of a last place. ivq_powf is another matter:
   the function of the C library that the reference was measured with, which in 0.065 % of arguments is the
   second nearest number. They use + - * / of IEEE binary64 and integers only, call no C library function, and
   need the default floating-point state of a thread (round to nearest, subnormals kept) and a build with
   -ffp-contract=off and without -ffast-math.

   Any argument is allowed. Special cases follow C11 Annex F (F.10.3, F.10.4.4), without errno and without
   promises about the floating-point flags; a NaN result is always the same quiet NaN. Results may be
   subnormal. All functions are pure and may be called from any thread. */
#ifndef IVQ_BASE_EXACTMATH_H
#define IVQ_BASE_EXACTMATH_H

double ivq_exp(double x);
double ivq_exp10(double x);
double ivq_log(double x);
double ivq_log2(double x);
double ivq_log10(double x);
double ivq_pow(double x, double y);
float ivq_powf(float x, float y);

#endif
