"""Whatever is handed in wrong is refused: the right code, one clear line, nothing recorded, by every way in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.surfaces.bad_input_surfaces import WAYS, Standing, standing
from tests.surfaces.bad_inputs import ROWS, Row

CASES = [pytest.param(row, way, id=f"{row.name} [{way}]") for row in ROWS for way in row.only]


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made


@pytest.mark.requirement("REC-6")
@pytest.mark.parametrize(("row", "way"), CASES)
def test_a_bad_input_is_refused_in_one_clear_line_and_nothing_is_recorded(plant: Standing, row: Row, way: str) -> None:
    expected = row.answer(way)

    with plant.recording_nothing():
        refusal = WAYS[way](plant, row.told, expected.code)

    assert refusal.code == expected.code
    assert expected.says in refusal.text


def test_the_table_has_many_rows_and_no_two_of_one_name() -> None:
    assert len(ROWS) >= 60
    assert len({row.name for row in ROWS}) == len(ROWS)
