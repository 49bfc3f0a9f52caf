"""YAML files that a person wrote, read with the place of every key and value.

Every mistake comes back as a `Problem` with file, line and column: what is not readable YAML 1.2, and what is readable
but not what the file's model allows.
"""

from duban.yamlfile.files import read
from duban.yamlfile.models import load_file, load_model, validate
from duban.yamlfile.yaml_text import Loc, YamlFile

__all__ = ["Loc", "YamlFile", "load_file", "load_model", "read", "validate"]
