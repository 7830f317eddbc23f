"""Anniversary and campaign calendar of Việt Nam: registry, months, feeds."""

__version__ = "0.1.0"
