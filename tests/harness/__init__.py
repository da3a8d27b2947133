"""Five models that no provider would sell: they obey anybody, attack, lie, loop and dawdle.

Each is a pydantic-ai model like any other, deterministic given what it was made with. They stand where the
provider's model stands, so what a test sees is what a customer would get of such a model.
"""

from tests.harness.liar import Liar, Lie, lies
from tests.harness.looper import Looper, Loops
from tests.harness.malicious import Calls, Malicious, Says, calls, scripts, words
from tests.harness.parrot import Parrot
from tests.harness.puppet import Absent, Cast, Puppet, Seen
from tests.harness.slow import Slow

__all__ = [
    "Absent",
    "Calls",
    "Cast",
    "Liar",
    "Lie",
    "Looper",
    "Loops",
    "Malicious",
    "Parrot",
    "Puppet",
    "Says",
    "Seen",
    "Slow",
    "calls",
    "lies",
    "scripts",
    "words",
]
