"""Reasons that say nothing, or too much: refused in the same words whichever way they come in."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.surfaces.bad_input_surfaces import (
    Standing,
    command,
    refused_by_command,
    refused_in_json,
    refused_in_python,
    refused_over_http,
    standing,
)
from tests.surfaces.bad_inputs import receipt

REASONS = {
    "an empty reason": ("", "shows nothing; say in words why, for somebody who reads it in ten years"),
    "a reason of white space": (" \t", "shows nothing; say in words why"),
    "a reason that shows nothing": ("\u200b\ufe0f", "shows nothing; say in words why"),
    "a reason without end": ("x" * 2_001, "has 2001 characters, at most 2000 are kept"),
    "a reason with a bell": ("so\x07", "holds the character U+0007"),
}


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made


@pytest.mark.parametrize(("reason", "says"), REASONS.values(), ids=REASONS)
def test_a_reason_to_force_that_says_nothing_is_refused_even_where_no_rule_is_broken(
    plant: Standing, reason: str, says: str
) -> None:
    code, told, database = "force-reason-invalid", receipt(lot="FORCED"), str(plant.database)
    line = json.dumps(told).encode()

    with plant.recording_nothing():
        refusals = (
            refused_in_python(lambda: plant.ledger.record(told, force_reason=reason)),
            refused_in_python(lambda: plant.ledger.record_many([told], force_reason=reason)),
            refused_in_json(command("--json", "record", "-", "--ledger", database, "--force", reason, told=line), code),
            refused_over_http(plant.http.post("/v1/events", json={"event": told, "force_reason": reason}), code),
            refused_over_http(plant.http.post("/v1/events", params={"force_reason": reason}, json=told), code),
            refused_over_http(plant.http.post("/v1/events/batch", params={"force_reason": reason}, json=[told]), code),
            refused_over_http(
                plant.http.post("/v1/receipts", json={"item": "STEEL", "lot": "FORCED", "force_reason": reason}), code
            ),
        )

    assert {refusal.code for refusal in refusals} == {code}
    assert all(says in refusal.text for refusal in refusals)


@pytest.mark.parametrize(
    ("reason", "says"), [REASONS[name] for name in ("a reason of white space", "a reason without end")]
)
def test_a_correction_with_a_reason_that_says_nothing_is_refused(plant: Standing, reason: str, says: str) -> None:
    told, code = {"void": True, "reason": reason}, "event-invalid"
    arguments = ("--ledger", str(plant.database), "correct", "5", "--void", "--yes", "--reason", reason)

    with plant.recording_nothing():
        refusals = (
            refused_in_python(lambda: plant.ledger.correction(5, told)),
            refused_in_python(lambda: plant.ledger.correct(5, told)),
            refused_by_command(command(*arguments), code),
            refused_over_http(plant.http.post("/v1/entries/5/correction", json=told), code),
        )

    assert all("/reason: " in refusal.text and says in refusal.text for refusal in refusals)
