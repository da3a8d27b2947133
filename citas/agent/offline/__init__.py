"""The model that needs no provider: the whole booking conversation in Spanish, by rule.

It is product: it serves when no key is set and when the provider is down, calls the same tools as any model
and passes the same guard.
"""

from citas.agent.offline.model import OFFLINE_PROVIDER, OfflineModel

__all__ = ["OFFLINE_PROVIDER", "OfflineModel"]
