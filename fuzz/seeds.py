#!/usr/bin/env python3
"""Writes the seeds of the corpora, one folder for each harness. Seeds are committed, so that tests need no
Python; run this after changing it:

    fuzz/seeds.py [FOLDER]        default: corpus beside this file

A seed is named for what it holds. `ref-` marks inputs that crash or break the reference (cli_and_logs.md
1.3 and 2, model.md 14) or its logs; `found-` marks defects of
isovq that are mended.
"""
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
FILE, STDIN, PIPE, BROKEN = range(4)  # fuzz/clip.h


def plan(source=FILE, shift=0, skip=0, padding=0, repeat=0):
    return bytes([source | shift << 2 | skip << 4 | padding << 6 | repeat << 7])


def ceil_half(n):
    return (n + 1) // 2


def frame_samples(width, height, chroma):
    w, h = {0: (0, 0), 1: (ceil_half(width), ceil_half(height)), 2: (ceil_half(width), height),
            3: (width, height)}[chroma]
    return width * height + 2 * w * h


def samples(count, depth=8):
    if depth == 8:
        return bytes(i * 7 % 256 for i in range(count))
    return b"".join(struct.pack("<H", i * 37 % (1 << depth)) for i in range(count))


# --- clips ---

MONO, C420, C422, C444 = range(4)


def y4m(tags, frames=2, samples_of_frame=None, line=b"FRAME\n", depth=8, magic=b"YUV4MPEG2"):
    body = samples(frame_samples(6, 4, C420) if samples_of_frame is None else samples_of_frame, depth)
    return magic + b" " + tags + b"\n" + (line + body) * frames


def y4m_seeds():
    size = b"W6 H4 F25:1"
    of = {name: frame_samples(6, 4, chroma) for name, chroma in
          (("420", C420), ("422", C422), ("444", C444), ("mono", MONO))}
    good = y4m(size + b" Ip A1:1 C420jpeg XCOLORRANGE=LIMITED")
    seeds = {
        "plain": plan() + good,
        "pipe": plan(PIPE, padding=1) + good,
        "stdin": plan(STDIN, skip=1) + good,
        "shift": plan(FILE, shift=2) + y4m(size + b" C420p10", depth=10),
        "deep-16": plan(PIPE) + y4m(size + b" C444p16", 1, of["444"], depth=16),
        "depth-9": plan() + y4m(size + b" C420p9", depth=9),
        "above-depth": plan(shift=1) + y4m(size + b" C420p10", depth=16),
        "frame-parameters": plan() + y4m(size, line=b"FRAME Ip XABC\n"),
        "no-frames": plan(PIPE) + y4m(size, 0),
        "ref-422-plain": plan() + y4m(size + b" C422", 2, of["422"]),
        "ref-420paldv": plan() + y4m(size + b" C420paldv"),
        "ref-444alpha": plan(PIPE) + y4m(size + b" C444alpha", 2, of["444"] + 24),
        "ref-mono": plan() + y4m(size + b" Cmono", 2, of["mono"]),
        "ref-mono12": plan(shift=2) + y4m(size + b" Cmono12", 2, of["mono"], depth=12),
        "ref-411": plan() + y4m(size + b" C411", 2, of["mono"]),
        "ref-410": plan() + y4m(size + b" C410", 2, of["mono"]),
        "ref-420p14": plan() + y4m(size + b" C420p14", depth=14),
        "ref-odd-size": plan() + y4m(b"W5 H3 F25:1", 2, frame_samples(5, 3, C420)),
        "ref-truncated-frame": plan() + good[:-5],
        "ref-truncated-pipe": plan(PIPE) + good[:-5],
        "ref-truncated-alpha": plan() + y4m(size + b" C444alpha", 2, of["444"] + 24)[:-5],
        "ref-truncated-line": plan(PIPE) + good + b"FRAME Ip",
        "ref-long-header": plan() + y4m(size + b" X" + b"x" * 1000, 1),
        "ref-header-over-limit": plan() + y4m(size + b" X" + b"x" * 4100, 0)[:4090],
        "ref-long-frame-line": plan() + y4m(size, 1, line=b"FRAME " + b"I" * 200 + b"\n"),
        "ref-wrong-framing": plan() + y4m(size, line=b"FRAMES\n"),
        "ref-interlaced": plan() + y4m(size + b" It"),
        "header-only-magic": plan() + b"YUV4MPEG",
        "header-without-end": plan(PIPE) + b"YUV4MPEG2 W6 H4",
        "header-no-width": plan() + y4m(b"H4 F25:1"),
        "header-huge": plan() + y4m(b"W16384 H16384 F1:1 C444p16", 1),
        "header-too-large": plan() + y4m(b"W2147483648 H99999999999999999999 F25:1"),
        "header-negative": plan() + y4m(b"W-6 H4 F25:1"),
        "header-control-characters": plan() + y4m(size + b" X\x1b[2J"),
        "header-zero-byte": plan() + y4m(size + b" X\0Y"),
        "header-rates": plan() + y4m(b"W6 H4 F-9223372036854775808:0 A0:0"),
        "unreadable": plan(BROKEN) + good,
        "unreadable-folder": plan(BROKEN),
        "unreadable-missing": plan(BROKEN) + b"x",
        "alpha-skipped": plan(STDIN, skip=1) + y4m(size + b" C444alpha", 2, of["444"] + 24),
        "repeated": plan(repeat=1) + good,
        "repeated-pipe": plan(PIPE, skip=3, repeat=1) + good,
        "large": plan(skip=1, repeat=1) + b"YUV4MPEG2 W300 H200 F25:1\nFRAME\n" + samples(2494),
        "not-y4m": plan() + b"RIFF....AVI ",
        "empty": b"",
    }
    return seeds


