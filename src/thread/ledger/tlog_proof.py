"""A proof that an entry is in a ledger, as one text that is checked offline: C2SP tlog-proof.

It holds the place of the entry, the inclusion proof, and a signed checkpoint. The extra line holds the entry bytes
themselves, so that one file shows what was recorded; nothing vouches for that line but the proof: its hash is the leaf.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from thread.errors import BadInput
from thread.ledger.checkpoint import MAX_SIZE, Cosignature, SignedCheckpoint, read_checkpoint, verify_checkpoint
from thread.ledger.keys import VerifierKey, base64_bytes
from thread.ledger.merkle import leaf_hash
from thread.ledger.proofs import verify_inclusion

__all__ = ["TlogProof", "TlogProofMalformed", "read_tlog_proof", "verify_tlog_proof", "write_tlog_proof"]

_HEADER: Final = "c2sp.org/tlog-proof@v1"
_EXTRA: Final = "extra "
_INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})", re.ASCII)
_MAX_BYTES: Final = 1024 * 1024
_MOST_HASHES: Final = 63
_HASH_BYTES: Final = 32


class TlogProofMalformed(BadInput):
    """Bytes are not a tlog-proof."""

    code = "tlog-proof-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this is not a tlog-proof: {why}; fetch it again, byte for byte", why=why)
        self.why = why


@dataclass(frozen=True, slots=True)
class TlogProof:
    """What a proof holds. `extra`: the entry bytes in proofs of ours, None where the line is not there."""

    seq: int
    hashes: tuple[bytes, ...]
    checkpoint: SignedCheckpoint
    extra: bytes | None


def write_tlog_proof(*, seq: int, hashes: Iterable[bytes], checkpoint: bytes, extra: bytes | None = None) -> bytes:
    """Return the text of a proof. `hashes`: from the leaf's sibling up to the root's child; `checkpoint`: as signed."""
    lines = [_HEADER]
    if extra is not None:
        lines.append(f"{_EXTRA}{b64encode(extra).decode()}")
    lines.append(f"index {seq}")
    lines.extend(b64encode(one).decode() for one in hashes)
    return "\n".join(lines).encode() + b"\n\n" + checkpoint


def read_tlog_proof(data: bytes) -> TlogProof:
    """Return what a proof holds; nothing of it is verified.

    Raises:
        TlogProofMalformed: the bytes are not what the format allows.
        CheckpointMalformed: its checkpoint is none.
    """
    if len(data) > _MAX_BYTES:
        raise TlogProofMalformed(why=f"it has {len(data)} bytes")
    head, blank, note = data.partition(b"\n\n")
    if not blank:
        raise TlogProofMalformed(why="no empty line stands before a checkpoint")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise TlogProofMalformed(why="something before its checkpoint is not ASCII text") from None
    if lines.pop(0) != _HEADER:
        raise TlogProofMalformed(why=f"its first line is not {_HEADER}")
    extra = None
    if lines and lines[0].startswith(_EXTRA):
        extra = base64_bytes(lines.pop(0).removeprefix(_EXTRA))
        if extra is None:
            raise TlogProofMalformed(why="its extra line is not base64")
    place = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if place is None or int(place[1]) > MAX_SIZE:
        raise TlogProofMalformed(why="no line tells the index of the entry, in digits without leading zeros")
    if len(lines) > _MOST_HASHES:
        raise TlogProofMalformed(why=f"it has {len(lines)} hashes, more than any tree has levels")
    return TlogProof(int(place[1]), tuple(_hash(line) for line in lines), read_checkpoint(note), extra)


def _hash(line: str) -> bytes:
    found = base64_bytes(line)
    if found is None or len(found) != _HASH_BYTES:
        raise TlogProofMalformed(why=f"the line {line[:60]!r} is not the base64 of a hash")
    return found


def verify_tlog_proof(
    proof: TlogProof, verifier_keys: Iterable[VerifierKey], *, entry: bytes | None = None
) -> tuple[Cosignature, ...]:
    """Check that an entry is in the ledger that signed, and return who of the known keys signed the checkpoint.

    `entry`: its bytes; None takes those of the proof.

    Raises:
        TlogProofMalformed: the proof brings no entry, and none is told.
        InclusionUnproven: the entry is not shown to be in the tree.
        SignatureInvalid, CheckpointNotSigned: as `verify_checkpoint`.
    """
    data = proof.extra if entry is None else entry
    if data is None:
        raise TlogProofMalformed(why="it brings no entry bytes, and none are told")
    signed = verify_checkpoint(proof.checkpoint, verifier_keys)
    of = proof.checkpoint.checkpoint
    verify_inclusion(seq=proof.seq, size=of.size, leaf=leaf_hash(data), root=of.root, proof=proof.hashes)
    return signed
