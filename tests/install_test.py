#!/usr/bin/env python3
"""Installing: the name vmaf is taken only where it is free, or on request (docs/vmaf_compat.md).

    install_test.py SOURCE_ROOT BUILD_ROOT
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

source, build = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
ALTERNATIVES = ["etc/alternatives", "usr/bin", "usr/share/man/man1", "usr/share/bash-completion/completions",
                "var/lib/dpkg/alternatives", "var/log"]
failures = []


def check(condition, text):
    if not condition:
        failures.append(text)
        print("FAIL:", text)


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def run(command, **variables):
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=dict(os.environ, **variables))


def install(folder, how):
    """The step of the installation that makes the link."""
    return run([source / "tools/install_vmaf.sh", "/usr/bin", how], DESTDIR=str(folder))


def test_meson_makes_the_link(folder):
    (folder / "usr/bin").mkdir(parents=True)
    for how in "auto", "auto", "always":  # also where it is already
        done = install(folder, how)
        check(done.returncode == 0 and not done.stderr, f"{done}")
        check(os.readlink(folder / "usr/bin/vmaf") == "isovq", how)


def test_meson_leaves_another_vmaf(folder):
    link = folder / "usr/bin/vmaf"
    put(link, "another program")
    done = install(folder, "auto")
    check(done.returncode == 0 and "is not isovq: it stays" in done.stderr, f"a file: {done}")
    check("-Dvmaf_name=always" in done.stderr and link.read_text() == "another program", f"how to get the name: {done}")
    for target in "other", "/etc/alternatives/vmaf":  # neither is there
        link.unlink()
        link.symlink_to(target)
        done = install(folder, "auto")
        check(done.returncode == 0 and "it stays" in done.stderr and os.readlink(link) == target, f"a link: {done}")
    check(install(folder, "never").stderr == "" and os.readlink(link) == target, "never")
    check(install(folder, "always").returncode == 0 and os.readlink(link) == "isovq", "always")
    link.unlink()
    put(link / "file", "")
    for how in "auto", "always":
        check(install(folder, how).returncode == 0 and (link / "file").exists(), f"a folder, {how}")


def test_meson_install(folder):
    """The whole of it, twice, and with another vmaf there."""
    first, second = folder / "first", folder / "second"
    for target in first, first:
        done = run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", target])
        check(done.returncode == 0, f"{done}")
    programs = list(first.rglob("bin/isovq"))
    check(len(programs) == 1, f"{programs}")
    link = programs[0].parent / "vmaf"
    check(os.readlink(link) == "isovq", "the link")
    other = second / link.relative_to(first)
    put(other, "another program")
    done = run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", second])
    check(done.returncode == 0 and "is not isovq: it stays" in done.stderr, f"{done}")
    check(other.read_text() == "another program" and (other.parent / "isovq").exists(), "both are there")


def configure(root, script="postinst", argument="configure"):
    """A script of the package, with all that it names below root."""
    path = root / script
    text = (source / "debian" / f"isovq.{script}").read_text().replace("#DEBHELPER#", "")
    put(path, text)
    return run(["sh", path, argument], DPKG_ROOT=str(root))


def test_alternatives(folder):
    """The package: a name that is free, one that is another program's, and its hand-over."""
    if not shutil.which("update-alternatives"):
        return "no update-alternatives here"
    for name in ALTERNATIVES:
        (folder / name).mkdir(parents=True)
    put(folder / "usr/bin/isovq", "isovq")
    put(folder / "usr/share/man/man1/isovq.1.gz", "man")
    put(folder / "usr/share/bash-completion/completions/isovq.bash", "completion")
    link, page = folder / "usr/bin/vmaf", folder / "usr/share/man/man1/vmaf.1.gz"
    for _ in range(2):  # configured again, as by an upgrade
        check(configure(folder).returncode == 0 and os.readlink(link) == "/etc/alternatives/vmaf", "a free name")
        check(os.readlink(folder / "etc/alternatives/vmaf") == "/usr/bin/isovq" and page.is_symlink(), "the alternative")
    check(configure(folder, "prerm", "remove").returncode == 0 and not link.is_symlink(), "removed")
    check(not page.is_symlink() and not (folder / "etc/alternatives/vmaf").is_symlink(), "nothing is left")
    for kind in "a file", "a link":
        if kind == "a file":
            put(link, "another program")
        else:
            link.symlink_to("another")
        done = configure(folder)
        check(done.returncode == 0 and "stays as it is" in done.stdout and "dpkg-reconfigure isovq" in done.stdout,
              f"{kind}: {done}")
        check(not page.is_symlink() and (os.readlink(link) == "another" if link.is_symlink() else
                                         link.read_text() == "another program"), f"{kind} was touched")
        check(configure(folder, "prerm", "remove").returncode == 0 and os.path.lexists(link), f"{kind} after removal")
        link.unlink()
        check(configure(folder).returncode == 0 and os.readlink(link) == "/etc/alternatives/vmaf", f"{kind} gone")
        check(configure(folder, "prerm", "remove").returncode == 0, "removed again")
    return None


def main():
    tests = [f for name, f in globals().items() if name.startswith("test_")]
    for number, function in enumerate(tests, 1):
        before = len(failures)
        with tempfile.TemporaryDirectory() as folder:
            reason = function(pathlib.Path(folder))
        print("not ok" if len(failures) > before else "ok", number, function.__name__ + (f" # SKIP {reason}" if reason else ""))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
