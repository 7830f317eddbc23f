"""Every error that calendar_service raises; each message says what to do next."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


def nearest(text: str, known: Iterable[str]) -> list[str]:
    """Return the known word nearest to *text*, in a list; an empty one when none is near."""
    # Here, since whoever makes no mistake needs none of it.
    from difflib import get_close_matches

    return get_close_matches(text, list(known), n=1)


def nearest_hint(text: str, known: Iterable[str]) -> str:
    """Return "; did you mean …?" for the known word nearest to *text*, or nothing."""
    near = nearest(text, known)
    return f"; did you mean {near[0]!r}?" if near else ""


class CalendarServiceError(Exception):
    """Base of all errors that are the input's fault and are shown to a user."""


class LunarRangeError(CalendarServiceError):
    """A day or lunar year lies outside what the lunar table covers."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is outside the lunar table; give a lunar year from 1900 to 2100,"
            " or a day from 1900-01-01 to 2101-01-28"
        )
        self.what = what


class InvalidLunarDateError(CalendarServiceError):
    """A lunar date does not exist in the Vietnamese calendar."""

    def __init__(self, what: str, month: tuple[int, int, bool], remedy: str) -> None:
        """Refuse *what*, of the lunar year and *month*, which may be the leap one."""
        super().__init__(f"lunar date {what} does not exist; {remedy}")
        self.what = what
        self.year, self.month, self.leap = month


def _nearest_month(text: str) -> str | None:
    """Return the month that a text such as 2023-7 or 7/2023 most likely means."""
    match = re.fullmatch(r"(\d{4})[-/.]?(\d{1,2})|(\d{1,2})[-/.](\d{4})", text)
    if not match:
        return None
    year, month = (match[1], match[2]) if match[1] else (match[4], match[3])
    return (
        f"{year}-{int(month):02d}" if 1 <= int(month) <= 12 and "1900" <= year <= "2100" else None
    )


class InvalidMonthError(CalendarServiceError):
    """A text names no month that the service answers for."""

    def __init__(self, text: str, first_year: int, last_year: int) -> None:
        super().__init__(
            f"{text!r} is not a month; write it as YYYY-MM, such as 2023-07,"
            f" from {first_year}-01 to {last_year}-12"
        )
        self.text = text
        self.nearest = _nearest_month(text)


class InvalidYearError(CalendarServiceError):
    """A text names no year that the service answers for."""

    def __init__(self, text: str, first_year: int, last_year: int) -> None:
        super().__init__(f"{text!r} is not a year; give one from {first_year} to {last_year}")
        self.text = text


class InvalidDateError(CalendarServiceError):
    """A text is not a date, or names a day that does not exist."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(f"{text!r} is not a date here; {remedy}")
        self.text = text
        self.remedy = remedy


class InvalidDayRuleError(CalendarServiceError):
    """A text is no rule for a day of the year, or no day ever falls on it."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(f"{text!r} is not a day of the year; {remedy}")


class InvalidSelectionError(CalendarServiceError):
    """A query parameter or option is unknown, or has an unknown value."""

    def __init__(self, axis: str, value: str | None, known: list[str]) -> None:
        found = f"unknown parameter {axis!r}" if value is None else f"unknown {axis} {value!r}"
        hint = nearest_hint(axis if value is None else value, known)
        super().__init__(f"{found}{hint}; allowed: {', '.join(sorted(known))}")
        self.axis = axis
        self.value = value
        self.known = known


class InvalidLetterheadError(CalendarServiceError):
    """An input for the head or foot of a document cannot be printed."""

    def __init__(self, name: str, found: str, remedy: str) -> None:
        shown = found if len(found) <= 40 else f"{found[:40]}…"
        super().__init__(f"{name} {shown!r} is not usable; {remedy}")
        self.name = name


class UnknownEventError(CalendarServiceError):
    """No event of the registry has this id."""

    def __init__(self, event_id: str, named: list[str], known: Iterable[str]) -> None:
        """Offer the events *named* so, else the id nearest among those *known*."""
        self.event_id = event_id
        self.nearest = named[:5] or nearest(event_id, known)
        meant = " or ".join(repr(near) for near in self.nearest)
        hint = f"did you mean {meant}?" if meant else "give an id, or a part of the event's name"
        super().__init__(f"no event has the id {event_id!r}; {hint}")


class UnknownCampaignError(CalendarServiceError):
    """No campaign has this id, or it does not run in the year asked for."""

    def __init__(self, campaign_id: str, known: Iterable[str], year: int | None = None) -> None:
        self.campaign_id = campaign_id
        self.year = year
        self.nearest = nearest(campaign_id, known)
        if year is not None:
            super().__init__(f"campaign {campaign_id!r} does not run in {year}; give another year")
        else:
            meant = (
                f"did you mean {self.nearest[0]!r}?"
                if self.nearest
                else "/campaigns lists them, as `calendar-service campaigns` does"
            )
            super().__init__(f"no campaign has the id {campaign_id!r}; {meant}")


class InvalidCampaignDayError(CalendarServiceError):
    """A text gives no day of a campaign."""

    def __init__(self, text: str, events: Iterable[str]) -> None:
        anchors = " or ".join(("D", *events))
        super().__init__(
            f"{text!r} is not a day of a campaign; write it as D-14, as 21/7 or 17/10/2023;"
            f" days are counted from {anchors}"
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a registry file.

    Attributes:
        file: The file's name.
        line: 1 for the first line, 0 when the file as a whole is meant.
        message: What was found, and what to do.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}"


def _place_of(fault: Fault) -> tuple[str, int, str]:
    return fault.file, fault.line, fault.message


class RegistryError(CalendarServiceError):
    """The registry's files have faults; the message lists every one, a line each."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=_place_of))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class SettingsError(CalendarServiceError):
    """An environment variable has a value that the service cannot work with."""

    def __init__(self, variable: str, value: str, allowed: str) -> None:
        super().__init__(f"{variable}={value!r} is not usable; {allowed}")
        self.variable = variable


