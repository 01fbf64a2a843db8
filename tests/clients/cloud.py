"""What the chapters share: the cloud under test, its clients, waiting, and putting away what they made."""

import time
import uuid

import openstack

from commands import Commands

_LONGEST_WAIT = 30


class Cloud:
    """One user's view of the cloud."""

    def __init__(self, name, report, journal):
        self.name = name
        self.report = report
        self.step = report.step
        self.sdk = openstack.connect(cloud=name)
        self.session = self.sdk.session
        self.openstack = Commands(name, journal)
        self.mark = f'clients-{uuid.uuid4().hex[:8]}'
        self._made = []

    @property
    def project_id(self):
        return self.session.get_project_id()

    def newest_minor(self):
        """The minor number of Nova's newest microversion, which tells its release."""
        return int(self.sdk.compute.get_endpoint_data().max_microversion[1])

    def name_for(self, what):
        """A name that nothing else in the cloud has."""
        return f'{self.mark}-{what}'

    def compute(self, method, path, body=None, version='2.1'):
        """A request of our own to Nova; its JSON."""
        return self._ask('compute', method, path, body, version)

    def volume(self, method, path, body=None, version='3.60'):
        """A request of our own to Cinder; its JSON."""
        return self._ask('block-storage', method, path, body, version)

    def server_is(self, server_id, status):
        """Waits until the server has this status and no task."""
        def seen():
            server = self.compute('GET', f'/servers/{server_id}').get('server', {})
            return server.get('status', 'gone') if server.get('OS-EXT-STS:task_state') is None else 'busy'
        return self.until(f'server {server_id}', seen, status)

    def volume_is(self, volume_id, status):
        """Waits until the volume has this status, `gone` included."""
        return self.until(
            f'volume {volume_id}',
            lambda: self.volume('GET', f'/volumes/{volume_id}').get('volume', {}).get('status', 'gone'),
            status,
        )

    def until(self, what, seen, wanted):
        end = time.monotonic() + _LONGEST_WAIT
        pause = 0.02
        while (value := seen()) != wanted:
            if time.monotonic() > end:
                raise TimeoutError(f'{what}: expected {wanted!r}, still {value!r}')
            time.sleep(pause)
            pause = min(pause * 1.3, 0.5)
        return value

    def keep_server(self, server_id):
        """Notes a server, to be removed at the end."""
        self._made.append(('server', server_id))
        return server_id

    def keep_volume(self, volume_id):
        """Notes a volume, to be removed at the end."""
        self._made.append(('volume', volume_id))
        return volume_id

    def new_volume(self, what='volume', **fields):
        """A free volume of 1 GiB, made without any of the clients under test."""
        wish = {'name': self.name_for(what), 'size': 1, **fields}
        volume_id = self.keep_volume(self.volume('POST', '/volumes', {'volume': wish})['volume']['id'])
        self.volume_is(volume_id, 'available')
        return volume_id

    def new_server(self, what='server', **fields):
        """An active server, made without any of the clients under test."""
        images = self.sdk.session.get('/v2/images', endpoint_filter={'service_type': 'image'}).json()['images']
        flavors = self.compute('GET', '/flavors')['flavors']
        wish = {
            'name': self.name_for(what),
            'imageRef': next(image['id'] for image in images if image['name'] == 'tiny'),
            'flavorRef': next(flavor['id'] for flavor in flavors if flavor['name'] == 'm1.nano'),
            'networks': 'none',
            **fields,
        }
        made = self.compute('POST', '/servers', {'server': wish}, version='2.37')
        server_id = self.keep_server(made['server']['id'])
        self.server_is(server_id, 'ACTIVE')
        return server_id

    def put_away(self):
        """Removes all that was noted and is still there: servers first, as they hold the volumes."""
        try:
            self._put_away()
        except TimeoutError as error:
            print(f'left behind: {error}', flush=True)

    def _put_away(self):
        for kind in ('server', 'volume'):
            left = [each for made, each in self._made if made == kind]
            for each in left:
                if kind == 'server':
                    self.compute('POST', f'/servers/{each}/action', {'unlock': None})
                    self.compute('POST', f'/servers/{each}/action', {'forceDelete': None})
                else:
                    self.volume('DELETE', f'/volumes/{each}')
            for each in left:
                if kind == 'server':
                    self.until(f'server {each}', lambda: 'server' in self.compute('GET', f'/servers/{each}'), False)
                else:
                    self.volume_is(each, 'gone')
        self._made.clear()

    def _ask(self, service, method, path, body, version):
        kind = 'compute' if service == 'compute' else 'volume'
        response = self.session.request(
            path,
            method,
            json=body,
            endpoint_filter={'service_type': service, 'interface': 'public'},
            headers={'OpenStack-API-Version': f'{kind} {version}', 'Accept': 'application/json'},
            raise_exc=False,
        )
        return response.json() if response.text else {}
