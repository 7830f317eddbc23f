"""An entry of `campaigns:` -> a Campaign, or every fault of it with line and remedy."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from string import Formatter

from calendar_service.core.campaign import (
    Audience,
    Campaign,
    Display,
    DisplayKind,
    Document,
    MediaKit,
    Milestone,
    MilestoneKind,
    Phase,
    PhaseKind,
    Scope,
    When,
    Work,
    parse_when,
)
from calendar_service.core.campaigns import Days
from calendar_service.core.dates import parse_day, parse_year
from calendar_service.core.lead_times import LeadTimes
from calendar_service.core.model import Event, YearClass
from calendar_service.core.occurrences import occurrence_of
from calendar_service.errors import CalendarServiceError, Fault, nearest_hint
from calendar_service.registry.reader import (
    Reader,
    read_address,
    read_id,
    read_region,
    read_sources,
)
from calendar_service.registry.reading import Entry, Field

LONGEST_LEAD = 548
LONGEST_SPAN = 366
_KEYS = (
    "id", "title", "events", "on", "year", "start", "end", "theme", "scope", "region",
    "audiences", "lead", "partners", "documents", "phases", "displays", "milestones",
    "slogans", "hashtags", "activities", "deliverables", "media_kit", "lead_times", "note",
    "sources", "changed",
)  # fmt: skip
_NUMBER = re.compile(r"[0-9]+[a-z]?\s?[-/]\S.*", re.IGNORECASE)
_PLACES = ("n", "name", "range", "year")
_WORK = {PhaseKind.RUN, PhaseKind.PEAK}
_SAMPLE_YEARS = range(2016, 2036)  # lunar days move, so that each must hold in all of these


class CampaignReader:
    """Reads one campaign; the places of its parts stay known, for faults that show later."""

    def __init__(self, entry: Entry, events: Mapping[str, Event], faults: list[Fault]) -> None:
        at = entry.fields.get("id") or Field(None, entry.file, entry.line)
        self.reader = Reader(entry.fields, at, faults)
        self.known = events
        self.faults = faults
        self.before = len(faults)
        self.is_yearly = "year" not in entry.fields
        self.events = self._events()
        self.phases: list[tuple[Reader, Phase]] = []
        self.displays: list[tuple[Reader, Display]] = []
        self.milestones: list[tuple[Reader, Milestone]] = []
        self.documents: list[tuple[Reader, Document]] = []
        self.works: list[tuple[Reader, Work]] = []

    def read(self) -> Campaign | None:
        """Return the campaign, None when it has faults, which are noted."""
        self.reader.only(_KEYS)
        campaign = self._build()
        if campaign and not self._is_faulty:
            self._check_shape(campaign)
        if campaign and not self._is_faulty:
            self._check_slogans(campaign)
            self._check_days(campaign)
        return None if self._is_faulty else campaign

    @property
    def _is_faulty(self) -> bool:
        return len(self.faults) > self.before

    def _build(self) -> Campaign | None:
        reader = self.reader
        campaign_id = reader.parsed("id", read_id, required="give it one, such as quang-ninh-60")
        title = reader.text("title", required="write what the campaign is called")
        changed = reader.parsed("changed", parse_day, required="give the day of the last change")
        sources = read_sources(reader)
        region = reader.parsed("region", read_region)
        default = Scope.PROVINCE if region else Scope.NATIONAL
        parts = {
            "on": self._when(reader, "on"),
            "year": reader.parsed("year", parse_year),
            "start": self._when(reader, "start"),
            "end": self._when(reader, "end"),
            "phases": self._phases(),
            "displays": self._displays(),
            "milestones": self._milestones(),
            "documents": self._documents(),
            "activities": self._works("activities"),
            "deliverables": self._works("deliverables"),
            "theme": reader.text("theme"),
            "scope": reader.choice("scope", Scope) or default,
            "audiences": reader.choices("audiences", Audience),
            "lead": reader.text("lead"),
            "partners": self._texts("partners", "a partner is one text; write a unit's name"),
            "slogans": self._texts("slogans", "a slogan is one text; put it in quotes"),
            "hashtags": self._texts("hashtags", "put a hashtag in quotes: '#TuHaoVietNam'"),
            "media_kit": self._media_kit(),
            "lead_times": self._lead_times(),
            "note": reader.text("note"),
        }
        if not (campaign_id and title and changed):
            return None
        return Campaign(
            id=campaign_id, title=title, events=self.events, region=region, sources=sources,
            changed=changed, **parts,  # type: ignore[arg-type]
        )  # fmt: skip

    def _events(self) -> tuple[str, ...]:
        found = []
        for item in self.reader.texts("events", "write the id of an event"):
            if item.words in self.known:
                found.append(item.words or "")
            else:
                hint = nearest_hint(item.words or "", self.known)
                self._note(item, f"no event has the id {item.words!r}{hint or '; enter it first'}")
        return tuple(found)

    def _when(self, reader: Reader, key: str, *, required: str = "") -> When | None:
        return reader.parsed(key, lambda text: parse_when(text, self.events), required=required)

    def _phases(self) -> tuple[Phase, ...]:
        for block in self.reader.blocks("phases", ("name", "kind", "start", "end", "theme")):
            name = block.text("name", required="write what the phase is called")
            kind = block.choice("kind", PhaseKind, required=f"give one of {', '.join(PhaseKind)}")
            start = self._when(block, "start", required="give its first day, such as D-7")
            end = self._when(block, "end", required="give its last day, such as D-1")
            if name and kind and start is not None and end is not None:
                phase = Phase(name=name, kind=kind, start=start, end=end, theme=block.text("theme"))
                self.phases.append((block, phase))
        return tuple(phase for _, phase in self.phases)

    def _displays(self) -> tuple[Display, ...]:
        kinds = f"give one of {', '.join(DisplayKind)}"
        keys = ("what", "start", "end", "who", "years")
        for block in self.reader.blocks("displays", keys):
            what = block.choice("what", DisplayKind, required=kinds)
            start = self._when(block, "start", required="give its first day, such as D-3")
            end = self._when(block, "end", required="give the last day that it hangs, such as D+1")
            who, years = block.text("who"), block.choices("years", YearClass)
            if what and start is not None and end is not None:
                display = Display(what=what, start=start, end=end, who=who, years=years)
                self.displays.append((block, display))
        return tuple(display for _, display in self.displays)

    def _milestones(self) -> tuple[Milestone, ...]:
        kinds = f"give one of {', '.join(MilestoneKind)}"
        for block in self.reader.blocks("milestones", ("name", "kind", "on", "ends", "place")):
            name = block.text("name", required="write what takes place")
            kind = block.choice("kind", MilestoneKind, required=kinds)
            on = self._when(block, "on", required="give its day, such as D-13")
            ends, place = self._when(block, "ends"), block.text("place")
            if name and kind and on is not None:
                milestone = Milestone(name=name, kind=kind, on=on, ends=ends, place=place)
                self.milestones.append((block, milestone))
        return tuple(milestone for _, milestone in self.milestones)

    def _documents(self) -> tuple[Document, ...]:
        keys = ("kind", "number", "date", "issuer", "title", "url", "guides")
        for block in self.reader.blocks("documents", keys):
            kind = block.text("kind", required="write Chỉ thị, Kế hoạch, Hướng dẫn …")
            number, title = block.parsed("number", _number), block.text("title")
            if kind and not number and not title and block.lacks("number"):
                block.fault("kind", "a document needs a number or a title; add one")
            document = Document(
                kind=kind or "",
                number=number,
                dated=block.parsed("date", parse_day),
                issuer=block.text("issuer"),
                title=title,
                url=block.parsed("url", read_address),
                guides=block.text("guides"),
            )
            self.documents.append((block, document))
        return tuple(document for _, document in self.documents)

    def _works(self, key: str) -> tuple[Work, ...]:
        found = []
        for block in self.reader.blocks(key, ("name", "owner", "due")):
            name = block.text("name", required="write what there is to do")
            if name:
                due = self._when(block, "due")
                found.append((block, Work(name=name, owner=block.text("owner"), due=due)))
        self.works += found
        return tuple(work for _, work in found)

    def _media_kit(self) -> tuple[MediaKit, ...]:
        found = []
        for block in self.reader.blocks("media_kit", ("title", "url", "licence")):
            title = block.text("title", required="write what the files are")
            url = block.parsed("url", read_address, required="give the address of the files")
            if title and url:
                found.append(MediaKit(title=title, url=url, licence=block.text("licence")))
        return tuple(found)

    def _lead_times(self) -> LeadTimes | tuple[int, ...] | None:
        field = self.reader.fields.get("lead_times")
        if field is None or not isinstance(field.value, list):
            return self.reader.choice("lead_times", LeadTimes)
        days = set()
        for item in self.reader.texts("lead_times", "a lead time is a whole number of days"):
            text = item.words or ""
            if re.fullmatch(r"[0-9]{1,3}", text) and int(text) <= LONGEST_LEAD:
                days.add(int(text))
            else:
                message = f"{text!r} is no lead time; give days from 0 to {LONGEST_LEAD}"
                self._note(item, message)
        return tuple(sorted(days, reverse=True))

    def _texts(self, key: str, remedy: str) -> tuple[str, ...]:
        return tuple(item.words or "" for item in self.reader.texts(key, remedy))

    def _check_shape(self, campaign: Campaign) -> None:
        """Note what does not go together, whatever the year."""
        reader = self.reader
        if campaign.id in self.known:
            reader.fault("id", f"{campaign.id!r} is the id of an event; give the campaign another")
        parts = (campaign.phases, campaign.displays, campaign.milestones)
        if not (campaign.events or campaign.on or campaign.start or any(parts)):
            reader.fault("id", "has no day; give 'events', 'on', or 'start' and 'end'")
        if campaign.events and campaign.on:
            reader.fault("on", "the first event gives the day; leave 'on' out, or the events")
        if campaign.region is None and campaign.scope in (Scope.PROVINCE, Scope.LOCAL):
            reader.fault("scope", f"a campaign of scope {campaign.scope} needs its 'region'")
        if campaign.region and campaign.scope is Scope.NATIONAL:
            reader.fault("region", "a national campaign has no region; leave one of them out")
        for block, display in self.displays:
            if display.years and not campaign.events:
                message = "no event counts the years that 'years' chooses from"
                block.fault("years", f"{message}; give 'events', or leave it out")
        for key, text in (("hashtags", tag) for tag in campaign.hashtags):
            if not re.fullmatch(r"#\w+", text):
                self._note(reader.fields[key].item(text), f"{text!r} is no hashtag; write '#…'")
        if campaign.year is None:
            self._check_yearly(campaign)

    def _check_yearly(self, campaign: Campaign) -> None:
        rules = [(self.reader, key, getattr(campaign, key)) for key in ("on", "start", "end")]
        for block, key, rule in [*rules, *self._rules()]:
            if isinstance(rule, date):
                message = "is one day, but the campaign has no 'year'; write D-14 or 21/7, or"
                block.fault(key, f"{rule:%d/%m/%Y} {message} give 'year: {rule.year}'")
                return

    def _rules(self) -> Iterable[tuple[Reader, str, When | None]]:
        """Yield every rule for a day of the parts, with its place."""
        for block, phase in self.phases:
            yield from ((block, "start", phase.start), (block, "end", phase.end))
        for block, display in self.displays:
            yield from ((block, "start", display.start), (block, "end", display.end))
        for block, milestone in self.milestones:
            yield from ((block, "on", milestone.on), (block, "ends", milestone.ends))
        for block, work in self.works:
            yield block, "due", work.due

    def _check_slogans(self, campaign: Campaign) -> None:
        first = self.known[campaign.events[0]] if campaign.events else None
        for text in campaign.slogans:
            place = self.reader.fields["slogans"].item(text)
            if not text.endswith("!"):
                self._note(place, f"slogan {text!r} does not end with '!'; add it")
            for name in _placeholders(text):
                if name not in _PLACES:
                    allowed = ", ".join(f"{{{place}}}" for place in _PLACES)
                    self._note(place, f"unknown place {{{name}}} in a slogan; allowed: {allowed}")
                elif name != "year" and first is None:
                    self._note(place, f"{{{name}}} needs an event; give 'events', or write it out")
                elif name == "n" and first and first.founded is None:
                    self._note(place, f"{first.id!r} counts no years; leave {{n}} out")

    def _check_days(self, campaign: Campaign) -> None:
        """Note every day that is out of order in a year in which the campaign runs."""
        years = [campaign.year] if campaign.year else _SAMPLE_YEARS
        ran = False
        for year in years:
            before = len(self.faults)
            occurrences = [occurrence_of(self.known[event_id], year) for event_id in self.events]
            kept = tuple(occurrence for occurrence in occurrences if occurrence)
            if self.events and not occurrences[0]:
                continue
            ran = True
            try:
                self._check_year(campaign, Days(campaign, year, kept))
            except KeyError as error:
                anchor = error.args[0] or "D"
                self.reader.fault("id", f"a day counts from {anchor}, which {year} does not have")
            if len(self.faults) > before:
                return
        if not ran:
            when = f"in {campaign.year}" if campaign.year else "in any year"
            key = "year" if campaign.year else "events"
            self.reader.fault(key, f"{self.events[0]} is not kept {when}; mend one of them")

    def _check_year(self, campaign: Campaign, days: Days) -> None:
        at, year = days.at, days.year
        if campaign.year and days.day.year not in (year, year + 1):
            found = f"its day is {days.day:%d/%m/%Y}, but the year is {year}"
            self.reader.fault("year", f"{found}; mend one of them")
        start = at(campaign.start) if campaign.start is not None else date.min
        end = at(campaign.end) if campaign.end is not None else date.max
        if start > end:
            self.reader.fault("start", f"{_in_order(start, end)}; swap or mend them")
            return
        for block, phase in self.phases:
            self._check_span(block, "start", (at(phase.start), at(phase.end)), (start, end))
        for block, display in self.displays:
            self._check_span(block, "start", (at(display.start), at(display.end)), (start, end))
        for block, milestone in self.milestones:
            last = at(milestone.ends) if milestone.ends is not None else at(milestone.on)
            self._check_span(block, "on", (at(milestone.on), last), (start, end))
        for _, work in self.works:
            if work.due is not None:
                at(work.due)
        self._check_order(at)
        self._check_documents(campaign, at)

    def _check_order(self, at: Callable[[When], date]) -> None:
        """Note what comes after what it prepares, or is looked after before it hangs."""
        work = min((at(p.start) for _, p in self.phases if p.kind in _WORK), default=None)
        for block, phase in self.phases:
            start = at(phase.start)
            if work and phase.kind is PhaseKind.PREPARATION and start > work:
                found = f"prepares from {start:%d/%m/%Y} what runs from {work:%d/%m/%Y}"
                block.fault("start", f"{found}; begin it before, or mend its 'kind'")
            if work and phase.kind is PhaseKind.REVIEW and start < work:
                found = f"reviews from {start:%d/%m/%Y} what runs from {work:%d/%m/%Y}"
                block.fault("start", f"{found}; begin it after, or mend its 'kind'")
        hung = min((at(display.start) for _, display in self.displays), default=None)
        for block, milestone in self.milestones:
            last = at(milestone.ends if milestone.ends is not None else milestone.on)
            if hung and milestone.kind is MilestoneKind.INSPECTION and last < hung:
                found = f"inspects on {last:%d/%m/%Y} what is put up from {hung:%d/%m/%Y}"
                block.fault("on", f"{found}; inspect from then on, or mend 'displays'")

    def _check_span(
        self, block: Reader, key: str, days: tuple[date, date], within: tuple[date, date]
    ) -> None:
        first, last = days
        if first > last:
            block.fault(key, f"{_in_order(first, last)}; swap or mend them")
        elif (last - first).days > LONGEST_SPAN and self.is_yearly:
            found = f"{first:%d/%m/%Y} - {last:%d/%m/%Y} is over a year"
            block.fault(key, f"{found}; count from D, as in D-14, where D lies near New Year")
        elif first < within[0] or last > within[1]:
            found = f"{first:%d/%m/%Y} - {last:%d/%m/%Y} lies outside the campaign,"
            bounds = " - ".join(
                f"{day:%d/%m/%Y}" if day not in (date.min, date.max) else "…" for day in within
            )
            block.fault(key, f"{found} {bounds}; mend it, or 'start' and 'end'")

    def _check_documents(self, campaign: Campaign, at: Callable[[When], date]) -> None:
        starts = {phase.name: at(phase.start) for _, phase in self.phases}
        for block, document in self.documents:
            name = document.guides or next(iter(starts), None)
            if document.guides and document.guides not in starts:
                hint = nearest_hint(document.guides, starts) or "; name one that is there"
                block.fault("guides", f"no phase is called {document.guides!r}{hint}")
            elif campaign.year and name and document.dated and document.dated > starts[name]:
                found = f"dated {document.dated:%d/%m/%Y}, after the phase {name!r} that it guides"
                message = f"{found} begins ({starts[name]:%d/%m/%Y}); mend it, or give 'guides'"
                block.fault("date", message)

    def _note(self, place: Field, message: str) -> None:
        self.faults.append(Fault(place.file, place.line, message))


def read_campaign(
    entry: Entry, events: Mapping[str, Event], faults: list[Fault]
) -> Campaign | None:
    """Return the campaign of *entry*, None when it has faults, which go to *faults*."""
    return CampaignReader(entry, events, faults).read()


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise CalendarServiceError(f"{text!r} is no document's number; write it as 27-CT/TU")
    return text


def _placeholders(text: str) -> list[str]:
    try:
        parts = Formatter().parse(text)
        return [
            "…" if spec or change else name for _, name, spec, change in parts if name is not None
        ]
    except ValueError:
        return ["…"]


def _in_order(first: date, last: date) -> str:
    return f"starts on {first:%d/%m/%Y}, after it ends on {last:%d/%m/%Y}"
