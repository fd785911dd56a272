"""What a correction touches, as a page for people. It reads the published JSON, so it shows what that says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from thread.cli.history_view import reason_words
from thread.cli.words import amount_words, count_words, entries_words, joined, time_words
from thread.values.names import label

if TYPE_CHECKING:
    from thread.cli.output import Cell, Page

__all__ = ["show_preview", "show_recorded"]

Told = Mapping[str, Any]

_MOST: Final = 20
_MOST_NAMES: Final = 8


def show_preview(page: Page, preview: Told) -> None:
    """Write what a correction says and all that it touches."""
    _show_correction(page, preview)
    parts = (_show_balances, _show_answers, _show_signatures, _show_findings)
    shown = [part(page, preview) for part in parts]
    if not any(shown):
        page.line()
        page.line("It changes no balance, answer, signature or finding.")
    _show_shipments(page, preview)
    if not preview["complete"]:
        page.line()
        page.line(
            ("This is not all", "bold red"),
            f": {count_words(preview['left_out'], 'more lot')} lie beside the entry and were not looked at.",
        )


def show_recorded(page: Page, seq: int, recording: Told) -> None:
    """Write that a correction is recorded, and with what."""
    page.line(f"Corrected entry {seq} with entry {recording['seq']}.")
    for finding in recording["findings"]:
        page.line(("! ", "yellow"), f"{finding['text']} [{finding['code']}]")


def _show_correction(page: Page, preview: Told) -> None:
    by = preview["told_by"]
    whose = ""
    if by is not None:
        again = "" if by["seq"] == preview["seq"] else f" as entry {by['seq']}"
        whose = f", told{again} by {by['actor']}, recorded {by['recorded_at']}"
    page.line((f"Entry {preview['seq']}", "bold"), whose)
    page.line(("  now:  ", "dim"), " ".join(preview["old"]) or "void")
    page.line(("  then: ", "dim"), " ".join(preview["new"]) or "void")
    for change in preview["changes"]:
        page.line("        ", (change["text"], "yellow"))
    approved = f" (approved by {preview['approver']})" if preview["approver"] else ""
    page.line(("  why:  ", "dim"), reason_words(preview), approved)
    for finding in preview["findings"]:
        page.line(("! ", "yellow"), f"{finding['text']} [{finding['code']}]")


def _show_balances(page: Page, preview: Told) -> bool:
    rows: list[tuple[Cell, ...]] = []
    for lot in preview["lots"]:
        for number, line in enumerate(lot["balance"]):
            rows.append((lot["short"] if not number else "", *_balance_row(line, lot["unit"])))
    if rows:
        page.heading("Balances")
        page.table(("Lot", "", "Line", "Before", "After"), rows, right=("Before", "After"))
    return bool(rows)


def _balance_row(line: Told, unit: str | None) -> Iterator[Cell]:
    amounts = [line["before"], line["after"]]
    is_short = any(amount is not None and amount["quantity"].startswith("-") for amount in amounts)
    yield line["side"]
    words = [str(line["line"]).replace("_", " ")]
    if is_short:
        words = ["short by"] if line["line"] == "on_hand" else [f"short by, {words[0]}"]
    elif line["state"]:
        words.append(str(line["state"]).replace("_", " "))
    if line["place"]:
        words.append(f"at {label(line['place'])}")
    if line["owner"]:
        words.append(f"of {label(line['owner'])}")
    if line["calculated"]:
        words.append("(calculated)")
    yield " ".join(words)
    for amount in amounts:
        if amount is None:
            yield "-"
        else:
            yield amount_words(amount["quantity"].removeprefix("-"), amount["quantity_max"], unit)


def _show_answers(page: Page, preview: Told) -> bool:
    told = [line for answer in preview["answers"] for line in _answer_lines(answer)]
    if told:
        page.heading("Answers")
        for line in told:
            page.line(line)
    return bool(told)


def _answer_lines(answer: Told) -> Iterator[str]:
    scope = answer["scope"]
    for way, verb in (("leaves", "loses"), ("enters", "gains")):
        parts = [
            *_named("", scope["lots"][way]),
            *_named("shipment ", scope["shipments"][way]),
            *_named("customer ", scope["customers"][way]),
        ]
        if parts:
            yield f"The recall scope of {answer['short']} {verb} {joined(parts)}."
    for way, text in (("leaves", "does not come from {} any more"), ("enters", "comes from {} then")):
        names = _named("", answer["where_from"][way])
        if names:
            yield f"{answer['short']} {text.format(joined(names))}."


def _named(kind: str, names: Sequence[str]) -> list[str]:
    told = [f"{kind}{label(name)}" for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        noun = kind.strip() or "lot"
        told.append(count_words(len(names) - _MOST_NAMES, f"more {noun}"))
    return told


def _show_shipments(page: Page, preview: Told) -> None:
    shipments = preview["shipments"]
    if shipments:
        page.heading("On their way")
    words = {
        "leaves": "does not rest on these lots any more",
        "enters": "rests on these lots then",
        "stays": "rests on these lots, before and after",
    }
    for shipment in shipments[:_MOST]:
        customer = f" to {label(shipment['customer'])}" if shipment["customer"] else ""
        page.line(
            f"Shipment {shipment['number']}{customer} left {time_words(shipment['event_time'])}, nobody told that it"
            f" arrived ({entries_words(shipment['entries'])}); it {words[shipment['change']]}."
        )
    _count_rest(page, shipments, "shipment")


def _show_signatures(page: Page, preview: Told) -> bool:
    signatures = preview["signatures"]
    if signatures:
        page.heading("Signatures")
    for one in signatures:
        void = "does not hold already" if one["void_before"] else "will not hold any more"
        page.line(
            ("! ", "red"),
            f"The signature of {one['signer']} ({one['meaning']}, entry {one['signed_by']}) of entry {one['seq']}"
            f" {void}; sign it again.",
        )
    return bool(signatures)


def _show_findings(page: Page, preview: Told) -> bool:
    lines: list[tuple[Cell, ...]] = []
    for lot in preview["lots"]:
        for way, sign in (("findings_opened", ("! opens:  ", "red")), ("findings_closed", ("  closes: ", "green"))):
            for finding in lot[way]:
                # Signatures have a part of their own.
                if finding["code"] != "signature-void":
                    seqs = f" ({entries_words(finding['entries'])})" if finding["entries"] else ""
                    lines.append((sign, f"{lot['short']}: {finding['text']}{seqs}"))
    if lines:
        page.heading("Findings")
    for line in lines[:_MOST]:
        page.line(*line)
    _count_rest(page, lines, "finding")
    return bool(lines)


def _count_rest(page: Page, lines: Sequence[object], noun: str) -> None:
    if len(lines) > _MOST:
        page.line(f"and {count_words(len(lines) - _MOST, f'more {noun}')}; --json tells all of them.")
