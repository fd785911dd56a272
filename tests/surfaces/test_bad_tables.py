"""Bad tables are refused in one clear line, by Python, by command line and over HTTP, and nothing is half-loaded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest

from tests.surfaces.bad_input_surfaces import (
    Refusal,
    Standing,
    command,
    one_line,
    refused_by_command,
    refused_in_json,
    refused_over_http,
    standing,
)
from tests.surfaces.bad_tables import BAD_TABLES, BadTable
from thread.errors import ThreadError
from thread.interop.table_mapping import told_mapping
from thread.service.loading import TableRefused


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("bad-tables")) as made:
        yield made


def _mapping(bad: BadTable) -> dict[str, Any]:
    return {name: told for name, told in bad.told.items() if name != "format"}


def _in_python(plant: Standing, bad: BadTable) -> Refusal:
    try:
        plant.ledger.load(
            bad.data, kind=bad.kind, mapping=told_mapping(_mapping(bad)), file=bad.file, form=bad.told.get("format")
        )
    except TableRefused as error:
        first = error.rejected[0]
        return Refusal(first.code, f"{bad.file}:{first.line}: {one_line(first.told())}")
    except ThreadError as error:
        return Refusal(error.code, one_line(error.text))
    raise AssertionError("nothing was refused")


def _arguments(plant: Standing, bad: BadTable) -> list[str]:
    (plant.folder / bad.file).write_bytes(bad.data)
    (plant.folder / "mapping.json").write_text(json.dumps(_mapping(bad)))
    form = bad.told.get("format", "auto")
    return [
        *("import", str(plant.folder / bad.file), "--kind", bad.kind, "--format", form),
        *("--mapping-file", str(plant.folder / "mapping.json"), "--ledger", str(plant.database)),
    ]


def _by_command(plant: Standing, bad: BadTable) -> Refusal:
    return refused_by_command(command(*_arguments(plant, bad)), bad.code, lists_more=True)


def _by_json_command(plant: Standing, bad: BadTable) -> Refusal:
    return refused_in_json(command("--json", *_arguments(plant, bad)), bad.code)


def _by_post(plant: Standing, bad: BadTable) -> Refusal:
    query: Mapping[str, str] = {"kind": bad.kind} | ({"format": bad.told["format"]} if "format" in bad.told else {})
    answer = plant.http.post(
        "/v1/import",
        params=query,
        files={"file": (bad.file, bad.data)},
        data={"mapping": json.dumps(_mapping(bad))},
    )
    told = answer.json()
    if told["code"] == "table-refused":
        first = told["rejected"][0]
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert one_line(told["detail"])
        where = "" if first["column"] is None else f"column {first['column']!r}: "
        expected = f"; expected {first['expected']}" if first["expected"] else ""
        return Refusal(first["code"], f"{bad.file}:{first['line']}: {where}{first['text']}{expected}")
    return refused_over_http(answer, bad.code)


WAYS: Final[Mapping[str, Callable[[Standing, BadTable], Refusal]]] = {
    "Ledger.load": _in_python,
    "thread import": _by_command,
    "thread --json import": _by_json_command,
    "POST /v1/import": _by_post,
}


@pytest.mark.requirement("REC-6")
@pytest.mark.parametrize("bad", BAD_TABLES, ids=lambda bad: bad.name)
def test_a_bad_table_is_refused_in_one_clear_line_and_nothing_is_recorded(plant: Standing, bad: BadTable) -> None:
    for way, ask in WAYS.items():
        with plant.recording_nothing():
            refusal = ask(plant, bad)

        assert refusal.code == bad.code, f"{way}: {refusal}"
        assert bad.says in refusal.text, f"{way}: {refusal}"


def test_there_are_at_least_forty_of_them() -> None:
    assert len(BAD_TABLES) >= 40
    assert len({bad.name for bad in BAD_TABLES}) == len(BAD_TABLES)
