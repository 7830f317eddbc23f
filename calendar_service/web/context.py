"""What views take from the application."""

from typing import TYPE_CHECKING, cast

from flask import current_app

from calendar_service.services import Services

if TYPE_CHECKING:
    from calendar_service.feeding import FeedMaker


def services() -> Services:
    """Return the services of the running application."""
    return cast(Services, current_app.extensions["services"])


def feed_maker() -> "FeedMaker":
    """Return what makes the feeds of the running application, all from the same components."""
    if "feed_maker" not in current_app.extensions:
        # Here, since pages need no icalendar.
        from calendar_service.feeding import FeedMaker

        current_app.extensions.setdefault("feed_maker", FeedMaker(services()))
    return cast("FeedMaker", current_app.extensions["feed_maker"])
