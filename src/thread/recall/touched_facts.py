"""What a correction touches, as values and in their published form.

Which lots, answers, shipments and signatures these are: `thread.recall.touched`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from thread.genealogy.lot_card import OpenFinding
from thread.genealogy.signatures import VoidSignature
from thread.values.names import label

__all__ = [
    "NOTHING_TOUCHED",
    "Amount",
    "AnswerChange",
    "BalanceChange",
    "Difference",
    "OpenShipment",
    "Side",
    "Touched",
    "TouchedLot",
    "TouchedSignature",
    "Way",
]

Way = Literal["leaves", "enters", "stays"]
Side = Literal["in", "out"]
Amount = tuple[str, str | None]
"""A quantity as decimal text, and the high end where it is a range."""


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """A line of a balance that says something else; None: there is no such line."""

    side: Side
    line: str
    place: str | None
    owner: str | None
    state: str | None
    calculated: bool
    before: Amount | None
    after: Amount | None

    def as_json(self) -> dict[str, object]:
        """The line as a preview prints it."""
        return {
            "side": self.side,
            "line": self.line,
            "place": self.place,
            "owner": self.owner,
            "state": self.state,
            "calculated": self.calculated,
            "before": _amount_json(self.before),
            "after": _amount_json(self.after),
        }


@dataclass(frozen=True, slots=True)
class TouchedLot:
    """A lot that the entry names, or for which something changes."""

    lot: str
    unit: str | None
    is_named: bool
    """Whether the entry names it, before or after; else it lies beside: in the same order, shipment or hold."""
    balance: tuple[BalanceChange, ...]
    opened: tuple[OpenFinding, ...]
    """Findings that it gets."""
    closed: tuple[OpenFinding, ...]
    """Findings that it loses."""

    @property
    def changes(self) -> bool:
        """Whether anything changes for it."""
        return bool(self.balance or self.opened or self.closed)

    def as_json(self) -> dict[str, object]:
        """The lot as a preview prints it."""
        return {
            "id": self.lot,
            "short": label(self.lot),
            "unit": self.unit,
            "named": self.is_named,
            "balance": [change.as_json() for change in self.balance],
            "findings_opened": [_finding_json(one) for one in self.opened],
            "findings_closed": [_finding_json(one) for one in self.closed],
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Names that leave an answer, and names that enter it; sorted."""

    leaves: tuple[str, ...]
    enters: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.leaves or self.enters)

    def as_json(self) -> dict[str, object]:
        """The difference as a preview prints it."""
        return {"leaves": list(self.leaves), "enters": list(self.enters)}


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """How the answers about one lot change: its recall scope, and where it came from."""

    lot: str
    scope_lots: Difference
    scope_shipments: Difference
    scope_customers: Difference
    """Customers that somebody named."""
    where_from: Difference

    def as_json(self) -> dict[str, object]:
        """The change as a preview prints it."""
        return {
            "lot": self.lot,
            "short": label(self.lot),
            "scope": {
                "lots": self.scope_lots.as_json(),
                "shipments": self.scope_shipments.as_json(),
                "customers": self.scope_customers.as_json(),
            },
            "where_from": self.where_from.as_json(),
        }


@dataclass(frozen=True, slots=True)
class OpenShipment:
    """Goods on their way that rest on the entry: shipped, and nobody told that they arrived or came back."""

    shipment: str
    customer: str | None
    event_time: str
    way: Way
    """Whether it leaves what rests on the lots of the entry, enters it, or stays."""
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """The shipment as a preview prints it."""
        return {
            "shipment": self.shipment,
            "number": label(self.shipment),
            "customer": self.customer,
            "event_time": self.event_time,
            "change": self.way,
            "entries": list(self.entries),
        }


@dataclass(frozen=True, slots=True)
class TouchedSignature:
    """A signature that does not hold with the correction: somebody has to sign again."""

    void: VoidSignature
    was_void: bool
    """It did not hold before either, because of an earlier correction."""

    def as_json(self) -> dict[str, object]:
        """The signature as a preview prints it."""
        return {
            "seq": self.void.seq,
            "signed_by": self.void.signed_by,
            "signer": self.void.signer,
            "meaning": self.void.meaning,
            "void_before": self.was_void,
        }


@dataclass(frozen=True, slots=True)
class Touched:
    """All that a correction touches."""

    lots: tuple[TouchedLot, ...]
    """Those that the entry names first, then those beside it for which something changes; each sorted by name."""
    answers: tuple[AnswerChange, ...]
    shipments: tuple[OpenShipment, ...]
    signatures: tuple[TouchedSignature, ...]
    left_out: int
    """Lots beside the entry that were not looked at because they are too many; 0: this is all."""

    def as_json(self) -> dict[str, Any]:
        """What is touched, as a preview prints it."""
        return {
            "lots": [lot.as_json() for lot in self.lots],
            "answers": [answer.as_json() for answer in self.answers],
            "shipments": [shipment.as_json() for shipment in self.shipments],
            "signatures": [signature.as_json() for signature in self.signatures],
            "complete": not self.left_out,
            "left_out": self.left_out,
        }


NOTHING_TOUCHED: Final = Touched((), (), (), (), 0)


def _amount_json(amount: Amount | None) -> dict[str, object] | None:
    return None if amount is None else {"quantity": amount[0], "quantity_max": amount[1]}


def _finding_json(finding: OpenFinding) -> dict[str, object]:
    return {"code": finding.code, "text": finding.text, "entries": list(finding.entries)}
