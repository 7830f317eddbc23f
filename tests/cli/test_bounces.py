"""bounces: from a pipe, a Maildir and an IMAP mailbox."""

import re
import socketserver
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import insert, select

from calendar_service.cli.main import cli
from calendar_service.core.reminders import Choice
from calendar_service.mail.addresses import envelope_sender
from calendar_service.mail.mailboxes import check_imap, read_maildir
from calendar_service.store import subscribers as people
from calendar_service.store.database import open_database
from calendar_service.store.schema import deliveries, suppressions

EVENTS_YAML = Path(__file__).parent.parent.parent / "events.yaml"
KEY = "0123456789abcdef"
NOW = datetime(2026, 7, 13, tzinfo=UTC)
REPLY = b"Subject: Re: 27/7\r\n\r\nC\xe1\xba\xa3m \xc6\xa1n\r\n"


def bounce(delivery_id, status="5.1.1"):
    verp = envelope_sender("lich@example.vn", delivery_id, KEY)
    return f"""\
To: {verp}
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

not delivered
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.vn

Final-Recipient: rfc822; an@example.vn
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b--
""".encode()


class House:
    """A database with mails that were sent, and the command on it."""

    def __init__(self, path):
        self.url = f"sqlite:///{path}"
        self.settings = {
            "EVENTS_FILE": str(EVENTS_YAML), "DATABASE_URL": self.url, "SECRET_KEY": KEY,
        }  # fmt: skip
        assert CliRunner().invoke(cli, ["db", "upgrade"], env=self.settings).exit_code == 0
        self.engine = open_database(self.url)
        with self.engine.begin() as connection:
            for name in ("an", "binh", "chi"):
                email = f"{name}@example.vn"
                person = people.sign_up(
                    connection, email, email, Choice().key, text_version="1", method="t", now=NOW
                )
                row = {"dedupe_key": name, "kind": "morning", "state": "sent", "expires_at": NOW,
                       "subscriber_id": person, "created_at": NOW, "updated_at": NOW}  # fmt: skip
                connection.execute(insert(deliveries).values(row))

    def run(self, *arguments, stdin=b"", **environ):
        words = ["bounces", *map(str, arguments)]
        return CliRunner().invoke(cli, words, input=stdin, env={**self.settings, **environ})

    def states(self):
        with self.engine.begin() as connection:
            query = select(deliveries.c.state).order_by(deliveries.c.id)
            return list(connection.execute(query).scalars())

    def suppressed(self):
        with self.engine.begin() as connection:
            return len(connection.execute(select(suppressions)).all())


@pytest.fixture
def house(tmp_path):
    house = House(tmp_path / "calendar.db")
    yield house
    house.engine.dispose()


@pytest.fixture
def maildir(tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


def test_a_hard_bounce_from_a_pipe_ends_the_mails_to_its_address(house):
    result = house.run(stdin=bounce(1))

    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "1 hard, 0 soft, 0 ignored\n"
    assert (house.states(), house.suppressed()) == (["bounced", "sent", "sent"], 1)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (bounce(1, "4.2.2"), "0 hard, 1 soft, 0 ignored\n"),
        (bounce(99), "0 hard, 0 soft, 1 ignored\n"),
        (REPLY, "0 hard, 0 soft, 1 ignored\n"),
        (b"", "0 hard, 0 soft, 1 ignored\n"),
        (bounce(1) + b"x" * 3_000_000, "1 hard, 0 soft, 0 ignored\n"),
    ],
    ids=["soft", "nobody's", "reply", "nothing", "huge"],
)
def test_whatever_comes_from_a_pipe_is_taken(house, data, told):
    result = house.run(stdin=data)

    assert (result.exit_code, result.stderr) == (0, told)


def test_a_pipe_is_told_to_try_again_while_the_bounce_cannot_be_noted(house, tmp_path):
    result = house.run(stdin=bounce(1), DATABASE_URL=f"sqlite:///{tmp_path / 'other.db'}")

    assert (result.exit_code, result.stdout) == (75, "")
    assert "run: calendar-service db upgrade" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_maildir_is_read_and_what_is_no_bounce_stays_unread(house, maildir):
    mails = {"1.a": bounce(1), "2.b": REPLY, "3.c": bounce(2, "4.2.2"), "4.d": bounce(1)}
    for name, data in mails.items():
        (maildir / "new" / name).write_bytes(data)
    (maildir / "new" / ".hidden").touch()

    result = house.run("--maildir", maildir)

    assert (result.exit_code, result.stderr) == (0, "1 hard, 1 soft, 2 ignored\n")
    assert [path.name for path in (maildir / "new").iterdir()] == [".hidden"]
    assert sorted(path.name for path in (maildir / "cur").iterdir()) == [
        "1.a:2,S", "2.b:2,", "3.c:2,S", "4.d:2,S",
    ]  # fmt: skip
    assert house.run("--maildir", maildir).stderr == ""


def test_a_mail_that_another_reader_took_is_passed_by(maildir):
    for name in ("1.a", "2.b"):
        (maildir / "new" / name).write_bytes(name.encode())
    read = []

    def handle(data):
        (maildir / "new" / "2.b").unlink(missing_ok=True)
        read.append(data)
        return True

    read_maildir(maildir, handle, 100)

    assert read == [b"1.a"]
    assert [path.name for path in (maildir / "cur").iterdir()] == ["1.a:2,S"]


