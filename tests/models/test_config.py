"""The ``models:`` section: what is taken as pasted, what is refused, and in which words."""

from typing import Any

import pytest
from pydantic import ValidationError

from amity.models import ModelsConfig, Role, notices, unfit_for_production
from amity.models.config import resolve
from tests.models.asking import entry, fallbacks

PASTED: dict[str, Any] = {
    "model_list": [
        {
            "model_name": "main",
            "litellm_params": {
                "model": "azure/gpt-5-mini",
                "api_base": "https://example.openai.azure.com",
                "api_key": "os.environ/AZURE_API_KEY",
                "api_version": "2025-01-01",
                "rpm": 6,
            },
            "model_info": {"id": "one", "base_model": "azure/gpt-5-mini"},
        },
        {"model_name": "main", "litellm_params": {"model": "openai/gpt-5-mini", "weight": 2}},
        {"model_name": "spare", "litellm_params": {"model": "anthropic/claude-haiku-4-5"}},
    ],
    "router_settings": {
        "routing_strategy": "simple-shuffle",
        "num_retries": 2,
        "timeout": 30,
        "allowed_fails": 3,
        "cooldown_time": 20,
        "fallbacks": [{"main": ["spare"]}],
        "context_window_fallbacks": [{"main": ["spare"]}],
        "default_fallbacks": ["spare"],
    },
}


def read(section: dict[str, Any], **environ: str) -> ModelsConfig:
    return ModelsConfig.read(section, environ=environ or {"AZURE_API_KEY": "secret-1"})


