"""Proofs by command line and over HTTP: what comes out is checked with public keys only, without the ledger."""

from base64 import b64decode
from pathlib import Path

import httpx2
import orjson
import pytest

from tests.builders import receipt
from tests.surfaces.cli_shell import Shell
from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger, open_ledger
from thread.ledger.proofs import verify_consistency, verify_inclusion
from thread.ledger.tlog_proof import read_tlog_proof, verify_tlog_proof


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    shell = Shell(tmp_path, capsys, monkeypatch)
    shell.plant()
    return shell


@pytest.mark.requirement("EVI-1")
def test_a_file_proves_an_entry_to_whoever_has_the_public_keys(thread: Shell) -> None:
    assert thread("checkpoint").status == 0
    told = thread("prove", "4", "-o", "entry-4.tlog-proof")
    with open_ledger(f"sqlite:///{thread.folder}/thread.db") as ledger:
        keys, entry = ledger.opened.keys, ledger.entry(4).data

    proof = read_tlog_proof((thread.folder / "entry-4.tlog-proof").read_bytes())

    assert told.err.startswith("entry-4.tlog-proof proves that entry 4 is among the ")
    assert proof.extra == entry
    assert len(verify_tlog_proof(proof, keys)) == 2


def test_an_entry_newer_than_every_checkpoint_is_not_proven_and_it_is_said_what_to_do(thread: Shell) -> None:
    refused = thread("prove", "4")

    assert refused.status == 1
    assert refused.err == (
        "thread: no checkpoint was signed since entry 4 was recorded; sign one (`thread checkpoint`), then ask again\n"
    )


def test_growth_is_proven_between_any_two_sizes(thread: Shell) -> None:
    told = thread("prove", "--from", "3", "--to", "6", "--json").json

    verify_consistency(
        old_size=told["from"]["size"],
        old_root=b64decode(told["from"]["root"]),
        new_size=told["to"]["size"],
        new_root=b64decode(told["to"]["root"]),
        proof=[b64decode(one) for one in told["proof"]],
    )


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ((), "tell either the entry to prove, or --from SIZE and --to SIZE"),
        (("1", "--from", "1"), "tell either the entry to prove"),
        (("--to", "3"), "--to SIZE needs --from SIZE"),
        (("--from", "5", "--to", "3"), "a tree of 3 entries does not begin with one of 5"),
        (("--from", "1", "--to", "999"), "999"),
        (("-1",), "-1"),
    ],
)
def test_what_cannot_be_proven_is_refused_in_one_line(thread: Shell, arguments: tuple[str, ...], why: str) -> None:
    refused = thread("prove", *arguments)

    assert refused.status == 2
    assert why in refused.err
    assert refused.err.count("\n") == 1


def test_an_entry_that_is_not_there_is_not_proven(thread: Shell) -> None:
    assert thread("prove", "999").status == 1


# Over HTTP


@pytest.mark.requirement("EVI-1")
def test_an_entry_is_proven_over_http_as_json_and_as_text(http: httpx2.Client, ledger: Ledger) -> None:
    http.post("/v1/events", json=receipt(lot="S-1")).raise_for_status()
    http.post("/v1/events", json=receipt(lot="S-2")).raise_for_status()
    http.post("/v1/checkpoint").raise_for_status()

    told = http.get("/v1/proofs/inclusion", params={"seq": 1}).json()
    text = http.get("/v1/proofs/inclusion", params={"seq": 1}, headers={"Accept": "text/plain"})

    verify_inclusion(
        seq=told["seq"],
        size=told["size"],
        leaf=b64decode(told["leaf_hash"]),
        root=b64decode(told["root"]),
        proof=[b64decode(one) for one in told["proof"]],
    )
    assert orjson.loads(told["entry"])["seq"] == 1
    assert len(verify_tlog_proof(read_tlog_proof(text.content), ledger.opened.keys)) == 2


def test_growth_is_proven_over_http(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(lot="S-1")).raise_for_status()

    told = http.get("/v1/proofs/consistency", params={"from": 1}).json()

    assert (told["from"]["size"], told["to"]["size"], len(told["proof"])) == (1, 2, 1)


def test_proofs_that_no_ledger_can_give_are_problems(http: httpx2.Client) -> None:
    assert_problem(http.get("/v1/proofs/inclusion", params={"seq": 0}), 404, "checkpoint-too-small")
    assert_problem(http.get("/v1/proofs/inclusion", params={"seq": 7}), 404, "entry-missing")
    assert_problem(http.get("/v1/proofs/inclusion", params={"seq": 0, "size": 9}), 422, "known-at-ahead")
    assert_problem(http.get("/v1/proofs/consistency", params={"from": 1, "to": 0}), 422, "proof-range-invalid")
    assert_problem(http.get("/v1/proofs/inclusion"), 422, "parameter-invalid")
