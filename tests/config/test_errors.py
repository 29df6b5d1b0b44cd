"""What is wrong in a configuration is said with file, line, key and a guess."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

from amity.adapter import Manifest
from amity.config import load_config, section, validate_channels
from amity.errors import ConfigError
from amity_discord import Discord
from amity_telegram import Telegram


def _no_factory() -> Any:
    raise ImportError("nothing to load in this test")


class PlatformConfig(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: SecretStr
    limit: int | str | None = None


class NoConfig(BaseModel):
    model_config = ConfigDict(extra="forbid")


PLATFORM = Manifest(name="platform", realm="platform", config=PlatformConfig, load=_no_factory)
WEB = Manifest(name="web", realm="web", config=NoConfig, load=_no_factory)


@pytest.fixture
def problems(tmp_path: Path) -> Any:
    def read(text: str, **environ: str) -> list[str]:
        path = tmp_path / "amity.yaml"
        path.write_text(text)
        with pytest.raises(ConfigError) as caught:
            validate_channels(load_config(path, environ, tmp_path / "data"), [PLATFORM, WEB])
        return str(caught.value).splitlines()

    return read


def test_an_unknown_key_is_refused_with_line_and_guess(problems: Any) -> None:
    text = "\n" * 10 + "channels:\n  - {name: a, adapter: platform, tokn: x}\n"
    assert problems(text) == [
        'amity.yaml:12: channels[0].tokn: unknown key (did you mean "token"?)'
    ]


@pytest.mark.parametrize(
    "key, period, least",
    [
        ("messages", "0d", "1h"),
        ("media", "1m", "5m"),
        ("technical", "23h", "1d"),
        ("tombstones", "0s", "1d"),
        ("consents", "0y", "1d"),
        ("decisions", "0d", "1d"),
        ("erasures", "0d", "1d"),
        ("tickets", "1h", "1d"),
        ("gate", "0s", "10m"),
        ("inactivity", "0d", "1d"),
    ],
)
def test_a_period_too_short_for_what_it_is_for_is_refused(
    problems: Any, key: str, period: str, least: str
) -> None:
    (said,) = problems(f"privacy:\n  retention:\n    {key}: {period}\n")
    assert said.startswith(f"amity.yaml:3: privacy.retention.{key}: must be at least {least}: ")


def test_periods_fit_together_and_none_is_negative(problems: Any) -> None:
    (said,) = problems("privacy: {retention: {inactivity: 1d, gate: 2d}}\n")
    assert said.startswith("amity.yaml:1: privacy.retention: inactivity must be at least as long")
    (said,) = problems("privacy: {retention: {messages: -5d}}\n")
    assert "privacy.retention.messages: must be a duration" in said


def test_two_channels_whose_pages_lie_under_one_path(problems: Any, tmp_path: Path) -> None:
    class Pages(BaseModel):
        model_config = ConfigDict(extra="forbid")

        path: str = "/"

    pages = Manifest(
        name="pages",
        realm="pages",
        config=Pages,
        load=_no_factory,
        paths=lambda config: (config.path,),
    )

    def read(second: str) -> list[str]:
        path = tmp_path / "pages.yaml"
        first = "channels:\n  - {name: one, adapter: pages}\n"
        path.write_text(f"{first}  - {{name: two, adapter: pages, {second}}}\n")
        return [c.name for c in validate_channels(load_config(path, {}, tmp_path), [pages])]

    with pytest.raises(ConfigError) as caught:
        read("persona: leo")
    assert str(caught.value) == (
        "pages.yaml:3: channels[1]: the pages of two lie under /, as those of one do; give one of"
        " them another path, or switch it off (enabled: false)"
    )
    assert read("path: /two/") == ["one", "two"]
    assert read("enabled: false") == ["one"]


def test_all_problems_are_said_at_once_in_the_order_of_the_file(problems: Any) -> None:
    text = """
