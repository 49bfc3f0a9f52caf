"""What each key of a content file means, beside the model that reads it."""

from pydantic import BaseModel

from duban.yamlfile.key import Key

__all__ = ["Key", "Keys"]

Keys = dict[type[BaseModel], dict[str, Key]]
"""The keys of each model, as they are written in the file (`from`, not `from_`)."""
