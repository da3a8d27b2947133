"""An appointment agent for companies that sell by WhatsApp."""

__version__ = "3.0.0"
