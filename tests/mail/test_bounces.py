"""Reading bounces as several mail servers write them, and leaving all else alone."""

import random
import time

import pytest

from calendar_service.mail.addresses import envelope_sender
from calendar_service.mail.bounces import MAX_BYTES, Action, Bounce, read_bounce

KEY = "a key of some length"
VERP = envelope_sender("Lịch kỷ niệm <lich@example.vn>", 41, KEY)
POSTFIX = """\
From MAILER-DAEMON  Sun Nov 22 22:50:53 2026
Return-Path: <>
X-Original-To: {verp}
Delivered-To: {verp}
Received: by mx.coquan.example (Postfix)
\tid 399EC21E178; Sun, 22 Nov 2026 22:50:53 +0000 (UTC)
From: Mail Delivery System <MAILER-DAEMON@mx.coquan.example>
Subject: Undelivered Mail Returned to Sender
To: {verp}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="3652821E036.1795387853/mx.coquan.example"
Content-Transfer-Encoding: 8bit

This is a MIME-encapsulated message.

--3652821E036.1795387853/mx.coquan.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

Thư của bạn không đến được <an.le@coquan.example>.

--3652821E036.1795387853/mx.coquan.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.coquan.example
X-Postfix-Queue-ID: 3652821E036
X-Postfix-Sender: rfc822; {verp}
Arrival-Date: Sun, 22 Nov 2026 22:50:53 +0000 (UTC)

Final-Recipient: rfc822; an.le@coquan.example
Original-Recipient: rfc822;an.le@coquan.example
Action: {action}
Status: {status}
Remote-MTA: dns; mail.coquan.example
Diagnostic-Code: smtp; {words}

--3652821E036.1795387853/mx.coquan.example
Content-Description: Undelivered Message
Content-Type: message/rfc822

Return-Path: <{returned}>
Subject: =?utf-8?b?TOG7i2No?=
Message-ID: <a155a4ad607f0e6ae9a2d8870d71786e@example.vn>

Còn 14 ngày.

--3652821E036.1795387853/mx.coquan.example--
"""
EXIM = """\
Return-path: <>
Envelope-to: {verp}
From: Mail Delivery System <Mailer-Daemon@exim.coquan.example>
To: {verp}
Auto-Submitted: auto-replied
References: <a155@example.vn>
Content-Type: multipart/report; report-type=delivery-status; boundary=1795387853-eximdsn-424242
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender

--1795387853-eximdsn-424242
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered.

--1795387853-eximdsn-424242
Content-type: message/delivery-status

Reporting-MTA: dns; exim.coquan.example

Action: failed
Final-Recipient: rfc822;an.le@coquan.example
Status: 5.0.0
Remote-MTA: dns; mail.coquan.example
Diagnostic-Code: smtp; {words}

--1795387853-eximdsn-424242
Content-type: message/rfc822

Return-path: <{verp}>
Subject: x

x
--1795387853-eximdsn-424242--
"""
EXCHANGE = """\
From: <postmaster@coquan.example>
To: <{verp}>
Date: Mon, 23 Nov 2026 05:50:53 +0700
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="9B095B5ADSN=_01DD5C5D1E5F0F0000000001EX01.coquan.lo"
X-MS-Exchange-Message-Is-Ndr:
Content-Language: vi-VN
Message-ID: <5b8f0c1e@EX01.coquan.local>
Subject: =?utf-8?Q?Kh=C3=B4ng_g=E1=BB=ADi_=C4=91=C6=B0=E1=BB=A3c?=
Auto-Submitted: auto-replied

--9B095B5ADSN=_01DD5C5D1E5F0F0000000001EX01.coquan.lo
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: base64

S2jDtG5nIGfhu61pIMSRxrDhu6Nj
--inner
Content-Type: text/html; charset="utf-8"

<p>Kh&ocirc;ng g&#7917;i &#273;&#432;&#7907;c</p>
--inner--

--9B095B5ADSN=_01DD5C5D1E5F0F0000000001EX01.coquan.lo
Content-Type: message/delivery-status

Reporting-MTA: dns;EX01.coquan.local
Received-From-MTA: dns;relay.example.vn
Arrival-Date: Sun, 22 Nov 2026 22:50:52 +0000

Original-Recipient: rfc822;an.le@coquan.example
Final-Recipient: rfc822;an.le@coquan.example
Action: failed
Status: 5.1.10
Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by
 SMTP address lookup
X-Display-Name: Lê An

--9B095B5ADSN=_01DD5C5D1E5F0F0000000001EX01.coquan.lo
Content-Type: text/rfc822-headers

Return-Path: <{verp}>
Subject: x

--9B095B5ADSN=_01DD5C5D1E5F0F0000000001EX01.coquan.lo--
"""
NOBODY = "550 5.1.1 <an.le@coquan.example>: no mailbox of an.le here"
ABSENT = f"""\
From: An <an.le@coquan.example>
To: {VERP}
Subject: Tự động trả lời: tôi nghỉ phép đến 30/11
Auto-Submitted: auto-replied (vacation)
Content-Type: text/plain; charset=utf-8

Tôi nghỉ phép. Action: failed Status: 5.1.1
"""
READ_RECEIPT = f"""\
To: {VERP}
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b
Content-Type: message/disposition-notification

Disposition: manual-action/MDN-sent-manually; displayed
--b--
"""