def test_a_maildir_without_cur_is_named(house, maildir):
    (maildir / "cur").rmdir()
    (maildir / "new" / "1.a").write_bytes(bounce(1))

    result = house.run("--maildir", maildir)

    assert result.exit_code == 2
    assert f"the mailbox {maildir} cannot be read: No such file" in result.stderr


def test_a_folder_that_is_no_maildir_is_named(house, tmp_path):
    result = house.run("--maildir", tmp_path)

    assert result.exit_code == 2
    assert f"the mailbox {tmp_path} cannot be read: No such file" in result.stderr


class FakeImap(socketserver.StreamRequestHandler):
    """As much of RFC 3501 as the command uses; the server holds mails and flags."""

    def handle(self):
        self.wfile.write(b"* OK ready\r\n")
        for line in self.rfile:
            tag, command, *rest = line.decode().split(maxsplit=2)
            self.server.said.append(f"{command} {' '.join(rest)}".strip())
            words, answer = rest[0].split() if rest else [], b"OK done"
            if command == "CAPABILITY":
                self.wfile.write(b"* CAPABILITY IMAP4REV1\r\n")
            elif command == "LOGIN" and words[1] != '"p@ss"':
                answer = b"NO [AUTHENTICATIONFAILED] wrong password"
            elif command in ("SELECT", "EXAMINE") and words[0] != '"Bounces"':
                answer = b"NO no such mailbox"
            elif words[:1] == ["SEARCH"]:
                passed = self.server.passed if "UNKEYWORD" in words else set()
                left = [n for n in self.server.mails if n not in self.server.seen | passed]
                if left:  # some servers say nothing else
                    self.wfile.write(f"* SEARCH {' '.join(map(str, left))}\r\n".encode())
            elif words[:1] == ["FETCH"]:
                data = self.server.mails[int(words[1])]
                self.wfile.write(b"* 1 FETCH (BODY[]<0> {%d}\r\n%s)\r\n" % (len(data), data))
            elif words[:1] == ["STORE"]:
                if words[3] == "(\\Seen)":
                    self.server.seen.add(int(words[1]))
                elif self.server.keeps_keywords:
                    self.server.passed.add(int(words[1]))
                else:
                    answer = b"BAD no such flag"
            self.wfile.write(tag.encode() + b" " + answer + b"\r\n")
            if command == "LOGOUT":
                return


@pytest.fixture
def imap():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), FakeImap) as server:
        server.daemon_threads = True
        server.mails, server.said = {3: bounce(1), 5: REPLY, 8: bounce(2)}, []
        server.seen, server.passed, server.keeps_keywords = set(), set(), True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        server.url = f"imap://bounce:p%40ss@127.0.0.1:{server.server_address[1]}/Bounces"
        yield server
        server.shutdown()


def test_an_imap_mailbox_is_read_and_only_bounces_are_marked(house, imap):
    result = house.run("--imap", imap.url)

    assert (result.exit_code, result.stderr) == (0, "2 hard, 0 soft, 1 ignored\n")
    assert imap.seen == {3, 8}
    assert any(re.fullmatch(r"UID FETCH 3 \(BODY\.PEEK\[\]<0\.\d+>\)", said) for said in imap.said)


def test_what_is_no_bounce_is_read_once_where_the_server_keeps_keywords(house, imap):
    house.run("--imap", imap.url)

    assert house.run("--imap", imap.url).stderr == ""
    assert "UID STORE 5 +FLAGS.SILENT ($CalendarPassedOver)" in imap.said


def test_a_look_at_a_mailbox_reads_and_marks_nothing(imap):
    check_imap(imap.url)

    assert 'EXAMINE "Bounces"' in imap.said
    assert [said for said in imap.said if said.startswith("UID")] == []


def test_a_server_that_keeps_no_keywords_still_has_its_bounces_read(house, imap):
    imap.keeps_keywords = False

    first, second = house.run("--imap", imap.url), house.run("--imap", imap.url)

    assert (first.exit_code, first.stderr) == (0, "2 hard, 0 soft, 1 ignored\n")
    assert second.stderr == "0 hard, 0 soft, 1 ignored\n"


def test_the_address_of_the_mailbox_may_come_from_a_setting_or_its_file(house, imap, tmp_path):
    (tmp_path / "url").write_text(f"{imap.url}\n", encoding="utf-8")

    first = house.run("--imap", IMAP_URL_FILE=str(tmp_path / "url"))
    imap.mails[9] = bounce(3)
    second = house.run("--imap", IMAP_URL=imap.url)

    assert first.stderr == "2 hard, 0 soft, 1 ignored\n"
    assert second.stderr == "1 hard, 0 soft, 0 ignored\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [(("p%40ss", "hidden"), "wrong password"), (("/Bounces", ""), "no such mailbox"),
     (("imap:", "imaps:"), "[SSL"), (("imap:", "http:"), "give imaps://user:pass@host/Mailbox")],
)  # fmt: skip
def test_a_mailbox_that_cannot_be_read_is_named_without_its_password(house, imap, change, reason):
    result = house.run("--imap", imap.url.replace(*change))

    assert result.exit_code == 2
    assert reason in result.stderr
    assert "127.0.0.1" in result.stderr
    assert "p%40ss" not in result.stderr
    assert "hidden" not in result.stderr


@pytest.mark.parametrize("arguments", [["--imap"], ["--imap", "imap://h/M", "--maildir", "."]])
def test_no_mailbox_or_two_are_refused(house, arguments):
    result = house.run(*arguments)

    assert result.exit_code == 2
    assert "--maildir DIR or --imap" in result.stderr or "IMAP_URL=''" in result.stderr
