"""The page about the server does what it says."""

import asyncio
import re
import sys
from pathlib import Path

from tests.support.program import clean_environment

PAGE = Path(__file__).parents[3] / "docs" / "telegram-server.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


async def test_the_example_prints_what_the_page_says(tmp_path: Path) -> None:
    blocks = dict(BLOCK.findall(PAGE.read_text("utf-8")))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", blocks["python"]),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=tmp_path,
        env=clean_environment(tmp_path),
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    assert out.decode() == blocks["text"]
