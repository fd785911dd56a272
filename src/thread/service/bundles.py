"""Puts an answer into a bundle: which subjects it passed, which entries it rests on, and what proves both.

The form is told in `docs/reference/bundles.md`, and by `thread.ledger.bundle`.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from thread.genealogy.projection import Told
from thread.genealogy.trace import Trace
from thread.ledger import KeySchedule, read_entry
from thread.ledger.bundle import MANIFEST, bundle_bytes, inclusion_nodes, json_member, manifest
from thread.ledger.index import read_index_event
from thread.ledger.keys import public_key_fingerprint
from thread.service.bundle_page import bundle_page, question_text
from thread.service.history import Asking, StoreHistory
from thread.service.proofs import InclusionProof
from thread.store.protocol import Reader
from thread.store.refusals import TreeNodeMissing

__all__ = ["Bundle", "NotingHistory", "bundle"]

_EVERY_ROLE: Final[Mapping[str, tuple[str, ...]]] = {
    "lot": ("lot.made", "lot.other", "lot.used"),
    "activity": ("activity.in", "activity.out"),
    "container": ("container.in", "container.other", "container.out"),
    "shipment": ("shipment",),
    "epcis": ("epcis",),
}
"""The lists of a subject that a trace may pass, by its kind."""

_BACKWARD: Final[Mapping[str, tuple[str, ...]]] = {**_EVERY_ROLE, "lot": ("lot.made",)}
"""The same upstream: what else became of a lot that something was made from is beside the question."""


_TELLS_OUTPUT: Final = re.compile(rb'"type":"batch_produced"|"work_order":')


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as written, and what it is about."""

    data: bytes
    focus: str
    direction: str
    size: int
    """How many entries the checkpoint counts that everything in it is proven against."""
    entries: int
    """How many entries are in it."""
    subjects: int
    """How many lists of subjects are in it."""

    @property
    def question(self) -> str:
        """What it answers, in words."""
        return question_text(self.focus, self.direction)


class NotingHistory(StoreHistory):
    """A history that notes which subjects it is asked about."""

    def __init__(self, asking: Asking, *, origin: str, size: int) -> None:
        super().__init__(asking, origin=origin, size=size)
        self.asked: set[tuple[str, str]] = set()

    def about(self, kind: str, name: str) -> tuple[Told, ...]:
        """Return the valid events that name a subject, and note that it was asked about."""
        self.asked.add((kind, name))
        return super().about(kind, name)


