"""The command line, from the parsers of the commands."""

from __future__ import annotations

import argparse
import re

from nn.__main__ import parsers

WIDTH = 88


def options(command: argparse.ArgumentParser) -> str:
    """The help of a command, as it prints it, without its name."""
    command.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=WIDTH)  # type: ignore[assignment]
    return re.sub(r"\x1b\[[\d;]*m", "", command.format_help())


def markdown() -> str:
    """A section for each command."""
    whole, commands = parsers()
    lines = ["```text", options(whole).rstrip(), "```", ""]
    for name, command in commands.items():
        lines += [f"## chainrule {name}", "", "```text", options(command).rstrip(), "```", ""]
    return "\n".join(lines)
