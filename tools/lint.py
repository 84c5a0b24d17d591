#!/usr/bin/env python3
"""lint.py [--root DIR] [FILE ...]: the rules of the dialect (docs/dialect.md) that no compiler checks, over all .k and .kh
files below DIR/src, or the ones given. A breach of a rule costs equal bits on some device, or the vectors of a loop."""
import argparse
import os
import re
import sys

import words

# What a kernel may say: words.py, and in the building phases of src/kernel what they define between them.
WORDS = words.WORDS | words.PHASES
TYPES = words.TYPES
KEYWORDS = set("if else for while return const true false defined".split())
# Binary64: only in what is compiled for the CPU alone.
BINARY64 = set("f64 F64 double F64_BITS BITS_F64 POWER_OF_2 TO_LOW_WORD MUL_ADD".split())
C_KEYWORDS = set("""auto break case char continue default do double enum extern float goto inline int long register restrict
short signed sizeof static struct switch typedef union unsigned void volatile size_t""".split())
MATHS = re.compile(r"\b(?:__\w*?)?(sqrt|rsqrt|inversesqrt|cbrt|log|log2|log10|exp|exp2|exp10|pow|sin|cos|tan|atan|atan2|"
                   r"asin|acos|fma|mad|fmod|floor|ceil|round|rint)[fl]?(?:_r[nzud])?\s*\(")
# Where estimates of the float unit are corrected, and so allowed.
EXACT_FILES = ("kernel/exact_math.kh", "kernel/divide.kh", "kernel/real64.kh", "kernel/real64_native.kh",
               "kernel/real64_integers.kh")
# The phases themselves: what the generator and the targets define is theirs to name.
BUILDING_PHASES = re.compile(r"src/kernel/(border|filter|phases|walk|real64\w*)\.kh$")
FUSED = "FUSED_OR_NOT"  # vif_log.kh: proved to give the same bits fused or not
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
FLOAT_LITERAL = re.compile(r"\b\d+\.\d*(?:e[+-]?\d+)?f?\b|\b\d+\.?(?:e[+-]?\d+)f?\b|\b0x[\da-f.]+p[+-]?\d+f?", re.I)
CPU_ONLY, GPU_ONLY, EVERYWHERE = "cpu", "gpu", "everywhere"


def without_comments(text):
    """Comments and strings become blanks; lines stay where they are."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return re.sub(r'/\*.*?\*/|//[^\n]*|"[^"\n]*"', blank, text, flags=re.S)


def branch_of(condition):
    """For whom `#if condition` compiles, and for whom its #else does."""
    if re.fullmatch(r"\s*defined\s*\(?\s*TARGET_C\s*\)?\s*", condition):
        return CPU_ONLY, GPU_ONLY
    if re.search(r"(?<!!)defined\s*\(?\s*TARGET_C\b", condition) and "||" not in condition:
        return CPU_ONLY, EVERYWHERE
    if re.search(r"(?<!!)defined\s*\(?\s*TARGET_(GLSL|CUDA|OPENCL)\b", condition) or "!defined(TARGET_C)" in condition:
        return GPU_ONLY, EVERYWHERE
    return EVERYWHERE, EVERYWHERE


def audiences(lines):
    """For each line: who compiles it."""
    stack, result = [], []
    for line in lines:
        directive = re.match(r"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b(.*)", line)
        word, rest = directive.groups() if directive else ("", "")
        if word == "ifdef":
            stack.append(list(branch_of(f"defined({rest.strip()})")))
        elif word == "ifndef":
            stack.append(list(reversed(branch_of(f"defined({rest.strip()})"))))
        elif word == "if":
            stack.append(list(branch_of(rest)))
        elif word == "elif" and stack:
            stack[-1] = [branch_of(rest)[0] if stack[-1][1] != GPU_ONLY else GPU_ONLY, stack[-1][1]]
        elif word == "else" and stack:
            stack[-1][0] = stack[-1][1]
        elif word == "endif" and stack:
            stack.pop()
        here = [s[0] for s in stack if s[0] != EVERYWHERE]
        result.append(here[0] if here else EVERYWHERE)
    return result


