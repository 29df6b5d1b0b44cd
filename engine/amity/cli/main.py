"""Reads the command and runs it; says in one sentence what went wrong.

Each command is a function in ``amity.cli.commands``, imported only when it is called.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from amity import __version__
from amity.errors import AmityError, OperatorError

__all__ = ["main"]

GOOD: Final = 0
FINDING: Final = 1
WRONG_USE: Final = 2

_COMMANDS: Final = "amity.cli.commands"
_ABOUT: Final = "One companion, every channel, and a privacy policy that the code keeps."
_ENVIRONMENT: Final = """\
environment:
  AMITY_CONFIG       the configuration file (default config/amity.yaml, then built-in defaults)
  AMITY_DATA         the data folder (default ./data)
  AMITY_MASTER_KEY   32 bytes in base64; where missing, master.key is made in the data folder
  AMITY_ENV          production makes the strict checks fatal
  AMITY__SECTION__KEY=value  sets any key of the configuration

exit status: 0 good, 1 a finding, 2 wrong use
"""


class _Parser(argparse.ArgumentParser):
    """Knows how to add commands with the options that every command has."""

    def command(self, group: Any, name: str, target: str, about: str, **flags: bool) -> "_Parser":
        """Add a command that runs ``module:function`` of ``amity.cli.commands``."""
        parser: _Parser = group.add_parser(name, help=about, description=about, allow_abbrev=False)
        parser.set_defaults(target=target)
        _common(parser)
        if flags.get("json"):
            parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
        return parser


def _common(parser: argparse.ArgumentParser, *, default: Any = argparse.SUPPRESS) -> None:
    parser.add_argument("--config", metavar="FILE", default=default, help="the configuration file")
    parser.add_argument("--data", metavar="FOLDER", default=default, help="the data folder")


def _parser() -> _Parser:
    parser = _Parser(
        prog="amity",
        description=_ABOUT,
        epilog=_ENVIRONMENT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"amity {__version__}")
    _common(parser, default=None)
    groups = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    _service_commands(parser, groups)
    _author_commands(parser, groups)
    _people_commands(parser, groups)
    _ticket_commands(parser, groups)
    _store_commands(parser, groups)
    return parser


def _group(groups: Any, name: str, about: str) -> Any:
    parser = groups.add_parser(name, help=about, description=about, allow_abbrev=False)
    return parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)


def _service_commands(parser: _Parser, groups: Any) -> None:
    parser.command(groups, "run", "run:run", "start Amity and keep it running")
    chat = parser.command(groups, "chat", "chat:chat", "talk in this terminal")
    chat.add_argument("--persona", metavar="NAME", help="who answers (default mia)")
    init = parser.command(groups, "init", "init:init", "write a configuration by questions")
    init.add_argument("--yes", action="store_true", help="ask nothing, take defaults and options")
    init.add_argument("--force", action="store_true", help="replace a file that is there")
    init.add_argument("--name", help="what the service is called")
    init.add_argument("--controller", help="who answers for the data")
    init.add_argument("--contact", help="how people reach you about privacy")
    init.add_argument("--region", help="where the data is stored, such as EU")
    init.add_argument("--model", help="a model in LiteLLM's spelling, such as openai/gpt-5-mini")
    init.add_argument("--key-env", metavar="NAME", help="the variable that holds its key")
    init.add_argument("--persona", help="who speaks first")
    init.add_argument(
        "--channel",
        action="append",
        metavar="ADAPTER",
        help="a channel to set up; may be given several times",
    )
    check = parser.command(
        groups, "check", "check:check", "look for what is wrong and how to mend it", json=True
    )
    check.add_argument(
        "--offline", action="store_true", help="ask no platform and no model whether it works"
    )
    parser.command(groups, "status", "live:status", "show how everything is", json=True)
    parser.command(groups, "reload", "live:reload", "read the configuration anew", json=True)
    config = _group(groups, "config", "show the configuration or its schema")
    parser.command(
        config, "show", "config:show", "show every key that counts, secrets masked", json=True
    )
    parser.command(config, "schema", "config:schema", "print a JSON Schema for editors")


def _author_commands(parser: _Parser, groups: Any) -> None:
    new = _group(groups, "new", "write a package of one's own")
    adapter = parser.command(
        new, "adapter", "new:adapter", "write the package of an adapter for another channel"
    )
    adapter.add_argument("name", help="what the adapter is called in the configuration")
    adapter.add_argument(
        "--folder", metavar="FOLDER", help="where to (default amity-NAME in this folder)"
    )
    plugin = parser.command(new, "plugin", "new:plugin", "plugins come with a later version")
    plugin.add_argument("name", help="what the plugin would be called")


def _people_commands(parser: _Parser, groups: Any) -> None:
    personas = _group(groups, "persona", "list or check personas")
    parser.command(personas, "list", "live:personas", "list the personas there are", json=True)
    lint = parser.command(personas, "lint", "lint:lint", "check persona files", json=True)
    lint.add_argument("path", nargs="*", help="files or folders (default: those of the config)")
    people = _group(groups, "person", "answer a person's rights")
    listed = parser.command(people, "list", "people:list_people", "list people by id", json=True)
    listed.add_argument("--limit", type=int, default=100, help="at most so many (default 100)")
    export = parser.command(people, "export", "people:export", "write all of a person's data")
    export.add_argument("person", help="an id from `amity person list`")
    export.add_argument("--output", metavar="FILE", help="where to (default: a name of its own)")
    erase = parser.command(people, "erase", "people:erase", "erase a person, for good", json=True)
    erase.add_argument("person", help="an id from `amity person list`")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    key = parser.command(
        people, "key", "people:key", "make a key that stands for a person", json=True
    )
    key.add_argument("person", help="an id from `amity person list`")
    key.add_argument("--label", default="", help="what the person will see it as")
    policy = _group(groups, "policy", "show the policy in force")
    parser.command(policy, "show", "live:policy", "show the version in force", json=True)
    retention = _group(groups, "retention", "delete what is past its time")
    run = parser.command(retention, "run", "live:retention", "delete it now", json=True)
    run.add_argument("--dry-run", action="store_true", help="only count what would go")


def _ticket_commands(parser: _Parser, groups: Any) -> None:
    tickets = _group(groups, "ticket", "answer what people asked the operators")
    listed = parser.command(tickets, "list", "tickets:list_tickets", "list what is open", json=True)
    listed.add_argument("--all", action="store_true", help="also what is closed")
    for name, target, about in (
        ("show", "show_ticket", "show all that was written in a ticket"),
        ("reply", "reply", "answer a ticket"),
        ("close", "close", "end a ticket"),
        ("reopen", "reopen", "say yes to an appeal: the account is open again"),
        ("refuse", "refuse", "say no to an appeal: the account stays as it is"),
    ):
        command = parser.command(tickets, name, f"tickets:{target}", about, json=True)
        command.add_argument("number", type=int, help="a number from `amity ticket list`")
        if name == "reply":
            command.add_argument("text", help="the answer; - reads it from standard input")


def _store_commands(parser: _Parser, groups: Any) -> None:
    keys = _group(groups, "keys", "care for the master key")
    rotate = parser.command(keys, "rotate", "store:rotate", "replace the master key", json=True)
    rotate.add_argument(
        "--new-key-env", metavar="NAME", help="the variable that holds the new key, in base64"
    )
    rotate.add_argument(
        "--keyring",
        metavar="FOLDER",
        help="write the copy of the keys here anew; copies from before open with the old key only",
    )
    backup = parser.command(groups, "backup", "store:backup", "back the data up", json=True)
    backup.add_argument("folder", help="an empty or new folder")
    backup.add_argument(
        "--keyring", metavar="FOLDER", help="keep a copy of the keys here, replacing the last one"
    )
    restore = parser.command(groups, "restore", "store:restore", "restore a backup", json=True)
    restore.add_argument("folder", help="a folder that `amity backup` wrote")
    restore.add_argument(
        "--keyring",
        metavar="FOLDER",
        help="where `amity backup --keyring` left the latest keys, if the keyring is lost",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status: 0 good, 1 a finding, 2 wrong use."""
    options = _parser().parse_args(arguments)
    module, _, function = options.target.partition(":")
    try:
        run: Callable[[Any], int] = getattr(
            importlib.import_module(f"{_COMMANDS}.{module}"), function
        )
        return run(options)
    except OperatorError as error:
        print(error, file=sys.stderr)
        return FINDING
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return GOOD
    except Exception as error:  # noqa: BLE001 - the last place where it can be worded
        return _unforeseen(error)


def _unforeseen(error: Exception) -> int:
    """Say what can be said without quoting anybody: a foreign error's words may hold content."""
    from amity.observe.exceptions import describe

    told = describe(error)
    where = told["frames"][-1] if told["frames"] else "outside Amity"
    words = f": {error}" if isinstance(error, AmityError) else ""
    print(f"something went wrong: {told['type']} at {where}{words}", file=sys.stderr)
    return FINDING
