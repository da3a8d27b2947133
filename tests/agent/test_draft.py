"""What is learned from turn to turn, and what counts as accepting a slot."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citas.agent.deps import last_shown
from citas.agent.draft import Draft
from citas.store.model import BookingState, SessionRecord
from tests.agent.support import LIMA, NOTHING_SAID, NOW, THURSDAY_4PM, booking, offered, reading

RECAP = "Entonces: *jueves 12 de marzo a las 4:00 p. m.*, a nombre de Ana Torres. ¿Confirmo la cita?"
ASKS_BOTH = "Tengo libre el *jueves 12 de marzo a las 4:00 p. m.* ¿Me das tu nombre y tu correo?"
ASKS_EMAIL = "Gracias, Ana. ¿A qué correo te envío la invitación?"
ASKS_DOUBT = "Recibí ana@gmial.com. ¿Quisiste decir ana@gmail.com?"
THURSDAY_5PM = THURSDAY_4PM + timedelta(hours=1)
KNOWN = Draft(name="Ana Torres", email="ana@example.com", day=THURSDAY_4PM.date(), wanted=THURSDAY_4PM)
DOUBTED = Draft(name="Ana", email="ana@gmial.com", email_doubt="ana@gmail.com")


def learned(
    draft: Draft, text: str, last_reply: str = "", shown: tuple[datetime, ...] = (THURSDAY_4PM,)
) -> Draft:
    said = reading(text, last_reply=last_reply, offers=shown)
    return draft.learn(said, last_reply, shown, NOW)


@pytest.mark.parametrize("text", ["sí", "dale", "ok", "confirmo", "ya", "👍", "sí, por favor"])
def test_that_a_yes_to_a_slot_they_saw_accepts_it(text: str) -> None:
    assert learned(KNOWN, text, RECAP).accepted


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "esa hora no puedo",
        "claro que no",
        "ok, déjame ver",
        "sí, pero más tarde",
        "ya no puedo",
        "¿cuánto cuesta?",
        "gracias",
        "hola",
    ],
)
def test_that_anything_else_does_not_accept_it(text: str) -> None:
    assert not learned(KNOWN, text, RECAP).accepted


def test_that_a_refusal_takes_back_an_earlier_yes() -> None:
    accepted = learned(KNOWN, "sí", RECAP)
    assert accepted.accepted
    assert not learned(accepted, "uy, a esa hora no puedo", RECAP).accepted


def test_that_a_slot_nobody_saw_is_not_accepted() -> None:
    draft = learned(KNOWN, "sí", RECAP, shown=())
    assert not draft.accepted
    assert draft.wanted == THURSDAY_4PM


def test_that_a_yes_to_several_slots_chooses_none() -> None:
    draft = learned(Draft(), "sí", "¿Cuál prefieres?", shown=(THURSDAY_4PM, THURSDAY_5PM))
    assert draft.wanted is None
    assert not draft.accepted


def test_that_a_yes_to_the_only_slot_shown_takes_it() -> None:
    draft = learned(Draft(), "sí", ASKS_BOTH)
    assert (draft.wanted, draft.accepted) == (THURSDAY_4PM, True)


def test_that_naming_a_shown_slot_picks_it() -> None:
    draft = learned(Draft(), "el jueves a las 5pm", "¿Cuál prefieres?", shown=(THURSDAY_4PM, THURSDAY_5PM))
    assert (draft.wanted, draft.accepted) == (THURSDAY_5PM, True)


def test_that_the_message_that_named_the_slot_is_kept_as_it_was_typed() -> None:
    draft = learned(Draft(), "Hola!! el Jueves a las 4pm porfa", shown=())
    assert draft.phrase == "Hola!! el Jueves a las 4pm porfa"
    assert learned(draft, "sí", RECAP).phrase == draft.phrase
    assert learned(draft, "el jueves a las 4", RECAP).phrase == draft.phrase, "it names nothing new"
    assert learned(draft, "mejor el jueves a las 5pm", RECAP).phrase == "mejor el jueves a las 5pm"


def test_that_a_yes_to_the_only_slot_shown_is_what_named_it() -> None:
    assert learned(Draft(phrase="algo de antes"), "sí, esa", ASKS_BOTH).phrase == "sí, esa"


def test_that_a_long_message_is_kept_in_part() -> None:
    draft = learned(Draft(), "el jueves a las 4pm " + "por favor " * 100, shown=())
    assert draft.wanted == THURSDAY_4PM
    assert len(draft.phrase) == 300


def test_that_turning_a_shown_slot_down_does_not_pick_it() -> None:
    draft = learned(Draft(), "el jueves a las 5pm no puedo", "¿Cuál?", shown=(THURSDAY_4PM, THURSDAY_5PM))
    assert not draft.accepted


def test_that_another_hour_is_wanted_but_not_yet_accepted() -> None:
    draft = learned(KNOWN, "mejor el jueves a las 10 am", RECAP)
    assert draft.wanted == datetime(2026, 3, 12, 10, 0, tzinfo=LIMA)
    assert not draft.accepted


def test_that_giving_what_we_asked_for_goes_ahead_with_the_slot() -> None:
    draft = learned(Draft(wanted=THURSDAY_4PM), "Ana Torres, ana@example.com", ASKS_BOTH)
    assert draft.complete
    assert draft.accepted


def test_that_giving_an_address_with_a_but_does_not() -> None:
    draft = learned(Draft(name="Ana", wanted=THURSDAY_4PM), "ana@example.com pero a otra hora", ASKS_EMAIL)
    assert draft.email == "ana@example.com"
    assert not draft.accepted


@pytest.mark.parametrize(
    ("text", "address", "doubt"),
    [
        ("sí", "ana@gmail.com", None),
        ("sí, no me fijé", "ana@gmail.com", None),
        ("no, así es", "ana@gmial.com", None),
        ("ana@gmial.com", "ana@gmial.com", None),
        ("ana@example.com", "ana@example.com", None),
        ("¿cuánto cuesta?", "ana@gmial.com", "ana@gmail.com"),
    ],
)
def test_that_a_doubt_about_an_address_is_settled_by_the_customer(
    text: str, address: str, doubt: str | None
) -> None:
    draft = learned(DOUBTED, text, ASKS_DOUBT)
    assert (draft.email, draft.email_doubt) == (address, doubt)


def test_that_a_yes_to_something_else_does_not_settle_the_address() -> None:
    assert learned(DOUBTED, "sí", RECAP).email_doubt == "ana@gmail.com"
    assert not learned(DOUBTED, "sí", RECAP).complete


def test_that_letting_go_keeps_who_they_are() -> None:
    assert learned(KNOWN, "no, olvídalo", RECAP) == Draft(name="Ana Torres", email="ana@example.com")


def test_that_a_name_and_an_address_are_not_forgotten() -> None:
    draft = learned(learned(Draft(), "soy Ana Torres"), "ana@example.com")
    assert draft.complete
    assert learned(draft, "quiero cita el lunes a las 10").complete


@given(
    st.builds(
        Draft,
        name=st.none() | st.text(max_size=20),
        email=st.none() | st.emails(),
        email_spoken=st.booleans(),
        email_doubt=st.none() | st.emails(),
        day=st.none() | st.dates(min_value=NOW.date()),
        hour=st.none() | st.times(),
        wanted=st.none() | st.datetimes(datetime(2026, 4, 1), datetime(2040, 1, 1), timezones=st.just(LIMA)),  # noqa: DTZ001  zoned by the strategy
        accepted=st.booleans(),
        phrase=st.text(max_size=20),
    )
)
def test_that_a_draft_survives_being_stored(draft: Draft) -> None:
    assert Draft.loads(draft.dumps(), NOW) == draft


def test_that_what_has_gone_by_is_not_wanted_any_more() -> None:
    past = Draft(
        name="Ana", day=NOW.date() - timedelta(days=1), wanted=NOW - timedelta(days=1), accepted=True
    )
    assert Draft.loads(past.dumps(), NOW) == Draft(name="Ana")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "5",
        '"x"',
        "[]",
        '["name"]',
        '{"day": "mañana"}',
        '{"wanted": 5}',
        '{"wanted": "2026-13-40"}',
        '{"day": []}',
        "\x00",
    ],
)
def test_that_an_unreadable_draft_is_an_empty_one(text: str) -> None:
    assert Draft.loads(text, NOW) == Draft()


def test_that_a_draft_of_another_version_keeps_what_it_can() -> None:
    assert Draft.loads('{"name": "Ana", "zodiac": "leo"}', NOW) == Draft(name="Ana")


def test_that_only_the_last_offering_turn_counts_as_shown() -> None:
    record = SessionRecord("{}", 3, (), (*offered(THURSDAY_5PM), *offered(THURSDAY_4PM, turn=2)), ())
    assert last_shown(record, NOW, Draft()) == (THURSDAY_4PM,)
    assert last_shown(record, NOW, Draft())[0].tzinfo is LIMA
    assert last_shown(NOTHING_SAID, NOW, Draft()) == ()


@pytest.mark.parametrize(
    ("state", "still"), [(BookingState.CREATED, ()), (BookingState.REJECTED, (THURSDAY_4PM,))]
)
def test_that_a_slot_is_no_offer_any_more_once_it_is_booked(
    state: BookingState, still: tuple[datetime, ...]
) -> None:
    record = SessionRecord("{}", 2, (), offered(THURSDAY_4PM), (booking(state=state),))
    assert last_shown(record, NOW, Draft()) == still


def test_that_a_date_alone_is_kept_for_the_hour_to_come() -> None:
    draft = learned(Draft(), "para el viernes", shown=())
    assert draft.day == date(2026, 3, 13)
    assert draft.wanted is None