def raw(width, height, chroma, depth, frames=2, partial=0, **how):
    body = samples(frame_samples(width, height, chroma) * frames, depth) if 8 <= depth <= 16 else b"abcdef"
    return plan(**how) + bytes([chroma | partial << 2]) + struct.pack("<HHb", width, height, depth) + body


def raw_seeds():
    seeds = {
        f"{width}x{height}-{name}-{depth}": raw(width, height, chroma, depth, source=source, shift=shift)
        for width, height, name, chroma, depth, source, shift in (
            (6, 4, "420", C420, 8, FILE, 0), (6, 4, "422", C422, 10, PIPE, 2), (6, 4, "444", C444, 12, STDIN, 3),
            (6, 4, "400", MONO, 16, FILE, 0), (1, 1, "420", C420, 8, PIPE, 1))
    }
    even = raw(6, 4, C420, 8)
    seeds.update({
        "ref-odd-size-420": raw(5, 3, C420, 8),
        "ref-odd-size-422": raw(7, 5, C422, 8, source=PIPE, padding=1),
        "ref-truncated-file": even[:-3],
        "ref-truncated-pipe": raw(6, 4, C420, 8, source=PIPE)[:-3],
        "ref-truncated-partial": raw(6, 4, C420, 8, partial=1)[:-3],
        "ref-y4m-as-raw": even[:7] + y4m(b"W6 H4 F25:1"),
        "ref-empty-file": even[:7],
        "ref-empty-pipe": raw(6, 4, C420, 8, 0, source=PIPE),
        "ref-skip-beyond-end": raw(6, 4, C420, 8, 1, skip=3),
        "unreadable": raw(6, 4, C420, 8, source=BROKEN),
        "rows-with-padding": raw(6, 4, C420, 16, padding=1),
        "large": raw(300, 200, C444, 8, 0, skip=1, repeat=1) + samples(256),
        "large-rows": raw(300, 200, C444, 16, 0, source=PIPE, skip=1, padding=1, repeat=1) + samples(256),
        "large-plane": raw(500, 500, MONO, 16, 0, source=STDIN, repeat=1) + samples(250),
        "above-depth": raw(6, 4, C420, 10, shift=2)[:9] + b"\xff" * 200,
        "huge": raw(16384, 16384, C444, 16, 0) + b"x" * 64,
        "too-wide": raw(16385, 2, C420, 8, 0),
        "no-height": raw(6, 0, C420, 8, 0),
        "depth-7": raw(6, 4, C420, 7),
        "depth-17": raw(6, 4, C420, 17),
        "depth-negative": raw(6, 4, C420, -8),
        "no-geometry": raw(0, 0, MONO, 0),
        "empty": b"",
    })
    return seeds


# --- models ---

SVM = "svm_type nu_svr\nkernel_type rbf\ngamma 0.5\nnr_class 2\ntotal_sv 2\nrho 1\nSV\n4 1:1.25 2:0.5 \n-2 1:1 2:0 \n"


