"""The search box on the command line and over HTTP: one list of one shape, and what is said beside it."""

from __future__ import annotations

from pathlib import Path
from typing import get_args
from urllib.parse import unquote

import httpx2
import pytest
from pydantic import TypeAdapter

from tests.surfaces.cli_shell import Shell
from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger
from thread.cli.finding import find_command
from thread.store.search_texts import KINDS
from thread_api.schemas import SearchHit, SearchKind

NASTY = [
    "%",
    "_",
    "'; DROP TABLE entries; --",
    '"',
    "NEAR(a b)",
    "a* AND b",
    "S-77\x00",
    "ﬁn",
    "日本",
    "x" * 9_000,
]


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    return Shell(tmp_path, capsys, monkeypatch)


def test_the_surfaces_know_the_kinds_that_the_search_knows() -> None:
    (kind,) = (one for one in find_command.params if one.name == "kind")

    assert tuple(kind.type.choices) == KINDS  # type: ignore[attr-defined]
    assert get_args(SearchKind) == KINDS


def test_json_is_a_bare_list_and_that_there_is_more_is_said_beside_it(thread: Shell) -> None:
    thread.plant()

    all_of_them, first = thread("find", "s", "--json"), thread("find", "s", "--limit", "1", "--json")

    assert [set(hit) for hit in all_of_them.json] == [
        {"kind", "name", "label", "matched", "how", "by", "seq", "voided"}
    ] * len(all_of_them.json)
    assert first.json == all_of_them.json[:1]
    assert (first.status, all_of_them.err) == (0, "")
    assert first.err == "thread: There are more: --limit 10 lists more of them, --kind lot only one kind.\n"


def test_what_nothing_goes_by_is_no_and_names_what_looks_like_it(thread: Shell) -> None:
    thread.plant()

    ran, as_json = thread("find", "S-78"), thread("find", "S-78", "--json")

    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "thread: nothing recorded goes by the name 'S-78'; did you mean STEEL / S-77 (ACME)?\n"
    assert as_json.status == 1
    assert as_json.json["error"]["facts"]["near"] == ["https://plant.example/party/ACME/lot/STEEL/S-77"]


@pytest.mark.parametrize("text", NASTY)
def test_no_text_breaks_the_command(thread: Shell, text: str) -> None:
    thread.plant()

    ran = thread("find", "--", text)

    assert ran.status in {0, 1}
    assert "Traceback" not in ran.err
    assert len(ran.err.splitlines()) <= 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("",), "there is nothing to look for; tell a name, a number, or what a scanner read"),
        (("S", "--kind", "customer"), "'customer' is not one of 'lot', 'order'"),
        (("S", "--limit", "0"), "0 is not in the range 1<=x<=1000"),
    ],
)
def test_a_question_that_is_none_is_bad_input(thread: Shell, arguments: tuple[str, ...], said: str) -> None:
    thread.plant()

    ran = thread("find", *arguments)

    assert ran.status == 2
    assert said in ran.err


def test_http_answers_the_list_of_the_command_line_with_headers_beside_it(
    frames: httpx2.Client, ledger: Ledger
) -> None:
    answer = frames.get("/v1/search", params={"q": "h-47", "limit": 1})

    hits = TypeAdapter(tuple[SearchHit, ...]).validate_json(answer.content)
    assert [hit.model_dump() for hit in hits] == ledger.find("h-47", limit=1).as_json()
    assert (hits[0].label, hits[0].how) == ("TUBE-25 / H-4711 (ACIERS-DU-RHONE)", "prefix")
    assert unquote(answer.headers["Search-Read-As"]) == "the text h-47"
    assert answer.headers["Search-More"] == "false"
    assert frames.get("/v1/search", params={"q": "h-47", "kind": "order"}).json() == []


def test_http_says_how_a_barcode_was_read_and_why_it_is_none(frames: httpx2.Client) -> None:
    wrong = frames.get("/v1/search", params={"q": "(01)09506000134353(10)H-4711"})

    assert wrong.headers["Search-Read-As"] == "GTIN 09506000134353, lot H-4711"
    assert wrong.headers["Search-Remark"].startswith("check digit of GTIN 09506000134353 is 3")
    assert [hit["how"] for hit in wrong.json()] == ["part"]


def test_http_answers_nothing_found_with_an_empty_list_and_names_like_it(frames: httpx2.Client) -> None:
    answer = frames.get("/v1/search", params={"q": "H-4117"})

    assert (answer.status_code, answer.json()) == (200, [])
    assert unquote(answer.headers["Search-Near"]).endswith("/TUBE-25/H-4711")


@pytest.mark.parametrize("text", NASTY)
def test_no_text_breaks_the_route(frames: httpx2.Client, text: str) -> None:
    assert frames.get("/v1/search", params={"q": text}).status_code == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"q": " "}, "search-text-missing"),
        ({"q": "\0"}, "search-text-missing"),
        ({}, "parameter-invalid"),
        ({"q": "a", "kind": "customer"}, "parameter-invalid"),
        ({"q": "a", "limit": "0"}, "parameter-invalid"),
        ({"q": "a", "query": "b"}, "parameter-invalid"),
    ],
)
def test_http_refuses_a_question_that_is_none(frames: httpx2.Client, query: dict[str, str], code: str) -> None:
    assert_problem(frames.get("/v1/search", params=query), 422, code)
