"""Every action that takes a server to another state, by the `openstack` command."""

from report import equal, has, holds


def play(cloud):
    server = cloud.new_server('actions')
    plain(cloud, server)
    rescued(cloud, server)
    moved(cloud, server)
    shelved(cloud, server)
    built_again(cloud, server)
    by_an_admin(cloud, server)
    refused(cloud, server)


def plain(cloud, server):
    run = cloud.openstack
    for action, status in (
        ('pause', 'PAUSED'),
        ('unpause', 'ACTIVE'),
        ('suspend', 'SUSPENDED'),
        ('resume', 'ACTIVE'),
        ('stop', 'SHUTOFF'),
        ('start', 'ACTIVE'),
    ):
        with cloud.step(f'server {action}'):
            equal('output', run.run(f'server {action} {server}'), '')
            cloud.server_is(server, status)

    for how in ('--soft', '--hard'):
        with cloud.step(f'server reboot {how} --wait'):
            run.run(f'server reboot {how} --wait {server}')
            cloud.server_is(server, 'ACTIVE')

    with cloud.step('server lock, unlock'):
        run.run(f'server lock {server}')
        equal('locked', run.json(f'server show {server}', version='2.9')['locked'], True)
        words = run.refused(f'server pause {server}')
        holds('why not', f'Instance {server} is locked' in words, words)
        run.run(f'server unlock {server}')
        equal('locked', run.json(f'server show {server}', version='2.9')['locked'], False)

    with cloud.step('server lock --reason'):
        run.run(f'server lock --reason "do not touch" {server}', version='2.73')
        shown = run.json(f'server show {server}', version='2.73')
        equal('lock', (shown['locked'], shown['locked_reason']), (True, 'do not touch'))
        has('locked servers', [row['ID'] for row in run.json('server list --locked', version='2.73')], server)
        run.run(f'server unlock {server}', version='2.73')
        shown = run.json(f'server show {server}', version='2.73')
        equal('lock', (shown['locked'], shown['locked_reason']), (False, None))


def rescued(cloud, server):
    run = cloud.openstack
    with cloud.step('server rescue, unrescue'):
        run.run(f'server rescue {server}')
        cloud.server_is(server, 'RESCUE')
        run.run(f'server unrescue {server}')
        cloud.server_is(server, 'ACTIVE')

    with cloud.step('server rescue --image --password'):
        run.run(f'server rescue --image tiny --password secret {server}')
        cloud.server_is(server, 'RESCUE')
        run.run(f'server unrescue {server}')
        cloud.server_is(server, 'ACTIVE')


def moved(cloud, server):
    run = cloud.openstack
    flavor = lambda: run.json(f'server show {server}')['flavor']

    with cloud.step('server resize --wait, confirm'):
        run.run(f'server resize --flavor m1.micro --wait {server}')
        cloud.server_is(server, 'VERIFY_RESIZE')
        equal('flavor', flavor(), 'm1.micro (84)')
        run.run(f'server resize confirm {server}')
        cloud.server_is(server, 'ACTIVE')
        equal('flavor', flavor(), 'm1.micro (84)')

    with cloud.step('server resize, revert'):
        run.run(f'server resize --flavor m1.nano {server}')
        cloud.server_is(server, 'VERIFY_RESIZE')
        run.run(f'server resize revert {server}')
        cloud.server_is(server, 'ACTIVE')
        equal('flavor', flavor(), 'm1.micro (84)')

    with cloud.step('server resize, to the flavor that it has'):
        words = run.refused(f'server resize --flavor m1.micro {server}')
        holds('the refusal', 'When resizing, instances must change flavor! (HTTP 400)' in words, words)


def shelved(cloud, server):
    run, admin = cloud.openstack, cloud.admin.openstack
    with cloud.step('server shelve --wait, unshelve --wait'):
        run.run(f'server shelve --wait {server}')
        cloud.server_is(server, 'SHELVED')
        run.run(f'server unshelve --wait {server}')
        cloud.server_is(server, 'ACTIVE')

    with cloud.step('server shelve --offload --wait, by an admin'):
        admin.run(f'server shelve --offload --wait {server}')
        cloud.server_is(server, 'SHELVED_OFFLOADED')
        equal('host', admin.json(f'server show {server}')['OS-EXT-SRV-ATTR:host'], None)
        equal('zone', run.json(f'server show {server}')['OS-EXT-AZ:availability_zone'], '')

    with cloud.step('server unshelve --availability-zone'):
        run.run(f'server unshelve --availability-zone nova --wait {server}', version='2.77')
        cloud.server_is(server, 'ACTIVE')
        equal('zone', run.json(f'server show {server}')['OS-EXT-AZ:availability_zone'], 'nova')

    with cloud.step('server shelve --offload, refused to a member'):
        words = run.refused(f'server shelve --offload {server}')
        holds('403', 'os-shelve:shelve_offload to be performed. (HTTP 403)' in words, words)
        cloud.server_is(server, 'SHELVED')
        run.run(f'server unshelve {server}')
        cloud.server_is(server, 'ACTIVE')