def bundle(
    reader: Reader,
    answer: Trace,
    asked: Iterable[tuple[str, str]],
    *,
    index: InclusionProof,
    schedule: KeySchedule,
) -> Bundle:
    """Return the bundle of a trace.

    Args:
        reader: what is stored, at one moment.
        answer: as known at the size of the checkpoint of `index`.
        asked: kind and name of every subject that the trace asked about.
        index: the newest index, and the proof of its entry under its checkpoint.
        schedule: which keys the ledger has had.

    Raises:
        TreeNodeMissing: a node of the stored tree is gone.
    """
    covers, checkpoint = index.seq, index.checkpoint or b""
    keys = schedule.at(index.size).keys
    key_entries = {one.seq for one in schedule.generations if one.seq < covers}
    shown = answer.as_json()
    passed = _listed(reader, set(_lists_of(answer, asked)), covers)
    # Parts taken out of what an order made leave the order, and whether any were is told where the lot is.
    made = {("lot.made", lot) for lot in _made(reader.entry_bytes(_seqs_of(passed)))}
    passed |= _listed(reader, made - passed.keys(), covers)
    rests_on = {covers, *key_entries, *answer.entries, *_seqs_of(passed)}
    targets = _corrected(reader.entry_bytes(rests_on))
    # Only the list of an entry itself shows which correction of it is the latest.
    passed |= _listed(reader, {("entry", str(target)) for target in targets}, covers)
    rests_on |= targets | _seqs_of(passed)
    lists = [(*subject, seqs) for subject, seqs in sorted(passed.items())]
    seqs = sorted(rests_on)
    entries = reader.entry_bytes(seqs)
    told = read_index_event(read_entry(index.entry).event)
    proofs = reader.index_proofs([(kind, name) for kind, name, _ in lists])
    members = {
        "READ-ME.html": bundle_page(answer, root=_base64(index.root), keys=keys, entries=len(seqs), lists=len(lists)),
        "answer.json": json_member(shown),
        "checkpoint.txt": checkpoint,
        "entries.ndjson": b"".join(entries[seq] + b"\n" for seq in seqs),
        "inclusion.json": json_member({"size": index.size, "nodes": _nodes(reader, seqs, index.size)}),
        "index.json": json_member(
            {
                "root": told.root.hex(),
                "covers": covers,
                "subjects_version": told.subjects_version,
                "subjects": [
                    {"kind": kind, "name": name, "seqs": list(found), "proof": _base64(proof)}
                    for (kind, name, found), proof in zip(lists, proofs, strict=True)
                ],
            }
        ),
        "keys.json": json_member(
            {"origin": answer.origin, "fingerprint": public_key_fingerprint(keys), "keys": [key.vkey for key in keys]}
        ),
        "verifier.py": (files("thread.ledger") / "verifier.py").read_bytes(),
    }
    question = {"focus": answer.focus.name, "direction": answer.direction}
    about = manifest(members, origin=answer.origin, size=index.size, root=_base64(index.root), question=question)
    data = bundle_bytes([*members.items(), (MANIFEST, about)])
    return Bundle(data, answer.focus.name, answer.direction, index.size, len(seqs), len(lists))


def _lots_of(answer: Trace) -> Iterator[tuple[str, str]]:
    for node in answer.nodes:
        if node.kind == "lot":
            yield "lot", node.id


def _lists_of(answer: Trace, asked: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield each subject in each role that the trace passed; of what is asked about itself, all of them."""
    focus = {answer.focus.name, answer.focus.lot}
    # What a container or shipment held, and when, tells everything that was told of its lots.
    is_held = answer.focus.kind in {"container", "shipment"}
    for kind, name in {*asked, *_lots_of(answer)}:
        is_beside = answer.direction == "backward" and not is_held and name not in focus
        for role in (_BACKWARD if is_beside else _EVERY_ROLE).get(kind, ()):
            yield role, name


def _listed(reader: Reader, subjects: Iterable[tuple[str, str]], covers: int) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return the list of each subject in a role, as the index over `covers` entries holds it."""
    return {(kind, name): tuple(reader.seqs_in_role(kind, name, below=covers)) for kind, name in subjects}


def _seqs_of(lists: Mapping[tuple[str, str], tuple[int, ...]]) -> set[int]:
    return {seq for seqs in lists.values() for seq in seqs}


def _made(entries: Mapping[int, bytes]) -> set[str]:
    """Return the lots that orders brought forth according to some entries, and to the corrections among them."""
    events = [read_entry(data).event for data in entries.values() if _TELLS_OUTPUT.search(data)]
    events += [one for event in events for one in event.get("replaced_by", ())]
    made = [line["lot"] for event in events if event["type"] == "batch_produced" for line in event["outputs"]]
    return {*made, *(event["lot"] for event in events if event["type"] == "received" and "work_order" in event)}


def _corrected(entries: Mapping[int, bytes]) -> set[int]:
    """Return which entries the corrections among some entries correct."""
    events = (read_entry(data).event for data in entries.values() if b'"corrected"' in data)
    return {int(event["seq"]) for event in events if event["type"] == "corrected"}


def _nodes(reader: Reader, seqs: list[int], size: int) -> list[tuple[int, int, str]]:
    places = inclusion_nodes(seqs, size)
    stored = reader.node_hashes(places)
    for level, position in places:
        if (level, position) not in stored:
            raise TreeNodeMissing(level=level, index=position)
    return [(level, position, _base64(stored[level, position])) for level, position in places]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
