"""The other abilities, several deployments of one name, reload, and what is told about models."""

import asyncio
from typing import Any

import pytest
from pydantic import ValidationError

from amity.models import (
    CallReport,
    Delta,
    Finished,
    LitellmProcessor,
    Misconfigured,
    Models,
    ModelsConfig,
    Processor,
    Role,
    Unavailable,
    Unsupported,
    ZeroProcessor,
)
from amity.models import library as litellm_library
from amity.sealed import SealedText
from amity.testing.fake_model import Answer, FakeModel
from tests.models.asking import CANARY, Clock, ask, entry, fallbacks, question, section
from tests.models.conftest import MakeModels


def abilities(fake: FakeModel, **more: Any) -> dict[str, Any]:
    names = ("chat", "embed", "moderate", "transcribe", "speak")
    entries = [entry(name, fake.url, f"openai/{name}-1") for name in names]
    return section(*entries, roles={name: name for name in names}, **more)


async def test_embed(fake: FakeModel, make: MakeModels) -> None:
    models = make(abilities(fake))
    assert await models.embed([]) == []
    vectors = await models.embed([SealedText("ab"), SealedText("abcd")])
    assert vectors == [[2.0, 1.0, 0.5], [4.0, 1.0, 0.5]]
    body = fake.asked[0].body
    assert (body["model"], body["input"]) == ("embed-1", ["ab", "abcd"])
    assert "user" not in body


async def test_moderate(fake: FakeModel, make: MakeModels) -> None:
    models = make(abilities(fake))
    verdict = await models.moderate(SealedText("this is violence"))
    assert verdict.flagged
    assert dict(verdict.categories)["violence"] == 0.9
    assert not (await models.moderate(SealedText("hello"))).flagged


async def test_transcribe(fake: FakeModel, make: MakeModels) -> None:
    fake.always(Answer(chunks=("What was said.",)))
    models = make(abilities(fake))
    words = await models.transcribe(b"OggS...", "audio/ogg; codecs=opus")
    assert words == SealedText("What was said.")
    body = fake.asked[0].body
    assert (body["model"], body["file"], body["file.name"]) == (
        "transcribe-1",
        b"OggS...",
        "voice.ogg",
    )


async def test_speak(fake: FakeModel, make: MakeModels) -> None:
    recording = await make(abilities(fake)).speak(SealedText("Hello"), "alloy")
    assert recording == b"ID3-fake-mp3"
    body = fake.asked[0].body
    assert (body["input"], body["voice"], body["response_format"]) == ("Hello", "alloy", "mp3")


async def test_abilities_fail_in_the_same_words(fake: FakeModel, make: MakeModels) -> None:
    models = make(abilities(fake, router_settings=fallbacks(moderate=["chat"])))
    fake.always(Answer.failing(401), "embed-1")
    with pytest.raises(Misconfigured) as caught:
        await models.embed([SealedText(CANARY)])
    assert CANARY not in str(caught.value)
    assert caught.value.__context__ is None
    fake.always(Answer.failing(500), "moderate-1")
    assert not (await models.moderate(SealedText("hello"))).flagged
    assert [str(r.body["model"]) for r in fake.asked if "moderations" in r.path][-1] == "chat-1"
    fake.always(Answer.failing(500), "speak-1")
    with pytest.raises(Unavailable):
        await models.speak(SealedText("x"), "alloy")
    with pytest.raises(Misconfigured):
        await models.speak(SealedText("x"), "alloy", allowed=["chat"])


async def test_no_chat_model_stands_in_for_another_ability(
    fake: FakeModel, make: MakeModels
) -> None:
    models = make(section(entry("main", fake.url)))
    with pytest.raises(Unsupported):
        await models.embed([SealedText("x")])
    with pytest.raises(Unsupported):
        await models.moderate(SealedText("x"))
    with pytest.raises(Unsupported):
        await models.transcribe(b"x", "audio/ogg")
    with pytest.raises(Unsupported):
        await models.speak(SealedText("x"), "alloy")
    assert fake.asked == []


# ------------------------------------------------------------- several deployments of one name


def group(fake: FakeModel, **more: Any) -> dict[str, Any]:
    """Return a section in which one name has two deployments."""
    return section(
        entry("main", fake.url, "openai/one"),
        entry("main", fake.url, "openai/two", **more),
        entry("spare", fake.url, "openai/spare"),
        router_settings=fallbacks(main=["spare"]),
    )


