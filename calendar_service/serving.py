"""The server of the Procfile: granian, whose processes share what is the same in all of them.

    python -m calendar_service.serving OPTIONS calendar_service.wsgi:app

The options are granian's own. It forks its processes; here they begin with the application
built and the registry read, once, in memory that stays shared for as long as nobody writes to
it. New code therefore needs a restart: a process that granian starts anew has the old one.
"""

import gc
import multiprocessing
import sys

from granian.cli import cli


def main() -> None:
    """Build the application, then let granian serve it."""
    # Here, since importing it builds the application.
    from calendar_service.wsgi import app

    registry = app.extensions["services"].registry
    len([*registry.events, *registry.campaigns])  # each is made when it is looked at
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # Python 3.14 would start others from nothing
    gc.collect()
    gc.freeze()  # a collection writes to all that it looks at
    cli(auto_envvar_prefix="GRANIAN")


if __name__ == "__main__":
    main()
