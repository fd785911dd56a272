"""The table of findings: what each code means, how much it weighs, and what to do about it.

Data only: the reference page is made from it. Facts that were forced have one code for each rule that can be forced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from thread.acceptance.rules import RULES

__all__ = ["FORCED", "KINDS", "SEVERITIES", "SORTS", "Severity", "Sort", "forced_code"]

Severity = Literal["high", "medium", "low"]

SEVERITIES: Final[tuple[Severity, ...]] = ("high", "medium", "low")
"""From what may harm somebody or void a recall, to what only should be known."""

FORCED: Final = "forced"
"""How the code of a forced fact begins."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of finding. `kind`: the group that it is asked for by."""

    code: str
    kind: str
    severity: Severity
    title: str
    says: str
    to_do: str


_STOCK_TO_DO: Final = "Record the receipt, output or return that is missing, or correct the quantity."

_FOUND: Final = (
    Sort(
        "negative-stock",
        "stock",
        "high",
        "More was taken than there was",
        "The books of a lot go below zero: a receipt or output was never told, was voided, or a quantity is wrong.",
        _STOCK_TO_DO,
    ),
    Sort(
        "moved-more",
        "stock",
        "medium",
        "More was moved than there was",
        "An event moved, packed or delivered more of a lot than the books held there.",
        _STOCK_TO_DO,
    ),
    Sort(
        "stock-missing",
        "stock",
        "medium",
        "Stock is missing",
        "Less was counted than the books held, and nobody explained the difference.",
        "Find out where it went and record that (scrap, issue, shipment), or close the finding with the reason.",
    ),
    Sort(
        "stock-found",
        "stock",
        "medium",
        "Stock was found",
        "More was counted than the books held, or material was found; nobody explained where it came from.",
        "Find out how it came and record that, or close the finding with the reason.",
    ),
    Sort(
        "unresolved",
        "stock",
        "high",
        "Nobody told how the lot came",
        "A lot is used or shipped, but no entry tells its receipt, output or opening stock.",
        "Record how the lot came, or correct its name where it was used.",
    ),
    Sort(
        "incomplete",
        "stock",
        "medium",
        "A quantity is not counted",
        "An event moved the lot without a quantity in the lot's unit, so its balance lacks that movement.",
        "Correct the entry and tell the quantity in the lot's own unit.",
    ),
    Sort(
        "wrong-unit",
        "stock",
        "medium",
        "Told in another unit",
        "A quantity is told in another unit than the lot is kept in; units are never converted.",
        "Correct the entry to the unit of the lot.",
    ),
    Sort(
        "item-unit",
        "stock",
        "medium",
        "Not a unit of the item",
        "Material came in a unit that its item is not kept in, and that the item has no factor for.",
        "Correct the entry to a unit of the item, or define the item with the factor for that unit.",
    ),
    Sort(
        "returned-not-issued",
        "stock",
        "medium",
        "More returned than issued",
        "More came back from an order than went into it.",
        "Correct the issue or the return.",
    ),
    Sort(
        "returned-not-shipped",
        "stock",
        "medium",
        "More returned than shipped",
        "More came back from a customer than was shipped there.",
        "Correct the shipment or the return.",
    ),
    Sort(
        "lost-not-issued",
        "stock",
        "medium",
        "More lost than issued",
        "More was lost in an order than went into it.",
        "Correct the issue or the loss.",
    ),
    Sort(
        "removed-not-fitted",
        "stock",
        "medium",
        "Part was not in the unit",
        "A part was taken out of a unit that no entry tells it was fitted into.",
        "Record when it was fitted, or correct the part.",
    ),
    Sort(
        "lot-held",
        "use",
        "high",
        "Held material was used",
        "Material under a hold was used or shipped.",
        "Find out where it went (`thread recall scope`), and record the decision about it.",
    ),
    Sort(
        "lot-expired",
        "use",
        "high",
        "Expired material was used",
        "Material was used or shipped after its expiry.",
        "Find out where it went (`thread recall scope`); if it was retested, record that as lot_changed.",
    ),
    Sort(
        "one-of-open",
        "names",
        "medium",
        "One of several lots",
        "An entry names several lots that it may have been; each stays possible in every trace and recall.",
        "Correct the entry when it is known which lot it was.",
    ),
    Sort(
        "unassigned-used",
        "names",
        "medium",
        "May have been used already",
        "Material was used that another entry, which names several lots, may have taken.",
        "Correct that other entry: say which lot it was.",
    ),
    Sort(
        "one-of-counted",
        "names",
        "medium",
        "Counted, though it may have been taken",
        "A count found material that another entry, which names several lots, may have taken.",
        "Correct that other entry: say which lot it was.",
    ),
    Sort(
        "captured-odd",
        "names",
        "low",
        "Odd in a partner's document",
        "What others told could be read only in part: something in their document is not as the standard has it.",
        "Ask the partner for a better document, or close the finding with what it means.",
    ),
    Sort(
        "contents-declared",
        "names",
        "low",
        "Nobody looked inside",
        "What is in a container is known from its sender only.",
        "Look inside and record it (packed, told: verified), or close the finding with the reason.",
    ),
    Sort(
        "lot-reused",
        "names",
        "low",
        "Lot code used again",
        "The code was used before for other material; what was made of the earlier lot has nothing to do with it.",
        "Make sure that the two are told apart on labels and papers.",
    ),
    Sort(
        "name-malformed",
        "names",
        "medium",
        "Malformed name",
        "A text looks like a GS1 name but is none; it was kept as given and joins nothing that is named rightly.",
        "Correct the entry with the right name.",
    ),
    Sort(
        "duplicate-delivery",
        "duplicates",
        "high",
        "The same delivery twice?",
        "Two receipts tell the same goods, document and quantity.",
        "Void one of the two; if it came twice, close the finding with the reason.",
    ),
    Sort(
        "hold-open",
        "holds",
        "medium",
        "Hold open for long",
        "Goods are blocked and nobody decided about them.",
        "Decide, and record hold_released; or close the finding with the reason for waiting.",
    ),
    Sort(
        "booked-late",
        "late",
        "low",
        "Booked late",
        "The entry was recorded much later than what it tells happened, so it may rest on memory.",
        "Make sure that the facts are right, and close the finding with the reason for the delay.",
    ),
    Sort(
        "signature-void",
        "signatures",
        "high",
        "Signature no longer holds",
        "What was signed was corrected afterwards.",
        "Look at the correction and sign the entry again.",
    ),
    Sort(
        "fsma204-missing",
        "fields",
        "medium",
        "Key data elements are missing",
        "An entry about food on the FDA Food Traceability List lacks key data elements of its tracking event.",
        "Correct the entry: tell the fields that are named.",
    ),
    Sort(
        "eu178-missing",
        "fields",
        "medium",
        "One step back or forward is missing",
        "An entry does not tell from whom goods came, or to whom they went (Regulation (EC) 178/2002, article 18).",
        "Correct the entry: tell the fields that are named.",
    ),
    *(
        Sort(
            f"ipc1782-{level}-missing",
            "fields",
            "low",
            f"Not recorded for IPC-1782 level {level}",
            f"An entry lacks what traceability of level {level} has to record.",
            "Correct the entry: tell the fields that are named; or ask for a lower level of the item.",
        )
        for level in (1, 2, 3, 4)
    ),
)

