"""Where the master key comes from, and what is refused."""

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from amity.datamap.declarations import ENGINE
from amity.errors import ConfigError, KeyringError, OperatorError, StoreUnusable
from amity.store import load_master_key, store_exists
from amity.store.master_key import (
    decode_master_key,
    encode_master_key,
    make_next_master_key,
    put_in_place,
)
from amity.store.open import figures, sqlite_path
from tests.store.vaults import filled, opened

KEY = bytes(range(32))


def test_it_is_made_once(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first = load_master_key(folder, existing=False, environ={})
    assert first.made
    assert first.path == folder / "master.key"
    assert stat.S_IMODE(first.path.stat().st_mode) == 0o600
    assert [p.name for p in folder.iterdir()] == ["master.key"]
    again = load_master_key(folder, existing=True, environ={})
    assert not again.made
    assert again.key == first.key
    assert again.warnings == ()
    assert load_master_key(tmp_path / "other", existing=False, environ={}).key != first.key


def test_the_environment_comes_first(tmp_path: Path) -> None:
    load_master_key(tmp_path, existing=False, environ={})
    environ = {"AMITY_MASTER_KEY": encode_master_key(KEY) + "\n"}
    found = load_master_key(tmp_path, existing=True, environ=environ)
    assert (found.key, found.path, found.made) == (KEY, None, False)


def test_the_process_environment_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMITY_MASTER_KEY", encode_master_key(KEY))
    assert load_master_key(tmp_path, existing=False).key == KEY


def test_both_alphabets_with_and_without_padding() -> None:
    key = b"\xfb\xff" * 16
    for text in (
        base64.b64encode(key).decode(),
        base64.urlsafe_b64encode(key).decode(),
        base64.b64encode(key).decode().rstrip("="),
        f"  {base64.b64encode(key).decode()}\n",
    ):
        assert decode_master_key(text, "here") == key


@pytest.mark.parametrize(
    "text",
    ["x", "secret words", encode_master_key(KEY)[:-4], encode_master_key(KEY + b"1"), "é" * 43],
)
def test_a_malformed_key_is_not_repeated(tmp_path: Path, text: str) -> None:
    with pytest.raises(KeyringError, match="32 bytes in base64") as refused:
        load_master_key(tmp_path, existing=False, environ={"AMITY_MASTER_KEY": text})
    assert text not in str(refused.value).replace("AMITY_MASTER_KEY", "").replace("base64", "")
    (tmp_path / "master.key").write_text(text)
    with pytest.raises(KeyringError, match=r"master\.key must hold"):
        load_master_key(tmp_path, existing=True, environ={})
    assert (tmp_path / "master.key").read_text() == text


def test_a_missing_key_of_an_existing_store_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(KeyringError, match="is missing"):
        load_master_key(tmp_path, existing=True, environ={})
    assert not (tmp_path / "master.key").exists()


def test_a_key_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    made = load_master_key(tmp_path, existing=False, environ={})
    assert made.path is not None
    made.path.chmod(0o644)
    found = load_master_key(tmp_path, existing=True, environ={})
    assert found.key == made.key
    assert len(found.warnings) == 1
    assert "chmod 600" in found.warnings[0]


def test_a_key_is_not_shown(tmp_path: Path) -> None:
    made = load_master_key(tmp_path, existing=False, environ={})
    assert encode_master_key(made.key) not in repr(made)
    assert repr(made.key) not in repr(made)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyringError, match="cannot be"):
        load_master_key(tmp_path / "file" / "data", existing=False, environ={})


def test_two_programs_that_start_at_once_get_one_key(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from amity.store import load_master_key;"
        "sys.stdin.read(1); key = load_master_key(Path(sys.argv[1]), existing=False, environ={});"
        "print(key.key.hex(), key.made)"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-Ic", code, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("x")
        program.stdin.flush()
    said = [program.communicate()[0].split() for program in programs]
    assert len({key for key, _ in said}) == 1
    assert [made for _, made in said].count("True") == 1


async def test_whether_a_store_exists(tmp_path: Path) -> None:
    assert not store_exists("sqlite:///a.db", tmp_path)
    await (await opened(tmp_path)).aclose()
    assert store_exists("sqlite:///a.db", tmp_path)
    assert not store_exists("mongodb://127.0.0.1/x", tmp_path)


def test_where_a_file_lies(tmp_path: Path) -> None:
    assert sqlite_path("sqlite:///a.db", tmp_path) == tmp_path / "a.db"
    assert sqlite_path("sqlite:///data/my%20a.db", tmp_path) == tmp_path / "data" / "my a.db"
    assert sqlite_path("sqlite:////var/lib/a.db", tmp_path) == Path("/var/lib/a.db")


@pytest.mark.parametrize(
    "url",
    ["sqlite:///:memory:", "sqlite://", "sqlite:///", "sqlite://host/a.db", "sqlite:///folder/"],
)
async def test_an_address_without_a_file_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigError, match=r"store\.url"):
        await opened(tmp_path, url=url)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["postgres://user:secret@host/x", "amity.db", ""])
async def test_an_unknown_scheme_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(OperatorError, match=r"store\.url") as refused:
        await opened(tmp_path, url=url)
    assert "secret" not in str(refused.value)


async def test_figures_need_no_key_and_make_nothing(tmp_path: Path) -> None:
    url = "sqlite:///a.db"
    assert (await figures(url, datamap=ENGINE, data_folder=tmp_path))["messages"] == 0
    assert list(tmp_path.iterdir()) == []
    vault = await opened(tmp_path)
    await filled(vault)
    with pytest.raises(StoreUnusable, match="another Amity"):
        await figures(url, datamap=ENGINE, data_folder=tmp_path)
    await vault.aclose()
    found = await figures(url, datamap=ENGINE, data_folder=tmp_path)
    assert (found["messages"], found["people"]) == (36, 2)


def test_a_key_that_cannot_take_its_place_is_named(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    (path / "in the way").mkdir(parents=True)
    following = make_next_master_key(path)
    assert following.path is not None
    with pytest.raises(KeyringError, match=f"{following.path}: cannot be moved to {path} "):
        put_in_place(path)
    assert make_next_master_key(path).key == following.key
