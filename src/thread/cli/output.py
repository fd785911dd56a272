"""What the command line writes: one JSON document, or words, trees and tables for people; problems in one line.

Colour only on a terminal that wants it (`NO_COLOR`, `TERM`); what goes into a pipe is the same text without it, never
cut and never wrapped. Text from entries is shown with its control characters made visible, so that nobody's note can
move the cursor or hide a line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

__all__ = ["Cell", "Page", "complain", "document", "document_bytes", "printable", "remark"]

Cell = str | tuple[str, str]
"""A text, or a text with the style that a terminal shows it in."""

_PICTURES: Final[dict[int, str | None]] = {
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\u2421",
    **{code: f"\\x{code:02x}" for code in range(0x80, 0xA0)},
    **{code: f"\\u{code:04x}" for code in (0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))},
}
_GAP: Final = "  "


def printable(text: str) -> str:
    r"""Return a text on one line, with control characters and marks of writing direction made visible.

    >>> printable("S-77\x1b[2J")
    'S-77␛[2J'
    """
    return text if text.isprintable() else text.translate(_PICTURES)


def document_bytes(value: object) -> bytes:
    """Return a value as a JSON document in UTF-8, ending in a line feed; equal values give equal bytes."""
    import orjson

    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    try:
        return orjson.dumps(value, default=_plain, option=options)
    except TypeError:
        # Names of files may hold bytes that are no text; Python shows these as halves of surrogate pairs.
        return orjson.dumps(_encodable(value), default=_plain, option=options)


def document(value: object) -> None:
    """Write a value to standard output as one JSON document."""
    sys.stdout.write(document_bytes(value).decode())
    sys.stdout.flush()


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _encodable(inner) for name, inner in value.items()}
    return [_encodable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _plain(value: object) -> object:
    """Return facts of an error that JSON has no form for as something that it has."""
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return str(value)


def complain(text: str) -> None:
    """Write the one line that says what is wrong to standard error."""
    remark(f"thread: {' '.join(text.split())}")


def remark(line: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"{printable(line)}\n")
    sys.stderr.flush()


class Page:
    """Writes lines, headings and tables to a stream, in colour where a terminal reads them."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stdout if stream is None else stream
        self._console = _console(self._stream) if self._stream.isatty() else None

    def line(self, *cells: Cell) -> None:
        """Write one line; cells are joined as they are. Terminals wrap it, pipes get it whole."""
        if self._console is None:
            self._stream.write("".join(printable(_text(cell)) for cell in cells).rstrip() + "\n")
        else:
            self._console.print(_styled(cells), soft_wrap=True)

    def heading(self, text: str) -> None:
        """Write a heading, with an empty line before it."""
        self.line()
        self.line((text, "bold"))

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, right: Iterable[str] = ()) -> None:
        """Write rows under headers. `right`: the headers whose column holds numbers."""
        told = [tuple((cell, "") if isinstance(cell, str) else cell for cell in row) for row in rows]
        numbers = {headers.index(name) for name in right}
        if self._console is None:
            self._plain_table(headers, told, numbers)
        else:
            self._console.print(_rich_table(headers, told, numbers))

    def _plain_table(self, headers: Sequence[str], rows: list[tuple[tuple[str, str], ...]], numbers: set[int]) -> None:
        from rich.cells import cell_len

        cells = [list(headers), *([printable(text) for text, _ in row] for row in rows)]
        widths = [max(cell_len(row[column]) for row in cells) for column in range(len(headers))]
        for row in cells:
            padded = []
            for column, text in enumerate(row):
                space = " " * (widths[column] - cell_len(text))
                padded.append(space + text if column in numbers else text + space)
            self._stream.write(_GAP.join(padded).rstrip() + "\n")


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell[0]


def _console(stream: TextIO) -> Console:
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def _styled(cells: Iterable[Cell]) -> Text:
    from rich.text import Text

    styled = Text()
    for cell in cells:
        text, style = (cell, "") if isinstance(cell, str) else cell
        styled.append(printable(text), style or None)
    return styled


def _rich_table(headers: Sequence[str], rows: list[tuple[tuple[str, str], ...]], numbers: set[int]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold dim")
    for column, header in enumerate(headers):
        table.add_column(Text(header), justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(text), style=style) for text, style in row))
    return table
