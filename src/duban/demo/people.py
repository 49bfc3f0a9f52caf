"""Who may sign in to the demonstration: three made-up people, with passwords that are made at each start and kept nowhere."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from duban.access.accounts import Hand, account_named, enable_account, make_account
from duban.access.links import choose_by_link, make_link
from duban.access.mandates import AccountRefused, Mandate
from duban.base.language import say
from duban.bureau.unit_posts import UnitPost
from duban.demo.habits import lazy_counties
from duban.demo.made_up import MARK
from duban.ledger.principals import Role
from duban.workspace.workspace import Workspace


@dataclass(frozen=True)
class Guest:
    """One who may sign in to the demonstration."""

    name: str  #: what is typed to sign in
    password: str  #: made up anew for each demonstration
    who: str  #: the person, their post and unit


def let_in_guests(ws: Workspace, now: datetime) -> list[Guest]:
    """Let an officer, a supervisor and an admin in, each with a new password."""
    hand = Hand(f"duban demo{MARK}", now)
    guests = []
    for name, mandate in _cast(ws):
        try:
            account = account_named(ws, name)
        except AccountRefused:
            account = make_account(ws, name, mandate, hand)
        enable_account(ws, account.id, hand)
        password = _password()
        choose_by_link(ws.ledger, make_link(ws.ledger, account.id, hand), password, hand)
        post = UnitPost.parse(min(account.posts))
        unit = ws.definitions.project.name_of(post.unit)
        guests.append(Guest(name, password, f"{account.full_name}，{unit}{post.post}"))
    return guests


def _cast(ws: Workspace) -> Iterator[tuple[str, Mandate]]:
    project = ws.definitions.project
    city = project.units_at("city")[0].code
    county = min(lazy_counties(project))
    cast: tuple[tuple[str, Role, UnitPost], ...] = (
        ("officer", "officer", UnitPost(county, "餐饮科")),
        ("supervisor", "supervisor", UnitPost(city, "分管领导")),
        ("admin", "admin", UnitPost(city, "法规科")),
    )
    for name, role, place in cast:
        post = project.post(place.unit, place.post)
        person = (post and post.holder) or f"{say(zh='某人', en='somebody')}{MARK}"
        # Only an administrator who may know of confidential duties may edit the two files that have one.
        knows = role != "officer"
        yield (
            name,
            Mandate(person, frozenset({role}), place.unit, frozenset({str(place)}), undisclosed=knows),
        )


def _password() -> str:
    """Four syllables, three times, and a number: read off a screen and typed once."""

    def syllables() -> str:
        return "".join(secrets.choice("bdfghkmnprstwz") + secrets.choice("aeiou") for _ in range(2))

    return "-".join([syllables(), syllables(), syllables(), f"{secrets.randbelow(90) + 10}"])
