"""Reading of the YAML of a base: lists of quotations, claims and names."""

from typing import Any

import yaml

# Written in C, and ten times as fast. PyYAML may have been built without it:
# https://pyyaml.org/wiki/PyYAMLDocumentation, "LibYAML bindings".
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:  # noqa: ANN401 (whatever YAML can say)
    """Parse a text of YAML into its safe types.

    Raises yaml.YAMLError, also for a day that no calendar has, half a character, or brackets nested beyond reason.
    """
    try:
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 (both are safe loaders)
    except (ValueError, RecursionError) as error:
        raise yaml.YAMLError(str(error)) from error
