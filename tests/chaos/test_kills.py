"""The service killed once at each point of the write protocol, as a real process on a real port."""

from tests.chaos.kills import Point, kills

SEED = 20260311


async def test_that_a_death_at_any_point_costs_no_event_and_invents_none() -> None:
    killed = await kills(SEED, len(Point))
    assert killed.tally.violations == ()
    assert killed.points == dict.fromkeys(Point, 1)
    assert killed.tally.states.total() == len(Point)
    assert killed.tally.events == len(Point) - 1, "one back end died with its caller"
