"""Bytes to a hash chain, a Merkle tree and proofs; knows nothing of what an entry says.

Whoever audits the evidence reads this folder: `canonical` and `entry` (what is hashed), `merkle` (the tree), `keys` and
`checkpoint` (what is signed), `opening` (entry 0), `rotation` and `key_schedule` (how keys follow each other), `verify`
with its checks (whether all of it holds).
"""

from __future__ import annotations

from thread.ledger.canonical import EntryMalformed, NotCanonical, canonical_bytes, parse_canonical, written_plain
from thread.ledger.checkpoint import (
    Checkpoint,
    CheckpointMalformed,
    CheckpointNotSigned,
    Cosignature,
    SignatureInvalid,
    SignedCheckpoint,
    read_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
)
from thread.ledger.entry import (
    ZERO_PREV,
    Entry,
    EntryRefused,
    EntryTooLong,
    next_recorded_at,
    read_entry,
    write_entry,
)
from thread.ledger.key_schedule import KeyGeneration, KeyNotCommitted, KeySchedule
from thread.ledger.keys import KeyMalformed, Signer, SigningKeys, VerifierKey
from thread.ledger.merkle import EMPTY_ROOT, Frontier, Node, leaf_hash, node_hash, root_from_leaves
from thread.ledger.opening import (
    LEDGER_OPENED,
    LedgerOpened,
    OpeningMalformed,
    OriginMalformed,
    checked_origin,
    opened_event,
    read_opened_event,
)
from thread.ledger.problems import Problem
from thread.ledger.rotation import LEDGER_KEY, RotationInvalid, key_event
from thread.ledger.verify import Checked, Verification, verify_entries

__all__ = [
    "EMPTY_ROOT",
    "LEDGER_KEY",
    "LEDGER_OPENED",
    "ZERO_PREV",
    "Checked",
    "Checkpoint",
    "CheckpointMalformed",
    "CheckpointNotSigned",
    "Cosignature",
    "Entry",
    "EntryMalformed",
    "EntryRefused",
    "EntryTooLong",
    "Frontier",
    "KeyGeneration",
    "KeyMalformed",
    "KeyNotCommitted",
    "KeySchedule",
    "LedgerOpened",
    "Node",
    "NotCanonical",
    "OpeningMalformed",
    "OriginMalformed",
    "Problem",
    "RotationInvalid",
    "SignatureInvalid",
    "SignedCheckpoint",
    "Signer",
    "SigningKeys",
    "Verification",
    "VerifierKey",
    "canonical_bytes",
    "checked_origin",
    "key_event",
    "leaf_hash",
    "next_recorded_at",
    "node_hash",
    "opened_event",
    "parse_canonical",
    "read_checkpoint",
    "read_entry",
    "read_opened_event",
    "root_from_leaves",
    "sign_checkpoint",
    "verify_checkpoint",
    "verify_entries",
    "write_entry",
    "written_plain",
]
