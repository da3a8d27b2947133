"""Turns problems and errors into answers: the one place where an error body is written."""

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from citas.api.errors import UNPROCESSABLE, NotBegun, Problem, problem_of, problem_of_http
from citas.api.metrics import ApiMetrics
from citas.errors import AdmissionError, StoreError

log = structlog.get_logger(__name__)


class Refusals:
    """Writes, counts and logs every answer that is not a reply."""

    def __init__(self, metrics: ApiMetrics) -> None:
        self._metrics = metrics

    def install(self, app: FastAPI) -> None:
        """Make `app` answer its errors through this table."""
        app.exception_handler(HTTPException)(self.on_http_error)
        app.exception_handler(RequestValidationError)(self.on_invalid)
        app.exception_handler(AdmissionError)(self.on_not_begun)
        app.exception_handler(StoreError)(self.on_not_begun)

    def answer(self, problem: Problem, request_id: str) -> Response:
        """The response of `problem`."""
        self._metrics.refused(problem)
        if problem.status < 500:
            log.info("request refused", code=problem.code, detail=problem.message)
        elif problem.status == 503:
            log.warning("request shed", code=problem.code)
        headers = {} if problem.retry_after is None else {"Retry-After": str(problem.retry_after)}
        if problem.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return JSONResponse(
            {
                "reply": problem.reply,
                "url": None,
                "error": {"code": problem.code, "message": problem.message},
                "request_id": request_id,
            },
            status_code=problem.status,
            headers=headers,
        )

    async def on_http_error(self, request: Request, error: HTTPException) -> Response:
        """Ours (`Refused`) and the router's own, such as 404 and 405."""
        response = self.answer(problem_of_http(error), request.state.request_id)
        response.headers.update(error.headers or {})
        return response

    async def on_invalid(self, request: Request, error: RequestValidationError) -> Response:
        """A body of the wrong shape. Names the field, never the value: FastAPI's own handler would
        echo it, and break on NaN and lone surrogates while doing so."""
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        what = str(first["msg"]).removeprefix("Value error, ")
        problem = UNPROCESSABLE.saying(f"{where}: {what}")
        return self.answer(problem, request.state.request_id)

    async def on_not_begun(self, request: Request, error: NotBegun) -> Response:
        """The conversation did not take the message, and nothing happened."""
        return self.answer(problem_of(error), request.state.request_id)
