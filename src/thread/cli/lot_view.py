"""The card of a lot and its balance, as pages for people. Both read the published JSON, so they show what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from thread.cli.history_view import show_history
from thread.cli.words import amount_words, count_words, entries_words, joined, origin_words, serials_words, time_words
from thread.genealogy.balance_words import SHORT, is_short, short_by, verdict_on
from thread.values.names import label

if TYPE_CHECKING:
    from thread.cli.output import Cell, Page

__all__ = ["show_balance", "show_card", "show_piece"]

Told = Mapping[str, Any]

_TERMS: Final = {
    "Made on": "made_on",
    "Best before": "best_before",
    "Expiry": "expiry",
    "Retest date": "retest_date",
    "Grade": "grade",
    "Planning class": "planning_class",
}

_BALANCE_HEADERS: Final = ("", "Line", "Quantity", "Place", "Owner", "State", "Entries")


def show_balance(page: Page, balance: Told) -> None:
    """Write what came in and what became of it, and whether the two are the same."""
    unit = balance["unit"] or ""
    rows = [*_balance_rows("in", balance["in"], unit), *_balance_rows("out", balance["out"], unit)]
    if not rows:
        page.line("Nothing came in, and nothing went out.")
        return
    page.table(_BALANCE_HEADERS, rows, right=("Quantity",))
    for finding in balance["findings"]:
        seqs = f" ({entries_words(finding['entries'])})" if finding["entries"] else ""
        page.line(("! ", "red"), finding["text"], seqs)
    verdict = verdict_on(balance)
    page.line((verdict.head, "green" if verdict.kind == "balances" else "bold red"), verdict.rest)


def _balance_rows(way: str, lines: Iterable[Told], unit: str) -> Iterable[tuple[Cell, ...]]:
    for number, line in enumerate(lines):
        calculated = " (calculated)" if line.get("calculated") else ""
        word = str(line["line"]).replace("_", " ")
        if is_short(line):
            word = "short by" if word == "on hand" else f"short by, {word}"
        yield (
            "" if number else (way, "bold"),
            f"{word}{calculated}",
            amount_words(str(line["quantity"]).removeprefix("-"), line.get("quantity_max"), unit),
            label(line["place"]) if line.get("place") else "",
            label(line["owner"]) if line.get("owner") else "",
            "" if is_short(line) else str(line.get("state") or "").replace("_", " "),
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
    piece = card["serial_of"]
    if piece is not None:
        _say_where_the_balance_is(page, piece, ask="lot")
    else:
        show_balance(page, {**card["balance"], "findings": ()})
    _show_origin(page, card)
    _show_holds(page, card)
    _show_arrivals(page, card)
    show_history(page, card["history"])
    page.line()
    ledger = card["ledger"]
    root = f", root {ledger['root']}" if ledger.get("root") else ""
    page.line((f"Ledger {ledger['origin']}, {count_words(ledger['size'], 'entry')}{root}", "dim"))


def _identity(card: Told) -> Iterable[tuple[str, str]]:
    yield "Name", card["id"]
    if card["item"]:
        yield "Item", label(card["item"])
    if card["assigner"]:
        yield "Numbered by", label(card["assigner"])
    if card["suppliers"]:
        yield "Supplier", joined(label(supplier) for supplier in card["suppliers"])
    if card["supplier_lots"]:
        yield "Supplier lots", ", ".join(card["supplier_lots"])
    for name, field in _TERMS.items():
        if card[field]:
            yield name, str(card[field])
    if card["serial_of"] is not None:
        yield from _piece(card["serial_of"])
        return
    unit = card["unit"] or ""
    status = joined(f"{amount} {unit} {name.replace('_', ' ')}" for name, amount in _there(card["status"]))
    yield "On hand", status or "nothing"
    if short := short_by(card["balance"]):
        yield "Short by", f"{short}: {SHORT}"
    places = joined(_at_place(place, unit) for place in card["places"] if not is_short(place))
    if places:
        yield "Where", places
    containers = joined(f"{held['quantity']} {unit} in {label(held['container'])}" for held in card["containers"])
    if containers:
        yield "In containers", containers


def show_piece(page: Page, piece: Told, *, ask: str) -> None:
    """Write of which lot a single piece is and where it is, in place of the balance that only its lot has.

    `ask`: the command that shows the balance of the lot.
    """
    for name, value in _piece(piece):
        page.line((f"{name:<15}", "dim"), value)
    _say_where_the_balance_is(page, piece, ask=ask)


def _say_where_the_balance_is(page: Page, piece: Told, *, ask: str) -> None:
    page.line(f"Quantities are kept by lot. For the balance: thread {ask} {piece['lot']}")


def _piece(piece: Told) -> Iterable[tuple[str, str]]:
    """Yield what a serial is a piece of, and where it is or went."""
    yield "Serial", piece["serial"]
    yield "Piece of lot", label(piece["lot"])
    where = [_piece_words(one) for one in piece["where"]]
    if len(where) > 1:
        yield "Where", f"nobody told which: {', '.join(where[:-1])} or {where[-1]}"
    else:
        yield "Where", where[0] if where else "nobody told"


def _piece_words(place: Told) -> str:
    words = [str(place["line"]).replace("_", " ")]
    if place["state"] and place["state"] != "free":
        words.append(f"({place['state'].replace('_', ' ')})")
    prepositions = {
        "place": "at",
        "container": "in container",
        "order": "into order" if place["line"] == "consumed" else "under order",
        "shipment": "in shipment",
        "customer": "to",
    }
    words += [f"{word} {label(place[name])}" for name, word in prepositions.items() if place[name]]
    return f"{' '.join(words)} ({entries_words(place['entries'])})"


def _there(amounts: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, amount) for name, amount in amounts.items() if amount.strip("0.") and not amount.startswith("-")]


def _at_place(place: Told, unit: str) -> str:
    where = f"at {label(place['place'])}" if place["place"] else "at a place that nobody told"
    return f"{place['quantity']} {unit} {where}"


def _show_findings(page: Page, card: Told) -> None:
    if not card["findings"]:
        return
    page.heading("Findings")
    for finding in card["findings"]:
        sign: Cell = ("! ", "red") if finding["open"] else "  "
        seqs = f" ({entries_words(finding['entries'])})" if finding["entries"] else ""
        why = f", because: {finding['reason']}" if finding["reason"] else ""
        page.line(sign, finding["text"], seqs, why, "" if finding["open"] else ", made good since")


def _show_origin(page: Page, card: Told) -> None:
    parts = card["origin_parts"]
    if not parts:
        return
    page.heading("Origin")
    unit = card["unit"]
    words = {"JIT": "just in time, for a firm demand", "JIC": "just in case", "UNKNOWN": "nobody told why"}
    rows = [
        (
            (part["mode"], "cyan"),
            amount_words(part["quantity"], None, unit),
            words.get(part["mode"], ""),
            (part.get("trigger") or "").replace("_", " "),
            ", ".join(
                f"{amount_words(peg['quantity'], None, unit)} for {peg['demand']}" for peg in part.get("pegs", ())
            ),
        )
        for part in parts
    ]
    page.table(("Origin", "Quantity", "Meaning", "Trigger", "Demand"), rows, right=("Quantity",))


def _show_holds(page: Page, card: Told) -> None:
    if not card["holds"]:
        return
    page.heading("Holds")
    for hold in card["holds"]:
        what = serials_words(hold["serials"]) or amount_words(hold["quantity"], None, card["unit"]) or "all of it"
        where = f" at {label(hold['place'])}" if hold["place"] else ""
        inside = f" in {label(hold['container'])}" if hold["container"] else ""
        text = f" blocks {what}{where}{inside}: {hold['reason']} ({entries_words(hold['entries'])})"
        page.line((hold["hold_id"], "bold red"), text)


def _show_arrivals(page: Page, card: Told) -> None:
    if not card["arrivals"]:
        return
    page.heading("Arrivals")
    rows = [
        (
            ", ".join(str(seq) for seq in arrival["entries"]),
            time_words(arrival["event_time"]),
            arrival["kind"],
            f"{arrival['quantity']['value']} {arrival['quantity']['unit']}",
            origin_words(arrival["origin"]),
            label(arrival["supplier"]) if arrival["supplier"] else "",
            ", ".join(arrival["supplier_lots"]),
            ", ".join(f"{paper['type'].replace('_', ' ')} {paper['number']}" for paper in arrival["documents"]),
        )
        for arrival in card["arrivals"]
    ]
    headers = ("Entries", "When", "How", "Quantity", "Origin", "Supplier", "Supplier lots", "Documents")
    page.table(headers, rows, right=("Quantity",))
