"""The WSGI entry point, for any WSGI server: calendar_service.wsgi:app."""

from calendar_service.errors import CalendarServiceError
from calendar_service.services import Services
from calendar_service.web.app import create_app

try:
    app = create_app(Services.from_environment(apart=True), watched=True)
except CalendarServiceError as error:
    raise SystemExit(f"calendar_service: {error}") from None
