"""What the addresses of assignments take and answer."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from duban.web.api.authors import AuthorTold
from duban.web.api.owed import State
from duban.web.api.words import AnswerBody, Person, Reason, Remark, RequestBody, Short, both


class AttachedFile(RequestBody):
    """A file that goes along."""

    name: Short = Field(description=both(zh="文件名。", en="What it is called."))
    base64: Annotated[str, StringConstraints(min_length=4, max_length=14_000_000)] = Field(
        description=both(zh="内容，base64。", en="Its bytes, in base64.")
    )


class NewAssignment(RequestBody):
    """An assignment as it is written."""

    title: Short = Field(description=both(zh="交办什么，一句话。", en="What is to be done."))
    to: list[Short] = Field(
        min_length=1,
        max_length=200,
        description=both(
            zh="谁承办：三元区局/餐饮科；县局/餐饮科 是每个县局各一项。",
            en="Who owes it: 三元区局/餐饮科; county/餐饮科 is every county.",
        ),
    )
    due: Short = Field(
        description=both(
            zh="期限：2026-10-20、2026年底前、10个工作日；4小时 是紧急事项。",
            en="Until when: 2026-10-20, 10 workdays; “4 hours” is an emergency.",
        ),
        examples=["2026-10-20"],
    )
    document: Remark = Field(default="", description=both(zh="文号。", en="The document's number."))
    words: Remark = Field(default="", description=both(zh="原话。", en="Its words."))
    line: Remark = Field(default="", description=both(zh="条线。", en="The business line."))
    ladder: Remark = Field(default="", description=both(zh="催办阶梯。", en="The ladder."))
    review: Remark = Field(default="", description=both(zh="谁复核。", en="Who reviews it."))
    needs: list[Short] = Field(
        default_factory=list,
        max_length=20,
        description=both(zh="要交的材料。", en="What has to be handed in."),
    )
    confidential: bool = Field(
        default=False, description=both(zh="保密。", en="Kept out of groups until done.")
    )
    files: list[AttachedFile] = Field(
        default_factory=list, max_length=20, description=both(zh="附件。", en="Files that go along.")
    )
    actor: Person = None


class Recall(RequestBody):
    """Why an assignment is taken back."""

    actor: Person = None
    reason: Reason = Field(description=both(zh="理由，必填。", en="The reason, required."))


class AssignmentAnswer(AnswerBody):
    """What an assignment makes owed, or would."""

    number: str | None = Field(
        description=both(zh="编号，如 2026-3；预演没有。", en="Its number; none in a rehearsal.")
    )
    called: str = Field(description=both(zh="文号，没有就是 交办〔2026〕3号。", en="What people call it."))
    summary: str = Field(description=both(zh="一句话。", en="In one line."))
    remarks: list[str] = Field(description=both(zh="休息日怎么顺延。", en="What rest days do."))
    obligations: list[str] = Field(description=both(zh="应办事项编号。", en="The numbers of what is owed."))


class AssignedItemTold(AnswerBody):
    """What one post owes of an assignment."""

    id: str
    unit: str
    post: str
    state: State
    deadline: date


class AssignmentTold(AnswerBody):
    """One assignment, with what the caller may see of what it made owed."""

    number: str
    called: str
    document: str
    title: str
    words: str
    due: str
    confidential: bool
    assigned_at: datetime
    assigned_by: AuthorTold | None
    files: list[str]
    obligations: list[AssignedItemTold]


class AssignmentsTold(AnswerBody):
    """The newest assignments."""

    assignments: list[AssignmentTold]


class Recalled(AnswerBody):
    """How many are not owed any more."""

    number: str
    withdrawn: int
