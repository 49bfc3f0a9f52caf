"""Who wrote something, as the API tells it."""

from duban.ledger.tables import Author
from duban.web.api.words import AnswerBody


class AuthorReply(AnswerBody):
    """Who wrote something: a person's or a token's name, its unit, and where it came in."""

    name: str  #: the person's or the token's name
    unit: str  #: the code of its unit
    entrance: str  #: where it came in: command, API, page


def author_told(author: Author | None) -> AuthorReply | None:
    """An author, or nobody where none was kept."""
    return AuthorReply.model_validate(author) if author else None
