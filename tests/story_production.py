"""Sentences about orders, and about what was found out and decided."""

from __future__ import annotations

from collections.abc import Mapping
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
    line,
    lines,
    order_and_run,
    order_or_lots,
    outputs,
    puts,
    says,
)


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
    return ends(words, told, known)


def _pull(words: Words) -> Told:
    told = {"mode": words.one_word_of(("JIT", "JIC"))}
    if words.takes("for"):
        told["demand"] = words.name("a demand")
    return told


def _issue(words: Words) -> Told:
    told: Told = {"type": "material_issued"}
    told["lots"] = lines(words, {**LINE_DETAILS, "position": puts("position", Words.name)})
    words.needs("to")
    order_and_run(words, told)
    return ends(words, told, {"pull": puts("pull", _pull)})


def _return(words: Words) -> Told:
    told: Told = {"type": "material_returned"}
    issue = puts("issue", lambda inner: inner.id_of(inner.mention()))
    told["lots"] = lines(words, {**LINE_DETAILS, "issued by": issue})
    words.needs("from")
    order_and_run(words, told)
    return ends(words, told, {"opened": says("opened", True)})


_RESULTS: Final = ("pass", "fail", "conditional")


def _do(words: Words) -> Told:
    words.needs("step")
    told: Told = {"type": "step_done", "step": words.name("a step")}
    words.needs("on")
    order_or_lots(words, told)
    known = {
        "parameter": adds("parameters", Words.reading),
        "result": puts("result", lambda inner: inner.one_word_of(_RESULTS)),
    }
    return ends(words, told, known)


def _produce(words: Words) -> Told:
    told: Told = {"type": "batch_produced", "outputs": outputs(words)}
    words.needs("from")
    order_and_run(words, told)
    return ends(words, told, ORIGIN_CLAUSES)


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
    return ends(words, told, {"lost": adds("losses", _loss)})


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
    return ends(words, told)


_DECISION: Final = puts(
    "decision", lambda words: words.one_word_of(("use_as_is", "rework", "return", "scrap", "sort", "wait"))
)


def _inspect(words: Words) -> Told:
    told: Told = {"type": "inspected"}
    order_or_lots(words, told)
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
    return ends(words, told, known)


_SAMPLE_DETAILS: Final[Mapping[str, Clause]] = {
    **LINE_DETAILS,
    **{fate: says("fate", fate) for fate in ("destroyed", "retained", "returned")},
    "kept at": puts("kept_at", Words.name),
    "until": puts("kept_until", Words.date),
}


def _sample(words: Words) -> Told:
    return ends(words, {"type": "sampled", "lots": lines(words, _SAMPLE_DETAILS)})


def _hold(words: Words) -> Told:
    told: Told = {"type": "held", "lots": lines(words, bare="lot")}
    words.needs("as")
    told["hold_id"] = words.name("a hold")
    if words.takes("within"):
        told["within"] = words.name("a hold")
    return ends(words, told, {"because": BECAUSE, "decision": _DECISION})


def _release_hold(words: Words) -> Told:
    told: Told = {"type": "hold_released", "hold_id": words.name("a hold")}
    if words.takes("for"):
        told["lots"] = lines(words, bare="lot")
    return ends(words, told, {"because": BECAUSE, "decision": _DECISION})


def _scrap(words: Words) -> Told:
    told: Told = {"type": "scrapped", "lots": lines(words)}
    words.needs("as")
    told["reason_code"] = words.name("a reason code")
    known = {
        "certificate": puts("certificate", lambda inner: inner.document("certificate")),
        "method": puts("method", Words.name),
        "witness": puts("witness", Words.name),
    }
    return ends(words, told, known)


def _change(words: Words) -> Told:
    fields = ("expiry", "best_before", "retest_date", "grade", "planning_class")
    told: Told = {"type": "lot_changed", "field": words.one_word_of(fields)}
    words.needs("of")
    told["lot"] = words.name("a lot")
    if words.takes("from"):
        told["old"] = words.name("the old value")
    words.needs("to")
    told["new"] = words.name("the new value")
    return ends(words, told, {"because": BECAUSE})


def _check(kind: str) -> Sentence:
    def sentence(words: Words) -> Told:
        told: Told = {"type": "resource_checked", "kind": kind, "resource": words.resource()}
        words.needs(":")
        told["result"] = words.one_word_of(("good", "bad"))
        return ends(words, told, {"value": adds("values", Words.reading)})

    return sentence


SENTENCES: Final[Mapping[str, Sentence]] = {
    "calibrate": _check("calibrated"),
    "change": _change,
    "check": _check("checked"),
    "clean": _check("cleaned"),
    "close": _close,
    "do": _do,
    "hold": _hold,
    "inspect": _inspect,
    "issue": _issue,
    "produce": _produce,
    "release": _release,
    "return": _return,
    "sample": _sample,
    "scrap": _scrap,
    "swap": _swap,
}