def postfix(status="5.1.1", action="failed", words=NOBODY, verp=VERP, returned=VERP):
    text = POSTFIX.format(status=status, action=action, words=words, verp=verp, returned=returned)
    return text.encode()


def test_a_bounce_of_postfix_names_the_delivery_and_never_the_address():
    assert read_bounce(postfix(), [KEY]) == Bounce(
        delivery_id=41,
        action=Action.FAILED,
        status="5.1.1",
        diagnostic="550 5.1.1 <…>: no mailbox of … here",
    )


def test_lines_that_end_with_crlf_are_read_as_well():
    data = postfix().partition(b"\n")[2].replace(b"\n", b"\r\n")

    assert read_bounce(data, [KEY]).hard


@pytest.mark.parametrize(
    ("words", "status", "hard"),
    [
        ("550 5.1.1 no such user", "5.1.1", True),
        ("550 no such user", "5.0.0", True),
        ("550 from 5.1.1.9: no such user", "5.0.0", True),
        ("550-5.7.1 this mail looks like spam", "5.7.1", False),
    ],
)
def test_exim_says_5_0_0_and_the_receiver_says_it_exactly(words, status, hard):
    bounce = read_bounce(EXIM.format(verp=VERP, words=words).encode(), [KEY])

    assert (bounce.delivery_id, bounce.status, bounce.hard) == (41, status, hard)


def test_a_bounce_of_exchange_is_read():
    bounce = read_bounce(EXCHANGE.format(verp=VERP).encode(), [KEY])

    assert (bounce.delivery_id, bounce.status, bounce.hard) == (41, "5.1.10", True)
    assert bounce.diagnostic == (
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
    )


@pytest.mark.parametrize(
    ("status", "hard"),
    [("5.1.1", True), ("5.1.2", True), ("5.2.1", True), ("5.4.4", True),
     ("4.4.1", False), ("4.2.2", False), ("5.2.2", False), ("5.3.4", False),
     ("5.6.1", False), ("5.7.1", False), ("5.7.26", False)],
)  # fmt: skip
def test_only_what_is_for_good_and_about_the_address_is_hard(status, hard):
    bounce = read_bounce(postfix(status=status), [KEY])

    assert (bounce.hard, bounce.soft) == (hard, not hard)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_mail_that_may_yet_arrive_or_did_is_neither_hard_nor_soft(action):
    bounce = read_bounce(postfix(status="4.4.1", action=action), [KEY])

    assert (bounce.action, bounce.hard, bounce.soft) == (action, False, False)


