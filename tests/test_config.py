import os
import subprocess
import sys
from pathlib import Path

import pytest

from calendar_service.config import load_settings
from calendar_service.errors import SettingsError


def test_settings_have_defaults_that_work_at_once():
    settings = load_settings({})

    assert [path.name for path in settings.events_files] == ["events.yaml"]
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.timezone.key == "Asia/Ho_Chi_Minh"
    assert settings.region is None


def test_the_registry_of_the_working_directory_comes_first(tmp_path, monkeypatch):
    (tmp_path / "events.yaml").write_text("events: []", encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert load_settings({}).events_files == (Path("events.yaml"),)


def test_the_registry_that_came_along_is_found_from_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert load_settings({}).events_files[0].is_file()


def test_events_file_names_several_files_in_order(tmp_path):
    files = [tmp_path / "a.yaml", tmp_path / "b.yaml"]
    for file in files:
        file.touch()

    settings = load_settings({"EVENTS_FILE": f"{files[0]}:{files[1]}"})

    assert settings.events_files == tuple(files)


def test_a_slash_at_the_end_of_the_address_is_dropped():
    settings = load_settings({"BASE_URL": "https://lich.example.vn:8443/"})

    assert settings.base_url == "https://lich.example.vn:8443"


def test_the_address_may_have_a_path():
    settings = load_settings({"BASE_URL": "https://example.vn/lich/"})

    assert settings.base_url == "https://example.vn/lich"


@pytest.mark.parametrize(
    ("variable", "value", "allowed"),
    [
        ("EVENTS_FILE", "/no/such.yaml", "is no file"),
        ("EVENTS_FILE", ":", "names no file"),
        ("BASE_URL", "lich.example.vn", "https://lich.example.vn"),
        ("BASE_URL", "ftp://lich.example.vn", "https://lich.example.vn"),
        ("BASE_URL", "https://lich.example.vn/../x", "https://lich.example.vn"),
        ("BASE_URL", "https://lich.example.vn//x", "https://lich.example.vn"),
        ("BASE_URL", "https://lich.example.vn/x?y", "https://lich.example.vn"),
        ("BASE_URL", "https://a b", "https://lich.example.vn"),
        ("BASE_URL", "http://[bad", "https://lich.example.vn"),
        ("BASE_URL", "http://a.vn\nX: 1", "https://lich.example.vn"),
        ("EVENTS_FILE", "a" * 300, "is no file"),
        ("TIMEZONE", "Hanoi", "Asia/Ho_Chi_Minh"),
        ("TIMEZONE", "../etc/passwd", "Asia/Ho_Chi_Minh"),
        ("REGION", "quang-nin", "did you mean 'quang-ninh'"),
        ("REGION", "Quảng Ninh", "quang-ninh"),
    ],
)
def test_a_bad_setting_is_refused_with_its_name_value_and_what_is_allowed(variable, value, allowed):
    with pytest.raises(SettingsError) as caught:
        load_settings({variable: value})

    message = str(caught.value)
    assert message.startswith(f"{variable}={value!r}")
    assert allowed in message


def test_a_wsgi_server_ends_with_one_line_at_a_bad_setting():
    result = subprocess.run(
        [sys.executable, "-c", "import calendar_service.wsgi"],
        capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "TIMEZONE": "Hanoi"},
    )  # fmt: skip

    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        "calendar_service: TIMEZONE='Hanoi' is not usable; give a name of the IANA time zone"
        " database, such as Asia/Ho_Chi_Minh"
    ]
