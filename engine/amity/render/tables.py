"""Tables where a platform has none: set in columns, or as lines of "header: cell"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from amity.render.inline import canonical, words
from amity.render.lengths import width
from amity.render.tree import Align, Break, Cell, Inline, Paragraph, Run, Style, Table

__all__ = ["Row", "columns_of", "rows_of"]

_WIDEST: Final = 60


class Row(Paragraph):
    """A row of a table as lines; it is cut only if it must be."""

    __slots__ = ()


def columns_of(table: Table) -> list[str] | None:
    """Return a table as lines for a monospaced font.

    ``None`` if it is too wide for a small screen, or says more than that can show.
    """
    rows = [table.header, *table.rows]
    if any(_leads_away(item) for row in rows for cell in row for item in cell):
        return None
    texts = [[words(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(*texts, strict=True)]
    if sum(widths) + 3 * (len(widths) - 1) > _WIDEST:
        return None
    header, *body = [" | ".join(map(_padded, row, widths, table.align)).rstrip() for row in texts]
    return [header, "-+-".join("-" * columns for columns in widths), *body]


def _leads_away(item: Inline) -> bool:
    """Whether a link's address cannot be seen from its words."""
    return isinstance(item, Run) and bool(item.link) and item.link != item.text


def _padded(text: str, columns: int, align: Align) -> str:
    space = columns - width(text)
    match align:
        case Align.RIGHT:
            return " " * space + text
        case Align.CENTER:
            return " " * (space // 2) + text + " " * (space - space // 2)
        case _:
            return text + " " * space


def rows_of(table: Table) -> tuple[Row, ...]:
    """Return a table as one paragraph for each row, with a line for each cell.

    Empty cells are left out but for the first row, so that no header is lost.
    """
    if not table.rows:
        return _made([_line(header, ()) for header in table.header])
    found: list[Row] = []
    for number, row in enumerate(table.rows):
        pairs = zip(table.header, row, strict=True)
        found += _made([_line(head, cell) for head, cell in pairs if cell or not number])
    return tuple(found)


def _made(lines: Sequence[Sequence[Inline]]) -> tuple[Row, ...]:
    inlines: list[Inline] = []
    for line in lines:
        inlines += [Break(hard=True), *line] if inlines else line
    return (Row(found),) if (found := canonical(inlines)) else ()


def _line(header: Cell, cell: Cell) -> list[Inline]:
    if not header:
        return list(cell)
    head: list[Inline] = [
        replace(item, style=item.style | Style.STRONG) if isinstance(item, Run) else item
        for item in header
    ]
    return [*head, Run(":", Style.STRONG), Run(" "), *cell]
