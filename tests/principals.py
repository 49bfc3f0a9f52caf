"""Who acts in the tests: the operator of the city bureau, and whoever stands for a county or a station of it."""

from dataclasses import replace

from duban.ledger.principals import Principal

CITY = "350400"


def operator(name, unit=CITY):
    """Somebody at the machine."""
    return Principal(name, unit, None, "command", may_write=True, undisclosed=True)


OPERATOR = operator("王五")


def county(code, *stations, name="县局系统"):
    """Somebody of a county bureau, who acts for its stations too."""
    return Principal(name, code, frozenset({code, *stations}), "api", may_write=True, undisclosed=True)


def station(code, name="所里系统"):
    """Somebody of a station."""
    return Principal(name, code, frozenset({code}), "api", may_write=True, undisclosed=False)


def by(name):
    """A person at the machine, by name."""
    return replace(OPERATOR, name=name)
