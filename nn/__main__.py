"""The command `chainrule`, also `python -m nn`."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Sequence

from .commands import draw, explore, iris, train
from .commands.options import UsageError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; without a name, `iris`. Gives the exit code.

    0; 1 where the run failed; 2 for words that make no sense; 130 after Ctrl-C.

    argv: the words after the program's name; those of this process if None.

    Raises SystemExit as argparse does: 0 after --help, 2 for words that no command understands.
    """
    for stream in (sys.stdout, sys.stderr):
        # ∂ and ŷ also where the locale knows ASCII only or a Windows pipe its code page.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    parser = argparse.ArgumentParser(
        prog="chainrule",
        description="Train networks of numbers that show their chain rule.",
        epilog="Without a command: iris, so `chainrule --seed 3` is `chainrule iris --seed 3`.",
    )
    commands = parser.add_subparsers(title="commands", metavar="command", required=True)
    for command in (iris, train, draw, explore):
        command.add_to(commands)
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help")):
        words = ["iris", *words]
    arguments = parser.parse_args(words)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except KeyboardInterrupt:
        return 130  # as shells have it: 128 and the number of the signal
    except UsageError as error:
        print(f"chainrule: error: {error}", file=sys.stderr)
        return 2
    except (ImportError, OSError, FloatingPointError, RuntimeError, ValueError) as error:
        print(f"chainrule: error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
