"""A small writer of evidence bundles, from the format page alone, to test the auditor's verifier with.

`SignedEntries` are the entries of a ledger in memory, with its index and its checkpoint. What a trace passes is found
by asking the verifier's own walk over the complete index; what of it must not be missing is what the tests are about.
"""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, Final

from thread.events import Event, dump_event, parse_event, subjects
from thread.events.corrections import Corrected
from thread.genealogy.projection import MemoryHistory, Recorded, corrections_by_target
from thread.genealogy.trace import Asked, Trace, TraceFlow, trace
from thread.ledger import verifier
from thread.ledger.checkpoint import Checkpoint, sign_checkpoint
from thread.ledger.entry import Entry, write_entry
from thread.ledger.index import index_event, index_key, index_value, list_frontier
from thread.ledger.keys import SigningKeys
from thread.ledger.merkle import Frontier
from thread.ledger.opening import opened_event
from thread.ledger.patricia import Part, absence_proof, leaf_part, map_root, place_of, presence_proof, steps_to

__all__ = ["KEYS", "NEXT_KEYS", "AllLists", "SignedEntries", "full_world", "json_line", "redone", "zipped"]

ORIGIN: Final = "plant.example"
KEYS: Final = SigningKeys.from_seeds(ed25519_seed=b"\x01" * 32, ml_dsa_44_seed=b"\x02" * 32, origin=ORIGIN)
NEXT_KEYS: Final = SigningKeys.from_seeds(ed25519_seed=b"\x03" * 32, ml_dsa_44_seed=b"\x04" * 32, origin=ORIGIN)
_BEGIN_US: Final = 1_800_000_000_000_000

Pair = tuple[str, str]


class AllLists(dict[Pair, tuple[int, ...]]):
    """The lists of a complete index; a subject that no entry names has an empty one. Notes which are asked for."""

    def __init__(self, lists: Mapping[Pair, tuple[int, ...]]) -> None:
        super().__init__(lists)
        self.asked: set[Pair] = set()

    def __contains__(self, subject: object) -> bool:
        return True

    def get(self, subject: Pair, default: Any = ()) -> Any:
        self.asked.add(subject)
        return dict.get(self, subject, ())


def lists_of(entries: Sequence[Recorded], origin: str = ORIGIN) -> dict[Pair, tuple[int, ...]]:
    """Return which entries name each subject, as the index of a ledger says it."""
    found: dict[Pair, set[int]] = defaultdict(set)
    by_seq = {entry.seq: entry for entry in entries}
    corrections = {one.entry.seq: one for told in corrections_by_target(entries).values() for one in told}
    for entry in entries:
        corrected: tuple[Event, ...] = ()
        if isinstance(entry.event, Corrected):
            corrected = (by_seq[entry.event.seq].event, *corrections[entry.seq].replacements)
        for subject in subjects(entry.event, origin=origin, corrected=corrected):
            found[subject.kind, subject.name].add(entry.seq)
    return {subject: tuple(sorted(seqs)) for subject, seqs in found.items()}


def full_world(entries: Sequence[Recorded], origin: str = ORIGIN) -> verifier.World:
    """Return the world of a verifier that has all entries and all lists."""
    told = {entry.seq: {"seq": entry.seq, "event": dump_event(entry.event)} for entry in entries}
    return verifier.World(told, AllLists(lists_of(entries, origin)), origin)


def redone(world: verifier.World, answer: Trace) -> tuple[Any, Any]:
    """Return an answer of the product, and the same question answered by the verifier, in one form."""
    told = (
        {node.id: node.kind for node in answer.nodes},
        {(edge.source, edge.target, edge.kind): _flows(map(_shown, edge.flows), edge.kind) for edge in answer.edges},
        {node.id: verifier.joined(verifier.Span(*_span(span)) for span in node.spans) for node in answer.nodes},
        {node.id for node in answer.nodes if node.in_time},
    )
    ways = ("backward", "forward") if answer.direction == "both" else (answer.direction,)
    mine = verifier.Question(world, answer.focus.name, told[0][answer.focus.name]).answer(ways)
    spans = {node: verifier.joined(mine.spans.get(node) or ()) for node in mine.nodes}
    edges = {name: _flows(flows, name[2]) for name, flows in mine.edges.items()}
    return told, (mine.nodes, edges, spans, mine.in_time)


def _shown(flow: TraceFlow) -> verifier.Shown:
    return verifier.flow_of(flow.as_json())


def _flows(flows: Iterable[verifier.Shown], kind: str) -> list[str]:
    return [] if kind == "structure" else sorted(repr(verifier._plain(flow)) for flow in flows)


