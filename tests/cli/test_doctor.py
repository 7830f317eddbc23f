"""doctor: a line for each thing, with the remedy where it is not ok."""

import socket
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner

from calendar_service.cli.main import cli
from calendar_service.config import masked
from calendar_service.mail import records

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
DNS = {
    "example.vn": ["google-site-verification=1", "v=spf1 mx -all"],
    "k1._domainkey.example.vn": ["v=DKIM1; k=rsa; p=MIIB"],
    "_dmarc.example.vn": ["v=DMARC1; p=reject; rua=mailto:a@example.vn"],
}


@pytest.fixture
def dns(monkeypatch):
    """What the DNS says; None under "*" for a DNS that does not answer."""
    answers = dict(DNS)
    monkeypatch.setattr(records, "text_records", lambda n: answers.get(n, answers.get("*", [])))
    return answers


@pytest.fixture
def run(tmp_path, monkeypatch, dns):
    """Run the doctor on a service where all is well, but for what a test changes."""
    monkeypatch.chdir(tmp_path)
    settings = {
        "EVENTS_FILE": str(EVENTS_YAML),
        "SECRET_KEY": "0123456789abcdef",
        "BASE_URL": "https://lich.example.vn",
        "MAIL_FROM": "Lịch kỷ niệm <lich@example.vn>",
    }
    assert CliRunner().invoke(cli, ["db", "upgrade"], env=settings).exit_code == 0

    def diagnose(*arguments, **environ):
        result = CliRunner().invoke(cli, ["doctor", *arguments], env={**settings, **environ})
        assert "Traceback" not in result.output
        return result

    return diagnose


