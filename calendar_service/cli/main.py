"""The command line: calendar-service; each command's module is imported when it is used."""

from importlib import import_module
from typing import Any, cast

import click

from calendar_service import __version__
from calendar_service.cli.output import fail, use_utf8
from calendar_service.errors import CalendarServiceError

_COMMANDS = {
    "month": "lists:print_month",
    "year": "lists:print_year",
    "upcoming": "lists:print_upcoming",
    "event": "lists:print_event",
    "campaigns": "campaigns:print_campaigns",
    "campaign": "campaigns:print_campaign",
    "lunar": "lunar:convert_lunar",
    "registry": "registry:registry",
    "feeds": "feeds:print_feeds",
    "feed": "feeds:print_feed",
    "export": "export:export",
    "subscribers": "subscribers:subscribers",
    "db": "db:database",
    "reminders": "reminders:reminders",
    "bounces": "bounces:read_bounces",
    "doctor": "doctor:diagnose",
    "serve": "serve:serve",
    "worker": "worker:run_worker",
}


class Cli(click.Group):
    """A group that imports a command on demand and prints our errors as plain lines."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in the order of the help page."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called *cmd_name*, None when there is none."""
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        return cast(click.Command, getattr(import_module(f"calendar_service.cli.{module}"), name))

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run with UTF-8 on stdout and stderr, whatever the locale says."""
        use_utf8()
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error of ours becomes lines on stderr and exit status 2."""
        try:
            return super().invoke(ctx)
        except CalendarServiceError as error:
            fail(error)


@click.group(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="calendar-service")
def cli() -> None:
    """Anniversaries of Việt Nam with the right "N năm": lists, feeds, lunar dates.

    Data goes to stdout, messages to stderr. The exit status is 0 when all is well, 1 for
    findings (registry validate, doctor), 2 for wrong use or an error.
    """
