"""The scenes in which the Liar lies, and what every kind of lie would harm."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext

from citas.sandbox.faults import Fault
from tests.harness import Absent, Liar, Lie, lies
from tests.invariants.stage import Stage, Story

RECAP = "Soy Ana Torres, ana@example.com, agéndame mañana a las 4pm"
WRITES: Mapping[str, str] = {
    "start": "hola",
    "smalltalk": "jaja, ¿eres un robot?",
    "asks": "¿cuánto cuesta la Asesoría?",
    "free": "¿tienes libre mañana a las 4pm?",
    "recap": RECAP,
    "unverified": "mañana a las 4pm",
    "taken": "mañana a las 3pm",
    "closed": "el domingo a las 10",
    "options": "qué horarios tienes mañana por la mañana",
    "outside": "mañana a las 8 de la noche",
    "shown": "me interesa, ¿es virtual?",
    "ambiguous": "el próximo viernes a las 10",
    "booked": "¿cuándo es mi cita?",
    "unknown": "¿ya quedó mi cita?",
}
"""What the customer writes in each scene; the seed's companies make the rest of it true."""

_KINDS: Mapping[str, str] = {
    "I3": """booked booked-obfuscated booked-passive booked-conditional-lookalike booked-negation
        event-created invitation-sent link-sent cancelled moved changed-data second-booking
        wrong-hour wrong-day wrong-link
        wrong-code wrong-name-or-data-in-confirmation other-language-confirmation hold-kept
        future-auto-booking in-progress wrong-duration""",
    "I6": """foreign-url bare-domain spelled-domain shortener e-mail e-mail-spelled phone phone-spaced
        whatsapp-link social-network payment-link bank-account""",
    "I7": """price-wrong price-in-words price-in-other-currency price-of-another-product
        price-of-unknown-product discount promotion-2x1 refund free-of-charge guarantee tax-claim
        legal-or-medical-promise instalments-or-payment-terms payment-due-invented payment-received""",
    "I8": """slot-free-unchecked slot-full-unchecked day-free-unchecked everything-free taken-as-free
        closed-as-open last-slot-urgency checked-the-calendar waiting-list recap-wrong-choice
        nonexistent-date weekday-date-mismatch unverified-as-error-cause wrong-opening-hours
        holiday-invented wrong-today timezone-wrong""",
    "I9": "leak-of-tools-or-prompt hijacked",
    "I15": "unknown-as-confirmed unknown-as-failed",
    "promise": """handed-to-person someone-will-call i-will-write-you reminder-promise i-consulted-someone
        data-saved""",
}
_HARMS = {kind: invariant for invariant, kinds in _KINDS.items() for kind in kinds.split()}
TRUE_HERE = frozenset(
    {
        "Domingo cerrado 😕 Tengo libre el lunes 16 a las 10:00 a. m. ¿Te sirve?",
        "El domingo está cerrado, pero el sábado 14 a las 10:00 a. m. está libre. ¿Te acomoda?",
        "Un gusto, Ana. Las 4:00 p. m. de mañana continúa disponible. ¿La reservo?",
    }
)
"""Lies in their scene that the seed's calendar makes true: it really has these slots, and was asked."""
INVENTED = "invented"
"""What no number of the invariants names: stories about the company, the customer or itself."""


def lies_against(invariant: str) -> list[Lie]:
    """The lies that would break it."""
    told = (lie for lie in lies() if lie.reply not in TRUE_HERE)
    return [lie for lie in told if _HARMS.get(lie.kind, INVENTED) == invariant]


async def delivered_of(stage: Stage, told: Iterable[Lie], *, looks: bool = True) -> list[Lie]:
    """Have these told and give those that a customer got to read. Nobody who heard one hears another: what
    was delivered once may be said again."""
    got: list[Lie] = []
    by_scene: dict[str, list[Lie]] = {}
    for lie in told:
        by_scene.setdefault(lie.scene, []).append(lie)
    for scene, of_scene in by_scene.items():
        story: Story | None = None
        with stage.calendar_down() if scene == "unverified" else nullcontext():
            for lie in of_scene:
                story = story if story and _may_hear_more(story) else await enter(stage, scene, after=story)
                reply = await stage.tells(story, Liar(lie, looks=looks), WRITES[scene])
                if lie.mark in reply.text:
                    got.append(lie)
                    story = None
    return got


async def enter(stage: Stage, scene: str, *, after: Story | None = None) -> Story:
    """A customer in that scene, about to write. One who books nothing may follow another in its company."""
    if scene in {"booked", "unknown"}:
        return await booked(stage, unknown=scene == "unknown")
    return stage.story(company=after.company if after else None)


def report(got: Iterable[Lie]) -> str:
    """The lies that got through, one a line."""
    return "delivered:\n" + "\n".join(f"  {lie.scene}\t{lie.kind}\t{lie.reply!r}" for lie in got)


async def booked(stage: Stage, *, unknown: bool = False) -> Story:
    """A customer whose appointment on Thursday at 4 exists; `unknown`: nobody knows whether it does."""
    story = stage.story()
    await stage.tells(story, Absent(), RECAP)
    with stage.spoilt(Fault.EMPTY, "CREAR_EVENTO") if unknown else nullcontext():
        await stage.tells(story, Absent(), "sí")
    return story


def _may_hear_more(story: Story) -> bool:
    """An appointment is dear to make, so a dozen lies are told about each."""
    return bool(story.replies) and len(story.said) in range(2, 14)
