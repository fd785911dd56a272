"""Is this ledger what it was? Verification from the stored bytes and public keys alone.

Every entry is read, the chain and the tree are computed anew, and both are compared with what was stored and signed.
The entries stream by; memory holds 16 bytes for each (to find a key that was used twice), and the checkpoints. What an
entry means, and the verifiable index, are not looked at; `Checked` says so. Signatures: `signature_check`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import chain, islice
from typing import Any, Final, Literal

from thread.ledger.canonical import EntryMalformed
from thread.ledger.chain_check import ChainCheck, stored_bytes
from thread.ledger.entry import Entry, read_entry
from thread.ledger.keys import VerifierKey, read_fingerprint
from thread.ledger.opening import LEDGER_OPENED, LedgerOpened, OpeningMalformed, read_opened_event
from thread.ledger.problems import Problem, ProblemList
from thread.ledger.rotation import LEDGER_KEY
from thread.ledger.signature_check import SignatureCheck
from thread.ledger.tree_check import TreeCheck

__all__ = ["Checked", "Result", "Verification", "verify_entries"]

Result = Literal["good", "bad", "not done"]
"""What came out of one check."""

_PROGRESS_STEP: Final = 1_000
_KEY_BUCKETS: Final = 256
_DIGEST_BYTES: Final = 9
_SEQ_BYTES: Final = 7

_TREE_CODES: Final = frozenset(
    {"node-differs", "node-missing", "node-unknown", "root-differs", "root-unknown", "tail-missing"}
)
_SIGNATURE_CODES: Final = frozenset(
    {
        "checkpoint-altered",
        "checkpoint-malformed",
        "checkpoint-not-signed",
        "key-not-committed",
        "key-not-valid-yet",
        "key-retired",
        "origin-differs",
        "rotation-invalid",
        "signature-invalid",
        "signature-missing",
    }
)
_KEY_CODES: Final = frozenset({"keys-differ"})
_INDEX_CODES: Final = frozenset(
    {"index-covers-differ", "index-differs", "index-entry-malformed", "index-version-unknown"}
)
_PROJECTION_CODES: Final = frozenset({"entry-unreadable", "projection-differs", "replay-failed"})
_VALUE_CODES: Final = frozenset({"foreign-text-altered", "private-value-altered"})
_CODES_OF_CHECKS: Final = {
    "tree": _TREE_CODES,
    "signatures": _SIGNATURE_CODES,
    "keys": _KEY_CODES,
    "index": _INDEX_CODES,
    "projections": _PROJECTION_CODES,
    "values": _VALUE_CODES,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, whatever came out. False: not looked at, or nothing was there to compare with.

    `chain`: every stored row and its link to the one before. `tree`: the whole tree, against stored nodes or signed
    roots. `signatures`: at least one checkpoint, with keys that are known. `index`: every root of the index that
    entries tell, against the entries before. `readings`: this release does not check them. `projections`: every table
    that follows from the entries, against a replay of them. `values`: personal values and captured texts, against
    their digests. The entries alone tell nothing of these three.
    """

    chain: bool
    tree: bool
    signatures: bool
    index: bool = False
    readings: bool = False
    projections: bool = False
    values: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    `size`: the place after the last stored entry. `root`: Merkle root over the stored entries, None where they are not
    whole. `anchored`: whether a checkpoint from outside, or one signed with keys that are known from outside, was held
    against the ledger; without one, someone who wrote the whole ledger anew would not be found. `vouched`: how many
    entries, from the first, the largest such checkpoint counts. `keys_compared`: whether the keys were compared with
    keys or a fingerprint from elsewhere. `opened`: what entry 0 says, if it can be read. `current_fingerprint`: of the
    newest public keys, None if entry 0 cannot be read.
    """

    ok: bool
    size: int
    root: bytes | None
    checked: Checked
    problems: tuple[Problem, ...]
    anchored: bool
    opened: LedgerOpened | None
    vouched: int = 0
    keys_compared: bool = False
    current_fingerprint: str | None = None

    @property
    def fingerprint(self) -> str | None:
        """Fingerprint of the public keys that entry 0 names, None if it cannot be read."""
        return self.opened.fingerprint if self.opened else None

    @property
    def results(self) -> dict[str, Result]:
        """What came out of each check, by the names of `Checked`, and of `keys`: are they those known from elsewhere?

        Every problem makes one check bad, so that a ledger with a problem never has good results only.
        """
        codes = {problem.code for problem in self.problems}
        done = {**asdict(self.checked), "keys": self.keys_compared}
        found: dict[str, Result] = {name: "good" if looked else "not done" for name, looked in done.items()}
        if found["tree"] == "good" and self.root is None:
            found["tree"] = "bad"  # the entries as they are stored give no tree, whatever they were before
        for name, bad in _CODES_OF_CHECKS.items():
            if codes & bad:
                found[name] = "bad"
        if codes.difference(*_CODES_OF_CHECKS.values()):
            found["chain"] = "bad"
        return found

    def to_json(self) -> dict[str, Any]:
        """Return the published JSON form; `root` is base64 as in a checkpoint."""
        return {
            "ok": self.ok,
            "size": self.size,
            "root": None if self.root is None else b64encode(self.root).decode(),
            "checked": asdict(self.checked),
            "problems": [asdict(problem) for problem in self.problems],
            "fingerprint": self.fingerprint,
            "current_fingerprint": self.current_fingerprint,
            "anchored": self.anchored,
        }


def verify_entries(
    entries: Iterable[tuple[int, bytes]],
    *,
    nodes: Iterable[tuple[int, int, bytes]] | None = None,
    checkpoints: Iterable[bytes] = (),
    kept: Iterable[bytes] = (),
    verifier_keys: Iterable[VerifierKey] | None = None,
    fingerprint: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verification:
    """Return what is wrong with a stored ledger, or that nothing is.

    Args:
        entries: stored rows, seq and entry bytes, by seq.
        nodes: stored tree nodes, level, position and hash, by (`Node.completed_by`, level); leaves may be left out.
            None where there are none to compare.
        checkpoints: signed checkpoints that are stored with the ledger.
        kept: signed checkpoints that somebody kept outside the ledger.
        verifier_keys: public keys that whoever verifies has from elsewhere; None takes the ledger's own word for them.
        fingerprint: of the ledger's public keys, 64 hex digits, as whoever verifies has it from elsewhere. Keys that
            are told may be those of the opening or any that followed; they bear out all that were brought in later.
        progress: called with the number of rows read, every 1,000 rows.

    Raises:
        KeyMalformed: the fingerprint is none.
    """
    told_fingerprint = None if fingerprint is None else read_fingerprint(fingerprint)
    problems = ProblemList()
    rows = iter(entries)
    first = list(islice(rows, 1))
    opened = _opening(first, problems)
    brought = None if verifier_keys is None else tuple(verifier_keys)
    signatures = SignatureCheck(problems, opened, brought=brought, fingerprint=told_fingerprint)
    known = [*signatures.readable(kept, kept=True), *signatures.readable(checkpoints, kept=False)]
    chain_check = ChainCheck(problems)
    tree_check = TreeCheck(problems, nodes=nodes, checkpoints=known, counts=signatures.counts)
    keys = _KeyRegister()
    for count, (seq, data) in enumerate(chain(first, rows), 1):
        entry, leaves = chain_check.take(seq, data)
        tree_check.take(leaves, chain_check.substituted_from)
        if entry:
            keys.take(entry)
            _check_type(entry, problems)
            if entry.event["type"] == LEDGER_KEY:
                signatures.take_rotation(entry)
        if progress and not count % _PROGRESS_STEP:
            progress(count)
    tree_check.take(chain_check.finish(), chain_check.substituted_from)
    root = tree_check.finish(chain_check.size, chain_check.substituted_from)
    keys.report(problems)
    vouched = signatures.finish()
    told = problems.told()
    return Verification(
        ok=not told,
        size=chain_check.size,
        root=None if chain_check.broken else root,
        checked=Checked(
            chain=True, tree=tree_check.compared and tree_check.complete, signatures=signatures.any_checked
        ),
        problems=told,
        anchored=vouched > 0,
        opened=opened,
        vouched=min(vouched, chain_check.size),
        keys_compared=opened is not None and (brought is not None or told_fingerprint is not None),
        current_fingerprint=signatures.current_fingerprint,
    )


def _opening(first: list[tuple[int, bytes]], problems: ProblemList) -> LedgerOpened | None:
    """Return what entry 0 says, None if it is missing or cannot be read; that it is missing is reported elsewhere."""
    if not first:
        problems.add(0, "ledger-empty", "The ledger holds no entry, not even the one that opens it.")
        return None
    seq, data = first[0]
    if seq != 0:
        return None
    try:
        return read_opened_event(read_entry(stored_bytes(data)).event)
    except OpeningMalformed as error:
        problems.add(0, error.code, f"Entry 0 does not open a ledger: {error.why}.")
    except EntryMalformed:
        pass  # the chain check tells it
    return None


def _check_type(entry: Entry, problems: ProblemList) -> None:
    if entry.seq and entry.event["type"] == LEDGER_OPENED:
        problems.add(entry.seq, "opened-again", f"Entry {entry.seq} opens the ledger again; only entry 0 may.")


class _KeyRegister:
    """Remembers which idempotency keys occurred: 16 bytes per entry, in buckets by the first byte of a digest."""

    def __init__(self) -> None:
        self._buckets = [bytearray() for _ in range(_KEY_BUCKETS)]

    def take(self, entry: Entry) -> None:
        digest = sha256(entry.key.encode()).digest()
        self._buckets[digest[0]] += digest[1 : 1 + _DIGEST_BYTES] + entry.seq.to_bytes(_SEQ_BYTES, "big")

    def report(self, problems: ProblemList) -> None:
        """Report every entry whose key an earlier entry has."""
        width = _DIGEST_BYTES + _SEQ_BYTES
        twice: list[tuple[int, int]] = []
        for bucket in self._buckets:
            earlier: dict[bytes, int] = {}
            for start in range(0, len(bucket), width):
                digest = bytes(bucket[start : start + _DIGEST_BYTES])
                seq = int.from_bytes(bucket[start + _DIGEST_BYTES : start + width], "big")
                if earlier.setdefault(digest, seq) != seq:
                    twice.append((seq, earlier[digest]))
        for seq, before in sorted(twice):
            text = f"Entry {seq} bears the same key as entry {before}; what was told twice may be recorded only once."
            problems.add(seq, "key-repeated", text)
