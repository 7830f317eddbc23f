"""Several commands at once (RFC 2920): each reply is still taken for what it answers."""

import socketserver
import threading

import pytest

from calendar_service.core.delivery import Outcome, Receipt
from calendar_service.mail.smtp import SmtpMailer

SENDER = "bounce+1.0123456789abcdef@example.vn"
TO, NEXT = "binh@example.vn", "chi@example.vn"
MAIL = b"Subject: x\r\n\r\n.dots\r\nend\r\n"
TAKEN = b"Subject: x\r\n\r\n..dots\r\nend\r\n"
OK = Receipt(outcome=Outcome.SENT, code=250, reply="OK")
DROP = "drop"


class Relay(socketserver.ThreadingTCPServer):
    """Offers PIPELINING; answers each command in turn as it is told, DROP ends the connection."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, **answers):
        super().__init__(("127.0.0.1", 0), _Session)
        self.answers = {"EHLO": "250-hi\r\n250 PIPELINING", "DATA": "354 go on", **answers}
        self.seen, self.mails, self.connections, self.groups = [], [], 0, []

    def answer(self, word):
        said = self.answers.get(word, "250 OK")
        if isinstance(said, list):
            usual = "354 go on" if word == "DATA" else "250 OK"
            return said.pop(0) if said else usual
        return said


class _Session(socketserver.BaseRequestHandler):
    def handle(self):
        self.server.connections += 1
        self.request.sendall(b"220 hi\r\n")
        buffer, in_data = b"", False
        while data := self.request.recv(65536):
            self.server.groups.append(data.count(b"MAIL FROM") + data.count(b"RCPT TO"))
            buffer += data
            while True:
                end = b".\r\n" if in_data and buffer.startswith(b".\r\n") else b"\r\n"
                end = b"\r\n.\r\n" if in_data and end == b"\r\n" else end
                whole, found, rest = buffer.partition(end)
                if not found:
                    break
                buffer = rest
                word = "dot" if in_data else whole.split(b" ")[0].decode().upper()
                if in_data:
                    self.server.mails.append(whole)
                self.server.seen.append(word)
                answer = self.server.answer(word)
                if answer == DROP:
                    return
                self.request.sendall(f"{answer}\r\n".encode())
                in_data = word == "DATA" and answer.startswith("354")


@pytest.fixture
def start(request):
    """Start a relay that answers as it is told, and a mailer that hands over to it."""

    def make(**answers):
        server = Relay(**answers)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()

        def stop():
            server.shutdown()
            server.server_close()
            thread.join()

        request.addfinalizer(stop)
        mailer = SmtpMailer(f"smtp://127.0.0.1:{server.server_address[1]}", 5.0)
        request.addfinalizer(mailer.close)
        return server, mailer

    return make


def test_the_commands_of_a_mail_go_out_at_once(start):
    server, mailer = start()

    assert [mailer.send(SENDER, TO, MAIL) for _ in range(2)] == [OK, OK]
    assert server.mails == [TAKEN.removesuffix(b"\r\n")] * 2
    assert server.groups == [0, 2, 0, 2, 0]  # EHLO, three commands, the mail, and again
    assert server.connections == 1


def test_the_next_mail_s_commands_go_along_with_a_mail(start):
    server, mailer = start()

    receipts = [
        mailer.send(SENDER, TO, MAIL, (SENDER, NEXT)),
        mailer.send(SENDER, NEXT, MAIL),
    ]

    assert receipts == [OK, OK]
    assert server.groups == [0, 2, 2, 0]
    assert server.seen == ["EHLO", "MAIL", "RCPT", "DATA", "dot", "MAIL", "RCPT", "DATA", "dot"]


@pytest.mark.parametrize(
    ("answers", "outcome", "code", "reply"),
    [
        ({"MAIL": "451 4.3.0 later", "RCPT": "503 no", "DATA": "503 no"},
         Outcome.RETRY, 451, "4.3.0 later"),
        ({"RCPT": "550 5.1.1 no such user", "DATA": "554 no recipients"},
         Outcome.REFUSED, 550, "5.1.1 no such user"),
        ({"RCPT": "550 5.1.1 no such user", "DATA": "354 go on", "dot": "554 no recipients"},
         Outcome.REFUSED, 550, "5.1.1 no such user"),
        ({"RCPT": "450 4.2.1 greylisted", "DATA": "503 no"},
         Outcome.RETRY, 450, "4.2.1 greylisted"),
        ({"RCPT": "554 5.7.1 relay denied", "DATA": "503 no"},
         Outcome.RETRY, 554, "5.7.1 relay denied"),
        ({"DATA": "452 4.3.1 disk full"}, Outcome.RETRY, 452, "4.3.1 disk full"),
        # A refusal holds even if the relay is gone before its other replies.
        ({"RCPT": "550 5.1.1 no such user", "DATA": DROP},
         Outcome.REFUSED, 550, "5.1.1 no such user"),
        ({"RCPT": "421 4.3.2 closing", "DATA": DROP}, Outcome.RETRY, 421, "4.3.2 closing"),
        ({"dot": "550 5.2.1 mailbox closed"}, Outcome.REFUSED, 550, "5.2.1 mailbox closed"),
    ],
)  # fmt: skip
def test_each_reply_is_that_of_its_command(start, answers, outcome, code, reply):
    server, mailer = start(**answers)

    receipt = mailer.send(SENDER, TO, MAIL)

    assert receipt == Receipt(outcome=outcome, code=code, reply=reply)
    assert [mail for mail in server.mails if mail] in ([], [TAKEN.removesuffix(b"\r\n")])


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_fault_before_the_mail_itself_is_tried_again(start, stage):
    server, mailer = start(**{stage: DROP})

    receipt = mailer.send(SENDER, TO, MAIL)

    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, 0)
    assert server.mails == []


def test_a_mail_to_nobody_is_ended_and_the_connection_kept(start):
    server, mailer = start(RCPT=["550 5.1.1 no"])

    refused, sent = mailer.send(SENDER, TO, MAIL), mailer.send(SENDER, NEXT, MAIL)

    assert (refused.outcome, sent) == (Outcome.REFUSED, OK)
    assert server.mails == [b"", TAKEN.removesuffix(b"\r\n")]
    assert server.connections == 1


def test_a_refused_sender_with_data_open_ends_the_connection_and_sends_nothing(start):
    server, mailer = start(MAIL=["451 4.3.0 later"])

    refused, sent = mailer.send(SENDER, TO, MAIL), mailer.send(SENDER, NEXT, MAIL)

    assert (refused.outcome, sent) == (Outcome.RETRY, OK)
    assert server.mails == [TAKEN.removesuffix(b"\r\n")]
    assert server.connections == 2


def test_a_refused_mail_leaves_the_next_one_that_was_begun(start):
    server, mailer = start(dot=["550 5.2.1 mailbox closed"])

    receipts = [
        mailer.send(SENDER, TO, MAIL, (SENDER, NEXT)),
        mailer.send(SENDER, NEXT, MAIL),
    ]

    assert [receipt.outcome for receipt in receipts] == [Outcome.REFUSED, Outcome.SENT]
    assert "RSET" not in server.seen


def test_a_mail_that_was_announced_and_does_not_come_is_dropped(start):
    server, mailer = start()

    first = mailer.send(SENDER, TO, MAIL, (SENDER, NEXT))
    other = mailer.send(SENDER, "dung@example.vn", MAIL)
    last = mailer.send(SENDER, TO, MAIL, (SENDER, NEXT))
    mailer.close()

    assert (first, other, last) == (OK, OK, OK)
    assert server.mails == [TAKEN.removesuffix(b"\r\n")] * 3
    assert server.connections == 2


def test_a_relay_that_leaves_between_two_mails_leaves_the_first_sent_and_gets_the_second(start):
    server, mailer = start(MAIL=["250 OK", "421 4.7.0 too many mails"])

    receipts = [
        mailer.send(SENDER, TO, MAIL, (SENDER, NEXT)),
        mailer.send(SENDER, NEXT, MAIL),
    ]

    assert receipts == [OK, OK]
    assert server.connections == 2


def test_a_reply_lost_after_the_dot_leaves_the_mail_in_doubt_and_the_next_goes_out(start):
    server, mailer = start(dot=[DROP])

    receipts = [
        mailer.send(SENDER, TO, MAIL, (SENDER, NEXT)),
        mailer.send(SENDER, NEXT, MAIL),
    ]

    assert [receipt.outcome for receipt in receipts] == [Outcome.DOUBT, Outcome.SENT]
    assert server.connections == 2


@pytest.mark.parametrize("to", ["a@b.vn>\r\nRCPT TO:<c@d.vn", "an nguyen@b.vn", "ân@b.vn"])
def test_an_address_that_could_hold_a_command_is_not_handed_over(start, to):
    server, mailer = start()

    first = mailer.send(SENDER, TO, MAIL, (SENDER, to))
    second = mailer.send(SENDER, to, MAIL)

    assert (first, second.outcome) == (OK, Outcome.RETRY)
    assert server.seen.count("RCPT") == 1
