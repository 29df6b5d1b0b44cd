"""Lists in their one form."""

from itertools import pairwise

from amity.render.tree import Block, CodeBlock, Heading, Item, List, Paragraph

__all__ = ["made_list", "part_of_list"]


def made_list(items: tuple[Item, ...], start: int | None, *, tight: bool) -> List:
    """Return a list that is tight, or not, as it will be when it was written and read again."""
    close = all(_may_follow(*pair) for item in items for pair in pairwise(item))
    return part_of_list(items, start, tight=tight and close)


def part_of_list(items: tuple[Item, ...], start: int | None, *, tight: bool) -> List:
    """Return a list of some of the items of another that is tight or not."""
    if len(items) == 1 and len(items[0]) <= 1:
        return List(items, start, isinstance(items[0][0], Paragraph) if items[0] else False)
    has_words = any(isinstance(block, Paragraph) for item in items for block in item)
    return List(items, start, tight and has_words)


def _may_follow(before: Block, after: Block) -> bool:
    """Whether a block can begin on the line after another without being taken for part of it."""
    match before, after:
        case (CodeBlock() | Heading(), _):
            return True
        case (Paragraph(), CodeBlock()):
            return True
        case (Paragraph(), List(items=items, start=start)):
            return start in {None, 1} and bool(items[0]) and isinstance(items[0][0], Paragraph)
        case _:
            return False
