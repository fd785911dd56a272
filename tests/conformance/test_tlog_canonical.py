"""RFC 8785: the published test files, as far as entries can hold what stands in them."""

import json
from pathlib import Path

import pytest

from thread.ledger import NotCanonical, canonical_bytes

pytestmark = pytest.mark.conformance


@pytest.mark.requirement("INT-4")
def test_published_json_that_entries_can_hold_has_the_published_canonical_form(shared: Path) -> None:
    folder = shared / "standards" / "tlog" / "jcs"
    value = json.loads((folder / "input" / "structures.json").read_bytes())
    canonical = (folder / "output" / "structures.json").read_bytes()
    # The file has the number 56.0, which RFC 8785 writes as 56; entries hold no fractions, so it is told as 56 here.
    value["1"]["\n"] = 56

    assert canonical_bytes(value) == canonical


@pytest.mark.parametrize(
    ("name", "why"), [("arrays", "null"), ("french", "not plain ASCII"), ("structures", "fraction")]
)
def test_published_json_that_entries_do_not_hold_is_refused(shared: Path, name: str, why: str) -> None:
    value = json.loads((shared / "standards" / "tlog" / "jcs" / "input" / f"{name}.json").read_bytes())

    with pytest.raises(NotCanonical, match=why):
        canonical_bytes(value)
