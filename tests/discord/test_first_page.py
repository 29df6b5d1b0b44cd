"""discord.py is imported when it is needed: not by Amity itself, and not before the first page."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.ports import free_port
from tests.support.program import clean_environment

_PROGRAM = """
import asyncio, json, sys
from pathlib import Path

import aiohttp
import amity

SDKS = {"aiogram", "discord"}
seen = {"amity": sorted(SDKS & sys.modules.keys())}
from amity.config import load_config
from amity.http.service import Service

async def main() -> None:
    folder = Path(sys.argv[1])
    service = await Service.build(load_config(folder / "amity.yaml", {}, folder / "data"))
    addresses = await service.start()
    async with aiohttp.ClientSession() as session:
        answer = await session.get(addresses.public + "/")
        await answer.read()
        seen["page"] = (answer.status, sorted(SDKS & sys.modules.keys()))
    wanted = set(sys.argv[2:])
    while not wanted <= sys.modules.keys():
        await asyncio.sleep(0.05)
    await asyncio.sleep(0 if wanted else 1)
    seen["later"] = sorted(SDKS & sys.modules.keys())
    await service.stop(drain=0)
    print(json.dumps(seen))

asyncio.run(main())
"""
_HTTP = "http: {{bind: '127.0.0.1:{0}', admin_bind: '127.0.0.1:{1}'}}\nchannels:\n"
_WEB = "- {name: web, adapter: web}\n"
_BOTH = """
- {name: mia, adapter: telegram, token: '1:a', api_base: 'http://127.0.0.1:9'}
- name: leo
  adapter: discord
  token: a.b.c
  api_base: 'http://127.0.0.1:9/api'
  gateway_url: 'ws://127.0.0.1:9'
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("channels", [_WEB, _WEB + _BOTH], ids=["without", "with both"])
def test_the_first_page_is_served_before_a_library_is_imported(
    tmp_path: Path, channels: str
) -> None:
    (tmp_path / "amity.yaml").write_text(_HTTP.format(free_port(), free_port()) + channels, "utf-8")
    wanted = ["aiogram", "discord"] if channels != _WEB else []
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), *wanted],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen["amity"] == []
    assert seen["page"] == [200, []]
    assert seen["later"] == wanted
