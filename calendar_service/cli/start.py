"""Where the command line starts: the plain list of a month in a short way, all else by click.

To import click takes three times as long as Python takes to start, which is more than the
whole list takes. So `month YYYY-MM [--region REGION]… [--all]`, and nothing else, is read
here; whatever looks otherwise, wrong uses too, goes to click's command of the same name.
"""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

from calendar_service.cli.output import fail, say_if_empty, use_utf8, write
from calendar_service.errors import CalendarServiceError


def start() -> None:
    """Run the command that the process was started with, and leave with its status."""
    values = plain_month(sys.argv[1:])
    if values is None:
        # Here, since it imports click.
        from calendar_service.cli.main import cli

        cli()
    else:
        use_utf8()
        gc.disable()  # the process ends before there is anything to collect
        _print_month(values)
        if sys.stderr:
            sys.stderr.flush()
        # All is written. To take apart every module takes almost as long as Python's start.
        os._exit(0)


def plain_month(arguments: Sequence[str]) -> dict[str, list[str]] | None:
    """Return the month and the axes that *arguments* give, None where click is to read them."""
    name, *rest = arguments or [""]
    found: dict[str, list[str]] = {}
    words = iter(rest)
    for word in words:
        if word == "--all":
            found["all"] = ["1"]
        elif word == "--region":
            found.setdefault("region", []).append(next(words, "-"))
        else:
            found.setdefault("month", []).append(word)
    known = name == "month" and len(found.get("month", ())) == 1
    plain = known and not any(text.startswith("-") for texts in found.values() for text in texts)
    return found if plain else None


def _print_month(values: dict[str, list[str]]) -> None:
    # Here, since the other commands import what they need by themselves.
    from calendar_service.cli.months import month_asked_for
    from calendar_service.formats.forms import Style, render_month

    [text] = values.pop("month")
    try:
        services, month_list, _ = month_asked_for(text, values)
        say_if_empty(month_list.items + month_list.upcoming)
        write(render_month("txt", month_list, Style(base_url=services.settings.base_url)), None)
    except CalendarServiceError as error:
        fail(error)
    except BrokenPipeError:  # "| head" has seen enough
        with suppress(OSError):
            sys.stdout.close()
        sys.exit(1)
