"""Say which tracked files name a package registry's host or an absolute path of somebody's machine.

A lock file with addresses ties everybody to one registry, and a path of one machine is wrong on every other. Reads what
git tracks or would track in the folder given (default: the checkout), prints one line per finding, and exits 1 if there
was one.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

# Written in parts, so that this file does not name what it looks for.
_HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js",
    "registry.yarn" + "pkg",
    "deb.deb" + "ian.org",
)
_HOST = re.compile("|".join(re.escape(host) for host in _HOSTS))
_MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9._~%-])/(?:work|farm|root|home|Users)/|[A-Z]:\\Users\\")
_ADDRESS = re.compile(r"[a-z]+://|--(?:extra-)?index-url|--find-links|--trusted-host")
_LOCKS = ("requirements.lock",)


def _tracked(top: Path) -> tuple[Path, ...]:
    listed = subprocess.run(
        ["git", "-C", str(top), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    ).stdout
    names = (name for name in listed.decode().split("\0") if name)
    return tuple(top / name for name in sorted(names) if (top / name).is_file())


def _findings(file: Path, name: str) -> Iterator[str]:
    content = file.read_bytes()
    if b"\0" in content:
        return
    for number, line in enumerate(content.decode(errors="replace").splitlines(), start=1):
        if _HOST.search(line):
            yield f"{name}:{number}: names the host of a package registry; take it out"
        if _MACHINE_PATH.search(line):
            yield f"{name}:{number}: holds an absolute path of one machine; make it relative or an argument"
        if name in _LOCKS and _ADDRESS.search(line):
            yield f"{name}:{number}: the lock holds an address; write it again with `make lock`"


def main(arguments: list[str]) -> int:
    """Print what was found under the folder that `arguments` name; return 1 if there was anything, else 0."""
    top = Path(arguments[0] if arguments else Path(__file__).parent.parent).resolve()
    found = [line for file in _tracked(top) for line in _findings(file, file.relative_to(top).as_posix())]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
