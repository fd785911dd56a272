"""The index that is kept is the one that a plain recomputation gives, and its proofs show exactly what it says."""

from __future__ import annotations

from collections import defaultdict
from hashlib import sha256

import pytest
from hypothesis import given

from tests.properties.test_replay import ACTOR, BATCHES, LIVES, append, stored
from tests.stores.independent import table_dump
from tests.strategies import ORIGIN, Life
from thread.events import SUBJECTS_VERSION, Event, subjects
from thread.events.corrections import Corrected
from thread.genealogy.projection import Recorded, replacements_of
from thread.ledger import write_entry
from thread.ledger.index import index_event, verify_subject_list
from thread.ledger.patricia import IndexUnproven
from thread.service.history import LiveHistory
from thread.store.facts import entry_facts
from thread.store.reader import SqliteReader
from thread.store.sqlite import SqliteStore

Lists = dict[tuple[str, str], list[int]]


def plain_lists(entries: tuple[Recorded, ...]) -> Lists:
    by_seq: dict[int, Event] = {entry.seq: entry.event for entry in entries}
    found: Lists = defaultdict(list)
    for entry in entries:
        event = entry.event
        corrected: tuple[Event, ...] = ()
        if isinstance(event, Corrected):
            target = by_seq[event.seq]
            corrected = (target, *replacements_of(event, target))
        for subject in subjects(event, origin=ORIGIN, corrected=corrected):
            found[subject.kind, subject.name].append(entry.seq)
    return found


def plain_list_root(seqs: list[int]) -> bytes:
    if len(seqs) == 1:
        return sha256(b"\x00" + seqs[0].to_bytes(8, "big")).digest()
    half = 1
    while half * 2 < len(seqs):
        half *= 2
    return sha256(b"\x01" + plain_list_root(seqs[:half]) + plain_list_root(seqs[half:])).digest()


def plain_index_root(lists: Lists) -> bytes:
    """The Merkle Patricia tree by recursion over bits, as its format is told; keys are written as texts of 0 and 1."""
    leaves: dict[str, bytes] = {}
    for (kind, name), seqs in lists.items():
        key = sha256(f"{kind}\0{name}".encode()).digest()
        value = len(seqs).to_bytes(8, "big") + plain_list_root(seqs)
        leaves[f"{int.from_bytes(key, 'big'):0256b}"] = sha256(b"\x00\x20" + key + b"\x28" + value).digest()

    def root(keys: list[str]) -> bytes:
        if len(keys) == 1:
            return leaves[keys[0]]
        bit = next(place for place in range(256) if keys[0][place] != keys[-1][place])
        left = [key for key in keys if key[bit] == "0"]
        told = bytes([bit]) if bit < 128 else bytes([bit & 127 | 128, bit >> 7])
        return sha256(b"\x01" + told + root(left) + root(keys[len(left) :])).digest()

    return root(sorted(leaves)) if leaves else sha256(b"").digest()


def append_index(store: SqliteStore) -> bytes:
    with store.writing() as writer:
        root = writer.index_root(ORIGIN)
        event = index_event(
            event_id="00000000-0000-4000-b000-00000000ffff",
            event_time="2026-02-01T00:00:00Z",
            root=root,
            subjects_version=SUBJECTS_VERSION,
            covers=writer.size,
        )
        entry = write_entry(
            seq=writer.size,
            prev=writer.leaf_hash,
            recorded_at_us=1_900_000_000_000_000,
            actor=ACTOR,
            key=event["id"],
            event=event,
        )
        writer.append(entry_facts(entry, None, None, origin=ORIGIN))
    return root


@pytest.mark.requirement("EVI-2")
@given(LIVES, BATCHES)
def test_an_index_that_grew_step_by_step_is_the_plain_one_and_proves_each_list(life: Life, batches: list[int]) -> None:
    with stored(life, []) as (whole, path, entries, _):
        lists = plain_lists(entries)

        root = append_index(whole)

        assert root == plain_index_root(lists)
        with whole.reading() as reader:
            assert_proven(reader, lists, root)
        before = table_dump(path)
        whole.rebuild()
        assert table_dump(path) == before
    with stored(Life(()), []) as (store, _, _, live):
        assert grown_in_steps(store, live, entries, batches) == root


def grown_in_steps(store: SqliteStore, live: LiveHistory, entries: tuple[Recorded, ...], batches: list[int]) -> bytes:
    left = list(entries)
    root = b""
    for size in [*batches, len(left)]:
        with store.writing() as writer:
            live.within(writer)
            for entry in left[:size]:
                append(writer, live, entry, entries)
            root = writer.index_root(ORIGIN)
        left = left[size:]
        seen = entries[: len(entries) - len(left)]
        assert root == plain_index_root(plain_lists(seen))
    return root


def assert_proven(reader: SqliteReader, lists: Lists, root: bytes) -> None:
    for (kind, name), seqs in lists.items():
        (proof,) = reader.index_proofs([(kind, name)])
        below = reader.size - 1
        assert reader.seqs_in_role(kind, name, below=below) == seqs
        verify_subject_list(root=root, kind=kind, name=name, seqs=seqs, proof=proof)
        for wrong in (seqs[:-1], [*seqs, below], [seqs[0] + 1_000, *seqs[1:]]):
            with pytest.raises(IndexUnproven):
                verify_subject_list(root=root, kind=kind, name=name, seqs=wrong, proof=proof)
    for name in ("nothing", "nobody", "https://elsewhere.example/x"):
        (proof,) = reader.index_proofs([("lot.used", name)])
        verify_subject_list(root=root, kind="lot.used", name=name, seqs=(), proof=proof)
        with pytest.raises(IndexUnproven):
            verify_subject_list(root=root, kind="lot.used", name=name, seqs=(1,), proof=proof)


@given(LIVES)
def test_reading_entries_again_and_looking_through_postings_give_the_same_index(life: Life) -> None:
    with stored(life, []) as (store, _, entries, _), store.writing() as writer, pytest.MonkeyPatch.context() as patch:
        patch.setattr("thread.store.writer._SCAN_WORTH", 0)  # every entry is read again

        assert writer.index_root(ORIGIN) == plain_index_root(plain_lists(entries))
