"""Servers: made in each way, listed, shown, changed and deleted."""

from report import equal, has, holds


def play(cloud):
    run = cloud.openstack
    name = cloud.name_for('image')
    ids = {}

    with cloud.step('server create --image --wait', needed=True):
        made = run.json(
            f'server create --image tiny --flavor m1.nano --nic none --property a=1 --property b=2 --wait {name}',
            version='2.37',
        )
        ids['image'] = cloud.keep_server(made['id'])
        equal('status', made['status'], 'ACTIVE')
        equal('name', made['name'], name)
        equal('properties', made['properties'], {'a': '1', 'b': '2'})
        equal('flavor', made['flavor'], 'm1.nano (42)')
        holds('the image by name and id', made['image'].startswith('tiny ('), made['image'])
        holds('an adminPass', made.get('adminPass'))
        equal('project_id', made['project_id'], cloud.project_id)

    with cloud.step('server create, from a volume'):
        volume = cloud.new_volume('root', imageRef=cloud.sdk.image.find_image('tiny').id)
        other = cloud.name_for('volume')
        made = run.json(f'server create --volume {volume} --flavor m1.nano --nic none {other}', version='2.52')
        ids['volume'] = cloud.keep_server(made['id'])
        equal('status of a new server', made['status'], 'BUILD')
        equal('OS-EXT-STS:vm_state', made['OS-EXT-STS:vm_state'], 'building')
        cloud.server_is(made['id'], 'ACTIVE')
        shown = run.json('server show', made['id'])
        equal('image', shown['image'], 'N/A (booted from volume)')
        equal('volumes', [each['id'] for each in shown['volumes_attached']], [volume])
        equal('volume status', cloud.volume('GET', f'/volumes/{volume}')['volume']['status'], 'in-use')

    with cloud.step('server create --boot-from-volume, --tag, --description'):
        made = run.json(
            'server create --image tiny --boot-from-volume 1 --flavor m1.nano --nic none --wait '
            f'--tag one --tag two --description words {cloud.name_for("made")}',
            version='2.52',
        )
        ids['made'] = cloud.keep_server(made['id'])
        equal('status', made['status'], 'ACTIVE')
        equal('tags', sorted(made['tags']), ['one', 'two'])
        equal('description', made['description'], 'words')
        [volume] = made['volumes_attached']
        cloud.keep_volume(volume['id'])
        equal('delete_on_termination', volume['delete_on_termination'], False)
        shown = cloud.volume('GET', f'/volumes/{volume["id"]}')['volume']
        equal('the volume', (shown['status'], shown['size'], shown['bootable']), ('in-use', 1, 'true'))
        equal('its image', shown['volume_image_metadata']['image_name'], 'tiny')

    with cloud.step('server create --block-device, with a blank disk that goes with the server'):
        made = run.json(
            'server create --image tiny --flavor m1.nano --nic none --wait --block-device '
            f'source_type=blank,destination_type=volume,volume_size=2,delete_on_termination=true,tag=data '
            f'{cloud.name_for("blank")}',
            version='2.42',
        )
        ids['blank'] = cloud.keep_server(made['id'])
        [volume] = made['volumes_attached']
        equal('delete_on_termination', volume['delete_on_termination'], True)
        equal('size', cloud.volume('GET', f'/volumes/{volume["id"]}')['volume']['size'], 2)
        run.run(f'server delete --force --wait {made["id"]}')
        cloud.volume_is(volume['id'], 'gone')

    with cloud.step('server create, at 2.1 without a word of networks'):
        made = run.json(f'server create --image tiny --flavor m1.nano --wait {cloud.name_for("old")}')
        ids['old'] = cloud.keep_server(made['id'])
        equal('status', made['status'], 'ACTIVE')
        [[address]] = made['addresses'].values()
        [row] = run.json(f'server list --name {cloud.name_for("old")}')
        equal('networks', row['Networks'], {network: [address] for network in made['addresses']})

    with cloud.step('server create --min 2 --max 2'):
        run.run(
            f'server create --image tiny --flavor m1.nano --nic none --min 2 --max 2 {cloud.name_for("pair")}',
            version='2.37',
        )
        pair = run.json(f'server list --name {cloud.name_for("pair")}')
        for each in pair:
            cloud.keep_server(each['ID'])
        equal('names', sorted(each['Name'] for each in pair), [cloud.name_for(f'pair-{n}') for n in (1, 2)])

    with cloud.step('server create, refused'):
        words = run.refused(f'server create --image nothing --flavor m1.nano --nic none x', version='2.37')
        holds('the image', 'nothing' in words, words)
        blank = cloud.new_volume('blank')
        words = run.refused(f'server create --volume {blank} --flavor m1.nano --nic none x', version='2.37')
        holds('not bootable', 'is not bootable' in words and 'HTTP 400' in words, words)

    listing(cloud, name, ids)
    showing(cloud, name, ids['image'])
    changing(cloud, ids['image'])
    deleting(cloud, ids)


