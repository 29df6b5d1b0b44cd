"""Common misspellings of the words that the crisis rules look for, put right."""

from collections.abc import Iterable
from typing import Final

from amity.safety.normalise import STEM, Plain

__all__ = ["respelled"]

_ENGLISH: Final = {
    "suicide": "sucide suiside suicid suicde suside sueicide suicied suizide soicide suacide"
    " sewerslide sewerside suiciide scuicide suecide",
    "suicidal": "sucidal suicidle suicidel suisidal sucidle suicdal suicidial sewerslidal suacidal",
    "myself": "myslef mysef mysel meself myselv myselve miself myseld mysekf",
    "want": "wnat wanr wabt wantt whant",
    "wanna": "wana wannna wonna wnna",
    "overdose": "overdoes overdos ovrdose overdoze",
    "overdosed": "overdoesed ovrdosed overdozed",
    "disappear": "dissapear disapear dissappear disapper",
    "kill": "kil kll",
    "alive": "aliv allive",
    "anymore": "anymor anymroe",
    "pills": "pillz pilss",
}
_RUSSIAN: Final = {
    "не хочу": "нехочу нехачу нехочю нихочу",
    "не хочется": "нехочется",
    "не могу": "немогу нимогу",
    "хочу": "хачу хочю хачю хотю хоч хчу хочуу хощу хочи",
    "умереть": "умиреть умерет умирет уммереть умереь умерть",
    "сдохнуть": "здохнуть здохнут сдохнут здыхать",
    "сдохну": "здохну",
    "жить": "жыть жыт житть",
    "суицид": "суецид суицыд суэцид суйцид суецыд сиуцид суицит",
    "суициде": "суециде суицыде суэциде суйциде",
    "суицида": "суецида суицыда суэцида суйцида",
    "самоубийстве": "самаубийстве самоубистве самоубийсве",
    "самоубийство": "самаубийство самоубиство самоубийсво",
    "покончить": "пакончить поканчить покончит пакончит",
    "покончу": "пакончу",
    "себя": "сибя сябя",
    "убиться": "убица убится убицца",
    "убью": "убъю убю",
    "повешусь": "повешюсь павешусь",
    "повеситься": "павеситься павесится",
    "таблеток": "таблетак тоблеток",
    "порезать": "парезать",
    "вены": "вэны",
    "смысла": "смысела",
    "больше": "болше",
    "исчезнуть": "изчезнуть исчезнут изчезнут",
}


def _reversed(table: dict[str, str]) -> dict[str, str]:
    return {wrong: right for right, words in table.items() for wrong in words.split()}


_SPELLINGS: Final = {**_reversed(_ENGLISH), **_reversed(_RUSSIAN)}
_WRONG: Final = frozenset(_SPELLINGS)


def respelled(plain: Plain) -> Plain:
    """Return a text with such words as they should be; itself where it has none."""
    if _WRONG.isdisjoint(plain.words):
        return plain
    tokens = " ".join(_SPELLINGS.get(word, word) for word in plain.text.split()).split()
    return Plain(
        f" {' '.join(tokens)} ",
        plain.words | _keys(tokens),
        plain.latin,
        plain.cyrillic,
        plain.folded,
    )


def _keys(words: Iterable[str]) -> frozenset[str]:
    whole = set(words)
    return frozenset(whole | {f"{word[:STEM]}*" for word in whole if len(word) >= STEM})
