"""aiogram is imported when it is needed: not by Amity itself, and not before the first page."""

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

seen = {"amity": "aiogram" in sys.modules}
from amity.config import load_config
from amity.http.service import Service

async def main() -> None:
    folder = Path(sys.argv[1])
    service = await Service.build(load_config(folder / "amity.yaml", {}, folder / "data"))
    addresses = await service.start()
    async with aiohttp.ClientSession() as session:
        answer = await session.get(addresses.public + "/")
        await answer.read()
        seen["page"] = (answer.status, "aiogram" in sys.modules)
    if len(sys.argv) > 2:
        while "aiogram" not in sys.modules:
            await asyncio.sleep(0.05)
    else:
        await asyncio.sleep(1)
    seen["later"] = "aiogram" in sys.modules
    await service.stop(drain=0)
    print(json.dumps(seen))

asyncio.run(main())
"""
_HTTP = "http: {{bind: '127.0.0.1:{0}', admin_bind: '127.0.0.1:{1}'}}\nchannels:\n"
_WEB = "- {name: web, adapter: web}\n"
_TELEGRAM = "- {name: mia, adapter: telegram, token: '1:a', api_base: 'http://127.0.0.1:9'}\n"


@pytest.mark.timeout(120)
@pytest.mark.parametrize("telegram", [False, True], ids=["without", "with"])
def test_the_first_page_is_served_before_aiogram_is_imported(
    tmp_path: Path, telegram: bool
) -> None:
    channels = (_TELEGRAM if telegram else "") + _WEB
    (tmp_path / "amity.yaml").write_text(_HTTP.format(free_port(), free_port()) + channels, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path), *(["telegram"] if telegram else [])],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == {"amity": False, "page": [200, False], "later": telegram}
