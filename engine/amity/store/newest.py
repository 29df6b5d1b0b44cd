"""The newest id that a store holds, so that a process goes on behind it whatever its clock says."""

from typing import Final

from amity.datamap.declarations import MESSAGES, TICKET_MESSAGES
from amity.datamap.schema import Purpose
from amity.ids import first_id_at, time_of
from amity.store.contract import EVERYONE, Access, Range, Store

__all__ = ["newest_id"]

_ACCESS: Final = Access(Purpose.OPERATION, EVERYONE)
# A reply has its id from the turn's beginning, its position in the journal from the turn's end.
_LONGEST_TURN: Final = 15 * 60_000  # milliseconds
_MOST: Final = 20_000


async def newest_id(store: Store) -> str:
    """Return the greatest id or position among the messages and the tickets' messages.

    Takes two looks by the rows' own key and one at what was said in the last quarter of an hour
    before the newest message, or the last of that if it was very much; what there is besides costs
    nothing. Empty if nothing was ever said.
    """
    newest = ""
    for collection in (MESSAGES, TICKET_MESSAGES):
        rows = await store.find(collection, "id", _ACCESS, descending=True, limit=1, only=("id",))
        newest = max([newest, *(str(row["id"]) for row in rows)])
    made = time_of(newest)
    if made is None:
        return ""
    since = Range(after=first_id_at(made - _LONGEST_TURN))
    rows = await store.find(
        MESSAGES, "id", _ACCESS, range=since, descending=True, limit=_MOST, only=("position",)
    )
    return max([newest, *(str(row["position"] or "") for row in rows)])
