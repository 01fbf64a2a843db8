"""Steps and their outcomes: one line each, and what a failing one saw."""

import contextlib
import time


class Differs(Exception):
    """A step saw something else than it should."""


class GivenUp(Exception):
    """What the rest of a chapter builds on could not be done."""


def equal(what, received, expected):
    if received != expected:
        raise Differs(f'{what}: expected {expected!r}, received {received!r}')


def holds(what, truth, received=''):
    if not truth:
        raise Differs(f'expected {what}, received {received!r}')


def has(what, members, *expected):
    missing = [each for each in expected if each not in members]
    if missing:
        raise Differs(f'{what}: expected {missing!r} among {sorted(members)!r}')


class Report:
    """Counts the steps and prints them as they end."""

    def __init__(self, journal):
        self.passed = 0
        self.failed = 0
        self._journal = journal

    @contextlib.contextmanager
    def step(self, name, needed=False):
        """One step; where a needed one fails, its chapter ends."""
        self._journal.clear()
        begun = time.monotonic()
        try:
            yield
        except (KeyboardInterrupt, GivenUp):
            raise
        # A client's own mistakes with an answer count as much as a wrong value; SystemExit is how commands fail.
        except (Exception, SystemExit) as error:
            self._fail(name, error)
            if needed:
                raise GivenUp(name) from error
        else:
            self.passed += 1
            print(f'ok    {name}  {time.monotonic() - begun:.2f}s', flush=True)

    def chapter(self, name, play):
        """One chapter; its steps are told, and also where it ended early."""
        print(f'-- {name}', flush=True)
        try:
            play()
        except GivenUp as missing:
            print(f'      the rest of {name} was not run, for want of: {missing}', flush=True)
        except Exception as error:  # between two steps
            self._fail(name, error)

    def _fail(self, name, error):
        self.failed += 1
        text = f'{type(error).__name__}: {error}' if not isinstance(error, Differs) else str(error)
        print(f'FAIL  {name}\n      {text}'.replace('\n', '\n      '), flush=True)
        answer = self._journal.telling()
        if answer:
            print(f'      {answer}'.replace('\n', '\n      '), flush=True)
