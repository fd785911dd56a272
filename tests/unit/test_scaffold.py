"""What the project promises before any lot is traced: its lock, its public names, its files, its gates."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import entry_points, version
from pathlib import Path
from textwrap import dedent

import pytest

import thread

CHECKOUT = Path(__file__).resolve().parents[2]
LOCK = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def python(code: str) -> str:
    """Return what a fresh interpreter prints for `code`."""
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return ran.stdout.strip()


def addresses(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the check for addresses on `folder`."""
    checker = CHECKOUT / ".ci" / "addresses.py"
    return subprocess.run([sys.executable, str(checker), str(folder)], check=False, capture_output=True, text=True)


def git_folder(folder: Path, **files: str) -> Path:
    """Return `folder` as an empty git work tree that holds `files`; `_dot_` stands for a dot in a name."""
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    for name, text in files.items():
        (folder / name.replace("_dot_", ".")).write_text(text, encoding="utf-8")
    return folder


def distribution(requirement: str) -> str:
    """Return the normalised name that a requirement starts with."""
    named = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert named
    return re.sub(r"[-_.]+", "-", named[0]).lower()


# The lock.


def test_every_package_in_the_lock_is_pinned_and_hashed() -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK.strip())

    unpinned = [block.splitlines()[0] for block in blocks if not re.match(r"[a-z0-9-]+==[^ ]+ ", block)]
    unhashed = [block.splitlines()[0] for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)]

    assert len(blocks) > 40
    assert unpinned == []
    assert unhashed == []


def test_the_lock_names_no_address() -> None:
    assert re.findall(r".*(?:://|--[a-z-]*index|--find-links|--trusted-host).*", LOCK) == []


def test_everything_that_the_project_asks_for_is_in_the_lock() -> None:
    project = PROJECT["project"]
    asked = {distribution(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]}
    locked = {distribution(line) for line in LOCK.splitlines() if re.match(r"[a-z0-9]", line)}

    assert asked - locked == set()


def test_the_lock_serves_pythons_before_and_after_networkx_dropped_3_11() -> None:
    markers = re.findall(r"^networkx==\S+ ; (.*) \\$", LOCK, flags=re.MULTILINE)

    assert sorted(markers) == ["python_full_version < '3.12'", "python_full_version >= '3.12'"]


# The package.


def test_the_version_is_the_one_of_the_project_and_of_the_installed_distribution() -> None:
    assert thread.__version__ == PROJECT["project"]["version"]
    assert version("thread-ledger") == thread.__version__


def test_importing_thread_imports_none_of_the_slow_packages() -> None:
    code = "import sys, thread; print(*sorted({name.split('.')[0] for name in sys.modules}))"

    imported = set(python(code).split())

    slow = {"sqlmodel", "sqlalchemy", "fastapi", "starlette", "networkx", "pydantic", "cryptography", "rich"}
    assert imported & slow == set()


def test_no_module_warns_when_it_is_imported() -> None:
    code = """
        import importlib, pkgutil, thread, thread_api
        for package in (thread, thread_api):
            for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
                importlib.import_module(module.name)
    """

    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", dedent(code)], check=False, capture_output=True, text=True
    )

    assert ran.stderr == ""
    assert ran.returncode == 0


def test_the_public_names_are_these_and_each_can_be_had() -> None:
    public = ["Ledger", "ThreadError", "Trace", "__version__", "open_ledger"]

    assert thread.__all__ == public
    assert [getattr(thread, name).__module__ for name in public if name != "__version__"] == [
        "thread.service.ledger",
        "thread.errors",
        "thread.genealogy.trace",
        "thread.service.ledger",
    ]
    assert set(public) <= set(dir(thread))


def test_a_name_that_thread_does_not_offer_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'thread' has no attribute 'open_legder'"):
        _ = thread.open_legder


def test_the_command_thread_starts_the_command_line() -> None:
    (command,) = entry_points(group="console_scripts", name="thread")

    assert command.value == "thread.cli.main:main"


def test_both_packages_are_typed() -> None:
    code = "import thread, thread_api; print(thread.__file__, thread_api.__file__, sep='\\n')"

    folders = [Path(file).parent for file in python(code).splitlines()]

    assert [folder.relative_to(CHECKOUT).as_posix() for folder in folders] == ["src/thread", "api/thread_api"]
    assert [(folder / "py.typed").is_file() for folder in folders] == [True, True]


def test_every_package_folder_is_a_package() -> None:
    folders = {file.parent for top in ("src/thread", "api/thread_api") for file in (CHECKOUT / top).rglob("*.py")}

    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


# The files.


def test_no_file_of_the_project_names_a_registry_or_a_path_of_one_machine() -> None:
    ran = addresses(CHECKOUT)

    assert ran.stdout + ran.stderr == ""
    assert ran.returncode == 0


def test_the_check_finds_the_host_of_a_registry(tmp_path: Path) -> None:
    folder = git_folder(tmp_path, notes_dot_md="fine\nget it from py" + "pi.org\n")

    ran = addresses(folder)

    assert ran.stdout == "notes.md:2: names the host of a package registry; take it out\n"
    assert ran.returncode == 1


@pytest.mark.parametrize("line", ["cd /" + "root/x", "see (/" + "home/ann/x)", "C:" + "\\Users\\ann", "'/" + "work/a'"])
def test_the_check_finds_a_path_of_one_machine(tmp_path: Path, line: str) -> None:
    folder = git_folder(tmp_path, notes_dot_md=line)

    ran = addresses(folder)

    assert ran.stdout == "notes.md:1: holds an absolute path of one machine; make it relative or an argument\n"
    assert ran.returncode == 1


def test_the_check_lets_web_addresses_and_relative_paths_be(tmp_path: Path) -> None:
    text = "https://example.org/home/plant\nsee docs/work/order.md and ./work/x\n"
    folder = git_folder(tmp_path, notes_dot_md=text)

    ran = addresses(folder)

    assert ran.stdout + ran.stderr == ""
    assert ran.returncode == 0


def test_the_check_finds_an_address_in_the_lock(tmp_path: Path) -> None:
    lock = "--index-url https://mirror.example/simple\nclick==8.5.1\n"
    folder = git_folder(tmp_path, requirements_dot_lock=lock)

    ran = addresses(folder)

    assert ran.stdout == "requirements.lock:1: the lock holds an address; write it again with `make lock`\n"
    assert ran.returncode == 1


def test_the_change_log_tells_of_this_version() -> None:
    log = (CHECKOUT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert re.search(rf"^## \[{re.escape(thread.__version__)}\] - \d{{4}}-\d\d-\d\d$", log, flags=re.MULTILINE)


def test_ci_runs_the_same_gate_as_a_developer() -> None:
    script = CHECKOUT / ".ci" / "run"

    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"
