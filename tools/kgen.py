"""The head of a kernel file (.k), and what it becomes in the words of a target (docs/dialect.md).

The head is the lines from `kernel NAME` to the line `{`:
  variant SUFFIX NAME=VALUE ...      one build of the text; without any, the text is built once
  shape CLASS NAME=VALUE ...         tile shape for cpu, gpu, cuda or awkward
  param TYPE NAME, ...               one struct, the same on host and device
  input | output TYPE NAME, ...      buffers
  tile | keep TYPE NAME[SIZE], ...   memory of the tile; values kept between steps
  sum TYPE NAME[LANES], ...          order-free tile sums; LANES: how many a CPU adds side by side
"""
import re
import sys
from collections import namedtuple

Item = namedtuple("Item", "kind type name size")
SHAPES = ("cpu", "gpu", "cuda", "awkward")
WIDTH = {"i32": 4, "u32": 4, "i64": 8, "u64": 8, "f64": 8}
HOST_TYPE = {"i32": "int32_t", "u32": "uint32_t", "i64": "int64_t", "u64": "uint64_t"}


class KernelError(Exception):
    pass


class Kernel:
    """One .k file: its head as facts, its text as lines."""

    def __init__(self, path):
        self.path = path
        with open(path) as f:
            self.lines = f.read().split("\n")
        try:
            self.top = next(i for i, line in enumerate(self.lines) if line.startswith("kernel "))
            self.brace = self.lines.index("{", self.top)
        except (StopIteration, ValueError):
            raise KernelError(f"{path}: no line 'kernel NAME' followed by a line '{{'")
        self.name = self.lines[self.top].split()[1]
        self.variants, self.shapes, self.items = {}, {}, []
        for line in self.lines[self.top + 1:self.brace]:
            self._head_line(line.split("//")[0].strip())
        if not self.variants:
            self.variants[self.name] = {}
        missing = [s for s in SHAPES if s not in self.shapes]
        if missing:
            raise KernelError(f"{path}: no shape for {', '.join(missing)}")

    def _head_line(self, line):
        if not line:
            return
        word, rest = line.split(None, 1)
        if word in ("variant", "shape"):
            name, *defines = rest.split()
            table = self.variants if word == "variant" else self.shapes
            table[f"{self.name}_{name}" if word == "variant" else name] = dict(d.split("=", 1) for d in defines)
        elif word in ("param", "input", "output", "tile", "keep", "sum"):
            typ, names = rest.split(None, 1)
            for name, size in re.findall(r"(\w+)(?:\[([^\]]*)\])?\s*(?:,|$)", names.strip()):
                self.items.append(Item(word, typ, name, size))
        else:
            raise KernelError(f"{self.path}: '{word}' is not a word of a kernel's head")

    def of(self, *kinds):
        return [i for i in self.items if i.kind in kinds]

    def params(self):
        """Widest first: no padding in between, the same layout in every language."""
        return sorted(self.of("param"), key=lambda p: -WIDTH[p.type])


def resolve(kernel, variant):
    """The kernel with the types that this variant chooses (PIXEL=u8) in place of their names."""
    defines = kernel.variants[variant]
    copy = Kernel.__new__(Kernel)
    copy.__dict__.update(kernel.__dict__)
    copy.items = [i._replace(type=defines.get(i.type, i.type)) for i in kernel.items]
    return copy


def fields(kernel, types=None):
    return " ".join(f"{(types or {}).get(p.type, p.type)} {p.name};" for p in kernel.params())


def glsl_head(k):
    out = ["layout(local_size_x = GROUP_SIZE) in;"]
    if k.params():
        out.append(f"layout(push_constant) uniform Params {{ {fields(k)} }} params;")
    for n, b in enumerate(k.of("input", "output")):
        access = "readonly " if b.kind == "input" else ""
        out.append(f"layout(set = 0, binding = {n}, std430) {access}buffer Buffer{n} {{ {b.type} {b.name}[]; }};")
    out += [f"shared {t.type} {t.name}[{t.size}];" for t in k.of("tile")]
    out += [f"shared SHARED_SUM_{s.type}({s.name});" for s in k.of("sum")]
    return out + ["void main()", "{"]


