"""reminders preview: what administrators see of the mails to come."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from calendar_service.cli.main import cli

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
JULY = ("--from", "2027-07-24", "--to", "2027-07-24")


@pytest.fixture
def run(tmp_path):
    """Run commands on a database that holds one subscriber."""
    settings = {
        "EVENTS_FILE": str(EVENTS_YAML),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'calendar.db'}",
        "SECRET_KEY": "0123456789abcdef",
        "BASE_URL": "https://lich.example.vn",
    }
    people = tmp_path / "people.csv"
    people.write_text("email,event,digest\nan@example.vn,thuong-binh-liet-si,\n", encoding="utf-8")

    def run_one(*arguments):
        return CliRunner().invoke(cli, [str(part) for part in arguments], env=settings)

    assert run_one("db", "upgrade").exit_code == 0
    assert run_one("subscribers", "import", people, "--basis", "Quyết định 12").exit_code == 0
    return run_one


def test_a_preview_says_what_falls_on_a_morning_and_to_how_many(run):
    assert run("reminders", "preview", *JULY).stdout == (
        "2027-07-24\t1\tCòn 3 ngày: 80 năm Ngày Thương binh - Liệt sỹ (27/7)\n"
    )


def test_the_links_of_a_whole_mail_can_be_read(run):
    mail = run("reminders", "preview", *JULY, "--for", "an@example.vn").stdout

    assert "80 năm Ngày Thương binh - Liệt sỹ (27/7/1947 - 27/7/2027)" in mail
    assert "https://lich.example.vn/manage/TOKEN" in mail
    assert "https://lich.example.vn/unsubscribe/TOKEN" in mail
    assert "@@" not in mail
