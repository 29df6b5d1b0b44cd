"""The platforms' libraries are imported when they are needed: never without their channels, and
with them not before the first page."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.support.amity import AmityProcess
from tests.support.ports import free_port
from tests.support.program import clean_environment

SDKS: Final = {"aiogram", "discord"}
_IMPORTED: Final = re.compile(r"^import time:.*\|\s+([\w.]+)$", re.MULTILINE)
_PROGRAM: Final = """
import asyncio, json, sys
from pathlib import Path

import aiohttp
import amity

SDKS = {"aiogram", "discord"}
seen = {"amity": sorted(SDKS & set(sys.modules))}
from amity.config import load_config
from amity.http.service import Service

async def main() -> None:
    folder = Path(sys.argv[1])
    service = await Service.build(load_config(folder / "amity.yaml", {}, folder / "data"))
    addresses = await service.start()
    async with aiohttp.ClientSession() as session:
        answer = await session.get(addresses.public + "/")
        await answer.read()
        seen["page"] = (answer.status, sorted(SDKS & set(sys.modules)))
    while SDKS - set(sys.modules):  # bounded by whoever started this
        await asyncio.sleep(0.05)
    seen["later"] = sorted(SDKS & set(sys.modules))
    await service.stop(drain=0)
    print(json.dumps(seen))

asyncio.run(main())
"""


@pytest.mark.timeout(120)
def test_the_first_page_is_served_before_either_library_is_imported(
    tmp_path: Path,
) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    (tmp_path / "amity.yaml").write_text(yaml.safe_dump(_config(nowhere)), "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path)],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == {"amity": [], "page": [200, []], "later": sorted(SDKS)}


def _config(nowhere: str) -> dict[str, Any]:
    discord = {"api_base": f"http://{nowhere}/api/v10", "gateway_url": f"ws://{nowhere}"}
    return {
        "http": {"bind": f"127.0.0.1:{free_port()}", "admin_bind": f"127.0.0.1:{free_port()}"},
        # The one that serves pages comes last, and is served first all the same.
        "channels": [
            {"name": "a", "adapter": "telegram", "token": "1:a", "api_base": f"http://{nowhere}"},
            {"name": "b", "adapter": "discord", "token": "a.b.c", **discord},
            {"name": "web", "adapter": "web"},
        ],
    }


def test_without_their_channels_no_process_imports_them(
    start_amity: Callable[..., AmityProcess],
) -> None:
    off = {"name": "off", "adapter": "discord", "token": "a.b.c", "enabled": False}
    process = start_amity(
        config={"channels": [{"name": "web", "adapter": "web"}, off]},
        environment={"PYTHONPROFILEIMPORTTIME": "1"},
    )
    process.ready()
    for path in ("/", "/privacy", "/datamap.json"):
        with urllib.request.urlopen(process.url + path, timeout=20) as answer:  # noqa: S310 - our own address
            assert answer.status == 200
    assert process.stop() == 0
    imported = {name.partition(".")[0] for name in _IMPORTED.findall(process.output)}
    assert {"amity", "amity_web", "aiohttp", "amity_telegram", "amity_discord"} <= imported
    assert imported & SDKS == set()
