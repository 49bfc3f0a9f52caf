"""duban (督办) turns a bureau's recurring supervision duties into dated obligations and reminders."""

__version__ = "0.1.0"
