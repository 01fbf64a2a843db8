"""Volumes: made, listed, shown, changed and deleted by the `openstack` command."""

from report import equal, has, holds


def play(cloud):
    run = cloud.openstack
    name = cloud.name_for('plain')

    with cloud.step('volume create', needed=True):
        made = run.json(f'volume create --size 1 --description words --property a=1 --property b=2 {name}')
        volume = cloud.keep_volume(made['id'])
        equal('status', made['status'], 'creating')
        equal('size', made['size'], 1)
        equal('type', made['type'], 'default')
        equal('bootable', made['bootable'], 'false')
        equal('properties', made['properties'], {'a': '1', 'b': '2'})
        cloud.volume_is(volume, 'available')

    with cloud.step('volume create --type --bootable --availability-zone'):
        made = run.json(
            f'volume create --size 2 --type multiattach --bootable --availability-zone nova {cloud.name_for("multi")}'
        )
        multi = cloud.keep_volume(made['id'])
        cloud.volume_is(multi, 'available')
        shown = run.json(f'volume show {multi}')
        equal('multiattach', shown['multiattach'], True)
        equal('type', shown['type'], 'multiattach')
        equal('bootable', shown['bootable'], 'true')

    with cloud.step('volume create --image'):
        made = run.json(f'volume create --size 1 --image tiny {cloud.name_for("image")}')
        of_image = cloud.keep_volume(made['id'])
        cloud.volume_is(of_image, 'available')
        shown = run.json(f'volume show {of_image}')
        equal('bootable', shown['bootable'], 'true')
        equal('image', shown['volume_image_metadata']['image_name'], 'tiny')
        has('image metadata', shown['volume_image_metadata'], 'image_id', 'checksum', 'disk_format', 'size', 'min_disk')

    with cloud.step('volume create --source'):
        made = run.json(f'volume create --source {of_image} {cloud.name_for("copy")}')
        copy = cloud.keep_volume(made['id'])
        cloud.volume_is(copy, 'available')
        shown = run.json(f'volume show {copy}')
        equal('source', (shown['source_volid'], shown['size'], shown['bootable']), (of_image, 1, 'true'))

    with cloud.step('volume create, refused'):
        words = run.refused('volume create --size 0 x')
        holds('400', 'HTTP 400' in words, words)
        words = run.refused('volume create --size 1 --type nothing x')
        holds('404', 'HTTP 404' in words, words)
        words = run.refused('volume create --size 1 --image nothing x')
        holds('the image', 'nothing' in words, words)

    with cloud.step('volume list'):
        row = next(row for row in run.json('volume list') if row['ID'] == volume)
        equal('row', row, {'ID': volume, 'Name': name, 'Status': 'available', 'Size': 1, 'Attached to': []})

    with cloud.step('volume list --long, filtered'):
        [row] = run.json(f'volume list --long --name {name}')
        equal('row', (row['Type'], row['Bootable'], row['Properties']), ('default', 'false', {'a': '1', 'b': '2'}))
        has('available', [row['ID'] for row in run.json('volume list --status available')], volume, multi)
        equal('error', [row['ID'] for row in run.json('volume list --status error') if row['ID'] == volume], [])

    with cloud.step('volume list, by pages'):
        equal('volumes on a page', len(run.json('volume list --limit 1')), 1)
        rest = [row['ID'] for row in run.json(f'volume list --marker {multi}')]
        has('older ones', rest, volume)
        holds('none that is newer', multi not in rest and copy not in rest, rest)

    with cloud.step('volume list --all-projects, by an admin'):
        has('ids', [row['ID'] for row in cloud.admin.openstack.json('volume list --all-projects')], volume)
        holds('not its own', volume not in [row['ID'] for row in cloud.admin.openstack.json('volume list')])

    with cloud.step('volume show'):
        shown = run.json(f'volume show {name}')
        equal('id', shown['id'], volume)
        equal('attachments', shown['attachments'], [])
        has('fields', shown, 'os-vol-tenant-attr:tenant_id', 'replication_status', 'consistencygroup_id', 'encrypted')
        shown = cloud.admin.openstack.json(f'volume show {volume}')
        has('fields of an admin', shown, 'os-vol-host-attr:host', 'os-vol-mig-status-attr:migstat', 'migration_status')

    with cloud.step('a volume that does not exist'):
        words = run.refused('volume show nothing')
        holds('its name', "No volume with a name or ID of 'nothing' exists." in words, words)

    changing(cloud, volume)
    images(cloud, volume)
    deleting(cloud, volume, multi)


