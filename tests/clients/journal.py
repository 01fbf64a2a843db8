"""The HTTP exchanges of all clients in this process, so that a failing step can show what was answered."""

import collections

import requests

_LONGEST_BODY = 600


class Journal:
    """Keeps the last exchanges; secrets are in none of what it keeps."""

    def __init__(self):
        self._exchanges = collections.deque(maxlen=50)
        self._send = requests.Session.send

    def start(self):
        """All clients send through requests, whatever stands above it."""
        journal = self

        def send(session, request, **options):
            response = journal._send(session, request, **options)
            journal._note(request, response)
            return response

        requests.Session.send = send

    def clear(self):
        self._exchanges.clear()

    def telling(self):
        """The last refusal as text, or else the last exchange."""
        refused = [each for each in self._exchanges if each[2] >= 400 and each[2] not in (401, 404)]
        chosen = refused[-1:] or list(self._exchanges)[-1:]
        return '\n'.join(f'{method} {url} -> {status} {body}' for method, url, status, body in chosen)

    def exchanges(self):
        return list(self._exchanges)

    def take_over(self, exchanges):
        """Adds what another process noted."""
        self._exchanges.extend(exchanges)

    def _note(self, request, response):
        secret = '/auth/tokens' in request.url
        body = '(a token)' if secret else response.text[:_LONGEST_BODY]
        self._exchanges.append((request.method, request.url, response.status_code, body))
