"""Today is the day in the settings' time zone, also at its edges and when the clock jumps."""

from datetime import UTC, date, datetime

import pytest

from calendar_service.config import load_settings
from calendar_service.services import Services


def services(timezone):
    now = []
    return now, Services(load_settings({"TIMEZONE": timezone}), clock=lambda: now[-1])


@pytest.mark.parametrize(
    ("timezone", "moments"),
    [
        # IANA: +07 since 1975; a day begins at 17:00 UTC of the day before.
        (
            "Asia/Ho_Chi_Minh",
            [("2023-07-26T16:59:59", "2023-07-26"), ("2023-07-26T17:00:00", "2023-07-27"),
             ("2023-07-27T16:59:59", "2023-07-27"), ("2023-07-27T17:00:00", "2023-07-28"),
             ("2023-07-26T12:00:00", "2023-07-26"), ("2024-02-29T17:00:00", "2024-03-01")],
        ),
        # IANA: clocks go back from 1:00 to 0:00 on 5 November 2023; that day has 25 hours.
        (
            "America/Havana",
            [("2023-11-05T03:59:59", "2023-11-04"), ("2023-11-05T04:00:00", "2023-11-05"),
             ("2023-11-05T05:30:00", "2023-11-05"), ("2023-11-06T04:59:59", "2023-11-05"),
             ("2023-11-06T05:00:00", "2023-11-06")],
        ),
        # IANA: 27 March 2022 began at 1:00, since clocks went forward at midnight.
        (
            "Asia/Beirut",
            [("2022-03-26T21:59:59", "2022-03-26"), ("2022-03-26T22:00:00", "2022-03-27"),
             ("2022-03-27T20:59:59", "2022-03-27"), ("2022-03-27T21:00:00", "2022-03-28")],
        ),
    ],
)  # fmt: skip
def test_today_is_the_day_of_the_time_zone_at_each_edge(timezone, moments):
    now, ours = services(timezone)

    for moment, day in moments:
        now.append(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        assert (ours.today, ours.today) == (date.fromisoformat(day),) * 2
