"""Do the stored entries fit together? Every entry holds the fingerprint (leaf hash) of the one before.

The check takes the stored rows one after the other and says which entry was changed, moved or taken out. It also
settles for each place which leaf hash belongs there: that of the stored bytes, or, where an entry was changed or is
missing, the one that the entry after it recorded. So one altered entry does not hide a second one further on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from thread.ledger.canonical import EntryMalformed
from thread.ledger.entry import ZERO_PREV, Entry, read_entry
from thread.ledger.merkle import leaf_hash
from thread.ledger.problems import ProblemList

__all__ = ["ChainCheck", "stored_bytes"]

_LONGEST_RUN: Final = 16


@dataclass(frozen=True, slots=True)
class _Row:
    """A stored row. `prev` is None where the row holds no entry that belongs in this place."""

    seq: int
    leaf: bytes
    prev: bytes | None


class ChainCheck:
    """Checks the links between stored rows that come in order.

    `size` is the place after the last row so far. `broken` tells whether a row was missing, moved or changed.
    `substituted_from` is the first entry whose leaf hash the entry after it told, None while all are of stored bytes.
    """

    def __init__(self, problems: ProblemList) -> None:
        self.size = 0
        self.broken = False
        self.substituted_from: int | None = None
        self._problems = problems
        # Rows whose place in the tree is not settled yet; each one fits badly to the one before it in this list.
        self._run: list[_Row] = []
        self._last_entry: Entry | None = None

    def take(self, seq: int, data: bytes) -> tuple[Entry | None, list[bytes | None]]:
        """Check the next row; return its entry, and the leaf hashes that are settled now, in order.

        No entry comes back where the bytes are none or belong elsewhere. A leaf hash None means that nobody can tell
        it, and nothing after it is of use for the tree.
        """
        if type(seq) is not int or seq < self.size:
            text = f"A row numbered {str(seq)[:20]} comes where entry {self.size} should follow."
            self._add(self.size, "entry-out-of-order", text)
            return None, []
        data = stored_bytes(data)
        entry = self._read(seq, data)
        row = _Row(seq, entry.leaf_hash if entry else leaf_hash(data), entry.prev if entry else None)
        missing, self.size = seq - self.size, seq + 1
        if missing:
            settled = [*self._close(), *self._missing(row, missing)]
            self._run = [row]
        elif self._run:
            settled = self._link(row)
        else:
            settled = []
            self._run = [self._first(row)]
        if entry:
            self._check_time(entry)
        return entry, settled

    def finish(self) -> list[bytes | None]:
        """Return the leaf hashes that are settled now that no row follows."""
        return self._close()

    def _add(self, seq: int, code: str, text: str) -> None:
        self.broken = True
        self._problems.add(seq, code, text)

    def _substitute(self, seq: int, leaf: bytes | None) -> bytes | None:
        """Note that the leaf hash at `seq` is told by the entry after it, and return it."""
        if self.substituted_from is None:
            self.substituted_from = seq
        return leaf

    def _read(self, seq: int, data: bytes) -> Entry | None:
        try:
            entry = read_entry(data)
        except EntryMalformed as error:
            self._add(seq, error.code, f"Entry {seq} was changed: its bytes are not an entry, {error.why}.")
            return None
        if entry.seq != seq:
            text = (
                f"In place {seq} stands an entry that calls itself number {entry.seq}: entries were moved or exchanged."
            )
            self._add(seq, "entry-moved", text)
            return None
        return entry

    def _first(self, row: _Row) -> _Row:
        if row.prev in (ZERO_PREV, None):
            return row
        text = "Entry 0 names an entry before it, but nothing comes before the first entry of a ledger: it was changed."
        self._add(0, "entry-changed", text)
        return _Row(row.seq, row.leaf, None)

    def _missing(self, row: _Row, count: int) -> list[bytes | None]:
        first = row.seq - count
        which = f"Entry {first} is" if count == 1 else f"Entries {first} to {row.seq - 1} ({count} entries) are"
        self._add(first, "entry-missing", f"{which} missing.")
        return [self._substitute(first, row.prev if count == 1 else None)]

    def _link(self, row: _Row) -> list[bytes | None]:
        """Return what is settled by a row that directly follows the rows in `_run`."""
        last = self._run[-1]
        if last.prev is None:
            self._run = [row]
            return [self._substitute(last.seq, row.prev)]
        if row.prev is None:
            settled = self._close()
        elif row.prev != last.leaf:
            if len(self._run) < _LONGEST_RUN:
                self._run.append(row)
                return []
            settled = self._close()
        elif len(self._run) == 1:
            settled = [last.leaf]
        else:
            settled = self._close_before_intact(self._run)
        self._run = [row]
        return settled

    def _close_before_intact(self, run: list[_Row]) -> list[bytes | None]:
        """Report a run of broken links whose last row fits the row after it, or is the last of all."""
        *earlier, changed, intact = run
        told, stored = _short(intact.prev), _short(changed.leaf)
        if not earlier:
            text = (
                f"Entry {changed.seq} was changed after entry {intact.seq} was recorded: entry {intact.seq} holds the "
                f"fingerprint {told} of it, but the stored bytes have the fingerprint {stored}."
            )
        else:
            others = (
                f"Entry {earlier[0].seq}" if len(earlier) == 1 else f"Entries {earlier[0].seq} to {earlier[-1].seq}"
            )
            text = (
                f"Entry {changed.seq} was changed: it fits neither the entry before it nor the entry after it. "
                f"{others} may have been changed too."
            )
        self._add(changed.seq, "entry-changed", text)
        leaf = self._substitute(changed.seq, intact.prev)
        if len(earlier) > 1:
            return [None]
        return [*(row.leaf for row in earlier), leaf, intact.leaf]

    def _close(self) -> list[bytes | None]:
        """Settle what can be settled of the rows in `_run`, where no intact row follows."""
        run, self._run = self._run, []
        if not run:
            return []
        first, last = run[0], run[-1]
        if last.prev is None:
            return [None]
        if len(run) == 1:
            return [last.leaf]
        if len(run) == 3:  # one entry in the middle explains both misfits, so it is the likeliest
            return self._close_before_intact(run)
        which = f"{first.seq} {'and' if len(run) == 2 else 'to'} {last.seq}"
        text = (
            f"Entries {which} do not fit together: entry {run[1].seq} holds the "
            f"fingerprint {_short(run[1].prev)} of entry {first.seq}, but the stored bytes have the fingerprint "
            f"{_short(first.leaf)}. At least one of them was changed."
        )
        self._add(first.seq, "entry-changed", text)
        told = self._substitute(first.seq, last.prev)
        return [told, last.leaf] if len(run) == 2 else [None]

    def _check_time(self, entry: Entry) -> None:
        before, self._last_entry = self._last_entry, entry
        if before is None or before.leaf_hash != entry.prev or before.recorded_at < entry.recorded_at:
            return
        text = (
            f"Entry {entry.seq} says that it was recorded at {entry.recorded_at}, not later than entry {before.seq} "
            f"({before.recorded_at}); the ledger clock never goes back."
        )
        self._problems.add(entry.seq, "time-not-increasing", text)


def stored_bytes(stored: object) -> bytes:
    """Return stored bytes as they are; what a database column should not have held becomes bytes that are no entry."""
    if isinstance(stored, bytes | bytearray | memoryview):
        return bytes(stored)
    return str(stored).encode("utf-8", "replace")


def _short(fingerprint: bytes | None) -> str:
    return f"{fingerprint.hex()[:16]}…" if fingerprint else "(none)"
