"""The ways to break the product, most of them mistakes that were made somewhere."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from citas import conversation
from citas.agent import guard, phrases, tools
from citas.agent.deps import CitasDeps
from citas.agent.draft import Draft
from citas.agent.prompt import Prompt
from citas.agent.reading import read
from citas.api import chat
from citas.booking import cache, contact
from citas.booking.availability import AvailabilityDesk
from citas.booking.business import Business
from citas.conversation import Conversation
from citas.maravia import wire
from citas.maravia.client import Maravia
from citas.scheduling import openings
from citas.store import ledger
from citas.store.deliveries import Deliveries
from citas.store.requests import Requests
from evals.mutations import broken
from evals.mutations.base import Mutation, replaced


def _guard_off() -> AbstractContextManager[None]:
    return replaced((guard, "examine", broken.nothing_wrong))


def _silence_is_free() -> AbstractContextManager[None]:
    return replaced((Maravia, "availability", broken.silence_is_free(Maravia.availability)))


def _availability_not_asked() -> AbstractContextManager[None]:
    return replaced((AvailabilityDesk, "probe", broken.always_free))


def _stale_date_in_prompt() -> AbstractContextManager[None]:
    return replaced((Prompt, "turn", broken.a_day_late(Prompt.turn)))


def _cache_without_empresa() -> AbstractContextManager[None]:
    get = broken.one_key(cache.SingleFlightCache.get)
    refresh = broken.one_key(cache.SingleFlightCache.refresh)
    return replaced((cache.SingleFlightCache, "get", get), (cache.SingleFlightCache, "refresh", refresh))


def _session_without_empresa() -> AbstractContextManager[None]:
    return replaced((chat, "_incoming", broken.one_empresa(chat._incoming)))  # noqa: SLF001  breaks it


def _confirmed_before_booking() -> AbstractContextManager[None]:
    save = broken.recap_is_a_confirmation(Conversation._save)  # noqa: SLF001  breaks it
    return replaced((Conversation, "_save", save))


def _unknown_told_as_booked() -> AbstractContextManager[None]:
    return replaced((phrases, "verifying", phrases.confirmation))


def _posted_again() -> AbstractContextManager[None]:
    return replaced((Maravia, "create_event", broken.posted_again(Maravia.create_event)))


def _ten_minutes() -> AbstractContextManager[None]:
    return replaced((Maravia, "create_event", broken.ten_minutes(Maravia.create_event)))


def _another_seller() -> AbstractContextManager[None]:
    return replaced((Maravia, "create_event", broken.another_seller(Maravia.create_event)))


def _no_claim() -> AbstractContextManager[None]:
    return replaced((ledger, "_rivals", broken.no_rivals))


def _success_by_truth_value() -> AbstractContextManager[None]:
    return replaced((wire, "success", broken.truth_value))


def _consent_not_needed() -> AbstractContextManager[None]:
    return replaced((Draft, "accepts", broken.always))


def _unseen_slot_booked() -> AbstractContextManager[None]:
    everything = property(lambda _: broken.Everything())
    return replaced((Draft, "accepts", broken.always), (CitasDeps, "shown", everything))


def _contact_not_traced() -> AbstractContextManager[None]:
    return replaced((tools, "_contact", broken.any_contact))


def _misspelt_domain_taken() -> AbstractContextManager[None]:
    return replaced((contact, "_suggest", broken.no_suggestion))


def _month_before_day() -> AbstractContextManager[None]:
    return replaced((conversation, "read", broken.month_first(read)))


def _blocks_ignored() -> AbstractContextManager[None]:
    return replaced((openings, "_without", broken.no_blocks))


def _delivered_twice() -> AbstractContextManager[None]:
    return replaced((Deliveries, "begin", broken.always_fresh))


def _handoff_forgotten() -> AbstractContextManager[None]:
    return replaced((Requests, "add", broken.not_stored))


def _memory_lost() -> AbstractContextManager[None]:
    return replaced((Draft, "loads", broken.no_draft))


def _day_in_utc() -> AbstractContextManager[None]:
    return replaced((Conversation, "_prepare", broken.in_utc(Conversation._prepare)))  # noqa: SLF001  breaks it


def _price_with_tax() -> AbstractContextManager[None]:
    return replaced((Business, "search", broken.dearer(Business.search)))


_ALL = (
    Mutation(
        "guard-off",
        "Replies are delivered whatever they claim.",
        _guard_off,
        ("confirms-without-booking", "calls-a-taken-slot-free", "we-expect-you-tomorrow"),
    ),
    Mutation(
        "silence-is-free",
        "A calendar that fails is read as free.",
        _silence_is_free,
        ("dialogue-32-availability-answers-500", "calendar-falls-silent-before-the-yes"),
    ),
    Mutation(
        "availability-not-asked",
        "Every open hour is called free.",
        _availability_not_asked,
        ("dialogue-03-taken-slot-offers-its-neighbours", "earliest-free-skips-what-is-taken"),
    ),
    Mutation(
        "stale-date-in-prompt",
        "The prompt says yesterday's date.",
        _stale_date_in_prompt,
        ("today-as-its-instructions-have-it",),
    ),
    Mutation(
        "cache-without-empresa",
        "The caches' key has no empresa.",
        _cache_without_empresa,
        ("two-companies-interleaved",),
    ),
    Mutation(
        "session-without-empresa",
        "A session's key has no empresa.",
        _session_without_empresa,
        ("first-message-again-after-the-booking", "yes-again-across-a-restart"),
    ),
    Mutation(
        "confirmed-before-booking",
        "A recap says that it is booked.",
        _confirmed_before_booking,
        ("dialogue-22-letting-go-after-the-recap", "a-yes-with-a-but"),
    ),
    Mutation(
        "unknown-told-as-booked",
        "An unknown outcome is a confirmation.",
        _unknown_told_as_booked,
        ("dialogue-33-commits-but-answers-500", "event-500-before-the-commit"),
    ),
    Mutation(
        "posted-again",
        "A booking without an answer is sent again.",
        _posted_again,
        ("event-500-before-the-commit", "event-answered-with-429"),
    ),
    Mutation(
        "ten-minutes", "Events are ten minutes long.", _ten_minutes, ("dialogue-18-everything-and-a-yes",)
    ),
    Mutation(
        "another-seller",
        "Events are made for another company's seller.",
        _another_seller,
        ("dialogue-18-everything-and-a-yes",),
    ),
    Mutation(
        "no-claim",
        "Nobody looks who else holds the slot.",
        _no_claim,
        ("race-where-the-calendar-looks-for-nothing",),
    ),
    Mutation(
        "success-by-truth-value",
        'A `success` of "false" is a yes.',
        _success_by_truth_value,
        ("event-answered-with-the-text-false",),
    ),
    Mutation(
        "consent-not-needed",
        "A shown slot is booked without a yes.",
        _consent_not_needed,
        ("books-what-was-shown-and-turned-down",),
    ),
    Mutation(
        "unseen-slot-booked",
        "A slot is booked that nobody was shown.",
        _unseen_slot_booked,
        ("books-at-the-first-message",),
    ),
    Mutation(
        "contact-not-traced",
        "Name and address may be the model's.",
        _contact_not_traced,
        ("books-under-an-invented-name", "books-with-an-invented-address"),
    ),
    Mutation(
        "misspelt-domain-taken",
        "gmial.com is an address like any.",
        _misspelt_domain_taken,
        ("dialogue-20-a-misspelt-domain",),
    ),
    Mutation(
        "month-before-day",
        "5/4 is the fourth of May.",
        _month_before_day,
        ("dialogue-15-the-day-comes-before-the-month",),
    ),
    Mutation(
        "blocks-ignored",
        "The lunch hour can be booked.",
        _blocks_ignored,
        ("empresa-103-blocked-early-monday",),
    ),
    Mutation(
        "delivered-twice",
        "A message delivered again is a new one.",
        _delivered_twice,
        ("dialogue-17-yes-delivered-twice", "yes-again-a-day-later"),
    ),
    Mutation(
        "handoff-forgotten",
        "A request for a person is told, not stored.",
        _handoff_forgotten,
        ("dialogue-23-cancel-for-people",),
    ),
    Mutation(
        "memory-lost",
        "What a customer told is forgotten.",
        _memory_lost,
        ("dialogue-21-another-hour-after-the-recap",),
    ),
    Mutation(
        "day-in-utc",
        "Today and tomorrow are Greenwich's.",
        _day_in_utc,
        ("dialogue-34-tomorrow-across-midnight", "recap-of-today-gone-by"),
    ),
    Mutation(
        "price-with-tax",
        "Prices are told 18 % dearer.",
        _price_with_tax,
        ("dialogue-24-price-from-the-catalogue",),
    ),
)
MUTATIONS: Mapping[str, Mutation] = {mutation.name: mutation for mutation in _ALL}
