#!/usr/bin/env python3
"""Writes the tables of isovq's exact arithmetic: tools/exactmath_tables.py {tables|vectors} > FILE

  tables   src/base/exactmath_tables.c   constants and 2^(i/128), to 106 and to 256 bits
  vectors  tests/exactmath_vectors.h     arguments and correctly rounded results, for machines without libquadmath

Needs python3-mpmath. Every number comes from a 600-bit evaluation; rounding is done here, on integers.
"""
import random
import sys

from mpmath import mp, mpf

mp.prec = 600

FORMATS = {"double": (53, -1074, 1024), "float": (24, -149, 128)}
# Arguments whose results lie very close to the middle of two neighbours. The first two of exp are known from Lefevre
# and Muller's searches; the rest were found among 20 million random arguments, the first eight of log10 among 60
# million.
HARD = {
    "exp": """
        0x1.9e9cbbfd6080bp-31 -0x1.ed318efb627eap-27 -0x1.b4afb7f84f46bp-5 0x1.7b7ff47c031bap+4
        -0x1.36123ae2d1093p-1 -0x1.57981346252bbp-9 -0x1.a6f4b1f3856a8p+4 0x1.56af3a1c835a4p+4
        -0x1.bb75a9d8a3eb4p-9 -0x1.c227493094767p+4 -0x1.78e8a013c7d1fp-9 -0x1.1a57e8141a053p-7
        -0x1.011c7f3a1bd95p-17 -0x1.18b50846cdf35p-2 -0x1.d87da8df70ae2p+2 -0x1.e43d031bd0c88p-8
        0x1.2b8bc2a4644eep+4 0x1.ae8a79a59c704p+3 -0x1.d8672047aabdp+1 -0x1.a4d8356e8985p+4
        -0x1.9dc5b6e897dcp+4 0x1.576469c65d8e8p+4 -0x1.cb2edaa6a2311p-18 0x1.11a834eeea594p+4
        0x1.297b647b07f38p+4 0x1.494e6721d03e8p+4 -0x1.6e961b003b09p+3 0x1.c1cbda2e2eb84p+3
        -0x1.ab8ce5e60c4cfp-6 -0x1.9bbe6d4d43a3cp+2 0x1.165ea0253b994p+4 -0x1.6674ef3cee28dp-6""".split(),
    "log10": """
        0x1.42dab0090e218p-1 0x1.6245dbf4dc4p-1 0x1.6afe52f85bf72p-1 0x1.6efadd987b3a3p+0
        0x1.719563224816ap-1 0x1.7418b4d22516ep-1 0x1.838d8d452724cp+0 0x1.b2202b4eb0fb7p-1
        0x1.ebc903c990d1cp-23 0x1.626c158372fd2p+15 0x1.a7dc977e62925p-24 0x1.2e6a435ae1652p+1
        0x1.37dedef841c67p+10 0x1.5d8a2e0a9acf1p+1 0x1.9bb4cdbe4e132p-22 0x1.58c64f87c8589p-9
        0x1.b3304698290bap+7 0x1.93f99e8be2c4cp-67 0x1.a69a62224d341p-40 0x1.79fd2d889c6dep+86
        0x1.ddae262eacc62p+97 0x1.86b47cf51f462p+93 0x1.16e082cc8edfep-35 0x1.87e647364bc29p+98
        0x1.177384d3f98c4p-16 0x1.058bf37b0b7c6p+28 0x1.72d28a5dd253ap-48 0x1.0bcb34baaa164p-22
        0x1.72b4ec062c157p-21 0x1.4bc1a174c87ep-10 0x1.19d0e47701996p+16 0x1.58098a56bb2e2p+41
        0x1.cfb50b002dd66p+65 0x1.0b6b2521dccc4p-52 0x1.4030b41085857p-20 0x1.bba1b2b6bbef1p+100
        0x1.688701db5279p+45 0x1.ec0a952371a9ep+82""".split(),
}


def rounded(value, form):
    """The nearest number of the format, ties to even, overflow to infinity."""
    precision, lowest, top = FORMATS[form]
    if value == 0:
        return 0.0
    man, exp = int(value.man) * (1 if value > 0 else -1), int(value.exp)
    length = abs(man).bit_length()
    lsb = max(exp + length - precision, lowest)
    shift = lsb - exp
    if shift > 0:
        quotient, rest = divmod(abs(man), 1 << shift)
        half = 1 << (shift - 1)
        quotient += 1 if rest > half or (rest == half and quotient & 1) else 0
    else:
        quotient = abs(man) << -shift
    if quotient.bit_length() + lsb > top:
        return float("inf") if man > 0 else float("-inf")
    magnitude = float(quotient) * 2.0 ** max(lsb, -1000) * 2.0 ** (lsb - max(lsb, -1000))
    return magnitude if man > 0 else -magnitude


def pair(value):
    high = rounded(value, "double")
    return high, rounded(value - mpf(high), "double")


def cut_pair(value, lsb):
    """value = high + low, high a multiple of 2^lsb: small integers times high are exact."""
    high = float(mp.floor(mp.ldexp(value, -lsb))) * 2.0 ** lsb
    return high, rounded(value - mpf(high), "double")


def text(number):
    return "INFINITY" if number == float("inf") else "-INFINITY" if number == float("-inf") else number.hex()


def pair_line(numbers):
    return "{%s, %s}" % (text(numbers[0]), text(numbers[1]))


