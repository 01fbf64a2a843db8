"""What a server's history says: `server event list` and `show`."""

from report import equal, has, holds


def play(cloud):
    run, admin = cloud.openstack, cloud.admin.openstack
    server = cloud.new_server('events')
    run.run(f'server stop {server}')
    cloud.server_is(server, 'SHUTOFF')

    with cloud.step('server event list', needed=True):
        rows = run.json(f'server event list {server}')
        equal('actions', [row['Action'] for row in rows], ['stop', 'create'])
        equal('fields', list(rows[0]), ['Request ID', 'Server ID', 'Action', 'Start Time'])
        request = rows[0]['Request ID']

    with cloud.step('server event list --long'):
        rows = run.json(f'server event list --long {server}', version='2.58')
        has('fields', rows[0], 'Message', 'Project ID', 'User ID')
        equal('project', rows[0]['Project ID'], cloud.project_id)

    with cloud.step('server event list, by pages and times'):
        listed = lambda more, version: [row['Action'] for row in run.json(f'server event list {more} {server}',
                                                                            version=version)]
        equal('a page', listed('--limit 1', '2.58'), ['stop'])
        equal('the next page', listed(f'--limit 1 --marker {request}', '2.58'), ['create'])
        equal('since then', listed('--changes-since 2099-01-01T00:00:00Z', '2.58'), [])
        equal('before then', listed('--changes-before 2020-01-01T00:00:00Z', '2.66'), [])
        equal('before later', listed('--changes-before 2099-01-01T00:00:00Z', '2.66'), ['stop', 'create'])

    with cloud.step('server event show'):
        shown = run.json(f'server event show {server} {request}')
        equal('action', shown['action'], 'stop')
        holds('no events for a member', 'events' not in shown, shown)
        shown = run.json(f'server event show {server} {request}', version='2.51')
        [event] = shown['events']
        equal('event', (event['event'], event['result']), ('compute_stop_instance', 'Success'))
        holds('no host for a member', 'host' not in event, event)

    with cloud.step('server event show, by an admin'):
        [event] = admin.json(f'server event show {server} {request}', version='2.84')['events']
        has('fields', event, 'host', 'hostId', 'details', 'traceback')
        holds('a host', event['host'])

    with cloud.step('an event that does not exist'):
        words = run.refused(f'server event show {server} req-nothing')
        holds('404', 'Action req-nothing not found' in words or 'HTTP 404' in words, words)

    with cloud.step('events of a server that is gone'):
        run.run(f'server delete --force --wait {server}')
        rows = run.json(f'server event list {server}', version='2.21')
        equal('actions', [row['Action'] for row in rows], ['delete', 'stop', 'create'])
        run.refused(f'server event list {server}', version='2.20')
