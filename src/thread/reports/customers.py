"""Who may have received affected goods, as a report: one row for each customer, shipment and lot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from thread.genealogy.sent import Sent
from thread.reports.report import Cell, Column, Report, counted, seqs_text
from thread.values.names import label
from thread.values.quantity import decimal_text, exact_sum

__all__ = ["customers_report"]

_COLUMNS: Final = (
    Column("Customer"),
    Column("Shipment"),
    Column("Left at", "time"),
    Column("Lot"),
    Column("Item"),
    Column("Lot name", "name"),
    Column("Quantity", "amount"),
    Column("At most", "amount"),
    Column("Shipped", "amount"),
    Column("Returned", "amount"),
    Column("Still there", "amount"),
    Column("Unit"),
    Column("Serials"),
    Column("In time"),
    Column("Certain"),
    Column("Entries"),
)


SentOf = Callable[[str, str, str | None], Sent]
"""What went of a lot under a shipment to a customer; all three by name."""


def customers_report(scope: Mapping[str, Any], sent_of: SentOf) -> Report:
    """Return the report of the customers in a recall scope in its published JSON form.

    *Quantity* is what the customer still has, the least of it where *At most* is told. *Shipped*, *Returned* (refused
    too) and *Still there* are blank where nobody told which lot or which serials went.
    *In time* is no where the goods cannot really have been reached before they left; they are listed all the same.
    *Certain* is no where only one of several candidates leads to the lot, or left with the shipment.
    """
    totals = scope["totals"]
    complete = (
        "The scope is complete."
        if scope["complete"]
        else f"The scope is not complete: it was cut at {', '.join(label(name) for name in scope['frontier'])}."
    )
    rows = tuple(_rows(scope, sent_of))
    counts = ", ".join(counted(totals[f"{noun}s"], noun) for noun in ("customer", "shipment", "lot"))
    return Report(
        "customers",
        f"Customers affected by {', '.join(label(name) for name in scope['start'])}",
        tuple(("Starts from", name) for name in scope["start"]),
        _COLUMNS,
        rows,
        (complete, f"{counts} in the scope."),
        scope["ledger"],
    )


def _rows(scope: Mapping[str, Any], sent_of: SentOf) -> Iterator[tuple[Cell, ...]]:
    lots = {lot["id"]: lot for lot in scope["lots"]}
    for customer in scope["customers"]:
        for shipment in customer["shipments"]:
            departures = [one for one in customer["departures"] if one["shipment"] == shipment]
            for name in dict.fromkeys(lot for one in departures for lot in one["lots"]):
                lot = lots[name]
                yield _row(customer, departures, lot, sent_of(name, shipment, customer["customer"]))


def _row(
    customer: Mapping[str, Any], departures: Sequence[Mapping[str, Any]], lot: Mapping[str, Any], sent: Sent
) -> tuple[Cell, ...]:
    """Return the row of a lot in a shipment; without a line of its account only that it was in it is known."""
    shipment = departures[0]["shipment"]
    lines = [line for line in lot["where"] if _went_with(line, shipment, customer["customer"])]
    still = _amount(sent.still_there)
    least, most = _amounts(lines) if still is None else (still, None)
    here = [(one["first"], one["last"]) for line in lines for one in line["serials"]]
    serials = here or [span.bounds for span in sent.spans]
    if not lines and not serials:
        serials = [(one["first"], one["last"]) for one in lot["serials"]]
    entries = {seq for line in lines for seq in line["entries"]}.union(sent.entries)
    if not entries:
        entries = {seq for one in departures for seq in one["entries"]}
    return (
        "nobody told" if customer["customer"] is None else label(customer["customer"]),
        label(shipment),
        ", ".join(one["event_time"] for one in departures if lot["id"] in one["lots"]) or None,
        lot["lot"] or label(lot["id"]),
        None if lot["item"] is None else label(lot["item"]),
        lot["id"],
        least,
        most,
        _amount(sent.shipped),
        _amount(sent.returned),
        still,
        lot["unit"],
        ", ".join(first if first == last else f"{first} to {last}" for first, last in serials),
        "yes" if lot["in_time"] and customer["in_time"] else "no",
        "yes" if lot["certain"] and any(one["certain"] for one in departures if lot["id"] in one["lots"]) else "no",
        seqs_text(sorted(entries)),
    )


def _went_with(line: Mapping[str, Any], shipment: str, customer: str | None) -> bool:
    return bool(line["shipment"] == shipment and line["customer"] == customer)


def _amounts(lines: Sequence[Mapping[str, Any]]) -> tuple[str | None, str | None]:
    """Return the least and, where nobody knows how much, the most that lines come to together."""
    if not lines:
        return None, None
    least = exact_sum(Decimal(line["quantity"]) for line in lines)
    if all(line["quantity_max"] is None for line in lines):
        return decimal_text(least), None
    highs = (line["quantity"] if line["quantity_max"] is None else line["quantity_max"] for line in lines)
    return decimal_text(least), decimal_text(exact_sum(Decimal(high) for high in highs))


def _amount(quantity: Decimal | None) -> str | None:
    return None if quantity is None else decimal_text(quantity)
