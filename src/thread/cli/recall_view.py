"""A recall scope as a page for whoever has to act on it: who must be told, what is where, and whether that is all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from thread.cli.words import (
    GAP_WORDS,
    NOT_IN_TIME,
    amount_words,
    count_words,
    entries_words,
    joined,
    serials_words,
    time_words,
)
from thread.values.names import label
from thread.values.serials import Span, span_of, without
from thread.values.serials import joined as joined_spans

if TYPE_CHECKING:
    from thread.cli.output import Cell, Page

__all__ = ["show_scope"]

Told = Mapping[str, Any]

_COUNTED: Final = ("lot", "container", "shipment", "customer")


def show_scope(page: Page, scope: Told) -> None:
    """Write a scope: headline and totals, customers, lots with where they are now, then what it rests on."""
    page.line("Recall scope of ", (joined(label(name) for name in scope["start"]), "bold"))
    totals = scope["totals"]
    reached = [count_words(totals[f"{noun}s"], noun) for noun in _COUNTED if f"{noun}s" in totals]
    if scope["complete"]:
        page.line(("Complete", "green"), f": {joined(reached)} may be affected.")
    else:
        cut = joined(label(name) for name in scope["frontier"])
        page.line(("Cut", "bold yellow"), f" at {cut}; shown: {joined(reached)} that may be affected.")
    if "lots_in_time" in totals and totals["lots_in_time"] != totals["lots"]:
        page.line(f"Of the lots, {totals['lots_in_time']} can have been reached in time; the others are {NOT_IN_TIME}.")
    _show_customers(page, scope["customers"], scope["lots"])
    _show_lots(page, scope["lots"])
    _show_containers(page, scope)
    _show_notes(page, scope)


def _show_customers(page: Page, customers: Iterable[Told], lots: Iterable[Told]) -> None:
    """Write one row for each departure: what a customer has to look for, and since when."""
    by_name = {lot["id"]: lot for lot in lots}
    rows = [
        (
            (label(one["customer"]) if one["customer"] else "nobody told to whom", "bold") if number == 0 else "",
            departure["number"],
            time_words(departure["event_time"]),
            ", ".join(_lot_in(departure["shipment"], lot, by_name.get(lot)) for lot in departure["lots"]),
            (", ".join(_doubts(departure)), "yellow"),
        )
        for one in customers
        for number, departure in enumerate(one["departures"])
    ]
    page.heading("Customers to tell")
    if rows:
        page.table(("Customer", "Shipment", "Left", "Lots", "Marks"), rows)
    else:
        page.line("None: nothing affected has been shipped to a customer.")


def _doubts(told: Told) -> list[str]:
    """Return what is less than certain about a lot or a departure."""
    return [*([] if told["in_time"] else [NOT_IN_TIME]), *([] if told["certain"] else ["uncertain"])]


def _show_lots(page: Page, lots: Iterable[Told]) -> None:
    page.heading("Affected lots, and where they are now")
    rows: list[tuple[Cell, ...]] = []
    for lot in lots:
        marks = _doubts(lot)
        if str(lot["held"]).strip("0."):
            marks.append(f"{amount_words(lot['held'], None, lot['unit'])} held")
        where = lot["where"] or [{}]
        for number, place in enumerate(where):
            first = number == 0
            rows.append(
                (
                    str(lot["depth"]) if first else "",
                    (_lot_words(lot), "bold") if first else "",
                    amount_words(lot["quantity"], None, lot["unit"]) if first else "",
                    _where_words(place) + _serials_there(place),
                    amount_words(place.get("quantity"), place.get("quantity_max"), lot["unit"]),
                    (", ".join(marks) if first else "", "yellow"),
                )
            )
    page.table(("Depth", "Lot", "In all", "Where", "How much", "Marks"), rows, right=("Depth",))


def _show_containers(page: Page, scope: Told) -> None:
    if not scope["containers"]:
        return
    page.heading("Containers that hold or held them")
    rows = [
        (
            (label(container), "bold"),
            ", ".join(label(lot["id"]) for lot in scope["lots"] if container in lot["containers"]),
        )
        for container in scope["containers"]
    ]
    page.table(("Container", "Lots"), rows)


def _lot_in(shipment: str, name: str, lot: Told | None) -> str:
    """Return a lot with those of its affected serials that are known to have gone with a shipment."""
    if lot is None:
        return label(name)
    there = [span for place in lot["where"] if place["shipment"] == shipment for span in _spans(place["serials"])]
    affected = _spans(lot["serials"])
    if affected:
        there = list(without(tuple(there), without(tuple(there), affected)))
    serials = serials_words([dict(zip(("first", "last"), span.bounds, strict=True)) for span in joined_spans(there)])
    return f"{label(name)} [{serials}]" if serials else label(name)


def _spans(ranges: Iterable[Told]) -> tuple[Span, ...]:
    return tuple(span_of(one["first"], one["last"]) for one in ranges)


def _lot_words(lot: Told) -> str:
    serials = serials_words(lot["serials"])
    return f"{label(lot['id'])} [{serials}]" if serials else label(lot["id"])


def _serials_there(place: Told) -> str:
    serials = serials_words(place.get("serials", ()))
    return f" [{serials}]" if serials else ""


def _where_words(place: Told) -> str:
    if not place:
        return "nobody told"
    words = [str(place["line"]).replace("_", " ")]
    if place.get("state") and place["state"] != "free":
        words.append(f"({str(place['state']).replace('_', ' ')})")
    if place.get("place"):
        words.append(f"at {label(place['place'])}")
    if place.get("container"):
        words.append(f"in {label(place['container'])}")
    if place.get("shipment"):
        words.append(f"in shipment {label(place['shipment'])}")
    receiver = place.get("customer") or place.get("consignee")
    if receiver:
        words.append(f"to {label(receiver)}")
    return " ".join(words)


def _show_notes(page: Page, scope: Told) -> None:
    if scope["gaps"]:
        page.heading("Rests on less than a plain fact")
        for gap in scope["gaps"]:
            why = joined(GAP_WORDS.get(code, code) for code in gap["codes"])
            page.line(f"- {label(gap['id'])}: {why} ({entries_words(gap['entries'])}).")
    removed = [one for one in scope["removed_by"] if one["kind"] != "activity"]
    if removed:
        page.heading("Left out, and why")
        for removal in removed:
            page.line(
                f"- {label(removal['id'])} was in this scope before {entries_words(removal['entries'])} corrected what"
                " was told."
            )
    ledger = scope["ledger"]
    page.line()
    root = f", root {ledger['root']}" if ledger.get("root") else ""
    page.line((f"Ledger {ledger['origin']}, {count_words(ledger['size'], 'entry')}{root}", "dim"))
