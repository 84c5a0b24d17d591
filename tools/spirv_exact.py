"""Makes a SPIR-V module compute the same bits everywhere, so that nobody can forget a `precise`:
every float operation is decorated NoContraction, and the entry point asks for round-to-nearest-even."""
import struct

MAGIC = 0x07230203
OP_EXTENSION, OP_ENTRY_POINT, OP_EXECUTION_MODE, OP_CAPABILITY, OP_TYPE_FLOAT, OP_DECORATE = 10, 15, 16, 17, 22, 71
FLOAT_OPS = {127: "FNegate", 129: "FAdd", 131: "FSub", 133: "FMul", 136: "FDiv", 140: "FRem", 141: "FMod",
             142: "VectorTimesScalar", 148: "Dot"}
DECORATION_NO_CONTRACTION = 42
CAPABILITY_ROUNDING_RTE, MODE_ROUNDING_RTE = 4467, 4462
EXTENSION = "SPV_KHR_float_controls"
# The sections of a module before its types, in the order the format asks for.
FIRST_TYPE_OP, LAST_TYPE_OP = 19, 39


def instructions(words):
    at = 5
    while at < len(words):
        count = words[at] >> 16
        yield words[at] & 0xffff, words[at:at + count]
        at += count


def instruction(op, *operands):
    return [(len(operands) + 1) << 16 | op, *operands]


def string_words(text):
    data = text.encode() + b"\0"
    data += b"\0" * (-len(data) % 4)
    return list(struct.unpack(f"<{len(data) // 4}I", data))


def exact(module):
    """The module (bytes) with the decorations; a module without float operations comes back as it is."""
    words = list(struct.unpack(f"<{len(module) // 4}I", module))
    if words[0] != MAGIC:
        raise ValueError("not a SPIR-V module")
    code = list(instructions(words))
    widths = sorted({i[2] for op, i in code if op == OP_TYPE_FLOAT})
    results = [i[2] for op, i in code if op in FLOAT_OPS]
    if not results:
        return module
    entry = next(i[2] for op, i in code if op == OP_ENTRY_POINT)
    decorations = [w for r in results for w in instruction(OP_DECORATE, r, DECORATION_NO_CONTRACTION)]
    out, decorated, last_capability, modes = words[:5], False, False, False
    for op, i in code:
        if last_capability and op != OP_CAPABILITY:
            out += instruction(OP_CAPABILITY, CAPABILITY_ROUNDING_RTE)
            out += instruction(OP_EXTENSION, *string_words(EXTENSION))
            last_capability = False
        elif op == OP_CAPABILITY:
            last_capability = True
        if not decorated and FIRST_TYPE_OP <= op <= LAST_TYPE_OP:
            out += decorations
            decorated = True
        if op == OP_DECORATE and i[2] == DECORATION_NO_CONTRACTION:
            continue
        out += i
        if op == OP_EXECUTION_MODE and not modes:
            for width in widths:
                out += instruction(OP_EXECUTION_MODE, entry, MODE_ROUNDING_RTE, width)
            modes = True
    return struct.pack(f"<{len(out)}I", *out)
