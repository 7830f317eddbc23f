"""The list of a month: what the command and its short way share; without click."""

from calendar_service.core.dates import Month
from calendar_service.core.model import MonthList
from calendar_service.core.occurrences import list_month
from calendar_service.core.selection import Selection
from calendar_service.services import Services


def month_asked_for(
    text: str, values: dict[str, list[str]]
) -> tuple[Services, MonthList, Selection]:
    """Return the services, the list of the month *text*, and the selection *values* give.

    Raises:
        InvalidMonthError, InvalidSelectionError, UnknownEventError, UnknownCampaignError: The
            command's arguments cannot be used.
        SettingsError, RegistryError: The settings or the registry cannot.
    """
    month = Month.parse(text)
    services = Services.from_environment()
    selection = services.selection(values)
    return services, list_month(services.registry.events, month, selection), selection