def built_again(cloud, server):
    run = cloud.openstack
    with cloud.step('server rebuild --wait'):
        rebuilt = run.json(f'server rebuild --wait {server}')
        equal('id', rebuilt['id'], server)
        cloud.server_is(server, 'ACTIVE')

    with cloud.step('server rebuild --image --name --property --description'):
        rebuilt = run.json(
            f'server rebuild --image tiny --name {cloud.name_for("rebuilt")} --property x=y --description anew {server}',
            version='2.19',
        )
        equal('status', rebuilt['status'], 'REBUILD')
        holds('an adminPass', rebuilt.get('adminPass'))
        cloud.server_is(server, 'ACTIVE')
        shown = run.json(f'server show {server}', version='2.19')
        equal('name', shown['name'], cloud.name_for('rebuilt'))
        equal('properties', shown['properties'], {'x': 'y'})
        equal('description', shown['description'], 'anew')

    with cloud.step('server rebuild of a stopped one stays stopped'):
        run.run(f'server stop {server}')
        cloud.server_is(server, 'SHUTOFF')
        run.json(f'server rebuild {server}')
        cloud.server_is(server, 'SHUTOFF')
        run.run(f'server start {server}')
        cloud.server_is(server, 'ACTIVE')


def by_an_admin(cloud, server):
    run, admin = cloud.openstack, cloud.admin.openstack
    with cloud.step('server migrate --wait, confirm, by an admin'):
        before = admin.json(f'server show {server}')['OS-EXT-SRV-ATTR:host']
        admin.run(f'server migrate --wait {server}')
        cloud.server_is(server, 'VERIFY_RESIZE')
        holds('another host', admin.json(f'server show {server}')['OS-EXT-SRV-ATTR:host'] != before)
        admin.run(f'server migrate confirm {server}')
        cloud.server_is(server, 'ACTIVE')

    with cloud.step('server migrate, revert'):
        before = admin.json(f'server show {server}')['OS-EXT-SRV-ATTR:host']
        admin.run(f'server migrate {server}')
        cloud.server_is(server, 'VERIFY_RESIZE')
        admin.run(f'server migrate revert {server}')
        cloud.server_is(server, 'ACTIVE')
        equal('host', admin.json(f'server show {server}')['OS-EXT-SRV-ATTR:host'], before)

    with cloud.step('server migrate, refused to a member'):
        words = run.refused(f'server migrate {server}')
        holds('403', 'os-migrate-server:migrate to be performed. (HTTP 403)' in words, words)

    with cloud.step('server set --state, by an admin'):
        admin.run(f'server set --state error {server}')
        cloud.server_is(server, 'ERROR')
        words = run.refused(f'server set --state active {server}')
        holds('403', 'HTTP 403' in words, words)
        admin.run(f'server set --state active {server}')
        cloud.server_is(server, 'ACTIVE')

    with cloud.step('server list --all-projects, by an admin'):
        row = next(row for row in admin.json('server list --all-projects --long') if row['ID'] == server)
        holds('a host', row['Host'])
        equal('none of its own', [row['ID'] for row in admin.json('server list') if row['ID'] == server], [])


def refused(cloud, server):
    run = cloud.openstack
    with cloud.step('actions in a state that does not allow them'):
        for action, key in (('unpause', 'unpause'), ('start', 'start'), ('resume', 'resume'), ('unrescue', 'unrescue'),
                            ('restore', 'restore'), ('resize confirm', 'confirmResize'),
                            ('resize revert', 'revertResize')):
            words = run.refused(f'server {action} {server}')
            holds(f'why not {action}',
                  f"Cannot '{key}' instance {server} while it is in vm_state active" in words, words)
