"""Write the generated pages again: `python docs/make.py [NAME...]` runs the makers of that name, all if none is named.

A maker is a module in `docs/makers` with `make(root: Path) -> None`, as for the fixtures (`fixtures/make.py`).
"""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from fixtures.make import main

    main("docs/makers")
