"""Do the entries give the tree that was stored, and the roots that were signed?

The tree is computed anew from the leaf hashes and compared, while they stream by, with stored inner nodes and with the
roots of checkpoints at their sizes. A wrong node makes all nodes above it wrong, and a wrong root all roots after it:
only the lowest and the first are reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from thread.ledger.checkpoint import Checkpoint, SignedCheckpoint
from thread.ledger.merkle import EMPTY_ROOT, Frontier, Node
from thread.ledger.problems import ProblemList

__all__ = ["KnownCheckpoint", "TreeCheck"]

_BATCH: Final = 1_024
_LEVELS: Final = 63


@dataclass(frozen=True, slots=True)
class KnownCheckpoint:
    """A checkpoint to compare with: `kept` outside the ledger by whoever verifies, or stored with it."""

    signed: SignedCheckpoint
    kept: bool

    @property
    def checkpoint(self) -> Checkpoint:
        """Return what was signed."""
        return self.signed.checkpoint

    @property
    def title(self) -> str:
        """Return how sentences call it."""
        where = "that you kept" if self.kept else "stored with the ledger"
        return f"the checkpoint of size {self.checkpoint.size} {where}"


@dataclass(slots=True)
class _Roots:
    """Checkpoints of one kind (kept or stored), which the tree reaches in order of size."""

    open: list[KnownCheckpoint]
    last_fit: int = 0
    misfits: int = 0


@dataclass(slots=True)
class _StoredNodes:
    """Stored nodes in the order of the leaf that completes them, lowest first, with one node looked ahead."""

    source: Iterator[tuple[int, int, bytes]]
    ahead: Node | None = None
    differing: set[tuple[int, int]] = field(default_factory=set)
    differing_up_to: int = -1
    agreeing: int = 0

    def advance(self, problems: ProblemList) -> None:
        """Look at the next stored node; what cannot be a node at all is reported and passed over."""
        for level, position, stored_hash in self.source:
            if _can_be_node(level, position):
                self.ahead = Node(level, position, stored_hash)
                return
            problems.add(
                None, "node-unknown", f"A stored tree node has the place {str((level, position))[:60]}, which is none."
            )
        self.ahead = None


class TreeCheck:
    """Compares the tree over settled leaf hashes with stored nodes and with checkpoints.

    `compared` tells whether anything was there to compare with; `complete` whether every leaf hash was known.
    """

    def __init__(
        self,
        problems: ProblemList,
        *,
        nodes: Iterable[tuple[int, int, bytes]] | None,
        checkpoints: Iterable[KnownCheckpoint],
        counts: Callable[[KnownCheckpoint], bool] = lambda _: True,
    ) -> None:
        """Compare with stored nodes, and with the checkpoints that count.

        `counts`: asked once about each checkpoint, when all entries that it counts have been taken, or at the end.
        """
        self._problems = problems
        self._counts = counts
        self._frontier = Frontier()
        self._waiting: list[bytes] = []
        self._lost = False
        by_size = sorted(checkpoints, key=lambda known: known.checkpoint.size, reverse=True)
        self._roots = [_Roots([known for known in by_size if known.kept is kept]) for kept in (True, False)]
        self._nodes = None if nodes is None else _StoredNodes(iter(nodes))
        self.compared = nodes is not None
        if self._nodes:
            self._nodes.advance(problems)
        self._compare_roots(None)
        self._next_stop = self._stop()

    @property
    def complete(self) -> bool:
        """Return whether every leaf hash so far was known."""
        return not self._lost

    def take(self, leaves: list[bytes | None], substituted_from: int | None) -> None:
        """Add leaf hashes; after a None the tree is lost and nothing more is compared.

        `substituted_from`: see `ChainCheck`.
        """
        for leaf in leaves:
            if self._lost:
                return
            if leaf is None:
                self._flush(substituted_from)
                self._lost = True
                return
            self._waiting.append(leaf)
            if self._frontier.size + len(self._waiting) == self._next_stop or len(self._waiting) == _BATCH:
                self._flush(substituted_from)

    def finish(self, size: int, substituted_from: int | None) -> bytes | None:
        """Report what lies beyond the last entry; return the root over all leaf hashes, None if it is lost.

        `size`: the place after the last stored entry.
        """
        if not self._lost:
            self._flush(substituted_from)
        cut = self._report_beyond(size)
        if self._lost:
            return None
        if not cut:  # where the end is missing, nodes that stand over it are a consequence
            self._report_surplus_nodes()
        return self._frontier.root()

    def _stop(self) -> int:
        """Return the next size at which a checkpoint waits, -1 if none does."""
        return min((roots.open[-1].checkpoint.size for roots in self._roots if roots.open), default=-1)

    def _flush(self, substituted_from: int | None) -> None:
        first, leaves = self._frontier.size, self._waiting
        if not leaves:
            return
        self._waiting = []
        self._frontier, inner = self._frontier.extend(leaves)
        if self._nodes:
            for node in _in_order(first, leaves, inner):
                self._compare_node(self._nodes, node)
        self._compare_roots(substituted_from)
        self._next_stop = self._stop()

    def _compare_node(self, stored: _StoredNodes, node: Node) -> None:
        here = (node.completed_by, node.level)
        while stored.ahead is not None and (stored.ahead.completed_by, stored.ahead.level) < here:
            self._problems.add(
                stored.ahead.first_leaf,
                "node-unknown",
                f"The stored tree node {_name(stored.ahead)} comes twice or in the wrong place.",
            )
            stored.advance(self._problems)
        ahead = stored.ahead
        if ahead is None or (ahead.level, ahead.position) != (node.level, node.position):
            if node.level:  # leaves need not be stored as nodes: they follow from the entries
                self._problems.add(node.first_leaf, "node-missing", f"The stored tree node {_name(node)} is missing.")
            return
        children = {(node.level - 1, 2 * node.position), (node.level - 1, 2 * node.position + 1)}
        if ahead.hash != node.hash:
            if not stored.differing & children and node.first_leaf != stored.differing_up_to:
                text = (
                    f"The stored tree node {_name(node)} is not the one that the entries give: it or they were changed."
                )
                self._problems.add(node.first_leaf, "node-differs", text)
            stored.differing.add((node.level, node.position))
            stored.differing_up_to = node.completed_by + 1
        elif stored.differing_up_to < 0:
            stored.agreeing = node.completed_by + 1
        stored.differing -= children
        stored.advance(self._problems)

    def _compare_roots(self, substituted_from: int | None) -> None:
        size = self._frontier.size
        root: bytes | None = None
        here = [(roots, known) for roots in self._roots for known in self._reached(roots, size)]
        is_doubled = len({known.checkpoint.root for _, known in here}) > 1
        for roots, known in here:
            root = root or (self._frontier.root() if size else EMPTY_ROOT)
            if known.checkpoint.root == root:
                self._report_explained(roots, known, substituted_from)
                roots.last_fit, roots.misfits = size, 0
            else:
                roots.misfits += 1
                self._report_misfit(roots, known, is_doubled=is_doubled)

    def _reached(self, roots: _Roots, size: int) -> list[KnownCheckpoint]:
        """Take out the checkpoints of a size, and return those that count."""
        found = []
        while roots.open and roots.open[-1].checkpoint.size == size:
            known = roots.open.pop()
            if self._counts(known):
                self.compared = True
                found.append(known)
        return found

    def _report_explained(self, roots: _Roots, known: KnownCheckpoint, substituted_from: int | None) -> None:
        """Say that a kept checkpoint bears out what the chain shows: the stored entries do not give its root."""
        if not known.kept or substituted_from is None or not roots.last_fit <= substituted_from < known.checkpoint.size:
            return
        text = (
            f"The stored entries do not give the root of {known.title}. The entries named in this report are the only "
            f"reason: put back as they were recorded, the first {known.checkpoint.size} entries give that root."
        )
        self._problems.add(substituted_from, "root-differs", text)

    def _report_misfit(self, roots: _Roots, known: KnownCheckpoint, *, is_doubled: bool) -> None:
        if roots.misfits > 1 and not known.kept:
            return
        good, size = roots.last_fit, known.checkpoint.size
        first = good
        if is_doubled:
            why = "Another checkpoint of the same size has another root: two histories of this ledger were signed."
        elif size == 0:
            why = "A ledger without entries has another root: the checkpoint is wrong."
        elif good == size - 1:
            why = f"Entry {good} was changed after it was signed."
        else:
            why = f"One of the entries {good} to {size - 1} was changed after it was signed."
            first = max(min(self._unsuspected(), size - 1), good)
            if first > good:
                why += f" What is stored beside the entries points to entry {first} or later."
        self._problems.add(first, "root-differs", f"The stored entries do not give the root of {known.title}. {why}")

    def _unsuspected(self) -> int:
        """Return how many entries, from the first, agree with other checkpoints, or with nodes where others differ."""
        # Nodes that agree throughout were written anew together with the entries: they say nothing.
        by_nodes = self._nodes.agreeing if self._nodes and self._nodes.differing_up_to >= 0 else 0
        return max(by_nodes, *(roots.last_fit for roots in self._roots))

    def _report_beyond(self, size: int) -> bool:
        """Report what checkpoints count beyond the last entry, and return whether anything is missing there."""
        waiting = [known for roots in self._roots for known in reversed(roots.open) if self._counts(known)]
        self.compared = self.compared or bool(waiting)
        beyond = [known for known in waiting if known.checkpoint.size > size]
        if beyond:
            largest = max(beyond, key=lambda known: (known.checkpoint.size, known.kept))
            missing = largest.checkpoint.size - size
            text = (
                f"The ledger ends after {size} entries, but {largest.title} counts {largest.checkpoint.size}: "
                f"{'the last entry is' if missing == 1 else f'the last {missing} entries are'} missing."
            )
            self._problems.add(size, "tail-missing", text)
        for known in waiting:
            if known.kept and known.checkpoint.size <= size:
                why = "too many entries before it are missing or changed"
                self._problems.add(None, "root-unknown", f"The root of {known.title} could not be computed: {why}.")
        return bool(beyond)

    def _report_surplus_nodes(self) -> None:
        ahead = self._nodes.ahead if self._nodes else None
        if ahead is not None:
            text = f"The stored tree node {_name(ahead)} stands over entries that are missing."
            self._problems.add(self._frontier.size, "node-unknown", text)


def _in_order(first: int, leaves: list[bytes], inner: list[Node]) -> Iterator[Node]:
    """Yield leaves, as nodes of level 0, and the inner nodes that each one completes, lowest first."""
    position = 0
    for seq, leaf in enumerate(leaves, first):
        yield Node(0, seq, leaf)
        while position < len(inner) and inner[position].completed_by == seq:
            yield inner[position]
            position += 1


def _can_be_node(level: object, position: object) -> bool:
    return type(level) is int and type(position) is int and 0 <= level < _LEVELS and position >= 0


def _name(node: Node) -> str:
    if node.level == 0:
        return f"of entry {node.position}"
    return f"over entries {node.first_leaf} to {node.completed_by}"
