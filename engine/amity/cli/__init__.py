"""The command line. Importing this imports next to nothing: ``amity --help`` answers at once."""

from amity.cli.main import main

__all__ = ["main"]
