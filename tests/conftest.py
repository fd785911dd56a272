"""What every test may ask for: hypothesis profiles, and the folder of published schemas and vectors."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_CHECKOUT = Path(__file__).resolve().parent.parent
_ABSENT = "needs published schemas and vectors: no folder `shared` beside the checkout, THREAD_SHARED is not set"

# ci: the same examples each time, so that a red run is red again. dev: new examples each time. soak: many of them.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=40,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", deadline=timedelta(seconds=5), max_examples=100, print_blob=True)
settings.register_profile(
    "soak", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("THREAD_HYPOTHESIS", "ci"))


def _shared_folder() -> Path | None:
    """Return the folder of published schemas and vectors, or None where there is none.

    `THREAD_SHARED` names it; else it lies beside the checkout as `shared`. A name that leads nowhere is an error:
    a run that should check conformance never passes by skipping it.
    """
    told = os.environ.get("THREAD_SHARED")
    folder = Path(told) if told else _CHECKOUT.parent / "shared"
    if (folder / "standards").is_dir():
        return folder.resolve()
    if told:
        raise pytest.UsageError(f"THREAD_SHARED={told} has no folder `standards`; correct it or unset it")
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the shared folder where it is absent, with the reason."""
    if _shared_folder() is None:
        for item in items:
            if item.get_closest_marker("conformance"):
                item.add_marker(pytest.mark.skip(reason=_ABSENT))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of published schemas and vectors; tests that ask for it are marked `conformance`."""
    folder = _shared_folder()
    if folder is None:
        pytest.skip(_ABSENT)
    return folder
