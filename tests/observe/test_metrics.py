"""Figures without people."""

import asyncio

import pytest

from amity.observe import Metrics


def test_every_figure_is_rendered() -> None:
    metrics = Metrics()
    metrics.turn("answered", 1.5)
    metrics.first_words("main", 0.4)
    metrics.model_call("main", "ok", input_tokens=10, output_tokens=4, cost=0.25)
    metrics.model_call("main", "RateLimited")
    metrics.commit(7, 0.001)
    metrics.inbox("accepted")
    metrics.outbox("web", "sent")
    metrics.doubtful_repeat("web")
    metrics.crisis("resources")
    metrics.http(404)
    text = metrics.render().decode()
    for line in (
        'amity_turns_total{outcome="answered"} 1.0',
        'amity_model_calls_total{model="main",outcome="RateLimited"} 1.0',
        'amity_tokens_total{direction="input",model="main"} 10.0',
        'amity_cost_dollars_total{model="main"} 0.25',
        "amity_store_rows_total 7.0",
        'amity_inbox_total{status="accepted"} 1.0',
        'amity_outbox_total{channel="web",outcome="sent"} 1.0',
        'amity_doubtful_repeats_total{channel="web"} 1.0',
        'amity_crises_total{kind="resources"} 1.0',
        'amity_http_requests_total{status="4xx"} 1.0',
    ):
        assert line in text


def test_a_channel_is_in_one_state() -> None:
    metrics = Metrics()
    metrics.channel_state("web", "starting")
    metrics.channel_state("web", "running")
    metrics.channel_state("web", "running")
    text = metrics.render().decode()
    assert 'amity_channel_state{channel="web",state="running"} 1.0' in text
    assert "starting" not in text
    metrics.channel_state("web", None)
    assert 'state="running"' not in metrics.render().decode()


@pytest.mark.parametrize("label", ["it's me, +49 170 1234567", "", "99887766", "a" * 65, "я"])
def test_what_is_no_word_of_the_program_is_no_label(label: str) -> None:
    metrics = Metrics()
    metrics.turn(label, 1)
    assert 'amity_turns_total{outcome="other"} 1.0' in metrics.render().decode()


async def test_the_loop_is_watched() -> None:
    metrics = Metrics()
    task = asyncio.create_task(metrics.watch_loop(0.001))
    while "amity_loop_lag_seconds_count 0.0" in metrics.render().decode():
        await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_two_engines_have_registries_of_their_own() -> None:
    Metrics().inbox("accepted")
    assert "accepted" not in Metrics().render().decode()
