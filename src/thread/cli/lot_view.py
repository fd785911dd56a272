"""The card of a lot and its balance, as pages for people. Both read the published JSON, so they show what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from thread.cli.words import amount_words, count_words, entries_words, joined
from thread.values.names import label

if TYPE_CHECKING:
    from thread.cli.output import Cell, Page

__all__ = ["show_balance", "show_card"]

Told = Mapping[str, Any]

_BALANCE_HEADERS: Final = ("", "Line", "Quantity", "Place", "Owner", "State", "Entries")


def show_balance(page: Page, balance: Told) -> None:
    """Write what came in and what became of it, and whether the two are the same."""
    unit = balance["unit"] or ""
    rows = [*_balance_rows("in", balance["in"]), *_balance_rows("out", balance["out"])]
    if rows:
        page.table(_BALANCE_HEADERS, rows, right=("Quantity",))
    difference = str(balance["difference"])
    if difference.strip("-0."):
        page.line(("Does not balance", "bold red"), f": {difference} {unit} of difference between in and out.")
    else:
        page.line(("Balances", "green"), ": what came in equals what went out and what is there.")


def _balance_rows(way: str, lines: Iterable[Told]) -> Iterable[tuple[Cell, ...]]:
    for number, line in enumerate(lines):
        calculated = " (calculated)" if line.get("calculated") else ""
        yield (
            "" if number else (way, "bold"),
            f"{str(line['line']).replace('_', ' ')}{calculated}",
            amount_words(line["quantity"], line.get("quantity_max"), None),
            label(line["place"]) if line.get("place") else "",
            label(line["owner"]) if line.get("owner") else "",
            str(line.get("state") or "").replace("_", " "),
            _seqs(line.get("entries", ())),
        )


def _seqs(seqs: Sequence[int], *, most: int = 6) -> str:
    more = f" and {len(seqs) - most} more" if len(seqs) > most else ""
    return ", ".join(str(seq) for seq in seqs[:most]) + more


def show_card(page: Page, card: Told) -> None:
    """Write everything about a lot, the most asked first."""
    page.line((label(card["id"]), "bold"))
    for name, value in _identity(card):
        page.line((f"{name:<15}", "dim"), value)
    _show_findings(page, card)
    page.heading("Balance")
    show_balance(page, card["balance"])
    _show_origin(page, card)
    _show_holds(page, card)
    _show_arrivals(page, card)
    _show_history(page, card["history"])
    page.line()
    ledger = card["ledger"]
    root = f", root {ledger['root']}" if ledger.get("root") else ""
    page.line((f"Ledger {ledger['origin']}, {count_words(ledger['size'], 'entry')}{root}", "dim"))


def _identity(card: Told) -> Iterable[tuple[str, str]]:
    yield "Name", card["id"]
    if card.get("item"):
        yield "Item", label(card["item"])
    if card.get("assigner"):
        yield "Numbered by", label(card["assigner"])
    if card.get("supplier_lots"):
        yield "Supplier lots", ", ".join(card["supplier_lots"])
    unit = (card.get("balance") or {}).get("unit")
    status = joined(f"{amount} {unit or ''} {name.replace('_', ' ')}" for name, amount in _there(card["status"]))
    yield "On hand", status or "nothing"
    places = joined(_place_words(place, unit) for place in card.get("places", ()))
    if places:
        yield "Where", places
    containers = joined(_name_of(container, "container") for container in card.get("containers", ()))
    if containers:
        yield "Held by", containers


def _there(amounts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, amount) for name, amount in amounts.items() if amount.strip("0.")]


def _place_words(place: Told | str, unit: str | None) -> str:
    if isinstance(place, str):
        return label(place)
    where = label(place["place"]) if place.get("place") else "no place told"
    amount = amount_words(place.get("quantity"), place.get("quantity_max"), place.get("unit") or unit)
    state = str(place.get("state") or "").replace("_", " ")
    return f"{amount} at {where}{f' ({state})' if state and state != 'free' else ''}"


def _name_of(told: Told | str, field: str) -> str:
    return label(told if isinstance(told, str) else told.get(field) or told["id"])


def _show_findings(page: Page, card: Told) -> None:
    findings = card.get("findings") or ()
    if not findings:
        return
    page.heading("Findings")
    for finding in findings:
        seqs = finding.get("entries") or ([finding["seq"]] if finding.get("seq") is not None else [])
        where = f" ({entries_words(seqs)})" if seqs else ""
        page.line(("! ", "red"), str(finding.get("text") or finding["code"]), where)


def _show_origin(page: Page, card: Told) -> None:
    parts = card.get("origin_parts") or ()
    if not parts:
        return
    page.heading("Origin")
    words = {"JIT": "just in time, for a firm demand", "JIC": "just in case", "UNKNOWN": "nobody told why"}
    rows = [
        (
            (part["mode"], "cyan"),
            part["quantity"],
            words.get(part["mode"], ""),
            (part.get("trigger") or "").replace("_", " "),
            ", ".join(f"{peg['quantity']} for {peg['demand']}" for peg in part.get("pegs", ())),
        )
        for part in parts
    ]
    page.table(("Origin", "Quantity", "Meaning", "Trigger", "Demand"), rows, right=("Quantity",))


def _show_holds(page: Page, card: Told) -> None:
    holds = card.get("holds") or ()
    if not holds:
        return
    page.heading("Holds")
    for hold in holds:
        amount = amount_words(hold.get("quantity"), None, (card.get("balance") or {}).get("unit")) or "all of it"
        seqs = hold.get("entries") or ()
        reason = f": {hold['reason']}" if hold.get("reason") else ""
        name = str(hold.get("hold_id") or hold.get("hold") or hold.get("id"))
        page.line((name, "bold red"), f" blocks {amount}{reason}", f" ({entries_words(seqs)})" if seqs else "")


def _show_arrivals(page: Page, card: Told) -> None:
    arrivals = card.get("arrivals") or ()
    if not arrivals:
        return
    page.heading("Arrivals")
    rows = [
        (
            str(arrival.get("seq", "")),
            str(arrival.get("event_time") or arrival.get("time") or ""),
            _quantity(arrival.get("quantity"), arrival.get("unit")),
            label(arrival["supplier"]) if arrival.get("supplier") else "",
            ", ".join(arrival.get("supplier_lots") or ()),
            ", ".join(_document_words(document) for document in arrival.get("documents") or ()),
        )
        for arrival in arrivals
    ]
    page.table(("Entry", "When", "Quantity", "Supplier", "Supplier lots", "Documents"), rows, right=("Entry",))


def _quantity(told: object, unit: object) -> str:
    if isinstance(told, Mapping):
        return f"{told['value']} {told['unit']}"
    return f"{told or ''} {unit or ''}".strip()


def _document_words(document: Told | str) -> str:
    return document if isinstance(document, str) else f"{document['type'].replace('_', ' ')} {document['number']}"


def _show_history(page: Page, history: Sequence[Told]) -> None:
    page.heading("History")
    rows = []
    for entry in history:
        corrected = entry.get("corrected_by")
        seqs = corrected if isinstance(corrected, list | tuple) else [corrected] if corrected is not None else []
        note = f"corrected by {entries_words(seqs)}" if seqs else ""
        forced = "forced" if entry.get("forced") else ""
        rows.append(
            (
                str(entry["seq"]),
                str(entry.get("event_time") or entry.get("time_from") or ""),
                (str(entry["text"]), "dim strike" if seqs else ""),
                str(entry.get("actor") or entry.get("by") or ""),
                (", ".join(text for text in (note, forced) if text), "yellow"),
            )
        )
    page.table(("Entry", "When", "What happened", "By", "Note"), rows, right=("Entry",))
