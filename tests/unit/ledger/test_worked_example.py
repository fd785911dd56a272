"""The worked example in docs/explanation/how-the-chain-works.md shows what the code writes and computes."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from thread import Ledger
from thread.ledger import (
    Checkpoint,
    Entry,
    node_hash,
    read_entry,
    root_from_leaves,
    sign_checkpoint,
    verify_entries,
    write_entry,
)
from thread.service import Actor
from thread.store.key_directory import read_signing_keys

PAGE = (Path(__file__).parents[3] / "docs" / "explanation" / "how-the-chain-works.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.replace("\n> ", "\n").split())
SHOWN = [read_entry(line.encode()) for line in re.findall(r'^\{"actor".*$', PAGE, re.MULTILINE)]

OPENED_AT = 1_773_061_560
TOLD: dict[str, dict[str, Any]] = {
    "delivery-4711": {
        "type": "received",
        "event_time": "2026-03-09T14:05:00+01:00",
        "site": "P7",
        "item": "STEEL",
        "lot": "77",
        "quantity": {"value": "100", "unit": "KGM"},
    },
    "hold-1": {
        "type": "held",
        "event_time": "2026-03-09T14:06:00+01:00",
        "site": "P7",
        "hold_id": "H-1",
        "lots": [{"lot": "STEEL/77"}],
        "reason": "certificate missing",
    },
    "release-1": {
        "type": "hold_released",
        "event_time": "2026-03-09T14:08:30+01:00",
        "site": "P7",
        "hold_id": "H-1",
        "reason": "certificate came",
    },
}
"""What the clerk tells, a minute apart, by key."""


class Example:
    """A ledger that is written with a clock and with randomness that are always the same."""

    def __init__(self, folder: Path) -> None:
        self._minutes = self._drawn = 0
        url = f"sqlite:///{folder / 'thread.db'}"
        with Ledger.create(url, origin="example.com/plant-7", clock=self._clock, randomness=self._random) as ledger:
            for key, event in TOLD.items():
                self._minutes += 1
                ledger.record(event, key=key, actor=Actor("clerk-1", "asserted"))
            self.entries: list[Entry] = list(ledger.entries())
            keys = read_signing_keys(folder / "thread.db.keys", ledger.fingerprint)
            tree = Checkpoint(ledger.origin, ledger.size, ledger.root_at(ledger.size))
        self.kept = sign_checkpoint(tree, keys.signers, OPENED_AT)
        self.rows = [(entry.seq, entry.data) for entry in self.entries]
        self.leaves = [entry.leaf_hash for entry in self.entries]

    def _clock(self) -> int:
        return (OPENED_AT + 60 * self._minutes) * 1_000_000_000

    def _random(self, count: int) -> bytes:
        self._drawn += 1
        return sha256(b"worked example %d" % self._drawn).digest()[:count]

    def forged(self) -> list[tuple[int, bytes]]:
        """Return the ledger with 1000 kg in entry 1 and everything after it written anew."""
        rows, prev = [self.rows[0]], self.leaves[0]
        for entry in self.entries[1:]:
            event = {**entry.event, "quantity": {"unit": "KGM", "value": "1000"}} if entry.seq == 1 else entry.event
            anew = write_entry(
                seq=entry.seq,
                prev=prev,
                recorded_at_us=entry.recorded_at_us,
                actor=entry.actor,
                key=entry.key,
                event=event,
            )
            prev = anew.leaf_hash
            rows.append((anew.seq, anew.data))
        return rows


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Example:
    return Example(tmp_path_factory.mktemp("example"))


def test_the_entries_on_the_page_are_those_that_this_release_writes(example: Example) -> None:
    assert [entry.data for entry in SHOWN] == [entry.data for entry in example.entries[1:]]
    assert verify_entries(example.rows, kept=[example.kept]).ok


def test_the_table_shows_the_fingerprints_of_the_entries(example: Example) -> None:
    for entry in example.entries:
        assert f"| {entry.seq} | `{entry.leaf_hash.hex()[:16]}…` |" in PAGE
        assert f"| `{entry.prev.hex()[:16]}…` |" in PAGE or not any(entry.prev)


def test_the_command_prints_the_fingerprint_of_entry_2(example: Example) -> None:
    assert f"prints `{sha256(b'%c' % 0 + example.entries[2].data).hexdigest()}`" in PAGE


def test_the_drawing_shows_the_tree_and_the_checkpoint_its_root(example: Example) -> None:
    leaves = example.leaves
    left, right = node_hash(leaves[0], leaves[1]), node_hash(leaves[2], leaves[3])

    assert f"root {node_hash(left, right).hex()[:16]}…" in PAGE
    assert re.search(rf"{left.hex()[:16]}… +{right.hex()[:16]}…", PAGE)
    assert " ".join(f"{leaf.hex()[:8]}…" for leaf in leaves) in WORDS
    assert f"example.com/plant-7\n4\n{b64encode(root_from_leaves(leaves)).decode()}\n" in PAGE
    assert example.kept.decode().startswith(f"example.com/plant-7\n4\n{b64encode(root_from_leaves(leaves)).decode()}\n")


def test_the_report_of_a_changed_entry_is_the_one_on_the_page(example: Example) -> None:
    rows = example.rows
    changed = [rows[0], (1, rows[1][1].replace(b'"100"', b'"1000"')), *rows[2:]]

    assert verify_entries(changed).problems[0].text in WORDS


def test_the_forgery_on_the_page_fits_together_and_is_found_by_the_kept_checkpoint(example: Example) -> None:
    rows = example.forged()

    assert verify_entries(rows).ok
    for (seq, data), before in zip(rows[1:], example.entries[1:], strict=True):
        assert f"| {seq} | `{before.leaf_hash.hex()[:16]}…` | `{read_entry(data).leaf_hash.hex()[:16]}…` |" in PAGE
    assert verify_entries(rows, kept=[example.kept]).problems[0].text in WORDS


def test_a_cut_tail_is_found_by_the_kept_checkpoint_only(example: Example) -> None:
    assert verify_entries(example.rows[:3]).ok
    assert verify_entries(example.rows[:3], kept=[example.kept]).problems[0].text in WORDS
