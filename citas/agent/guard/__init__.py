"""The last look at a reply: what it claims must trace to a fact of this session.

The rule is the same for every model. A reply is taken apart (`plain`, `clauses`) and each thing it claims
is held against the facts (`facts`): days and hours (`stance`, `times`, `calendar`), deeds (`deeds`),
promises (`promises`), amounts and terms (`money`), links, addresses and numbers (`contacts`), and the rest
that may not be made up (`talk`). A claim that traces to nothing is not delivered.
"""

from citas.agent.guard.examination import Claim, Violation, examine, shown_in, why
from citas.agent.guard.plain import REPLY_MAX, tidy

__all__ = ["REPLY_MAX", "Claim", "Violation", "examine", "shown_in", "tidy", "why"]