CLOSING = {"(": ")", "[": "]", "{": "}"}
OPENING = {closing: opening for opening, closing in CLOSING.items()}


def partner(text, at):
    """Where the other bracket of the pair at `at` stands; without one, the last place where it could be."""
    own, forward = text[at], text[at] in CLOSING
    other = CLOSING[own] if forward else OPENING[own]
    depth = 0
    for i in range(at, len(text)) if forward else range(at, -1, -1):
        depth += (text[i] == own) - (text[i] == other)
        if depth == 0:
            return i
    return len(text) - 1 if forward else 0


class Source:
    """A .k or .kh file: its text without comments, its #defines and functions, and those of what it includes."""

    def __init__(self, path, root, text=None):
        self.path, self.root = path, root
        if text is None:
            with open(path) as f:
                text = f.read()
        self.raw = text.split("\n")
        self.code = without_comments(text)
        self.lines = self.code.split("\n")
        self.audience = audiences(self.lines)
        self.top = next((i for i, line in enumerate(self.raw) if line.startswith("kernel ")), -1)
        self.brace = self.raw.index("{", self.top) if self.top >= 0 and "{" in self.raw[self.top:] else -1
        self.macros = self._macros()

    def _macros(self):
        """Name -> body, over continued lines."""
        joined = re.sub(r"\\\n", "  ", self.code)
        return {m.group(1): m.group(3) for m in re.finditer(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)]*\))?(.*)$", joined, re.M)}

    def included(self, seen=None):
        """This file and, as far as they are no target headers, all that it includes."""
        seen = {} if seen is None else seen
        if self.path in seen:
            return seen
        seen[self.path] = self
        for name in re.findall(r'#include "([^"]+\.kh)"', "\n".join(self.raw)):
            path = os.path.join(self.root, "src", name)
            if os.path.exists(path) and path not in seen:
                Source(path, self.root).included(seen)
        return seen

    def line_at(self, offset):
        return self.code.count("\n", 0, offset)

    def head(self):
        return range(self.top, self.brace) if self.top >= 0 and self.brace > self.top else range(0)

    def is_exact(self):
        return self.path.replace(os.sep, "/").endswith(EXACT_FILES)

    def is_phase(self):
        return bool(BUILDING_PHASES.search(self.path.replace(os.sep, "/")))

    def steps(self):
        """The bodies of STEP, OUTPUTS and of what becomes a step: (first offset, end)."""
        for m in re.finditer(r"^    (PIXEL|AROUND|WALK) \{", self.code, re.M):
            yield m.end() - 1, partner(self.code, m.end() - 1)
        for m in re.finditer(r"\b(STEP|OUTPUTS)\s*\(", self.code):
            end = partner(self.code, m.end() - 1)
            at = end + 1 + len(self.code[end + 1:]) - len(self.code[end + 1:].lstrip())
            if at < len(self.code) and self.code[at] == "{":
                yield at, partner(self.code, at)
            else:
                stop = re.compile(r";|\n").search(self.code, at)
                yield at, stop.start() if stop else len(self.code)


CONSTANT_CHOICE = re.compile(r"\b[A-Z][A-Z0-9_]*\s*[=!<>]=?\s*\w+\s*\?")  # SCALE == 2 ? 16 : 15


def branches(text):
    """Where a text branches, other than on constants."""
    constant = {m.end() - 1 for m in CONSTANT_CHOICE.finditer(text)}
    return [m for m in re.finditer(r"&&|\|\||\?", text) if m.start() not in constant]


# --- rules: each yields (line from 0, message) ---

