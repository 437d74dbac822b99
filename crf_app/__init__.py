"""Electronic case report forms on the desktop: bilingual, offline, with a signed history of every value."""

__version__ = "0.1.0"