def _span(span: Any) -> tuple[str, int, int, int]:
    return span.prefix, span.width, span.first, span.last


@dataclass
class SignedEntries:
    """Entries of a ledger, its index and a signed checkpoint. Entry 0 opens it, events stand from entry 1 on."""

    events: Sequence[Mapping[str, Any]]
    keys: SigningKeys = KEYS
    next_key: str | None = None
    rotated_to: SigningKeys | None = None
    """Keys that a `ledger.key` entry behind the events changes to."""
    rotation_signed_by: tuple[SigningKeys, SigningKeys] | None = None
    signed_by: SigningKeys | None = None
    left_out_of_index: frozenset[tuple[Pair, int]] = frozenset()
    """Seqs that a dishonest index leaves out."""
    added_to_index: frozenset[tuple[Pair, int]] = frozenset()
    """Seqs that a dishonest index lists although their entries name something else."""
    told_instead: Mapping[int, Any] = field(default_factory=dict)
    """Events that dishonest entries tell, by seq, under the index of the honest ones."""
    entries: list[Entry] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        opening = opened_event(
            event_id="00000000-0000-4000-9000-000000000000",
            event_time="2026-03-01T00:00:00Z",
            origin=ORIGIN,
            keys=self.keys.verifier_keys,
            subjects_version=1,
            next_key=self.next_key,
        )
        for event in (opening, *self.events):
            self._append(event)
        if self.rotated_to is not None:
            self._append(self._rotation(self.rotated_to))
        root = map_root(self._parts)
        made = index_event(
            event_id="00000000-0000-4000-9000-000000000001",
            event_time="2026-05-01T00:00:00Z",
            root=root,
            subjects_version=1,
            covers=len(self.entries),
        )
        self._append(made)

    def _append(self, event: Mapping[str, Any]) -> None:
        seq = len(self.entries)
        self.entries.append(
            write_entry(
                seq=seq,
                prev=self.entries[-1].leaf_hash if self.entries else bytes(32),
                recorded_at_us=_BEGIN_US + seq * 1_000_000,
                actor={"id": "teller", "auth": "asserted"},
                key=f"key-{seq}",
                event=self.told_instead.get(seq, event),
            )
        )

    def _rotation(self, new: SigningKeys) -> dict[str, Any]:
        event: dict[str, Any] = {
            "type": "ledger.key",
            "v": 1,
            "id": "00000000-0000-4000-9000-000000000002",
            "event_time": "2026-04-30T00:00:00Z",
            "keys": [key.vkey for key in new.verifier_keys],
        }
        content = {
            "origin": ORIGIN,
            "prev": self.entries[-1].leaf_hash.hex(),
            "seq": len(self.entries),
            "event": event,
        }
        message = b"thread ledger.key v1\n" + json_line(content)[:-1]
        old, other = self.rotation_signed_by or (self.keys, new)
        event["signatures"] = [
            {"key": key.vkey, "signature": b64encode(signer.sign(message)).decode()}
            for keys, signers in ((self.keys, old), (new, other))
            for key, signer in zip(keys.verifier_keys, signers.signers, strict=True)
        ]
        return event

    @cached_property
    def recorded(self) -> tuple[Recorded, ...]:
        """The floor events as the genealogy reads them."""
        return tuple(
            Recorded(seq, parse_event(dict(event)), self.entries[seq].recorded_at, "teller")
            for seq, event in enumerate(self.events, start=1)
        )

    @cached_property
    def lists(self) -> dict[Pair, tuple[int, ...]]:
        """Which entries name each subject."""
        found = lists_of(self.recorded)
        for subject, seq in self.left_out_of_index:
            found[subject] = tuple(one for one in found[subject] if one != seq)
        for subject, seq in self.added_to_index:
            found[subject] = tuple(sorted({*found[subject], seq}))
        return {subject: seqs for subject, seqs in found.items() if seqs}

    @cached_property
    def _parts(self) -> list[Part]:
        return sorted(
            leaf_part(index_key(*subject), index_value(list_frontier(s))) for subject, s in self.lists.items()
        )

    def _proof(self, subject: Pair) -> bytes:
        if not self._parts:
            return b""
        key = index_key(*subject)
        place = place_of(self._parts, key)
        steps = steps_to(self._parts, place)
        if subject in self.lists:
            return presence_proof(steps)
        other = next(one for one in self.lists if index_key(*one) == self._parts[place].key)
        return absence_proof(index_key(*other), index_value(list_frontier(self.lists[other])), steps)

    @cached_property
    def checkpoint(self) -> bytes:
        keys = self.signed_by or self.rotated_to or self.keys
        root = Frontier().extend([one.leaf_hash for one in self.entries])[0].root()
        return sign_checkpoint(Checkpoint(ORIGIN, len(self.entries), root), keys.signers, 1_800_001_000)

    @property
    def root(self) -> str:
        return self.checkpoint.decode().split("\n")[2]

    def trace(self, focus: str, direction: Asked) -> Trace:
        return trace(MemoryHistory(self.recorded, origin=ORIGIN), focus, direction=direction, root=self.root)

    def answer(self, focus: str, direction: Asked) -> dict[str, Any]:
        told = self.trace(focus, direction).as_json()
        told["graph"]["known_at"] = told["graph"]["ledger"]["size"] = len(self.entries)
        return told

    def subjects_passed(self, focus: str, direction: Asked) -> set[Pair]:
        """Return the subjects that a trace passes."""
        world = verifier.World(
            {seq: {"seq": seq, "event": event} for seq, event in enumerate(self.events, start=1)},
            lists := AllLists(self.lists),
            ORIGIN,
        )
        redone(world, self.trace(focus, direction))
        return lists.asked

    def members(
        self,
        focus: str,
        direction: Asked = "backward",
        *,
        without_list: Pair | None = None,
        without_entry: int | None = None,
        answer: dict[str, Any] | None = None,
    ) -> dict[str, bytes]:
        """Return the members of the bundle of a question."""
        told = answer or self.answer(focus, direction)
        passed = {subject for subject in self.subjects_passed(focus, direction) if subject != without_list}
        kept = {seq for subject in passed for seq in self.lists.get(subject, ())} | set(told["graph"]["entries"])
        kept |= {seq for node in told["nodes"] for seq in node["entries"]} | {0, len(self.entries) - 1}
        kept |= {one.seq for one in self.entries if one.event["type"] == "ledger.key"}
        kept |= {one.event.seq for one in self.recorded if one.seq in kept and isinstance(one.event, Corrected)}
        kept -= {without_entry}
        held = self.rotated_to or self.keys
        members = {
            "READ-ME.html": b"<!doctype html><title>Evidence</title>",
            "answer.json": json_line(told),
            "checkpoint.txt": self.checkpoint,
            "entries.ndjson": b"".join(self.entries[seq].data + b"\n" for seq in sorted(kept)),
            "inclusion.json": json_line({"size": len(self.entries), "nodes": self._nodes(kept)}),
            "index.json": json_line(
                {
                    "root": map_root(self._parts).hex(),
                    "covers": len(self.entries) - 1,
                    "subjects_version": 1,
                    "subjects": [
                        {
                            "kind": kind,
                            "name": name,
                            "seqs": list(self.lists.get((kind, name), ())),
                            "proof": b64encode(self._proof((kind, name))).decode(),
                        }
                        for kind, name in sorted(passed)
                    ],
                }
            ),
            "keys.json": json_line(
                {"origin": ORIGIN, "fingerprint": held.fingerprint, "keys": [key.vkey for key in held.verifier_keys]}
            ),
            "verifier.py": b"# the program that checks it\n",
        }
        return self.sealed(members, focus, direction)

    def sealed(self, members: dict[str, bytes], focus: str, direction: Asked) -> dict[str, bytes]:
        """Return members with a manifest that names them as they are."""
        files = {name: sha256(data).hexdigest() for name, data in members.items() if name != "manifest.json"}
        manifest = {
            "format": "thread-bundle",
            "version": 1,
            "origin": ORIGIN,
            "size": len(self.entries),
            "root": self.root,
            "question": {"focus": focus, "direction": direction},
            "files": files,
        }
        return {**members, "manifest.json": json_line(manifest)}

    def _nodes(self, kept: Iterable[int]) -> list[list[Any]]:
        """Return the complete subtrees without a leaf of the bundle, as `inclusion.json` lists them."""
        leaves = [one.leaf_hash for one in self.entries]
        found: dict[Pair | tuple[int, int], str] = {}

        def visit(begin: int, end: int) -> None:
            if not any(begin <= seq < end for seq in kept):
                while begin < end:
                    level = (end - begin).bit_length() - 1
                    part = Frontier().extend(leaves[begin : begin + 2**level])[0].root()
                    found[level, begin >> level] = b64encode(part).decode()
                    begin += 2**level
            elif end - begin > 1:
                middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
                visit(begin, middle)
                visit(middle, end)

        visit(0, len(leaves))
        return [[*place, told] for place, told in sorted(found.items())]


def json_line(value: object) -> bytes:
    """Return a value as a JSON member holds it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Return members as a ZIP file, sorted, without a time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            archive.writestr(zipfile.ZipInfo(name), members[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()
