"""What a configuration means: defaults, variables, overrides, paths, production."""

import json
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml
from hypothesis import strategies as st

from amity.clock import FileClock, SystemClock
from amity.config import Bind, Duration, LoadedConfig, effective, find_config, load_config
from amity.config.interpolate import Interpolation
from amity.errors import ConfigError


@pytest.fixture
def load(tmp_path: Path) -> Any:
    def read(text: str | None = None, /, **environ: str) -> LoadedConfig:
        path = tmp_path / "etc" / "amity.yaml"
        path.parent.mkdir(exist_ok=True)
        if text is not None:
            path.write_text(text)
        return load_config(path if text is not None else None, environ, tmp_path / "data")

    return read


def test_without_a_file_the_defaults_talk(load: Any, tmp_path: Path) -> None:
    loaded = load()
    (channel,) = loaded.channels
    assert (channel.name, channel.adapter, channel.persona) == ("web", "web", "mia")
    assert (loaded.config.http.bind, loaded.config.http.bind.port) == ("127.0.0.1:8080", 8080)
    assert loaded.store_url == f"sqlite:///{tmp_path}/data/amity.db"
    assert loaded.base_url == "http://127.0.0.1:8080"
    assert (loaded.source, loaded.personas, loaded.policy) == (None, None, None)
    assert isinstance(loaded.clock(), SystemClock)
    assert loaded.warnings == ()


def test_the_promised_periods(load: Any) -> None:
    day = 86_400_000
    assert load().config.privacy.retention.milliseconds() == {
        "messages": 180 * day,
        "media": day,
        "technical": 30 * day,
        "tombstones": None,
        "consents": 3 * 365 * day,
        "decisions": 180 * day,
        "erasures": 400 * day,
        "tickets": 365 * day,
        "gate": day,
        "inactivity": 365 * day,
    }


def test_a_blank_key_is_as_if_not_there(load: Any) -> None:
    loaded = load("service:\n  name:\n  controller:\nhttp:\nchannels:\n")
    assert loaded.config.service.name == "Amity"
    assert [c.adapter for c in loaded.channels] == ["web"]


def test_yaml_means_what_it_looks_like(load: Any) -> None:
    loaded = load(
        "service: {region: NO, name: 12:30, support: 2026-11-23}\n"
        "channels: [{name: yes, adapter: web, access: allowlist, allow: [12345, 0x10, 'a']}]\n"
    )
    service = loaded.config.service
    assert (service.region, service.name, service.support) == ("NO", "12:30", "2026-11-23")
    assert loaded.channels[0].name == "yes"
    assert loaded.channels[0].allow == ("12345", "16", "a")


def test_anchors_and_merge_keys_work(load: Any) -> None:
    loaded = load(
        "x: &b {adapter: web, persona: leo}\n".replace("x:", "models:")
        + "channels:\n  - {<<: *b, name: a}\n  - {<<: [*b], name: b, persona: mia}\n"
    )
    assert [(c.name, c.persona) for c in loaded.channels] == [("a", "leo"), ("b", "mia")]


def test_paths_lie_beside_the_file_or_in_the_data_folder(load: Any, tmp_path: Path) -> None:
    loaded = load("personas: ./people\nprivacy: {policy: words}\nstore: {url: 'sqlite:///a/b.db'}")
    assert loaded.personas == tmp_path / "etc" / "people"
    assert loaded.policy == tmp_path / "etc" / "words"
    assert loaded.store_url == f"sqlite:///{tmp_path}/data/a/b.db"
    assert load("store: {url: 'sqlite:///data/amity.db'}").store_url.endswith("/data/amity.db")
    assert "data/data" not in load("store: {url: 'sqlite:///data/amity.db'}").store_url
    assert load("store: {url: 'sqlite:////srv/x.db'}").store_url == "sqlite:////srv/x.db"
    assert load("store: {url: 'mongodb+motor://h/d'}").store_url == "mongodb+motor://h/d"


