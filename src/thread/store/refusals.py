"""Why a store cannot be used: what it is not, what is missing in it, who changed it."""

from __future__ import annotations

from pathlib import Path

from thread.errors import BadInput, Conflict, LedgerBroken, NotFound, Unavailable
from thread.store.tables import SCHEMA_VERSION

__all__ = [
    "DatabaseDamaged",
    "EntriesMissing",
    "EntryOutOfPlace",
    "LastEntryMalformed",
    "LedgerExists",
    "LedgerMissing",
    "LedgerNewer",
    "NotALedger",
    "ProjectionsChanged",
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


class ProjectionsChanged(Unavailable):
    """Another release of thread rebuilt the tables while this program had the ledger open."""

    code = "projections-changed"

    def __init__(self, *, path: str) -> None:
        super().__init__(f"another program rebuilt the tables of {path}; open the ledger again", path=path)


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
            f"tree node {index} of level {level} is not stored; `thread doctor` rebuilds the tree from the entries",
            level=level,
            index=index,
        )


class LastEntryMalformed(LedgerBroken):
    """The last stored entry cannot be read, so nothing can follow it."""

    code = "last-entry-malformed"

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the last entry is damaged, so none can follow it: {why}; run thread verify", why=why)


class EntryOutOfPlace(LedgerBroken):
    """An entry does not follow the one before it."""

    code = "entry-out-of-place"

    def __init__(self, *, seq: int, size: int) -> None:
        super().__init__(
            f"entry {seq} does not follow the {size} entries before it: the chain is broken; run thread verify",
            seq=seq,
            size=size,
        )


def _without_password(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    account, at, place = rest.rpartition("@")
    return f"{scheme}{mark}{account.partition(':')[0]}{at}{place}" if at else url
