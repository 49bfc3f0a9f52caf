"""Checks: every problem in the content folders, said at once with its place."""
