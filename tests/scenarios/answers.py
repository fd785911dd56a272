"""Answers of the product in the words of a scenario: labels for names, short texts for amounts.

`Answers` asks one plant, told on the pure core or in a ledger (`plants`), and only puts its answers into words. A lot
reads `STEEL / S-77`, of a supplier's code `STEEL / S-77 (ACME)`; a mark behind a comma says `not in time` or
`uncertain`. Times to ask about are told as in a story: `day 3, 08:00`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, NamedTuple, Protocol

from tests.builders import time
from thread.events import Event
from thread.genealogy.sentences import sentence
from thread.genealogy.trace import Trace, TraceEdge
from thread.recall.scope import Scope
from thread.values.names import label

__all__ = ["Answers", "Edge", "Plant", "Teller"]

Told = Mapping[str, Any]


class Plant(Protocol):
    """A plant that lived through a story, as known after all of it or after one of its sentences."""

    def seq(self, line: int) -> int:
        """Return the entry of a sentence."""
        ...

    def after(self, line: int) -> Plant:
        """Return the plant as it was known when that sentence had been recorded."""
        ...

    def recorded_with(self, line: int) -> tuple[str, ...]:
        """Return the codes of the findings with which a sentence was recorded."""
        ...

    def entry(self, seq: int) -> Event:
        """Return what an entry says, corrected or not."""
        ...

    def refused(self, sentences: str) -> tuple[str, ...]:
        """Return the codes of the rules that keep a further sentence from being recorded; nothing is recorded."""
        ...

    def candidates(self, text: str) -> tuple[str, ...]:
        """Return the lots that a text may mean."""
        ...

    def trace(
        self, name: str, *, direction: Literal["backward", "forward", "both"], as_of: str | None, in_time_only: bool
    ) -> Trace:
        """Return where something came from or went."""
        ...

    def scope(self, *names: str) -> Scope:
        """Return how far an issue that began there may have reached."""
        ...

    def balance(self, lot: str, *, as_of: str | None) -> Told:
        """Return the balance of a lot in its JSON form."""
        ...

    def card(self, lot: str) -> Told:
        """Return what is known of a lot, in the JSON form of its card."""
        ...


class Edge(NamedTuple):
    """An edge of a trace: net quantity, or the low end; the high end; what was booked before returns."""

    quantity: str | None
    most: str | None
    gross: str | None
    marks: str
    """`in time`, `uncertain` … with commas between."""


class Answers:
    """What the plant of a story answers."""

    def __init__(self, plant: Plant) -> None:
        self.plant = plant

    def after(self, line: int) -> Answers:
        """Return the answers that were given when sentence `line` was the last one recorded."""
        return Answers(self.plant.after(line))

    # Recording

    def recorded_with(self, line: int) -> tuple[str, ...]:
        """Return the codes of the findings with which a sentence was recorded."""
        return self.plant.recorded_with(line)

    def entry(self, seq: int) -> str:
        """Return what an entry says, corrected or not."""
        return sentence(self.plant.entry(seq))

    def refused(self, sentences: str) -> tuple[str, ...]:
        """Return the codes that keep a further sentence from being recorded; empty: it may be."""
        return self.plant.refused(sentences)

    def candidates(self, text: str) -> tuple[str, ...]:
        """Return the lots that a short form may mean."""
        return tuple(label(name) for name in self.plant.candidates(text))

    # Genealogy

    def trace(
        self,
        name: str,
        direction: Literal["backward", "forward", "both"] = "both",
        *,
        as_of: str | None = None,
        in_time_only: bool = False,
    ) -> Trace:
        """Return the trace itself."""
        at = None if as_of is None else time(as_of)
        return self.plant.trace(name, direction=direction, as_of=at, in_time_only=in_time_only)

    def where_from(self, name: str, *, as_of: str | None = None, in_time_only: bool = False) -> set[str]:
        """Return the lots that something was made from."""
        return _lots(self.trace(name, "backward", as_of=as_of, in_time_only=in_time_only))

    def where_used(self, name: str, *, as_of: str | None = None, in_time_only: bool = False) -> set[str]:
        """Return the lots that something went into."""
        return _lots(self.trace(name, "forward", as_of=as_of, in_time_only=in_time_only))

    def went_with(self, name: str, *, as_of: str | None = None) -> set[str]:
        """Return the containers and shipments that something, or what was made of it, went with."""
        found = self.trace(name, "forward", as_of=as_of)
        return {_marked(node.id, node.in_time) for node in found.nodes if node.kind in {"container", "shipment"}}

    def activities(self, name: str, direction: Literal["backward", "forward"]) -> set[str]:
        """Return the orders, vessels and other activities on the way."""
        return {label(node.id) for node in self.trace(name, direction).nodes if node.kind == "activity"}

    def edge(self, source: str, target: str, *, about: str, as_of: str | None = None) -> Edge:
        """Return the edge between two labels in both directions of the trace about a name."""
        found = self._edge(source, target, about, as_of)
        told = found.as_json()
        words = (
            found.kind if found.kind != "flow" else "",
            "in time" if found.in_time else "not in time",
            "" if found.certain else "uncertain",
        )
        quantity, most, gross = (_text(told[key]) for key in ("quantity", "quantity_max", "gross"))
        return Edge(quantity, most, gross, ", ".join(word for word in words if word))

    def edge_entries(self, source: str, target: str, *, about: str) -> tuple[int, ...]:
        """Return the entries that such an edge rests on."""
        return self._edge(source, target, about, None).entries

    def _edge(self, source: str, target: str, about: str, as_of: str | None) -> TraceEdge:
        edges = self.trace(about, as_of=as_of).edges
        (found,) = (edge for edge in edges if (label(edge.source), label(edge.target)) == (source, target))
        return found

    def serials(self, name: str, lot: str) -> list[str]:
        """Return the serials of a lot that a forward trace reached; none: all of the lot."""
        (found,) = (node for node in self.trace(name, "forward").nodes if label(node.id) == lot)
        return [" to ".join(span.bounds) for span in found.spans]

    def clean_breaks(self, name: str) -> list[tuple[int, str, str]]:
        """Return the emptyings that cut the paths of a trace: entry, run before, run after."""
        return [(cut.seq, label(cut.before), label(cut.after)) for cut in self.trace(name).clean_breaks]

    def gaps(self, name: str, direction: Literal["backward", "forward", "both"] = "both") -> dict[str, tuple[str, ...]]:
        """Return what a trace rests on that is less than a plain fact."""
        return {label(gap.id): gap.codes for gap in self.trace(name, direction).gaps}

    def removed_parts(self, name: str) -> set[tuple[str, str]]:
        """Return the component edges that ended: part and unit."""
        return {(label(edge.source), label(edge.target)) for edge in self.trace(name).removed}

    def removed_by(self, name: str) -> dict[str, tuple[int, ...]]:
        """Return what corrections took out of a trace, with the correcting entries."""
        return {label(removal.id): removal.entries for removal in self.trace(name).removed_by}

    # Recall

    def scope(self, *names: str) -> dict[str, str]:
        """Return the lots that an issue may have reached, with what is less than certain about each."""
        return {label(lot.id): _doubts(lot.in_time, lot.certain) for lot in self.plant.scope(*names).lots}

    def left_scope(self, *names: str) -> dict[str, tuple[int, ...]]:
        """Return what corrections took out of a scope, with the correcting entries."""
        return {label(removal.id): removal.entries for removal in self.plant.scope(*names).removed_by}

    def customers(self, *names: str) -> dict[str, tuple[str, ...]]:
        """Return who may have received affected goods, with the shipments; `not in time` where only that."""
        found = self.plant.scope(*names).customers
        return {
            _marked(one.customer or "nobody told", one.in_time): tuple(label(name) for name in one.shipments)
            for one in found
        }

    def whereabouts(self, start: str, lot: str) -> set[str]:
        """Return where an affected lot is or went: `30 on hand at STORE`, `10 shipped with SH-1 to RIDE`."""
        (found,) = (one for one in self.plant.scope(start).lots if label(one.id) == lot)
        return {_where(line) for line in found.where}

    # The lot itself

    def balance(self, lot: str, *, as_of: str | None = None) -> dict[str, str]:
        """Return the balance of a lot, which must close: `on hand held at CAGE` and how much, a range as `0 to 5`."""
        told = self.plant.balance(lot, as_of=None if as_of is None else time(as_of))
        assert told["difference"] == "0", f"the balance of {lot} does not close: {told}"
        return {_line(line): _range(line) for side in ("in", "out") for line in told[side]}

    def entries_of(self, lot: str, line: str) -> list[int]:
        """Return the entries behind a line of the balance."""
        told = self.plant.balance(lot, as_of=None)
        return [seq for side in ("in", "out") for one in told[side] if _line(one) == line for seq in one["entries"]]

    def card(self, lot: str) -> Told:
        """Return the card of a lot."""
        return self.plant.card(lot)

    def status(self, lot: str) -> dict[str, str]:
        """Return what is on hand by status: free and held always."""
        return dict(self.plant.card(lot)["status"])

    def findings(self, lot: str) -> dict[str, list[int]]:
        """Return the open findings of a lot with their entries."""
        return {one["code"]: one["entries"] for one in self.plant.card(lot)["findings"] if one.get("open", True)}

    def made_good(self, lot: str) -> dict[str, list[int]]:
        """Return the findings of a lot that are no longer so."""
        return {one["code"]: one["entries"] for one in self.plant.card(lot)["findings"] if not one.get("open", True)}

    def terms(self, lot: str, field: str) -> str | None:
        """Return the expiry, day of making … of a lot that holds now."""
        found: str | None = self.plant.card(lot)[field]
        return found

    def story_of(self, lot: str) -> list[str]:
        """Return the history of a lot, sentence by sentence."""
        return [one["text"] for one in self.plant.card(lot)["history"]]

    def origin(self, lot: str) -> dict[str, str]:
        """Return the origin of a lot by mode, those modes that it has."""
        return {mode: amount for mode, amount in self.plant.card(lot)["origin"].items() if amount != "0"}

    def origin_parts(self, lot: str) -> list[tuple[str, str, str]]:
        """Return the parts of a lot's origin: mode, quantity, and the demands pegged or the trigger."""
        return [_part(part) for part in self.plant.card(lot)["origin_parts"]]

    def arrivals(self, lot: str) -> list[dict[str, str]]:
        """Return the arrivals of a lot: document, quantity, origin, cost, expiry."""
        return [_arrival(one) for one in self.plant.card(lot)["arrivals"]]


