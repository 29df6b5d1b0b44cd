"""When the log is to be moved: by its file's size while that grows, by rows from then on."""

from hypothesis import given
from hypothesis import strategies as st

from amity.store.sqlite_log import LogLength

PAGE = 2048
LONGEST = 100 * PAGE


class Log:
    """SQLite's log as it behaves: the file never shrinks, and is written over once it was moved."""

    def __init__(self) -> None:
        self.length = LogLength(page=PAGE, longest=LONGEST)
        self.pages = self.rows = self.size = self.moves = 0

    def write(self, rows: int, pages: int) -> None:
        self.rows += rows
        self.pages += pages
        self.size = max(self.size, self.pages * PAGE)

    def reached(self) -> bool:
        return self.length.is_reached(size=self.size, rows=self.rows)

    def move(self, *, whole: bool = True) -> None:
        self.moves += 1
        self.length.moved(size=self.size, rows=self.rows, pages=self.pages, whole=whole)
        if whole:
            self.pages = 0


def test_a_growing_file_tells_by_its_size() -> None:
    log = Log()
    log.write(rows=1, pages=100)
    assert not log.reached()
    log.write(rows=1, pages=1)
    assert log.reached()


def test_a_file_that_was_cut_is_measured_anew() -> None:
    log = Log()
    log.write(rows=1, pages=101)
    log.move()
    log.size = 0
    assert not log.reached()
    log.write(rows=0, pages=101)
    assert log.reached()


@given(
    pages=st.integers(min_value=1, max_value=30),
    groups=st.lists(st.integers(min_value=1, max_value=9), min_size=300, max_size=300),
)
def test_the_log_stays_about_as_long_as_is_wanted(pages: int, groups: list[int]) -> None:
    log, longest = Log(), 0
    for rows in groups:
        log.write(rows, rows * pages)
        longest = max(longest, log.pages)
        if log.reached():
            assert log.pages > 50 or log.moves == 0
            log.move()
    group = 9 * pages
    assert longest <= 100 + 2 * group
    assert log.moves >= sum(groups) * pages // (100 + 2 * group) - 1


@given(held=st.integers(min_value=1, max_value=20))
def test_a_log_that_could_not_begin_anew_is_not_tried_with_every_row(held: int) -> None:
    log = Log()
    for _ in range(held):
        while not log.reached():
            log.write(rows=1, pages=5)
        log.move(whole=False)
    assert log.rows >= held * 20
    log.move()
    written = 0
    while not log.reached():
        log.write(rows=1, pages=5)
        written += 1
    assert 19 <= written <= 22


@given(before=st.integers(min_value=1, max_value=5), after=st.integers(min_value=1, max_value=40))
def test_it_learns_how_many_pages_rows_take(before: int, after: int) -> None:
    log, written = Log(), 0
    for pages in (before, after, after, after):
        written = 0
        while not log.reached():
            log.write(rows=1, pages=pages)
            written += pages
        log.move()
    assert written <= 100 + 2 * after
