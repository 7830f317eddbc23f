"""The shipped campaigns against real documents: days, numbers and windows typed from them."""

from datetime import date

import pytest

from calendar_service.core.campaign import DisplayKind
from calendar_service.core.campaigns import Edition, StepKind, edition_of
from calendar_service.core.dates import Month
from calendar_service.core.editions import (
    edition_in,
    editions_in,
    editions_of_year,
    events_by_id,
)
from calendar_service.core.lead_times import Task
from calendar_service.core.selection import Selection

# Công văn 1714-CV/BTGTU of 3/7/2023, items 1 to 13: what names each, and its documents.
LETTER = [
    ("Kỳ họp thứ 5, Quốc hội khóa XV", []),
    (
        "giữa nhiệm kỳ",
        [
            ("80/QĐ-TTg", date(2023, 2, 11)),
            ("14-NQ/TU", date(2023, 6, 9)),
            ("02-QC/TU", date(2021, 4, 29)),
            ("288-QĐ/TU", date(2021, 6, 18)),
            ("03-QC/TU", date(2021, 9, 16)),
            ("15-NQ/TU", date(2023, 6, 30)),
            ("23-CT/TW", date(2023, 5, 25)),
            ("34-CT/TU", date(2023, 6, 23)),
        ],
    ),
    ("Hồ Chí Minh", [("05-CT/TW", date(2016, 5, 15)), ("255-KH/TU", date(2023, 1, 31))]),
    (
        "60 năm Ngày thành lập tỉnh Quảng Ninh",
        [("27-CT/TU", date(2022, 7, 22)), ("19/KH-UBND", date(2023, 2, 2))],
    ),
    ("6 tháng", [("12-NQ/TU", date(2022, 11, 28)), ("945-TB/TU", date(2023, 6, 27))]),
    ("Kỳ họp thứ 14", []),
    ("Đại hội", []),
    ("Thương binh", []),
    ("tốt nghiệp", [("33-CT/TU", date(2023, 5, 29))]),
    ("mưa, bão", []),
    ("văn hóa, con người", [("1151/QĐ-UBND", date(2023, 5, 8))]),
    ("nền tảng tư tưởng", []),
    ("đối ngoại", []),
]


@pytest.fixture(scope="module")
def letter(shipped):
    """Return the written campaigns of July 2023 for Quảng Ninh, in the order of its list."""
    found = editions_in(shipped, Month(2023, 7), Selection(region=("quang-ninh",)))
    return [e for e in found if e.campaign.region == "quang-ninh" and not e.campaign.generated]


def test_the_letter_of_july_2023_can_be_written_from_its_thirteen_campaigns(letter):
    assert len(letter) == 13
    for edition, (words, _) in zip(letter, LETTER, strict=True):
        assert words in edition.campaign.title


def test_the_documents_of_the_letter_stand_in_its_campaigns_with_number_and_date(letter):
    for edition, (words, documents) in zip(letter, LETTER, strict=True):
        held = {(d.number, d.dated) for d in edition.campaign.documents}
        assert set(documents) <= held, words


# Notices of provinces, districts and communes: the first and the last day that flags or
# banners hang, counted from the day itself.
WINDOWS = [
    ("thuong-binh-liet-si-71-ha-noi", 2018, -10, 1),
    ("dien-bien-phu-70-kon-tum", 2024, -11, 1),
    ("quoc-khanh-77-ho-chi-minh", 2022, -6, 1),
    ("quoc-khanh-74-phuc-la", 2019, -8, 1),
    ("quoc-khanh-79-nghia-trung", 2024, -4, 2),
    ("giai-phong-thu-do-67-hang-bai", 2021, -1, 1),
    ("giai-phong-mien-nam-46-vinh-hien", 2021, -5, 3),
    ("giai-phong-mien-nam-48-kon-tum", 2023, -2, 3),
    ("giai-phong-mien-nam-50-thieu-van", 2025, 0, 1),
    ("thanh-lap-dang-88-da-nang", 2018, 0, 0),
]


def edition(shipped, campaign_id, year) -> Edition:
    return edition_in(shipped, campaign_id, year)


@pytest.mark.parametrize(("campaign_id", "year", "first", "last"), WINDOWS)
def test_what_hangs_hangs_as_long_as_the_notice_said(shipped, campaign_id, year, first, last):
    found = edition(shipped, campaign_id, year)

    begin = min((window.start - found.day).days for window in found.windows)
    end = max((window.end - found.day).days for window in found.windows)
    assert (begin, end) == (first, last)


def test_the_merged_days_of_august_and_september_2021_are_one_campaign(shipped):
    found = edition(shipped, "cach-mang-thang-tam-76-ha-huy-tap", 2021)

    # D-2..D+18 from 19/8, beyond Quốc khánh.
    assert (found.start, found.end) == (date(2021, 8, 17), date(2021, 9, 6))


@pytest.mark.parametrize(
    ("campaign_id", "year", "number", "days"),
    [
        ("quang-ninh-60", 2023, "27-CT/TU", 465),
        ("quang-ninh-60", 2023, "19/KH-UBND", 270),
        ("cong-doan-90-qn", 2019, "56-HD/BTGTU", 31),
        ("dien-bien-phu-70-kon-tum", 2024, "674/UBND-KGVX", 70),
    ],
)
def test_documents_came_as_long_ahead_as_the_record_has_it(
    shipped, campaign_id, year, number, days
):
    found = edition(shipped, campaign_id, year)

    [document] = [d for d in found.campaign.documents if d.number == number]
    assert (found.day - document.dated).days == days


