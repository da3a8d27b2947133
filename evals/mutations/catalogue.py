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
    return replaced((Conversation, "_save", broken.recap_is_a_confirmation(Conversation._save)))  # noqa: SLF001


def _unknown_told_as_booked() -> AbstractContextManager[None]:
    return replaced((phrases, "verifying", phrases.confirmation))


def _posted_again() -> AbstractContextManager[None]:
    return replaced((Maravia, "create_event", broken.posted_again(Maravia.create_event)))


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
    Mutation("guard-off", "Replies are delivered whatever they claim.", _guard_off, ()),
    Mutation("silence-is-free", "A calendar that fails is read as free.", _silence_is_free, ()),
    Mutation("availability-not-asked", "Every open hour is called free.", _availability_not_asked, ()),
    Mutation("stale-date-in-prompt", "The prompt says yesterday's date.", _stale_date_in_prompt, ()),
    Mutation("cache-without-empresa", "The caches' key has no empresa.", _cache_without_empresa, ()),
    Mutation("session-without-empresa", "A session's key has no empresa.", _session_without_empresa, ()),
    Mutation("confirmed-before-booking", "A recap says that it is booked.", _confirmed_before_booking, ()),
    Mutation("unknown-told-as-booked", "An unknown outcome is a confirmation.", _unknown_told_as_booked, ()),
    Mutation("posted-again", "A booking without an answer is sent again.", _posted_again, ()),
    Mutation("no-claim", "Nobody looks who else holds the slot.", _no_claim, ()),
    Mutation("success-by-truth-value", 'A `success` of "false" is a yes.', _success_by_truth_value, ()),
    Mutation("consent-not-needed", "A shown slot is booked without a yes.", _consent_not_needed, ()),
    Mutation("unseen-slot-booked", "A slot is booked that nobody was shown.", _unseen_slot_booked, ()),
    Mutation("contact-not-traced", "Name and address may be the model's.", _contact_not_traced, ()),
    Mutation("misspelt-domain-taken", "gmial.com is an address like any.", _misspelt_domain_taken, ()),
    Mutation("month-before-day", "5/4 is the fourth of May.", _month_before_day, ()),
    Mutation("blocks-ignored", "The lunch hour can be booked.", _blocks_ignored, ()),
    Mutation("delivered-twice", "A message delivered again is a new one.", _delivered_twice, ()),
    Mutation("handoff-forgotten", "A request for a person is told, not stored.", _handoff_forgotten, ()),
    Mutation("memory-lost", "What a customer told is forgotten.", _memory_lost, ()),
    Mutation("day-in-utc", "Today and tomorrow are Greenwich's.", _day_in_utc, ()),
    Mutation("price-with-tax", "Prices are told 18 % dearer.", _price_with_tax, ()),
)
MUTATIONS: Mapping[str, Mutation] = {mutation.name: mutation for mutation in _ALL}