def model_dict(**changes):
    members = {
        "model_type": "LIBSVMNUSVR",
        "feature_names": ["VMAF_integer_feature_adm3_score", "Speed_chroma_feature_speed_chroma_uv_score"],
        "norm_type": "linear_rescale", "slopes": [0.5, 2, 4], "intercepts": [-1, 0.25, 0.5],
        "score_clip": [0, 100], "model": SVM,
    }
    members.update(changes)
    return {k: v for k, v in members.items() if v is not None}


def model(**changes):
    return json.dumps({"param_dict": {}, "model_dict": model_dict(**changes)}).encode()


def collection(entries, **changes):
    return json.dumps({"param_dict": {}, **{key: {"model_dict": model_dict(
        model_type="RESIDUEBOOTSTRAP_LIBSVMNUSVR", **changes)} for key in entries}}).encode()


def model_seeds():
    transform = {"enabled": True, "p0": 1, "p1": 1.5, "p2": 0.25, "out_gte_in": "true",
                 "knots": [[0, 0], [10, 20], [50, 80], [100, 100]]}
    deep = b'{"model_dict":' + b"[" * 3000
    return {
        "plain": model(),
        "no-normalisation": model(norm_type="none", slopes=None, intercepts=None),
        "options": model(feature_opts_dicts=[{"adm_enhn_gain_limit": 1.2, "adm_csf_mode": 1, "debug": True,
                                              "text": "a:b=c"}, {}]),
        "chroma-correction": model(chroma_correction_parameter=0.5),
        "transform": model(score_transform=transform),
        "transform-off": model(score_transform={"enabled": "false", "p0": None, "out_lte_in": False}),
        "transform-equal-knots": model(score_transform={"enabled": True, "knots": [[-1, 5], [0, 5], [1, 5]]}),
        "found-transform-constant": model(score_transform={"enabled": True, "p0": 1.5}),
        "collection": collection("01234"),
        "ref-collection-as-plain": collection("01").replace(b'"0"', b'"model_dict"', 1),
        "ref-plain-as-collection": json.dumps({"0": {}, "1": {}}).encode(),
        "ref-half-built": collection("01")[:-40] + b"}}}",
        "ref-half-built-entry": collection("012").replace(b"nu_svr", b"c_svc").replace(b"c_svc", b"nu_svr", 2),
        "ref-name-with-quotes": model(feature_names=['a"<&\'b', "speed_chroma"]),
        "ref-many-features": model(feature_names=[f"f{i}" for i in range(64)], slopes=[1] * 65, intercepts=[0] * 65),
        "too-many-features": model(feature_names=[f"f{i}" for i in range(65)], slopes=[1] * 66, intercepts=[0] * 66),
        "collection-gap": collection("013"),
        "collection-other-features": collection("01").replace(b"adm3", b"adm2", 1),
        "svm-huge-count": model(model=SVM.replace("total_sv 2", "total_sv 100001")),
        "svm-too-few": model(model=SVM.replace("total_sv 2", "total_sv 3")),
        "svm-too-many": model(model=SVM + "1 1:1\n"),
        "svm-index-beyond": model(model=SVM.replace("2:0.5", "3:0.5")),
        "svm-index-falls": model(model=SVM.replace("1:1.25 2:0.5", "2:1 1:1")),
        "svm-numbers": model(model=SVM.replace("1.25", "1e-400").replace("0.5 \n", "nan \n")),
        "svm-crlf": model(model=SVM.replace("\n", "\r\n")),
        "numbers-overflow": model().replace(b"0.25", b"1e999"),
        "slopes-zero": model(slopes=[0, 1, 1]),
        "option-too-large": model(feature_opts_dicts=[{"a": 1e39}, {"b": "x" * 300}]),
        "duplicate-member": b'{"model_dict": {"a": 1, "a": 2}}',
        "invalid-utf8": b'{"model_dict": {"\xff\xfe": 1}}',
        "zero-byte": b'{"model_dict": {"a\\u0000b": 1}}',
        "control-characters": model(model_type="\u001b[2J\n"),
        "deep": deep,
        "no-object": b"[1, 2, 3]",
        "empty": b"",
    }


# --- command lines ---

