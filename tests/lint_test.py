#!/usr/bin/env python3
"""The lint finds each breach of its rules, and nothing in texts that keep them."""
import os
import re
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import kphase  # noqa: E402
import lint  # noqa: E402
import words  # noqa: E402

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

KERNEL = """#include "kernel/dialect.h"
#define DOUBLED(v) ((v) * 2)
%(before)s
kernel example
variant u8 PIXEL=u8
shape  cpu TILE_W=64 TILE_H=16
param  i32 width, stride
input  PIXEL samples
output u64 part
sum    u32 total[TILE_W]                    // below 2^26
{
    const i32 x0 = GROUP_X * TILE_W;
    EACH(y, TILE_H, x, TILE_W)
        STEP(x) {
            const ix at = y * stride + x;
            %(step)s
        }
    REDUCE_SUMS;
    FIRST_LANE { part[TILE_INDEX] = U64(TOTAL(total)); }
}
"""


def rules_broken(before="", step="ADD(total, x, U32(samples[at]));", name="example.k", text=None):
    source = lint.Source(os.path.join(ROOT, "src", "metrics", name), ROOT, text or KERNEL % {"before": before, "step": step})
    return {rule for _, rule, _ in lint.check(source)}


class LintTest(unittest.TestCase):
    def good(self, **kw):
        self.assertEqual(rules_broken(**kw), set())

    def bad(self, rule, **kw):
        self.assertIn(rule, rules_broken(**kw))

    def test_good_texts(self):
        self.good()
        self.good(step="const i32 a = I32(samples[at]); ADD(total, x, SELECT(a > 3, 1u, 0u)); /* a / b ? c : d && e */")
        self.good(before="FN i32 third(i32 v) { return v / 3; }", step="ADD(total, x, U32(third(I32(samples[at]))));")
        self.good(before="FN bool both(bool a, bool b) { return a && b; }")
        self.good(before="#if defined(TARGET_C)\nFN i32 part(f64 a) { return I32(a / 3.0); }\n#endif")
        self.good(before="#define SHIFT (TILE_W == 64 ? 1 : 2)", step="ADD(total, x, U32(samples[at]) << SHIFT);")

    def test_line_numbers(self):
        text = KERNEL % {"before": "", "step": "ADD(total, x, sqrt(2.0f));"}
        source = lint.Source(os.path.join(ROOT, "src", "metrics", "example.k"), ROOT, text)
        lines = [line for line, rule, _ in lint.check(source) if rule == "maths_call"]
        self.assertEqual(lines, [text.split("\n").index("            ADD(total, x, sqrt(2.0f));") + 1])

    def test_float_division(self):
        self.bad("float_division", step="const f32 a = F32(I32(samples[at])); ADD(total, x, U32(a / 3.0f));")
        self.bad("float_division", step="ADD(total, x, U32(F32(I32(samples[at])) / F32(7)));")
        self.bad("float_division", before="FN f32 mean(f32 a, f32 b) { return (a + b) / (a - b); }")
        self.bad("float_division", before="FN f32 part(f32 a) { a /= 3.0f; return a; }")
        self.bad("float_division", before="#define HALVED(v) ((v) * (1.0f / 3.0f))")
        self.good(before="FN f32 part(f32 a, f32 b) { return a / b; }", name="../kernel/divide.kh")

    def test_maths(self):
        for call in ("sqrt(2.0f)", "log2(a)", "__builtin_fmaf(a, b, c)", "pow(a, b)", "fma(a, b, c)", "atan2(a, b)", "cbrtf(a)"):
            self.bad("maths_call", step=f"ADD(total, x, U32({call}));")

    def test_branches_in_steps(self):
        for condition in ("a > 1 && a < 5", "a > 1 || a < 5", "a > 1 ? 2 : 3"):
            self.bad("branch_in_step", step=f"const i32 a = I32(samples[at]); ADD(total, x, U32({condition}));")
        self.bad("branch_in_step", before="#define BOTH(a, b) ((a) && (b))", step="ADD(total, x, U32(BOTH(at, 1)));")
        self.bad("branch_in_step", text=KERNEL.replace("STEP(x) {", "OUTPUTS(c, y) {") % {"before": "", "step": "ADD(total, y, c && y);"})

    def test_binary64(self):
        self.bad("binary64", before="FN i32 part(i32 a) { return I32(F64(a)); }")
        self.bad("binary64", before="FN f64 part(f64 a) { return a; }")
        self.bad("binary64", before="#define EPS 1.5")
        self.bad("binary64", before="#if defined(TARGET_C)\n#else\n#define EPS F64(2)\n#endif")
        self.bad("binary64", before="#if defined(TARGET_C) && defined(INTEGERS)\n#else\n#define EPS F64(2)\n#endif")
        self.bad("binary64", before="#if defined(TARGET_C) || defined(TARGET_CUDA)\n#define EPS F64(2)\n#endif")
        self.good(before="#if defined(TARGET_C) && !defined(INTEGERS)\n#define EPS F64(2)\n#endif")
        self.good(before="#ifdef TARGET_C\n#if TILE_W > 8\n#define EPS 2.5\n#endif\n#endif")

    def test_unknown_words(self):
        for word in ("min(a, b)", "as_uint(a)", "SATURATE(a)", "threadIdx_of(a)", "abs(a)"):
            self.bad("unknown_word", step=f"ADD(total, x, U32({word}));")
        self.bad("unknown_word", step="unsigned a = 3;")
        self.bad("unknown_word", step="goto end;")
        self.bad("unknown_word", before="FN int part(int a) { return a; }")

    def test_narrow_index(self):
        self.bad("narrow_index", step="const i32 here = y * stride + x; ADD(total, x, U32(samples[here]));")
        self.bad("narrow_index", step="const i32 here = I32(at) + 1; ADD(total, x, U32(samples[here]));")
        self.bad("narrow_index", before="#if defined(TARGET_C)\nFN void f(i32 n) { for (i32 i = 0; i < n; i++) ; }\n#endif")
        self.good(step="const i32 a = I32(samples[at]); ADD(total, x, U32(a));")
        self.good(step="const i32 column_in = SELECT(x0 + I32(x) < width, -1, 0); ADD(total, x, U32(column_in));")
        self.good(step="UNROLL for (i32 k = 0; k < 3; k++) ADD(total, x, U32(samples[at + k]));")

    def test_sum_without_bound(self):
        text = (KERNEL % {"before": "", "step": ""})
        self.bad("sum_without_bound", text=text.replace("                    // below 2^26", ""))
        self.good(text=text.replace("sum    u32 total[TILE_W]                    // below 2^26", "sum    u64 total[TILE_W]"))

    def test_documented_words(self):
        """docs/dialect.md explains each word of words.py, and no other."""
        with open(os.path.join(ROOT, "docs", "dialect.md")) as f:
            cells = [line.split("|")[1] for line in f if line.startswith("| `")]
        explained = {word for cell in cells for word in re.findall(r"`([A-Za-z]\w*)", cell)}
        borders = set(kphase.BORDERS)
        self.assertEqual({w for w in explained if w[0].isupper()}, words.WORDS | words.PHASES)
        self.assertEqual({w for w in explained if not w[0].isupper()} - borders - words.TYPES, words.HEAD - {"kernel"})


if __name__ == "__main__":
    unittest.main()
