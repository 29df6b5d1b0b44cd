"""The server as a program of its own: ``python -m amity.testing.telegram_server``."""

import sys

from amity.testing.telegram_server.program import main

sys.exit(main())