def float_division(source):
    if source.is_exact():
        return
    floats = set(re.findall(r"\bf32\s+(\w+)", source.code)) | {"F32", "BITS_F32", "DIVIDE_F32", "SQRT_F32"}
    for declared in re.findall(r"\bf32\s+([^;(){}]+);", source.code):
        floats |= set(re.findall(r"(?:^|,)\s*(\w+)", declared))

    def is_float(text):
        return FLOAT_LITERAL.search(text) or any(word in floats for word in IDENTIFIER.findall(text))
    for m in re.finditer(r"(?<![/*])[/%](?![/*])", source.code):
        line = source.line_at(m.start())
        if source.audience[line] == CPU_ONLY or line in source.head() or source.lines[line].lstrip().startswith("#include"):
            continue
        left = source.code[:m.start()].rstrip()
        start = len(left)
        while start and (left[start - 1].isalnum() or left[start - 1] in "_.)]"):
            start = partner(left, start - 1) if left[start - 1] in ")]" else start - 1
        right = re.match(r"=?\s*[-+~!]*(\w[\w.]*)?", source.code[m.end():])
        end = m.end() + right.end()
        if end < len(source.code) and source.code[end] == "(":
            end = partner(source.code, end) + 1
        if is_float(left[start:]) or is_float(source.code[m.end():end]):
            yield line, f"'{m.group()}' on floats: devices round it differently; exact_math.kh has DIVIDE_F32"


def maths_call(source):
    if source.is_exact():
        return
    for i, line in enumerate(source.lines):
        m = MATHS.search(line)
        if m and FUSED not in line:
            yield i, f"{m.group(1)}: differs between devices; exact_math.kh has what does not"


def branch_in_step(source):
    macros = {}
    for s in source.included().values():
        macros.update(s.macros)
    for start, end in source.steps():
        body = source.code[start:end]
        for m in branches(body):
            if source.audience[source.line_at(start + m.start())] != GPU_ONLY:
                yield source.line_at(start + m.start()), f"'{m.group()}' in a step branches, and the loop stays scalar: SELECT, &, |"
        for word in set(IDENTIFIER.findall(body)):
            if branches(macros.get(word, "")):
                yield source.line_at(start), f"{word}, used in a step, branches: SELECT, &, |"


def binary64(source):
    if source.is_exact():
        return
    for i, line in enumerate(source.lines):
        if source.audience[i] == CPU_ONLY or i in source.head():
            continue
        for word in IDENTIFIER.findall(line):
            if word in BINARY64:
                yield i, f"{word}: GPUs have no binary64 that is the same everywhere; only inside #if defined(TARGET_C)"
        for m in FLOAT_LITERAL.finditer(re.sub(r"R64C\([^)]*\)", "", line)):
            if not m.group().lower().endswith("f"):
                yield i, f"{m.group()} is a binary64 literal; only inside #if defined(TARGET_C)"


def unknown_word(source):
    if source.is_phase():
        return
    known = WORDS | TYPES | KEYWORDS
    texts = list(source.included().values())
    if source.path.endswith(".kh"):  # also what a kernel includes before it
        folder = os.path.dirname(source.path)
        texts += [Source(os.path.join(folder, n), source.root) for n in os.listdir(folder) if n.endswith(".kh")]
    for s in texts:
        known |= set(s.macros) | set(re.findall(r"\bFN(?:_RARE)?\s+\w+\s+(\w+)\s*\(", s.code))
        known |= set(re.findall(r"\b(?:STRUCT|TABLE)\s*\(\s*(?:\w+\s*,\s*)?(\w+)", s.code))
        known |= set(re.findall(r"\b(?:define|ifdef|ifndef|defined)[\s(]+(\w+)", s.code))
        for i in s.head():
            known |= set(IDENTIFIER.findall(s.raw[i].split("//")[0]))
        for parameters in re.findall(r"^[ \t]*#[ \t]*define[ \t]+\w+\(([^)]*)\)", s.code, re.M):
            known |= set(IDENTIFIER.findall(parameters))
    if source.path.endswith(".kh"):  # its user's defines
        known |= set(re.findall(r"\b[A-Z][A-Z0-9_]*\b", " ".join(re.findall(r"#\s*(?:if|elif|ifdef|ifndef)(.*)", source.code))))
    for i, line in enumerate(source.lines):
        if i in source.head() or line.lstrip().startswith("#include"):
            continue
        for m in IDENTIFIER.finditer(line):
            word, before = m.group(), line[:m.start()]
            is_called = re.match(r"\s*\(", line[m.end():]) and not re.search(r"\b(?:FN(?:_RARE)?\s+)?\w+\s+\*?$", before)
            is_capital = re.fullmatch(r"[A-Z][A-Z0-9_]*", word)
            if word in C_KEYWORDS - BINARY64 and not allowed_here(source, i, word, line):
                yield i, f"{word} is C, not the dialect"
            elif word not in known and (is_called or is_capital) and not allowed_here(source, i, word, line):
                yield i, f"{word} is not a word of the dialect, and no name of this file"


