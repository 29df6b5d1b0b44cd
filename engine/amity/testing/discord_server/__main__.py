"""Runs the server with somebody at the terminal."""

import sys

from amity.testing.discord_server.play import main

if __name__ == "__main__":
    sys.exit(main())