def option_seeds():
    clips = ["--reference", "a.y4m", "--distorted=b.y4m"]
    lines = {
        "plain": clips + ["--feature=psnr", "-m", "version=vmaf_v0.6.1"],
        "all-metrics": ["--feature=psnr", "--feature=motion", "--feature=vif", "--feature=adm"],
        "psnr-options": ["--feature=psnr=enable_chroma=false:enable_mse=true:enable_apsnr=true:reduced_hbd_peak=true:"
                         "min_sse=0.5"],
        "adm-options": ["--feature=adm=adm_csf_scale=50:adm_csf_diag_scale=0:adm_dlm_weight=1:"
                        "adm_enhn_gain_limit=1.2:adm_norm_view_dist=0.75:adm_ref_display_height=1"],
        "adm-modes": ["--feature=adm=adm_csf_mode=1", "--feature=adm=adm_csf_mode=2:adm_noise_weight=0",
                      "--feature=adm=adm_skip_aim=true:adm_skip_scale0=true:adm_min_val=1"],
        "motion-options": ["--feature=motion=motion_blend_factor=0.5:motion_blend_offset=0:motion_fps_weight=5:"
                           "motion_max_val=1:motion_five_frame_window=true:motion_moving_average=true:debug=true"],
        "motion-zero": ["--feature=motion=motion_force_zero=true"],
        "vif-options": ["--feature=vif=debug=true:vif_enhn_gain_limit=1:vif_skip_scale0=true"],
        "raw": clips + ["-w", "176", "-h", "0x90", "-p", "420", "-b", "10", "--subsample", "02"],
        "numbers": ["--threads", "4", "--cpumask", "-1", "--gpumask=0xffffffff", "--frame_cnt", "100",
                    "--precision", "max", "--pool", "p1,p99,median,harmonic_mean"],
        "presets": ["--aom_ctc", "v7.0", "--nflx_ctc=v1.0"],
        "prefix": ["--ref", "a", "--dist", "b", "--no_p", "--js"],
        "vmaf-prefix": ["vmaf", "--r", "a", "--d=b", "--js", "--th", "2", "--fe", "psnr"],
        "vmaf-repeats": ["vmaf", "--feature", "psnr", "--feature", "psnr=enable_mse=true:min_sse=1", "-m",
                         "version=vmaf_v0.6.1", "--feature", "vif=debug=true"],
        "letters": ["-nqv", "-c", "x"],
        "model-items": ["-m", "version=vmaf_v0.6.1neg:name=n:disable_clip:enable_transform=true:"
                        "adm.adm_enhn_gain_limit=1.5"],
        "model-file": ["-m", "path=/nowhere/model.json:name=x"],
        "ref-model-name-only": ["-m", "name=x"],
        "ref-model-empty": ["-m", ""],
        "ref-model-name-quotes": ["-m", 'name=a"b<c>&d,e'],
        "ref-equal-model-names": ["-m", "version=vmaf_v0.6.1", "-m", "version=vmaf_v0.6.1neg"],
        "ref-unknown-option": ["--nonsense", "--feature=psnr"],
        "ref-threads-abc": ["--threads", "abc"],
        "ref-subsample-abc": ["--subsample", "abc"],
        "ref-cpumask-abc": ["--cpumask", "abc"],
        "ref-unknown-key": ["--feature", "psnr=foo=1"],
        "ref-key-without-value": ["--feature", "psnr=enable_mse"],
        "ref-second-equals": ["--feature", "psnr=min_sse=1=2"],
        "ref-feature-over-1024": ["--feature", "psnr=" + ":".join(["min_sse=0.25"] * 100)],
        "ref-same-feature-twice": ["--feature", "psnr", "--feature", "psnr=enable_apsnr=true"],
        "ref-many-models": [a for i in range(5) for a in ("-m", f"version=vmaf_b_v0.6.3:name=m{i}")],
        "numbers-overflow": ["-w", "99999999999999999999", "--feature=psnr=min_sse=1e999"],
        "numbers-odd": ["--feature=adm=adm_dlm_weight=0x1p-1", "--feature=vif=vif_enhn_gain_limit=nan"],
        "colons": ["--feature", "psnr=:::", "-m", ":::", "-m", "a.b=c:.=:..=="],
        "missing-value": ["--reference"],
        "too-many-features": ["--feature=psnr"] * 62,
        "names-of-series": ["-m", "name=psnr_y", "--feature=psnr"],
        "empty": [""],
    }
    return {name: "\n".join(arguments).encode() for name, arguments in lines.items()}


