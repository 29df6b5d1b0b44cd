"""How long SQLite's write-ahead log has become."""

import math

__all__ = ["LogLength"]


class LogLength:
    """Tells when the log is to be moved into the database's file.

    The log's file does not get shorter when it was moved: the next commit begins to write over it.
    So while the file grows, its size tells; from then on the rows that were changed do, by how many
    pages as many rows took before. By the size alone every commit would be followed by a move,
    which waits for the disk twice.

    Args:
        page: Bytes of a page.
        longest: Bytes of log from which on it is to be moved.
    """

    def __init__(self, *, page: int, longest: int) -> None:
        self._page = page
        self._longest = longest
        self._size = 0
        self._rows = 0
        self._left = 0
        self._at_most: float = math.inf

    def is_reached(self, *, size: int, rows: int) -> bool:
        """Whether the log is to be moved.

        Args:
            size: Bytes of the log's file.
            rows: Rows changed since the database was opened.
        """
        self._size = min(self._size, size)  # it may have been cut
        return size - self._size > self._longest or rows - self._rows >= self._at_most

    def moved(self, *, size: int, rows: int, pages: int, whole: bool) -> None:
        """Say that it was moved.

        Args:
            size: Bytes of the log's file.
            rows: Rows changed since the database was opened.
            pages: How many pages the log holds.
            whole: Whether all of them were moved, so that the log begins anew.
        """
        written = pages - self._left
        if written > 0:
            at_most = (rows - self._rows) * self._longest // (written * self._page)
            self._at_most = max(1, at_most)
        self._left = 0 if whole else pages
        self._size, self._rows = size, rows
