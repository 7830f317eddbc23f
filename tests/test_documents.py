"""README, registry guide and command help stay true."""

import re
from pathlib import Path

import pytest

from calendar_service.cli.main import cli
from calendar_service.config import load_settings
from calendar_service.registry import campaigns, entries
from calendar_service.services import Services
from calendar_service.web.app import create_app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REGISTRY_GUIDE = (ROOT / "docs" / "registry.md").read_text(encoding="utf-8")
CONFIG = (ROOT / "calendar_service" / "config.py").read_text(encoding="utf-8")

# People's calendars hold these as UIDs: lines are added, never removed or changed.
CAMPAIGN_IDS = (
    (ROOT / "tests" / "data" / "public_campaign_ids.txt").read_text(encoding="utf-8").split()
)
PUBLIC_IDS = (ROOT / "tests" / "data" / "public_ids.txt").read_text(encoding="utf-8").split()


@pytest.mark.parametrize("name", cli.list_commands(None))
def test_the_readme_names_every_command(name):
    assert re.search(rf"`{name}\b", README)


def test_the_readme_names_every_setting():
    settings = set(re.findall(r'env\.get\("([A-Z_]+)"', CONFIG))

    assert settings >= {"EVENTS_FILE", "BASE_URL", "TIMEZONE", "REGION"}
    assert [name for name in settings if f"`{name}`" not in README] == []


def test_the_readme_names_every_route():
    app = create_app(Services(load_settings({"EVENTS_FILE": str(ROOT / "events.yaml")})))
    examples = {
        "<text>": "",
        "<month>": "2023-07",
        "<campaign_id>": "ID",
        "<name>": "NAME",
        "<id>": "ID",
        "<year>": "2023",
        "<day>": "2025-01-29",
        "<token>": "TOKEN",
        ".<form>": "",
        "<path:filename>": "",
    }
    paths = set()
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for part, example in examples.items():
            path = path.replace(part, example)
        paths.add(path)

    assert {path for path in paths if path not in README} == {"/static/"}


def test_the_readme_names_every_package_that_the_service_needs():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"\ndependencies = \[(.*?)\n\]", project, re.DOTALL)

    names = re.findall(r'"([a-z0-9-]+)', block[1])
    assert len(names) >= 8
    assert [name for name in names if f"| {name} " not in README.lower()] == []


def test_the_registry_guide_explains_every_key():
    assert [key for key in entries._KEYS if f"`{key}`" not in REGISTRY_GUIDE] == []


def test_the_registry_guide_explains_every_key_of_a_campaign():
    assert [key for key in campaigns._KEYS if f"`{key}`" not in REGISTRY_GUIDE] == []


def test_a_published_campaign_stays_and_a_new_one_is_published(shipped):
    assert sorted(campaign.id for campaign in shipped.campaigns) == CAMPAIGN_IDS


def test_a_published_id_stays(shipped):
    kept = {id_ for event in shipped.events for id_ in (event.id, *event.formerly)}
    assert sorted(set(PUBLIC_IDS) - kept) == []


def test_a_new_id_is_published_by_a_line_in_public_ids(shipped):
    assert sorted({event.id for event in shipped.events} - set(PUBLIC_IDS)) == []
