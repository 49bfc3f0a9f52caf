"""The one page of a leader (领导一页纸): how things stand, the worst counties, what causes it, and what is proposed."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from duban.base.language import say
from duban.bureau.project import Project
from duban.deliveries.entries import Entry, to_be_done

MOST_COUNTIES, MOST_CAUSES = 3, 2
REVIEW = "review"
"""Instead of a stage, where everything in a message waits for a review."""


@dataclass(frozen=True)
class CountyStanding:
    """How a county, or the city for itself, stands with everything it owes today; confidential obligations aside."""

    county: str  #: its name
    open: int  #: obligations that are open
    overdue: int  #: those of them that are overdue

    @property
    def rate(self) -> str:
        """The share that is overdue: 12.5%."""
        return f"{self.overdue / self.open:.1%}" if self.open else "0%"


@dataclass(frozen=True)
class LeadersPage:
    """What a leader reads instead of a list."""

    total: CountyStanding  #: everything below the leader's unit
    worst: tuple[
        CountyStanding, ...
    ]  #: the counties of the message with the highest share overdue, at most three
    owners: tuple[tuple[str, int], ...]  #: within one bureau: the posts that let most lie, at most three
    causes: tuple[tuple[str, int], ...]  #: the duties most of it comes from, at most two, with how many each
    proposal: str  #: what the leader may do about it


def county_of(project: Project, unit: str) -> str:
    """The code of the county a unit belongs to; the city's own of the city."""
    if unit not in project.units:
        return unit
    chain = project.chain(unit)
    return chain[max(len(chain) - 2, 0)].code


def leaders_page(
    project: Project,
    entries: Sequence[Entry],
    stage: str,
    unit: str,
    standings: Mapping[str, tuple[int, int]],
) -> LeadersPage:
    """The page about `entries`, whose heaviest stage is `stage`, for a leader of `unit`."""
    by_county: dict[str, list[int]] = {}
    reach = project.below(unit)
    for each in reach:
        figures = by_county.setdefault(county_of(project, each), [0, 0])
        for place, count in enumerate(standings.get(each, (0, 0))):
            figures[place] += count
    all_of_them = {
        project.name_of(code): CountyStanding(project.name_of(code), *figures)
        for code, figures in by_county.items()
    }
    owed = to_be_done(entries)
    heavy = [entry for entry in owed if entry.stage == stage] or list(entries)
    named = dict.fromkeys(entry.county for entry in heavy)
    worst = sorted(
        (all_of_them[name] for name in named if name in all_of_them),
        key=lambda each: (-each.overdue / max(each.open, 1), -each.overdue, each.county),
    )
    home = project.name_of(county_of(project, unit))
    at_home = list(named) == [home]
    owners = Counter(
        entry.owner.removeprefix(home) if at_home else entry.owner for entry in heavy if entry.owner
    ).most_common(MOST_COUNTIES)
    total = CountyStanding(
        project.name_of(unit),
        sum(each.open for each in all_of_them.values()),
        sum(each.overdue for each in all_of_them.values()),
    )
    return LeadersPage(
        total,
        () if at_home else tuple(worst[:MOST_COUNTIES]),
        tuple(owners) if at_home else (),
        tuple(Counter(entry.title for entry in heavy).most_common(MOST_CAUSES)),
        _proposal(
            stage if owed else REVIEW,
            _summoned(project, unit) if at_home else _PROPOSALS,
            [owner for owner, _ in owners]
            if at_home
            else [each.county for each in worst if each.county != home],
        ),
    )


def _summoned(project: Project, unit: str) -> Mapping[str, Callable[[str], str]]:
    """What is proposed to the head of the bureau that is itself asked: nobody below it is to be summoned."""
    is_top = unit not in project.units or project.units[unit].parent is None
    return _PROPOSALS if is_top else _PROPOSALS | _TO_THE_SUMMONED


def _proposal(stage: str, words: Mapping[str, Callable[[str], str]], whom: Sequence[str]) -> str:
    names = say(zh="、", en=", ").join(whom[:MOST_COUNTIES])
    if len(whom) > MOST_COUNTIES:
        names += say(zh=f"等 {len(whom)} 家", en=f" and {len(whom) - MOST_COUNTIES} others")
    return words[stage](names)


_PROPOSALS: dict[str, Callable[[str], str]] = {
    REVIEW: lambda names: say(
        zh=f"请复核{names}报来的，或者写明原因退回",
        en=f"review what {names} reported, or send it back saying why",
    ),
    "remind": lambda names: say(zh=f"请关注{names}的进度", en=f"keep an eye on {names}"),
    "urge": lambda names: say(zh=f"请督促{names}抓紧办结", en=f"urge {names} to finish"),
    "supervise": lambda names: say(
        zh=f"请督促{names}办结，办不完的报明原因和办结日", en=f"have {names} finish, or say why and by when"
    ),
    "circulate": lambda names: say(zh=f"建议在通报中点名{names}", en=f"name {names} in the next circular"),
    "summon": lambda names: say(zh=f"建议约谈{names}的负责人", en=f"summon who answers for {names}"),
}
_TO_THE_SUMMONED: dict[str, Callable[[str], str]] = {
    "circulate": lambda names: say(
        zh=f"请贵单位主要负责人督促{names}办结；仍不办结的，上级将通报",
        en=f"have {names} finish: the bureau above is about to name yours in its circular",
    ),
    "summon": lambda names: say(
        zh=f"请贵单位主要负责人牵头，督促{names}办结，并备好原因、措施和办结日，上级将约谈",
        en=f"see to it yourself that {names} finish, and be ready to say why and by when: you are about to be summoned",
    ),
}