# --- logs ---

def value(number):
    return b"\xff" + struct.pack(">d", number)


def log(names, frames=1, numbers=(0.5,), kind=0b11000, digits=6, aggregates=(), pooled=b"\1", absent=()):
    out = bytes([len(names) | frames << 4, kind | len(aggregates) << 5, digits])
    out += b"cpu:v3\0A \"CPU\" <&>\0" + b"1.0\0exact\0" + value(25.0)
    for name in names:
        out += name + b"\0" + pooled + (b"".join(value(n) for n in (numbers * 4)[:4]) if pooled == b"\1" else b"")
    for name in aggregates:
        out += name + b"\0" + value(numbers[0])
    for i in range(frames * len(names)):
        out += b"\0" if i in absent else b"\1" + value(numbers[i % len(numbers)])
    return out


def log_seeds():
    inf, nan = float("inf"), float("nan")
    return {
        "plain": log([b"integer_adm2", b"vmaf"], 3, (0.962084, 83.856284)),
        "aggregates": log([b"psnr_y"], 2, (30.5, 40.25), aggregates=(b"apsnr_y", b"apsnr_cb")),
        "small-fractions": log([b"a"], 3, (5e-7, 5.0000001, 1e-6)),
        "exact": log([b"a"], 3, (0.1, 1e22, 5e-324), kind=0b11010),
        "fixed-30": log([b"a"], 2, (1.7976931348623157e308, -2.0), kind=0b11001, digits=30),
        "fixed-0": log([b"a"], 2, (1e300, 0.5), kind=0b11001, digits=0),
        "trailing-comma": log([b"a", b"b"], 2, (1.0, 2.0), kind=0b11100),
        "no-member-isovq": log([b"a"], 1, kind=0),
        "ref-no-frames": log([b"a", b"b"], 0),
        "ref-no-series": log([], 0),
        "ref-first-frame-absent": log([b"a"], 3, (1.0,), absent=(0,)),
        "ref-value-absent": log([b"a", b"b", b"c"], 2, (1.0, 2.0, 3.0), absent=(1,)),
        "ref-not-finite": log([b"a", b"b", b"c"], 2, (inf, -inf, nan)),
        "ref-pooled-absent": log([b"a"], 2, (1.0,), pooled=b"\0", absent=(1,)),
        "ref-name-quote": log([b'a"b', b"a'b"], 1),
        "ref-name-markup": log([b"a<b>&c;"], 1, aggregates=(b"x</VMAF>",)),
        "ref-name-comma": log([b"a,b", b"c|{1}{y:i}\n"], 1),
        "name-controls": log([bytes(range(1, 32)), b"\x7f\x80"], 1),
        "name-broken-utf8": log([b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8", b"\xe2\x82"], 1),
        "name-utf8": log(["ä€😀".encode()], 1),
        "name-digit": log([b"4k", b"-x", b".y", b""], 1),
        "name-long": log([b"n" * 300], 1),
        "found-noncharacters": log(["\uffff\ufffe".encode()], 1),
        "found-frame-number": log([b"frameNum"], 1),
        "found-escape-like-name": log([b"a b", b"a_x20_b", b"4k", b"_4k"], 1),
        "empty": b"",
    }


# --- calls ---

(OPEN, START, ADD_TEXT, PUSH, _, BORROW, SUBMIT, FINISH, RESET, CLOSE, ADD, IMPORT, SCORE, FIND, POOL, COUNTS, VIEWS,
 CATALOG, ADD_MODEL, ADD_MODEL_TEXT) = range(20)  # fuzz/api.c; after the numbers of a call: is there an error to fill
LAST, TEXT_NULL, NO_ERROR = 23, 200, 255


def edge(n):
    """A number of the table of extremes."""
    return bytes([255, n])


def opened(meter=0, threads=1, frames=0, subsample=0, device=0, told=1):
    return bytes([OPEN, meter, device, threads, frames, subsample, 4, told, 0, 0])


def started(meter=0, width=4, height=4, depth=0, sampling=1, strange=240):
    return bytes([START, meter, width, height, depth, sampling, 0, strange, 0])


def asked(request, meter=0):
    return bytes([ADD_TEXT, meter, request, 0])


def pushed(count=1, meter=0, kind=0, counted=0):
    return bytes([PUSH, meter, kind, 1, kind, 2, counted, 0]) * count


def finished(meter=0):
    return bytes([FINISH, meter, 0])


def modelled(meter=0, flags=0):
    return bytes([ADD_MODEL, meter, 0, 1, 0, flags, 5, 5, 0])


def looked(meter=0):
    return (bytes([SCORE, meter, 0, 1, 0, POOL, meter, 0, 0, 0, 0, 0, 0, FIND, meter, 0, COUNTS, meter, 0, 0, 0]) +
            b"".join(bytes([VIEWS, meter, i, j]) for i in range(3) for j in range(3)))


def api_seeds():
    whole = opened() + asked(0) + started() + pushed(3) + finished() + looked()
    every = opened(threads=2) + b"".join(asked(i) for i in (2, 3, 4, 5)) + started(strange=240)
    return {
        "whole": whole,
        "every-metric": every + pushed(4) + looked() + finished() + looked() + bytes([CLOSE, 0]),
        "again": whole + bytes([RESET, 0]) + started(width=9, height=20, sampling=3) + pushed(5) + finished() + looked(),
        "three": b"".join(opened(m, m) + asked(m + 2, m) + started(m, depth=m) for m in range(3)) +
                 b"".join(pushed(1, m, counted=1) for m in (0, 1, 2, 1, 0, 2, 2)) +
                 b"".join(finished(m) + looked(m) for m in range(3)),
        "model": opened(subsample=2) + modelled() + modelled(flags=8) + started() + pushed(5) + finished() + looked(),
        "model-text": opened() + bytes([ADD_MODEL_TEXT, 0, 0, 0, 0]) + started() + pushed(2) + finished() + looked(),
        "borrow": opened() + asked(0) + started() + bytes([BORROW, 0, 0, 0, BORROW, 0, 0, 0, SUBMIT, 0, 0]) * 3 +
                  finished() + looked(),
        "import": whole + bytes([IMPORT, 0, 2, 1, 7, 0]) * 2 + bytes([IMPORT, 0, 0, 1, 7, 0, IMPORT, 0, 3, 240, LAST, 2, 0]) +
                  looked(),
        "upside-down": opened() + asked(3) + started(sampling=2) + pushed(3, kind=1) + finished() + looked(),
        "above-depth": opened() + asked(5) + started(depth=2) + pushed(2) + pushed(2, kind=254) +
                       pushed(4, counted=1) + finished() + looked(),
        "catalog": bytes([CATALOG, 0, 0, CATALOG, 1, 1, CATALOG, 255, 200]),
        "no-errors-wanted": opened()[:-1] + bytes([NO_ERROR]) + bytes([ADD_TEXT, 0, 6, NO_ERROR]) + started(),
        "ref-out-of-order": finished() + pushed() + started() + bytes([SUBMIT, 0, 0]) + opened() + pushed() +
                            asked(0) + started() + asked(0) + started() + finished() + finished() + pushed(),
        "null": b"".join(bytes([call, LAST]) + bytes([TEXT_NULL + 5]) * 8 for call in range(20)),
        "found-strides": opened() + asked(0) + started() +
                         b"".join(bytes([PUSH, 0, 252, 1] + [edge] * 3 + [252, 2] + [edge] * 3 + [0])
                                  for edge in range(9)) + pushed() + finished(),
        "found-numbers": b"".join(bytes([OPEN, 0, 0]) + b"".join(edge(n) if at == field else bytes([0]) for at in range(3)) +
                                  bytes([4, 0, 0, 0]) for field in range(3) for n in (0, 3, 22, 23)) +
                         opened() + modelled() + b"".join(bytes([VIEWS, 0]) + edge(n) + bytes([0]) for n in range(24)),
        "found-sampling": opened() + asked(0) + b"".join(
            bytes([START, 0, 4, 4, 0]) + edge(n) + bytes([0, 255, 0]) for n in range(24)),
        "empty": b"",
    }


SEEDS = {"raw": raw_seeds, "y4m": y4m_seeds, "model": model_seeds, "options": option_seeds, "log": log_seeds,
         "api": api_seeds}


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "corpus"
    for harness, make in SEEDS.items():
        folder = root / harness
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in make().items():
            (folder / name).write_bytes(data)
        print(f"{folder}: {len(make())} seeds, the largest {max(map(len, make().values()))} bytes")


if __name__ == "__main__":
    main()