async def test_deployments_of_a_name_share_the_load(fake: FakeModel, make: MakeModels) -> None:
    models = make(group(fake))
    for _ in range(40):
        assert (await ask(models)).error is None
    asked = [str(request.body["model"]) for request in fake.asked]
    # One of 2**39 runs fails by chance.
    assert set(asked) == {"one", "two"}


async def test_weights_are_followed(fake: FakeModel, make: MakeModels) -> None:
    section_ = group(fake, weight=1)
    section_["model_list"][0]["litellm_params"]["weight"] = 0
    models = make(section_)
    for _ in range(20):
        await ask(models)
    assert {str(request.body["model"]) for request in fake.asked} == {"two"}


async def test_a_deployment_that_fails_is_replaced_by_its_twin(
    fake: FakeModel, make: MakeModels
) -> None:
    clock = Clock()
    models = make(group(fake), clock=clock)
    fake.always(Answer.failing(500), "one")
    for _ in range(12):
        said = await ask(models)
        assert said.finished is not None
        assert said.finished.model == "main"
    asked = [str(request.body["model"]) for request in fake.asked]
    assert asked.count("one") <= 1, "it cools after its first failure"
    assert asked.count("two") == 12
    fake.always(Answer.failing(500), "two")
    said = await ask(models)
    assert said.finished is not None
    assert said.finished.model == "spare"


async def test_a_refusal_is_not_asked_twice_of_twins(fake: FakeModel, make: MakeModels) -> None:
    fake.always(Answer.failing(400))
    await ask(make(group(fake)))
    assert len(fake.asked) == 1


# ----------------------------------------------------------------------------------------- reload


async def test_a_reload_drops_no_running_answer(fake: FakeModel, make: MakeModels) -> None:
    fake.always(Answer(chunks=tuple(f"{n} " for n in range(20)), between=0.02), "one")
    models = make(section(entry("main", fake.url, "openai/one")))
    events = models.stream(question())
    first = await anext(events)
    assert isinstance(first, Delta)
    new = section(entry("main", fake.url, "openai/two"))
    await models.reload(ModelsConfig.read(new))
    said = await ask(models)
    assert fake.asked[-1].body["model"] == "two"
    assert said.finished is not None
    rest = [event.text.reveal() async for event in events if isinstance(event, Delta)]
    assert "".join([first.text.reveal(), *rest]) == "".join(f"{n} " for n in range(20))


async def test_a_running_call_falls_back_to_no_model_that_a_reload_put_there(
    fake: FakeModel, make: MakeModels
) -> None:
    def config(spare: str) -> dict[str, Any]:
        chain = fallbacks(main=["spare", "last"])
        entries = [entry("main", fake.url, "openai/main"), entry("spare", fake.url, spare)]
        return section(*entries, entry("last", fake.url, "openai/last"), router_settings=chain)

    models = make(config("openai/old"))
    await ask(models)
    fake.always(Answer(status=500, before=0.3), "main")
    asked = len(fake.asked)
    running = asyncio.create_task(ask(models))
    while len(fake.asked) == asked:
        await asyncio.sleep(0.01)
    await models.reload(ModelsConfig.read(config("openai/new")))
    assert (await running).error is None
    assert [one.body["model"] for one in fake.asked[asked:]] == ["main", "last"]


async def test_a_bad_config_is_refused_and_the_old_one_kept(
    fake: FakeModel, make: MakeModels
) -> None:
    models = make(section(entry("main", fake.url)))
    await ask(models)
    old = models.config
    with pytest.raises(ValidationError):
        ModelsConfig.read(section(entry("main", fake.url), roles={"chat": "none"}))
    for model in ("nonesuch/model", "amity/zero"):
        wrong = section(entry("main", fake.url, model))
        with pytest.raises(Misconfigured):
            await models.reload(ModelsConfig.read(wrong))
        assert models.config is old
        assert (await ask(models)).error is None


async def test_a_bad_first_model_leaves_the_offline_voice(
    fake: FakeModel, make: MakeModels
) -> None:
    models = make({})
    with pytest.raises(Misconfigured):
        await models.reload(ModelsConfig.read(section(entry("main", fake.url, "nonesuch/model"))))
    assert models.config.names == ("offline",)
    assert (await ask(models)).error is None


async def test_a_reload_to_and_from_several_deployments(fake: FakeModel, make: MakeModels) -> None:
    models = make(section(entry("main", fake.url, "openai/one")))
    assert (await ask(models)).error is None
    for section_ in (group(fake), section(entry("main", fake.url)), group(fake)):
        await models.reload(ModelsConfig.read(section_))
        for _ in range(6):
            assert (await ask(models)).error is None


