"""``python -m amity`` is ``amity``."""

import sys

from amity.cli import main

if __name__ == "__main__":
    sys.exit(main())
