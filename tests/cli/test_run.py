"""`amity run` as an operator lives with it."""

import json
import os
import signal
import socket
import stat
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.amity import AmityProcess

Start = Callable[..., AmityProcess]
Cli = Callable[..., Any]


def _get(url: str) -> tuple[int, str, dict[str, str]]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


def _sentences(text: str) -> list[str]:
    """What is said to the operator, without the log."""
    return [line for line in text.splitlines() if not line.startswith("{")]


@pytest.fixture
def amity(start_amity: Start) -> AmityProcess:
    process = start_amity()
    process.ready()
    return process


def test_it_says_where_it_is_and_serves(amity: AmityProcess) -> None:
    amity.wait_for_text(f"Amity is ready: {amity.url}\n")
    assert amity.stdout.read_text() == f"Amity is ready: {amity.url}\n"
    for path in ("/", "/privacy", "/terms", "/crisis-protocol", "/datamap.json"):
        status, body, headers = _get(amity.url + path)
        assert (path, status) == (path, 200)
        assert body
        assert headers["Content-Security-Policy"].startswith("default-src 'self'")
    assert _get(amity.admin_url + "/livez")[0] == 200
    ready = json.loads(_get(amity.admin_url + "/readyz")[1])
    assert ready["ready"] is True
    assert "amity_loop_lag_seconds" in _get(amity.admin_url + "/metrics")[1]
    assert _get(amity.url + "/metrics")[0] == 404


def test_what_it_keeps_is_for_its_user_only(amity: AmityProcess) -> None:
    assert (amity.data / "control.sock").exists()
    for path in amity.data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains(amity: AmityProcess, number: signal.Signals) -> None:
    amity.signal(number)
    amity.wait_until(lambda: amity.code == 0, "ending well")
    assert not (amity.data / "control.sock").exists()
    assert "Traceback" not in amity.output


def test_sighup_reads_the_configuration_anew(start_amity: Start, amity_home: Path) -> None:
    process = start_amity(config="service: {name: Before}\n")
    process.ready()
    path = amity_home / "amity.yaml"
    path.write_text("service: {nam: After}\n")
    process.signal(signal.SIGHUP)
    process.wait_for_text("config.refused")
    assert "unknown key" in process.output
    path.write_text("service: {name: After}\nprivacy: {retention: {messages: 90d}}\n")
    process.signal(signal.SIGHUP)
    process.wait_for_text("config.reloaded")
    assert _get(process.url + "/privacy")[0] == 200
    assert process.code is None


async def test_reload_by_command(start_amity: Start, amity_cli: Cli, amity_home: Path) -> None:
    process = start_amity(config="service: {name: Before}\n")
    await process.aready()
    (amity_home / "amity.yaml").write_text("service: {name: [1]}\n")
    done = await amity_cli("reload")
    assert (done.code, done.err) == (1, "amity.yaml:1: service.name: must be text\n")
    (amity_home / "amity.yaml").write_text("privacy: {retention: {messages: 90d}}\n")
    done = await amity_cli("reload")
    assert done.code == 0, done.err
    assert "changed: retention\n" in done.out


async def test_a_second_one_on_the_same_data_is_refused(
    amity: AmityProcess, start_amity: Start
) -> None:
    second = start_amity()
    await second.await_until(lambda: second.code is not None, "ending")
    assert second.code == 1
    (sentence,) = _sentences(second.stderr.read_text())
    assert "another Amity" in sentence
    assert _get(amity.url + "/privacy")[0] == 200


async def test_the_commands_find_it(amity: AmityProcess, amity_cli: Cli) -> None:
    status = await amity_cli("status")
    assert status.code == 0, status.out + status.err
    assert "web      web      up" in status.out
    check = await amity_cli("check", "--json")
    findings = json.loads(check.out)["findings"]
    assert not [f for f in findings if f["level"] in {"warn", "fail"}], findings
    assert "mia" in (await amity_cli("persona", "list")).out
    assert (await amity_cli("policy", "show")).code == 0
    assert (await amity_cli("person", "list")).code == 0
    assert (await amity_cli("retention", "run", "--dry-run")).code == 0