def test_variables_and_files(load: Any, tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "contact.txt").write_text("me@example.org\n")
    loaded = load(
        "service: {name: '${NAME}', contact: '${file:contact.txt}', support: '${S:-@help}',"
        " region: '$${NAME}'}",
        NAME="Ami",
    )
    service = loaded.config.service
    assert service.name == "Ami"
    assert service.contact == "me@example.org"
    assert service.support == "@help"
    assert service.region == "${NAME}"


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("${GONE}", "the variable GONE is not set"),
        ("${EMPTY}", "the variable EMPTY is not set"),
        ("${file:gone.txt}", "the file gone.txt cannot be read: No such file"),
        ("${", "a ${ has no }"),
        ("${1x}", "between ${ and } stands the name of a variable"),
        ("a ${A b} c", "between ${ and } stands the name of a variable"),
    ],
)
def test_a_reference_that_leads_nowhere(load: Any, text: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(f"\nservice: {{name: '{text}'}}", EMPTY="")
    assert str(caught.value).startswith(f"amity.yaml:2: service.name: {sentence}")


def test_a_channel_that_is_off_needs_no_token(load: Any) -> None:
    text = "channels: [{name: a, adapter: web, token: '${GONE}', enabled: %s}]"
    assert load(text % "false").channels[0].enabled is False
    with pytest.raises(ConfigError, match="GONE is not set"):
        load(text % "true")


def test_overrides(load: Any) -> None:
    loaded = load(
        "service: {name: A}\nmodels: {Main: {x: '${GONE}'}}\nchannels: [{name: a, adapter: web}]",
        AMITY__SERVICE__NAME="B",
        AMITY__HTTP__BIND="127.0.0.1:0",
        AMITY__CHANNELS__0__PERSONA="leo",
        AMITY__CHANNELS__1="{name: b, adapter: web, persona: mia}",
        AMITY__MODELS__MAIN="{a: [1, true, x]}",
        AMITY__PRIVACY__RETENTION__MEDIA="1h",
    )
    assert loaded.config.service.name == "B"
    assert loaded.config.http.bind.port == 0
    assert [(c.name, c.persona) for c in loaded.channels] == [("a", "leo"), ("b", "mia")]
    assert loaded.tree.value["models"] == {"Main": {"a": [1, True, "x"]}}
    assert loaded.config.privacy.retention.media == Duration.of("1h")


def test_an_address_with_brackets_is_set_as_its_message_says(load: Any) -> None:
    loaded = load("{}", AMITY__HTTP__BIND="[::1]:8080")
    assert loaded.config.http.bind.host == "::1"


@pytest.mark.parametrize(
    "name, value, line",
    [
        ("AMITY__HTTP__BIND", "x", "AMITY__HTTP__BIND: http.bind: must be an address"),
        ("AMITY__HTP__BIND", "x", 'AMITY__HTP__BIND: htp: unknown key (did you mean "http"?)'),
        ("AMITY__HTTP__", "x", "AMITY__HTTP__: is not the name of a key"),
        ("AMITY__CHANNELS__7__NAME", "x", "AMITY__CHANNELS__7__NAME: 7 is no item of this list"),
        ("AMITY__SERVICE__NAME__X", "x", "AMITY__SERVICE__NAME__X: goes below a key that holds"),
        ("AMITY__SERVICE__NAME", "[", "AMITY__SERVICE__NAME: service.name: is not valid YAML"),
    ],
)
def test_wrong_overrides_name_the_variable(load: Any, name: str, value: str, line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load("service: {name: A}\nchannels: [{name: w, adapter: web}]", **{name: value})
    assert str(caught.value).startswith(line)


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abcdef", min_size=1, max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@hypothesis.settings(deadline=None)
@hypothesis.given(value=VALUES)
def test_any_value_survives_an_override(tmp_path_factory: Any, value: Any) -> None:
    hypothesis.assume("$" not in json.dumps(value, ensure_ascii=False))
    text = yaml.safe_dump(value, allow_unicode=True)
    loaded = load_config(None, {"AMITY__MODELS__X": text}, Path("/nowhere"))
    assert loaded.tree.value["models"]["x"] == value


@hypothesis.settings(deadline=None)
@hypothesis.given(
    parts=st.lists(
        st.one_of(
            st.tuples(st.just("text"), st.text("ab $}:-", max_size=5)),
            st.tuples(st.just("variable"), st.sampled_from(["A", "B_1"])),
            st.tuples(st.just("default"), st.text("xy :-$", max_size=5)),
            st.tuples(st.just("literal"), st.just("")),
        )
    )
)
def test_interpolation_replaces_each_reference_once(parts: list[tuple[str, str]]) -> None:
    environ = {"A": "${B_1}", "B_1": "$${A}"}
    written, meant = "", ""
    for kind, drawn in parts:
        # A dollar sign just before a reference would belong to it.
        text = drawn.rstrip("$")
        if kind == "text":
            written, meant = written + text, meant + text
        elif kind == "variable":
            written, meant = written + f"${{{text}}}", meant + environ[text]
        elif kind == "default":
            written, meant = written + f"${{GONE:-{text}}}", meant + text
        else:
            written, meant = written + "$${", meant + "${"
    found = any(kind in {"variable", "default"} for kind, _ in parts)
    assert Interpolation(environ, Path("/nowhere"))(written) == (meant, found)


@hypothesis.settings(deadline=None)
@hypothesis.given(text=st.text(max_size=200))
def test_any_text_is_a_config_or_a_config_error(text: str) -> None:
    resolve = Interpolation({}, Path("/nowhere"))
    from amity.config.tree import Tree, parse

    tree = Tree("x")
    parse(tree, text, resolve)
    assert all(problem.place.startswith("x") for problem in tree.problems)


def test_secrets_are_shown_nowhere(load: Any) -> None:
    loaded = load(
        "service: {contact: '${CONTACT}'}\n"
        "store: {url: 'mongodb://user:canary-1@host/db'}\n"
        "models: {model_list: [{model_name: m, litellm_params: {api_key: canary-2}}]}\n"
        "channels:\n"
        "  - {name: a, adapter: web, access: code, code: canary-3, token: canary-4, x: '${X}'}\n",
        CONTACT="canary-5",
        X="canary-6",
    )
    shown = json.dumps(effective(loaded))
    assert "canary" not in shown
    assert "mongodb://********@host/db" in shown
    assert "canary" not in repr(loaded)
    assert "canary" not in f"{loaded.config!r} {loaded.config!s} {loaded.channels!r}"


COMPLETE = """
service: {controller: Ami Ltd, contact: a@example.org, region: EU}
privacy: {policy_version: 2026-11-01}
models:
  model_list: [{model_name: main, litellm_params: {model: x/y}}]
  processors: {main: {name: X, region: EU, contract: c, trains_on_data: false}}
"""


def test_production_starts_when_all_is_declared(load: Any) -> None:
    assert load(COMPLETE, AMITY_ENV="production").production


@pytest.mark.parametrize(
    "old, key",
    [
        ("controller: Ami Ltd, ", "service.controller"),
        ("contact: a@example.org, ", "service.contact"),
        ("region: EU}\nprivacy", "service.region"),
        ("policy_version: 2026-11-01", "privacy.policy_version"),
        ("name: X, ", "models.processors.main.name"),
        ("region: EU, ", "models.processors.main.region"),
        ("contract: c, ", "models.processors.main.contract"),
        (", trains_on_data: false", "models.processors.main.trains_on_data"),
        (
            "  processors: {main: {name: X, region: EU, contract: c, trains_on_data: false}}\n",
            "models.processors.main",
        ),
    ],
)
def test_production_refuses_each_blank(load: Any, old: str, key: str) -> None:
    text = COMPLETE.replace(old, "}\nprivacy" if "privacy" in old and "}" in old else "")
    assert text != COMPLETE
    load(text)
    with pytest.raises(ConfigError) as caught:
        load(text, AMITY_ENV="production")
    (line,) = str(caught.value).splitlines()
    assert f": {key}: " in line


def test_production_refuses_a_blank_retention_table(load: Any) -> None:
    text = COMPLETE.replace("privacy: {", "privacy: {retention: , ")
    with pytest.raises(ConfigError, match=r"privacy\.retention: is empty"):
        load(text, AMITY_ENV="production")


def test_training_on_data_is_refused_everywhere(load: Any) -> None:
    with pytest.raises(ConfigError, match=r"processors\.main\.trains_on_data: must be false"):
        load(COMPLETE.replace("trains_on_data: false", "trains_on_data: true"))


def test_a_region_that_is_not_allowed_is_refused(load: Any) -> None:
    text = COMPLETE.replace("privacy: {", "privacy: {allowed_regions: [EU], ")
    assert load(text)
    with pytest.raises(ConfigError, match=r"processors\.main\.region: is not among"):
        load(text.replace("name: X, region: EU", "name: X, region: US"))


@pytest.mark.parametrize(
    "old, new, key",
    [
        (
            "  processors: {main: {name: X, region: EU, contract: c, trains_on_data: false}}\n",
            "",
            r"models\.processors\.main",
        ),
        ("name: X, region: EU", "name: X", r"models\.processors\.main\.region"),
        (", region: EU}\nprivacy", "}\nprivacy", r"service\.region"),
    ],
    ids=["processor", "processor's region", "service's region"],
)
@pytest.mark.parametrize("production", [False, True])
def test_a_region_that_nobody_names_is_not_allowed(
    load: Any, old: str, new: str, key: str, *, production: bool
) -> None:
    text = COMPLETE.replace("privacy: {", "privacy: {allowed_regions: [EU], ").replace(old, new)
    assert text.count("\n") + old.count("\n") - new.count("\n") == COMPLETE.count("\n")
    environ = {"AMITY_ENV": "production"} if production else {}
    with pytest.raises(ConfigError, match=rf": {key}: is (missing|empty)") as caught:
        load(text, **environ)
    assert len(str(caught.value).splitlines()) == 1


def test_what_runs_here_needs_no_region_of_its_own(load: Any) -> None:
    here = "  model_list: [{model_name: main, litellm_params: {model: amity/offline}}]\n"
    text = COMPLETE.replace("privacy: {", "privacy: {allowed_regions: [EU], ")
    text = "".join(text.partition("models:\n")[:2]) + here
    assert load(text)


def test_the_clock_moves_in_tests_only(load: Any, tmp_path: Path) -> None:
    moved = load(None, AMITY_CLOCK_FILE=str(tmp_path / "offset"))
    assert isinstance(moved.clock(), FileClock)
    with pytest.raises(ConfigError, match=r"^AMITY_CLOCK_FILE: .*production"):
        load(COMPLETE, AMITY_ENV="production", AMITY_CLOCK_FILE="x")
    with pytest.raises(ConfigError, match=r"^AMITY_ENV: must be"):
        load(None, AMITY_ENV="prod")


def test_warnings(load: Any) -> None:
    loaded = load("http: {admin_bind: '0.0.0.0:9'}", AMITY_DAT="x", AMITY_SOMETHING_ELSE="y")
    assert loaded.warnings == (
        "AMITY_DAT: unknown variable (did you mean AMITY_DATA?)",
        (
            "amity.yaml:1: http.admin_bind: can be reached from other machines;"
            " health and metrics are not for the public"
        ),
    )


def test_reading_again_sees_what_changed(load: Any) -> None:
    loaded = load("service: {name: A}")
    loaded.source.write_text("service: {name: B}")
    assert loaded.again().config.service.name == "B"
    assert loaded.config.service.name == "A"


def test_reading_again_finds_a_file_that_came_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    loaded = load_config(find_config(None, {}), {}, tmp_path / "data")
    assert (loaded.source, loaded.again().source) == (None, None)
    file = tmp_path / "config" / "amity.yaml"
    file.parent.mkdir()
    file.write_text("service: {name: Later}")
    again = loaded.again()
    assert (again.config.service.name, again.source) == ("Later", file)
    file.write_text("chanels: []")
    for before in (loaded, again):
        with pytest.raises(ConfigError, match="chanels"):
            before.again()


@pytest.mark.parametrize(
    "text, host, port, loopback",
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("[::1]:0", "::1", 0, True),
        ("localhost:1", "localhost", 1, True),
        ("0.0.0.0:65535", "0.0.0.0", 65535, False),
        ("chat.example.org:80", "chat.example.org", 80, False),
    ],
)
def test_addresses(text: str, host: str, port: int, loopback: bool) -> None:
    bind = Bind.of(text)
    assert (bind.host, bind.port, bind.loopback) == (host, port, loopback)


@pytest.mark.parametrize("text", ["8080", ":8080", "a:", "a:-1", "a:65536", "::1:80", "a b:1", ""])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(ValueError, match="must be an address and a port"):
        Bind.of(text)


def test_durations() -> None:
    assert [Duration.of(t).seconds for t in ("90s", "15m", "24h", "2 w", "1y")] == [
        90,
        900,
        86_400,
        14 * 86_400,
        365 * 86_400,
    ]
    assert str(Duration.of("024h")) == "24h"
    for wrong in ("", "12", "-1d", "1.5h", "h", "101y", "1d2h", "١d"):
        with pytest.raises(ValueError, match="must"):
            Duration.of(wrong)
