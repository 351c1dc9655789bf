"""How an answer is written: waitress's task, corrected where HTTP/1.1 asks for something else."""

from __future__ import annotations

from waitress.task import WSGITask


class Task(WSGITask):  # type: ignore[misc]
    """One request on its way through the application, and its answer."""

    def finish(self) -> None:
        """End the answer; to a HEAD there is no last chunk either (RFC 9110, section 9.3.2)."""
        if self.request.command == "HEAD":
            if not self.wrote_header:
                self.write(b"")
            self.chunked_response = False
        super().finish()

    def set_close_on_finish(self) -> None:
        """Close after this answer; not because a 304 or 204 has no length: it has no body."""
        asked = self.request.headers.get("CONNECTION", "").lower()
        if self.has_body or self.wrote_header or self.version != "1.1" or asked == "close":
            super().set_close_on_finish()