def listing(cloud, name, ids):
    run = cloud.openstack

    with cloud.step('server list'):
        rows = run.json('server list')
        row = next(each for each in rows if each['ID'] == ids['image'])
        equal('fields', list(row), ['ID', 'Name', 'Status', 'Networks', 'Image', 'Flavor'])
        equal('row', (row['Name'], row['Status'], row['Image'], row['Flavor']), (name, 'ACTIVE', 'tiny', 'm1.nano'))
        row = next(each for each in rows if each['ID'] == ids['volume'])
        equal('image', row['Image'], 'N/A (booted from volume)')

    with cloud.step('server list --long'):
        row = run.json(f'server list --long --name {name}', version='2.73')[0]
        has('fields', row, 'Task State', 'Power State', 'Availability Zone', 'Host', 'Properties', 'Image ID', 'Image Name')
        equal('properties', row['Properties'], {'a': '1', 'b': '2'})
        equal('power state', row['Power State'], 1)

    with cloud.step('server list, filtered'):
        mine = lambda more, **options: [row['ID'] for row in run.json(f'server list {more}', **options)]
        has('ACTIVE', mine('--status ACTIVE'), ids['image'])
        equal('PAUSED', mine(f'--status PAUSED --name {cloud.mark}'), [])
        equal('a pattern', mine(f'--name "^{name}$"'), [ids['image']])
        has('the flavor', mine('--flavor m1.nano'), ids['image'])
        holds('not the other flavor', ids['image'] not in mine('--flavor m1.micro'))
        has('the image', mine('--image tiny'), ids['image'])
        equal('a tag', [each for each in mine('--tags one', version='2.26') if each in ids.values()], [ids['made']])
        holds('not the tag', ids['made'] not in mine('--not-tags one', version='2.26'))
        equal('locked', mine(f'--locked --name {cloud.mark}', version='2.73'), [])
        has('unlocked', mine('--unlocked', version='2.73'), ids['image'])
        equal('changed long ago', mine('--changes-before 2020-01-01T00:00:00Z', version='2.66'), [])
        has('changed since', mine('--changes-since 2020-01-01T00:00:00Z'), ids['image'])

    with cloud.step('server list, by pages and without names'):
        first = run.json(f'server list --limit 1 --name {cloud.mark}')
        equal('servers on a page', len(first), 1)
        rest = run.json(f'server list --limit -1 --name {cloud.mark} --marker {first[0]["ID"]}')
        holds('others behind it', rest and first[0]['ID'] not in [row['ID'] for row in rest], rest)
        equal('flavor by id', run.json(f'server list --no-name-lookup --name {name}')[0]['Flavor'], '42')

    with cloud.step('server list --sort-column, --deleted is ignored'):
        names = [row['Name'] for row in run.json(f'server list --name {cloud.mark} --sort-column Name')]
        equal('order', names, sorted(names))


def showing(cloud, name, server):
    run = cloud.openstack
    for version, there, gone in (
        ('2.1', ('hostId', 'key_name', 'progress'), ('locked', 'description', 'tags', 'locked_reason')),
        ('2.49', ('locked', 'description', 'tags'), ('locked_reason', 'server_groups')),
        ('2.60', ('locked', 'description', 'tags'), ('trusted_image_certificates', 'server_groups')),
        ('2.79', ('trusted_image_certificates', 'server_groups', 'locked_reason'), ('OS-EXT-SRV-ATTR:hostname',)),
        ('2.85', ('trusted_image_certificates', 'server_groups', 'locked_reason'), ('OS-EXT-SRV-ATTR:hostname',)),
        ('2.92', ('OS-EXT-SRV-ATTR:hostname',), ()),
    ):
        with cloud.step(f'server show, at {version}'):
            shown = run.json(f'server show {name}', version=version)
            equal('id', shown['id'], server)
            has('fields', shown, *there)
            for field in gone:
                holds(f'no {field}', field not in shown)
            equal('flavor', shown['flavor']['original_name'] if version != '2.1' else shown['flavor'],
                  'm1.nano' if version != '2.1' else 'm1.nano (42)')

    with cloud.step('a server that does not exist'):
        words = run.refused('server show nothing')
        holds('its name', 'No server with a name or ID' in words, words)


def changing(cloud, server):
    run = cloud.openstack
    show = lambda **options: run.json('server show', server, **options)

    with cloud.step('server set --name, --property'):
        run.run(f'server set --name {cloud.name_for("new")} --property b=3 --property c=4 {server}')
        shown = show()
        equal('name', shown['name'], cloud.name_for('new'))
        equal('properties', shown['properties'], {'a': '1', 'b': '3', 'c': '4'})

    with cloud.step('server unset --property'):
        run.run(f'server unset --property a --property c {server}')
        equal('properties', show()['properties'], {'b': '3'})
        run.refused(f'server unset --property nothing {server}')

    with cloud.step('server set --description, unset'):
        run.run(f'server set --description words {server}', version='2.19')
        equal('description', show(version='2.19')['description'], 'words')
        run.run(f'server unset --description {server}', version='2.19')
        holds('no description', not show(version='2.19')['description'])

    with cloud.step('server set --tag, unset'):
        run.run(f'server set --tag blue --tag red {server}', version='2.26')
        equal('tags', sorted(show(version='2.26')['tags']), ['blue', 'red'])
        run.run(f'server unset --tag red {server}', version='2.26')
        equal('tags', show(version='2.26')['tags'], ['blue'])
        run.refused(f'server unset --tag red {server}', version='2.26')

    with cloud.step('server set --hostname'):
        run.run(f'server set --hostname some-host {server}', version='2.90')
        equal('hostname', show(version='2.90')['OS-EXT-SRV-ATTR:hostname'], 'some-host')


def deleting(cloud, ids):
    run = cloud.openstack

    with cloud.step('server delete, which can be taken back'):
        run.run(f'server delete {ids["image"]}')
        cloud.server_is(ids['image'], 'SOFT_DELETED')
        holds('not in the list', ids['image'] not in [row['ID'] for row in run.json('server list')])
        equal('status', run.json('server show', ids['image'])['status'], 'SOFT_DELETED')
        run.run(f'server restore {ids["image"]}')
        cloud.server_is(ids['image'], 'ACTIVE')

    with cloud.step('server delete --force --wait'):
        run.run(f'server delete --force --wait {ids["image"]} {ids["volume"]}')
        for each in (ids['image'], ids['volume']):
            holds('no such server', 'No server' in run.refused('server show', each))
