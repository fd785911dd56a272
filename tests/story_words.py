"""How a sentence of a story is read: words, names, quantities, dates, and lines of material."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

Told = dict[str, Any]

_TOKEN = re.compile(
    r'\s*(?:"(?P<text>[^"]*)"|(?P<mark>[,;:()+](?=[\s,;:()]|$)|[()+])|(?P<word>[^\s,;()"]+?(?=:?(?:[\s,;()"]|$))))'
)
_DECIMAL = re.compile(r"\d+(\.\d+)?")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d{2}:\d{2}(:\d{2})?")
CONTAINER_WORDS: Final = frozenset({"container", "pallet", "kit", "case", "box", "drum", "crate", "tote"})


class StoryError(Exception):
    """A sentence of a story cannot be read. The text names the line and what was expected."""


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    """`word`; `text` (it stood in quotes, so it is never a keyword); `mark` (punctuation)."""
    value: str
    end: int
    """Where it ends in the sentence."""


@dataclass(slots=True)
class Words:
    """The words of one sentence, read from left to right."""

    line: int
    sentence: str
    moment: Callable[[int | None, str], str]
    """Makes RFC 3339 text of a day (None: that of the sentence) and a time of day."""
    id_of: Callable[[int], str]
    """Gives the event id of a sentence by its number."""
    tokens: list[Token] = field(default_factory=list)
    at: int = 0
    mentioned: set[int] = field(default_factory=set)
    """Numbers of the sentences that this one speaks of."""

    def __post_init__(self) -> None:
        end, text = 0, self.sentence.strip()
        while end < len(text):
            found = _TOKEN.match(text, end)
            if found is None or found.lastgroup is None:
                self.fail(f"cannot read {text[end:]!r}")
            self.tokens.append(Token(found.lastgroup, found[found.lastgroup], found.end()))
            end = found.end()

    def fail(self, why: str) -> NoReturn:
        raise StoryError(f"line {self.line}: {why}; in: {self.sentence.strip()}")

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.tokens)

    @property
    def unread(self) -> str:
        """The text behind the last token that was read."""
        return self.sentence.strip()[self.tokens[self.at - 1].end :]

    @property
    def rest(self) -> str:
        return " ".join(token.value for token in self.tokens[self.at :]) or "the end"

    def sees(self, *words: str) -> bool:
        """Whether the next tokens are these keywords or marks."""
        ahead = self.tokens[self.at : self.at + len(words)]
        return len(ahead) == len(words) and all(
            token.kind != "text" and token.value == word for token, word in zip(ahead, words, strict=True)
        )

    def takes(self, *words: str) -> bool:
        if not self.sees(*words):
            return False
        self.at += len(words)
        return True

    def needs(self, *words: str) -> None:
        if not self.takes(*words):
            self.fail(f"expected {' '.join(words)!r}, found {self.rest!r}")

    def _next(self, what: str) -> Token:
        if self.is_over or self.tokens[self.at].kind == "mark":
            self.fail(f"expected {what}, found {self.rest!r}")
        self.at += 1
        return self.tokens[self.at - 1]

    def name(self, what: str = "a name") -> str:
        return self._next(what).value

    def _like(self, form: re.Pattern[str], what: str) -> str:
        value = self._next(what).value
        if form.fullmatch(value) is None:
            self.fail(f"expected {what}, found {value!r}")
        return value

    def number(self) -> str:
        return self._like(_DECIMAL, "a number")

    def date(self) -> str:
        return self._like(_DATE, "a date such as 2026-03-09")

    def clock(self) -> str:
        return self._like(_CLOCK, "a time of day such as 14:30")

    def one_word_of(self, choices: tuple[str, ...]) -> str:
        """One of some values; a value of several words may be told with spaces."""
        for choice in sorted(choices, key=len, reverse=True):
            if self.takes(*choice.split("_")) or self.takes(choice):
                return choice
        return self.fail(f"expected one of {', '.join(choices)}, found {self.rest!r}")

    def sees_container_word(self) -> bool:
        ahead = self.tokens[self.at : self.at + 1]
        return any(token.kind == "word" and token.value in CONTAINER_WORDS for token in ahead)

    def several(self, read: Callable[[], Any]) -> list[Any]:
        """What `read` gives, once or more, with `+` between."""
        found = [read()]
        while self.takes("+"):
            found.append(read())
        return found

    def sees_quantity(self) -> bool:
        ahead = [token.value for token in self.tokens[self.at : self.at + 2] if token.kind == "word"]
        return len(ahead) == 2 and _DECIMAL.fullmatch(ahead[0]) is not None and _UNIT.fullmatch(ahead[1]) is not None

    def measure(self) -> Told:
        return {"value": self.number(), "unit": self._like(_UNIT, "a unit such as KGM")}

    def quantity(self) -> Told:
        """`12 EA`, or `12 EA (31.4 KGM)` with what else was measured."""
        told = self.measure()
        if self.sees("(") and self.tokens[self.at + 1 :] and _DECIMAL.fullmatch(self.tokens[self.at + 1].value):
            self.needs("(")
            told["also"] = self.several(self.measure)
            self.needs(")")
        return told

    def money(self) -> Told:
        return {"value": self.number(), "currency": self._like(re.compile(r"[A-Z]{3}"), "a currency such as EUR")}

    def serials(self) -> list[Told]:
        return self.several(self._serial_range)

    def _serial_range(self) -> Told:
        told = {"first": self.name("a serial")}
        if self.takes("to"):
            told["last"] = self.name("a serial")
        return told

    def when(self) -> str:
        """`14:30` (of the day of the sentence) or `day 3, 14:30`."""
        day = None
        if self.takes("day"):
            day = int(self._like(re.compile(r"\d+"), "the number of a day"))
            self.needs(",")
        return self.moment(day, self.clock())

    def mention(self) -> int:
        """`line 5`: the number of another sentence."""
        self.needs("line")
        number = int(self._like(re.compile(r"[1-9]\d*"), "the number of a line"))
        self.mentioned.add(number)
        return number

    def document(self, told_type: str | None = None) -> Told:
        """`despatch_advice DN-1 from ACME dated 2026-03-01 sha256 …`."""
        told: Told = {"type": told_type or self.name("the type of a document"), "number": self.name("a number")}
        if self.takes("from"):
            told["issuer"] = self.name("who issued it")
        if self.takes("dated"):
            told["date"] = self.date()
        if self.takes("sha256"):
            told["sha256"] = self.name("a digest")
        return told

    def resource(self) -> Told:
        return {"kind": self.name("the kind of a resource"), "id": self.name("a resource")}

    def reading(self) -> Told:
        """`TEMP 180 CEL between 170 and 190`, or `COLOUR "light grey"`."""
        told: Told = {"name": self.name("what was measured")}
        token = self._next("a value")
        if token.kind == "text" or _DECIMAL.fullmatch(token.value) is None:
            return {**told, "text": token.value}
        told["value"] = token.value
        if not self.is_over and self.tokens[self.at].kind == "word" and _UNIT.fullmatch(self.tokens[self.at].value):
            told["unit"] = self.name()
        if self.takes("between"):
            told["low"] = self.number()
            self.needs("and")
            told["high"] = self.number()
        return told


Clause = Callable[[Words, Told], None]


def puts(name: str, read: Callable[[Words], Any]) -> Clause:
    """A clause that sets a field, once."""

    def clause(words: Words, told: Told) -> None:
        if name in told:
            words.fail(f"{name} is told twice")
        told[name] = read(words)

    return clause


def adds(name: str, read: Callable[[Words], Any]) -> Clause:
    """A clause that adds to a list, as often as it is told."""

    def clause(words: Words, told: Told) -> None:
        told.setdefault(name, []).append(read(words))

    return clause


def says(name: str, value: Any) -> Clause:
    """A clause whose words alone set a field."""
    return puts(name, lambda _: value)


def clauses(words: Words, told: Told, known: Mapping[str, Clause], *, end: str | None = None) -> None:
    """Read clauses with commas between, up to the end of the sentence, or to the mark `end`."""
    longest_first = sorted(known, key=lambda key: -len(key.split()))
    while True:
        for key in longest_first:
            if words.takes(*key.split()):
                known[key](words, told)
                break
        else:
            words.fail(f"{words.rest!r} is no clause of this sentence; it knows: {', '.join(sorted(known))}")
        if words.is_over or (end is not None and words.sees(end)):
            return
        words.needs(",")


def details(words: Words, told: Told, known: Mapping[str, Clause]) -> Told:
    """Read what stands in brackets behind a line, if anything does."""
    if words.takes("("):
        clauses(words, told, known, end=")")
        words.needs(")")
    return told


LINE_DETAILS: Final[Mapping[str, Clause]] = {
    "at": puts("place", Words.name),
    "came by": puts("arrival", lambda words: words.id_of(words.mention())),
}


def line(words: Words, known: Mapping[str, Clause] = LINE_DETAILS, *, bare: str = "container") -> Told:
    """Read material: how much of what. `bare`: what a name without a quantity is, a `container` or a `lot`."""
    told: Told = {}
    if words.sees_quantity():
        told["quantity"] = words.quantity()
        words.needs("of")
    elif words.takes("serials") or words.takes("serial"):
        told["serials"] = words.serials()
        words.needs("of")
    elif words.takes("all", "of") or words.takes("lot"):
        pass
    elif (
        not words.is_over and words.tokens[words.at].kind == "word" and words.tokens[words.at].value in CONTAINER_WORDS
    ):
        words.name()
        return details(words, {"container": words.name("a container")}, known)
    elif bare == "container":
        return details(words, {"container": words.name("a container, or a quantity of a lot")}, known)
    _which_lot(words, told)
    if words.takes("serials") or words.takes("serial"):
        told["serials"] = words.serials()
    if words.takes("out", "of"):
        if words.sees_container_word():
            words.name()
        told["container"] = words.name("a container")
    return details(words, told, known)


def _which_lot(words: Words, told: Told) -> None:
    """`S-77`, `STEEL lot S-77`, `either A or B`, `STEEL either A or B`."""
    if not words.sees("either"):
        name = words.name("a lot")
        if words.takes("lot"):
            told["item"], told["lot"] = name, words.name("a lot")
            return
        if not words.sees("either"):
            told["lot"] = name
            return
        told["item"] = name
    words.needs("either")
    told["one_of"] = [words.name("a lot")]
    while words.takes("or"):
        told["one_of"].append(words.name("a lot"))


def lines(words: Words, known: Mapping[str, Clause] = LINE_DETAILS, *, bare: str = "container") -> list[Told]:
    """Read lines with `and` between."""
    found = [line(words, known, bare=bare)]
    while words.takes("and"):
        found.append(line(words, known, bare=bare))
    return found


def _made(words: Words, told: Told) -> None:
    told["made_from"] = words.when()
    words.needs("to")
    told["made_to"] = words.when()


OUTPUT_DETAILS: Final[Mapping[str, Clause]] = {
    **{kind: says("kind", kind) for kind in ("main", "co", "by", "regrind", "waste")},
    "allocation": puts("allocation", Words.number),
    "at": puts("place", Words.name),
    "best before": puts("best_before", Words.date),
    "expiry": puts("expiry", Words.date),
    "from": puts("from", lines),
    "in": puts("container", Words.name),
    "line": puts("line", Words.name),
    "made": _made,
    "marks": puts("marks", lambda words: words.several(words.name)),
    "numbered by": puts("lot_assigner", Words.name),
    "revision": puts("item_revision", Words.name),
    "TLC source": puts("tlc_source", Words.name),
    "UDI": puts("udi", Words.name),
}


def output(words: Words) -> Told:
    """Read a lot that came forth: `20 EA of FRAME lot F-1 (co, expiry 2027-01-31)`."""
    told: Told = {"quantity": words.quantity()}
    if words.takes("of"):
        told["item"] = words.name("an item")
    words.needs("lot")
    told["lot"] = words.name("a lot")
    if words.takes("serials") or words.takes("serial"):
        told["serials"] = words.serials()
    return details(words, told, OUTPUT_DETAILS)


def outputs(words: Words) -> list[Told]:
    """Read outputs with `and` between."""
    found = [output(words)]
    while words.takes("and"):
        found.append(output(words))
    return found


TRIGGERS: Final = (
    "forecast",
    "safety_stock",
    "temporary_buffer",
    "price_hedge",
    "minimum_order_excess",
    "mro",
    "overrun",
    "joint",
)
PEG_KINDS: Final = ("customer_order", "kanban", "work_order", "transfer_order")


def _peg(words: Words) -> Told:
    told = {"quantity": words.number()}
    words.needs("to")
    told["demand"] = words.name("a demand")
    if words.takes("as"):
        told["kind"] = words.one_word_of(PEG_KINDS)
    return told


def _pegged(words: Words, told: Told) -> None:
    told.setdefault("origin", {})["pegs"] = words.several(lambda: _peg(words))


def _rest(words: Words, told: Told) -> None:
    told.setdefault("origin", {})["trigger"] = words.one_word_of(TRIGGERS)


ORIGIN_CLAUSES: Final[Mapping[str, Clause]] = {"pegged": _pegged, "rest": _rest, "all": _rest}


def _scanned(words: Words, told: Told) -> None:
    told["source"] = {"method": "scan", "raw": words.name("the scan as read")}


def _from_system(words: Words, told: Told) -> None:
    source = {"system": words.name("a system")}
    if words.takes("device"):
        source["device"] = words.name("a device")
    if words.takes("message"):
        source["message_id"] = words.name("a message")
    if words.takes("by"):
        source["method"] = words.one_word_of(("scan", "manual", "import", "api"))
    told["source"] = source


def _extension(words: Words) -> Told:
    return {"name": words.name("a name with its namespace"), "value": words.name("a value")}


COMMON_CLAUSES: Final[Mapping[str, Clause]] = {
    **{
        basis: says("basis", basis) for basis in ("measured", "scanned", "manual", "backflush", "estimated", "imported")
    },
    "at": puts("place", Words.name),
    "by": puts("performed_by", Words.name),
    "case": puts("case", Words.name),
    "document": adds("documents", Words.document),
    "extra": adds("ext", _extension),
    "forced": puts("forced", Words.name),
    "note": puts("note", Words.name),
    "read as": _scanned,
    "told by": _from_system,
    "using": adds("resources", Words.resource),
    "verified by": puts("verified_by", Words.name),
}
"""Clauses that any sentence may have."""

Sentence = Callable[[Words], Told]
"""Reads the words after a verb."""


def ends(words: Words, told: Told, known: Mapping[str, Clause] | None = None) -> Told:
    """Read the clauses behind the first comma; those of the sentence win over those that any may have."""
    if not words.is_over:
        words.needs(",")
        clauses(words, told, {**COMMON_CLAUSES, **(known or {})})
    return told


def order_and_run(words: Words, told: Told) -> None:
    """Read `WO-1`, or `WO-1 run A`."""
    told["order"] = words.name("an order")
    if words.takes("run"):
        told["run"] = words.name("a run")


def order_or_lots(words: Words, told: Told) -> None:
    """Read `order WO-1 run A`, or lines."""
    if words.takes("order"):
        order_and_run(words, told)
    else:
        told["lots"] = lines(words, bare="lot")


BECAUSE: Final = puts("reason", Words.name)
