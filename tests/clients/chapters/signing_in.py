"""Signing in: tokens, catalog, discovery, and the command as a process of its own."""

import json

from report import equal, has, holds


def play(cloud):
    run = cloud.openstack

    with cloud.step('token issue'):
        token = run.json('token issue')
        equal('fields', sorted(token), ['expires', 'id', 'project_id', 'user_id'])
        equal('project_id', token['project_id'], cloud.project_id)

    with cloud.step('token issue, as a process'):
        done = run.process('token issue', '-f', 'json')
        equal('exit code', done.returncode, 0)
        equal('stderr', done.stderr, '')
        equal('project_id', json.loads(done.stdout)['project_id'], cloud.project_id)

    with cloud.step('token revoke'):
        token = run.json('token issue')['id']
        equal('output', run.run('token revoke', token), '')
        refused = cloud.session.get(
            '/servers', headers={'X-Auth-Token': token}, authenticated=False,
            endpoint_filter={'service_type': 'compute'}, raise_exc=False,
        )
        equal('status of a request with it', refused.status_code, 401)

    with cloud.step('catalog list'):
        entries = run.json('catalog list')
        has('names', [entry['Name'] for entry in entries], 'keystone', 'nova', 'glance')
        compute = next(entry for entry in entries if entry['Name'] == 'nova')
        has('interfaces', [endpoint['interface'] for endpoint in compute['Endpoints']], 'public')

    with cloud.step('catalog show compute'):
        entry = run.json('catalog show compute')
        equal('type', entry['type'], 'compute')

    with cloud.step('versions show --service compute'):
        rows = run.json('versions show --service compute')
        newest = next(row for row in rows if row['Status'] == 'CURRENT')
        equal('oldest microversion', newest['Min Microversion'], '2.1')
        holds('a newest microversion', newest['Max Microversion'].startswith('2.'), newest['Max Microversion'])

    for service, kind in (('block-storage', 'Cinder'), ('image', 'Glance'), ('identity', 'Keystone')):
        with cloud.step(f'versions show --service {service}'):
            rows = run.json(f'versions show --service {service}')
            has(f'statuses of {kind}', [row['Status'] for row in rows], 'CURRENT')

    with cloud.step('project show, its own'):
        project = run.json('project show', cloud.project_id)
        equal('id', project['id'], cloud.project_id)
        equal('enabled', project['enabled'], True)

    with cloud.step('a wrong password is refused'):
        words = run.refused('--os-password wrong token issue')
        holds('HTTP 401', 'HTTP 401' in words, words)
