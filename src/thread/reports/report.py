"""What a report is: a title, what was asked, one table, and the state of the ledger that it was answered from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from thread.values.names import label

__all__ = ["Cell", "Column", "Report", "counted", "label_or_nothing", "seqs_text", "shown"]

Cell = str | int | None
"""Texts and amounts are texts (an amount is a decimal as told), counts are whole numbers; None: nobody told."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `amount`: its texts are decimals, which a spreadsheet may add up; `time`, `name`: moments and URIs."""

    name: str
    kind: Literal["text", "amount", "count", "time", "name"] = "text"

    @property
    def is_number(self) -> bool:
        """Whether its cells stand under each other by their digits."""
        return self.kind in {"amount", "count"}


@dataclass(frozen=True, slots=True)
class Report:
    """An answer as a document."""

    name: str
    """What a file of it is called, without its ending."""
    title: str
    asked: tuple[tuple[str, str], ...]
    """What was asked and what it is about, in the order in which it is read."""
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    remarks: tuple[str, ...]
    """Sentences that belong to the answer as a whole."""
    ledger: Mapping[str, Any]
    """`origin`, `size` and `root` of the ledger at the size that answered."""
    is_repeatable: bool = True
    """Whether the same question at the same size is the same answer for ever: not where it tells ages by the clock."""

    def as_json(self) -> dict[str, Any]:
        """The report as the API and `--json` print it: each row an object by the names of the columns."""
        names = [column.name for column in self.columns]
        return {
            "report": self.name,
            "title": self.title,
            "asked": [{"name": name, "value": value} for name, value in self.asked],
            "columns": [{"name": column.name, "kind": column.kind} for column in self.columns],
            "rows": [dict(zip(names, row, strict=True)) for row in self.rows],
            "remarks": list(self.remarks),
            "ledger": dict(self.ledger),
        }

    @property
    def known_as(self) -> tuple[tuple[str, str], ...]:
        """Return from what state of which ledger this was answered, so that anybody can ask again and compare."""
        root = [("Root hash", str(self.ledger["root"]))] if self.ledger.get("root") else []
        return (("Ledger", str(self.ledger["origin"])), ("Entries", str(self.ledger["size"])), *root)


_IN_NO_DOCUMENT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, halves of surrogate pairs and non-characters: XML has no form for them (XML 1.0, 2.2)."""


def shown(text: str) -> str:
    r"""Return a text as a document can hold it: a character that it has no form for is shown by its code.

    >>> shown("a\x00b")
    'a\\x00b'
    """
    return _IN_NO_DOCUMENT.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)


def label_or_nothing(name: str | None) -> str | None:
    """Return a name as tables show it, None where nobody told one."""
    return None if name is None else label(name)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "lot"), counted(2, "lot")
    ('1 lot', '2 lots')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def seqs_text(seqs: Sequence[int]) -> str:
    """Return the entries that a row rests on: `4, 7, 9`."""
    return ", ".join(str(seq) for seq in seqs)