def wide(value):
    fixed = int(mp.nint(mp.ldexp(value, 256)))
    limbs = [(fixed >> (64 * i)) & (2 ** 64 - 1) for i in range(5)]
    return "{{%s}}" % ", ".join("0x%016xu" % limb for limb in limbs)


def tables():
    ln2, ln10 = mp.log(2), mp.log(10)
    print("/* Written by: tools/exactmath_tables.py tables > src/base/exactmath_tables.c */")
    print('#include "base/exactmath_wide.h"\n')
    print("/* clang-format off */")
    for name, value in (("ln2_128th", cut_pair(ln2 / 128, -42)), ("ln2", cut_pair(ln2, -42)), ("ln10", pair(ln10)),
                        ("inverse_ln2", pair(1 / ln2)), ("inverse_ln10", pair(1 / ln10)),
                        ("one_third", pair(mpf(1) / 3)), ("one_fifth", pair(mpf(1) / 5))):
        print("const struct ivq_pair ivq_pair_%s = %s;" % (name, pair_line(value)))
    print("\nconst struct ivq_pair ivq_pair_exp2[128] = {")
    for i in range(128):
        print("    %s," % pair_line(pair(mpf(2) ** (mpf(i) / 128))))
    print("};\n")
    for name, value in (("one", mpf(1)), ("ln2", ln2), ("ln10", ln10),
                        ("inverse_ln2", 1 / ln2), ("inverse_ln10", 1 / ln10)):
        print("const struct ivq_wide ivq_wide_%s =\n    %s;" % (name, wide(value)))
    print("/* clang-format on */")


def as_float(x):
    return rounded(mpf(x), "float")


def spread(generator, low, high):
    """Log-uniform."""
    return 2.0 ** generator.uniform(low, high)


def arguments(name, generator):
    hard = [float.fromhex(h) for h in HARD.get(name, [])]
    if name == "exp":
        # Midpoints 1 + c where c^2 / 2, hence log(1 + c), is as near to a binary64 number as it gets.
        hard += [rounded(mp.log(1 + mpf(c) / 2 ** 53), "double")
                 for j in range(1, 20) for c in (2 ** j - 1, -2 ** j + 1)]
        edges = [0.0, 1.0, -1.0, 709.782712893384, 709.7827128933841, -708.3964185322641, -708.4, -745.1332191019411,
                 -745.1332191019412, -744.4400719213812, -740.0, 5e-324, -5e-324, 0.5, 1e-16, -1e-16]
        return hard + edges + [generator.uniform(-30, 30) for _ in range(60)] + \
            [generator.uniform(-745, 709) for _ in range(50)] + [-spread(generator, -60, 3) for _ in range(70)]
    if name == "exp10":
        return [float(k) for k in range(-30, 31)] + [-323.5, 308.25, 0.5, 1e-17] + \
            [generator.uniform(-20, 20) for _ in range(80)] + [generator.uniform(-307, 308) for _ in range(30)]
    near_one = [1.0 + k * 2.0 ** -52 for k in (1, 2, 3, 5, 1000)] + [1.0 - k * 2.0 ** -53 for k in (1, 2, 3, 7, 999)]
    powers = [10.0 ** k for k in range(-5, 23)] + [2.0 ** k for k in (-1074, -1022, -1, 0, 1, 10, 1023)]
    return hard + near_one + powers + [spread(generator, -66, 100) for _ in range(80)] + \
        [spread(generator, -1070, 1020) for _ in range(30)] + [generator.uniform(0.5, 2) for _ in range(50)]


def power_arguments(generator):
    exact = [(9.0, 0.5), (3.0, 33.0), (3.0, 34.0), (0.5, 1074.0), (0.5, 1075.0), (7.0, 19.0), (10.0, 22.0),
             (10.0, 23.0), (-3.0, 5.0), (1.0 + 2.0 ** -52, 2.0 ** 60), (1e300, -1.0), (134217729.0, 2.0)]
    cubes = [(as_float(spread(generator, -10, 0)), 3.0) for _ in range(40)]
    return exact + cubes + [(spread(generator, -20, 20), generator.uniform(-8, 8)) for _ in range(110)] + \
        [(spread(generator, -900, 900), generator.uniform(-1, 1)) for _ in range(40)]


def vectors():
    functions = {"exp": mp.exp, "exp10": lambda x: mpf(10) ** x, "log": mp.log,
                 "log2": lambda x: mp.log(x) / mp.log(2), "log10": lambda x: mp.log(x) / mp.log(10)}
    generator = random.Random(20240917)
    print("/* Written by: tools/exactmath_tables.py vectors > tests/exactmath_vectors.h */")
    print("#include <math.h>\n")
    print("/* clang-format off */")
    for name, function in functions.items():
        print("static const double %s_vectors[][2] = {" % name)
        for x in arguments(name, generator):
            print("    {%s, %s}," % (text(x), text(rounded(exact_or(function(mpf(x))), "double"))))
        print("};")
    print("static const double pow_vectors[][3] = {")
    for x, y in power_arguments(generator):
        print("    {%s, %s, %s}," % (text(x), text(y), text(rounded(exact_or(mpf(x) ** mpf(y)), "double"))))
    print("};")
    print("/* clang-format on */")


def exact_or(value):
    """A value within 2^-500 of a 120-bit number is that number: the evaluation's own error is all that differs."""
    with mp.workprec(120):
        near = +value
    return near if near == 0 or abs(value - near) < abs(near) * mpf(2) ** -500 else value


if __name__ == "__main__":
    {"tables": tables, "vectors": vectors}[sys.argv[1]]()
