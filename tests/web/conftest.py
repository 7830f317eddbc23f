from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from calendar_service.config import load_settings
from calendar_service.services import Services
from calendar_service.web.app import create_app

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
NOON_OF_15_JULY_2023 = datetime(2023, 7, 15, 5, tzinfo=UTC)


@pytest.fixture
def make_client() -> Callable[..., FlaskClient]:
    """Return a maker of clients: at an instant, with settings beside the registry's file."""

    def make(now: datetime = NOON_OF_15_JULY_2023, **environ: str) -> FlaskClient:
        settings = load_settings({"EVENTS_FILE": str(EVENTS_YAML), **environ})
        return create_app(Services(settings, clock=lambda: now)).test_client()

    return make


@pytest.fixture
def client(make_client) -> FlaskClient:
    return make_client()
