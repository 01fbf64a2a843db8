"""The `openstack` command, in forks of this process: imported once, which takes longer than most commands do."""

import contextlib
import io
import json
import multiprocessing
import shlex
import subprocess
import traceback

from openstackclient import shell

_LONGEST_SECONDS = 120


class Refused(Exception):
    """A command ended with another code than 0."""


class Commands:
    """Commands as one cloud of clouds.yaml."""

    def __init__(self, cloud, journal):
        self._cloud = cloud
        self._journal = journal

    def run(self, line, *more, version=None):
        """Runs a command, raises Refused with its words where it fails, and returns what it printed."""
        args = [*self._globals(version), *shlex.split(line), *more]
        code, out, err, exchanges = _forked(args, self._journal)
        self._journal.take_over(exchanges)
        if code != 0:
            raise Refused(f'openstack {shlex.join(args)}: {err.strip() or out.strip()}')
        return out

    def json(self, line, *more, version=None):
        """As `run`; what it printed as JSON."""
        text = self.run(line, *more, '-f', 'json', version=version)
        # What a command says while it waits stands in front.
        return json.loads(text[min((at for at in map(text.find, '[{') if at >= 0), default=0):])

    def refused(self, line, *more, version=None):
        """Runs a command that must fail and returns its words."""
        try:
            text = self.run(line, *more, version=version)
        except Refused as error:
            return str(error)
        raise AssertionError(f'openstack {line} should have failed, and printed {text!r}')

    def process(self, line, *more, version=None):
        """Runs a command as a process of its own; the completed process."""
        args = ['openstack', *self._globals(version), *shlex.split(line), *more]
        return subprocess.run(args, capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=False)

    def _globals(self, version):
        return ['--os-cloud', self._cloud, *(['--os-compute-api-version', version] if version else [])]


def warm_up():
    """Loads all commands once, here, so that no fork has to."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        shell.main(['complete'])


def _forked(args, journal):
    # The command keeps clients and versions with its classes, as it is made to run once: so each has its own process.
    forks = multiprocessing.get_context('fork')
    mine, its = forks.Pipe()
    child = forks.Process(target=_command, args=(args, journal, its), daemon=True)
    child.start()
    its.close()
    try:
        if not mine.poll(_LONGEST_SECONDS):
            return 1, '', f'still running after {_LONGEST_SECONDS} s', []
        return mine.recv()
    except EOFError:
        return 1, '', 'ended without a word', []
    finally:
        child.kill()
        child.join()


def _command(args, journal, pipe):
    journal.clear()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = shell.main(args)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # what a process would die of
            code = 1
            traceback.print_exc()
    pipe.send((code, out.getvalue(), err.getvalue(), journal.exchanges()))
