"""Each fault that is put into a good adapter is named by the kit, in a sentence."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest

from amity.adapter import Capabilities, Manifest
from amity.markup import Markup
from amity.message import Text
from amity.testing import AdapterKit
from tests.kit import broken, heavy_manifest
from tests.kit.plaza import Plaza
from tests.kit.plaza_adapter import PlazaAdapter
from tests.kit.plaza_manifest import CAPABILITIES, LIMIT, PLAZA, manifest

pytestmark = pytest.mark.no_cover  # test_whole.py has the same lines


@dataclass(frozen=True)
class Seeded:
    """A fault, the test of the kit that has to find it, and what it has to say.

    Attributes:
        adapter: The broken adapter.
        changes: What is declared otherwise.
        platform: The driver.
    """

    test: str
    sentence: str
    adapter: type[PlazaAdapter] = PlazaAdapter
    changes: tuple[tuple[str, Any], ...] = ()
    platform: Callable[[], Plaza] = Plaza
    patience: float = 1.5

    @property
    def capabilities(self) -> Capabilities:
        return replace(CAPABILITIES, **dict(self.changes))


def lacking(*names: str) -> Callable[[], Plaza]:
    """Return a driver that has some methods not."""
    return type("Lacking", (Plaza,), dict.fromkeys(names))


def undeclared(**changes: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(changes.items())


LOST: Final = "said something that never reached the core"

SEEDED: Final = {
    "lies about its limit": Seeded(
        "test_a_reply_as_long_as_allowed_is_one_message",
        "the platform takes less than the adapter declares",
        changes=undeclared(text_limit=2 * LIMIT),
    ),
    "lies about its limit, seen in long replies": Seeded(
        "test_long_replies_arrive_whole",
        "code points failed with Refused)",
        changes=undeclared(text_limit=2 * LIMIT),
    ),
    "cuts what is long": Seeded(
        "test_a_reply_as_long_as_allowed_is_one_message",
        "was not shown whole",
        broken.CutsWhatIsLong,
    ),
    "drops the last part": Seeded(
        "test_long_replies_arrive_whole",
        "the end of a long reply was not shown",
        broken.DropsTheLastPart,
    ),
    "drops edits": Seeded(
        "test_edits",
        "declares edits, but an edited message never reached the core",
        broken.DropsEdits,
    ),
    "takes edits for messages": Seeded(
        "test_edits", "an edited message as a new message", broken.EditsAreMessages
    ),
    "gives edits an old time": Seeded(
        "test_edits", "Inbound.time must be the time of the edit", broken.EditsStandStill
    ),
    "hands in edits that it does not declare": Seeded(
        "test_edits",
        "hands in an edited message, but does not declare edits",
        changes=undeclared(edits=False),
    ),
    "drops the second edit": Seeded(
        "test_edits",
        "declares edits, but a message that was edited twice never reached the core",
        broken.DropsTheEditsSecondTime,
    ),
    "leaves mentions in": Seeded(
        "test_words_in_a_group",
        "reached the model as talk: take the mention of the bot off the text",
        broken.LeavesMentions,
    ),
    "answers private buttons in public": Seeded(
        "test_strangers_in_a_group_are_shown_the_way_in",
        "a private button in a group leads nowhere",
        broken.PressesInPublic,
    ),
    "tells nobody that a group became another chat": Seeded(
        "test_a_group_that_becomes_another_chat",
        "the core is not told which chat a group became (Host.chat_moved)",
        broken.TellsNobodyOfMoves,
    ),
    "does not say in which chat a message stands": Seeded(
        "test_a_group_that_becomes_another_chat",
        "does not say that the message stands in another chat (Receipt.moved_to)",
        broken.DoesNotSayWhereItSent,
    ),
    "sends to a group that is no more": Seeded(
        "test_a_group_that_becomes_another_chat",
        "what is sent to a group that became another chat is not shown there (Gone)",
        broken.SendsToWhatIsNoMore,
    ),
    "drops deletions": Seeded(
        "test_deletions",
        "declares deletions, but a deleted message never reached the core",
        broken.DropsDeletions,
    ),
    "deletes another message": Seeded(
        "test_deletions", "under another id than it was said under", broken.DeletesAnother
    ),
    "hands in deletions that it does not declare": Seeded(
        "test_deletions", "does not declare deletions", changes=undeclared(deletions=False)
    ),
    "hands in reactions to nothing": Seeded(
        "test_reactions", "on a message id that no receipt has named", broken.ReactsToNothing
    ),
    "hands in reactions that it does not declare": Seeded(
        "test_reactions", "does not declare reactions", changes=undeclared(reactions=False)
    ),
    "reorders": Seeded(
        "test_a_burst_is_answered_in_order",
        "messages reached the core in another order than they were said in",
        broken.Reorders,
    ),
    "swallows an error of sending": Seeded(
        "test_what_is_final_is_not_repeated",
        "the receipt says sent: the error was swallowed, and nobody is shown the message",
        broken.SwallowsErrors,
    ),
    "swallows an error that may pass": Seeded(
        "test_what_may_pass_is_tried_again",
        "it has an error of its own, and the receipt says sent: the error was swallowed",
        broken.SwallowsErrors,
    ),
    "hides why it failed": Seeded(
        "test_what_is_final_is_not_repeated",
        "the receipt does not say why it failed",
        broken.HidesErrors,
    ),
    "lets foreign errors out": Seeded(
        "test_no_error_leaves_send_raw", "send raised KeyError", broken.RaisesForeignErrors
    ),
    "takes forbidden for unknown": Seeded(
        "test_what_is_final_is_not_repeated",
        "says Unknown instead of Forbidden: the core goes on writing to somebody who does not want",
        broken.ForbiddenIsUnknown,
    ),
    "takes a wait for unknown": Seeded(
        "test_waiting_as_asked",
        "says Unknown instead of RetryAfter: the core does not know how long to wait",
        broken.WaitsAreUnknown,
        patience=6,
    ),
    "sends before the commit": Seeded(
        "test_a_death_before_the_commit_loses_nothing",
        "the adapter showed something by itself before host.accept had committed what it answers",
        broken.SpeaksBeforeTheCommit,
    ),
    "acknowledges before the commit": Seeded(
        "test_a_death_before_the_commit_loses_nothing",
        "tells the platform that it has a message before host.accept has returned",
        broken.TakesBeforeTheCommit,
    ),
    "ignores that the store is away": Seeded(
        "test_a_store_that_is_away_loses_nothing",
        "host.accept raised StoreUnavailable, and it was not handed in again",
        broken.IgnoresThatTheStoreIsAway,
    ),
    "ignores duplicates": Seeded(
        "test_what_is_delivered_twice_is_answered_once",
        "a message that was delivered twice was answered twice; Inbound.id must be the platform's",
        broken.MakesUpIds,
    ),
    "ignores duplicates, seen in a crash": Seeded(
        "test_a_death_after_the_commit_doubles_nothing",
        "a message was answered twice after a restart",
        broken.MakesUpIds,
    ),
    "takes all for one person": Seeded(
        "test_one_persons_consent_is_not_anothers",
        "two accounts have the same Sender.id",
        broken.OneSenderForAll,
    ),
    "answers whoever wrote last": Seeded(
        "test_nothing_of_one_is_shown_to_another",
        "one person was shown what was meant for another",
        broken.OneChatForAll,
    ),
    "gives times in seconds": Seeded(
        "test_a_first_conversation",
        "Inbound.time is not when it was said, in milliseconds since 1970",
        broken.TimeInSeconds,
    ),
    "changes words": Seeded(
        "test_words_arrive_as_they_were_said",
        "was said, and other words reached the core",
        broken.ChangesWords,
    ),
    "names no message": Seeded(
        "test_a_first_conversation",
        "a receipt says sent and does not say as which message",
        broken.NamesNoMessage,
    ),
    "forgets quotes": Seeded(
        "test_quotes",
        "declares quotes, but a message with a quote does not quote",
        broken.ForgetsQuotes,
    ),
    "forgets quotes in groups": Seeded(
        "test_groups",
        "declares quotes, but the answer in a group does not quote what it answers",
        broken.ForgetsQuotes,
    ),
    "quotes undeclared": Seeded(
        "test_quotes",
        "quotes, but does not declare quotes",
        broken.QuotesByItself,
        undeclared(quotes=False),
    ),
    "forgets what is answered": Seeded(
        "test_groups",
        "a reply in a group does not say what it answers (reply_to)",
        broken.ForgetsWhatIsAnswered,
    ),
    "shows private replies to all": Seeded(
        "test_private_replies",
        "a private reply in a group is shown to others",
        broken.ShowsPrivateRepliesToAll,
    ),
    "shows private replies to nobody": Seeded(
        "test_private_replies",
        "declares private_replies, but one is not shown to whom it is for",
        broken.ShowsPrivateRepliesToNobody,
    ),
    "listens to everything": Seeded(
        "test_what_is_not_for_the_bot_stays_among_people",
        "is handed in as if the bot were meant",
        broken.ListensToEverything,
    ),
    "knows no replies": Seeded(
        "test_groups", "does not say that the bot is meant", broken.KnowsNoReplies
    ),
    "hands in groups that it does not declare": Seeded(
        "test_groups",
        "does not declare groups",
        changes=undeclared(groups=False, private_replies=False, threads=False),
    ),
    "sees no marks of places for adults": Seeded(
        "test_places_for_adults",
        "an event from a place for adults says otherwise",
        broken.SeesNoMarks,
    ),
    "answers outside the thread": Seeded(
        "test_threads", "was not answered in it", broken.LeavesThreads
    ),
    "hands in threads that it does not declare": Seeded(
        "test_threads",
        "an event came from a thread, but threads are not declared",
        changes=undeclared(threads=False),
    ),
    "never stops a draft": Seeded(
        "test_a_growing_reply_is_shown_and_replaced",
        "a draft is still shown beside the reply that it was the draft of",
        broken.NeverStopsADraft,
    ),
    "never stops a draft, seen after /stop": Seeded(
        "test_a_stopped_reply_leaves_no_draft", "a draft is still shown", broken.NeverStopsADraft
    ),
    "keeps a draft that is taken back": Seeded(
        "test_a_withdrawn_reply_leaves_nothing",
        "a draft whose reply does not follow is still shown",
        broken.KeepsADraftThatIsTakenBack,
    ),
    "shows no draft": Seeded(
        "test_a_growing_reply_is_shown_and_replaced",
        "was not shown the first words of a growing reply, though the adapter has draft",
        broken.ShowsNoDraft,
    ),
    "leaks an account into a log": Seeded(
        "test_nothing_of_people_is_logged",
        "what people say, or are called, is in a log",
        broken.LogsIds,
    ),
    "leaks a message's id into a log": Seeded(
        "test_nothing_of_people_is_logged",
        "the id of a message is in a log",
        broken.LogsMessageIds,
    ),
    "prints words": Seeded(
        "test_nothing_of_people_is_logged", "is in what it prints", broken.PrintsWords
    ),
    "shows no buttons": Seeded("test_buttons", "was never shown the button", broken.DropsButtons),
    "loses a button's argument": Seeded(
        "test_buttons", "a button lost its argument on the way", broken.LosesArguments
    ),
    "takes two presses for one": Seeded(
        "test_a_button_can_be_pressed_twice",
        "two presses of a button have the same Inbound.id",
        broken.PressesAreOne,
    ),
    "doubles what it says it tells apart": Seeded(
        "test_a_lost_answer_doubles_only_what_is_doubtful",
        "declares idempotent_send, but a message whose answer was lost was shown twice",
        broken.NewKeyForEachSend,
    ),
    "doubles after a crash": Seeded(
        "test_a_death_after_a_send_doubles_only_what_is_doubtful",
        "declares idempotent_send, but the same Outbound.id was shown twice after a crash",
        broken.NewKeyForEachSend,
    ),
    "fetches any length": Seeded(
        "test_media_can_be_fetched",
        "fetch returns more bytes than its limit allows",
        broken.FetchesAnyLength,
    ),
    "drops captions": Seeded(
        "test_captions_are_words",
        "the caption of Image never reached the core",
        broken.DropsCaptions,
    ),
    "tells where people are": Seeded(
        "test_coordinates_stay_outside",
        "the coordinates of a place reached the core",
        broken.TellsWhere,
    ),
    "loses a sticker's emoji": Seeded(
        "test_what_people_send_is_taken",
        "of a sticker its emoji was lost",
        broken.StickersAreBlank,
    ),
    "hands in what it does not take": Seeded(
        "test_what_people_send_is_taken",
        "hands in Image, but does not take it",
        changes=undeclared(takes=(Text,)),
    ),
    "shows no files": Seeded("test_a_file_is_shown", "was not shown the file", broken.ShowsNoFiles),
    "types nothing": Seeded("test_typing", "has typing, but nobody is shown", broken.TypesNothing),
    "sets no menu": Seeded(
        "test_the_menu", "the platform's menu does not hold the words", broken.SetsNoMenu
    ),
    "tries a wrong token for ever": Seeded(
        "test_a_wrong_secret_stops_the_channel_only",
        "instead of down: raise OperatorError",
        broken.TriesAWrongTokenForEver,
    ),
    "finds nothing wrong": Seeded(
        "test_check_says_how_it_is",
        "check finds nothing wrong with a wrong secret",
        broken.FindsNothingWrong,
    ),
    "says that it is up during an outage": Seeded(
        "test_an_outage_loses_nothing",
        "the channel still says up: call host.disconnected, or let run raise",
        broken.SaysItIsUp,
    ),
    "edits nothing": Seeded(
        "test_our_own_edits_deletions_and_reactions",
        "has edit, but the message still reads as before",
        broken.EditsNothing,
    ),
    "deletes nothing": Seeded(
        "test_our_own_edits_deletions_and_reactions",
        "has delete, but the message is still shown",
        broken.DeletesNothing,
    ),
    "reacts with nothing": Seeded(
        "test_our_own_edits_deletions_and_reactions",
        "has react, but no reaction is shown",
        broken.MarksNothing,
    ),
    "drops words that it does not know": Seeded(
        "test_no_first_words_pass_the_gate",
        "said '/regenerate' first and was not answered",
        broken.DropsWhatItDoesNotKnow,
    ),
    "agrees for people": Seeded(
        "test_no_first_words_pass_the_gate",
        "the model was asked before anybody had consented",
        broken.AgreesForPeople,
    ),
    "agrees for people, whatever they do": Seeded(
        "test_no_first_event_passes_the_gate",
        "the model was asked before anybody had consented",
        broken.AgreesForPeople,
    ),
    "lies about age": Seeded(
        "test_who_is_under_age_stays_outside",
        "the model was asked before anybody had consented",
        broken.LiesAboutAge,
    ),
    "escapes what is no markup": Seeded(
        "test_replies_are_shown_as_they_are", "was shown as", broken.EscapesTwice
    ),
    "shows marks": Seeded(
        "test_marked_up_replies_are_shown_as_text",
        "people are shown the marks",
        changes=undeclared(markup=Markup.MARKDOWN),
    ),
    "takes answers at the gate twice": Seeded(
        "test_the_gate_takes_what_is_delivered_twice_once",
        "an answer at the gate that was delivered twice was taken twice",
        broken.MakesUpIds,
    ),
    "drops what is pending": Seeded(
        "test_a_stop_and_a_start_lose_nothing", LOST, broken.DropsWhatIsPending
    ),
    "gives up when the platform is away": Seeded(
        "test_a_reply_outlasts_an_outage",
        "the receipt says failed, Refused",
        broken.GivesUpWhenItIsAway,
    ),
    "is impatient": Seeded(
        "test_a_slow_answer_is_waited_for",
        "the platform was slow, and a reply was shown twice",
        broken.IsImpatient,
        patience=6,
    ),
    "never gets over an error": Seeded(
        "test_it_goes_on_after_every_fault",
        "the receipt says failed, Refused",
        broken.BreaksForGood,
        patience=6,
    ),
    "loses what follows a command": Seeded(
        "test_commands_of_the_platform",
        "a command of the platform lost its name or its argument",
        broken.LosesWhatFollowsACommand,
    ),
    "complains of what works": Seeded(
        "test_check_says_how_it_is",
        "check complains of a channel that works: the plaza looks strange today",
        broken.ComplainsOfWhatWorks,
    ),
    "takes what it cannot fetch": Seeded(
        "test_the_adapter_can_what_its_manifest_needs",
        "takes Image, Voice, Audio, Video, File, but the adapter has no fetch",
        broken.CannotFetch,
    ),
    "declares what its driver cannot show": Seeded(
        "test_the_driver_can_show_what_is_declared",
        "plaza declares buttons, but its driver is no HasButtons of amity.testing",
        platform=lacking("press"),
    ),
    "cannot be delivered twice and does not say why": Seeded(
        "test_the_driver_can_show_what_is_declared",
        "the driver is no HasRedelivery, so nobody can see that what is delivered twice is",
        platform=lacking("redeliver"),
    ),
}


UNSEEDED: Final = {
    "test_a_death_before_a_send_loses_nothing": "only the core can fail here: send was not called",
    "test_a_draft_does_not_outlive_a_crash": "a platform whose drafts are messages: the samples",
    "test_an_edit_that_is_delivered_twice_is_answered_once": "the core has the fault itself",
    "test_the_manifest_imports_no_sdk": "tested below",
    "test_the_manifest_is_for_this_contract": "tested below",
}
"""Tests of the kit that no fault of this list fails, and why."""


def test_every_test_of_the_kit_was_seen_to_fail() -> None:
    tests = {name for name in dir(AdapterKit) if name.startswith("test_")}
    assert {fault.test for fault in SEEDED.values()} | UNSEEDED.keys() == tests


def kit_for(fault: Seeded) -> AdapterKit:
    class Kit(AdapterKit):
        manifest = _manifest(fault)
        patience = fault.patience

    return Kit()


def _manifest(fault: Seeded) -> Manifest:
    return manifest(fault.adapter, fault.capabilities)


@pytest.mark.parametrize("fault", SEEDED.values(), ids=SEEDED)
async def test_a_fault_is_named(fault: Seeded, tmp_path: Path) -> None:
    kit = kit_for(fault)
    with pytest.raises(pytest.fail.Exception) as told:
        async with kit.world_on(fault.platform(), tmp_path) as world:
            await getattr(kit, fault.test)(world)
    assert fault.sentence in str(told.value)


async def test_a_logger_that_the_core_keeps_silent_is_no_fault(tmp_path: Path) -> None:
    kit = kit_for(Seeded("", "", broken.LogsElsewhere))
    async with kit.world_on(Plaza(), tmp_path) as world:
        await kit.test_nothing_of_people_is_logged(world)


async def test_a_manifest_that_imports_its_sdk_is_named() -> None:
    class Kit(AdapterKit):
        manifest = heavy_manifest.HEAVY

    with pytest.raises(pytest.fail.Exception, match=r"imports .*hypothesis"):
        await Kit().test_the_manifest_imports_no_sdk()


@pytest.mark.parametrize(
    "changes,sentence",
    [
        ({"private_replies": True}, "private_replies are replies in groups"),
        ({"idempotent_seconds": 5.0}, "idempotent_seconds says how long idempotent_send holds"),
        ({"takes": ()}, "takes has no Text"),
    ],
)
async def test_a_manifest_that_contradicts_itself_is_named(
    changes: dict[str, Any], sentence: str
) -> None:
    class Kit(AdapterKit):
        manifest = replace(PLAZA, capabilities=Capabilities(**changes))

    with pytest.raises(pytest.fail.Exception, match=sentence):
        await Kit().test_the_manifest_is_for_this_contract()


async def test_what_is_declared_cannot_be_excused(tmp_path: Path) -> None:
    from amity.testing import HasButtons, HasRedelivery

    class Excused(AdapterKit):
        manifest = PLAZA
        lacks: ClassVar = {HasButtons: "we have no time"}

    class Idle(AdapterKit):
        manifest = PLAZA
        lacks: ClassVar = {HasRedelivery: "it never does that"}

    for kit, sentence in (
        (Excused(), "belongs to a capability: what is declared cannot be excused"),
        (Idle(), "lacks names HasRedelivery, but the driver has it"),
    ):
        with pytest.raises(pytest.fail.Exception, match=sentence):
            async with kit.world_on(Plaza(), tmp_path / type(kit).__name__) as world:
                await kit.test_the_driver_can_show_what_is_declared(world)
