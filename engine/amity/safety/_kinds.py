"""What humans and machines are called where somebody asks, or says, which of them one is."""

from typing import Final

__all__ = ["HUMAN_EN", "HUMAN_RU", "MACHINE_EN", "MACHINE_RU"]

HUMAN_EN: Final = (
    r"(?:(?:a |an |the )?(?:real |actual |living |normal |genuine |true |flesh and blood |"
    r"breathing |live |regular |fellow |actual real |real live )*"
    r"(?:human|human being|person|people|man|woman|girl|boy|guy|lady|dude|individual|"
    r"someone)|real|human|alive|an? actual \w+)"
)
MACHINE_EN: Final = (
    r"(?:(?:a |an |the |just a |just an |some |some kind of |only a |only an )?(?:real |"
    r"fake |stupid |damn |chat |simple |large |soulless |cold |mere )*"
    r"(?:ai|a i|bot|robot|chatbot|chat bot|machine|program|programme|computer|"
    r"computer program|software|algorithm|llm|language model|script|artificial|"
    r"artificial intelligence|virtual|simulation|gpt|chatgpt|automated|android|automaton))"
)
HUMAN_RU: Final = (
    r"(?:(?:настоящ\w+|жив\w+|реальн\w+|обычн\w+|действительно|взаправду|всамделишн\w+|реально) )*"
    r"(?:человек|человека|человеком|люди|девушка|девушкой|девушк\w+|парень|парнем|парн\w+|"
    r"женщина|женщиной|мужчина|мужчиной|живая|живой|живое|настоящая|настоящий|реальная|"
    r"реальный|жив\w* существо)"
)
MACHINE_RU: Final = (
    r"(?:(?:просто|всего лишь|обычн\w+|какой то|какая то|чат|тупо) )*"
    r"(?:бот|бота|ботом|робот|робота|роботом|чатбот\w*|чат бот\w*|ии|нейросет\w*|"
    r"нейронк\w*|машина|машиной|машиной|программ\w*|компьютер\w*|алгоритм\w*|"
    r"искусственн\w+ интеллект\w*|искусственн\w+|скрипт\w*|gpt|чатгпт|гпт|ai|симуляц\w+|"
    r"языков\w+ модел\w+)"
)
