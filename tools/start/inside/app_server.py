"""Voilà for this machine alone: other web pages are refused, and visitors are counted.

This runs in the course's Python, with Voilà's own command line. Voilà itself answers whoever asks,
and starts a Python for each page it is asked for: any page open in the same browser could ask a
hundred times, and a foreign name that leads here could read the answers.
"""

import os
from urllib.parse import urlsplit
from uuid import uuid4

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError, RequestHandler
from traitlets import Integer
from voila.app import Voila

HERE = {"127.0.0.1", "localhost", "::1"}


class Refused(HTTPError):
    """An answer in one sentence, for the person in front of the browser."""


def refusal(headers):
    """Why a request is not answered, in words, or None where it is.

    headers: of the request. One that a page makes says from where (Sec-Fetch-Site; in browsers
    older than 2023 Origin or Referer); an address that was typed or opened comes from nowhere.
    """
    host = headers.get("Host", "")
    if urlsplit(f"//{host}").hostname not in HERE:
        return f"This page is served to this machine only, and not as {host!r}."
    if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
        return "Another web page asked for this one. Open it by its address."
    for name in ("Origin", "Referer"):
        came_from = headers.get(name)
        if came_from and urlsplit(came_from).netloc != host:
            return "Another web page asked for this one. Open it by its address."
    return None


def guarded(handler):
    """The same handler class, which answers only what is not refused."""

    class Guarded(handler):
        async def prepare(self):
            reason = refusal(self.request.headers)
            if reason:
                raise Refused(403, reason)
            await ensure_async(super().prepare())

        def write_error(self, status_code, **options):
            error = options.get("exc_info", (None, None))[1]
            if isinstance(error, Refused):
                self.set_header("Content-Type", "text/plain; charset=utf-8")
                self.finish(error.log_message)
            else:
                super().write_error(status_code, **options)

    Guarded.__name__ = handler.__name__
    return Guarded


class FewKernels(AsyncMappingKernelManager):
    """Starts a Python for a page as long as there are not too many."""

    most = Integer(8, help="so many at once; each takes some 100 MB").tag(config=True)

    def __init__(self, **options):
        super().__init__(**options)
        self._beginning = set()

    async def start_kernel(self, **options):
        """As in the base class. Raises: Refused (503) where the most are running."""
        if len({*self._beginning, *self.list_kernel_ids()}) >= self.most:
            raise Refused(
                503, f"{self.most} pages are open, which is the most. Close some, then reload this."
            )
        kernel = options.setdefault("kernel_id", str(uuid4()))
        self._beginning.add(kernel)
        try:
            return await super().start_kernel(**options)
        finally:
            self._beginning.discard(kernel)


class WhichServer(RequestHandler):
    """Tells the program that began this server that it is this one."""

    def get(self):
        """Answer with the word that was handed over."""
        self.set_header("Content-Type", "text/plain")
        self.write(os.environ["ATTENTION_APP"])


class PlaygroundServer(Voila):
    """A Voilà whose every handler is guarded."""

    def init_settings(self):
        """As in the base class, with `FewKernels` for its kernels."""
        self.voila_configuration.multi_kernel_manager_class = FewKernels
        return super().init_settings()

    def init_handlers(self):
        """As in the base class, each guarded."""
        handlers = [("/which-server", WhichServer), *super().init_handlers()]
        return [(pattern, guarded(kind), *rest) for pattern, kind, *rest in handlers]


if __name__ == "__main__":
    PlaygroundServer.launch_instance()
