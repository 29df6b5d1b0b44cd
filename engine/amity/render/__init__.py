"""What is said, in the form that each channel takes.

Words are Markdown everywhere in the core. ``parse`` reads them as a tree, and from that tree come
plain text with spans beside it (``styled``), a platform's own Markdown (``to_dialect``), plain text
(``to_plain``) and Markdown again (``to_markdown``). ``fit`` cuts what is too long for a platform
into pieces that are whole texts. An adapter is handed pieces that fit; it renders them with the one
function that suits its platform.
"""

from amity.render.buttons import plain_buttons
from amity.render.fit import fit, measure
from amity.render.lengths import length
from amity.render.parse import parse
from amity.render.parts import fit_parts
from amity.render.styled import styled, to_plain
from amity.render.to_dialect import to_dialect
from amity.render.to_markdown import to_markdown
from amity.render.tree import (
    Align,
    Block,
    Break,
    Cell,
    CodeBlock,
    Document,
    Heading,
    Inline,
    Item,
    List,
    Paragraph,
    Quote,
    Rule,
    Run,
    Style,
    Table,
)

__all__ = [
    "Align",
    "Block",
    "Break",
    "Cell",
    "CodeBlock",
    "Document",
    "Heading",
    "Inline",
    "Item",
    "List",
    "Paragraph",
    "Quote",
    "Rule",
    "Run",
    "Style",
    "Table",
    "fit",
    "fit_parts",
    "length",
    "measure",
    "parse",
    "plain_buttons",
    "styled",
    "to_dialect",
    "to_markdown",
    "to_plain",
]
