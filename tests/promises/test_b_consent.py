"""B. Consent."""

from collections.abc import Callable

from tests.promises.conftest import Town
from tests.promises.people import Someone, canary
from tests.support.files import files_with

People = Callable[[], Someone]


async def test_p10_what_was_said_before_consent_is_nowhere(town: Town, somebody: People) -> None:
    person = somebody()
    said = [canary() for _ in range(6)]
    asked = len(town.model.asked)
    await person.say(f"hello, I am {said[0]}")
    await person.begin()
    await person.say(f"{said[1]} is my sister")
    await person.word("i_am_18")
    await person.say(f"{said[2]} hurts")
    await person.word("settings", f"call_name={said[3]}")
    await person.word("clear_conversation", said[4])
    await person.word(said[5])
    await person.word("agree")
    answer = await person.say("what do you know about me?")
    assert answer
    assert len(town.model.asked) == asked + 1
    assert town.model.seen(said) == []
    assert files_with(town.process.home, said) == {}
