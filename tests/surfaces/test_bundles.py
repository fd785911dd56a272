"""Bundles by command line and over HTTP, and their check on a machine that has nothing but Python."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2
import pytest

from tests.surfaces.cli_shell import Shell, receipts
from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger, open_ledger


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, capsys, monkeypatch)
    shell.plant()
    return shell


def fingerprint(thread: Shell) -> str:
    with open_ledger(f"sqlite:///{thread.folder}/thread.db") as ledger:
        return ledger.fingerprint


@pytest.mark.requirement("EVI-3")
def test_a_bundle_is_checked_by_the_program_in_it_and_nothing_else(thread: Shell) -> None:
    thread("checkpoint")
    told = thread("bundle", "F-1", "--both", "-o", "f-1.zip")
    with zipfile.ZipFile(thread.folder / "f-1.zip") as archive:
        archive.extract("verifier.py", thread.folder / "elsewhere")

    ran = subprocess.run(
        [sys.executable, "-I", "-S", "verifier.py", "../f-1.zip", "--fingerprint", fingerprint(thread)],
        check=False,
        capture_output=True,
        cwd=thread.folder / "elsewhere",
        text=True,
    )

    assert told.out.splitlines()[0].startswith(
        "f-1.zip shows where https://plant.example/site/P1/lot/FRAME/F-1 came from and where it went, as known at 9 "
    )
    assert ran.stdout.splitlines()[0] == "VERIFIED"
    assert "ML-DSA-44" in ran.stdout  # without further packages the second signature is told to be unchecked
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_same_question_at_the_same_checkpoint_gives_the_same_bytes(thread: Shell) -> None:
    thread("checkpoint")
    thread("bundle", "F-1", "-o", "one.zip")
    thread("record", thread.file("more.ndjson", receipts(1)))

    again = thread("bundle", "FRAME/F-1", "--backward", "-o", "two.zip")

    assert (thread.folder / "one.zip").read_bytes() == (thread.folder / "two.zip").read_bytes()
    assert "1 entry was recorded since that checkpoint and is not in it;" in again.out


def test_a_bundle_needs_a_checkpoint_and_says_so(thread: Shell) -> None:
    refused = thread("bundle", "F-1", "-o", "f-1.zip")

    assert refused.status == 1
    assert refused.err == (
        "thread: no index of subjects was signed yet, so nothing shows that a list is complete; sign one "
        "(`thread checkpoint`), then ask again\n"
    )
    assert not (thread.folder / "f-1.zip").exists()


def test_a_bundle_is_not_anchored_until_a_fingerprint_or_key_from_elsewhere_is_given(thread: Shell) -> None:
    thread("checkpoint")
    thread("bundle", "S-77", "--forward", "-o", "s.zip")

    alone = thread("verify-bundle", "s.zip")
    known = thread("verify-bundle", "s.zip", "--fingerprint", fingerprint(thread), "--json")
    foreign = thread("verify-bundle", "s.zip", "--fingerprint", "00" * 32)

    assert alone.status == 0
    assert "(not anchored)" in alone.out
    assert fingerprint(thread) in alone.out
    assert (known.status, known.json["ok"], known.json["anchored"]) == (0, True, True)
    assert foreign.status == 1
    assert foreign.out.startswith("NOT VERIFIED\n")


@pytest.mark.parametrize(
    ("data", "more", "why"),
    [
        (b"", (), "ZIP"),
        (b"PK\x03\x04", (), "ZIP"),
        (b"not a bundle", (), "ZIP"),
        (None, ("--fingerprint", "12"), "the fingerprint is not 64 hexadecimal digits"),
        (None, ("--key", "nonsense"), "copy it again from where it was published"),
    ],
)
def test_what_is_no_bundle_is_refused_in_one_line(
    thread: Shell, data: bytes | None, more: tuple[str, ...], why: str
) -> None:
    thread("checkpoint")
    thread("bundle", "F-1", "-o", "f-1.zip")
    if data is not None:
        (thread.folder / "f-1.zip").write_bytes(data)

    refused = thread("verify-bundle", "f-1.zip", *more)

    assert refused.status == 2
    assert why in refused.err
    assert refused.err.count("\n") == 1


def test_a_bundle_over_http_is_the_one_of_the_command_line(
    http: httpx2.Client, frames: httpx2.Client, ledger: Ledger
) -> None:
    none_yet = http.get("/v1/lots/F-0303/bundle")
    frames.post("/v1/checkpoint").raise_for_status()

    told = frames.get("/v1/lots/F-0303/bundle", params={"direction": "both"})

    assert_problem(none_yet, 404, "index-missing")
    assert_problem(frames.get("/v1/lots/NOBODY/bundle"), 404, "name-not-found")
    assert told.headers["content-type"] == "application/zip"
    assert told.headers["content-disposition"] == 'attachment; filename="bundle-both-6.zip"'
    assert told.content == ledger.bundle("F-0303", direction="both").data


def test_a_list_over_http_is_the_one_that_python_gives(frames: httpx2.Client, ledger: Ledger) -> None:
    assert_problem(frames.get("/v1/proofs/subject", params={"kind": "item", "name": "X"}), 404, "index-missing")
    frames.post("/v1/checkpoint").raise_for_status()

    told = frames.get("/v1/proofs/subject", params={"kind": "lot.made", "name": "F-0303"}).json()

    assert told == json.loads(json.dumps(ledger.subject_proof("lot.made", "F-0303").as_json()))
    assert told["seqs"]
    assert_problem(frames.get("/v1/proofs/subject", params={"kind": "lot", "name": "X"}), 422, "subject-kind-unknown")


def test_a_subject_is_told_by_kind_and_name(thread: Shell) -> None:
    thread("checkpoint")

    listed = thread("prove", "--subject", "lot.used:S-77", "--json").json
    nothing = thread("prove", "--subject", "party:NOBODY", "-o", "nobody.json")
    refused = [thread("prove", "--subject", told) for told in ("lot.used", "lot.used:", "lot.eaten:S-77")]

    assert listed["seqs"] == [3]
    assert nothing.err == "nobody.json proves that 0 entries of the first 8 name party NOBODY, and no other does\n"
    assert [ran.status for ran in refused] == [2, 2, 2]
    assert all(ran.err.count("\n") == 1 for ran in refused)
