"""What the addresses of assignments take and answer."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints

from duban.web.api.authors import AuthorReply
from duban.web.api.owed import State
from duban.web.api.words import AnswerBody, Person, Reason, Remark, RequestBody, Short, described
from duban.yamlfile.values import Truth


class AttachedFile(RequestBody):
    """A file that goes along."""

    name: Short = described(zh="文件名。", en="What it is called.")
    base64: Annotated[str, StringConstraints(min_length=4, max_length=14_000_000)] = described(
        zh="内容，base64。", en="Its bytes, in base64."
    )


class NewAssignment(RequestBody):
    """An assignment as it is written."""

    title: Short = described(zh="交办什么，一句话。", en="What is to be done.")
    to: list[Short] = described(
        zh="谁承办：三元区局/餐饮科；县局/餐饮科 是每个县局各一项。",
        en="Who owes it: 三元区局/餐饮科; county/餐饮科 is every county.",
        min_length=1,
        max_length=200,
    )
    due: Short = described(
        zh="期限：2026-10-20、2026年底前、10个工作日；4小时 是紧急事项。",
        en="Until when: 2026-10-20, 10 workdays; “4 hours” is an emergency.",
        examples=["2026-10-20"],
    )
    document: Remark = described(zh="文号。", en="The document's number.", default="")
    words: Remark = described(zh="原话。", en="Its words.", default="")
    line: Remark = described(zh="条线。", en="The business line.", default="")
    ladder: Remark = described(zh="催办阶梯。", en="The ladder.", default="")
    review: Remark = described(zh="谁复核。", en="Who reviews it.", default="")
    needs: list[Short] = described(
        zh="要交的材料。", en="What has to be handed in.", default_factory=list, max_length=20
    )
    confidential: Truth = described(zh="保密。", en="Kept out of groups until done.", default=False)
    files: list[AttachedFile] = described(
        zh="附件。", en="Files that go along.", default_factory=list, max_length=20
    )
    actor: Person = None  #: who assigns, where the token speaks for several


class Recall(RequestBody):
    """Why an assignment is taken back."""

    actor: Person = None  #: who takes it back, where the token speaks for several
    reason: Reason = described(zh="理由，必填。", en="The reason, required.")


class AssignmentAnswer(AnswerBody):
    """What an assignment makes owed, or would."""

    number: str | None = described(zh="编号，如 2026-3；预演没有。", en="Its number; none in a rehearsal.")
    called: str = described(zh="文号，没有就是 交办〔2026〕3号。", en="What people call it.")
    summary: str = described(zh="一句话。", en="In one line.")
    remarks: list[str] = described(zh="休息日怎么顺延。", en="What rest days do.")
    obligations: list[str] = described(zh="应办事项编号。", en="The numbers of what is owed.")


class AssignedItemReply(AnswerBody):
    """What one post owes of an assignment."""

    id: str  #: the obligation's number
    unit: str  #: the code of the unit that owes it
    post: str  #: the post that owes it
    state: State  #: how it stands
    deadline: date  #: the last day by law


class AssignmentReply(AnswerBody):
    """One assignment, with what the caller may see of what it made owed."""

    number: str  #: its number: 2026-3
    called: str  #: what people call it
    document: str  #: the number of the document it rests on
    title: str  #: what is to be done
    words: str  #: the words of the order
    due: str  #: by when, as it was written
    confidential: bool  #: whether it exists only for those who may know
    assigned_at: datetime  #: when, aware UTC
    assigned_by: AuthorReply | None  #: who
    files: list[str]  #: the names of the documents that came with it
    obligations: list[AssignedItemReply]  #: what each post owes of it


class AssignmentsReply(AnswerBody):
    """The newest assignments."""

    assignments: list[AssignmentReply]  #: the newest first


class RecallReply(AnswerBody):
    """How many are not owed any more."""

    number: str  #: the assignment's number
    withdrawn: int  #: how many obligations were withdrawn