_HIGH_IF_FORCED: Final = frozenset(
    {"lot-held", "lot-quarantined", "lot-expired", "lot-retained", "lot-unknown", "quantity-exceeded", "later-use"}
)
"""Rules whose breach may have reached a customer, or leaves a trace without its beginning."""


def forced_code(rule: str) -> str:
    """Return the code of the finding that an entry was forced against a rule.

    >>> forced_code("lot-held")
    'forced-lot-held'
    """
    return f"{FORCED}-{rule}"


def _forced_sorts() -> tuple[Sort, ...]:
    return tuple(
        Sort(
            forced_code(rule.code),
            FORCED,
            "high" if rule.code in _HIGH_IF_FORCED else "medium",
            f"Forced: {rule.title[0].lower()}{rule.title[1:]}",
            f"An entry was recorded by force against the rule `{rule.code}`: {rule.says[0].lower()}{rule.says[1:]}",
            "Look into the reason that was given; correct what was wrong, or close the finding.",
        )
        for rule in RULES.values()
        if rule.forceable
    )


SORTS: Final[Mapping[str, Sort]] = MappingProxyType({one.code: one for one in (*_FOUND, *_forced_sorts())})
"""Every sort of finding by its code."""

KINDS: Final = tuple(dict.fromkeys(one.kind for one in SORTS.values()))
"""The groups that findings can be asked for by."""
