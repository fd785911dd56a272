"""Entries are for ever: what a release wrote, this program opens, verifies, answers from, and would write again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest

from thread import open_ledger
from thread.events import EVENT_TYPES, parse_event
from thread.ledger import Frontier, canonical_bytes, leaf_hash, read_entry

LEDGERS = Path(__file__).parents[2] / "fixtures/ledgers"
RELEASES = ["release-0.1"]
NEWER_TYPES = {"release-0.1": {"finding_closed"}}
"""Event types that came after a release."""


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def lines(release: str) -> list[bytes]:
    return (LEDGERS / f"{release}.ndjson").read_bytes().splitlines()


def facts(release: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((LEDGERS / f"{release}.json").read_text(encoding="utf-8"))
    return told


@pytest.mark.requirement("INT-5")
def test_every_entry_of_a_release_is_read_and_has_the_hash_it_had(release: str) -> None:
    entries = [read_entry(line) for line in lines(release)]

    assert [entry.leaf_hash.hex() for entry in entries] == facts(release)["leaf_hashes"]
    assert [leaf_hash(line).hex() for line in lines(release)] == facts(release)["leaf_hashes"]


@pytest.mark.requirement("INT-5")
def test_every_event_of_a_release_is_understood_and_every_type_is_there(release: str) -> None:
    events = [parse_event(read_entry(line).event) for line in lines(release)[1:]]

    assert {event.type for event in events} == set(EVENT_TYPES) - NEWER_TYPES[release]


@pytest.mark.requirement("INT-5")
def test_every_entry_of_a_release_is_in_the_canonical_form_that_is_written_today(release: str) -> None:
    assert [canonical_bytes(orjson.loads(line)) for line in lines(release)] == lines(release)


@pytest.mark.requirement("INT-5")
def test_the_root_of_a_release_is_the_root_of_its_leaves(release: str) -> None:
    frontier, _ = Frontier().extend([leaf_hash(line) for line in lines(release)])

    assert frontier.root().hex() == read_root(release).hex()


def read_root(release: str) -> bytes:
    from base64 import b64decode

    return b64decode(facts(release)["root"])


@pytest.mark.requirement("INT-5")
def test_the_database_of_a_release_opens_verifies_against_its_checkpoint_and_answers(
    release: str, tmp_path: Path
) -> None:
    shutil.copyfile(LEDGERS / f"{release}.db", tmp_path / "thread.db")
    kept = (LEDGERS / f"{release}.checkpoint").read_bytes()

    with open_ledger(f"sqlite:///{tmp_path / 'thread.db'}") as ledger:
        verdict = ledger.verify(checkpoints=[kept])
        lots = sorted({line.decode() for line in _lots(release)})
        answers = [ledger.trace(lot).as_json() for lot in lots[:40]]
        ledger.rebuild()
        again = [ledger.trace(lot).as_json() for lot in lots[:40]]

    assert (verdict.ok, verdict.problems) == (True, ())
    assert orjson.dumps(answers) == orjson.dumps(again)
    assert all(answer["graph"]["ledger"]["root"] == facts(release)["root"] for answer in answers)


def _lots(release: str) -> list[bytes]:
    events = [read_entry(line).event for line in lines(release)]
    return [event["lot"].encode() for event in events if event["type"] in {"received", "declared"}]