def pointers(k, space, restrict):
    return [f"{space}{'const ' if b.kind == 'input' else ''}{b.type} *{restrict} {b.name}" for b in k.of("input", "output")]


def c_family_head(k, target):
    space, restrict, tile = {"c": ("", "restrict", "_Alignas(64) "), "cuda": ("", "__restrict__", "__shared__ "),
                             "opencl": ("KERNEL_GLOBAL ", "restrict", "KERNEL_LOCAL ")}[target]
    struct = "struct PASTE(KERNEL, _params)"
    args = pointers(k, space, restrict)
    opening = {
        "c": f"static inline void tile_function(const {struct} *restrict params_in, i32 GROUP_X, i32 GROUP_Y, i32 GROUPS_X, ",
        "cuda": f'extern "C" __global__ void __launch_bounds__(GROUP_SIZE) KERNEL(const {struct} params, ',
        "opencl": f"__kernel __attribute__((reqd_work_group_size(GROUP_SIZE, 1, 1))) void KERNEL(const {struct} params, "}[target]
    out = [f"{struct} {{ {fields(k)} }};", opening + ", ".join(args) + ")", "{"]
    if target == "c":
        out.append(f"    const {struct} params = *params_in; (void)GROUP_X; (void)GROUP_Y; (void)GROUPS_X;")
    out += [f"    {tile}{t.type} {t.name}[{t.size}];" for t in k.of("tile")]
    if target != "c":
        out += [f"    {tile}SHARED_SUM_{s.type}({s.name});" for s in k.of("sum")]
    return out


def c_tail(k):
    """The uniform entry point: every kernel is called the same way."""
    args = [f"buffers[{n}]" for n in range(len(k.of("input", "output")))]
    return ["void PASTE(KERNEL, ISA)(const void *params, void *const *buffers, i32 group_x, i32 group_y, i32 groups_x);",
            "void PASTE(KERNEL, ISA)(const void *params, void *const *buffers, i32 group_x, i32 group_y, i32 groups_x)",
            "{", f"    tile_function(params, group_x, group_y, groups_x, {', '.join(args)});", "}"]


def locals_of(k, target):
    gpu = target != "c"
    align = "" if gpu else "_Alignas(64) "
    out = [f"    const {p.type} {p.name} = params.{p.name};" for p in k.params()]
    out += [f"    {align}{i.type} {i.name}[KEEP_SIZE({i.size})];" for i in k.of("keep")]
    for s in k.of("sum"):
        out.append(f"    {s.type} {s.name} = {s.type.upper()}(0);" if gpu
                   else f"    {align}{s.type} {s.name}[{s.size}] = {{0}};")
    reset = " ".join(f"RESET_{s.type}({s.name});" for s in k.of("sum"))
    if gpu and reset:
        out.append(f"    FIRST_LANE {{ {reset} }} SYNC;")
    reduce = " ".join(f"REDUCE_{s.type}({s.name});" for s in k.of("sum"))
    finish = " ".join(f"FINISH_{s.type}({s.name});" for s in k.of("sum"))
    return out + [f"#undef REDUCE_SUMS\n#define REDUCE_SUMS {reduce} SYNC; {finish}"]


def emit(kernel, target, variant):
    """The whole text of a variant for target: c, glsl, cuda or opencl."""
    k = resolve(kernel, variant)
    head = glsl_head(k) if target == "glsl" else c_family_head(k, target)
    line = [f'#line {k.brace + 2} "{k.path}"'] if target in ("c", "cuda") else []   # compilers and profilers name the .k file
    tail = c_tail(k) if target == "c" else []
    return "\n".join(k.lines[:k.top] + head + locals_of(k, target) + line + k.lines[k.brace + 1:] + tail) + "\n"


def main(argv):
    """kgen.py list FILE...: a line 'variant<TAB>file' for each variant, for the build."""
    if len(argv) < 2 or argv[0] != "list":
        sys.exit(main.__doc__)
    for path in argv[1:]:
        for variant in Kernel(path).variants:
            print(f"{variant}\t{path}")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KernelError as e:
        sys.exit(str(e))
