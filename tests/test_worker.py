import logging

from calendar_service.worker import tick


class Refreshing:
    """Services that count their refreshes, and fail at them on request."""

    def __init__(self, error=None):
        self.error = error
        self.count = 0

    def refresh(self):
        self.count += 1
        if self.error:
            raise self.error
        return True


def test_a_tick_looks_for_a_changed_registry():
    services = Refreshing()

    tick(services)

    assert services.count == 1


def test_a_tick_outlives_what_nobody_expected_and_logs_it(caplog):
    services = Refreshing(error=RuntimeError("the disk is on fire"))

    with caplog.at_level(logging.ERROR):
        tick(services)

    assert "the tick failed" in caplog.text
    assert "RuntimeError: the disk is on fire" in caplog.text
