"""Who answers when a model fails, and when nobody else may."""

import asyncio
from typing import Any

import pytest

from amity.models import (
    CallReport,
    ContextTooLong,
    Delta,
    EmptyReply,
    Interrupted,
    Misconfigured,
    ModelsConfig,
    ProcessorError,
    RateLimited,
    RequestRefused,
    Role,
    Unavailable,
)
from amity.testing.fake_model import Answer, FakeModel
from tests.models.asking import Clock, ask, entry, fallbacks, question, section, warm
from tests.models.conftest import MakeModels


def two(fake: FakeModel, **more: Any) -> dict[str, Any]:
    """Return a section in which ``main`` falls back to ``spare``."""
    return section(
        entry("main", fake.url, "openai/first"),
        entry("spare", fake.url, "openai/second"),
        router_settings=fallbacks(main=["spare"]),
        **more,
    )


def asked(fake: FakeModel) -> list[str]:
    return [str(request.body["model"]) for request in fake.asked]


PASSING = [
    Answer.failing(500),
    Answer.failing(429, retry_after=1),
    Answer.failing(401),
    Answer.empty(),
    Answer.garbage(),
    Answer.hanging(),
    Answer(before=30.0),
    Answer(cut_after=0),
]


@pytest.mark.parametrize(
    "fault", PASSING, ids=["500", "429", "401", "empty", "garbage", "hang", "silent", "cut-at-0"]
)
async def test_before_the_first_word_another_model_answers(
    fake: FakeModel, make: MakeModels, fault: Answer
) -> None:
    await warm(make, fake.url, "openai/first")
    fake.asked.clear()
    fake.always(fault, "first")
    reports: list[CallReport] = []
    settings = two(fake)
    settings["model_list"][0]["litellm_params"]["stream_timeout"] = 1.5
    said = await ask(make(settings, reports=reports))
    assert said.error is None
    assert said.text == "Hello there, friend."
    assert said.finished is not None
    assert said.finished.model == "spare"
    assert asked(fake) == ["first", "second"]
    assert [(r.model, r.outcome == "ok") for r in reports] == [("main", False), ("spare", True)]


@pytest.mark.parametrize(
    "fault",
    [
        Answer(chunks=tuple("abcdefgh"), cut_after=5),
        Answer(chunks=tuple("abcdefgh"), hang_after=5),
        Answer(chunks=tuple("abcde"), finish=None),
    ],
    ids=["cut", "hang", "no-end"],
)
async def test_after_the_first_word_nobody_else_is_asked(
    fake: FakeModel, make: MakeModels, fault: Answer
) -> None:
    await warm(make, fake.url, "openai/first")
    fake.asked.clear()
    fake.always(fault, "first")
    times = {"idle_timeout": 1.0, "retry_budget": 5.0}
    said = await ask(make(two(fake) | times))
    assert type(said.error) is Interrupted
    assert said.text == "abcde", "neither lost nor doubled"
    assert asked(fake) == ["first"]


@pytest.mark.parametrize(
    "fault,expected",
    [
        (Answer.failing(400), RequestRefused),
        (Answer.failing(400, code="content_policy_violation"), RequestRefused),
        (Answer(chunks=(), finish="content_filter"), RequestRefused),
        (Answer.failing(400, code="context_length_exceeded"), ContextTooLong),
    ],
    ids=["400", "policy", "withheld", "too-long"],
)
async def test_a_refusal_is_not_carried_to_another_model(
    fake: FakeModel, make: MakeModels, fault: Answer, expected: type[ProcessorError]
) -> None:
    fake.always(fault, "first")
    models = make(two(fake))
    said = await ask(models)
    assert type(said.error) is expected
    assert asked(fake) == ["first"]
    assert models.describe()[0].state == "untried", "a refusal says nothing of the model"


async def test_a_prompt_that_is_too_long_goes_to_the_model_named_for_that(
    fake: FakeModel, make: MakeModels
) -> None:
    fake.always(Answer.failing(400, code="context_length_exceeded"), "first")
    settings = two(fake) | {
        "router_settings": {
            "fallbacks": [{"main": ["other"]}],
            "context_window_fallbacks": [{"main": ["spare"]}],
        }
    }
    settings["model_list"].append(entry("other", fake.url, "openai/third"))
    said = await ask(make(settings))
    assert said.finished is not None
    assert asked(fake) == ["first", "second"]