async def test_the_commands_do_without_it(amity: AmityProcess, amity_cli: Cli) -> None:
    await amity.astop()
    assert "mia" in (await amity_cli("persona", "list")).out
    assert (await amity_cli("policy", "show")).code == 0
    listed = json.loads((await amity_cli("person", "list", "--json")).out)
    assert listed == {"people": []}
    check = await amity_cli("check", "--json", config=FREE)
    findings = json.loads(check.out)["findings"]
    assert not [f for f in findings if f["level"] in {"warn", "fail"}], findings
    unknown = await amity_cli("person", "export", "nobody")
    assert unknown.code == 1
    assert "there is no person with that id" in unknown.err


FREE = {"http": {"bind": "127.0.0.1:0", "admin_bind": "127.0.0.1:0"}}


async def test_before_the_first_start_all_is_well(amity_cli: Cli, amity_home: Path) -> None:
    done = await amity_cli("check", config=FREE)
    assert done.code == 0, done.out
    assert f"NOTE  store: will be made in {amity_home / 'data'}" in done.out
    assert "OK    model offline: it answers" in done.out
    assert not (amity_home / "data").exists()


async def test_a_model_that_does_not_answer_is_a_finding(amity_cli: Cli) -> None:
    params = {"model": "openai/x", "api_base": "http://127.0.0.1:9", "api_key": "canary"}
    config = FREE | {"models": {"model_list": [{"model_name": "main", "litellm_params": params}]}}
    done = await amity_cli("check", config=config)
    assert done.code == 1
    assert "FAIL  model main: " in done.out
    assert "canary" not in done.out + done.err
    assert (await amity_cli("check", "--offline", config=config)).code == 0


async def test_a_persona_that_is_not_there_is_a_finding(amity_cli: Cli) -> None:
    config = {"channels": [{"name": "web", "adapter": "web", "persona": "zoe"}]}
    done = await amity_cli("check", config=config)
    assert done.code == 1
    assert "zoe" in done.out


