"""What verification looks at beside entries: projections, values behind digests, the places of stored checkpoints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from thread.errors import LedgerBroken
from thread.ledger import CheckpointMalformed, Verification, read_checkpoint
from thread.ledger.index import LEDGER_INDEX
from thread.ledger.problems import ProblemList
from thread.store.comparison import projection_differences
from thread.store.damage import damages
from thread.store.reader import SqliteReader
from thread.store.refusals import CheckpointAltered
from thread.store.triggers import trigger_faults

__all__ = ["checked_checkpoint", "with_stored_checks"]


def checked_checkpoint(size: int, note: bytes, *, origin: str, root: bytes | None = None) -> bytes:
    """Return a stored checkpoint that is of the size at which it is stored.

    `root`: the root hash of that size, None where it is not compared.

    Raises:
        CheckpointAltered: it is of another size, ledger or root, or none at all.
    """
    try:
        told = read_checkpoint(note).checkpoint
    except CheckpointMalformed as error:
        raise CheckpointAltered(size=size, why=error.text) from None
    if told.size != size:
        raise CheckpointAltered(size=size, why=f"what was signed counts {told.size} entries")
    if told.origin != origin:
        raise CheckpointAltered(size=size, why=f"it is of the ledger {told.origin}")
    if root not in {None, told.root}:
        raise CheckpointAltered(size=size, why="it has another root hash than the stored entries")
    return note


def with_stored_checks(
    found: Verification, reader: SqliteReader, progress: Callable[[int], None] | None = None
) -> Verification:
    """Return a verification of entries with what is wrong with the rest that is stored.

    Projections are compared where the entries are whole: others give none that could be right; and where they are of
    as many entries as are stored: else it is entries that somebody took out. `progress`: told the number of entries
    replayed for that, every 1,000.
    """
    problems = ProblemList()
    for size, note in reader.checkpoints():
        _check_place(size, note, problems)
    for digest in reader.altered_private_values():
        text = f"The personal value behind {digest} was altered: it does not give the digest that its entry holds."
        problems.add(None, "private-value-altered", text)
    for digest in reader.altered_foreign_texts():
        text = f"The captured text behind {digest} was altered: it does not give the digest that its entry holds."
        problems.add(None, "foreign-text-altered", text)
    for text in damages(reader.connection):
        advice = "Answers may miss what stands there; restore a backup, or try `thread rebuild`."
        problems.add(None, "database-damaged", f"SQLite finds its own file damaged: {text}. {advice}")
    for code, text in trigger_faults(reader.connection):
        problems.add(None, code, text)
    is_whole = found.root is not None and not _lacks_entries(found, reader.projected_size, problems)
    if is_whole:
        _compare_projections(found, reader, problems, progress)
    told = sorted((*found.problems, *problems.told()), key=lambda one: (one.seq is None, one.seq or 0))
    has_index = is_whole and reader.first_of_type(LEDGER_INDEX) is not None
    checked = replace(found.checked, projections=is_whole, index=has_index, values=True)
    return replace(found, ok=not told, problems=tuple(told), checked=checked)


def _check_place(size: int, note: bytes, problems: ProblemList) -> None:
    try:
        told = read_checkpoint(note).checkpoint
    except CheckpointMalformed:
        return  # the check of signatures tells it
    if told.size != size:
        text = f"The checkpoint stored for {size} entries was altered: what was signed counts {told.size} entries."
        problems.add(None, "checkpoint-altered", text)


def _lacks_entries(found: Verification, projected: int | None, problems: ProblemList) -> bool:
    """Return whether the ledger had more entries than it has, and tell it where nothing else did."""
    if projected is None or projected <= found.size:
        return False
    if all(problem.code != "tail-missing" for problem in found.problems):
        text = f"The ledger had {projected} entries, and holds only {found.size}: the last ones were taken out."
        problems.add(found.size, "entries-missing", text)
    return True


def _compare_projections(
    found: Verification, reader: SqliteReader, problems: ProblemList, progress: Callable[[int], None] | None
) -> None:
    tree_told = any(problem.code.startswith("node-") for problem in found.problems)
    try:
        for table, seq, text, code in projection_differences(reader, progress):
            if table != "nodes" or not tree_told:
                problems.add(seq, code, text)
    except LedgerBroken as error:
        where = error.facts.get("seq")
        text = f"The entries cannot be replayed, so nothing can be looked up in them: {error.text}."
        problems.add(where if isinstance(where, int) else None, error.code, text)
