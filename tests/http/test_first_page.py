"""The page is there before the library that talks to models is imported."""

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

from amity.config import load_config
from amity.http.service import Service

async def main() -> None:
    folder = Path(sys.argv[1])
    service = await Service.build(load_config(folder / "amity.yaml", {}, folder / "data"))
    addresses = await service.start()
    async with aiohttp.ClientSession() as session:
        answer = await session.get(addresses.public + "/")
        await answer.read()
        seen = {"status": answer.status, "before": "litellm" in sys.modules}
    await service.engine.services.models.load()
    seen["after"] = "litellm" in sys.modules
    await service.stop(drain=0)
    print(json.dumps(seen))

asyncio.run(main())
"""


@pytest.mark.timeout(200)
def test_the_first_page_is_served_before_litellm_is_imported(
    tmp_path: Path,
) -> None:
    (tmp_path / "amity.yaml").write_text(
        f"http: {{bind: '127.0.0.1:{free_port()}', admin_bind: '127.0.0.1:{free_port()}'}}\n"
        "models: {model_list: [{model_name: main, litellm_params:"
        " {model: openai/x, api_key: k, api_base: 'http://127.0.0.1:9/v1'}}]}\n",
        "utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(tmp_path)],
        env=clean_environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == {"status": 200, "before": False, "after": True}
