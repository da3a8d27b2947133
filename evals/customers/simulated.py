"""A prospect who acts by rule: no model, no key, and the same words for the same case and seed.

They read each reply on its own, whichever model wrote it, and answer what it asks; what they tell is in their
goal and nowhere else.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from evals import reading
from evals.case import LIMA, Case, Prospect, Window
from evals.customers.heard import Ask, Heard, hear
from evals.customers.voice import Voice

SAME_REPLY = 3
"""How often they read the same reply before they leave."""
CORRECTIONS = 3
"""How often they correct the slot they chose before they take the one they are given."""
_DATA = frozenset({Ask.NAME, Ask.EMAIL})
_OPENING_DATA = (
    "Soy {name}, mi correo es {email}",
    "Soy {name}, {email}",
    "Mi nombre es {name} y mi correo {email}",
)
_BOTH = (
    "{name}, {email}",
    "{name}\n{email}",
    "Soy {name} y mi correo es {email}",
    "{name}, mi correo es {email}",
)
_NAME = ("{name}", "Soy {name}", "Me llamo {name}", "{name}")
_EMAIL = ("{email}", "Mi correo es {email}", "Es {email}", "{email}")
_STILL = ("¿Ya quedó?", "¿Entonces quedó mi cita?", "¿Quedó agendada?")
_WHY_EMAIL = ("¿Para qué necesitan mi correo?", "¿Y para qué es el correo?")


def simulated(prospect: Prospect, case: Case, seed: int) -> "SimulatedProspect":
    """The prospect of a case, as `play` wants one made."""
    return SimulatedProspect(prospect, case, seed)


@dataclass(slots=True)
class _Memory:
    """What was said so far."""

    messages: int = 0
    wishes: int = 0
    corrections: int = 0
    agreed: int = 0
    gave: frozenset[Ask] = frozenset()
    changed: bool = False
    looked_around: bool = False
    doubted: bool = False
    thanked: bool = False
    chosen: datetime | None = None
    offers: tuple[datetime, ...] = ()
    about: date | None = None
    postponed: Heard | None = None
    """A reply they answered with a question of their own."""
    replies: Counter[str] = field(default_factory=Counter)


class SimulatedProspect:
    """One prospect of one conversation; see `evals.customers.base.Customer`."""

    def __init__(self, prospect: Prospect, case: Case, seed: int) -> None:
        self._goal = prospect
        # Seeded by a text: the hash of anything else may differ from run to run.
        self._voice = Voice(
            prospect.persona,
            case.dialect,
            case.now.astimezone(LIMA).date(),
            Random(f"{case.name}/{seed}"),
        )
        self._questions = list(prospect.asks)
        self._said = _Memory(about=prospect.wants.days[0])

    @property
    def unfair(self) -> str:
        """Nothing, ever: what they do is written below."""
        return ""

    async def writes(self, reply: str | None) -> str | None:
        """Their next message; None once they are booked, out of patience, or read the same too often."""
        if self._said.messages >= self._goal.patience:
            return None
        text = self._opening() if reply is None else self._answer(reply)
        self._said.messages += 1
        return text

    @property
    def _window(self) -> Window:
        return self._goal.suits if self._said.changed else self._goal.wants

    def _opening(self) -> str:
        voice, goal = self._voice, self._goal
        if goal.opens_with == "hello":
            return voice.say(voice.one(voice.speech.hello), to_the_point=True)
        self._said.wishes += 1
        if goal.opens_with == "wish":
            return goal.says
        self._said.gave |= _DATA
        data = voice.one(_OPENING_DATA).format(name=goal.name, email=goal.email)
        return f"{goal.says}{'' if goal.says.endswith(('.', '?', '!')) else '.'} {data}"

    def _answer(self, reply: str) -> str | None:
        said = self._said
        heard = hear(reply, self._voice.today, said.about)
        said.replies[heard.text] += 1
        said.about = heard.about
        if heard.booked or said.thanked:
            return self._goodbye()
        if said.replies[heard.text] >= SAME_REPLY:
            return None
        if said.chosen in heard.refused:
            said.chosen = None
        said.offers = heard.offered or said.offers
        if aside := self._aside(heard):
            said.postponed = heard
            return aside
        answer = self._reaction(heard)
        if answer is None and said.postponed is not None:
            answer = self._reaction(said.postponed)
        said.postponed = None
        return self._and_asks(answer or self._urges(heard))

    def _goodbye(self) -> str | None:
        """Thanks, from whoever likes to talk."""
        if self._goal.persona != "chatty" or self._said.thanked:
            return None
        self._said.thanked = True
        return self._voice.say(f"¡{self._voice.speech.thanks.capitalize()}!", to_the_point=True)

    def _aside(self, heard: Heard) -> str | None:
        """A question of their own in the place of an answer."""
        voice, said, persona = self._voice, self._said, self._goal.persona
        last_chance = len(heard.offered) == 1 and heard.asks.isdisjoint(_DATA)
        if self._questions and (last_chance or voice.chance(0.5)) and not self._changes(heard):
            return self._questions.pop(0)
        if persona == "distrustful" and Ask.EMAIL in heard.asks - said.gave and not said.doubted:
            said.doubted = True
            return voice.say(voice.one(_WHY_EMAIL)) if voice.chance(0.6) else None
        if persona == "undecided" and len(heard.offered) > 1 and not said.looked_around:
            said.looked_around = True
            return voice.say(voice.one(voice.speech.others)) if voice.chance(0.3) else None
        return None

    def _and_asks(self, answer: str) -> str:
        """An answer, and what else they want to know."""
        return f"{answer.rstrip('.')}. {self._questions.pop(0)}" if self._questions else answer

    def _reaction(self, heard: Heard) -> str | None:
        """What a reply calls for; None if it calls for nothing."""
        return (
            self._to_address(heard)
            or self._to_change(heard)
            or self._to_days(heard)
            or self._to_slots(heard)
            or self._to_question(heard)
        )

    def _to_address(self, heard: Heard) -> str | None:
        """Whether the address they gave is the one they meant."""
        if Ask.MISSPELT not in heard.asks:
            return None
        self._said.gave |= {Ask.EMAIL}
        return self._say(
            "Sí, {email}" if heard.addresses[-1] == self._goal.email.lower() else "No, es {email}"
        )

    def _changes(self, heard: Heard) -> bool:
        return bool(self._goal.changes_to and heard.offered and not self._said.changed)

    def _to_change(self, heard: Heard) -> str | None:
        """They think again, once they have seen a slot."""
        if not self._changes(heard):
            return None
        self._said.changed, self._said.chosen, self._said.wishes = True, None, 1
        self._said.about = self._window.days[0]
        return self._goal.changed or self._wish()

    def _to_days(self, heard: Heard) -> str | None:
        """One of several days."""
        if Ask.WHICH not in heard.asks:
            return None
        days = sorted({*heard.days, *(m.date() for m in heard.offered)})
        fitting = [day for day in days if day in self._window.days]
        if not fitting:
            return self._declines()
        self._said.about = fitting[0]
        hour = self._voice.hours(self._window) if self._voice.chance(0.5) else ""
        return self._say(f"{self._voice.on(fitting[0])} {hour}".strip())

    def _to_slots(self, heard: Heard) -> str | None:
        """An offer or a recap."""
        said = self._said
        if not heard.offered:
            return None
        if wrong := self._wrong(heard):
            return wrong
        fitting = [m for m in heard.offered if self._window.suits(m)]
        if not fitting:
            return self._declines()
        if said.chosen in fitting:
            return self._agrees(heard)
        if len(heard.offered) > 1:
            return self._picks(fitting, heard)
        if said.chosen is not None and said.corrections < CORRECTIONS:
            said.corrections += 1
            return self._say(f"No, {self._voice.moment(said.chosen)}")
        said.chosen = fitting[0]
        return self._agrees(heard)

    def _wrong(self, heard: Heard) -> str | None:
        """What a recap has wrong about them."""
        name, email = reading.folded(self._goal.name), self._goal.email.lower()
        if heard.addresses and email not in heard.addresses and Ask.EMAIL in self._said.gave:
            return self._say("No, mi correo es {email}")
        if heard.holder and not set(heard.holder.split()) <= set(name.split()):
            return self._say("No, es a nombre de {name}")
        return None

    def _agrees(self, heard: Heard) -> str:
        """Gives what is asked along with the slot, or says yes."""
        if heard.asks & _DATA:
            return self._data(heard)
        return self._yes()

    def _yes(self) -> str:
        """Yes; the second time without musing."""
        self._said.agreed += 1
        yes = self._voice.one(self._voice.speech.yes)
        return self._voice.say(yes, to_the_point=self._said.agreed > 1 or self._voice.chance(0.5))

    def _picks(self, fitting: Sequence[datetime], heard: Heard) -> str:
        voice, said = self._voice, self._said
        said.chosen = voice.random.choice(fitting)
        slot = voice.picks(said.chosen, heard.offered)
        rejected = [m for m in heard.offered if m != said.chosen]
        if self._goal.persona == "undecided" and voice.chance(0.2):
            slot = f"{voice.moment(rejected[0])}... no, mejor {voice.moment(said.chosen)}"
        taken = self._say(voice.one(voice.speech.takes).replace("{slot}", slot))
        return f"{taken}. {self._data(heard)}" if heard.asks & _DATA else taken

    def _to_question(self, heard: Heard) -> str | None:
        """Anything else that is asked: when, who they are, what they want, whether it is all right."""
        said, asks = self._said, heard.asks
        if asks & {Ask.WHEN, Ask.HALF}:
            told = self._say(self._voice.moment(said.chosen)) if said.chosen else self._wish()
            return f"{told}. {self._data(heard)}" if asks & _DATA else told
        if asks & _DATA:
            return self._wrong(heard) or self._data(heard)
        fitting = [m for m in said.offers if self._window.suits(m)]
        if Ask.CHOICE in asks and fitting:
            return self._say(self._voice.moment(said.chosen or fitting[0]))
        if Ask.CONFIRM in asks and said.chosen:
            return self._wrong(heard) or self._yes()
        if asks & {Ask.HELP, Ask.CONFIRM} and said.chosen is None:
            return self._wish()
        return None

    def _wish(self) -> str:
        """When they want to come: first in the words of their goal, then in others."""
        said, voice = self._said, self._voice
        said.wishes += 1
        if said.wishes == 1:
            return self._goal.says
        when = voice.wish(self._window, said.wishes - 2)
        return self._say(voice.one(voice.speech.wants).replace("{when}", when))

    def _declines(self) -> str:
        voice, said = self._voice, self._said
        said.chosen = None
        said.wishes += 1
        when = voice.wish(self._window, max(0, said.wishes - 2))
        return self._say(f"{voice.one(voice.speech.declines)}, mejor {when}")

    def _data(self, heard: Heard) -> str:
        """Who they are, as far as it is asked; whoever is in a hurry tells both at once."""
        asked, told = heard.asks & _DATA, self._said.gave
        if asked == {Ask.NAME} and not told and self._goal.persona == "hurried" and self._voice.chance(0.5):
            asked = _DATA
        again, self._said.gave = asked <= told, told | asked
        forms = _BOTH if asked == _DATA else _NAME if Ask.NAME in asked else _EMAIL
        impatient = again and self._goal.persona in {"hurried", "distrustful"}
        opening = "Ya lo dije. " if impatient else ""
        if again:
            return opening + forms[1].format(name=self._goal.name, email=self._goal.email)
        return self._say(self._voice.one(forms), to_the_point=True)

    def _urges(self, heard: Heard) -> str:
        """Nothing was asked: they want to get on."""
        said, voice = self._said, self._voice
        if heard.waiting or (said.chosen and said.gave >= _DATA):
            return self._say(voice.one(_STILL))
        if self._goal.persona == "hurried" and said.wishes:
            return "?" if voice.chance(0.5) else "hola??"
        return self._wish()

    def _say(self, template: str, *, to_the_point: bool = False) -> str:
        goal = self._goal
        return self._voice.say(template, to_the_point=to_the_point, name=goal.name, email=goal.email)
