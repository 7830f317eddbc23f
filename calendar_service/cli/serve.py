"""serve: web and worker in one process."""

import signal
from types import FrameType

import click
from waitress.server import create_server

from calendar_service.cli.worker import prepare, start_log
from calendar_service.errors import ListenError
from calendar_service.services import Services
from calendar_service.web.app import create_app
from calendar_service.worker import Clock

MAX_HEADER_BYTES = 16_384  # browsers send some 2,000


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, threads: int) -> None:
    """Serve pages and feeds and run the worker, all in one process.

    Stop it with Ctrl-C or SIGTERM.

    \b
    Example:
        calendar-service serve --port 8080
    """
    start_log()
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    services = Services.from_environment(default_base_url=address, apart=True)
    prepare(services)
    try:
        server = create_server(
            create_app(services, watched=True),
            host=host,
            port=port,
            threads=threads,
            ident=None,
            max_request_header_size=MAX_HEADER_BYTES,
            clear_untrusted_proxy_headers=False,  # the sign-up judges X-Forwarded-For itself
        )
    except (OSError, ValueError) as error:
        raise ListenError(host, port, getattr(error, "strerror", None) or str(error)) from error
    signal.signal(signal.SIGTERM, _interrupt)
    clock = Clock(services)
    click.echo(f"{address} serves {len(services.registry.events)} events", err=True)
    server.run()  # returns on KeyboardInterrupt
    clock.stop()
    server.close()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