def test_of_several_recipients_behind_one_address_the_mildest_counts():
    second = b"\nFinal-Recipient: rfc822; b@coquan.example\nAction: relayed\nStatus: 2.0.0\n"
    data = postfix().replace(b"\n\n--3652821E036.1795387853/mx.coquan.example\nContent-Description:"
                             b" Undelivered", b"\n" + second + b"\n--3652821E036.1795387853/mx."
                             b"coquan.example\nContent-Description: Undelivered")  # fmt: skip

    assert read_bounce(data, [KEY]).action is Action.RELAYED


def test_an_older_key_still_reads_its_bounces():
    assert read_bounce(postfix(), ["a newer key, as long", KEY]).delivery_id == 41


@pytest.mark.parametrize("found", [{"verp": VERP}, {"returned": VERP}])
def test_the_delivery_is_found_by_either_address(found):
    other = {"verp": "lich@example.vn", "returned": "lich@example.vn"}

    assert read_bounce(postfix(**other | found), [KEY]).delivery_id == 41


def test_the_envelope_id_tells_the_delivery_too():
    data = postfix(verp="lich@example.vn", returned="lich@example.vn")
    data = data.replace(b"\nX-Postfix-Queue", b"\nOriginal-Envelope-Id: " + VERP.encode() + b"\nX")

    assert read_bounce(data, [KEY]).delivery_id == 41


def test_a_bounce_of_a_mail_that_was_not_ours_is_none():
    forged = VERP.replace("41.", "42.")

    assert read_bounce(postfix(verp=forged, returned=forged), [KEY]) is None


@pytest.mark.parametrize(
    "mail",
    [ABSENT, READ_RECEIPT, f"To: {VERP}\n\nCảm ơn, tôi đã nhận được.", "", "\n\n",
     f"To: {VERP}\nContent-Type: multipart/report; report-type=delivery-status\n\nx",
     f"To: {VERP}\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
     "--b\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n--b--\n"],
    ids=["absence", "read receipt", "reply", "nothing", "blank", "no parts", "no action"],
)  # fmt: skip
def test_anything_else_is_no_bounce(mail):
    assert read_bounce(mail.encode(), [KEY]) is None


def test_broken_mails_never_raise():
    chance = random.Random(7)  # noqa: S311 - the same mails each time
    whole = postfix()

    for _ in range(400):
        data = bytearray(whole)
        for _ in range(chance.randrange(1, 40)):
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(4)] = chance.randbytes(chance.randrange(4))
        read_bounce(bytes(data[: chance.randrange(len(data))]), [KEY])
        read_bounce(chance.randbytes(500), [KEY])


HOSTILE = {
    "deep": b"".join(
        b'Content-Type: multipart/report; boundary="%d"\n\n--%d\n' % (n, n) for n in range(4000)
    ),
    "many headers": b"To: " + b"<a@b>," * 50_000 + b"\n\n",
    "parameter": b"Content-Type: multipart/report; report-type*" + b"9" * 5000 + b"=x\n\n",
    "charset": b"To: =?no-such?q?=ff?=\nContent-Type: multipart/report; boundary*=x'y'%ff\n\n",
    "blocks": b"To: " + VERP.encode() + b"\nContent-Type: multipart/report; boundary=b\n\n--b\n"
    b"Content-Type: message/delivery-status\n\n" + b"Action: failed\n\n" * 15_000 + b"--b--\n",
    "words": postfix(words="a" * 200_000 + "@"),
    "status": postfix(status="5." + "1" * 200_000),
}  # fmt: skip


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_mails_made_to_break_a_reader_are_worked_off_in_a_moment(data):
    began = time.process_time()

    read_bounce(data, [KEY])

    assert time.process_time() - began < 3


def test_of_a_huge_mail_only_the_beginning_is_read():
    bounce = read_bounce(postfix() + b"x" * 50_000_000, [KEY])

    assert bounce.delivery_id == 41
    assert read_bounce(b"Subject: x\n" * MAX_BYTES + postfix(), [KEY]) is None