@pytest.mark.parametrize("key", ["bind", "admin_bind"])
async def test_a_port_in_use(amity_cli: Cli, key: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        config = {
            "http": {"bind": "127.0.0.1:0", "admin_bind": "127.0.0.1:0", key: f"127.0.0.1:{port}"}
        }
        done = await amity_cli("run", config=config)
        assert done.code == 1
        (sentence,) = _sentences(done.err)
        assert sentence.startswith(f"http.{key}: port {port} of 127.0.0.1 is in use; ")
        assert done.out == ""
        checked = await amity_cli("check", config=config)
    assert checked.code == 1
    assert sentence in checked.out


async def test_a_data_folder_that_cannot_be(amity_cli: Cli, amity_home: Path) -> None:
    (amity_home / "data").write_text("a file")
    done = await amity_cli("run")
    assert done.code == 1
    assert _sentences(done.err) == [
        f"{amity_home / 'data'}: is no folder; name another with AMITY_DATA"
    ]


async def test_a_corrupt_database(amity_cli: Cli, amity_home: Path) -> None:
    (amity_home / "data").mkdir()
    (amity_home / "data" / "amity.db").write_bytes(b"not a database at all" * 400)
    (amity_home / "data" / "master.key").write_text("YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE=")
    done = await amity_cli("run")
    assert done.code == 1
    assert "amity.db" in done.err
    assert "Traceback" not in done.err
    assert (amity_home / "data" / "amity.db").read_bytes().startswith(b"not a database")


async def test_production_wants_everything_declared(amity_cli: Cli) -> None:
    done = await amity_cli("run", environment={"AMITY_ENV": "production"})
    assert done.code == 1
    for key in (
        "service.controller",
        "service.contact",
        "service.region",
        "privacy.policy_version",
    ):
        assert f"{key}: is empty" in done.err


DECLARED = """
service: {controller: Ami Ltd, contact: a@example.org, region: EU}
privacy: {policy_version: 1, allowed_regions: [EU]}
"""


def test_production_starts_when_all_is_declared(start_amity: Start) -> None:
    process = start_amity(config=DECLARED, environment={"AMITY_ENV": "production"})
    process.ready()
    page = _get(process.url + "/privacy")[1]
    assert "Ami Ltd" in page
    assert "a@example.org" in page
    assert "master.key was made; in production keep it elsewhere" in process.output


async def test_a_policy_version_that_is_not_there(amity_cli: Cli) -> None:
    config = DECLARED.replace("policy_version: 1", "policy_version: 99")
    done = await amity_cli("run", config=config)
    assert done.code == 1
    assert "99" in done.err
    assert "Traceback" not in done.err


async def test_a_wrong_master_key(amity: AmityProcess, amity_cli: Cli) -> None:
    await amity.astop()
    key = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="
    for command in (["run"], ["person", "list"]):
        done = await amity_cli(*command, environment={"AMITY_MASTER_KEY": key})
        assert done.code == 1
        assert "master key" in done.err
        assert key not in done.err
        assert "Traceback" not in done.err
    assert (await amity_cli("person", "list")).code == 0


async def test_rotating_keys_and_backups_go_through_it(
    amity: AmityProcess, amity_cli: Cli, amity_home: Path
) -> None:
    before = (amity.data / "master.key").read_text()
    rotated = await amity_cli("keys", "rotate")
    assert rotated.code == 0, rotated.err
    assert (amity.data / "master.key").read_text() != before
    kept = await amity_cli("backup", "kept")
    assert kept.code == 0, kept.err
    assert list((amity_home / "kept").iterdir())
    assert (await amity_cli("backup", "kept")).code == 1
    await amity.astop()
    assert (await amity_cli("person", "list")).code == 0
    refused = await amity_cli("restore", "kept")
    assert refused.code == 1
    assert "there is data here already" in refused.err
    for path in amity.data.glob("amity.db*"):
        if not path.name.endswith(".keys"):
            path.unlink()
    restored = await amity_cli("restore", "kept")
    assert restored.code == 0, restored.err
    assert (await amity_cli("person", "list")).code == 0
    nothing = await amity_cli("restore", "gone")
    assert (nothing.code, "there is no backup here" in nothing.err) == (1, True)


def test_nothing_of_a_request_is_in_the_log(start_amity: Start) -> None:
    process = start_amity(environment={"AMITY__SERVICE__LOG_LEVEL": "debug"})
    process.ready()
    _get(process.url + "/canary-in-a-path?token=canary-in-a-query")
    _get(process.url + "/privacy?lang=canary-in-a-query")
    process.stop()
    assert '"event":"request"' in process.output
    assert "canary" not in process.output
    assert "127.0.0.1" not in process.output.replace(f"Amity is ready: {process.url}", "")


def test_the_garbage_collector_is_spared_what_stays(start_amity: Start) -> None:
    process = start_amity(environment={"AMITY__SERVICE__LOG_LEVEL": "debug"})
    process.ready()
    process.wait_for_text("run.settled")
    settled = next(json.loads(s) for s in process.output.splitlines() if '"run.settled"' in s)
    assert settled["objects"] > 10_000


def test_a_second_signal_ends_at_once(start_amity: Start) -> None:
    process = start_amity()
    process.ready()
    # A request that does not end keeps the first signal waiting.
    with socket.create_connection(("127.0.0.1", process.port)) as slow:
        slow.sendall(b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
        process.signal(signal.SIGTERM)
        process.wait_for_text("run.stopping")
        process.signal(signal.SIGTERM)
        process.wait_until(lambda: process.code is not None, "ending")
    assert process.code in {0, 128 + signal.SIGTERM}
    assert os.path.lexists(process.data / "amity.db")
