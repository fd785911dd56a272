"""Questions about lots over HTTP: any spelling of a name works, and every answer has exactly the shape published."""

from urllib.parse import quote

import httpx2
import networkx as nx
import orjson
import pytest

from tests.builders import issue, order, production, receipt
from tests.surfaces.test_http_errors import assert_problem
from thread import Ledger
from thread_api.schemas import LotBalance, LotCard, LotHistory, LotPage, TraceAnswer

TUBE = "https://plant.example/party/ACIERS-DU-RHONE/lot/TUBE-25/H-4711"
FRAMES = "https://plant.example/site/LYON/lot/FRAME-M/F-0303"


def test_a_lot_is_found_by_its_name_with_encoded_slashes(frames: httpx2.Client) -> None:
    card = frames.get(f"/v1/lots/{quote(TUBE, safe='')}")

    assert card.status_code == 200, card.text
    assert card.json()["id"] == TUBE


def test_a_lot_is_found_by_its_name_with_slashes_as_they_are(frames: httpx2.Client) -> None:
    assert frames.get(f"/v1/lots/{TUBE}/trace").json()["graph"]["focus"] == TUBE


@pytest.mark.parametrize("typed", ["H-4711", "TUBE-25/H-4711", "TUBE-25 / H-4711"])
def test_a_lot_is_found_by_a_short_form(frames: httpx2.Client, typed: str) -> None:
    assert frames.get(f"/v1/lots/{quote(typed, safe='')}").json()["id"] == TUBE


def test_a_lot_code_that_ends_like_a_question_is_still_a_lot(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(lot="A/trace")).raise_for_status()

    assert http.get("/v1/lots/A%2Ftrace").json()["lot"] == "A/trace"
    assert http.get("/v1/lots/A%2Ftrace/balance").json()["out"][0]["line"] == "on_hand"


def test_a_lot_code_with_percent_signs_and_spaces_is_found(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(lot="50% Zn é")).raise_for_status()
    name = http.get(f"/v1/lots/{quote('50% Zn é', safe='')}").json()["id"]

    assert name.endswith("/50%25%20Zn%20%C3%A9")
    assert http.get(f"/v1/lots/{quote(name, safe='')}").json()["id"] == name


def test_a_barcode_finds_its_lot(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(item="(01)09506000134352", lot="ABC", supplier=None)).raise_for_status()

    found = http.get(f"/v1/lots/{quote('(01)09506000134352(10)ABC', safe='')}/trace")
    assert found.json()["graph"]["focus"] == "https://id.gs1.org/01/09506000134352/10/ABC"


def test_names_like_one_that_is_asked_for_are_of_the_kind_that_was_asked_for(frames: httpx2.Client) -> None:
    frames.post("/v1/events", json=order("H-4712", site="LYON")).raise_for_status()

    card = assert_problem(frames.get("/v1/lots/H-4713"), 404, "name-not-found")
    trace = assert_problem(frames.get("/v1/lots/H-4713/trace"), 404, "name-not-found")

    assert card["near"] == [TUBE]
    assert set(trace["near"]) == {TUBE, "https://plant.example/order/LYON/H-4712"}


def test_names_that_were_recorded_later_are_not_told_where_only_the_past_is_asked_about(frames: httpx2.Client) -> None:
    asked = frames.get("/v1/lots/H-4713", params={"known_at": "1"})

    assert assert_problem(asked, 404, "name-not-found")["near"] == []


@pytest.mark.requirement("NAM-2")
def test_a_short_form_of_two_lots_is_answered_with_both(http: httpx2.Client) -> None:
    http.post("/v1/events", json=receipt(lot="S-1", supplier="ACME")).raise_for_status()
    http.post("/v1/events", json=receipt(lot="S-1", supplier="EMCA")).raise_for_status()

    told = assert_problem(http.get("/v1/lots/S-1"), 409, "lot-ambiguous")
    assert told["candidates"] == [
        "https://plant.example/party/ACME/lot/STEEL/S-1",
        "https://plant.example/party/EMCA/lot/STEEL/S-1",
    ]


@pytest.mark.parametrize("question", ["", "/trace", "/balance", "/history"])
def test_an_unknown_lot_is_answered_with_names_like_it(frames: httpx2.Client, question: str) -> None:
    told = assert_problem(frames.get(f"/v1/lots/H-4117{question}"), 404, "name-not-found")

    assert TUBE in told["near"]


