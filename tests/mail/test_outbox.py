from calendar_service.core.delivery import Outcome
from calendar_service.mail.compose import compose_confirmation
from calendar_service.mail.outbox import Mailer, OutboxMailer

NAME = "20230713T000000Z-0123456789abcdef0123456789abcdef.eml"


def test_a_mail_becomes_a_file_named_by_time_and_message_id(tmp_path, mail_of):
    mail = mail_of(compose_confirmation("vi", "https://lich.example.vn"))
    mailer: Mailer = OutboxMailer(tmp_path / "var" / "outbox")

    receipt = mailer.send("bounce+1@example.vn", "binh@example.vn", mail)

    mailer.close()
    assert (receipt.outcome, receipt.reply) == (Outcome.SENT, NAME)
    assert [path.name for path in (tmp_path / "var" / "outbox").iterdir()] == [NAME]
    assert (tmp_path / "var" / "outbox" / NAME).read_bytes() == mail


def test_the_same_mail_again_is_the_same_file(tmp_path, mail_of):
    mail = mail_of(compose_confirmation("vi", "https://lich.example.vn"))
    mailer = OutboxMailer(tmp_path)

    mailer.send("bounce+1@example.vn", "binh@example.vn", mail)
    mailer.send("bounce+1@example.vn", "binh@example.vn", mail)

    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_cannot_be_written_is_tried_again_and_leaves_no_draft(tmp_path, mail_of):
    (tmp_path / NAME).mkdir()  # a folder stands where the file should go
    mail = mail_of(compose_confirmation("vi", "https://lich.example.vn"))

    receipt = OutboxMailer(tmp_path).send("bounce+1@example.vn", "binh@example.vn", mail)

    assert (receipt.outcome, receipt.code) == (Outcome.RETRY, 0)
    assert receipt.reply == "outbox: Is a directory"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
