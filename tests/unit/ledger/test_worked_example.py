"""The worked example in docs/explanation/how-the-chain-works.md shows what the code computes."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from tests.unit.ledger.sample import SIGNED_AT, sample_entries, signing_keys
from thread.ledger import (
    Checkpoint,
    node_hash,
    read_entry,
    root_from_leaves,
    sign_checkpoint,
    verify_entries,
    write_entry,
)

PAGE = (Path(__file__).parents[3] / "docs" / "explanation" / "how-the-chain-works.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.replace("\n> ", "\n").split())
ENTRIES = [
    sample_entries(1)[0],
    *(read_entry(line.encode()) for line in re.findall(r'^\{"actor".*$', PAGE, re.MULTILINE)),
]
ROWS = [(entry.seq, entry.data) for entry in ENTRIES]
LEAVES = [entry.leaf_hash for entry in ENTRIES]
ROOT = root_from_leaves(LEAVES)
KEPT = sign_checkpoint(Checkpoint("example.com/plant-7", 4, ROOT), signing_keys().signers, SIGNED_AT)


def forged_entries() -> list[tuple[int, bytes]]:
    """Return the ledger with 1000 kg in entry 1 and everything after it written anew."""
    rows, prev = [ROWS[0]], LEAVES[0]
    for entry in ENTRIES[1:]:
        event = {**entry.event, "quantity": {"unit": "KGM", "value": "1000"}} if entry.seq == 1 else entry.event
        anew = write_entry(
            seq=entry.seq, prev=prev, recorded_at_us=entry.recorded_at_us, actor=entry.actor, key=entry.key, event=event
        )
        prev = anew.leaf_hash
        rows.append((anew.seq, anew.data))
    return rows


def test_the_entries_on_the_page_are_a_good_ledger() -> None:
    assert [entry.seq for entry in ENTRIES] == [0, 1, 2, 3]
    assert verify_entries(ROWS, kept=[KEPT]).ok


def test_the_table_shows_the_fingerprints_of_the_entries() -> None:
    for entry in ENTRIES:
        assert f"| {entry.seq} | `{entry.leaf_hash.hex()[:16]}…` |" in PAGE
        assert f"| `{entry.prev.hex()[:16]}…` |" in PAGE or not any(entry.prev)


def test_the_command_prints_the_fingerprint_of_entry_2() -> None:
    assert f"prints `{sha256(b'%c' % 0 + ENTRIES[2].data).hexdigest()}`" in PAGE


def test_the_drawing_shows_the_tree_and_the_checkpoint_its_root() -> None:
    left, right = node_hash(LEAVES[0], LEAVES[1]), node_hash(LEAVES[2], LEAVES[3])

    assert f"root {node_hash(left, right).hex()[:16]}…" in PAGE
    assert re.search(rf"{left.hex()[:16]}… +{right.hex()[:16]}…", PAGE)
    assert " ".join(f"{leaf.hex()[:8]}…" for leaf in LEAVES) in WORDS
    assert f"example.com/plant-7\n4\n{b64encode(ROOT).decode()}\n" in PAGE


def test_the_report_of_a_changed_entry_is_the_one_on_the_page() -> None:
    changed = [ROWS[0], (1, ROWS[1][1].replace(b'"100"', b'"1000"')), *ROWS[2:]]

    assert verify_entries(changed).problems[0].text in WORDS


def test_the_forgery_on_the_page_fits_together_and_is_found_by_the_kept_checkpoint() -> None:
    rows = forged_entries()

    assert verify_entries(rows).ok
    for (seq, data), before in zip(rows[1:], ENTRIES[1:], strict=True):
        assert f"| {seq} | `{before.leaf_hash.hex()[:16]}…` | `{read_entry(data).leaf_hash.hex()[:16]}…` |" in PAGE
    assert verify_entries(rows, kept=[KEPT]).problems[0].text in WORDS


def test_a_cut_tail_is_found_by_the_kept_checkpoint_only() -> None:
    assert verify_entries(ROWS[:3]).ok
    assert verify_entries(ROWS[:3], kept=[KEPT]).problems[0].text in WORDS
