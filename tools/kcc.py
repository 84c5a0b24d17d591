#!/usr/bin/env python3
"""kcc.py TARGET VARIANT FILE.k OUT [--shape CLASS] [--isa NAME] [--depfile D] [--integers] [-D NAME=VALUE] -I DIR ... -- COMPILER [FLAG ...]

Builds one variant of a kernel for one target, through the words of that target (kgen.py):
  cpu     C11 -> object file
  spirv   GLSL -> SPIR-V, every float operation NoContraction (spirv_exact.py); COMPILER is glslangValidator
  cuda    CUDA C -> PTX, COMPILER is nvcc
  nvptx   OpenCL C -> PTX, COMPILER is clang
  opencl  OpenCL C, preprocessed"""
import argparse
import os
import re
import struct
import subprocess
import sys

import kgen
import spirv_exact

LANGUAGE = {"cpu": "c", "spirv": "glsl", "cuda": "cuda", "nvptx": "opencl", "opencl": "opencl"}
TARGET_DEFINE = {"cpu": "TARGET_C", "spirv": "TARGET_GLSL", "cuda": "TARGET_CUDA", "nvptx": "TARGET_OPENCL",
                 "opencl": "TARGET_OPENCL"}
GLSL_EXTENSIONS = ("GL_EXT_shader_explicit_arithmetic_types", "GL_EXT_shader_8bit_storage",
                   "GL_EXT_shader_16bit_storage", "GL_EXT_control_flow_attributes")


def run(command, **options):
    done = subprocess.run(command, **options)
    if done.returncode:
        sys.exit(f"kcc: failed: {' '.join(command)}")
    return done


def defines(kernel, args):
    values = {"KERNEL": args.variant, TARGET_DEFINE[args.target]: "1"}
    values.update(kernel.variants[args.variant])
    values.update(kernel.shapes[args.shape])
    values.update(d.split("=", 1) for d in args.define)
    if args.integers:
        values["REAL64_IN_INTEGERS"] = "1"
    if args.isa:
        values["ISA"] = f"_{args.isa}"
    return [f"-D{name}={value}" for name, value in values.items()]


def preprocessed(text, flags, args):
    """The text with every include and macro resolved: what a driver's compiler sees. Writes the depfile on the way."""
    dep = ["-MD", "-MF", args.depfile, "-MT", args.out] if args.depfile else []
    command = ["cc", "-E", "-P", "-x", "c", "-undef", *flags, *dep, "-"]
    result = run(command, input=text, stdout=subprocess.PIPE, text=True).stdout
    return constants_in_integers(result) if args.integers else result


def constants_in_integers(text):
    """R64C(number) as the bits of the number: a device without binary64 has no such literals."""
    def bits(match):
        value, = struct.unpack("<Q", struct.pack("<d", float(match.group(1).replace(" ", ""))))
        return f"R64_BITS(0x{value:x}ul)"
    return re.sub(r"\bR64C\s*\(\s*(-?\s*[0-9][0-9.]*(?:[eE][-+]?[0-9]+)?)\s*\)", bits, text)


def to_spirv(text, flags, args):
    source = args.out + ".comp"
    with open(source, "w") as f:
        f.write("#version 450\n" + "".join(f"#extension {e} : require\n" for e in GLSL_EXTENSIONS))
        f.write(preprocessed(text, flags, args).replace(" restrict ", " "))
    run([*args.compiler, "-V", "--target-env", "vulkan1.1", "-S", "comp", source, "-o", args.out + ".raw"],
        stdout=subprocess.DEVNULL if not os.environ.get("V") else None)
    with open(args.out + ".raw", "rb") as raw, open(args.out, "wb") as out:
        out.write(spirv_exact.exact(raw.read()))


def compile_file(text, suffix, flags, args):
    source = args.out + suffix
    with open(source, "w") as f:
        f.write(text)
    dep = ["-MD", "-MF", args.depfile, "-MT", args.out] if args.depfile else []
    run([*args.compiler, *flags, *dep, "-o", args.out, source])


def main():
    argv = sys.argv[1:]
    split = argv.index("--") if "--" in argv else len(argv)
    p = argparse.ArgumentParser(usage=__doc__)
    for name in ("target", "variant", "file", "out"):
        p.add_argument(name)
    p.add_argument("--shape", default="gpu")
    p.add_argument("--isa", default="")
    p.add_argument("--depfile")
    p.add_argument("--integers", action="store_true", help="binary64 in integers, for devices that do not have it")
    p.add_argument("-D", action="append", default=[], dest="define", help="another value than the file's, for tuning")
    p.add_argument("-I", action="append", default=[], dest="include")
    args = p.parse_args(argv[:split])
    args.compiler = argv[split + 1:]
    kernel = kgen.Kernel(args.file)
    args.integers |= "REAL64_IN_INTEGERS" in kernel.variants[args.variant]
    text = kgen.emit(kernel, LANGUAGE[args.target], args.variant)
    flags = defines(kernel, args) + [f"-I{d}" for d in args.include]
    if args.target == "opencl":
        with open(args.out, "w") as f:
            f.write(preprocessed(text, flags, args))
    elif args.target == "spirv":
        to_spirv(text, flags, args)
    elif args.target == "nvptx":
        compile_file(preprocessed(text, flags + ["-DNVPTX=1"], args), ".cl", [], argparse.Namespace(**{**vars(args), "depfile": None}))
    else:
        compile_file(text, ".cu" if args.target == "cuda" else ".c", flags, args)


if __name__ == "__main__":
    try:
        main()
    except kgen.KernelError as e:
        sys.exit(str(e))
