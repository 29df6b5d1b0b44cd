"""The estimate of tokens, beside two real vocabularies that LiteLLM brings along."""

import importlib.util
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.models import ChatMessage, Speaker, estimate_prompt, estimate_tokens
from amity.models.tokens import MESSAGE_OVERHEAD
from amity.sealed import SealedText

TEXTS = {
    "en": "I had such a long day today. The train was late again, and then my sister called to tell"
    " me that she is moving to another town! How are you feeling?",
    "de": "Ich hatte heute so einen langen Tag. Der Zug war wieder verspätet, und dann rief meine"
    " Schwester an, um zu erzählen, dass sie in eine andere Stadt zieht!",
    "ru": "У меня сегодня был такой длинный день. Поезд опять опоздал, а потом позвонила сестра и"
    " сказала, что переезжает в другой город! Как ты себя чувствуешь?",
    "zh": "我今天过得很漫长。火车又晚点了,然后我姐姐打电话告诉我她要搬到另一个城市!你感觉怎么样?",
    "ja": "今日はとても長い一日でした。電車がまた遅れて、それから妹が引っ越すと電話してきました。",
}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("vocabulary", ["cl100k_base", "o200k_base"])
def test_it_is_about_right(language: str, vocabulary: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tiktoken = pytest.importorskip("tiktoken")
    found = importlib.util.find_spec("litellm")
    assert found is not None
    assert found.origin is not None
    files = Path(found.origin).parent / "litellm_core_utils" / "tokenizers"
    monkeypatch.setitem(os.environ, "TIKTOKEN_CACHE_DIR", str(files))
    true = len(tiktoken.get_encoding(vocabulary).encode(TEXTS[language]))
    assert 0.7 <= estimate_tokens(TEXTS[language]) / true <= 2.0


def test_nothing_is_nothing_and_something_is_something() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("a") == 1
    assert estimate_tokens("\ud800") == 1  # a lone surrogate is text too


@given(st.text(), st.text())
def test_more_text_is_never_fewer_tokens(first: str, second: str) -> None:
    together = estimate_tokens(first + second)
    assert together >= max(estimate_tokens(first), estimate_tokens(second))
    assert together <= estimate_tokens(first) + estimate_tokens(second)


def test_a_prompt_counts_its_messages() -> None:
    messages = [ChatMessage(Speaker.USER, SealedText("abcd"))] * 3
    assert estimate_prompt(messages) == 3 * (1 + MESSAGE_OVERHEAD)
