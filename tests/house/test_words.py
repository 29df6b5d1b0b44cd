"""What must not be in the repository: unfinished work, and traces of one person's machine."""

import io
import re
import tokenize
from pathlib import Path
from typing import Final

import pytest

from tests.house.tree import ROOT, source_files, tracked

UNFINISHED: Final = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")
# Spelt in pieces: this file is looked through as well.
FOLDERS: Final = ("/" + "work/", "/" + "root/", "/" + "home/", "/" + "Users/", "C:" + "\\Users\\")
PERSONAL: Final = re.compile("|".join(re.escape(folder) + r"[\w.]" for folder in FOLDERS))
# A path inside a container image, or a drawn example, is nobody's machine.
ALLOWED: Final = re.compile(re.escape(FOLDERS[2]) + r"(amity|app|you|user)\b")
BINARY: Final = {".png", ".apng", ".ico", ".woff2", ".gz", ".zip", ".charx", ".ogg", ".mp3"}


def code_words(path: Path) -> str:
    """Return a source file's comments and names, without its strings and docstrings."""
    text = (ROOT / path).read_text("utf-8")
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return "\n".join(
        token.string for token in tokens if token.type in {tokenize.COMMENT, tokenize.NAME}
    )


@pytest.mark.parametrize("path", source_files(), ids=str)
def test_nothing_is_left_unfinished(path: Path) -> None:
    assert not UNFINISHED.findall(code_words(path))


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    files = tracked()
    if not files:
        pytest.skip("this is not a git checkout")
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in files
        if path.suffix not in BINARY
        for number, line in enumerate(
            (ROOT / path).read_text("utf-8", errors="replace").splitlines(), start=1
        )
        if PERSONAL.search(ALLOWED.sub("", line))
    ]
    assert not found


def test_the_search_finds_what_it_looks_for() -> None:
    assert PERSONAL.search("see " + FOLDERS[0] + "main/x.py")
    assert PERSONAL.search(FOLDERS[2] + "anna/amity")
    assert not PERSONAL.search(ALLOWED.sub("", FOLDERS[2] + "amity/data"))
    assert not PERSONAL.search("the framework/engine")
    assert UNFINISHED.search("# TODO: later")
