"""How the application is put on a port, and what the operator should know when it is."""

import ipaddress

import uvicorn
from fastapi import FastAPI

from citas.settings import Settings

KEEP_ALIVE_SECONDS = 100
"""Above the 90 s for which Go keeps an idle connection, so that we never close it first."""

_HEADER_BUFFER = 64 * 1024
"""Above `gate.MAX_HEADERS`, so that headers between the two get an answer with a `reply`."""


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """The server of `app`: one process, no `Server` header, time for running turns at the stop."""
    return uvicorn.Config(
        app,
        host=settings.server_host,
        port=settings.server_port,
        http="h11",
        ws="none",
        lifespan="on",
        workers=1,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=settings.chat_timeout,
        h11_max_incomplete_event_size=_HEADER_BUFFER,
    )


def start_up_notices(settings: Settings) -> tuple[str, ...]:
    """Sentences to warn the operator with at start: what is allowed, but should not surprise."""
    if settings.tokens or _is_loopback(settings.server_host):
        return ()
    notice = (
        f"INTERNAL_API_TOKEN is not set and the service listens on {settings.server_host}: "
        "whoever reaches this port can act for any empresa. Set a token, or SERVER_HOST=127.0.0.1."
    )
    return (notice,)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
