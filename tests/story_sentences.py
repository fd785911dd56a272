"""The sentences of a story: one function per verb, from the words after it to the fields of an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.story_words import (
    COMMON_CLAUSES,
    LINE_DETAILS,
    ORIGIN_CLAUSES,
    Clause,
    Told,
    Words,
    adds,
    clauses,
    line,
    lines,
    outputs,
    puts,
    says,
)

Sentence = Callable[[Words], Told]


def _ends(words: Words, told: Told, known: Mapping[str, Clause] | None = None) -> Told:
    """Read the clauses behind the first comma; those of the sentence win over those that any may have."""
    if not words.is_over:
        words.needs(",")
        clauses(words, told, {**COMMON_CLAUSES, **(known or {})})
    return told


def _order(words: Words, told: Told) -> None:
    told["order"] = words.name("an order")
    if words.takes("run"):
        told["run"] = words.name("a run")


def _order_or_lots(words: Words, told: Told) -> None:
    if words.takes("order"):
        _order(words, told)
    else:
        told["lots"] = lines(words, bare="lot")


_BECAUSE: Final = puts("reason", Words.name)


# Material


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
    return _ends(words, told, _RECEIVED)


def _declare(kind: str) -> Sentence:
    def sentence(words: Words) -> Told:
        return _ends(words, {"type": "declared", "kind": kind, **_new_lot(words)}, _DECLARED)

    return sentence


def _move(words: Words) -> Told:
    told: Told = {"type": "moved", "lots": lines(words)}
    if words.takes("from"):
        told["from_place"] = words.name("a place")
    words.needs("to")
    told["to_place"] = words.name("a place")
    return _ends(words, told)


def _count(words: Words) -> Told:
    return _ends(words, {"type": "counted", "lots": lines(words)})


def _transform(type_name: str, joint: str) -> Sentence:
    def sentence(words: Words) -> Told:
        told: Told = {"type": type_name, "inputs": lines(words)}
        words.needs(joint)
        told["outputs"] = outputs(words)
        if words.takes("under", "order"):
            told["order"] = words.name("an order")
        return _ends(words, told, {"because": _BECAUSE})

    return sentence


# Containers and vessels

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
    return _ends(words, told, _PACKED)


def _assemble(words: Words) -> Told:
    words.needs("kit")
    told: Told = {"type": "kit_assembled", "container": words.name("a kit")}
    words.needs("from")
    told["contents"] = lines(words, _PACK_DETAILS)
    known = {**_PACKED, **ORIGIN_CLAUSES, "item": puts("item", Words.name), "for order": puts("order", Words.name)}
    return _ends(words, told, known)


def _unpack(words: Words) -> Told:
    contents = lines(words, bare="container")
    if words.takes("from"):
        return _ends(words, {"type": "unpacked", "container": words.name("a container"), "contents": contents})
    if len(contents) > 1 or contents[0].keys() != {"container"}:
        words.fail("from which container?")
    return _ends(words, {"type": "unpacked", "container": contents[0]["container"]})


def _break(words: Words) -> Told:
    told: Told = {"type": "kit_broken"}
    if not words.takes("kit"):
        told["contents"] = lines(words)
        words.needs("from", "kit")
    told["container"] = words.name("a kit")
    return _ends(words, told, {"because": _BECAUSE})


def _fill(words: Words) -> Told:
    told: Told = {"type": "vessel_filled", "lots": lines(words)}
    words.needs("into")
    told["vessel"] = words.name("a vessel")
    return _ends(words, told)


def _draw(words: Words) -> Told:
    told: Told = {"type": "vessel_drawn", "quantity": words.quantity()}
    words.needs("from")
    told["vessel"] = words.name("a vessel")
    if words.takes("into"):
        _order(words, told)
        return _ends(words, told, {"item": puts("item", Words.name)})
    words.needs("as")
    told["item"] = words.name("an item")
    words.needs("lot")
    told["lot"] = words.name("a lot")
    known = {key: _ENTERING[key] for key in ("best before", "expiry", "numbered by")}
    return _ends(words, told, known)


def _empty(words: Words) -> Told:
    told: Told = {"type": "vessel_emptied", "vessel": words.name("a vessel")}
    words.needs("leaving")
    told["heel"] = words.quantity()
    return _ends(words, told, {"cleaned": says("cleaned", True)})


# Production


def _release(words: Words) -> Told:
    if words.takes("hold"):
        return _release_hold(words)
    words.needs("order")
    told: Told = {"type": "work_order_released", "order": words.name("an order")}
    if words.takes("for"):
        told["planned_quantity"] = words.quantity()
        words.needs("of")
        told["item"] = words.name("an item")
        if words.takes("revision"):
            told["item_revision"] = words.name("a revision")
    known = {
        **ORIGIN_CLAUSES,
        "due": puts("due_date", Words.date),
        "item": puts("item", Words.name),
        "processor": puts("processor", Words.name),
        "recipe": puts("recipe", Words.name),
        "recipe revision": puts("recipe_revision", Words.name),
    }
    return _ends(words, told, known)


def _pull(words: Words) -> Told:
    told = {"mode": words.one_word_of(("JIT", "JIC"))}
    if words.takes("for"):
        told["demand"] = words.name("a demand")
    return told


def _issue(words: Words) -> Told:
    told: Told = {"type": "material_issued"}
    told["lots"] = lines(words, {**LINE_DETAILS, "position": puts("position", Words.name)})
    words.needs("to")
    _order(words, told)
    return _ends(words, told, {"pull": puts("pull", _pull)})


def _return(words: Words) -> Told:
    told: Told = {"type": "material_returned"}
    issue = puts("issue", lambda inner: inner.id_of(inner.mention()))
    told["lots"] = lines(words, {**LINE_DETAILS, "issued by": issue})
    words.needs("from")
    _order(words, told)
    return _ends(words, told, {"opened": says("opened", True)})


_RESULTS: Final = ("pass", "fail", "conditional")


def _do(words: Words) -> Told:
    words.needs("step")
    told: Told = {"type": "step_done", "step": words.name("a step")}
    words.needs("on")
    _order_or_lots(words, told)
    known = {
        "parameter": adds("parameters", Words.reading),
        "result": puts("result", lambda inner: inner.one_word_of(_RESULTS)),
    }
    return _ends(words, told, known)


def _produce(words: Words) -> Told:
    told: Told = {"type": "batch_produced", "outputs": outputs(words)}
    words.needs("from")
    _order(words, told)
    return _ends(words, told, ORIGIN_CLAUSES)


def _loss(words: Words) -> Told:
    told: Told = {"quantity": words.quantity()}
    if words.takes("of"):
        told["item"] = words.name("an item")
    if words.takes("lot"):
        told["lot"] = words.name("a lot")
    words.needs("as")
    told["kind"] = words.name("the kind of loss")
    return told


def _close(words: Words) -> Told:
    words.needs("order")
    told: Told = {"type": "work_order_closed", "order": words.name("an order")}
    return _ends(words, told, {"lost": adds("losses", _loss)})


_FATES: Final = ("stock", "scrapped", "customer", "supplier")


def _swap(words: Words) -> Told:
    """`swap ALTERNATOR of serial U-7 of UNITS: out 1 EA of ALT-1 to supplier, in 1 EA of ALT-2`."""
    told: Told = {"type": "component_changed", "position": words.name("a position")}
    words.needs("of")
    told["unit"] = line(words, bare="lot")
    words.needs(":")
    if words.takes("out"):
        told["removed"] = line(words)
        words.needs("to")
        told["removed"]["fate"] = words.one_word_of(_FATES)
        if words.sees(",", "in"):
            words.needs(",")
    if words.takes("in"):
        told["installed"] = line(words)
    return _ends(words, told)


# Quality

_DECISION: Final = puts(
    "decision", lambda words: words.one_word_of(("use_as_is", "rework", "return", "scrap", "sort", "wait"))
)


def _inspect(words: Words) -> Told:
    told: Told = {"type": "inspected"}
    _order_or_lots(words, told)
    words.needs(":")
    told["result"] = words.one_word_of(_RESULTS)
    known = {
        "instrument": puts("instrument", Words.name),
        "method": puts("method", Words.name),
        "sample of": puts("sample_size", lambda inner: int(inner.number())),
        "specification": puts("specification", Words.name),
        "specification revision": puts("specification_revision", Words.name),
        "value": adds("values", Words.reading),
    }
    return _ends(words, told, known)


_SAMPLE_DETAILS: Final[Mapping[str, Clause]] = {
    **LINE_DETAILS,
    **{fate: says("fate", fate) for fate in ("destroyed", "retained", "returned")},
    "kept at": puts("kept_at", Words.name),
    "until": puts("kept_until", Words.date),
}


def _sample(words: Words) -> Told:
    return _ends(words, {"type": "sampled", "lots": lines(words, _SAMPLE_DETAILS)})


def _hold(words: Words) -> Told:
    told: Told = {"type": "held", "lots": lines(words, bare="lot")}
    words.needs("as")
    told["hold_id"] = words.name("a hold")
    if words.takes("within"):
        told["within"] = words.name("a hold")
    return _ends(words, told, {"because": _BECAUSE, "decision": _DECISION})


def _release_hold(words: Words) -> Told:
    told: Told = {"type": "hold_released", "hold_id": words.name("a hold")}
    if words.takes("for"):
        told["lots"] = lines(words, bare="lot")
    return _ends(words, told, {"because": _BECAUSE, "decision": _DECISION})


def _scrap(words: Words) -> Told:
    told: Told = {"type": "scrapped", "lots": lines(words)}
    words.needs("as")
    told["reason_code"] = words.name("a reason code")
    known = {
        "certificate": puts("certificate", lambda inner: inner.document("certificate")),
        "method": puts("method", Words.name),
        "witness": puts("witness", Words.name),
    }
    return _ends(words, told, known)


def _change(words: Words) -> Told:
    fields = ("expiry", "best_before", "retest_date", "grade", "planning_class")
    told: Told = {"type": "lot_changed", "field": words.one_word_of(fields)}
    words.needs("of")
    told["lot"] = words.name("a lot")
    if words.takes("from"):
        told["old"] = words.name("the old value")
    words.needs("to")
    told["new"] = words.name("the new value")
    return _ends(words, told, {"because": _BECAUSE})


def _check(kind: str) -> Sentence:
    def sentence(words: Words) -> Told:
        told: Told = {"type": "resource_checked", "kind": kind, "resource": words.resource()}
        words.needs(":")
        told["result"] = words.one_word_of(("good", "bad"))
        return _ends(words, told, {"value": adds("values", Words.reading)})

    return sentence


# Dispatch

_SHIP_DETAILS: Final[Mapping[str, Clause]] = {
    **LINE_DETAILS,
    "order line": puts("order_line", Words.name),
    "TLC source": puts("tlc_source", Words.name),
}
_SHIPPED: Final[Mapping[str, Clause]] = {
    "carrier": puts("carrier", Words.name),
    "consignee": puts("consignee", Words.name),
    "customer": puts("customer", Words.name),
    "data sent": puts("data_sent", Words.document),
    "drop shipment": says("custody", False),
    "owner": puts("owner", Words.name),
    "ship from": puts("ship_from", Words.name),
    "ship to": puts("ship_to", Words.name),
}


def _ship(words: Words) -> Told:
    told: Told = {"type": "shipped", "lots": lines(words, _SHIP_DETAILS)}
    if words.takes("for", "transfer", "to", "site"):
        told |= {"purpose": "transfer", "to_site": words.name("a site")}
    elif words.takes("for", "processing", "on"):
        told |= {"purpose": "processing", "work_order": words.name("an order")}
        if words.takes("to"):
            told["consignee"] = words.name("who processes it")
    elif words.takes("on", "consignment", "to"):
        told |= {"purpose": "consignment", "customer": words.name("a customer")}
    elif words.takes("back", "to"):
        told |= {"purpose": "supplier_return", "consignee": words.name("a supplier")}
    elif words.takes("for", "disposal", "to"):
        told |= {"purpose": "disposal", "consignee": words.name("who disposes of it")}
    else:
        words.needs("to")
        told |= {"purpose": "sale", "customer": words.name("a customer")}
    words.needs("as")
    told["shipment"] = words.name("a shipment")
    return _ends(words, told, _SHIPPED)


def _deliver(words: Words) -> Told:
    told: Told = {"type": "delivered", "shipment": words.name("a shipment")}
    if words.takes("to"):
        told["to_place"] = words.name("a place")
    known: Mapping[str, Clause] = {"accepted": puts("accepted", lines), "refused": puts("refused", lines)}
    return _ends(words, told, known)


def _take(words: Words) -> Told:
    words.needs("back")
    told: Told = {"type": "customer_returned", "lots": lines(words)}
    if words.takes("from"):
        told["customer"] = words.name("a customer")
    if words.takes("of"):
        told["shipment"] = words.name("a shipment")
    known = {
        "available": says("status", "available"),
        "condition": puts("condition", Words.name),
        "in quarantine": says("status", "quarantine"),
        "label": puts("label", lambda inner: inner.one_word_of(("read", "stated", "unknown"))),
        "to": puts("to_place", Words.name),
    }
    return _ends(words, told, known)


def _complaint(words: Words) -> Told:
    told: Told = {"type": "complaint_received", "complaint": words.name("a complaint")}
    if words.takes("from"):
        told["customer"] = words.name("a customer")
    if words.takes("about"):
        told["lots"] = lines(words, bare="lot")
    if words.takes("of"):
        told["shipment"] = words.name("a shipment")
    known = {
        "aware on": puts("aware_on", Words.date),
        "harm": says("harm", True),
        "printed": puts("as_printed", lambda inner: inner.several(inner.name)),
        "text": puts("text", Words.name),
    }
    return _ends(words, told, known)


def _hand(words: Words) -> Told:
    words.needs("over")
    told: Told = {"type": "ownership_changed", "lots": lines(words)}
    words.needs("to", "owner")
    told["owner"] = words.name("an owner")
    return _ends(words, told, {"dated": puts("document_date", Words.date)})


# Planning and master data


def _demand(words: Words) -> str | None:
    return None if words.takes("nobody") else words.name("a demand")


def _repeg(words: Words) -> Told:
    told: Told = {"type": "repegged"}
    _order_or_lots(words, told)
    for side in ("from", "to"):
        words.needs(side)
        demand = _demand(words)
        if demand is not None:
            told[f"{side}_demand"] = demand
    return _ends(words, told, {"because": _BECAUSE, "quantity": puts("quantity", Words.quantity)})


def _setting(words: Words) -> Told:
    return {"name": words.name("a parameter"), "value": words.name("a value")}


def _policy(words: Words) -> Told:
    told: Told = {"type": "policy_set", "policy": words.name("a policy")}
    if words.takes("for"):
        told["item"] = words.name("an item")
    if words.takes("from"):
        told["supplier"] = words.name("a supplier")
    words.needs("is")
    told["mode"] = words.one_word_of(("JIT", "JIC"))
    return _ends(words, told, {"because": _BECAUSE, "parameter": adds("parameters", _setting)})


def _item(words: Words) -> Told:
    told: Told = {"type": "item_defined", "item": words.name("an item")}
    words.needs("in")
    told["unit"] = words.name("a unit")
    known = {
        "description": puts("description", Words.name),
        "factor": adds("factors", Words.measure),
        "food list": says("food_list", True),
        "gtin": puts("gtin", Words.name),
        "level": puts("ipc_1782_level", lambda inner: int(inner.number())),
        "mro": says("mro_supply", True),
        "planned": puts("planning_class", lambda inner: inner.one_word_of(("JIT", "JIC"))),
        "shelf life": puts("shelf_life_days", lambda inner: int(inner.number())),
        "tolerance": puts("tolerance_percent", Words.number),
        "tracked by": puts("tracking", lambda inner: inner.one_word_of(("lot", "serial", "none"))),
    }
    return _ends(words, told, known)


_ADDRESS: Final[Mapping[str, Clause]] = {
    "address": puts("address", Words.name),
    "gln": puts("gln", Words.name),
    "label": puts("label", Words.name),
    "name": puts("name", Words.name),
}


def _party(words: Words) -> Told:
    told: Told = {"type": "party_defined", "party": words.name("a party")}
    if words.takes("is"):
        told["roles"] = words.several(words.name)
    known = {
        **_ADDRESS,
        "country": puts("country", Words.name),
        "telephone": puts("telephone", Words.name),
    }
    return _ends(words, told, known)


def _place(words: Words) -> Told:
    told: Told = {"type": "place_defined", "place": words.name("a place")}
    words.needs("is")
    kinds = ("dock", "rack", "line", "cage", "vessel", "store", "cold_store", "transit", "outside")
    told["kind"] = words.one_word_of(kinds)
    pooling = puts("pooling", lambda inner: inner.one_word_of(("mixed", "fifo", "unknown")))
    return _ends(words, told, {**_ADDRESS, "pooling": pooling})


def _resource(words: Words) -> Told:
    told: Told = {"type": "resource_defined", "resource": words.resource()}
    return _ends(words, told, {"label": puts("label", Words.name)})


SENTENCES: Final[Mapping[str, Sentence]] = {
    "assemble": _assemble,
    "break": _break,
    "calibrate": _check("calibrated"),
    "change": _change,
    "check": _check("checked"),
    "clean": _check("cleaned"),
    "close": _close,
    "complaint": _complaint,
    "count": _count,
    "deliver": _deliver,
    "do": _do,
    "draw": _draw,
    "empty": _empty,
    "fill": _fill,
    "find": _declare("found"),
    "hand": _hand,
    "harvest": _declare("harvest"),
    "hold": _hold,
    "inspect": _inspect,
    "issue": _issue,
    "item": _item,
    "land": _declare("landing"),
    "merge": _transform("merged", "into"),
    "move": _move,
    "open": _declare("opening"),
    "pack": _pack,
    "party": _party,
    "place": _place,
    "policy": _policy,
    "produce": _produce,
    "receive": _receive,
    "relabel": _transform("relabelled", "as"),
    "release": _release,
    "repeg": _repeg,
    "resource": _resource,
    "return": _return,
    "rework": _transform("reworked", "into"),
    "sample": _sample,
    "scrap": _scrap,
    "ship": _ship,
    "split": _transform("split", "into"),
    "swap": _swap,
    "take": _take,
    "unpack": _unpack,
}
"""What a sentence may begin with. `instead of line`, `line … did not happen` and `sign` speak of other sentences."""


def sentence(words: Words) -> Told:
    """Return the event that one sentence tells, without its time and site."""
    verb = words.name("a verb")
    known = SENTENCES.get(verb)
    if known is None:
        words.fail(f"{verb!r} begins no sentence; it can be {', '.join(sorted(SENTENCES))}")
    return known(words)
