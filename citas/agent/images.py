"""Image links in a message: which ones a model that sees may be given. We never fetch any of them."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

IMAGES_MAX = 10
_LINK = re.compile(r"https?://[^\s<>\"']+", re.IGNORECASE)
_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp")
_LOCAL_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".corp", ".arpa")


@dataclass(frozen=True, slots=True)
class Images:
    """The links to pass on, in order, and how many more there were."""

    urls: tuple[str, ...] = ()
    dropped: int = 0


def images_in(text: str) -> Images:
    """The public https image links of a message, at most ten, each once."""
    found = dict.fromkeys(
        url for url in (m.group().rstrip(".,;:!?)") for m in _LINK.finditer(text)) if _is_image(url)
    )
    urls = tuple(found)
    return Images(urls[:IMAGES_MAX], max(0, len(urls) - IMAGES_MAX))


def _is_image(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme.lower() != "https" or parts.username is not None or port not in {None, 443}:
        return False
    return parts.path.lower().endswith(_ENDINGS) and _is_public(parts.hostname or "")


def _is_public(host: str) -> bool:
    """A DNS name with a dot that is neither an address in any notation nor a private zone."""
    name = host.rstrip(".").lower()
    if "." not in name or name.endswith(_LOCAL_NAMES) or not name.isascii():
        return False
    if re.fullmatch(r"[0-9a-fx.]*\d", name):
        return False  # dotted, hexadecimal, octal and shortened IPv4
    try:
        ip_address(name)
    except ValueError:
        return True
    return False