def _marked(name: str, in_time: bool) -> str:
    return label(name) if in_time else f"{label(name)}, not in time"


def _doubts(in_time: bool, certain: bool) -> str:
    return (
        ", ".join(word for word, holds in (("not in time", not in_time), ("uncertain", not certain)) if holds)
        or "certain"
    )


def _lots(answer: Trace) -> set[str]:
    mine = {answer.focus.name, answer.focus.lot}
    return {_marked(node.id, node.in_time) for node in answer.nodes if node.kind == "lot" and node.id not in mine}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _range(line: Told) -> str:
    most = line["quantity_max"]
    return line["quantity"] if most is None else f"{line['quantity']} to {most}"


def _line(line: Told) -> str:
    words = [line["line"].replace("_", " ")]
    words += [line["state"].replace("_", " ")] if line["state"] else []
    words += [f"at {label(line['place'])}"] if line["place"] else []
    words += [f"of {label(line['owner'])}"] if line["owner"] else []
    words += ["calculated"] if line["calculated"] else []
    return " ".join(words)


def _where(line: Told) -> str:
    words = [_range(line), line["line"].replace("_", " ")]
    words += [f"at {label(line['place'])}"] if line["place"] else []
    words += [f"with {label(line['shipment'])}"] if line["shipment"] else []
    words += [f"to {label(line['customer'])}"] if line["customer"] else []
    return " ".join(words)


def _part(part: Told) -> tuple[str, str, str]:
    pegs: Iterable[Told] = part["pegs"]
    return part["mode"], part["quantity"], " + ".join(peg["demand"] for peg in pegs) or part["trigger"] or "not told"


def _arrival(one: Told) -> dict[str, str]:
    cost = one["unit_cost"]
    return {
        "kind": one["kind"],
        "quantity": one["quantity"]["value"],
        "documents": " + ".join(document["number"] for document in one["documents"]),
        "origin": " + ".join(f"{amount} {mode}" for mode, amount in one["origin"].items() if amount != "0"),
        "cost": f"{cost['value']} {cost['currency']}" if cost else "not told",
    }


class Teller(Protocol):
    """Tells a story, and what others told in an EPCIS document after it; returns what the plant answers then."""

    def __call__(self, text: str, document: bytes | None = None) -> Answers: ...
