"""The prospect who acts by rule: how it reads replies of any model, what it answers, that it gets booked."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from evals import reading
from evals.case import CASES, MAIN, Case, Prospect, Window, load_cases
from evals.customers import SimulatedProspect, simulated
from evals.customers.heard import Ask, Heard, hear
from evals.evaluators.conversation import turns_of
from evals.evaluators.outcome import EndState
from evals.play import Subject, play

WEDNESDAY, THURSDAY, FRIDAY = date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 13)
REPLIES = Path(__file__).parents[1] / "agent" / "replies_honest.tsv"
AFTERNOON = Window(days=(THURSDAY,), begin=time(14), end=time(17))
ANA = Prospect(
    name="Ana Ejemplo",
    email="ana.ejemplo@example.com",
    wants=AFTERNOON,
    says="una cita mañana en la tarde",
    opens_with="wish",
)
RECAP = "Entonces: *{when}*, a nombre de {name}, correo {email}. ¿Confirmo la cita?"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute)  # noqa: DTZ001  as a reply names it


def case_of(prospect: Prospect, **changes: object) -> Case:
    return Case.model_validate({"name": "a-case", "prospect": prospect, **changes})


def ana(seed: int = 0, **changes: object) -> SimulatedProspect:
    prospect = Prospect.model_validate(ANA.model_dump() | changes)
    return simulated(prospect, case_of(prospect), seed)


def heard(reply: str) -> Heard:
    return hear(reply, WEDNESDAY, THURSDAY)


def recap(when: str = "jueves 12 de marzo a las 4:00 p. m.", **changes: str) -> str:
    return RECAP.format(**{"when": when, "name": ANA.name, "email": ANA.email} | changes)


async def answers(customer: SimulatedProspect, *replies: str) -> str | None:
    """What they write after these replies, the first of which answers their opening."""
    text = await customer.writes(None)
    for reply in replies:
        text = await customer.writes(reply)
    return text


@pytest.mark.parametrize(
    ("reply", "moments"),
    [
        ("Mañana 9am, 10am y 11am; viernes 10am. Tú dirás", [at(12, 9), at(12, 10), at(12, 11), at(13, 10)]),
        ("¿Te sirve el jueves 12 a las 4 de la tarde?", [at(12, 16)]),
        ("Las 3 está ocupada, pero tengo a las 2:00 p. m. y a las 4:00 p. m.", [at(12, 14), at(12, 16)]),
        ("Tengo sáb 14 a las 12:00 m. y lun 16 a las 9:00 a. m.", [at(14, 12), at(16, 9)]),
        ("Jueves 12 de marzo:\n• 14:00\n• 16:00 hs", [at(12, 14), at(12, 16)]),
        ("Puede ser de 4:00 p. m. a 5:00 p. m. del 12/03.", [at(12, 16)]),
        ("Las cuatro y media de pasado mañana están bien: 13 de marzo, 4:30 p. m.", [at(13, 16, 30)]),
        ("Atendemos de lunes a viernes de 9:00 a. m. a 6:00 p. m.", []),
        ("La Asesoría cuesta S/ 150.00 y dura 60 minutos.", []),
    ],
)
def test_that_an_offer_is_read_however_it_is_put(reply: str, moments: list[datetime]) -> None:
    found = heard(reply).offered
    assert [m for m in found if m in moments] == moments
    assert len(found) <= len(moments) + (reply.startswith("Las cuatro"))


@pytest.mark.parametrize(
    ("reply", "asks"),
    [
        ("¿Qué día te acomoda?", {Ask.WHEN}),
        ("Necesito:\n1. Tu nombre completo\n2. Tu correo", {Ask.NAME, Ask.EMAIL}),
        ("¿Me regala su nombre y su e-mail?", {Ask.NAME, Ask.EMAIL}),
        ("¿Con qué correo la registro?", {Ask.EMAIL}),
        ("¿Prefieres por la mañana o por la tarde?", {Ask.HALF}),
        ("¿Te refieres al viernes 13 o al viernes 20 de marzo?", {Ask.WHICH}),
        ("Recibí ana@gmial.com. ¿Quisiste decir ana@gmail.com?", {Ask.MISSPELT}),
        ("Jueves 12, 4 p. m., a nombre de Ana. ¿Está todo bien?", {Ask.CONFIRM}),
        ("Tengo jueves 12 a las 2:00 p. m. y a las 4:00 p. m. ¿Cuál prefieres?", {Ask.CHOICE}),
    ],
)
def test_that_a_question_is_recognised(reply: str, asks: set[Ask]) -> None:
    assert asks <= heard(reply).asks
    data = {Ask.NAME, Ask.EMAIL, Ask.MISSPELT}
    assert heard(reply).asks & data == asks & data


@pytest.mark.parametrize(
    ("reply", "booked"),
    [
        ("¡Listo! Tu cita quedó confirmada para el jueves 12 de marzo.", True),
        ("Ya está: https://meet.google.com/abc-defg-hij, código AC-7KQ2", True),
        ("Estoy verificando si tu cita quedó registrada. Código: AC-7KQ2", False),
        ("Cuando me des tu correo, tu cita queda confirmada.", False),
        ("Ese horario ya está reservado. ¿Te sirve otro?", False),
        ("Aún no quedó agendada, me falta tu correo.", False),
    ],
)
def test_that_only_a_confirmation_ends_it(reply: str, booked: bool) -> None:
    assert heard(reply).booked is booked


def test_that_most_wordings_of_other_models_are_understood() -> None:
    wanted = {
        "options": {at(12, 9), at(12, 10), at(12, 11), at(13, 10)},
        "taken": {at(12, 14), at(12, 16)},
        "closed": {at(14, 12), at(16, 9)},
        "outside": {at(12, 17)},
    }
    rows = [line.split("\t") for line in REPLIES.read_text(encoding="utf-8").splitlines()]
    read = {
        kind: [set(heard(t.replace("\\n", "\n")).offered) for k, t in rows if k == kind] for kind in wanted
    }
    right = sum(found == wanted[kind] for kind, all_found in read.items() for found in all_found)
    assert right / sum(map(len, read.values())) > 0.85


def test_that_none_of_them_is_taken_for_a_confirmation_before_there_is_one() -> None:
    rows = [line.split("\t") for line in REPLIES.read_text(encoding="utf-8").splitlines()]
    before = [
        text for kind, text in rows if kind in {"free", "options", "recap", "taken", "unknown", "ambiguous"}
    ]
    assert [text for text in before if heard(text.replace("\\n", "\n")).booked] == []
    assert len(before) > 400


async def test_that_the_three_openings_say_as_much_as_they_should() -> None:
    hello, wish, everything = [await ana(opens_with=o).writes(None) for o in ("hello", "wish", "everything")]
    assert hello is not None
    assert "cita" not in hello.lower()
    assert wish == ANA.says
    assert everything is not None
    assert all(part in everything for part in (ANA.says, ANA.name, ANA.email))


@pytest.mark.parametrize("seed", range(6))
async def test_that_a_slot_that_suits_is_picked_in_words_that_mean_it(seed: int) -> None:
    offer = "Tengo libre el jueves 12 de marzo: 9:00 a. m., 10:00 a. m. y 4:00 p. m. ¿Cuál te queda mejor?"
    text = await answers(ana(seed), offer)
    assert text is not None
    assert "tercera" in text.lower() or set(hear(text, WEDNESDAY, THURSDAY).offered) == {at(12, 16)}


async def test_that_seeds_pick_in_different_words() -> None:
    offer = "El jueves 12 de marzo tengo 2:00 p. m., 4:00 p. m. y 5:00 p. m. ¿Cuál prefieres?"
    assert len({await answers(ana(seed), offer) for seed in range(12)}) > 5


async def test_that_a_slot_that_does_not_suit_is_turned_down_and_the_wish_said_otherwise() -> None:
    text = await answers(ana(), "Tengo libre el viernes 13 de marzo a las 9:00 a. m. ¿Te la reservo?")
    assert text is not None
    assert "mejor" in text
    assert ANA.says not in text
    assert ANA.email not in text


async def test_that_exactly_what_is_asked_is_given() -> None:
    free = "Tengo libre el jueves 12 de marzo a las 4:00 p. m. "
    both = await answers(ana(), free + "¿Me das tu nombre y tu correo?")
    name = await answers(ana(), free + "¿Me das tu nombre?")
    email = await answers(ana(), free + "¿Cuál es tu correo?")
    assert both is not None and name is not None and email is not None  # noqa: PT018  one thing for mypy
    assert (ANA.name in both, ANA.email in both) == (True, True)
    assert (ANA.name in name, ANA.email in name) == (True, False)
    assert (ANA.name in email, ANA.email in email) == (False, True)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (recap(email="ana@example.com"), f"no, mi correo es {ANA.email}"),
        (recap(name="Ana Torres"), f"no, es a nombre de {ANA.name}"),
        (recap(when="jueves 12 de marzo a las 9:00 a. m."), "mejor"),
    ],
)
async def test_that_a_recap_that_is_wrong_is_corrected(reply: str, said: str) -> None:
    text = await answers(ana(opens_with="everything"), reply)
    assert text is not None
    assert said.lower() in text.lower()


async def test_that_a_recap_that_is_right_is_agreed_to() -> None:
    text = await answers(ana(opens_with="everything"), recap())
    assert text is not None
    assert not {"no", "mejor", "a"} & set(reading.folded(text).replace(",", "").split())
    assert "@" not in text


async def test_that_another_slot_than_the_one_chosen_is_not_agreed_to() -> None:
    offer = "¿Te sirve el jueves 12 de marzo a las 2:00 p. m.? ¿Me das tu nombre y tu correo?"
    text = await answers(ana(), offer, recap())
    assert text is not None
    assert text.lower().startswith("no, ")
    assert hear(text, WEDNESDAY, THURSDAY).offered == (at(12, 14),)


async def test_that_a_doubt_about_the_address_is_settled_by_their_own() -> None:
    rita = ana(email="rita.prueba@gmail.pe")
    text = await answers(rita, "Recibí rita.prueba@gmail.pe. ¿Quisiste decir rita.prueba@gmail.com?")
    assert text is not None
    assert "rita.prueba@gmail.pe" in text
    assert text.lower().startswith("no")


async def test_that_they_choose_the_day_they_meant() -> None:
    text = await answers(ana(), "¿Te refieres al jueves 12 de marzo o al jueves 19 de marzo?")
    assert text is not None
    assert "12 de marzo" in text


async def test_that_they_change_their_mind_once_and_stay_with_it() -> None:
    friday = Window(days=(FRIDAY,), begin=time(9), end=time(12))
    customer = ana(changes_to=friday, changed="mejor el viernes en la mañana")
    offer = "Tengo libre el jueves 12 de marzo a las 4:00 p. m. ¿Te la reservo?"
    assert await answers(customer, offer) == "mejor el viernes en la mañana"
    again = await customer.writes(offer)
    assert again is not None
    assert "viernes" in again
    agreed = await customer.writes(
        "Tengo libre el viernes 13 de marzo a las 9:00 a. m. ¿Me das tu nombre y correo?"
    )
    assert agreed is not None
    assert ANA.email in agreed


@pytest.mark.parametrize("seed", range(4))
async def test_that_each_question_is_asked_once(seed: int) -> None:
    asks = ("¿Cuánto cuesta?", "¿Dónde es?")
    customer = ana(seed, asks=asks)
    replies = ("¿Qué día?", "¿Qué hora?", "Tengo libre el jueves 12 de marzo a las 4:00 p. m.", "¿Tu nombre?")
    said = [await customer.writes(None), *[await customer.writes(reply) for reply in replies]]
    told = "\n".join(text for text in said if text)
    assert [told.count(question) for question in asks] == [1, 1]


async def test_that_they_leave_an_agent_that_goes_round_in_circles() -> None:
    customer = ana(patience=30)
    assert await answers(customer, "No entendí.", "No entendí.") is not None
    assert await customer.writes("No entendí.") is None


async def test_that_they_write_no_more_than_they_have_patience_for() -> None:
    customer = ana(patience=3)
    said = [await customer.writes(None if n == 0 else f"¿Qué día? ({n})") for n in range(5)]
    assert [text is not None for text in said] == [True, True, True, False, False]


async def test_that_the_same_seed_says_the_same() -> None:
    replies = (
        "¿Qué día y a qué hora?",
        "Tengo jueves 12 a las 2:00 p. m. y 4:00 p. m. ¿Cuál?",
        "¿Tu nombre y correo?",
    )
    assert await answers(ana(3), *replies) == await answers(ana(3), *replies)


async def test_that_whoever_writes_messily_still_gives_their_data_right() -> None:
    text = await answers(ana(persona="messy", name="Iñaki Ejemplo"), "¿Cuál es tu nombre y tu correo?")
    assert text is not None
    assert "Iñaki Ejemplo" in text
    assert ANA.email in text


CASES_PLAYED = [
    "pe-brief",
    "mx-brief",
    "es-brief",
    "ar-brief",
    "co-messy",
    "changes-the-day",
    "visits-a-flat",
]


@pytest.mark.parametrize("name", CASES_PLAYED)
async def test_that_a_prospect_gets_what_they_came_for(name: str) -> None:
    case = next(case for case in load_cases(CASES) if case.name == name)
    found = await play(case, Subject(), simulated)
    assert list(EndState().problems(case, found)) == []
    assert turns_of(found.of(MAIN)) <= (case.bounds.turns or 0)
    assert found.unfair == ""


def test_that_the_cases_cover_every_person_of_every_country_and_every_opening() -> None:
    met = [(c.prospect, c.dialect) for c in load_cases(CASES) if c.category == "prospects" and c.prospect]
    assert len({(prospect.persona, dialect) for prospect, dialect in met}) == 36
    assert {prospect.opens_with for prospect, _ in met} == {"hello", "wish", "everything"}
    assert len(met) >= 50