class UnknownFeedError(CalendarServiceError):
    """No feed has this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        hint = nearest_hint(name, known) or "; give core, a kind such as birth, or a province"
        super().__init__(f"no feed is called {name!r}{hint}")
        self.name = name


class UnknownFormatError(CalendarServiceError):
    """A list is not offered in this form."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(f"there is no form {name!r}; give one of {', '.join(self.known)}")


class OutputError(CalendarServiceError):
    """A file cannot be written."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: cannot be written: {reason}; give a path that can after -o")


class ExportFolderError(CalendarServiceError):
    """A folder cannot take an exported site, or would lose files of others by it."""

    def __init__(self, path: object, found: str, remedy: str) -> None:
        super().__init__(f"{path} {found}; {remedy}")


class ExportPageError(CalendarServiceError):
    """A page to be exported is not answered as it should."""

    def __init__(self, address: str, status: int) -> None:
        super().__init__(
            f"{address} is answered with status {status}; the log says why:"
            " mend that and run export again, which takes up what is there"
        )


class ListenError(CalendarServiceError):
    """The server cannot listen on the address that it was given."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}; give another --port or --host")


class EmptyCalendarError(CalendarServiceError):
    """A calendar file would hold no component, which RFC 5545 section 3.6 forbids."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"nothing falls in {title!r} by this selection; choose more, or another time"
        )


class InvalidLeadTimeError(CalendarServiceError):
    """A lead time is no whole number of days, or out of range."""

    def __init__(self, found: str | int, longest: int) -> None:
        super().__init__(f"lead time {found!r} is not usable; give whole days from 0 to {longest}")


class InvalidTokenError(CalendarServiceError):
    """A link of a mail is forged, cut off, made for something else, or too old."""

    def __init__(self, *, expired: bool) -> None:
        what = (
            "has expired; sign up again for a new one" if expired else "is not valid; open it whole"
        )
        super().__init__(f"the link {what}")
        self.expired = expired


class InvalidAddressError(CalendarServiceError):
    """A text is no e-mail address that mail can be sent to."""

    def __init__(self, text: str, reason: str) -> None:
        super().__init__(f"{text!r} is no usable e-mail address: {reason}")


class DatabaseError(CalendarServiceError):
    """The database cannot be used: it is out of reach, or its schema is not current."""


class MailboxError(CalendarServiceError):
    """A mailbox that bounces come to cannot be read."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"the mailbox {place} cannot be read: {reason}; correct its address")


class UnknownSubscriberError(CalendarServiceError):
    """Nobody signed up with this address."""

    def __init__(self, email: str) -> None:
        super().__init__(f"nobody signed up as {email!r}; 'subscribers list' names everybody")


class UnknownParameterError(CalendarServiceError):
    """A query holds parameters that the address does not know."""

    def __init__(self, names: Iterable[str], known: Iterable[str]) -> None:
        self.names, self.known = tuple(names), tuple(known)
        found = ", ".join(repr(name) for name in self.names)
        hint = nearest_hint(self.names[0], self.known)
        allowed = ", ".join(sorted(self.known)) or "none"
        super().__init__(f"unknown parameter {found}{hint}; allowed: {allowed}")


class ParameterError(CalendarServiceError):
    """A parameter of an address has a value that cannot be read."""

    def __init__(self, name: str, cause: CalendarServiceError) -> None:
        super().__init__(f"parameter {name!r}: {cause}")
        self.name = name
        self.cause = cause


class MissingParameterError(CalendarServiceError):
    """A parameter is needed and was not given, or given empty or more than once."""

    def __init__(self, times: int) -> None:
        found = "is missing or empty" if times < 2 else f"is given {times} times"
        super().__init__(f"it {found}; give it once")
        self.times = times


class InvalidNumberError(CalendarServiceError):
    """A text is no whole number in a range."""

    def __init__(self, text: str, least: int, most: int) -> None:
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        super().__init__(f"{shown!r} is not usable; give a whole number from {least} to {most}")
        self.text, self.least, self.most = shown, least, most


class InvalidRangeError(CalendarServiceError):
    """A range ends before it begins, or is too long."""

    def __init__(self, first: object, last: object, longest: int, unit: str) -> None:
        super().__init__(
            f"{first} to {last} is not usable; begin before the end, and take at most"
            f" {longest} {unit} at a time"
        )
        self.first, self.last, self.longest, self.unit = str(first), str(last), longest, unit


class TooLongTextError(CalendarServiceError):
    """A text is longer than what is looked for."""

    def __init__(self, longest: int) -> None:
        super().__init__(f"the text is too long; give at most {longest} characters")
        self.longest = longest
