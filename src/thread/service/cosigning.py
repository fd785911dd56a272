"""Signatures of others under a checkpoint of ours: which lines of what they handed back belong under it."""

from __future__ import annotations

from typing import Final, NamedTuple

from thread.errors import BadInput
from thread.ledger import KeySchedule, read_checkpoint
from thread.ledger.checkpoint import MAX_SIGNATURES, NoteSignature, read_signature_lines

__all__ = ["MOST_COSIGNATURES", "CosignatureRefused", "Cosigned", "cosignature_lines", "told_size", "with_cosignatures"]

MOST_COSIGNATURES: Final = MAX_SIGNATURES - 2
"""Lines that others may put under a checkpoint: what a reader reads, less our own two."""

_LONGEST_LINE: Final = 7_000
_DASH: Final = "\u2014 ".encode()


class Cosigned(NamedTuple):
    """What became of cosignatures: under the checkpoint of which size, how many were new, how many there are now."""

    size: int
    added: int
    cosignatures: int


class CosignatureRefused(BadInput):
    """A signature cannot be kept under a checkpoint."""

    code = "cosignature-refused"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"nothing was added: {why}", why=why)
        self.why = why


def told_size(data: bytes) -> int | None:
    """Return of which size the checkpoint is that somebody hands back, None where it is bare signature lines.

    Raises:
        CheckpointMalformed: it is neither.
    """
    return None if data.startswith(_DASH) else read_checkpoint(data).checkpoint.size


def cosignature_lines(data: bytes, note: bytes, schedule: KeySchedule) -> tuple[str, ...]:
    """Return the signature lines of others that bytes hold, each once, byte for byte as they came.

    Args:
        data: a checkpoint with further signature lines, or bare signature lines.
        note: the checkpoint as it is stored, with our own signatures.
        schedule: our own keys.

    Raises:
        CheckpointMalformed: the bytes are neither.
        CosignatureRefused: they are of another checkpoint, or hold a signature in our name that we did not store.
    """
    ours = read_checkpoint(note)
    if data.startswith(_DASH):
        found = read_signature_lines(data)
    else:
        told = read_checkpoint(data)
        if told.checkpoint != ours.checkpoint:
            raise CosignatureRefused(why="it is of another checkpoint than the one that is stored for its size")
        found = told.signatures
    lines = dict.fromkeys(line for line in found if line not in ours.signatures)
    for line in lines:
        _check(line, schedule)
    return tuple(line.line for line in lines)


def _check(line: NoteSignature, schedule: KeySchedule) -> None:
    own = (key for one in schedule.generations for key in one.keys)
    if any((line.name, line.key_id) == (key.name, key.key_id) for key in own):
        why = f"a signature bears the ledger's own key {line.key_id.hex()}, but is not the one that is stored"
        raise CosignatureRefused(why=why)
    if len(line.line) > _LONGEST_LINE:
        raise CosignatureRefused(why=f"a signature line has more than {_LONGEST_LINE} characters")


def with_cosignatures(note: bytes, lines: tuple[str, ...]) -> bytes:
    """Return a checkpoint with the lines of others after our own."""
    return note + "".join(lines).encode()
