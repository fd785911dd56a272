"""Puts an answer into a bundle: which subjects it passed, which entries it rests on, and what proves both.

The form is told in `docs/reference/bundles.md`, and by `thread.ledger.bundle`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from thread.genealogy.projection import Told
from thread.genealogy.trace import Asked, Trace
from thread.ledger import VerifierKey, read_entry
from thread.ledger.bundle import MANIFEST, bundle_bytes, inclusion_nodes, json_member, manifest
from thread.ledger.index import read_index_event
from thread.ledger.keys import public_key_fingerprint
from thread.service.bundle_page import bundle_page
from thread.service.history import Asking, StoreHistory
from thread.service.proofs import InclusionProof
from thread.store.protocol import Reader
from thread.store.refusals import TreeNodeMissing

__all__ = ["Bundle", "NotingHistory", "bundle"]

_ROLES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "backward": {
        "lot": ("lot.made",),
        "activity": ("activity.in",),
        "container": ("container.in", "container.out"),
        "epcis": ("epcis",),
    },
    "forward": {
        "lot": ("lot.made", "lot.used"),
        "activity": ("activity.in", "activity.out"),
        "container": ("container.in", "container.out"),
        "shipment": ("shipment",),
        "epcis": ("epcis",),
    },
}
"""By direction and kind of subject, the lists that show that a trace left nothing out."""

_ORDER: Final = "/order/"
"""Stands in the name of an order; what it made tells in which of its runs."""


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
    keys: tuple[VerifierKey, ...],
    key_entries: Iterable[int] = (),
) -> Bundle:
    """Return the bundle of a trace.

    Args:
        reader: what is stored, at one moment.
        answer: as known at the size of the checkpoint of `index`.
        asked: kind and name of every subject that the trace asked about.
        index: the newest index, and the proof of its entry under its checkpoint.
        keys: the public keys that may sign at that size.
        key_entries: seqs of the entries that changed keys before.

    Raises:
        TreeNodeMissing: a node of the stored tree is gone.
    """
    covers, checkpoint = index.seq, index.checkpoint or b""
    shown = answer.as_json()
    lists = [
        (kind, name, tuple(reader.seqs_in_role(kind, name, below=covers)))
        for kind, name in sorted(set(_lists_of(answer.direction, {*asked, *_lots_of(answer)})))
    ]
    seqs = sorted({0, covers, *key_entries, *answer.entries, *(seq for *_, found in lists for seq in found)})
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


def _lists_of(direction: Asked, asked: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    ways = ("backward", "forward") if direction == "both" else (direction,)
    for kind, name in asked:
        for way in ways:
            for role in _ROLES[way].get(kind, ()):
                yield role, name
            if kind == "activity" and _ORDER in name:
                yield "activity.out", name


def _nodes(reader: Reader, seqs: list[int], size: int) -> list[tuple[int, int, str]]:
    places = inclusion_nodes(seqs, size)
    stored = reader.node_hashes(places)
    for level, position in places:
        if (level, position) not in stored:
            raise TreeNodeMissing(level=level, index=position)
    return [(level, position, _base64(stored[level, position])) for level, position in places]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