def changing(cloud, volume):
    run = cloud.openstack
    show = lambda: run.json(f'volume show {volume}')

    with cloud.step('volume set --name --description'):
        equal('output', run.run(f'volume set --name {cloud.name_for("new")} --description other {volume}'), '')
        shown = show()
        equal('named', (shown['name'], shown['description']), (cloud.name_for('new'), 'other'))

    with cloud.step('volume set --property, unset'):
        run.run(f'volume set --property b=3 --property c=4 {volume}')
        equal('properties', show()['properties'], {'a': '1', 'b': '3', 'c': '4'})
        run.run(f'volume unset --property a {volume}')
        equal('properties', show()['properties'], {'b': '3', 'c': '4'})
        run.run(f'volume set --no-property --property d=5 {volume}')
        equal('properties', show()['properties'], {'d': '5'})
        run.refused(f'volume unset --property nothing {volume}')

    with cloud.step('volume set --size'):
        run.run(f'volume set --size 3 {volume}')
        cloud.volume_is(volume, 'available')
        equal('size', show()['size'], 3)
        words = run.refused(f'volume set --size 2 {volume}')
        holds('why not', 'New size must be greater than' in words or 'must be greater than current size' in words, words)

    with cloud.step('volume set --bootable, --non-bootable'):
        run.run(f'volume set --bootable {volume}')
        equal('bootable', show()['bootable'], 'true')
        run.run(f'volume set --non-bootable {volume}')
        equal('bootable', show()['bootable'], 'false')

    with cloud.step('volume set --read-only, --read-write'):
        run.run(f'volume set --read-only {volume}')
        equal('properties', show()['properties'], {'d': '5', 'readonly': 'True'})
        run.run(f'volume set --read-write {volume}')
        equal('properties', show()['properties'], {'d': '5', 'readonly': 'False'})

    with cloud.step('volume set --type'):
        run.run(f'volume set --type multiattach {volume}')
        cloud.until('its type', lambda: show()['type'], 'multiattach')
        cloud.volume_is(volume, 'available')
        equal('multiattach', show()['multiattach'], True)

    with cloud.step('volume set --state, by an admin'):
        cloud.admin.openstack.run(f'volume set --state error {volume}')
        cloud.volume_is(volume, 'error')
        words = run.refused(f'volume set --state available {volume}')
        cloud.admin.openstack.run(f'volume set --state available {volume}')
        cloud.volume_is(volume, 'available')


def images(cloud, volume):
    run = cloud.openstack
    with cloud.step('volume set --image-property, unset'):
        run.run(f'volume set --image-property one=1 --image-property two=2 {volume}')
        equal('properties', run.json(f'volume show {volume}')['volume_image_metadata'], {'one': '1', 'two': '2'})
        run.run(f'volume unset --image-property one {volume}')
        equal('properties', run.json(f'volume show {volume}')['volume_image_metadata'], {'two': '2'})


def deleting(cloud, volume, multi):
    run = cloud.openstack
    with cloud.step('volume delete, of one that is in use'):
        server = cloud.new_server('volumes')
        run.json(f'server add volume {server} {volume}', version='2.60')
        cloud.volume_is(volume, 'in-use')
        [place] = run.json(f'volume show {volume}')['attachments']
        equal('attached to', (place['server_id'], place['volume_id']), (server, volume))
        [row] = [row for row in run.json('volume list') if row['ID'] == volume]
        equal('attached to', [each['server_id'] for each in row['Attached to']], [server])
        words = run.refused(f'volume delete {volume}')
        holds('how many', '1 of 1 volumes failed to delete' in words, words)
        run.run(f'server remove volume {server} {volume}')
        cloud.volume_is(volume, 'available')

    with cloud.step('volume delete'):
        equal('output', run.run(f'volume delete {volume} {multi}'), '')
        cloud.volume_is(volume, 'gone')
        cloud.volume_is(multi, 'gone')

    with cloud.step('volume delete --force, by an admin'):
        stuck = cloud.new_volume('stuck')
        cloud.admin.openstack.run(f'volume set --state attaching {stuck}')
        cloud.admin.openstack.run(f'volume delete --force {stuck}')
        cloud.volume_is(stuck, 'gone')
