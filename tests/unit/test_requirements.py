"""Every requirement has a test, every test that names one names one that is written down."""

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
if str(CHECKOUT) not in sys.path:
    sys.path.insert(0, str(CHECKOUT))

from docs.makers.validation import shown, told  # noqa: E402 found beside the package, not in it


def test_every_requirement_is_shown_by_a_test_and_every_test_shows_a_requirement_that_is_written_down() -> None:
    assert told().keys() == shown("requirement").keys()


def test_a_requirement_says_what_it_is_how_grave_a_fault_would_be_and_who_asks_for_it() -> None:
    incomplete = [
        identity
        for identity, requirement in told().items()
        if set(requirement) != {"id", "text", "risk", "source"}
        or requirement["risk"] not in {"high", "medium", "low"}
        or not requirement["text"].endswith(".")
        or not requirement["source"]
    ]

    assert incomplete == []
