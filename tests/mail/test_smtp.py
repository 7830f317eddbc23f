"""Handing over, stage by stage: to aiosmtpd, and to a relay that misbehaves on purpose."""

import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from calendar_service.core.delivery import Outcome, Receipt
from calendar_service.mail.outbox import Mailer
from calendar_service.mail.smtp import SmtpMailer

SENDER = "bounce+1.0123456789abcdef@example.vn"
TO = "binh@example.vn"
MAIL = b"Subject: x\r\n\r\n.dots\r\n..\r\n.\r\nend\r\n"
OK = Receipt(outcome=Outcome.SENT, code=250, reply="OK")
DROP, HANG = "drop", "hang"


class Inbox:
    """Keeps what aiosmtpd received."""

    def __init__(self):
        self.mails, self.peers, self.secure = [], set(), []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        self.peers.add(session.peer)
        self.secure.append(session.ssl is not None)
        return "250 OK"


@pytest.fixture
def serve(request):
    """Start aiosmtpd on a free port of this machine."""

    def start(inbox, **options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        request.addfinalizer(controller.stop)
        return f"127.0.0.1:{port}"

    return start


@pytest.fixture
def mailer(request):
    """Make mailers that are closed after the test."""

    def make(url, timeout=5.0):
        made: Mailer = SmtpMailer(url, timeout)
        request.addfinalizer(made.close)
        return made

    return make


class Relay(socketserver.ThreadingTCPServer):
    """Answers each command as it is told; DROP ends the connection, HANG says nothing."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, **answers):
        super().__init__(("127.0.0.1", 0), _Session)
        usual = {"connect": "220 hi", "DATA": "354 go on", "QUIT": "221 bye"}
        self.answers = {**usual, **answers}
        self.seen, self.connections, self.over = [], 0, threading.Event()

    def answer(self, word):
        said = self.answers.get(word, "250 OK")
        if isinstance(said, list):
            return said.pop(0) if said else "250 OK"
        return said


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        word = "connect"
        while self._say(self.server.answer(word)) and word != "QUIT":
            if word == "DATA" and self.server.answer("DATA").startswith("354"):
                while (line := self.rfile.readline()) and line != b".\r\n":
                    pass
                word = "dot"
            else:
                line = self.rfile.readline()
                word = line.split(b" ")[0].strip().decode().upper()
            if not line:
                return
            self.server.seen.append(word)

    def _say(self, answer):
        if answer == HANG:
            self.server.over.wait(10)
        if answer in (HANG, DROP):
            return False
        self.wfile.write(f"{answer}\r\n".encode())
        return True


@pytest.fixture
def relay(request):
    """Start a relay that answers as it is told; its address is on it."""

    def start(**answers):
        server = Relay(**answers)
        server.address = f"127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()

        def stop():
            server.over.set()
            server.shutdown()
            server.server_close()
            thread.join()

        request.addfinalizer(stop)
        return server

    return start


@pytest.fixture(scope="session")
def server_tls(tmp_path_factory):
    """Return the TLS of a relay whose certificate nobody vouches for."""
    command = shutil.which("openssl")
    if command is None:
        pytest.skip("openssl, which makes the relay's certificate, is not installed")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [command, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-days", "2", "-subj", "/CN=relay.example.vn",
         "-keyout", str(folder / "key"), "-out", str(folder / "certificate")],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


def test_mails_arrive_byte_for_byte_over_one_connection(serve, mailer):
    inbox = Inbox()
    ours = mailer(f"smtp://{serve(inbox)}")

    receipts = [ours.send(SENDER, TO, MAIL) for _ in range(3)]

    assert receipts == [OK, OK, OK]
    assert inbox.mails == [(SENDER, [TO], MAIL)] * 3
    assert len(inbox.peers) == 1


def test_a_mail_without_an_end_of_line_gets_one(serve, mailer):
    inbox = Inbox()

    mailer(f"smtp://{serve(inbox)}").send(SENDER, TO, b"Subject: x\r\n\r\nend")

    assert inbox.mails[0][2] == b"Subject: x\r\n\r\nend\r\n"


def test_a_connection_that_the_relay_closed_while_idle_is_opened_again(serve, mailer):
    inbox = Inbox()
    ours = mailer(f"smtp://{serve(inbox, timeout=0.2)}")

    first = ours.send(SENDER, TO, MAIL)
    time.sleep(0.5)
    second = ours.send(SENDER, TO, MAIL)

    assert (first, second) == (OK, OK)
    assert len(inbox.peers) == 2


def test_a_relay_that_has_enough_of_a_connection_gets_a_new_one(relay, mailer):
    server = relay(MAIL=["250 OK", "421 4.7.0 too many mails"])
    ours = mailer(f"smtp://{server.address}")

    receipts = [ours.send(SENDER, TO, MAIL) for _ in range(2)]

    assert receipts == [OK, OK]
    assert server.connections == 2


def test_a_mailer_that_was_closed_sends_again(serve, mailer):
    inbox = Inbox()
    ours = mailer(f"smtp://{serve(inbox)}")

    ours.send(SENDER, TO, MAIL)
    ours.close()
    ours.close()

    assert ours.send(SENDER, TO, MAIL) == OK


@pytest.mark.parametrize(
    ("answers", "outcome", "code", "reply"),
    [
        ({"connect": "421 4.3.2 busy"}, Outcome.RETRY, 421, "4.3.2 busy"),
        ({"connect": "554 5.7.1 go away"}, Outcome.RETRY, 554, "5.7.1 go away"),
        ({"MAIL": "451 4.3.0 later"}, Outcome.RETRY, 451, "4.3.0 later"),
        ({"MAIL": "550 5.1.8 bad sender"}, Outcome.RETRY, 550, "5.1.8 bad sender"),
        ({"RCPT": "450 4.2.1 greylisted"}, Outcome.RETRY, 450, "4.2.1 greylisted"),
        ({"RCPT": "550 5.1.1 no such user"}, Outcome.REFUSED, 550, "5.1.1 no such user"),
        ({"RCPT": "553 no such user"}, Outcome.REFUSED, 553, "no such user"),
        ({"DATA": "452 4.3.1 disk full"}, Outcome.RETRY, 452, "4.3.1 disk full"),
        ({"DATA": "554 5.3.0 no"}, Outcome.RETRY, 554, "5.3.0 no"),
        ({"dot": "451 4.3.0 later"}, Outcome.RETRY, 451, "4.3.0 later"),
        ({"dot": "550 5.2.1 mailbox closed"}, Outcome.REFUSED, 550, "5.2.1 mailbox closed"),
        # About us and not about the address, which must not be suppressed for it.
        ({"RCPT": "554 5.7.1 relay denied"}, Outcome.RETRY, 554, "5.7.1 relay denied"),
        ({"RCPT": "530 log in first"}, Outcome.RETRY, 530, "log in first"),
        ({"dot": "554 5.7.1 looks like spam"}, Outcome.RETRY, 554, "5.7.1 looks like spam"),
        ({"dot": "banana"}, Outcome.DOUBT, 0, "na"),
    ],
)
def test_each_answer_at_each_stage_means_its_own(relay, mailer, answers, outcome, code, reply):
    server = relay(**answers)

    receipt = mailer(f"smtp://{server.address}").send(SENDER, TO, MAIL)

    assert receipt == Receipt(outcome=outcome, code=code, reply=reply)


@pytest.mark.parametrize("stage", ["connect", "EHLO", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", [DROP, HANG])
def test_a_fault_before_the_final_dot_is_tried_again(relay, mailer, stage, fault):
    server = relay(**{stage: fault})

    receipt = mailer(f"smtp://{server.address}", timeout=0.3).send(SENDER, TO, MAIL)

    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, 0)


@pytest.mark.parametrize("fault", [DROP, HANG])
def test_a_reply_lost_after_the_final_dot_leaves_the_mail_in_doubt(relay, mailer, fault):
    server = relay(dot=fault)

    receipt = mailer(f"smtp://{server.address}", timeout=0.3).send(SENDER, TO, MAIL)

    assert (receipt.outcome, receipt.code) == (Outcome.DOUBT, 0)
    assert server.seen.count("dot") == 1


@pytest.mark.parametrize(
    "answers", [{"RCPT": ["550 no"]}, {"MAIL": ["451 later"]}, {"dot": [DROP]}]
)
def test_after_a_fault_the_next_mail_goes_out(relay, mailer, answers):
    ours = mailer(f"smtp://{relay(**answers).address}")

    first, second = (ours.send(SENDER, TO, MAIL) for _ in range(2))

    assert first.outcome is not Outcome.SENT
    assert second == OK


def test_a_refused_recipient_keeps_the_connection(relay, mailer):
    server = relay(RCPT=["550 5.1.1 no"])
    ours = mailer(f"smtp://{server.address}")

    ours.send(SENDER, TO, MAIL)
    ours.send(SENDER, TO, MAIL)

    assert server.connections == 1
    assert server.seen[:4] == ["EHLO", "MAIL", "RCPT", "RSET"]


def test_a_relay_that_is_down_is_tried_again(mailer):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    receipt = mailer(f"smtp://127.0.0.1:{port}").send(SENDER, TO, MAIL)

    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, 0)
    assert "Connection refused" in receipt.reply


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b"])
def test_a_relay_whose_name_is_unknown_is_tried_again(mailer, host):
    receipt = mailer(f"smtp://{host}:25").send(SENDER, TO, MAIL)

    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, 0)


def test_a_reply_is_kept_without_the_address_and_not_too_long(relay, mailer):
    server = relay(RCPT=f"550 5.1.1 <{TO.upper()}>: unknown {'x' * 400}")

    receipt = mailer(f"smtp://{server.address}").send(SENDER, TO, MAIL)

    assert receipt.reply.startswith("5.1.1 <…>: unknown xxx")
    assert len(receipt.reply) == 300


def test_tls_is_used_where_it_is_offered(serve, mailer, server_tls):
    inbox = Inbox()
    address = serve(inbox, tls_context=server_tls)

    assert mailer(f"smtp://{address}").send(SENDER, TO, MAIL) == OK
    assert inbox.secure == [True]


def test_smtps_is_tls_from_the_first_byte(serve, mailer, server_tls):
    inbox = Inbox()
    address = serve(inbox, ssl_context=server_tls)

    assert mailer(f"smtps://{address}").send(SENDER, TO, MAIL) == OK
    assert len(inbox.mails) == 1


@pytest.mark.parametrize(("scheme", "option"), [("smtp", "tls_context"), ("smtps", "ssl_context")])
def test_a_certificate_that_nobody_vouches_for_is_refused_beyond_this_machine(
    serve, mailer, server_tls, scheme, option
):
    inbox = Inbox()
    # The same machine by a name that is not among those taken for it.
    address = serve(inbox, **{option: server_tls}).replace("127.0.0.1", "127.1")

    receipt = mailer(f"{scheme}://{address}").send(SENDER, TO, MAIL)

    assert receipt.outcome is Outcome.RETRY
    assert "certificate verify failed" in receipt.reply
    assert inbox.mails == []


def _authenticator(server, session, envelope, mechanism, given):
    good = given.login == b"lich@example.vn" and given.password == b"pass word:/@"
    return AuthResult(success=good, handled=good)


@pytest.mark.parametrize(
    ("password", "outcome", "code"),
    [("pass%20word%3A%2F%40", Outcome.SENT, 250), ("wrong", Outcome.RETRY, 535)],
)
def test_a_password_is_sent_after_starttls_and_a_wrong_one_is_our_own_fault(
    serve, mailer, server_tls, password, outcome, code
):
    inbox = Inbox()
    address = serve(inbox, tls_context=server_tls, authenticator=_authenticator, auth_required=True)

    receipt = mailer(f"smtp://lich%40example.vn:{password}@{address}").send(SENDER, TO, MAIL)

    assert (receipt.outcome, receipt.code) == (outcome, code)


def test_a_password_is_never_sent_without_tls(relay, mailer):
    server = relay(EHLO="250 AUTH PLAIN LOGIN")

    receipt = mailer(f"smtp://lich:secret@{server.address}").send(SENDER, TO, MAIL)

    assert receipt.outcome is Outcome.RETRY
    assert "use smtps://" in receipt.reply
    assert "AUTH" not in server.seen
