"""Why a store cannot be used: what it is not, what is missing in it, who changed it."""

from __future__ import annotations

from pathlib import Path

from thread.errors import BadInput, Conflict, LedgerBroken, NotFound, Unavailable
from thread.store.tables import SCHEMA_VERSION

__all__ = [
    "CheckpointAltered",
    "CosignaturesTooMany",
    "DatabaseDamaged",
    "EntriesMissing",
    "EntryOutOfPlace",
    "EntryUnreadable",
    "ForeignTextAltered",
    "LastEntryMalformed",
    "LedgerExists",
    "LedgerMissing",
    "LedgerNewer",
    "LedgerReadOnly",
    "NotALedger",
    "PrivateValueAltered",
    "ProjectionsChanged",
    "ReplayFailed",
    "SearchIndexAltered",
    "StoreUnsupported",
    "TreeNodeMissing",
]


class StoreUnsupported(BadInput):
    """The address names a kind of database that this release cannot use."""

    code = "store-unsupported"

    def __init__(self, *, url: str) -> None:
        super().__init__(
            f"{_without_password(url)!r} is no ledger address of this release; write sqlite:///FILE, or "
            "sqlite:////ABSOLUTE/FILE (PostgreSQL comes in a later release)",
            url=_without_password(url),
        )


class LedgerMissing(NotFound):
    """There is no database at the address."""

    code = "ledger-missing"

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"there is no ledger at {path}; make one with `thread init`", path=str(path))


class LedgerExists(Conflict):
    """There is a database at the address already."""

    code = "ledger-exists"

    def __init__(self, *, path: Path) -> None:
        super().__init__(f"{path} exists already and is left as it is; name another file", path=str(path))


class NotALedger(BadInput):
    """The file at the address is something else."""

    code = "not-a-ledger"

    def __init__(self, *, path: Path, why: str) -> None:
        super().__init__(f"{path} is no thread ledger: {why}", path=str(path), why=why)


class LedgerNewer(BadInput):
    """The ledger was written by a later release."""

    code = "ledger-newer"

    def __init__(self, *, path: Path, version: str) -> None:
        super().__init__(
            f"{path} has tables of version {version}, this program knows version {SCHEMA_VERSION}; use a newer thread",
            path=str(path),
            version=version,
        )


class LedgerReadOnly(Unavailable):
    """The file of the ledger, or the folder that it lies in, cannot be written. Nothing was recorded."""

    code = "ledger-read-only"

    def __init__(self, *, path: Path, why: str = "it can be asked and verified, but nothing can be recorded") -> None:
        super().__init__(
            f"{path} is read-only: {why}; get leave to write the file and its folder, or copy the ledger with its keys",
            path=str(path),
            why=why,
        )


class ProjectionsChanged(Unavailable):
    """Another release of thread rebuilt the tables while this program had the ledger open."""

    code = "projections-changed"

    def __init__(self, *, path: str) -> None:
        super().__init__(f"another program rebuilt the tables of {path}; open the ledger again", path=path)


class SearchIndexAltered(LedgerBroken):
    """The search index speaks of things that no entry names. What it finds cannot be trusted."""

    code = "search-index-altered"

    def __init__(self, *, subject: int) -> None:
        super().__init__(
            f"the search index speaks of subject {subject}, which is not there; `thread verify` says what is wrong,"
            " `thread rebuild` makes the index anew",
            subject=subject,
        )


class EntriesMissing(LedgerBroken):
    """Entries that were there are gone."""

    code = "entries-missing"

    def __init__(self, *, stored: int, projected: int) -> None:
        super().__init__(
            f"the ledger had {projected} entries and holds only {stored}; run thread verify, and restore a backup",
            stored=stored,
            projected=projected,
        )


class DatabaseDamaged(LedgerBroken):
    """SQLite finds its own file damaged."""

    code = "database-damaged"

    def __init__(self, *, path: Path) -> None:
        super().__init__(
            f"the file {path} is damaged; restore it from a backup, then run thread verify", path=str(path)
        )


class TreeNodeMissing(LedgerBroken):
    """A tree node that the entries imply is not stored."""

    code = "tree-node-missing"

    def __init__(self, *, level: int, index: int) -> None:
        super().__init__(
            f"tree node {index} of level {level} is not stored; `thread rebuild` makes the tree anew from the entries",
            level=level,
            index=index,
        )


class LastEntryMalformed(LedgerBroken):
    """The last stored entry cannot be read, so nothing can follow it."""

    code = "last-entry-malformed"

    def __init__(self, *, seq: int, why: str) -> None:
        super().__init__(
            f"the last entry, {seq}, is damaged, so none can follow it: {why}; run thread verify", seq=seq, why=why
        )


class EntryOutOfPlace(LedgerBroken):
    """An entry does not follow the one before it."""

    code = "entry-out-of-place"

    def __init__(self, *, seq: int, size: int) -> None:
        super().__init__(
            f"entry {seq} does not follow the {size} entries before it: the chain is broken; run thread verify",
            seq=seq,
            size=size,
        )


class EntryUnreadable(LedgerBroken):
    """A stored row holds no entry that can be read."""

    code = "entry-unreadable"

    def __init__(self, *, seq: int, why: str) -> None:
        super().__init__(f"the stored row {seq} holds no entry: {why}; run thread verify", seq=seq, why=why)


class ReplayFailed(LedgerBroken):
    """Two stored entries claim what only one can have, such as the id of an event."""

    code = "replay-failed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the entries contradict each other: {why}; run thread verify", why=why)


class CheckpointAltered(LedgerBroken):
    """A stored checkpoint is not the one that was signed for its size."""

    code = "checkpoint-altered"

    def __init__(self, *, size: int, why: str) -> None:
        super().__init__(
            f"the checkpoint stored for {size} entries was altered: {why}; run thread verify", size=size, why=why
        )


class CosignaturesTooMany(Conflict):
    """A checkpoint would have more signature lines than are read."""

    code = "cosignatures-too-many"

    def __init__(self, *, size: int, most: int) -> None:
        super().__init__(
            f"the checkpoint of {size} entries would have more than {most} cosignatures, which nobody reads; none was"
            " added: leave out what is not asked for",
            size=size,
            most=most,
        )


class PrivateValueAltered(LedgerBroken):
    """A stored personal value is not the one that its digest was made of."""

    code = "private-value-altered"

    def __init__(self, *, digest: str) -> None:
        super().__init__(
            f"the personal value behind {digest} was altered after it was recorded, so it is not shown; run thread "
            "verify, and restore it from a backup or erase it",
            digest=digest,
        )


class ForeignTextAltered(LedgerBroken):
    """A stored captured text is not the one that its digest was made of."""

    code = "foreign-text-altered"

    def __init__(self, *, digest: str) -> None:
        super().__init__(
            f"the captured text behind {digest} was altered after it was recorded, so it is not shown; run thread "
            "verify, and restore it from a backup or erase it",
            digest=digest,
        )


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    account, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{account.partition(':')[0]}{at}{place}" if at else url