def test_there_are_sixty_campaigns_and_more_each_with_a_source_one_can_follow(shipped):
    assert len(shipped.campaigns) >= 60
    for campaign in shipped.campaigns:
        assert any(s.url or (s.number and s.dated) for s in campaign.sources), campaign.id


@pytest.mark.parametrize("year", [1900, 1930, 1947, 1980, 2100])
def test_every_month_of_any_year_has_its_campaigns(shipped, year):
    for number in range(1, 13):
        month = Month(year, number)
        for found in editions_in(shipped, month, Selection(all=True)):
            assert found.start <= month.last
            assert found.end >= month.first


def test_every_yearly_campaign_has_an_edition_in_every_year_to_come(shipped):
    yearly = [campaign for campaign in shipped.campaigns if campaign.year is None]
    events = events_by_id(shipped)

    for campaign in yearly:
        # Of Giờ Trái đất the day is told year by year.
        told = any(events[event_id].announced for event_id in campaign.events)
        for year in range(2026, 2027 if told else 2041):
            found = edition_of(campaign, events, year)
            assert found, (campaign.id, year)
            assert found.start <= found.end


# Approval, plan, outline, guidance, print: what comes first prepares what comes after.
ORDER = [
    {Task.DIRECTIVE},
    {Task.PROPOSAL, Task.PLAN, Task.KIT},
    {Task.OUTLINE},
    {Task.GUIDANCE, Task.MONTHLY_LETTER},
    {Task.DESIGN, Task.SLOGANS, Task.MATERIALS},
    {Task.LAUNCH, Task.HANG},
]
PRINTED = {DisplayKind.BANNER, DisplayKind.PANEL, DisplayKind.POSTER}


@pytest.mark.parametrize("year", range(2017, 2036))
def test_no_step_of_any_campaign_comes_after_what_it_prepares(shipped, year):
    for found in editions_of_year(shipped, year):
        where = (found.campaign.id, year)
        steps = [step for step in found.steps if step.kind is StepKind.PREPARE]
        stages = [next(n for n, tasks in enumerate(ORDER) if s.task in tasks) for s in steps]
        assert stages == sorted(stages), where
        for step in steps:
            if step.task in (Task.DESIGN, Task.SLOGANS):
                hung = [window.start for window in found.windows if window.what in PRINTED]
                assert hung, where
                assert step.on < min(hung), where
            if step.task is Task.HANG:
                assert any(window.start <= step.on for window in found.windows), where


def test_quang_ninh_printed_before_the_first_of_october_what_hung_from_then(shipped):
    found = edition(shipped, "quang-ninh-60", 2023)

    days = {step.task: step.on for step in found.steps if step.task}
    assert days[Task.DESIGN] == date(2023, 9, 24)
    assert days[Task.GUIDANCE] == date(2023, 9, 17)
    assert Task.DIRECTIVE not in days  # Chỉ thị 27-CT/TU came before


def test_what_is_written_for_the_teachers_day_is_ready_before_its_peak(shipped):
    found = edition(shipped, "tri-an-nha-giao", 2026)

    # The peak begins on 1/11.
    [ready] = [step.on for step in found.steps if step.task is Task.MATERIALS]
    assert ready == date(2026, 10, 25)


def test_yearly_campaigns_name_no_body_that_was_merged_in_2025(shipped):
    gone = (
        "Bộ Thông tin và Truyền thông",
        "Bộ Lao động - Thương binh và Xã hội",
        "Bộ Tài nguyên và Môi trường",
        "Bộ Nông nghiệp và Phát triển nông thôn",
        "Ban Dân vận",
        "thị trấn",
    )
    for campaign in shipped.campaigns:
        if campaign.year:
            continue
        works = (*campaign.activities, *campaign.deliverables)
        units = [campaign.lead, *campaign.partners, *campaign.slogans]
        units += [work.owner for work in works] + [d.who for d in campaign.displays]
        units += [phase.name for phase in campaign.phases]
        for unit in filter(None, units):
            assert not any(name in unit for name in gone), campaign.id
            rest = unit.replace("Ban Tuyên giáo và Dân vận", "")
            assert "Ban Tuyên giáo" not in rest, campaign.id


def test_the_twelve_days_and_nights_of_1972_last_until_29_december(shipped):
    found = edition(shipped, "ha-noi-dien-bien-phu-tren-khong", 2026)

    assert (found.start, found.end) == (date(2026, 12, 18), date(2026, 12, 29))


@pytest.mark.parametrize("year", [2026, 2027])
def test_a_sector_s_day_has_banners_in_round_years_alone(shipped, year):
    assert edition(shipped, "tuyen-truyen-22-12", year).windows == ()
    assert edition(shipped, "tuyen-truyen-22-12", 2029).windows  # 85 năm


# Where the places lay until 30/6/2025, by the sources of the entries.
@pytest.mark.parametrize(
    ("event_id", "region"),
    [
        ("ngay-hy-sinh-nguyen-huu-huan", "tien-giang"),  # Mỹ Tịnh An
        ("ngay-mat-quang-trung", "binh-dinh"),  # Tây Sơn
        ("ngay-mat-mac-cuu", "kien-giang"),  # Hà Tiên
        ("ngay-hy-sinh-nguyen-an-ninh", "ba-ria-vung-tau"),  # Côn Đảo
        ("le-hoi-tich-dien-doi-son", "ha-nam"),
        ("khai-an-den-tran", "nam-dinh"),
    ],
)
def test_a_day_belongs_to_the_province_that_its_place_lay_in(shipped, event_id, region):
    assert shipped.event(event_id).region == region
