"""Markdown tables: a cell from any value; what is empty in every line is left out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

Rows = Iterable[Sequence[object]]


def table(head: Sequence[str], rows: Rows) -> Iterator[str]:
    """A table; columns in which every cell is empty are left out."""
    given = [[cell(value) for value in row] for row in rows]
    kept = [at for at in range(len(head)) if any(row[at] for row in given)]
    yield _line(head[at] for at in kept)
    yield _line("---" for _ in kept)
    yield from (_line(row[at] for at in kept) for row in given)


def pairs(named: Mapping[str, object]) -> Iterator[str]:
    """A table of two columns, without what is empty."""
    yield from table(("what", "stands"), [each for each in named.items() if cell(each[1])])


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(value: object) -> str:
    """A value as it stands in a table: lists with commas, figures as short as they go, bars escaped."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return listed(value)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, dict):
        return ", ".join(f"{name} {each}" for name, each in value.items())  # pyright: ignore[reportUnknownVariableType]
    return str(value).replace("\n", " ").replace("|", "\\|")


def listed(values: Iterable[object]) -> str:
    """Values with commas between them."""
    return ", ".join(cell(each) for each in values)


def joined(said: Iterable[str]) -> str:
    """Remarks with semicolons between them, the empty ones left out."""
    return "; ".join(filter(None, said))


def span(least_and_most: tuple[int, int]) -> str:
    """Two figures as "2 to 3", or as "2" when both are the same."""
    least, most = least_and_most
    return str(least) if least == most else f"{least} to {most}"