async def test_all_failed_the_error_that_says_most(fake: FakeModel, make: MakeModels) -> None:
    names = ["a", "b", "c", "d"]
    settings = section(
        *(entry(name, fake.url, f"openai/{name}") for name in names),
        router_settings=fallbacks(a=["b", "c", "d"]),
    )
    faults = {
        "a": Answer.empty(),
        "b": Answer.failing(500),
        "c": Answer.failing(429),
        "d": Answer.failing(401),
    }
    for name, fault in faults.items():
        fake.always(fault, name)
    said = await ask(make(settings))
    assert type(said.error) is Misconfigured
    assert '"d"' in str(said.error)
    assert asked(fake) == names
    for chain, expected in (
        (["b", "c"], RateLimited),
        (["b"], Unavailable),
        ([], EmptyReply),
    ):
        models = make(settings | {"router_settings": fallbacks(a=chain)})
        assert type((await ask(models)).error) is expected


async def test_a_model_that_failed_stands_behind_for_a_while(
    fake: FakeModel, make: MakeModels
) -> None:
    clock = Clock()
    models = make(two(fake, cooldown=30.0), clock=clock)
    fake.script(Answer.failing(500), model="first")
    await ask(models)
    await ask(models)
    assert asked(fake) == ["first", "second", "second"]
    assert [state.state for state in models.describe()] == ["cooling", "good"]
    clock.now += 31
    await ask(models)
    assert asked(fake)[3:] == ["first"]
    assert [state.state for state in models.describe()] == ["good", "good"]


async def test_a_cooling_model_is_asked_when_the_others_fail(
    fake: FakeModel, make: MakeModels
) -> None:
    models = make(two(fake))
    fake.script(Answer.failing(500), model="first")
    await ask(models)
    fake.script(Answer.failing(500), model="second")
    said = await ask(models)
    assert asked(fake)[2:] == ["second", "first"]
    assert said.finished is not None
    assert said.finished.model == "main"


async def test_a_misconfigured_model_waits_for_the_operator(
    fake: FakeModel, make: MakeModels
) -> None:
    clock = Clock()
    settings = two(fake)
    models = make(settings, clock=clock)
    fake.script(Answer.failing(401), model="first")
    await ask(models)
    clock.now += 100_000
    await ask(models)
    assert asked(fake) == ["first", "second", "second"]
    state = models.describe()[0]
    assert (state.state, state.error) == ("misconfigured", "Misconfigured")
    assert "api_key" in (state.sentence or "")
    await models.reload(ModelsConfig.read(settings))
    await ask(models)
    assert asked(fake)[3:] == ["first"]


async def test_a_rate_limit_cools_as_long_as_it_asks(fake: FakeModel, make: MakeModels) -> None:
    clock = Clock()
    models = make(two(fake, cooldown=10.0), clock=clock)
    fake.script(Answer.failing(429, retry_after=120), model="first")
    await ask(models)
    clock.now += 60
    await ask(models)
    assert asked(fake) == ["first", "second", "second"]
    clock.now += 61
    await ask(models)
    assert asked(fake)[3:] == ["first"]


@pytest.mark.parametrize(
    "fault,again",
    [
        (Answer.failing(500), True),
        (Answer.empty(), True),
        (Answer.failing(429, retry_after=0.1), True),
        (Answer.failing(429, retry_after=600), False),
        (Answer.failing(401), False),
        (Answer.failing(400), False),
    ],
    ids=["500", "empty", "429-soon", "429-late", "401", "400"],
)
async def test_the_last_model_gets_a_second_try_where_that_may_help(
    fake: FakeModel, make: MakeModels, fault: Answer, *, again: bool
) -> None:
    fake.script(fault)
    models = make(section(entry("main", fake.url)) | {"retry_budget": 5.0})
    said = await ask(models)
    assert (said.error is None) is again
    assert len(fake.asked) == (2 if again else 1)


async def test_a_model_that_others_stand_behind_gets_no_second_try(
    fake: FakeModel, make: MakeModels
) -> None:
    fake.always(Answer.failing(500), "first")
    await ask(make(two(fake) | {"retry_budget": 5.0}))
    assert asked(fake) == ["first", "second"]


async def test_only_allowed_models_see_a_request(fake: FakeModel, make: MakeModels) -> None:
    models = make(two(fake))
    said = await ask(models, allowed={"spare"})
    assert said.finished is not None
    assert asked(fake) == ["second"]
    fake.always(Answer.failing(500), "first")
    assert type((await ask(models, allowed=["main"])).error) is Unavailable
    assert asked(fake) == ["second", "first"]
    said = await ask(models, allowed=())
    assert type(said.error) is Misconfigured
    assert asked(fake) == ["second", "first"]


async def test_an_allowed_list_holds_for_long_prompts_too(
    fake: FakeModel, make: MakeModels
) -> None:
    fake.always(Answer.failing(400, code="context_length_exceeded"), "first")
    settings = two(fake) | {"router_settings": {"context_window_fallbacks": [{"main": ["spare"]}]}}
    said = await ask(make(settings), allowed=["main"])
    assert type(said.error) is ContextTooLong
    assert asked(fake) == ["first"]