def test_a_trace_goes_both_ways_and_has_exactly_the_published_members(frames: httpx2.Client) -> None:
    answer = frames.get("/v1/lots/F-0303/trace")

    told = TraceAnswer.model_validate_json(answer.content)
    assert {node.id for node in told.nodes} == {TUBE, "https://plant.example/order/LYON/WO-3001", FRAMES}
    assert told.graph.complete
    assert set(nx.node_link_graph(answer.json(), edges="edges")) == {node.id for node in told.nodes}


def test_a_trace_forward_of_the_tube_reaches_the_frames(frames: httpx2.Client) -> None:
    told = frames.get("/v1/lots/H-4711/trace", params={"direction": "forward", "in_time": "true"}).json()

    assert [node["id"] for node in told["nodes"]][-1] == FRAMES
    assert told["graph"]["in_time_only"] is True


@pytest.mark.requirement("TRC-4")
def test_a_trace_that_is_cut_says_where(frames: httpx2.Client) -> None:
    told = frames.get("/v1/lots/H-4711/trace", params={"direction": "forward", "depth": 0}).json()

    assert told["graph"]["complete"] is False
    assert told["graph"]["frontier"] == [TUBE]


@pytest.mark.requirement("TRC-5")
def test_an_answer_as_known_before_is_the_same_bytes_after_more_was_told(frames: httpx2.Client) -> None:
    before = frames.get("/v1/lots/F-0303/trace", params={"known_at": "5"}).content
    frames.post("/v1/events", json=receipt(lot="LATER")).raise_for_status()
    after = frames.get("/v1/lots/F-0303/trace", params={"known_at": "5"}).content

    assert before == after


def test_equal_questions_give_equal_bytes_as_the_core_prints_them(frames: httpx2.Client, ledger: Ledger) -> None:
    answers = {frames.get("/v1/lots/F-0303/trace").content for _ in range(3)}

    assert answers == {orjson.dumps(ledger.trace("F-0303").as_json())}


def test_what_was_known_when_nothing_was_told_of_a_lot_is_nothing(frames: httpx2.Client) -> None:
    assert_problem(frames.get("/v1/lots/F-0303/trace", params={"known_at": "1"}), 404, "name-not-yet-recorded")


@pytest.mark.requirement("BAL-1")
def test_a_balance_adds_up_and_has_exactly_the_published_members(frames: httpx2.Client) -> None:
    answer = frames.get("/v1/lots/H-4711/balance")

    told = LotBalance.model_validate_json(answer.content)
    assert (told.lot, told.unit, told.difference) == (TUBE, "MTR", "0")
    assert [(line.line, line.quantity) for line in told.in_] == [("received", "600")]


def test_a_card_and_a_history_have_exactly_the_published_members(frames: httpx2.Client) -> None:
    card = LotCard.model_validate_json(frames.get("/v1/lots/H-4711").content)
    history = LotHistory.model_validate_json(frames.get("/v1/lots/H-4711/history").content)

    assert card.id == TUBE
    assert card.origin.JIT == "450"
    assert history.history == card.history
    assert [line.type for line in history.history] == ["received", "material_issued"]


def test_lots_are_listed_by_name_in_pages_that_lose_none(http: httpx2.Client) -> None:
    for number in (3, 1, 5, 2, 4):
        http.post("/v1/events", json=receipt(lot=f"S-{number}")).raise_for_status()

    first = LotPage.model_validate_json(http.get("/v1/lots", params={"limit": 2}).content)
    http.post("/v1/events", json=receipt(lot="S-0")).raise_for_status()
    rest = LotPage.model_validate_json(http.get("/v1/lots", params={"after": first.next or "", "limit": 9}).content)

    assert [lot.lot for lot in (*first.lots, *rest.lots)] == ["S-1", "S-2", "S-3", "S-4", "S-5"]
    assert rest.next is None


def test_what_was_made_is_listed_too(http: httpx2.Client) -> None:
    for told in (receipt(lot="S-77"), order(), issue("30 KGM of S-77"), production("20 EA of FRAME lot F-1")):
        http.post("/v1/events", json=told).raise_for_status()

    assert [lot["lot"] for lot in http.get("/v1/lots").json()["lots"]] == ["S-77", "F-1"]
