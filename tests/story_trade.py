"""Sentences about what leaves and comes back, and about plans and master data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.story_words import (
    BECAUSE,
    LINE_DETAILS,
    Clause,
    Sentence,
    Told,
    Words,
    adds,
    ends,
    lines,
    order_or_lots,
    puts,
    says,
)

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
    return ends(words, told, _SHIPPED)


def _deliver(words: Words) -> Told:
    told: Told = {"type": "delivered", "shipment": words.name("a shipment")}
    if words.takes("to"):
        told["to_place"] = words.name("a place")
    known: Mapping[str, Clause] = {"accepted": puts("accepted", lines), "refused": puts("refused", lines)}
    return ends(words, told, known)


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
    return ends(words, told, known)


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
    return ends(words, told, known)


def _hand(words: Words) -> Told:
    words.needs("over")
    told: Told = {"type": "ownership_changed", "lots": lines(words)}
    words.needs("to", "owner")
    told["owner"] = words.name("an owner")
    return ends(words, told, {"dated": puts("document_date", Words.date)})


def _demand(words: Words) -> str | None:
    return None if words.takes("nobody") else words.name("a demand")


def _repeg(words: Words) -> Told:
    told: Told = {"type": "repegged"}
    order_or_lots(words, told)
    for side in ("from", "to"):
        words.needs(side)
        demand = _demand(words)
        if demand is not None:
            told[f"{side}_demand"] = demand
    return ends(words, told, {"because": BECAUSE, "quantity": puts("quantity", Words.quantity)})


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
    return ends(words, told, {"because": BECAUSE, "parameter": adds("parameters", _setting)})


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
    return ends(words, told, known)


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
    return ends(words, told, known)


def _place(words: Words) -> Told:
    told: Told = {"type": "place_defined", "place": words.name("a place")}
    words.needs("is")
    kinds = ("dock", "rack", "line", "cage", "vessel", "store", "cold_store", "transit", "outside")
    told["kind"] = words.one_word_of(kinds)
    pooling = puts("pooling", lambda inner: inner.one_word_of(("mixed", "fifo", "unknown")))
    return ends(words, told, {**_ADDRESS, "pooling": pooling})


def _resource(words: Words) -> Told:
    told: Told = {"type": "resource_defined", "resource": words.resource()}
    return ends(words, told, {"label": puts("label", Words.name)})


SENTENCES: Final[Mapping[str, Sentence]] = {
    "complaint": _complaint,
    "deliver": _deliver,
    "hand": _hand,
    "item": _item,
    "party": _party,
    "place": _place,
    "policy": _policy,
    "repeg": _repeg,
    "resource": _resource,
    "ship": _ship,
    "take": _take,
}