async def test_the_offline_voice_never_stands_in(fake: FakeModel, make: MakeModels) -> None:
    fake.always(Answer.failing(500))
    said = await ask(make(section(entry("main", fake.url))))
    assert type(said.error) is Unavailable
    assert said.parts == []


async def test_roles_name_models(fake: FakeModel, make: MakeModels) -> None:
    settings = section(
        entry("small", fake.url, "openai/small"),
        entry("big", fake.url, "openai/big"),
        roles={"chat": "big", "extract": "small"},
    )
    models = make(settings)
    for role, model in (
        (Role.CHAT, "big"),
        (Role.EXTRACT, "small"),
        (Role.SUMMARISE, "big"),
        (Role.MODERATE, "big"),
    ):
        await ask(models, question(role=role))
        assert asked(fake)[-1] == model
    await ask(models, question(model="small"))
    assert asked(fake)[-1] == "small"
    assert type((await ask(models, question(model="none"))).error) is Misconfigured


async def test_leaving_stops_the_provider(fake: FakeModel, make: MakeModels) -> None:
    reports: list[CallReport] = []
    fake.always(Answer(chunks=tuple("abcdefgh"), hang_after=5))
    for model in ("openai/gpt-fake", "hosted_vllm/fake"):
        models = make(section(entry("main", fake.url, model)), reports=reports)
        events = models.stream(question())
        first = await anext(events)
        assert isinstance(first, Delta)
        assert fake.streaming == 1
        await events.aclose()
        async with asyncio.timeout(5):
            while fake.streaming:
                await asyncio.sleep(0.01)
    assert fake.left == 2
    assert [report.outcome for report in reports] == ["left", "left"]


async def test_a_cancelled_turn_stops_the_provider(fake: FakeModel, make: MakeModels) -> None:
    fake.always(Answer.hanging())
    models = make(section(entry("main", fake.url)))
    task = asyncio.create_task(ask(models))
    async with asyncio.timeout(10):
        while not fake.streaming:
            await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5):
        while fake.streaming:
            await asyncio.sleep(0.01)


async def test_a_connection_is_used_again(fake: FakeModel, make: MakeModels) -> None:
    ports: set[str] = set()
    models = make(section(entry("main", fake.url)))
    for _ in range(4):
        await ask(models)
    ports = {request.peer for request in fake.asked}
    assert len(fake.asked) == 4
    assert len(ports) == 1, "each answer was read to its end, so one connection served all"


async def test_many_at_once(fake: FakeModel, make: MakeModels) -> None:
    fake.always(Answer(chunks=tuple(f"{n} " for n in range(30)), between=0.001), "first")
    models = make(two(fake))
    answers = await asyncio.gather(*(ask(models) for _ in range(40)))
    expected = "".join(f"{n} " for n in range(30))
    assert [said.text for said in answers] == [expected] * 40


SECRET = ("The person wants", " tea.", "</thi", "nk>\n\nHello", " there.")


async def test_reasoning_without_an_opening_tag_is_taken_back(
    fake: FakeModel, make: MakeModels
) -> None:
    fake.always(Answer(chunks=SECRET, between=0.05))
    said = await ask(make(section(entry("main", fake.url))))
    assert said.error is None
    assert said.text == "Hello there."
    fake.always(Answer(chunks=(*SECRET[:3], "nk>"), between=0.05))
    said = await ask(make(section(entry("main", fake.url))))
    # What came in one piece of the network was never given out.
    assert type(said.error) is (Interrupted if said.taken_back else EmptyReply)
    assert said.text == ""


async def test_where_it_is_said_that_reasoning_opens_without_a_tag_none_is_shown(
    fake: FakeModel, make: MakeModels
) -> None:
    settings = two(fake)
    settings["model_list"][0]["model_info"] = {"reasoning_without_opening_tag": True}
    fake.always(Answer(chunks=SECRET), "first")
    said = await ask(make(settings))
    assert (said.text, said.taken_back) == ("Hello there.", 0)
    fake.always(Answer(chunks=("Hello", " there.")), "first")
    assert (await ask(make(settings))).text == "Hello there."
    # Reasoning that used the tokens up is no answer, and nothing was shown of it.
    fake.always(Answer(chunks=SECRET[:2], finish="length"), "first")
    fake.always(Answer(chunks=("Here is spare.",)), "second")
    assert (await ask(make(settings))).text == "Here is spare."


@pytest.mark.parametrize("chunks", [SECRET, ("Hello there.",)])
async def test_nor_is_any_where_the_answer_comes_whole(
    fake: FakeModel, make: MakeModels, chunks: tuple[str, ...]
) -> None:
    fake.always(Answer(chunks=chunks, finish="length"))
    said = await ask(make(section(entry("main", fake.url, stream=False))))
    assert (said.text, said.taken_back) == ("Hello there.", 0)
