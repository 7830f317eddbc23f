"""The client in docs/api.md works as it stands, and prints what the document says."""

import contextlib
import io
import re
from pathlib import Path

import httpx
import pytest

from calendar_service.config import load_settings
from calendar_service.services import Services
from calendar_service.web.app import create_app

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
CLIENT, USE = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
(PRINTED,) = re.findall(r"```text\n(.*?)```", GUIDE, re.DOTALL)


@pytest.fixture
def names(monkeypatch):
    """Run the client's code; its requests reach the application itself, without a network."""
    app = create_app(Services(load_settings({"EVENTS_FILE": str(ROOT / "events.yaml")})))
    transport = httpx.WSGITransport(app=app)

    class Client(httpx.Client):
        def __init__(self, **given):
            super().__init__(transport=transport, **given)

    monkeypatch.setattr(httpx, "Client", Client)
    found = {}
    exec(CLIENT, found)  # noqa: S102 - the document's own code is what is tested
    return found


def test_the_client_prints_what_the_document_says(names):
    printed = io.StringIO()

    with contextlib.redirect_stdout(printed):
        exec(USE, names)  # noqa: S102

    assert printed.getvalue() == PRINTED


def test_the_client_keeps_an_answer_that_is_not_new(names):
    statuses = []
    http = httpx.Client(
        base_url="http://calendar.test",
        event_hooks={"response": [lambda response: statuses.append(response.status_code)]},
    )
    calendar = names["Calendar"](http)

    first = calendar.get("lunar/2025-01-29")
    second = calendar.get("lunar/2025-01-29")

    assert statuses == [200, 304]
    assert second is first


def test_the_client_keeps_a_hundred_answers(names):
    calendar = names["Calendar"](httpx.Client(base_url="http://calendar.test"))

    for day in range(1, 32):
        for month in (1, 3, 5, 7):
            calendar.get(f"lunar/2025-{month:02}-{day:02}")

    assert len(calendar._kept) == 100


def test_the_client_says_what_a_proxy_in_front_says(names):
    def refuse(request):
        return httpx.Response(502, html="<h1>nginx</h1>")

    # Not the fixture's client, which asks the application.
    http = httpx._client.Client(
        base_url="http://calendar.test", transport=httpx.MockTransport(refuse)
    )

    with pytest.raises(names["CalendarError"], match="Bad Gateway"):
        names["Calendar"](http).get("lunar/2025-01-29")
