"""Each row held against the ledger: new, changed, unchanged, nothing to record, or refused, and for what column.

| the row's number is | verdict |
|---|---|
| not in the ledger under this source | new |
| there, and this source stated the same last, even if a retest withdrew it since | unchanged |
| there, and says something else | changed: a new fact revises the newest, whoever recorded that |
| there, about another subject | changed: the old fact is withdrawn, then stated anew about the right subject |
| there as a fact that stands, and the row says there was none (合格), without naming a retest | refused |
| there as a fact that stands, and a retest cleared it (复检合格) | changed: withdrawn |

A correction put down by hand, and a retest, stay until the source itself says something new: a table that is exported
anew every month repeats its old rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from duban.base.language import say
from duban.facts import NewFact, NewSubject, fact_refusal, revival_refusals, subject_refusal
from duban.facts.registered import RegisteredSubject, registered_subjects
from duban.facts.subjects import stands_as
from duban.importing.drafts import Draft, Mistake
from duban.importing.lookups import Chain, SubjectNames, chains, licences
from duban.importing.owners import subject_meant
from duban.importing.registering import stated
from duban.importing.verdicts import JudgedRow, Verdict, joined

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from duban.definitions.definitions import Definitions
    from duban.importing.batches import Batch
    from duban.importing.mappings import TableMapping
    from duban.importing.row_reader import RowReader
    from duban.ledger.principals import Principal

Key = tuple[str, str]


class Judge:
    """Judges the pages of one batch in their order; it remembers what the file itself has brought so far."""

    def __init__(self, batch: Batch, definitions: Definitions, today: date, by: Principal) -> None:
        self._by = by
        self._batch = batch
        self._definitions = definitions
        self._today = today
        self._source = batch.mapping.source
        self._brought: dict[Key, NewSubject] = {}
        self._said: dict[str, NewFact] = {}
        self._names = SubjectNames()

    def page(self, connection: Connection, drafts: Sequence[Draft]) -> list[JudgedRow]:
        """The verdicts on a page, in its order."""
        known = _Known(connection, self._batch.mapping, drafts, self._names, self._by)
        return [self._judge(draft, known) for draft in drafts]

    def _judge(self, draft: Draft, known: _Known) -> JudgedRow:
        draft.data |= self._batch.together.get(draft.ref, {})
        judged = JudgedRow(draft, mistakes=list(draft.mistakes))
        place = (draft.sheet, draft.row)
        reader = self._batch.readers[draft.sheet]
        if place in self._batch.conflicts:
            judged.mistakes.append(self._conflict(draft, reader))
        if not judged.mistakes and draft.kinds and draft.outcome not in ("nothing", "uphold"):
            self._settle_subject(judged, known, reader)
        if not judged.mistakes and place in self._batch.repeats:
            judged.verdict, judged.subject = "unchanged", None
            return judged
        if not judged.mistakes and draft.ref:
            self._settle_fact(judged, known, reader)
        if judged.mistakes:
            judged.verdict, judged.subject, judged.facts = "refused", None, []
        if judged.subject:
            self._brought[judged.subject.kind, judged.subject.code] = judged.subject
        if draft.ref in self._batch.several and judged.facts:
            self._said[draft.ref] = judged.facts[-1]
        return judged

    def _conflict(self, draft: Draft, reader: RowReader) -> Mistake:
        sheet, row = self._batch.conflicts[draft.sheet, draft.row]
        where = say(zh=f"第 {row} 行", en=f"row {row}")
        if sheet != draft.sheet:
            where = f"{self._batch.tables[sheet].name} {where}"
        return Mistake(
            reader.place_of_field("ref"),
            say(
                zh=f"{where}也是编号 {draft.ref}，内容却不同；哪一行对，请人核对，两行都没有导入",
                en=f"{where} has the number {draft.ref} too and says something else; a person must say which is right",
            ),
        )

    def _settle_subject(self, judged: JudgedRow, known: _Known, reader: RowReader) -> None:
        """Find the subject the row is about, or bring it in."""
        draft = judged.draft
        if self._batch.mapping.registers:
            self._register(judged, known, reader)
            return
        whose = subject_meant(self._definitions.project, draft, known.by_code, known.by_name, reader)
        if isinstance(whose, Mistake):
            judged.mistakes.append(whose)
            return
        draft.kinds, draft.code, judged.charge = (whose.kind,), whose.code, whose.unit

    def _register(self, judged: JudgedRow, known: _Known, reader: RowReader) -> None:
        draft = judged.draft
        key = (draft.kinds[0], draft.code)
        there = self._standing(draft, known, key)
        before = self._brought.get(key) or (there and there.stated)
        registration = self._batch.registrations.get(key)
        judged.charge = before.unit if before else None
        if registration is None or (before is not None and registration.place != (draft.sheet, draft.row)):
            judged.verdict = "unchanged"
            return
        subject = stated(before, draft, registration, known.licences.get(key, {}))
        judged.charge = subject.unit
        if not subject.unit:
            judged.mistakes.append(
                Mistake(
                    reader.place_of_field("unit"),
                    say(zh="没有写归哪个单位管", en="no unit in charge is named"),
                )
            )
            return
        reason = subject_refusal(self._definitions, subject, self._by)
        if reason is None and subject.active and there is not None:
            reason = known.merged.get(there.id)
        if reason:
            judged.mistakes.append(Mistake(reader.place_of_field(reason.field), reason.reason))
        elif before is None:
            judged.verdict, judged.subject, judged.subject_is_new = "new", subject, True
        elif subject != before:
            judged.verdict, judged.subject = "changed", subject
        else:
            judged.verdict = "unchanged"

    def _standing(self, draft: Draft, known: _Known, key: Key) -> RegisteredSubject | None:
        """The registered subject that the row of a register speaks of."""
        found = known.by_code.get(key, [])
        unit = draft.given.get("unit")
        if not unit:
            return found[0] if len(found) == 1 else None
        row = NewSubject(*key, name=draft.name, unit=unit)
        return stands_as(self._definitions.project, found, row)

    def _settle_fact(self, judged: JudgedRow, known: _Known, reader: RowReader) -> None:
        """What the row says has happened, against what the ledger has under its number."""
        draft = judged.draft
        chain = known.chains.get(draft.ref)
        said = self._said.get(draft.ref)
        if said is not None:
            chain = Chain.of_file(said)
        match draft.outcome:
            case "uphold":
                verdict: Verdict = "unchanged" if chain else "nothing"
            case "nothing":
                verdict = "nothing"
                if chain and chain.stands and chain.own_stands:
                    judged.mistakes.append(self._contradiction(draft, chain, reader))
            case "withdraw":
                verdict = self._withdraw(judged, chain)
            case _:
                verdict = self._state(judged, chain)
        for fact in judged.facts:
            there = (fact.revises,) if fact.revises else ()
            subjects = (fact.subject,) if fact.subject else ()
            if reason := fact_refusal(self._definitions, fact, subjects, there, self._today, self._by):
                judged.mistakes.append(Mistake(reader.place_of_field(reason.field), reason.reason))
                return
        judged.verdict = joined(judged.verdict, verdict)

    def _state(self, judged: JudgedRow, chain: Chain | None) -> Verdict:
        draft = judged.draft
        about = (draft.kinds[0], draft.code) if draft.kinds else None
        if draft.on is None:
            return "nothing"
        fact = NewFact(
            draft.kind, about, draft.unit if about is None else None, draft.on, self._source, draft.ref
        )
        fact = replace(fact, data=dict(draft.data), subject_unit=judged.charge)
        if chain is None:
            judged.facts = [fact]
            return "new"
        if chain.own_says(fact):
            return "unchanged"
        count = chain.own_count
        revised = chain.newest
        if chain.stands and (chain.subject, chain.unit) != (fact.subject, fact.unit):
            gone = self._withdrawal(draft.on, chain, count + 1)
            judged.facts.append(gone)
            revised, count = (gone.source, gone.ref), count + 1
        judged.facts.append(replace(fact, ref=f"{draft.ref}#{count + 1}", revises=revised))
        return "changed"

    def _withdraw(self, judged: JudgedRow, chain: Chain | None) -> Verdict:
        if chain is None:
            return "nothing"
        if not chain.stands or not chain.own_stands:
            return "unchanged"
        on = judged.draft.on or chain.happened_on
        judged.facts = [self._withdrawal(on, chain, chain.own_count + 1)]
        return "changed"

    def _withdrawal(self, on: date, chain: Chain, number: int) -> NewFact:
        """The fact that says: what the chain states never stood."""
        return NewFact(
            chain.kind,
            chain.subject,
            chain.unit,
            on,
            self._source,
            f"{chain.ref}#{number}",
            revises=chain.newest,
            withdrawn=True,
            subject_unit=chain.subject_unit,
        )

    def _contradiction(self, draft: Draft, chain: Chain, reader: RowReader) -> Mistake:
        title = self._definitions.vocabulary.facts[chain.kind].title
        return Mistake(
            reader.place_of_field("kind"),
            say(
                zh=f"台账里编号 {draft.ref} 是“{title}”（{chain.happened_on}），这里却不是；复检改判的请写明是复检",
                en=f"the ledger has {draft.ref} as {chain.kind} ({chain.happened_on}), this row says otherwise; "
                "if a retest cleared it, say that it was a retest",
            ),
        )


class _Known:
    """What the ledger has of the subjects and numbers on one page."""

    def __init__(
        self,
        connection: Connection,
        mapping: TableMapping,
        drafts: Sequence[Draft],
        find: SubjectNames,
        by: Principal,
    ) -> None:
        codes = {(kind, draft.code) for draft in drafts for kind in draft.kinds if draft.code}
        names = {
            (kind, draft.name) for draft in drafts for kind in draft.kinds if not draft.code and draft.name
        }
        registers = mapping.written.subject is not None and mapping.written.subject.active is not None
        self.licences = licences(connection, mapping.source, codes, by) if registers else {}
        self.by_name: Mapping[Key, Iterable[Key]] = find.find(connection, names, by)
        named = {key for keys in self.by_name.values() for key in keys}
        self.by_code: Mapping[Key, Sequence[RegisteredSubject]] = registered_subjects(
            connection, codes | named, by
        )
        self.merged = revival_refusals(
            connection, {each.id for found in self.by_code.values() for each in found}
        )
        self.chains = chains(connection, mapping.source, {draft.ref for draft in drafts if draft.ref}, by)
