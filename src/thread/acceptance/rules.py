"""The rules of acceptance: what may not be recorded as it is told, each with a stable code (EVENTS 5).

A table of data: the reference page is made from it. Which stock may be put to which use is the other table, `matrix`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `severity` is the usual one; the matrix makes some a warning for some uses."""

    code: str
    title: str
    says: str
    severity: Literal["refuse", "warn"]
    forceable: bool = True
    """Whether an event that breaks it may be recorded with a reason, because it happened all the same."""


_ALL: Final = (
    Rule("lot-unknown", "Lot unknown", "A lot is taken or touched that no entry brought into the ledger.", "refuse"),
    Rule(
        "lot-reused",
        "Lot code used again",
        "A known code comes with another supplier lot, expiry or day of making: it is another lot, and gets `~2`.",
        "warn",
    ),
    Rule(
        "duplicate-delivery",
        "Delivery told twice",
        "The same lot or supplier lot, document and quantity were recorded before under another key.",
        "refuse",
    ),
    Rule(
        "quantity-exceeded",
        "More than is there",
        "More is taken than is free at the event time, lines of one event and events of one time taken together.",
        "refuse",
    ),
    Rule(
        "over-tolerance",
        "A little more than is there",
        "More is taken than is there, but within the tolerance of the item.",
        "warn",
    ),
    Rule("later-use", "A later use would be short", "An entry of a later time used what this event takes.", "refuse"),
    Rule(
        "quantity-unknown",
        "Nobody told how much there is",
        "What others told of the lot names no quantity, so nobody can say whether there is enough.",
        "warn",
    ),
    Rule(
        "lot-held", "On hold", "Blocked material may be moved, sampled, scrapped or returned, but not used.", "refuse"
    ),
    Rule("lot-quarantined", "In quarantine", "Material that waits for its inspection may not be used.", "refuse"),
    Rule(
        "lot-expired",
        "Expired",
        "The expiry that was valid at the event time lies before the day of the event.",
        "refuse",
    ),
    Rule("lot-retained", "Retained sample", "What was kept as a sample may not be used.", "refuse"),
    Rule(
        "in-container",
        "In a container",
        "The material stands in a container that the line does not name; what the container holds would be wrong.",
        "refuse",
    ),
    Rule("in-transit", "On its way", "The material left and was not delivered or brought back yet.", "refuse"),
    Rule("on-consignment", "With a consignee", "The material is ours, but stands with a consignee.", "refuse"),
    Rule("other-site", "At another site", "The books have the material at another site.", "warn"),
    Rule("elsewhere", "At another place", "The books have the material at another place than the line tells.", "warn"),
    Rule(
        "unassigned-used",
        "May have been used already",
        "An entry with several candidates may have taken this material.",
        "warn",
    ),
    Rule("one-of-open", "One of several lots", "Nobody knows which lot it was; each stays possible.", "warn"),
    Rule("serial-gone", "Serial not on hand", "A serial was shipped, used or scrapped, or never came.", "refuse"),
    Rule("serial-reused", "Serial used twice", "A serial comes or is made that is on hand already.", "refuse"),
    Rule(
        "serial-twice",
        "Serial made twice in one event",
        "Two outputs of one event name the same serial of a lot; that cannot have happened, so no reason records it.",
        "refuse",
        forceable=False,
    ),
    Rule("wrong-unit", "Wrong unit", "The quantity is told in another unit than the lot is kept in.", "refuse"),
    Rule(
        "item-unit",
        "Not a unit of the item",
        "Material comes in a unit that its item is not kept in, and that the item has no factor for.",
        "warn",
    ),
    Rule("wrong-item", "Wrong item", "The lot is of another item than the line tells.", "refuse"),
    Rule("order-closed", "Order closed", "Material goes into an order, or out of it, after it was closed.", "refuse"),
    Rule("order-unknown", "Order unknown", "An order is closed that no entry names.", "warn"),
    Rule(
        "order-released-before", "Order released twice", "The order was released before; its origin stays that.", "warn"
    ),
    Rule(
        "made-elsewhere", "Made in two ways", "The lot came into the ledger by a receipt or another order too.", "warn"
    ),
    Rule("nothing-issued", "Nothing was issued", "An order brings forth a lot although nothing went into it.", "warn"),
    Rule(
        "returned-not-issued", "More returned than issued", "More comes back from an order than went into it.", "refuse"
    ),
    Rule("lost-not-issued", "More lost than issued", "More was lost in an order than went into it.", "refuse"),
    Rule(
        "returned-not-shipped",
        "More returned than shipped",
        "More comes back from a customer than was shipped there.",
        "refuse",
    ),
    Rule("container-empty", "Container empty", "The container held nothing at the event time.", "refuse"),
    Rule("not-in-container", "Not in that container", "More is taken out of a container than is in it.", "refuse"),
    Rule(
        "container-shipped",
        "Container left",
        "Something is packed into a container that left and did not return.",
        "warn",
    ),
    Rule(
        "container-away",
        "Container is away",
        "A container that left is used here again, though nothing tells that it or its content came back.",
        "refuse",
    ),
    Rule(
        "container-loop",
        "Container in itself",
        "A container would stand inside itself, by way of others; that cannot have happened, so no reason records it.",
        "refuse",
        forceable=False,
    ),
    Rule(
        "before-lot",
        "Before the lot existed",
        "The event time lies before the first entry that brought the lot.",
        "refuse",
    ),
    Rule("in-future", "In the future", "The event time lies ahead of the ledger's clock.", "refuse"),
    Rule("hold-unknown", "Hold unknown", "A hold is released, or named as the wider one, that no entry set.", "refuse"),
    Rule("hold-known", "Hold known", "A hold of that id was set before; the goods are added to it.", "warn"),
    Rule("shipment-unknown", "Shipment unknown", "No entry tells that the shipment left.", "refuse"),
    Rule(
        "shipment-customer-differs",
        "Shipment has another customer",
        "Goods left under that shipment number before, for another customer; one of the two numbers is wrong.",
        "warn",
    ),
    Rule("refused-not-sent", "More refused than sent", "More is told than the shipment carried.", "refuse"),
    Rule(
        "arrives-by-delivered",
        "A transfer arrives by delivered",
        "The lot is on its way between sites of ours; a receipt counts it twice.",
        "warn",
    ),
    Rule("removed-not-fitted", "Part was not in the unit", "No entry tells how the part came into the unit.", "warn"),
    Rule("vessel-empty", "Vessel empty", "Material is drawn from a vessel that nothing was filled into.", "warn"),
    Rule("old-differs", "The old value is another", "The value that is changed was not what the ledger had.", "warn"),
    Rule(
        "entry-unknown",
        "Entry unknown",
        "There is no entry of that number to correct or sign.",
        "refuse",
        forceable=False,
    ),
    Rule(
        "not-correctable",
        "Not to be corrected",
        "Corrections are corrected by correcting the first entry again; the ledger's own entries never are.",
        "refuse",
        forceable=False,
    ),
    Rule(
        "finding-unknown",
        "Finding unknown",
        "A finding is closed that is not there, or not there any more.",
        "refuse",
        forceable=False,
    ),
    Rule(
        "finding-changed",
        "Finding has changed",
        "What the finding rests on is not what was looked into; somebody has to look again.",
        "refuse",
        forceable=False,
    ),
    Rule(
        "finding-closed-before",
        "Finding closed before",
        "The finding was closed as it stands; closing it again says nothing.",
        "refuse",
        forceable=False,
    ),
    Rule(
        "finding-own",
        "Own finding",
        "A finding is closed by somebody else than those who told or did what it rests on.",
        "refuse",
        forceable=False,
    ),
    Rule(
        "already-void", "Void already", "The entry is void; voiding it again says nothing.", "refuse", forceable=False
    ),
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType({rule.code: rule for rule in _ALL})
"""Every rule by its code, in the order of the reference page."""
