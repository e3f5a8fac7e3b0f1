"""The command `chainrule`, also `python -m nn`."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

from autograd.arguments import choices

from ._identity import __version__
from .commands import draw, explore, export, iris, predict, show, train
from .commands.options import Command, UsageError

ALONE = ("-h", "--help", "-V", "--version")  # options of the program and of no command


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command, by default `iris`, and return the exit code.

    0; 1 where the run failed; 2 for invalid arguments; 130 after Ctrl-C; 141 where the reader of
    the output closed it (SIGPIPE).

    Args:
        argv: the arguments after the program's name; those of this process if None.

    Raises:
        SystemExit: as argparse does: 0 after --help and --version, 2 for invalid arguments.
    """
    try:
        try:
            return command(argv)
        finally:
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:  # closed before
                    stream.flush()
    except BrokenPipeError:  # the reader of the output closed it, as `| head -1` does
        drop_output()
        return 141  # 128 and the number of the signal, as in shells
    except OSError as error:  # the disk that the output goes to is full
        drop_output()
        print(f"chainrule: error: the output can't be written: {error}", file=sys.stderr)
        return 1


def drop_output() -> None:
    """Discard what is left in the buffers of the streams, so that Python exits without an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            try:
                stream.flush()
            except OSError:
                with open(os.devnull, "wb") as nowhere:
                    os.dup2(nowhere.fileno(), stream.fileno())


def parsers() -> tuple[argparse.ArgumentParser, dict[str, Command]]:
    """The parser of the whole command line, and those of its commands by their names."""
    parser = argparse.ArgumentParser(
        prog="chainrule",
        description="Train networks of numbers that show their chain rule.",
        epilog="Without a command: iris, so `chainrule --seed 3` is `chainrule iris --seed 3`.",
    )
    commands = parser.add_subparsers(
        title="commands", metavar="command", required=True, parser_class=Command
    )
    for one in (iris, train, predict, show, export, draw, explore):
        one.add_to(commands)
    parser.add_argument("-V", "--version", action="version", version=f"chainrule {__version__}")
    return parser, commands.choices


def command(argv: Sequence[str] | None) -> int:
    """Parse the arguments and run their command."""
    for stream in (sys.stdout, sys.stderr):
        # ∂ and ŷ also where the encoding is ASCII or a Windows code page.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    parser, commands = parsers()
    words = list(sys.argv[1:] if argv is None else argv)
    unnamed = not words or (words[0].startswith("-") and words[0] not in ALONE)
    if unnamed:
        words = ["iris", *words]
    if words[0] not in ALONE:
        name, *rest = words
        if name not in commands:
            parser.error(f"no command {name!r}{choices(name, commands)}")
        commands[name].refuse_unknown(rest, ALONE if unnamed else ())
    arguments = parser.parse_args(words)
    run: Callable[[argparse.Namespace], int] = arguments.run
    try:
        return run(arguments)
    except KeyboardInterrupt:
        print("chainrule: ended by Ctrl-C, before there was anything to show", file=sys.stderr)
        return 130  # 128 and the number of the signal, as in shells
    except (
        UsageError,
        ImportError,
        OSError,
        FloatingPointError,
        RuntimeError,
        ValueError,
    ) as error:
        if isinstance(error, OSError) and error.errno is not None and error.filename is None:
            raise  # of a stream, not a file: writing the output failed
        text = str(error)
        if isinstance(error, OSError) and error.errno is not None:
            text = f"{error.filename}: {error.strerror}"
        print(f"chainrule: error: {text}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1


if __name__ == "__main__":
    sys.exit(main())