@pytest.fixture
def relay():
    """A relay on this machine that offers no TLS."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mails = []

    class Inbox:
        async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
            mails.append(address)
            return "250 OK"

    controller = Controller(Inbox(), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"127.0.0.1:{port}", mails
    controller.stop()


def lines(result):
    """Return the verdict and the text of each line, by what it is about."""
    found = {}
    for line in result.stdout.splitlines():
        verdict, what, text = line.split(maxsplit=2)
        found[what] = (verdict, text)
    return found


def test_a_service_where_all_is_well_has_no_fault(run, relay):
    result = run("--dkim-selector", "k1", SMTP_URL=f"smtp://{relay[0]}")

    assert (result.exit_code, result.stderr) == (0, "")
    assert {verdict for verdict, _ in lines(result).values()} == {"ok"}
    assert lines(result)["mail"] == ("ok", "the relay answers")
    assert lines(result)["DMARC"] == ("ok", "_dmarc.example.vn: p=reject")
    assert relay[1] == []


def test_each_setting_has_its_line_and_no_secret_is_told(run):
    result = run(
        SMTP_URL="smtp://an:s3cr@t@127.0.0.1:1",
        IMAP_URL="imaps://an:hidden@127.0.0.1:1/Bounces",
    )

    found = lines(result)
    assert {"EVENTS_FILE", "BASE_URL", "TIMEZONE", "REGION", "DATABASE_URL", "SECRET_KEY",
            "SMTP_URL", "BOUNCES_MAILDIR", "IMAP_URL", "MAIL_FROM", "SEND_TIME", "ON_DOUBT",
            "MAILS_PER_SECOND", "MAILS_PER_DAY"} <= set(found)  # fmt: skip
    assert found["SMTP_URL"] == ("ok", "smtp://an:…@127.0.0.1:1")
    assert found["IMAP_URL"] == ("ok", "imaps://an:…@127.0.0.1:1/Bounces")
    for secret in ("s3cr", "hidden", "0123456789abcdef"):
        assert secret not in result.output


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql+psycopg://a:b@h/n?sslpassword=c&x=1",
         "postgresql+psycopg://a:…@h/n?sslpassword=…&x=1"),
        ("sqlite:///var/calendar.db", "sqlite:///var/calendar.db"),
        ("smtps://h", "smtps://h"),
        ("a:b@h", "a:…@h"),
        ("smtp://:b@c@h", "smtp://:…@h"),
    ],
)  # fmt: skip
def test_addresses_are_shown_without_passwords(address, shown):
    assert masked(address) == shown


def test_a_bad_setting_is_a_fault_that_ends_the_look(run):
    result = run(SEND_TIME="7am")

    assert result.exit_code == 1
    assert lines(result)["settings"][0] == "fault"
    assert "SEND_TIME='7am'" in result.stdout


def test_every_fault_of_the_registry_has_its_line(run, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("events:\n  - id: A\n  - id: b\n", encoding="utf-8")

    result = run(EVENTS_FILE=str(path))

    assert result.exit_code == 1
    assert sum(line.startswith("fault   registry ") for line in result.stdout.splitlines()) > 1
    assert lines(result)["database"][0] == "ok"


@pytest.mark.parametrize(
    ("url", "verdict", "words"),
    [
        ("sqlite:///none/such.db", "warning", "calendar-service db upgrade"),
        ("postgresql+psycopg://a:hidden@127.0.0.1:1/x", "fault", "see that it runs"),
    ],
)
def test_a_database_that_cannot_be_used_is_told_and_none_is_made(
    run, tmp_path, url, verdict, words
):
    result = run(DATABASE_URL=url)

    assert lines(result)["database"][0] == verdict
    assert words in lines(result)["database"][1]
    assert result.exit_code == (verdict == "fault")
    assert "hidden" not in result.output
    assert not (tmp_path / "none").exists()


def test_an_older_schema_is_a_fault(run, tmp_path):
    (tmp_path / "empty.db").touch()

    result = run(DATABASE_URL="sqlite:///empty.db")

    assert result.exit_code == 1
    assert "run: calendar-service db upgrade" in lines(result)["database"][1]


def test_the_embedded_key_is_looked_at_and_none_is_made(run, tmp_path):
    path = tmp_path / "var" / "secret_key"

    missing = lines(run(SECRET_KEY=""))["SECRET_KEY"]
    assert not path.exists()
    path.write_text("0123456789abcdef", encoding="ascii")
    path.chmod(0o644)
    open_to_all = lines(run(SECRET_KEY=""))["SECRET_KEY"]
    path.chmod(0o600)
    right = lines(run(SECRET_KEY=""))["SECRET_KEY"]

    assert (missing[0], open_to_all[0]) == ("warning", "warning")
    assert "chmod 600 var/secret_key" in open_to_all[1]
    assert right == ("ok", "embedded, in var/secret_key")


def test_postgresql_without_a_key_is_a_fault(run):
    found = lines(run(SECRET_KEY="", DATABASE_URL="postgresql+psycopg://a@127.0.0.1:1/x"))

    assert found["SECRET_KEY"][0] == "fault"


@pytest.mark.parametrize(
    ("url", "words"),
    [("smtp://127.0.0.1:1", "Connection refused"), ("smtp://an:hidden@{}", "no STARTTLS"),
     ("smtps://{}", "[SSL")],
)  # fmt: skip
def test_a_relay_that_cannot_be_used_is_a_fault(run, relay, url, words):
    result = run(SMTP_URL=url.format(relay[0]))

    assert result.exit_code == 1
    assert lines(result)["mail"][0] == "fault"
    assert words in lines(result)["mail"][1]
    assert "correct SMTP_URL" in lines(result)["mail"][1]
    assert "hidden" not in result.output


def test_a_mailbox_of_bounces_that_cannot_be_read_is_a_fault(run, tmp_path):
    (tmp_path / "Maildir" / "new").mkdir(parents=True)

    out_of_reach = run(IMAP_URL="imap://an:hidden@127.0.0.1:1/Bounces")
    no_maildir = run(BOUNCES_MAILDIR="Maildir")
    (tmp_path / "Maildir" / "cur").mkdir()
    well = run(BOUNCES_MAILDIR="Maildir")

    assert (out_of_reach.exit_code, no_maildir.exit_code, well.exit_code) == (1, 1, 0)
    assert lines(out_of_reach)["bounces"] == (
        "fault",
        "the mailbox imap://127.0.0.1:1/Bounces cannot be read: [Errno 111] Connection refused;"
        " correct its address",
    )
    assert lines(no_maildir)["bounces"][0] == "fault"
    assert lines(well)["bounces"] == ("ok", "the worker can read their mailbox")


def test_without_a_relay_the_folder_for_mails_must_take_them(run, tmp_path):
    well = lines(run())["mail"]
    assert not (tmp_path / "var" / "outbox").exists()
    (tmp_path / "var" / "outbox").touch()
    result = run()

    assert well[0] == "warning"
    assert "files in var/outbox" in well[1]
    assert (result.exit_code, lines(result)["mail"][0]) == (1, "fault")


@pytest.mark.parametrize(
    ("url", "words"),
    [("", "on this machine only"), ("http://localhost:8000", "on this machine only"),
     ("http://lich.example.vn", "https")],
)  # fmt: skip
def test_an_address_that_links_should_not_have_is_a_warning(run, url, words):
    result = run(BASE_URL=url)

    assert result.exit_code == 0
    assert lines(result)["BASE_URL"][0] == "warning"
    assert words in lines(result)["BASE_URL"][1]


@pytest.mark.parametrize(
    ("name", "answer", "what", "verdict", "words"),
    [
        ("example.vn", [], "SPF", "warning", '"v=spf1 mx -all"'),
        ("example.vn", ["v=spf1 -all", "v=spf1 mx -all"], "SPF", "fault", "join them"),
        ("example.vn", ["v=spf1 +all"], "SPF", "warning", "lets everybody send"),
        ("example.vn", ["v=spf10 -all"], "SPF", "warning", "shows none"),
        ("example.vn", None, "SPF", "warning", "could not be looked up"),
        ("k1._domainkey.example.vn", [], "DKIM", "fault", "--dkim-selector"),
        ("k1._domainkey.example.vn", ["v=DKIM1; p="], "DKIM", "fault", "revoked"),
        ("k1._domainkey.example.vn", None, "DKIM", "warning", "could not be looked up"),
        ("_dmarc.example.vn", [], "DMARC", "warning", '"v=DMARC1; p=none"'),
        ("_dmarc.example.vn", ["v=DMARC1; p=none"] * 2, "DMARC", "fault", "leave one"),
        ("_dmarc.example.vn", None, "DMARC", "warning", "could not be looked up"),
    ],
)
def test_what_the_dns_lacks_is_told_with_what_to_add(run, dns, name, answer, what, verdict, words):
    dns[name] = answer

    result = run("--dkim-selector", "k1")

    assert lines(result)[what][0] == verdict
    assert words in lines(result)[what][1]
    assert result.exit_code == (verdict == "fault")


def test_a_subdomain_goes_by_the_dmarc_of_the_domain_above(run):
    found = lines(run(MAIL_FROM="lich@thu.example.vn"))

    assert found["DMARC"] == ("ok", "_dmarc.example.vn: p=reject")


def test_without_a_selector_dkim_is_not_looked_at(run):
    assert "DKIM" not in lines(run())


def test_a_sender_without_a_domain_is_a_warning(run):
    found = lines(run(MAIL_FROM="lich@localhost"))

    assert "SPF" not in found
    assert "give a domain of yours" in found["MAIL_FROM"][1]


def test_a_dns_that_cannot_be_asked_is_none():
    assert records.text_records("x" * 64 + ".example") is None