async def test_from_the_offline_voice_to_a_model_and_back(
    fake: FakeModel, make: MakeModels
) -> None:
    models = make({})
    assert models.ready
    assert (await ask(models)).finished == Finished(model="offline", usage=_zero_usage())
    await models.reload(ModelsConfig.read(section(entry("main", fake.url))))
    assert (await ask(models)).text == "Hello there, friend."
    await models.reload(ModelsConfig.read({}))
    assert (await ask(models)).text != "Hello there, friend."


def _zero_usage() -> Any:
    from amity.models import Usage

    return Usage(output_tokens=1, cost=0.0)


# ------------------------------------------------------------------------------ what is told of it


async def test_describe(fake: FakeModel, make: MakeModels) -> None:
    clock = Clock()
    models = make(
        section(
            entry("main", fake.url, "openai/gpt-5-mini"),
            entry("spare", fake.url, "openai/unheard-of"),
            {"model_name": "quiet", "litellm_params": {"model": "amity/offline"}},
            router_settings=fallbacks(main=["spare"]),
            roles={"chat": "main", "extract": "spare"},
        ),
        clock=clock,
    )
    before = {state.name: state for state in models.describe()}
    assert before["main"].priced is None
    assert before["quiet"].local
    await models.load()
    await ask(models)
    clock.now += 5
    states = {state.name: state for state in models.describe()}
    main, spare, quiet = states["main"], states["spare"], states["quiet"]
    assert main.targets == ("openai/gpt-5-mini",)
    assert main.roles == (Role.CHAT, Role.SUMMARISE, Role.MODERATE)
    assert spare.roles == (Role.EXTRACT,)
    assert (main.state, spare.state, quiet.state) == ("good", "untried", "untried")
    assert main.succeeded == 5
    assert main.fallbacks == ("spare",)
    assert (main.priced, spare.priced, quiet.priced) == (True, False, True)
    assert (main.local, quiet.local) == (False, True)


async def test_prices(fake: FakeModel, make: MakeModels) -> None:
    own = entry(
        "own", fake.url, "openai/unheard-of", input_cost_per_token=0.5, output_cost_per_token=2.0
    )
    info = entry("info", fake.url, "openai/unheard-of")
    info["model_info"] = {"input_cost_per_token": 1.0, "output_cost_per_token": 0.0}
    models = make(section(own, info, entry("map", fake.url, "openai/gpt-4o-mini")))
    fake.always(Answer(usage=(10, 3)))
    costs = {}
    for name in ("own", "info", "map"):
        said = await ask(models, question(model=name))
        assert said.finished is not None
        costs[name] = said.finished.usage.cost
    assert costs["own"] == 10 * 0.5 + 3 * 2.0
    assert costs["info"] == 10.0
    assert costs["map"] == pytest.approx(10 * 0.15e-6 + 3 * 0.6e-6)


async def test_what_an_answer_will_cost_is_estimated(fake: FakeModel, make: MakeModels) -> None:
    own = entry("own", fake.url, input_cost_per_token=0.5, output_cost_per_token=2.0)
    models = make(section(own, {"model_name": "quiet", "litellm_params": {"model": "amity/zero"}}))
    await models.load()
    cost = models.estimate(question("abcd"), 2)
    assert (cost.output_tokens, cost.estimated) == (2, True)
    assert cost.cost == cost.input_tokens * 0.5 + 2 * 2.0
    assert models.estimate(question(model="quiet"), 1).cost == 0.0


@pytest.mark.parametrize(
    "models,budget",
    [
        ([{}], 6000),
        ([{"info": {"max_input_tokens": 100_000}}], 6000),
        ([{"info": {"max_input_tokens": 4000}}], 3500),
        ([{"info": {"max_input_tokens": 4000}, "max_tokens": 300}], 3700),
        ([{"info": {"max_input_tokens": 4000}, "max_tokens": 9000}], 2000),
        ([{"num_ctx": 2048}], 1792),
        ([{"info": {"max_input_tokens": "4000"}}], 6000),
        ([{}, {"info": {"max_input_tokens": 4000}}], 3500),
    ],
)
async def test_a_prompt_leaves_room_in_the_window(
    fake: FakeModel, make: MakeModels, models: list[dict[str, Any]], budget: int
) -> None:
    entries = []
    for given in models:
        info = {"model_info": given.pop("info")} if "info" in given else {}
        entries.append({**entry("main", fake.url, **given), **info})
    assert make(section(*entries)).prompt_budget() == budget
    assert make(section(*entries, prompt_tokens=1000)).prompt_budget("main") == 1000


