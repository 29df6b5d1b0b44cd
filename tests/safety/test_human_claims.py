"""Asked whether it is human, and saying that it is (promise P16)."""

import pytest

from amity.safety import asks_if_human, claims_to_be_human
from tests.safety import human_cases as cases
from tests.safety.crisis_cases import lines


def test_the_sets_are_as_large_as_they_should_be() -> None:
    assert len(lines(cases.ASKS)) >= 80


@pytest.mark.parametrize("text", lines(cases.ASKS))
def test_a_question_whether_it_is_human_is_seen(text: str) -> None:
    assert asks_if_human(text)


@pytest.mark.parametrize("text", lines(cases.ASKS_NOT))
def test_other_questions_are_not_that_one(text: str) -> None:
    assert not asks_if_human(text)


@pytest.mark.parametrize("text", lines(cases.CLAIMS) + lines(cases.ECHOES))
def test_a_claim_to_be_human_is_seen(text: str) -> None:
    assert claims_to_be_human(text, "Mia")


@pytest.mark.parametrize("text", lines(cases.CLAIMS))
def test_a_claim_in_a_line_of_a_play_of_its_own_is_one(text: str) -> None:
    assert claims_to_be_human(f"Mia smiles. {text}", "Mia")


@pytest.mark.parametrize("text", lines(cases.CLAIMS_NOT))
def test_honest_words_and_other_figures_words_pass(text: str) -> None:
    assert not claims_to_be_human(text, "Mia")


@pytest.mark.parametrize("text", ["Yes.", "Yes, of course!", "Of course I am.", "Да.", "Конечно!"])
def test_a_bare_yes_is_a_claim_only_after_the_question(text: str) -> None:
    assert claims_to_be_human(text, "Mia", asked=True)
    assert not claims_to_be_human(text, "Mia")


@pytest.mark.parametrize("text", ["Yes, I'm an AI.", "No.", "Да, я ИИ.", "I'm software, yes."])
def test_an_honest_answer_to_the_question_passes(text: str) -> None:
    assert not claims_to_be_human(text, "Mia", asked=True)


@pytest.mark.parametrize("text", ["Human.", "100% human!", "Just a girl.", "Человек."])
def test_a_bare_noun_is_a_claim_only_in_an_answer_to_the_question(text: str) -> None:
    assert claims_to_be_human(text, "Mia", answering=True)
    assert not claims_to_be_human(text, "Mia")


@pytest.mark.parametrize("text", ["Human? No.", "Not human.", "A human would need sleep."])
def test_other_words_about_humans_pass_in_the_answer(text: str) -> None:
    assert not claims_to_be_human(text, "Mia", asked=True, answering=True)


def test_the_personas_own_quotation_is_a_claim() -> None:
    assert claims_to_be_human('"I am human," said Mia.', "Mia")
    assert not claims_to_be_human('"I am human," said Ann.', "Mia")