service: {name: Ami, controler: x}
http:
  bind: 8080
  admin_bind: somewhere
modles: {}
privacy:
  minimum_age: 16
  retention: {messages: , media: 5 parsecs}
channels:
  - {name: web, adapter: web, enabled: perhaps, acess: open}
  - {adapter: web}
"""
    assert problems(text) == [
        'amity.yaml:2: service.controler: unknown key (did you mean "controller"?)',
        "amity.yaml:4: http.bind: must be text",
        (
            "amity.yaml:5: http.admin_bind: must be an address and a port, such as"
            ' "127.0.0.1:8080" or "[::1]:8080"'
        ),
        'amity.yaml:6: modles: unknown key (did you mean "models"?)',
        "amity.yaml:8: privacy.minimum_age: must be at least 18",
        'amity.yaml:9: privacy.retention.messages: must be a duration such as "24h" or "180d"',
        'amity.yaml:9: privacy.retention.media: must be a duration such as "24h" or "180d"',
        "amity.yaml:11: channels[0].enabled: must be true or false",
        "amity.yaml:12: channels[1].name: is missing",
    ]


def test_a_misspelt_common_key_of_a_channel_is_guessed(problems: Any) -> None:
    text = "channels:\n  - {name: web, adapter: web, persna: leo}\n"
    assert problems(text) == [
        'amity.yaml:2: channels[0].persna: unknown key (did you mean "persona"?)'
    ]


def test_an_adapter_that_is_not_there_is_named(problems: Any) -> None:
    text = "channels:\n  - {name: a, adapter: platfrom}\n  - {name: b, adapter: pigeon}\n"
    assert problems(text) == [
        (
            'amity.yaml:2: channels[0].adapter: no adapter "platfrom" is installed'
            ' (did you mean "platform"?)'
        ),
        (
            'amity.yaml:3: channels[1].adapter: no adapter "pigeon" is installed'
            " (there are: platform, web)"
        ),
    ]


def test_the_branches_of_a_union_are_one_sentence(problems: Any) -> None:
    text = "channels:\n  - {name: a, adapter: platform, token: t, limit: [1]}\n"
    assert problems(text) == [
        "amity.yaml:2: channels[0].limit: must be a whole number, or must be text"
    ]


def test_two_channels_of_one_name(problems: Any) -> None:
    text = "channels:\n  - {name: web, adapter: web}\n  - {name: web, adapter: web}\n"
    assert problems(text) == ['amity.yaml:3: channels[1].name: two channels are called "web"']


@pytest.mark.parametrize("manifest", [Telegram, Discord], ids=lambda m: m.name)
def test_two_channels_of_one_account(tmp_path: Path, manifest: Manifest) -> None:
    path = tmp_path / "amity.yaml"
    first, second = ("1234567:" + letter * 35 for letter in "ab")

    def read(token: str, more: str = "") -> int:
        path.write_text(
            "channels:\n"
            f"  - {{name: mia, adapter: {manifest.name}, token: '${{MIA}}'}}\n"
            f"  - {{name: leo, adapter: {manifest.name}, token: '${{LEO}}'{more}}}\n"
        )
        loaded = load_config(path, {"MIA": first, "LEO": token}, tmp_path / "data")
        return len(validate_channels(loaded, [manifest]))

    with pytest.raises(ConfigError) as caught:
        read(first)
    assert str(caught.value) == (
        f'amity.yaml:3: channels[1]: "leo" uses the same account of {manifest.name} as "mia", and'
        " each would take what is said to the other; give it an account of its own, or switch one"
        " of them off (enabled: false)"
    )
    assert read(second) == 2
    assert read(first, ", enabled: false") == 1


@pytest.mark.parametrize(
    "more, sentence",
    [
        ("access: code", "access: code needs a code of at least 6 characters"),
        ("access: code, code: 123", "access: code needs a code of at least 6 characters"),
        ("access: allowlist", "access: allowlist needs a list of accounts under allow"),
        ("access: everyone", "must be one of 'open', 'allowlist' or 'code'"),
    ],
)
def test_access_that_lets_nobody_in_is_refused(problems: Any, more: str, sentence: str) -> None:
    (line,) = problems(f"channels:\n  - {{name: web, adapter: web, {more}}}\n")
    assert line.endswith(sentence)


@pytest.mark.parametrize(
    "text, line",
    [
        ("http: {bind: 'a:1'}\nhttp: {}", "amity.yaml:2: http: this key is given twice"),
        ("http:\n  bind: [", "amity.yaml:2: is not valid YAML: expected the node content"),
        ("- a\n- b", "amity.yaml:1: a configuration holds sections, such as service:"),
        ("? [a]\n: b", "amity.yaml:1: a key must be a word"),
        ("service: !!python/object:os.system {}", "amity.yaml:1: "),
        ("service: {name: !!binary aGk=}", "amity.yaml:1: service.name: this YAML tag is not used"),
        ("a: &a [*a]", "amity.yaml:1: aliases or nesting make this more than"),
        ("service: \x01", "amity.yaml: is not valid YAML: it holds a character"),
        ("channels: 3", "amity.yaml:1: channels: must be a list"),
        ("models: 3", "amity.yaml:1: models: must hold keys of its own"),
        ("store: {url: 'postgres://x'}", "amity.yaml:1: store.url: must be"),
        ("channels: [web]", "amity.yaml:1: channels[0]: must hold keys of its own"),
        ("channels: [{name: 'a b', adapter: web}]", "amity.yaml:1: channels[0].name: must be a"),
        ("service: {base_url: chat}", "amity.yaml:1: service.base_url: must be an address such"),
        ("http: {trusted_proxies: [x]}", "amity.yaml:1: http.trusted_proxies[0]: must be an"),
        ("http: {timeout: 30}", "amity.yaml:1: http.timeout: must be a duration"),
        ("service: {<<: 3}", "amity.yaml:1: service: << takes a mapping"),
        ("http: {bind: 'a:1', admin_bind: 'a:1'}", "amity.yaml:1: http.admin_bind: must not be"),
    ],
)
def test_broken_files(problems: Any, text: str, line: str) -> None:
    assert problems(text)[0].startswith(line)


def test_a_small_file_cannot_become_a_large_one(problems: Any) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "more than a configuration can be" in problems("\n".join(lines))[0]


def test_nesting_and_size_have_an_end(problems: Any) -> None:
    assert "nest" in problems("a: " + "[" * 5000)[0]
    assert problems("# " + "x" * 600_000) == ["amity.yaml: is larger than 512 KiB"]


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "amity.yaml"
    path.write_bytes(b"service:\n  name: \xff\xfe\n")
    with pytest.raises(ConfigError, match=r"^amity\.yaml:2: is not UTF-8 text$"):
        load_config(path, {}, tmp_path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load_config(tmp_path, {}, tmp_path)


def test_a_section_of_another_room_speaks_the_same_words(tmp_path: Path) -> None:
    class Limits(BaseModel):
        model_config = ConfigDict(extra="forbid")
        messages: int = 5

    path = tmp_path / "amity.yaml"
    path.write_text("limits:\n  mesages: 3\n")
    loaded = load_config(path, {}, tmp_path)
    with pytest.raises(ConfigError) as caught:
        section(loaded, "limits", Limits)
    assert str(caught.value) == (
        'amity.yaml:2: limits.mesages: unknown key (did you mean "messages"?)'
    )
    assert section(load_config(None, {}, tmp_path), "limits", Limits).messages == 5


def test_keys_are_guessed_at_any_depth(tmp_path: Path) -> None:
    class Part(BaseModel):
        model_config = ConfigDict(extra="forbid")
        weight: int = 1

    class Whole(BaseModel):
        model_config = ConfigDict(extra="forbid")
        parts: list[Part] = []
        named: dict[str, Part | None] = {}

    path = tmp_path / "amity.yaml"
    path.write_text("limits:\n  parts:\n    - {wieght: 1}\n  named:\n    x: {wait: 3, wegiht: 2}\n")
    with pytest.raises(ConfigError) as caught:
        section(load_config(path, {}, tmp_path), "limits", Whole)
    assert str(caught.value).splitlines() == [
        'amity.yaml:3: limits.parts[0].wieght: unknown key (did you mean "weight"?)',
        'amity.yaml:5: limits.named.x.wait: unknown key (did you mean "weight"?)',
        'amity.yaml:5: limits.named.x.wegiht: unknown key (did you mean "weight"?)',
    ]


def test_a_validators_words_are_not_shown_of_a_secret(tmp_path: Path) -> None:
    class Strict(BaseModel):
        model_config = ConfigDict(extra="forbid")
        token: str = ""
        plain: str = ""

        @field_validator("token", "plain")
        @classmethod
        def _quotes(cls, value: str) -> str:
            raise ValueError(f"{value} is wrong")

    path = tmp_path / "amity.yaml"
    path.write_text("limits: {token: canary-1, plain: '${X}'}\n")
    with pytest.raises(ConfigError) as caught:
        section(load_config(path, {"X": "canary-2"}, tmp_path), "limits", Strict)
    assert str(caught.value).splitlines() == [
        "amity.yaml:1: limits.token: is not valid",
        "amity.yaml:1: limits.plain: is not valid",
    ]


@pytest.mark.parametrize(
    "content, words",
    [(b"x" * 70_000, "is too large for a value"), (b"\xff\xfe", "is not UTF-8 text")],
)
def test_a_file_that_is_no_value(problems: Any, tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "secret").write_bytes(content)
    (line,) = problems("service: {name: '${file:secret}'}")
    assert line == f"amity.yaml:1: service.name: the file secret {words}"


def test_errors_do_not_quote_secrets(problems: Any) -> None:
    text = "channels:\n  - {name: a, adapter: platform, token: [canary-token]}\n"
    assert "canary" not in "".join(problems(text))
    text = "http: {bind: '${BIND}', body_limit: '${BIND}'}"
    assert "canary" not in "".join(problems(text, BIND="canary-secret"))


def test_a_list_of_no_channel_is_refused(problems: Any) -> None:
    (line,) = problems("service: {name: A}\nchannels: []")
    assert line.startswith("amity.yaml:2: channels: names no channel, so nobody could talk;")
    assert line.endswith("name one, or leave the key out for the web page")


def test_where_all_channels_are_switched_off_it_is_said(tmp_path: Path) -> None:
    path = tmp_path / "amity.yaml"
    path.write_text("channels:\n- {name: a, adapter: web, enabled: false}\n")
    loaded = load_config(path, {}, tmp_path / "data")
    assert loaded.warnings == ("amity.yaml:1: channels: all are switched off: nobody can talk",)


class _Quoting(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: str

    @field_validator("token")
    @classmethod
    def _refuse(cls, value: str) -> str:
        raise ValueError(f"must not be {value[:6]}" if "canary" in value else "must be longer")


def test_what_a_validator_says_of_a_secret_is_shown_unless_it_quotes_it(tmp_path: Path) -> None:
    manifest = Manifest(name="platform", realm="platform", config=_Quoting, load=_no_factory)
    for token, words in (("canary-1", "is not valid"), ("short", "must be longer")):
        path = tmp_path / "amity.yaml"
        path.write_text(f"channels: [{{name: a, adapter: platform, token: {token}}}]")
        with pytest.raises(ConfigError) as caught:
            validate_channels(load_config(path, {}, tmp_path / "data"), [manifest])
        assert str(caught.value) == f"amity.yaml:1: channels[0].token: {words}"
