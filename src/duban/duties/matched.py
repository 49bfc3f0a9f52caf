"""Whether answers can be told by what they answer: facts that carry the same number, about the same unit or subject."""

from collections.abc import Sequence

from duban.base.language import say
from duban.base.problems import did_you_mean
from duban.cadence.counting import Cohort, Tally
from duban.cadence.opening import EachFact
from duban.cadence.reading.place import DutyPlace
from duban.duties.grammar import Duty
from duban.duties.vocabulary import NUMBER, FactKind, Vocabulary
from duban.yamlfile import Loc


def check_answer(duty: Duty, answer: FactKind, place: DutyPlace, vocabulary: Vocabulary) -> None:
    """Whether the fact that opens a duty and the one that completes it both carry what they are matched by."""
    if not duty.done_same:
        return
    opening = duty.cadence.opening
    if not isinstance(opening, EachFact):
        place.wrong(
            ("done_by", "same"),
            zh="same 按编号对应开办的那件事实，只用于 within 和 before",
            en="same matches the fact that opened the obligation: it goes with within and before only",
            at_key=True,
        )
        return
    asked = vocabulary.facts.get(opening.fact, answer)
    kinds = [vocabulary.facts[kind] for kind in dict.fromkeys((asked.name, answer.name))]
    for name in duty.done_same:
        _matchable(kinds, name, place, ("done_by", "same"))


def check_cohort(cohort: Cohort, of: Tally, place: DutyPlace, vocabulary: Vocabulary) -> None:
    """Whether answers can be told by what they answer: about the same kind, and carrying what they are matched by."""
    asked, answer = vocabulary.facts.get(cohort.asked.fact), vocabulary.facts.get(of.fact)
    if asked is None or answer is None:
        return
    if not (set(asked.about) & set(answer.about) or (asked.of_unit and answer.of_unit)):
        place.wrong(
            ("of",),
            zh=f"“{of.fact}”（{answer.title}）和“{asked.name}”（{asked.title}）说的不是同一类，永远对不上",
            en=f"“{of.fact}” and “{asked.name}” are about different things: nothing would match",
        )
    for name in cohort.same:
        _matchable((asked, answer), name, place, ("among", "same"))


def _matchable(kinds: Sequence[FactKind], name: str, place: DutyPlace, loc: Loc) -> None:
    """Whether facts of these kinds carry a text under `name` by which they can be matched."""
    without = [kind for kind in kinds if kind.data.get(name, NUMBER) == NUMBER]
    if not without:
        return
    known = {each for kind in without for each, of in kind.data.items() if of != NUMBER}
    place.wrong(
        loc,
        zh=f"事实{'、'.join(f'“{kind.name}”（{kind.title}）' for kind in without)}没有可以对号的内容“{name}”",
        en=f"facts {', '.join(f'“{kind.name}”' for kind in without)} carry no “{name}” to match by",
        mend=did_you_mean(name, known)
        or say(
            zh=f"请在 duties/vocabulary.yaml 里给它写 data: {{{name}: []}}",
            en=f"declare it in duties/vocabulary.yaml: data: {{{name}: []}}",
        ),
    )
