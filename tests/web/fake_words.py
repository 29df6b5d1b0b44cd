"""What the scripted service of `fake_host` says, and whose voices it has."""

from amity.adapter import PersonaCard

PERSONAS = [
    PersonaCard(
        id="mia",
        name="Mia",
        about="Curious and warm. Likes long walks, small stories and good questions.",
        gender="female",
    ),
    PersonaCard(
        id="leo",
        name="Leo",
        about="Calm and a little dry. Good company for thinking things through.",
        gender="male",
    ),
]

WORDS = {
    "service.name": "Ami",
    "gate.age": (
        "Ami is a companion made of software. It is for adults.\n\n"
        "Before anything else: **how old are you?**"
    ),
    "gate.age.adult": "I am 18 or over",
    "gate.age.minor": "I am under 18",
    "gate.suitability": "A companion is not a therapist, and may not suit everyone.",
    "gate.consent": (
        "To talk with you, Ami has to process what you write. The "
        "[privacy policy](/privacy) says what is kept, for how long, and who sees it. "
        "You can withdraw at any time."
    ),
    "gate.consent.agree": "Agree",
    "gate.consent.decline": "Decline",
    "gate.declined": "That is fine. Nothing was kept.",
    "gate.blocked.minor": "This service is only for people of 18 or over.",
    "gate.terminated": "This account was closed.",
    "disclosure.first": "You are talking with an AI, not with a person.",
    "help": "Help: /privacy /terms /support",
    "privacy": "Responsible: Example Ltd.",
    "terms": "For adults only.",
    "support": "Write to support@example.org.",
}
