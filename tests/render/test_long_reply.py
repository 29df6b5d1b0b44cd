"""A long reply on a platform that takes 90 characters of plain text, by the running program."""

from collections.abc import Callable
from pathlib import Path

from amity.markup import Markup, TextUnit
from amity.render import fit
from tests.support.amity import AmityProcess
from tests.support.sample import SampleChannel

WORDS = " ".join(f"word{number}" for number in range(30))
REPLY = f"""\
## To *begin* with

**{WORDS}**

1. One
   - [a page](https://example.org/a_b_c)
2. Two

| Name | Age |
|------|----:|
| Anna | 7 |

```python
print("**")
```"""


async def test_it_arrives_whole_as_plain_text(
    start_amity: Callable[..., AmityProcess], tmp_path: Path
) -> None:
    platform = SampleChannel(tmp_path / "platform")
    zero = {"model": "amity/zero", "chunks": 1, "text": REPLY}
    models = {"model_list": [{"model_name": "main", "litellm_params": zero}]}
    config = {"models": models, "channels": [platform.config]}
    await start_amity(config=config, environment=platform.environment).aready()
    await platform.enter("ann")
    shown = await platform.answered(platform.say("ann", "Hello"))
    reply = [line["text"] for line in shown if line["kind"] == "reply"]
    assert reply == fit(REPLY, limit=90, unit=TextUnit.CODE_POINTS, markup=Markup.PLAIN)
    whole = "\n".join(reply)
    assert "*begin*" not in whole
    assert all(f"word{number}" in whole for number in range(30))
    for part in ("1. One\n   • a page (https://example.org/a_b_c)\n2. Two", 'print("**")'):
        assert part in whole
    assert max(map(len, reply)) <= 90
