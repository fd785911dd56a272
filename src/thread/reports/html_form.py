"""A report as one HTML page to read and to print: no script, no font and no picture from elsewhere.

Every value passes the template's escaping, so no name of a lot can become markup. The head of the table repeats on
each printed page; wide tables are printed across.
"""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, StrictUndefined

from thread.reports.report import Report, shown

__all__ = ["html_bytes"]

_WIDE: Final = 7
"""More columns than this are printed on paper that lies across."""

_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ report.title }}</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 90rem; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0 0 1.25rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { border-bottom: 2px solid; white-space: nowrap; }
td { overflow-wrap: break-word; white-space: pre-line; }
.amount, .count { text-align: right; }
.amount, .count, .time { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.name { font-size: .85em; min-width: 9rem; overflow-wrap: anywhere; }
.remark { margin: 0 0 .5rem; }
footer { border-top: 1px solid #8886; font-size: .85rem; margin-top: 1.5rem; padding-top: .75rem; }
@media print {
  @page { size: A4 {{ "landscape" if is_wide else "portrait" }}; margin: 14mm; }
  :root { color-scheme: light; }
  body { font-size: 9pt; margin: 0; max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  th, td { padding: .12rem .3rem; }
  .time { white-space: normal; }
  th { white-space: normal; }
}
</style>
</head>
<body>
<h1>{{ report.title }}</h1>
<dl>
{%- for name, value in report.asked %}
<dt>{{ name }}</dt><dd>{{ value }}</dd>
{%- endfor %}
<dt>Rows</dt><dd>{{ report.rows | length }}</dd>
</dl>
{%- for remark in report.remarks %}
<p class="remark">{{ remark }}</p>
{%- endfor %}
<div class="scroll">
<table>
<thead><tr>
{%- for column in report.columns %}<th scope="col" class="{{ column.kind }}">{{ column.name }}</th>
{%- endfor %}</tr></thead>
<tbody>
{%- for row in report.rows %}
<tr>{% for cell in row %}<td class="{{ report.columns[loop.index0].kind }}">
{{- "" if cell is none else cell }}</td>{% endfor %}</tr>
{%- else %}
<tr><td colspan="{{ report.columns | length }}">There is nothing to list.</td></tr>
{%- endfor %}
</tbody>
</table>
</div>
<footer>
<dl>
{%- for name, value in report.known_as %}
<dt>{{ name }}</dt><dd>{{ value }}</dd>
{%- endfor %}
</dl>
{%- if report.is_repeatable %}
<p>Asked again of this ledger at this number of entries, the answer is the same, byte for byte.</p>
{%- endif %}
</footer>
</body>
</html>
"""


def html_bytes(report: Report) -> bytes:
    """Return a report as the bytes of a page in UTF-8."""
    page = _TEMPLATE.render(report=report, is_wide=len(report.columns) > _WIDE)
    return shown(page).encode()


_ENVIRONMENT: Final = Environment(autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True)
_TEMPLATE: Final = _ENVIRONMENT.from_string(_PAGE)
