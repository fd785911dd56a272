"""Sentences about material: what comes in, lies, is divided and joined, is packed and mixed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.story_words import (
    BECAUSE,
    LINE_DETAILS,
    ORIGIN_CLAUSES,
    Clause,
    Sentence,
    Told,
    Words,
    adds,
    ends,
    lines,
    order_and_run,
    outputs,
    puts,
    says,
)


def _inside(words: Words, told: Told) -> None:
    """`contains PAL-1 60 KGM verified`: what of the arriving lot is in a container."""
    part: Told = {"container": words.name("a container")}
    if words.takes("serials") or words.takes("serial"):
        part["serials"] = words.serials()
    else:
        part["quantity"] = words.quantity()
    if words.sees("verified") or words.sees("declared"):
        part["contents"] = words.name()
    told.setdefault("containers", []).append(part)


_ENTERING: Final[Mapping[str, Clause]] = {
    **ORIGIN_CLAUSES,
    "best before": puts("best_before", Words.date),
    "certificate": adds("certificates", lambda words: words.document("certificate")),
    "cost": puts("unit_cost", Words.money),
    "country": puts("country", Words.name),
    "expiry": puts("expiry", Words.date),
    "in quarantine": says("status", "quarantine"),
    "made on": puts("made_on", Words.date),
    "marks": puts("marks", lambda words: words.several(words.name)),
    "numbered by": puts("lot_assigner", Words.name),
    "owner": puts("owner", Words.name),
    "supplier lots": puts("supplier_lots", lambda words: words.several(words.name)),
}


def _of_order(words: Words, told: Told) -> None:
    told["work_order"] = words.name("an order")
    if words.takes("run"):
        told["run"] = words.name("a run")


_RECEIVED: Final[Mapping[str, Clause]] = {
    **_ENTERING,
    "consignor": puts("consignor", Words.name),
    "contains": _inside,
    "declared": puts("declared_quantity", Words.quantity),
    "for order": _of_order,
    "from place": puts("from_place", Words.name),
    "order line": puts("order_line", Words.name),
    "promised": puts("promised_date", Words.date),
    "rejected": puts("rejected_quantity", Words.quantity),
    "TLC reason": puts("tlc_reason", Words.name),
    "TLC source": puts("tlc_source", Words.name),
    "to": puts("to_place", Words.name),
}


def _harvest(name: str, read: Callable[[Words], str]) -> Clause:
    def clause(words: Words, told: Told) -> None:
        told.setdefault("harvest", {})[name] = read(words)

    return clause


_DECLARED: Final[Mapping[str, Clause]] = {
    **_ENTERING,
    "catch area": _harvest("catch_area", Words.name),
    "cooled at": _harvest("cooled_at", Words.name),
    "cooled on": _harvest("cooled_on", Words.date),
    "farm": _harvest("farm", Words.name),
    "field": _harvest("field", Words.name),
    "flag": _harvest("vessel_flag", Words.name),
    "harvested on": _harvest("harvested_on", Words.date),
    "harvester": _harvest("harvester", Words.name),
    "supplier": puts("supplier", Words.name),
    "telephone": _harvest("telephone", Words.name),
}


def _new_lot(words: Words) -> Told:
    told: Told = {"quantity": words.quantity()}
    words.needs("of")
    told["item"] = words.name("an item")
    words.needs("lot")
    told["lot"] = words.name("a lot")
    if words.takes("serials") or words.takes("serial"):
        told["serials"] = words.serials()
    return told


def _receive(words: Words) -> Told:
    told = {"type": "received", **_new_lot(words)}
    if words.takes("from"):
        told["supplier"] = words.name("a supplier")
    if words.takes("on"):
        told["documents"] = [words.document("despatch_advice")]
    return ends(words, told, _RECEIVED)


def _declare(kind: str) -> Sentence:
    def sentence(words: Words) -> Told:
        return ends(words, {"type": "declared", "kind": kind, **_new_lot(words)}, _DECLARED)

    return sentence


def _move(words: Words) -> Told:
    told: Told = {"type": "moved", "lots": lines(words)}
    if words.takes("from"):
        told["from_place"] = words.name("a place")
    words.needs("to")
    told["to_place"] = words.name("a place")
    return ends(words, told)


def _count(words: Words) -> Told:
    return ends(words, {"type": "counted", "lots": lines(words)})


def _transform(type_name: str, joint: str) -> Sentence:
    def sentence(words: Words) -> Told:
        told: Told = {"type": type_name, "inputs": lines(words)}
        words.needs(joint)
        told["outputs"] = outputs(words)
        if words.takes("under", "order"):
            told["order"] = words.name("an order")
        return ends(words, told, {"because": BECAUSE})

    return sentence


_PACK_DETAILS: Final[Mapping[str, Clause]] = {
    **LINE_DETAILS,
    "concession": puts("concession", Words.name),
    "instead of": puts("planned_item", Words.name),
}
_LEVELS: Final = ("inner", "case", "pallet", "load", "kit", "reusable")
_PACKED: Final[Mapping[str, Clause]] = {
    "level": puts("level", lambda words: words.one_word_of(_LEVELS)),
    "declared": says("told", "declared"),
    "verified": says("told", "verified"),
}


def _pack(words: Words) -> Told:
    told: Told = {"type": "packed", "contents": lines(words, _PACK_DETAILS)}
    words.needs("into")
    told["container"] = words.name("a container")
    return ends(words, told, _PACKED)


def _assemble(words: Words) -> Told:
    words.needs("kit")
    told: Told = {"type": "kit_assembled", "container": words.name("a kit")}
    words.needs("from")
    told["contents"] = lines(words, _PACK_DETAILS)
    known = {**_PACKED, **ORIGIN_CLAUSES, "item": puts("item", Words.name), "for order": puts("order", Words.name)}
    return ends(words, told, known)


def _unpack(words: Words) -> Told:
    contents = lines(words, bare="container")
    if words.takes("from"):
        return ends(words, {"type": "unpacked", "container": words.name("a container"), "contents": contents})
    if len(contents) > 1 or contents[0].keys() != {"container"}:
        words.fail("from which container?")
    return ends(words, {"type": "unpacked", "container": contents[0]["container"]})


def _break(words: Words) -> Told:
    told: Told = {"type": "kit_broken"}
    if not words.takes("kit"):
        told["contents"] = lines(words)
        words.needs("from", "kit")
    told["container"] = words.name("a kit")
    return ends(words, told, {"because": BECAUSE})


def _fill(words: Words) -> Told:
    told: Told = {"type": "vessel_filled", "lots": lines(words)}
    words.needs("into")
    told["vessel"] = words.name("a vessel")
    return ends(words, told)


def _draw(words: Words) -> Told:
    told: Told = {"type": "vessel_drawn", "quantity": words.quantity()}
    words.needs("from")
    told["vessel"] = words.name("a vessel")
    if words.takes("into"):
        order_and_run(words, told)
        return ends(words, told, {"item": puts("item", Words.name)})
    words.needs("as")
    told["item"] = words.name("an item")
    words.needs("lot")
    told["lot"] = words.name("a lot")
    known = {key: _ENTERING[key] for key in ("best before", "expiry", "numbered by")}
    return ends(words, told, known)


def _empty(words: Words) -> Told:
    told: Told = {"type": "vessel_emptied", "vessel": words.name("a vessel")}
    words.needs("leaving")
    told["heel"] = words.quantity()
    return ends(words, told, {"cleaned": says("cleaned", True)})


SENTENCES: Final[Mapping[str, Sentence]] = {
    "assemble": _assemble,
    "break": _break,
    "count": _count,
    "draw": _draw,
    "empty": _empty,
    "fill": _fill,
    "find": _declare("found"),
    "harvest": _declare("harvest"),
    "land": _declare("landing"),
    "merge": _transform("merged", "into"),
    "move": _move,
    "open": _declare("opening"),
    "pack": _pack,
    "receive": _receive,
    "relabel": _transform("relabelled", "as"),
    "rework": _transform("reworked", "into"),
    "split": _transform("split", "into"),
    "unpack": _unpack,
}
