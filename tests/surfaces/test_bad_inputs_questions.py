"""Questions that cannot be answered are refused as clearly as events: unknown names, times, depths, sizes, scopes.

A row is a sentence, the question as Python, the command line and HTTP ask it, the code, and a phrase of the line. Where
a shell checks a value before the ledger sees it, `shells` is the code that it answers with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import pytest

from tests.surfaces.bad_input_surfaces import (
    NOT_FOUND,
    Refusal,
    Standing,
    command,
    one_line,
    refused_by_command,
    refused_in_json,
    refused_in_python,
    refused_over_http,
    standing,
)
from thread import Ledger

Asked = Callable[[Ledger], object]


class Question(NamedTuple):
    """One question. `get`: path and query; `post`: path and body. A way that is left out does not ask it."""

    name: str
    code: str
    says: str
    python: Asked | None = None
    argv: tuple[str, ...] | None = None
    get: str | None = None
    post: tuple[str, Any] | None = None
    command_code: str | None = None
    http_code: str | None = None


def trace(lot: str, **asked: Any) -> Asked:
    """Return the question for a trace, as Python asks it."""
    return lambda ledger: ledger.trace(lot, **asked)


def card(lot: str, **asked: Any) -> Asked:
    """Return the question for the card of a lot, as Python asks it."""
    return lambda ledger: ledger.lot(lot, **asked)


def of_lot(name: str, lot: str, code: str, says: str) -> tuple[Question, ...]:
    """Return the questions about a lot by a text that names none: trace, card, balance and recall."""
    at = f"/v1/lots/{quote(lot, safe='')}"
    http = "parameter-invalid" if not lot.strip() else None
    return (
        Question(f"a trace of {name}", code, says, trace(lot), ("trace", "--", lot), f"{at}/trace", None, None, http),
        Question(f"a card of {name}", code, says, lambda one: one.lot(lot), ("lot", "--", lot)),
        Question(
            f"a balance of {name}",
            code,
            says,
            lambda one: one.balance(lot),
            ("balance", "--", lot),
            f"{at}/balance",
            None,
            None,
            http,
        ),
        Question(
            f"a recall of {name}",
            code,
            says,
            lambda one: one.recall_scope([lot]),
            ("recall", "scope", "--", lot),
            None,
            ("/v1/recalls/scope", {"start": [lot]}),
        ),
    )


def of_time(name: str, text: str, says: str) -> tuple[Question, ...]:
    """Return the questions as of, and as known at, a text that is no time."""
    query = quote(text, safe="")
    return (
        Question(
            f"as of {name}",
            "time-malformed",
            says,
            trace("S-77", as_of=text),
            ("trace", "S-77", f"--as-of={text}"),
            f"/v1/lots/S-77/trace?as_of={query}",
        ),
        Question(
            f"known at {name}",
            "time-malformed",
            says,
            trace("S-77", known_at=text),
            ("trace", "S-77", f"--known-at={text}"),
            f"/v1/lots/S-77/trace?known_at={query}",
        ),
    )


def of_size(name: str, size: int | str, says: str) -> Question:
    """Return the question as known at a size that the ledger does not have."""
    told = f"--known-at={size}"
    python = trace("S-77", known_at=size)
    return Question(
        f"known at {name}",
        "known-at-ahead",
        says,
        python,
        ("trace", "S-77", told),
        f"/v1/lots/S-77/trace?known_at={size}",
    )


_UNKNOWN: Final = "nothing recorded goes by the name"
_MANY: Final = "9" * 5_000

QUESTIONS: Final = (
    *of_lot("an unknown lot", "NOPE", "name-not-found", f"{_UNKNOWN} 'NOPE'"),
    *of_lot("an empty name", "", "name-malformed", "empty"),
    *of_lot("white space", " \t ", "name-malformed", "empty"),
    *of_lot("a path", "../../etc/passwd", "name-not-found", _UNKNOWN),
    *of_lot("SQL", "'; DROP TABLE entries; --", "name-not-found", _UNKNOWN),
    *of_lot("HTML", "<script>alert(1)</script>", "name-not-found", _UNKNOWN),
    *of_lot("a format", "%s%n{0.__class__}", "name-not-found", _UNKNOWN),
    *of_lot("an option", "-S-77", "name-not-found", _UNKNOWN),
    *of_lot("an escape sequence", "S\x1b[2J", "name-malformed", "it holds the character U+001B"),
    *of_lot("a control character of 8 bits", "S\x9b2J", "name-malformed", "it holds the character U+009B"),
    *of_lot("a NUL", "S\x0077", "name-malformed", "it holds the character U+0000"),
    *of_lot("a mark of direction", "\u202eS-77", "name-not-found", _UNKNOWN),
    *of_lot("a smiley", "\U0001f600", "name-not-found", _UNKNOWN),
    *of_lot("a percent sign that encodes nothing", "%ZZ", "name-not-found", _UNKNOWN),
    *of_lot("a URI with such a percent sign", "https://plant.example/site/P1/lot/%ZZ", "name-not-found", _UNKNOWN),
    *of_lot("a URI with half an address", "https://[::1", "name-not-found", _UNKNOWN),
    *of_lot("a GTIN with a wrong digit", "(01)09506000134353(10)A", "name-not-found", _UNKNOWN),
    *of_lot("a barcode that is cut", "]C1010950600013435210", "name-not-found", _UNKNOWN),
    *of_lot(
        "a name of 20,000 letters", "x" * 20_000, "name-malformed", "it has 20000 characters, at most 200 are kept"
    ),
    *of_lot("5,000 brackets", "(" * 5_000, "name-malformed", "at most 200 are kept"),
    *of_time("a word", "yesterday", "is not an RFC 3339 time with an offset"),
    *of_time("an empty text", "", "is not an RFC 3339 time with an offset"),
    *of_time("a day", "2026-03-03", "is not an RFC 3339 time with an offset"),
    *of_time("a time without a zone", "2026-03-03T08:00:00", "is not an RFC 3339 time with an offset"),
    *of_time("the year 9999", "9999-01-01T00:00:00Z", "outside the years 1900 to 2199"),
    *of_time("no day", "2026-02-30T00:00:00Z", "names no day or time that exists"),
    *of_time("an escape sequence", "\x1b[2J", "is not an RFC 3339 time"),
    *of_time("10,000 letters", "x" * 10_000, "is not an RFC 3339 time"),
    *of_time("Arabic digits", "٣", "is not an RFC 3339 time"),
    *of_time("a fraction of an entry", "1.5", "is not an RFC 3339 time"),
    of_size("more entries than there are", 99, "known at 99 lies ahead; the ledger has 11 entries"),
    of_size("more entries than 64 bits count", 10**20, "known at 1000000000000000 or more lies ahead"),
    of_size("a number of 5,000 digits", _MANY, "known at 1000000000000000 or more lies ahead"),
    of_size("a time ahead of the clock", "2199-01-01T00:00:00Z", "known at 2199-01-01T00:00:00Z lies ahead"),
    Question("known at a huge number", "known-at-ahead", "or more lies ahead", trace("S-77", known_at=10**5_000)),
    Question("known at a size below zero", "known-at-negative", "0 or more", trace("S-77", known_at=-1)),
    Question(
        "a recall known at a number of 5,000 digits",
        "known-at-ahead",
        "or more lies ahead",
        lambda ledger: ledger.recall_scope(["S-77"], known_at=_MANY),
        ("recall", "scope", "S-77", "--known-at", _MANY),
        None,
        ("/v1/recalls/scope", {"start": ["S-77"], "known_at": _MANY}),
    ),
    Question(
        "known at one and a half entries",
        "known-at-malformed",
        "known at 1.5 is neither a size of the ledger nor a time",
        trace("S-77", known_at=1.5),
    ),
    Question("known at true", "known-at-malformed", "known at True is neither", trace("S-77", known_at=True)),
    Question("known at a list", "known-at-malformed", "of type list is neither", card("S-77", known_at=[])),
    Question("as of a number", "time-malformed", "time '5' is no text", trace("S-77", as_of=5)),
    Question("a card as of a list", "time-malformed", "is no text", card("S-77", as_of=[])),
    Question("a depth as text", "depth-invalid", "depth '2' is not a number of", trace("S-77", depth="2")),
    Question("a depth of one and a half", "depth-invalid", "depth 1.5 is not", trace("S-77", depth=1.5)),
    Question("a depth of true", "depth-invalid", "depth True is not", trace("S-77", depth=True)),
    Question("a depth of 5,000 digits below zero", "depth-invalid", "of type int", trace("S-77", depth=-(10**5_000))),
    Question(
        "a depth below zero",
        "depth-invalid",
        "-1",
        trace("S-77", depth=-1),
        ("trace", "S-77", "--depth=-1"),
        "/v1/lots/S-77/trace?depth=-1",
        command_code="usage",
        http_code="parameter-invalid",
    ),
    Question(
        "a depth in words",
        "usage",
        "'many'",
        None,
        ("trace", "S-77", "--depth=many"),
        "/v1/lots/S-77/trace?depth=many",
        http_code="parameter-invalid",
    ),
    Question("a depth of 1.5", "usage", "'1.5'", None, ("trace", "S-77", "--depth=1.5")),
    Question("a direction that is none", "direction-invalid", "direction 'up' is none", trace("S-77", direction="up")),
    Question("a direction that no option has", "usage", "--direction", None, ("trace", "S-77", "--direction=up")),
    Question(
        "a direction in capitals",
        "parameter-invalid",
        "/query/direction: ",
        get="/v1/lots/S-77/trace?direction=BACKWARD",
    ),
    Question(
        "a trace that is asked twice",
        "parameter-invalid",
        "is told more than once",
        get="/v1/lots/S-77/trace?depth=1&depth=2",
    ),
    Question(
        "a parameter that is misspelt",
        "parameter-invalid",
        "/query/asof: is not known here",
        get="/v1/lots/S-77/trace?asof=now",
    ),
    Question(
        "a search for nothing",
        "search-text-missing",
        "there is nothing to look for",
        lambda one: one.find(" "),
        ("find", " "),
        "/v1/search?q=%20",
    ),
    Question(
        "a search for NUL",
        "search-text-missing",
        "there is nothing to look for",
        lambda one: one.find("\0"),
        ("find", "\0"),
        "/v1/search?q=%00",
    ),
    Question(
        "a search for signs of no width",
        "search-text-missing",
        "there is nothing to look for",
        lambda one: one.find("\u200b\ufeff"),
        ("find", "\u200b\ufeff"),
        "/v1/search?q=%E2%80%8B%EF%BB%BF",
    ),
    Question(
        "a search for a kind of thing that is none",
        "search-kind-unknown",
        "'customer'",
        lambda one: one.find("RIDE", kind="customer"),
        ("find", "RIDE", "--kind=customer"),
        None,
        None,
        "usage",
    ),
    Question(
        "a search for no things",
        "search-limit-invalid",
        "0",
        lambda one: one.find("RIDE", limit=0),
        ("find", "RIDE", "--limit=0"),
        None,
        None,
        "usage",
    ),
    Question("a search that tells no text", "parameter-invalid", "/query/q: ", get="/v1/search"),
    Question("a search for no things over HTTP", "parameter-invalid", "/query/limit: ", get="/v1/search?q=S&limit=0"),
    Question("a page that begins at no number", "parameter-invalid", "/query/limit: ", get="/v1/lots?limit=ten"),
    Question("a page of a million lots", "parameter-invalid", "/query/limit: ", get="/v1/lots?limit=1000000"),
    Question("a lot that is not UTF-8", "parameter-invalid", "/path/lot: is not UTF-8", get="/v1/lots/%FF/trace"),
    Question(
        "an entry that is not there",
        "entry-missing",
        "there is no entry 99; the ledger has entries 0 to 10",
        lambda ledger: ledger.entry(99),
        None,
        "/v1/entries/99",
    ),
    Question("an entry below zero", "entry-missing", "there is no entry -1", lambda ledger: ledger.entry(-1)),
    Question("an entry beyond 64 bits", "entry-missing", "there is no entry", lambda ledger: ledger.entry(10**30)),
    Question("an entry in words", "parameter-invalid", "/path/seq: ", get="/v1/entries/last"),
    Question("an entry of 5,000 digits", "parameter-invalid", "/path/seq: ", get=f"/v1/entries/{_MANY}"),
    Question(
        "a recall of nothing",
        "scope-empty",
        "at least one lot",
        lambda ledger: ledger.recall_scope([]),
        ("recall", "scope"),
        None,
        ("/v1/recalls/scope", {"start": []}),
        "usage",
        "body-invalid",
    ),
    Question(
        "a recall of 1,001 starts", "body-invalid", "/start: ", post=("/v1/recalls/scope", {"start": ["S-77"] * 1_001})
    ),
    Question(
        "a recall of 2,000 unknown lots",
        "name-not-found",
        _UNKNOWN,
        lambda ledger: ledger.recall_scope(f"N-{number}" for number in range(2_000)),
        ("recall", "scope", *(f"N-{number}" for number in range(2_000))),
    ),
    Question(
        "a recall of one known and one unknown lot",
        "name-not-found",
        f"{_UNKNOWN} 'NOPE'",
        lambda ledger: ledger.recall_scope(["S-77", "NOPE"]),
        ("recall", "scope", "S-77", "NOPE"),
        None,
        ("/v1/recalls/scope", {"start": ["S-77", "NOPE"]}),
    ),
    Question(
        "a recall that starts at a number", "body-invalid", "/start/0: ", post=("/v1/recalls/scope", {"start": [1]})
    ),
    Question(
        "a recall that starts in a field that nobody knows",
        "body-invalid",
        "/begin: is not known here",
        post=("/v1/recalls/scope", {"start": ["S-77"], "begin": 1}),
    ),
    Question("a path that is none", "no-such-resource", "there is nothing at /v1/lot", get="/v1/lot"),
    Question("a path outside", "no-such-resource", "there is nothing at", get="/v1/%2e%2e/%2e%2e/etc/passwd"),
    Question("a command that is misspelt", "usage", "No such command 'trase'", argv=("trase", "S-77")),
    Question("a command with an escape sequence", "usage", "No such command", argv=("\x1b[2J",)),
    Question("an option of 5,000 digits", "usage", "--depth", argv=("trace", "S-77", "--depth", "x" * 5_000)),
    Question("a format that is none", "usage", "'xml' is not one of", argv=("export", "--format", "xml")),
    Question("a type that has no schema", "event-type-unknown", "is no event type", argv=("schema", "recieved")),
    Question("a digest that is none", "usage", "is no digest", argv=("erase", "S-77", "--yes")),
    Question("a port that is none", "usage", "--port", argv=("serve", "--port", "99999")),
    Question(
        "a machine whose name is no text", "port-taken", "no name of a machine", argv=("serve", "--host", "\udcff")
    ),
    Question("a machine that is none", "port-taken", "nope.invalid", argv=("serve", "--host", "nope.invalid")),
    Question(
        "a machine of 300 letters",
        "port-taken",
        "cannot listen at xxx",
        argv=("serve", "--host", "x" * 300),
    ),
    Question(
        "a checkpoint into no folder", "file-unusable", "cannot be written", argv=("checkpoint", "-o", "/nonexistent/x")
    ),
    Question(
        "an export onto a folder", "file-unusable", "cannot be written: Is a directory", argv=("export", "-o", "/")
    ),
    Question("an actor of white space", "name-malformed", "it is empty", argv=("record", "-", "--actor", " ")),
    Question(
        "an actor over two lines", "name-malformed", "the character U+000A", argv=("record", "-", "--actor", "a\nb")
    ),
)


def by_python(plant: Standing, asked: Question) -> Refusal:
    assert asked.python is not None
    ask = asked.python
    return refused_in_python(lambda: ask(plant.ledger))


def by_command(plant: Standing, asked: Question) -> Refusal:
    assert asked.argv is not None
    code = asked.command_code or asked.code
    return refused_by_command(command("--ledger", str(plant.database), *asked.argv), code, lists_more=True)


def by_json_command(plant: Standing, asked: Question) -> Refusal:
    assert asked.argv is not None
    code = asked.command_code or asked.code
    return refused_in_json(command("--json", "--ledger", str(plant.database), *asked.argv), code)


def by_get(plant: Standing, asked: Question) -> Refusal:
    assert asked.get is not None
    return refused_over_http(plant.http.get(asked.get), asked.http_code or asked.code)


def by_post(plant: Standing, asked: Question) -> Refusal:
    assert asked.post is not None
    path, body = asked.post
    return refused_over_http(plant.http.post(path, json=body), asked.http_code or asked.code)


WAYS: Final[Mapping[str, tuple[str, Callable[[Standing, Question], Refusal]]]] = {
    "Python": ("python", by_python),
    "thread": ("argv", by_command),
    "thread --json": ("argv", by_json_command),
    "GET": ("get", by_get),
    "POST": ("post", by_post),
}
CASES = [
    pytest.param(asked, way, id=f"{asked.name} [{way}]")
    for asked in QUESTIONS
    for way, (field, _) in WAYS.items()
    if getattr(asked, field) is not None
]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made


def expected_code(asked: Question, way: str) -> str:
    """Return the code that a way answers with."""
    if way == "Python":
        return asked.code
    return (asked.http_code if way in {"GET", "POST"} else asked.command_code) or asked.code


@pytest.mark.parametrize(("asked", "way"), CASES)
def test_a_question_that_cannot_be_answered_is_refused_in_one_clear_line(
    plant: Standing, asked: Question, way: str
) -> None:
    with plant.recording_nothing():
        refusal = WAYS[way][1](plant, asked)

    assert refusal.code == expected_code(asked, way)
    if refusal.code == asked.code:
        assert asked.says in refusal.text


def test_no_two_questions_have_one_name() -> None:
    assert len({asked.name for asked in QUESTIONS}) == len(QUESTIONS)


@pytest.mark.parametrize(
    "asked", [("trace", "26-14"), ("lot", "26-14"), ("balance", "26-14"), ("recall", "scope", "26-14")]
)
def test_a_short_name_of_two_lots_is_answered_with_both_names(plant: Standing, asked: tuple[str, ...]) -> None:
    ran = command("--ledger", str(plant.database), *asked)
    told = command("--json", "--ledger", str(plant.database), *asked)

    assert ran.status == 2
    assert one_line(ran.err.splitlines()[0]).startswith("thread: lot '26-14' may be any of")
    assert "ambiguous" in refused_in_json(told, "lot-ambiguous").code
    for item in ("party/ACME/lot/STEEL/26-14", "party/EMBAL/lot/FILM/26-14"):
        assert f"https://plant.example/{item}" in ran.err
        assert f"https://plant.example/{item}" in told.out


def test_a_size_that_is_written_with_leading_zeros_is_that_size(plant: Standing) -> None:
    answer = plant.http.get(f"/v1/lots/S-77/trace?known_at={'0' * 30}5")

    assert answer.json()["graph"]["known_at"] == 5


def test_what_was_not_found_is_never_a_server_error(plant: Standing) -> None:
    assert all(plant.http.get(f"/v1/lots/{quote(code)}").status_code == 404 for code in sorted(NOT_FOUND))


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        (b"", "this is not a signed checkpoint"),
        (b"\xff\xfe\x00", "it is not UTF-8 text"),
        (b"plant.example\n10\nAAAA\n", "no empty line stands between its text and its signatures"),
        (b"x" * 900_000, "it has 900000 bytes"),
        (b"\n" * 10_000, "not the three of origin, size and root"),
        (b"plant.example\n99999999999999999999\nAAAA\n\n\xe2\x80\x94 x eA==\n", "is not a number of entries"),
    ],
    ids=["empty", "not UTF-8", "unsigned", "huge", "lines", "size"],
)
def test_a_kept_checkpoint_that_cannot_be_read_is_told_and_nothing_is_verified_by_it(
    plant: Standing, kept: bytes, says: str
) -> None:
    file = plant.folder / "kept.txt"
    file.write_bytes(kept)

    ran = command("verify", "--checkpoint", str(file), "--ledger", str(plant.database))
    over_http = plant.http.post("/v1/verify", content=kept, headers={"Content-Type": "text/plain"}).json()

    assert ran.status == 1
    assert says in ran.out
    assert over_http["ok"] is False
    assert says in over_http["problems"][0]["text"]


def test_a_kept_checkpoint_of_another_ledger_is_told_with_both_names(plant: Standing) -> None:
    with Ledger.create(f"sqlite:///{plant.folder}/other.db", origin="other.example") as other:
        kept = other.checkpoint()
    file = plant.folder / "kept.txt"
    file.write_bytes(kept)

    ran = command("verify", "--checkpoint", str(file), "--ledger", str(plant.database))

    assert ran.status == 1
    assert "is of the ledger other.example, but this ledger is plant.example" in ran.out
