"""What views take from the application."""

from typing import cast

from flask import current_app

from calendar_service.feeding import FeedMaker
from calendar_service.services import Services


def services() -> Services:
    """Return the services of the running application."""
    return cast(Services, current_app.extensions["services"])


def feed_maker() -> FeedMaker:
    """Return what makes the feeds of the running application."""
    return cast(FeedMaker, current_app.extensions["feed_maker"])
