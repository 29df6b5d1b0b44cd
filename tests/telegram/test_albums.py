"""Albums are gathered from what long polling returns, and nothing before them is held up."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from amity_telegram.albums import Albums
from amity_telegram.updates import Update

WAIT = 0.5


def update(id: int, *, chat: int = 1, album: str = "", sender: int | None = None) -> Update:
    message: dict[str, Any] = {
        "message_id": id,
        "date": 1,
        "chat": {"id": chat, "type": "private"},
        "from": {"id": sender or chat},
        "text": str(id),
    }
    if album:
        message["media_group_id"] = album
    return Update.model_validate({"update_id": id, "message": message})


def ids(units: list[tuple[Update, ...]]) -> list[list[int]]:
    return [[u.update_id for u in unit] for unit in units]


def test_without_albums_everything_is_handed_on() -> None:
    albums = Albums(WAIT)
    gathered = albums.gather([update(1), update(2, chat=2)], 0.0)
    assert ids(gathered.units) == [[1], [2]]
    assert gathered.hold is None
    assert not albums.waiting


def test_an_album_that_something_follows_is_complete() -> None:
    albums = Albums(WAIT)
    batch = [update(1, album="a"), update(2, album="a"), update(3)]
    gathered = albums.gather(batch, 0.0)
    assert ids(gathered.units) == [[1, 2], [3]]
    assert gathered.hold is None


def test_an_album_of_ten_is_complete() -> None:
    batch = [update(n, album="a") for n in range(1, 11)]
    assert ids(Albums(WAIT).gather(batch, 0.0).units) == [list(range(1, 11))]


def test_an_album_at_the_end_is_held_back_until_no_more_comes() -> None:
    albums = Albums(WAIT)
    first = albums.gather([update(1), update(2, album="a"), update(3, chat=2)], 0.0)
    assert ids(first.units) == [[1], [3]]
    assert first.hold == 2
    assert 0 < first.wait <= WAIT
    albums.handed_on(first)
    # Telegram delivers again from the first that was not confirmed.
    again = [update(2, album="a"), update(3, chat=2), update(4, album="a"), update(5, chat=2)]
    second = albums.gather(again, 0.3)
    assert ids(second.units) == [[5]]
    albums.handed_on(second)
    third = albums.gather(again, 0.7)
    assert ids(third.units) == []
    albums.handed_on(third)
    fourth = albums.gather(again, 0.9)
    assert ids(fourth.units) == [[2, 4]]
    assert fourth.hold is None
    albums.handed_on(fourth)
    assert not albums.waiting


def test_what_was_not_taken_in_is_handed_on_again() -> None:
    albums = Albums(WAIT)
    first = albums.gather([update(1), update(2, album="a")], 0.0)
    second = albums.gather([update(1), update(2, album="a")], 0.1)
    assert ids(first.units) == ids(second.units) == [[1]]


def test_an_album_that_does_not_end_is_not_waited_for_for_ever() -> None:
    albums = Albums(WAIT)
    now, parts = 0.0, 1
    for parts in range(1, 10):
        gathered = albums.gather([update(n, album="a") for n in range(1, parts + 1)], now)
        albums.handed_on(gathered)
        if gathered.hold is None:
            break
        now += WAIT * 0.9
    assert parts < 10
    assert now <= WAIT * 9


def test_somebody_else_in_a_group_does_not_end_an_album() -> None:
    albums = Albums(WAIT)
    batch = [update(1, chat=-5, sender=7, album="a"), update(2, chat=-5, sender=8)]
    gathered = albums.gather(batch, 0.0)
    assert ids(gathered.units) == [[2]]
    assert gathered.hold == 1


@st.composite
def traffic(draw: st.DrawFn) -> list[Update]:
    """Updates of several people, each of whom sends albums and other things one after another."""
    queues: list[list[tuple[int, str]]] = []
    names = itertools.count()
    for person in range(1, draw(st.integers(1, 3)) + 1):
        said: list[tuple[int, str]] = []
        for _ in range(draw(st.integers(1, 4))):
            size = draw(st.integers(1, 4))
            album = str(next(names)) if size > 1 else ""
            said += [(person, album)] * size
        queues.append(said)
    updates: list[Update] = []
    while any(queues):
        queue = draw(st.sampled_from([q for q in queues if q]))
        person, album = queue.pop(0)
        updates.append(update(len(updates) + 1, chat=person, album=album))
    return updates


@given(traffic(), st.lists(st.integers(1, 5), min_size=1, max_size=20))
def test_everything_is_handed_on_once_whole_and_in_the_order_of_its_chat(
    updates: list[Update], steps: list[int]
) -> None:
    albums, offset, now = Albums(WAIT), 1, 0.0
    handed: list[list[int]] = []
    arrived = 0
    for step in itertools.chain(steps, itertools.repeat(len(updates))):
        # Within the wait the rest of an album comes.
        arrived = min(len(updates), arrived + step)
        while arrived < len(updates) and _inside_an_album(updates, arrived):
            arrived += 1
        batch = [u for u in updates[:arrived] if u.update_id >= offset]
        gathered = albums.gather(batch, now)
        handed += ids(gathered.units)
        albums.handed_on(gathered)
        offset = gathered.hold if gathered.hold is not None else arrived + 1
        now += gathered.wait
        if offset > len(updates):
            break
    assert sorted(id for unit in handed for id in unit) == [u.update_id for u in updates]
    by_id = {u.update_id: u for u in updates}
    for chat in {u.message.chat.id for u in updates if u.message}:
        order = [i for unit in handed for i in unit if _chat(by_id[i]) == chat]
        assert order == sorted(order)
    for unit in handed:
        key = {(_chat(by_id[id]), _album(by_id[id])) for id in unit}
        assert len(key) == 1
        whole = [u.update_id for u in updates if (_chat(u), _album(u)) in key]
        assert unit == whole or not _album(by_id[unit[0]])


def _inside_an_album(updates: list[Update], arrived: int) -> bool:
    before = {(_chat(u), _album(u)) for u in updates[:arrived] if _album(u)}
    after = {(_chat(u), _album(u)) for u in updates[arrived:]}
    return bool(before & after)


def _chat(update: Update) -> int:
    assert update.message is not None
    return update.message.chat.id


def _album(update: Update) -> str:
    assert update.message is not None
    return update.message.media_group_id or ""