# What .kh files take from the kernel that includes them, and what belongs to the CPU's or the exact files' side.
FROM_THE_KERNEL = set("TAP HALF STAGE_W STAGE_H SPAN REF DIS BORDERS FINEST SCALE SHAPE".split())


def allowed_here(source, line, word, text):
    if word in FROM_THE_KERNEL and source.path.endswith(".kh"):
        return True
    if source.audience[line] == CPU_ONLY and (word in BINARY64 or word.startswith("__") or word == "void"):
        return True
    return source.is_exact() or FUSED in text or word.startswith("__FMA")


def narrow_index(source):
    """An i32 that is made of loop indices (ix) and indexes memory: one costs a loop its vectors."""
    names = set(re.findall(r"\bix\s+(\w+)", source.code))
    for m in re.finditer(r"\bix\s+([^;(){}]+);", source.code):
        names |= set(re.findall(r"(?:^|,)\s*(\w+)\s*=", m.group(1)))
    for m in re.finditer(r"\bEACH\s*\(\s*(\w+)\s*,[^,]+,\s*(\w+)\s*,", source.code):
        names |= set(m.groups())
    for m in re.finditer(r"\bi32\s+(\w+)\s*=\s*([^;{]+)", source.code):
        line = source.line_at(m.start())
        if source.audience[line] == GPU_ONLY or re.search(r"\bfor\s*\(\s*$", source.code[:m.start()]):
            continue
        made_of = re.sub(r"\[[^][]*\]", "", re.sub(r"\[[^][]*\]", "", m.group(2)))
        uses = re.search(rf"\[[^][]*\b{m.group(1)}\b[^][]*\]", source.code[m.end():])
        if uses and names & set(IDENTIFIER.findall(made_of)):
            yield line, f"{m.group(1)}: an i32 index made from a loop's index; ix keeps the loop's vectors"
    for m in re.finditer(r"(UNROLL\s+)?\bfor\s*\(\s*i32\b", source.code):
        if not m.group(1) and source.audience[source.line_at(m.start())] == CPU_ONLY:
            yield source.line_at(m.start()), "a loop of the CPU counts in ix, or is UNROLLed"


def sum_without_bound(source):
    for i in source.head():
        if re.match(r"sum\s+(?!\s|u64\b)", source.raw[i]) and "//" not in source.raw[i]:
            yield i, "a comment must say why this sum cannot overflow in a tile"


RULES = (float_division, maths_call, branch_in_step, binary64, unknown_word, narrow_index, sum_without_bound)


def check(source):
    found = set()
    for rule in RULES:
        for line, message in rule(source):
            found.add((line + 1, rule.__name__, message))
    return sorted(found)


def kernel_files(root):
    for folder, _, names in sorted(os.walk(os.path.join(root, "src"))):
        for name in sorted(names):
            if name.endswith((".k", ".kh")):
                yield os.path.join(folder, name)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--root", default=".")
    parser.add_argument("files", nargs="*")
    args = parser.parse_args()
    files = args.files or list(kernel_files(args.root))
    breaches = 0
    for path in files:
        for line, rule, message in check(Source(path, args.root)):
            print(f"{path}:{line}: {message} ({rule})")
            breaches += 1
    print(f"lint: {len(files)} files, {breaches} breaches")
    return 1 if breaches or not files else 0


if __name__ == "__main__":
    sys.exit(main())
