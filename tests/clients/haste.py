"""Shorter pauses between a client's looks: it waits seconds to be polite, the clouds here are quick."""

import time

_LONGEST_PAUSE = 0.1


def start():
    """Shortens every pause of this process and its forks."""
    sleep = time.sleep
    time.sleep = lambda seconds: sleep(min(seconds, _LONGEST_PAUSE))