def refused(section: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as caught:
        read(section)
    return "; ".join(
        f"{'.'.join(str(part) for part in e['loc'])}: {e['msg']}" for e in caught.value.errors()
    )


def test_a_pasted_section_is_taken() -> None:
    config = read(PASTED)
    assert config.names == ("main", "spare")
    assert len(config.entries("main")) == 2
    assert config.chain("main") == ("main", "spare")
    assert config.router_settings.longer_than("main") == ["spare"]
    assert config.model_for(Role.CHAT) == "main"
    assert config.cooling == 20


def test_what_is_not_followed_is_said() -> None:
    said = notices(read(PASTED))
    for word in ("num_retries", "timeout", "allowed_fails", "drop_params"):
        assert any(word in sentence for sentence in said), word
    for word in ("fallbacks is not", "cooldown_time", "routing_strategy"):
        assert not any(word in sentence for sentence in said), word
    odd = read(
        {
            "model_list": [entry("main", "http://x", user="u", metadata={})],
            "router_settings": {
                "routing_strategy": "latency-based-routing",
                "fallbacks": [{"main": [{"model": "main", "temperature": 0}]}],
            },
        }
    )
    said = notices(odd)
    for word in ("latency-based-routing", "litellm_params.user", ".metadata", "sets parameters"):
        assert any(word in sentence for sentence in said), word


def test_huggingface_is_said_to_be_asked() -> None:
    config = read({"model_list": [entry("main", "http://x", "huggingface/meta/llama-3")]})
    assert any("huggingface.co" in sentence for sentence in notices(config))


def test_with_nothing_written_the_offline_voice_speaks() -> None:
    config = read({})
    assert config.names == ("offline",)
    assert config.model_for(Role.CHAT) == "offline"
    assert config.model_for(Role.EMBED) is None
    assert notices(config) == []


@pytest.mark.parametrize(
    "roles,expected",
    [
        ({}, {"chat": "a", "extract": "a", "embed": None, "speak": None, "moderate": "a"}),
        ({"chat": "b"}, {"chat": "b", "extract": "b", "summarise": "b", "transcribe": None}),
        ({"extract": "b", "embed": "b"}, {"chat": "a", "extract": "b", "embed": "b"}),
    ],
)
def test_a_role_without_a_model_uses_chats(
    roles: dict[str, str], expected: dict[str, str | None]
) -> None:
    config = read({"model_list": [entry("a", "http://x"), entry("b", "http://x")], "roles": roles})
    assert {role: config.model_for(Role(role)) for role in expected} == expected


@pytest.mark.parametrize(
    "change,words",
    [
        ({"roles": {"chat": "mian"}}, 'roles: .*there is no model "mian".*did you mean "main"'),
        ({"router_settings": fallbacks(main=["spar"])}, 'fallbacks: .*"spar".*"spare"'),
        ({"router_settings": fallbacks(mani=["spare"])}, 'fallbacks: .*"mani"'),
        ({"router_settings": {"default_fallbacks": ["x"]}}, 'default_fallbacks: .*"x"'),
        (
            {"router_settings": {"context_window_fallbacks": [{"main": ["x"]}]}},
            'context_window_fallbacks: .*"x"',
        ),
        ({"processors": {"min": {"name": "OpenAI"}}}, 'processors: .*"min"'),
        ({"processors": {"main": {"name": "OpenAI", "regoin": "US"}}}, "regoin"),
        ({"rolls": {}}, "rolls"),
        ({"roles": {"chatt": "main"}}, "chatt"),
        ({"first_token_timeout": 0}, "first_token_timeout"),
        ({"model_list": [{"model_name": "main", "litellm_params": {}}]}, "model: Field required"),
        ({"model_list": [{"litellm_params": {"model": "x"}}]}, "model_name: Field required"),
        ({"model_list": [entry("main", "x", "amity/ofline")]}, "amity/ofline.*amity/offline"),
        (
            {"model_list": [entry("main", "x", api_key="os.environ/NOT_SET")]},
            'model "main": api_key names the environment variable NOT_SET, which is not set',
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(change: dict[str, Any], words: str) -> None:
    import re

    good = {"model_list": [entry("main", "http://x"), entry("spare", "http://x")]}
    said = refused(good | change)
    assert re.search(words, said), said
    assert "sk-test" not in said


def test_one_mistake_in_the_list_is_told_once() -> None:
    section = {
        "model_list": [entry("main", "x", api_key="os.environ/NOT_SET")],
        "roles": {"chat": "main"},
        "processors": {"main": {"name": "x"}},
        "router_settings": fallbacks(main=["main"]),
    }
    assert refused(section).count(";") == 0


def test_fallbacks_are_followed_over_several_steps_and_end() -> None:
    names = ["a", "b", "c", "d"]
    section: dict[str, Any] = {"model_list": [entry(name, "http://x") for name in names]}
    section["router_settings"] = fallbacks(a=["b"], b=["c", "a"], c=["d"])
    assert read(section).chain("a") == ("a", "b", "c", "d")
    section["router_settings"] = {**fallbacks(a=["b", "c", "d"]), "max_fallbacks": 2}
    assert read(section).chain("a") == ("a", "b", "c")
    section["router_settings"] = {"fallbacks": [{"*": ["d"]}, {"a": ["b"]}]}
    assert read(section).chain("a") == ("a", "b", "d")
    assert read(section).chain("c") == ("c", "d")
    section["router_settings"] = {"default_fallbacks": ["b"]}
    assert read(section).chain("a") == ("a", "b")


def test_one_name_stands_for_a_list_and_a_blank_key_for_none() -> None:
    section: dict[str, Any] = {"model_list": [entry("a", "http://x"), entry("b", "http://x")]}
    section["router_settings"] = {"fallbacks": [{"a": "b"}]}
    assert read(section | {"roles": None, "processors": None}).chain("a") == ("a", "b")


def test_secrets_are_not_shown() -> None:
    config = read({"model_list": [entry("main", "http://x", aws_secret_access_key="hush")]})
    assert "hush" not in repr(config)
    assert "sk-test" not in repr(config)


def test_references_are_resolved_late() -> None:
    params = read(PASTED).entries("main")[0].litellm_params.as_given()
    assert params["api_key"] == "os.environ/AZURE_API_KEY"
    assert resolve(params, {"AZURE_API_KEY": "secret-1"})["api_key"] == "secret-1"


def test_the_benchmark_processor_is_unfit_for_production() -> None:
    zero = read({"model_list": [entry("main", "", "amity/zero")]})
    (sentence,) = unfit_for_production(zero)
    assert "amity/zero" in sentence
    assert unfit_for_production(read({})) == []


def test_reasoning_without_an_opening_tag_is_said_with_true_or_false() -> None:
    wrong = {"model_list": [entry("main", "http://127.0.0.1:9/v1")]}
    wrong["model_list"][0]["model_info"] = {"reasoning_without_opening_tag": "yes"}
    with pytest.raises(ValidationError, match="reasoning_without_opening_tag is true or false"):
        ModelsConfig.read(wrong)
