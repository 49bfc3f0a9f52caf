"""A unit of the bureau: the city bureau, a county bureau or a station."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from duban.base.language import say
from duban.bureau.posts import HEADS, Post, heads_above

Level = Literal["city", "county", "station"]
LEVELS: tuple[Level, ...] = ("city", "county", "station")


_LEVEL_WORDS: Final = {"city": "市局", "county": "县局", "station": "监管所"}


def level_word(level: str) -> str:
    """A level of units (`city`, `county`, `station`) as people say it: 市局, 县局, 监管所; any other word as it is."""
    return say(zh=_LEVEL_WORDS.get(level, level), en=level)


@dataclass(frozen=True)
class Unit:
    """A unit (单位): the city bureau, a county bureau or a station, by its code."""

    code: str  #: its 区划代码, or the project's own
    name: str  #: its full name
    level: Level  #: city, county or station
    parent: str | None  #: the code of the unit above it; None at the city bureau
    posts: Mapping[str, Post]  #: by name, in the order of the file

    def role_of(self, post: str) -> str:
        """What a post of the unit serves as: its own name, unless it is one of several heads."""
        return self.posts[post].role if post in self.posts else post

    @property
    def leaders(self) -> list[str]:
        """The posts of its leaders, whatever they stand for."""
        return [post.name for post in self.posts.values() if post.role in HEADS[1:]]

    def filled_by(self, role: str, line: str, owner: str) -> Post | None:
        """The post that `role` is in a matter of `line` that the post `owner` owes; None where nobody is it.

        Of several 分管领导 the one that stands for the line; of an assignment, whose line is nobody's, for the owner's lines;
        else the one that no lines are named for.
        """
        if role not in HEADS:
            return self.posts.get(role)
        these = [post for post in self.posts.values() if post.role == role]
        owned = self.posts[owner].lines or () if owner in self.posts else ()
        for wanted in ((line,), owned):
            for post in these:
                if post.lines is not None and not set(wanted).isdisjoint(post.lines):
                    return post
        return next((post for post in these if post.lines is None), None)

    def section_for(self, line: str, owner: str) -> Post | None:
        """The counterpart section (对口科室) here of the post `owner` of another unit, in a matter of `line`.

        It is the post of the same name, unless that one stands for no line while another stands for this one: the county's
        餐饮科 for what a station's 经办人 owes. A head's counterpart is the same head.
        """
        same = self.filled_by(self.role_of(owner), line, owner)
        if owner in HEADS or (same is not None and same.lines is not None and line in same.lines):
            return same
        sections = (post for post in self.posts.values() if post.role not in HEADS)
        return next((post for post in sections if post.lines is not None and line in post.lines), same)

    def asked_for(self, role: str | None, line: str, owner: str) -> Post | None:
        """The post that a ladder or a review names here: a `role`; None is the counterpart section.

        `line` is the line of business and `owner` the post that owes; None where nobody fills it.
        """
        return self.filled_by(role, line, owner) if role else self.section_for(line, owner)

    def heads_over(self, post: str, line: str, owner: str) -> Iterator[str]:
        """The posts that head one of the unit in a matter of `line` that `owner` owes, the nearest first: 科室负责人, then
        分管领导, then 主要领导.
        """
        for role in heads_above(self.role_of(post)):
            head = self.filled_by(role, line, owner)
            if head is not None and head.name != post:
                yield head.name