async def test_litellm_knows_windows_once_it_is_loaded(fake: FakeModel, make: MakeModels) -> None:
    models = make(section(entry("old", fake.url, "openai/gpt-4"), prompt_tokens=100_000))
    assert models.prompt_budget() == 100_000
    await models.load()
    assert models.prompt_budget() == 8192 - 1000


async def test_probe(fake: FakeModel, make: MakeModels) -> None:
    models = make(abilities(fake))
    for name in ("chat", "embed", "moderate", "transcribe", "speak"):
        probe = await models.probe(name)
        assert probe.ok, probe
        assert (probe.model, probe.error, probe.sentence) == (name, None, "")
    paths = [request.path.rpartition("/v1/")[2] for request in fake.asked]
    assert paths == [
        "chat/completions",
        "embeddings",
        "moderations",
        "audio/transcriptions",
        "audio/speech",
    ]
    fake.always(Answer.failing(401))
    probe = await models.probe("chat")
    assert (probe.ok, probe.error) == (False, "Misconfigured")
    assert "api_key" in probe.sentence
    assert not (await models.probe("none")).ok


async def test_a_call_is_reported_without_words(fake: FakeModel, make: MakeModels) -> None:
    reports: list[CallReport] = []
    models = make(section(entry("main", fake.url)), reports=reports)
    await ask(models)
    fake.always(Answer.failing(500))
    await ask(models, question(role=Role.EXTRACT))
    good, bad = reports
    assert (good.model, good.role, good.outcome) == ("main", Role.CHAT, "ok")
    assert good.first is not None
    assert good.finished is not None
    assert good.seconds >= good.first >= 0
    assert (bad.role, bad.outcome, bad.first) == (Role.EXTRACT, "Unavailable", None)
    assert CANARY not in repr(reports)


async def test_loading_waits_for_nobody_and_happens_once(fake: FakeModel) -> None:
    config = ModelsConfig.read(section(entry("main", fake.url)))
    processor = LitellmProcessor(config.deployments, config.timeouts)
    before = processor.ready
    waiting = asyncio.create_task(processor.load())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.gather(processor.load(), processor.load())
    assert (before, processor.ready) == (False, True)
    assert litellm_library.loaded()
    await processor.aclose()
    await processor.aclose()


# ------------------------------------------------------------------------------- the zero-cost one


def zero(**params: Any) -> dict[str, Any]:
    return {
        "model_list": [
            {"model_name": "main", "litellm_params": {"model": "amity/zero", **params}},
        ]
    }


async def test_the_zero_cost_processor_is_chosen_by_config(make: MakeModels) -> None:
    said = await ask(make(zero(text="Hi. ", chunks=3, first=0.001, between=0.001)))
    assert said.parts == ["Hi. "] * 3
    assert said.finished is not None
    assert said.finished.usage.output_tokens == 3
    assert said.finished.usage.cost == 0.0


@pytest.mark.parametrize(
    "params",
    [{"chunk": 3}, {"chunks": "3"}, {"chunks": True}, {"chunks": 0}, {"text": " "}, {"first": -1}],
)
def test_a_wrong_pace_is_refused(make: MakeModels, params: dict[str, Any]) -> None:
    with pytest.raises(Misconfigured, match="amity/zero"):
        make(zero(**params))


async def test_the_zero_cost_processor_fulfils_the_contract() -> None:
    processor: Processor = ZeroProcessor()
    assert await processor.embed([SealedText("a")]) == [[1.0, 0.0, 0.0]]
    assert not (await processor.moderate(SealedText("a"))).flagged
    with pytest.raises(Unsupported):
        await processor.transcribe(b"", "audio/ogg")
    with pytest.raises(Unsupported):
        await processor.speak(SealedText("a"), "alloy")
    await processor.aclose()


def test_an_entry_of_our_own_shares_its_name_with_nobody() -> None:
    mixed = section(
        entry("main", "http://x"),
        {"model_name": "main", "litellm_params": {"model": "amity/offline"}},
    )
    with pytest.raises(Misconfigured, match="share a name"):
        Models(ModelsConfig.read(mixed), offline=ZeroProcessor())


async def test_another_processor_may_stand_for_the_outside(make: MakeModels) -> None:
    config = ModelsConfig.read(section(entry("main", "http://nowhere.invalid")))
    models = Models(config, offline=ZeroProcessor(), outside=ZeroProcessor())
    assert (await ask(models)).error is None
    await models.aclose()
