"""What several commands print."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any


def as_json(results: dict[str, Any]) -> str:
    """Results as one line of JSON; what is not finite, which JSON lacks, as "inf" and the like."""
    return json.dumps(plain(results), ensure_ascii=False, allow_nan=False)


def plain(item: Any) -> Any:
    if isinstance(item, dict):
        return {name: plain(part) for name, part in item.items()}
    if isinstance(item, (list, tuple)):
        return [plain(part) for part in item]
    return str(item) if isinstance(item, float) and not math.isfinite(item) else item


def matrix_lines(names: Sequence[str], matrix: Sequence[Sequence[int]]) -> list[str]:
    """A confusion matrix as lines of text, with the names of its rows and columns."""
    width = max([len(name) for name in names]) + 2
    table = [("", *names), *[(name, *row) for name, row in zip(names, matrix, strict=True)]]
    return ["".join([f"{cell!s:>{width}}" for cell in row]).rstrip() for row in table]
