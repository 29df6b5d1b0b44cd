"""What a platform forbids to keep is written out of the rows that the inbox committed."""

from amity.datamap.declarations import MESSAGES
from amity.memory.history import SPECIAL
from amity.store.contract import Change
from amity.store.vault import OpenRow
from amity.turn.rows import owner_of
from amity.turn.turn import Turn

__all__ = ["unkeep"]


def unkeep(turn: Turn) -> None:
    """Keep nothing of what followed a word: its platform forbids it.

    Written with whatever answers, as what is asked may not be what was said: ``/regenerate``.
    """
    turn.unkept = True
    conversation = turn.conversation
    if conversation is None:
        return
    forgotten: OpenRow = {"body": None, "sensitivity": SPECIAL}
    owner = owner_of(conversation)
    turn.commit.extend(
        Change(MESSAGES, message.id, forgotten, owner=owner, lenient=True)
        for message in turn.messages
        if message.id
    )
