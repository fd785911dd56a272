"""Who may have received affected goods, as a report: one row for each customer, shipment and lot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from thread.reports.report import Cell, Column, Report, seqs_text
from thread.values.names import label

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
    Column("Unit"),
    Column("Serials"),
    Column("In time"),
    Column("Certain"),
    Column("Entries"),
)


def customers_report(scope: Mapping[str, Any]) -> Report:
    """Return the report of the customers in a recall scope in its published JSON form.

    *In time* is no where the goods cannot really have been reached before they left; they are listed all the same.
    *Certain* is no where only one of several candidates leads to the lot.
    """
    totals = scope["totals"]
    complete = (
        "The scope is complete."
        if scope["complete"]
        else f"The scope is not complete: it was cut at {', '.join(label(name) for name in scope['frontier'])}."
    )
    rows = tuple(_rows(scope))
    counts = f"{totals['customers']} customers, {totals['shipments']} shipments, {totals['lots']} lots in the scope."
    return Report(
        "customers",
        f"Customers affected by {', '.join(label(name) for name in scope['start'])}",
        tuple(("Starts from", name) for name in scope["start"]),
        _COLUMNS,
        rows,
        (complete, counts),
        scope["ledger"],
    )


def _rows(scope: Mapping[str, Any]) -> Iterator[tuple[Cell, ...]]:
    lots = {lot["id"]: lot for lot in scope["lots"]}
    for customer in scope["customers"]:
        who = "nobody told" if customer["customer"] is None else label(customer["customer"])
        for name in customer["lots"]:
            lot = lots[name]
            lines = [line for line in lot["where"] if _went_with(line, customer)]
            for line in lines or [None]:
                yield _row(who, customer, lot, line)


def _went_with(line: Mapping[str, Any], customer: Mapping[str, Any]) -> bool:
    return line["shipment"] in customer["shipments"] and line["customer"] == customer["customer"]


def _row(
    who: str, customer: Mapping[str, Any], lot: Mapping[str, Any], line: Mapping[str, Any] | None
) -> tuple[Cell, ...]:
    """Return the row of a lot in a shipment; without a line of its account only that it was in one of them is known."""
    shipments = customer["shipments"] if line is None else [line["shipment"]]
    serials = lot["serials"] if line is None else line["serials"]
    return (
        who,
        ", ".join(label(name) for name in shipments),
        ", ".join(one["event_time"] for one in customer["departures"] if one["shipment"] in shipments) or None,
        lot["lot"] or label(lot["id"]),
        None if lot["item"] is None else label(lot["item"]),
        lot["id"],
        None if line is None else line["quantity"],
        None if line is None else line["quantity_max"],
        lot["unit"],
        ", ".join(
            one["first"] if one["first"] == one["last"] else f"{one['first']} to {one['last']}" for one in serials
        ),
        "yes" if lot["in_time"] and customer["in_time"] else "no",
        "yes" if lot["certain"] else "no",
        seqs_text(lot["why"]["entries"] if line is None else line["entries"]),
    )
