"""Volumes of servers by the `openstack` command, at microversions with different answers."""

import re

from report import equal, has, holds

VERSIONS = ('2.1', '2.49', '2.60', '2.79', '2.85', '2.89', '2.92')


def play(cloud):
    server = cloud.new_server('attaching')
    volume = cloud.new_volume('attaching')
    for version in VERSIONS:
        once(cloud, server, volume, version)
    tagged(cloud)
    at_the_end(cloud)
    shared(cloud, server)
    refused(cloud, server, volume)
    seen_by_cinder(cloud, server, volume)


def number(version):
    return int(version.split('.')[1])


def once(cloud, server, volume, version):
    run, minor = cloud.openstack, number(version)
    flagged = minor >= 79
    options = '--enable-delete-on-termination' if flagged else ''

    with cloud.step(f'server add volume, at {version}', needed=True):
        added = run.json(f'server add volume --device /dev/vdk {options} {server} {volume}', version=version)
        equal('volume', (added['Volume ID'], added['Server ID']), (volume, server))
        holds('the device', re.fullmatch('/dev/[a-z]*dk', added['Device']), added['Device'])
        equal('tag', added.get('Tag'), None)
        equal('flag', added.get('Delete On Termination'), True if flagged else None)
        cloud.volume_is(volume, 'in-use')

    with cloud.step(f'server volume list, at {version}'):
        [row] = run.json(f'server volume list {server}', version=version)
        equal('volume', (row['Volume ID'], row['Server ID']), (volume, server))
        equal('device', row['Device'], added['Device'])
        equal('id', row.get('ID'), volume if minor < 89 else None)
        equal('flag', row.get('Delete On Termination?'), True if flagged else None)
        [attachment] = cloud.volume('GET', f'/attachments?volume_id={volume}')['attachments']
        equal('attachment', row.get('Attachment ID'), attachment['id'] if minor >= 89 else None)
        equal('BDM', 'BlockDeviceMapping UUID' in row, minor >= 89)

    with cloud.step(f'server show, with a volume, at {version}'):
        [entry] = run.json(f'server show {server}', version=version)['volumes_attached']
        equal('volume', entry, {'id': volume, **({'delete_on_termination': flagged} if minor >= 3 else {})})

    if minor >= 85:
        with cloud.step(f'server volume update, at {version}'):
            flag = lambda: run.json(f'server volume list {server}', version=version)[0]['Delete On Termination?']
            equal('output', run.run(f'server volume update --preserve-on-termination {server} {volume}',
                                    version=version), '')
            equal('flag', flag(), False)
            run.run(f'server volume update --delete-on-termination {server} {volume}', version=version)
            equal('flag', flag(), True)

    with cloud.step(f'server remove volume, at {version}', needed=True):
        equal('output', run.run(f'server remove volume {server} {volume}', version=version), '')
        cloud.volume_is(volume, 'available')
        cloud.until('the list', lambda: run.json(f'server volume list {server}', version=version), [])


def tagged(cloud):
    """Servers of their own: Nova's fake driver, which may stand behind a cloud, cannot detach what has a tag."""
    run = cloud.openstack
    for version in ('2.49', '2.70', '2.92'):
        with cloud.step(f'server add volume --tag, at {version}'):
            server, volume = cloud.new_server('tagged'), cloud.new_volume('tagged')
            added = run.json(f'server add volume --tag data {server} {volume}', version=version)
            # Nova answers a tag from 2.70 on; before that the command shows what it asked for.
            equal('tag', added['Tag'], 'data')
            cloud.volume_is(volume, 'in-use')
            [row] = run.json(f'server volume list {server}', version=version)
            equal('tag', row.get('Tag'), 'data' if number(version) >= 70 else None)
            run.run(f'server delete --force --wait {server}')
            cloud.volume_is(volume, 'available')


def at_the_end(cloud):
    run = cloud.openstack
    with cloud.step('--enable- and --disable-delete-on-termination, when the server goes'):
        server = cloud.new_server('end')
        goes, stays = cloud.new_volume('goes'), cloud.new_volume('stays')
        run.json(f'server add volume --enable-delete-on-termination {server} {goes}', version='2.79')
        run.json(f'server add volume --disable-delete-on-termination {server} {stays}', version='2.79')
        cloud.volume_is(goes, 'in-use')
        cloud.volume_is(stays, 'in-use')
        run.run(f'server delete --force --wait {server}')
        cloud.volume_is(goes, 'gone')
        cloud.volume_is(stays, 'available')

    with cloud.step('server add volume, by names, to a server without a host'):
        server, volume = cloud.new_server('nohost'), cloud.new_volume('named')
        cloud.admin.openstack.run(f'server shelve --offload --wait {server}')
        words = run.refused(f'server add volume {cloud.name_for("nohost")} {cloud.name_for("named")}', version='2.19')
        holds('409', "Cannot 'attach_volume'" in words, words)
        added = run.json(f'server add volume {cloud.name_for("nohost")} {cloud.name_for("named")}', version='2.20')
        equal('device', added['Device'], None)
        cloud.volume_is(volume, 'in-use')
        run.run(f'server unshelve --wait {server}')
        cloud.volume_is(volume, 'in-use')
        run.run(f'server remove volume {cloud.name_for("nohost")} {cloud.name_for("named")}', version='2.20')
        cloud.volume_is(volume, 'available')


def shared(cloud, server):
    run = cloud.openstack
    with cloud.step('a volume of two servers'):
        second, volume = cloud.new_server('second'), cloud.new_volume('shared', volume_type='multiattach')
        words = run.refused(f'server add volume {server} {volume}', version='2.59')
        holds('why not', '2.60' in words, words)
        run.json(f'server add volume {server} {volume}', version='2.60')
        cloud.volume_is(volume, 'in-use')
        run.json(f'server add volume {second} {volume}', version='2.60')
        places = lambda: sorted(each['server_id'] for each in run.json(f'volume show {volume}')['attachments'])
        cloud.until('places', places, sorted([server, second]))
        run.run(f'server remove volume {server} {volume}')
        cloud.until('places', places, [second])
        equal('status', run.json(f'volume show {volume}')['status'], 'in-use')
        run.run(f'server remove volume {second} {volume}')
        cloud.volume_is(volume, 'available')


def refused(cloud, server, volume):
    run = cloud.openstack
    with cloud.step('server add volume, refused'):
        words = run.refused(f'server add volume {server} nothing')
        holds('its name', 'No Volume found for nothing' in words, words)
        words = run.refused(f'server add volume nothing {volume}')
        holds('its name', 'No Server found for nothing' in words, words)
        words = run.refused(f'server add volume --tag x {server} {volume}', version='2.48')
        holds('the microversion', '2.49 or greater' in words, words)
        words = run.refused(f'server add volume --device nonsense {server} {volume}')
        holds('400', 'Invalid input for field/attribute device' in words, words)
        # Of the releases before, some still let readers write.
        if cloud.newest_minor() >= 96:
            words = cloud.reader.openstack.refused(f'server add volume {server} {volume}', version='2.60')
            holds('403', "Policy doesn't allow os_compute_api:os-volumes-attachments:create" in words, words)

    with cloud.step('server remove volume, of one that it does not have'):
        words = run.refused(f'server remove volume {server} {volume}')
        holds('404', 'is not attached' in words or 'No VolumeAttachment' in words or 'not found' in words, words)

    with cloud.step('server volume list, by a reader'):
        equal('rows', cloud.reader.openstack.json(f'server volume list {server}'), [])


def seen_by_cinder(cloud, server, volume):
    run = cloud.openstack
    with cloud.step('volume attachment list, show'):
        run.json(f'server add volume {server} {volume}')
        cloud.volume_is(volume, 'in-use')
        rows = run.json('--os-volume-api-version 3.27 volume attachment list')
        row = next(row for row in rows if row['Volume ID'] == volume)
        equal('row', (row['Server ID'], row['Status']), (server, 'attached'))
        shown = run.json('--os-volume-api-version 3.27 volume attachment show', row['ID'])
        equal('attachment', (shown['ID'], shown['Volume ID'], shown['Instance ID']), (row['ID'], volume, server))
        equal('mode', (shown['Status'], shown['Attach Mode']), ('attached', 'rw'))
        holds('when', shown['Attached At'], shown)
        [row] = run.json(f'--os-volume-api-version 3.27 volume attachment list --volume-id {volume}')
        equal('row', row['Server ID'], server)
        # The command sends a filter that Cinder knows and never finds anything by.
        rows = run.json(f'--os-volume-api-version 3.27 volume attachment list --volume-id {volume} --status attached')
        equal('rows by status', rows, [])
        run.run(f'server remove volume {server} {volume}')
        cloud.volume_is(volume, 'available')
        equal('rows', run.json(f'--os-volume-api-version 3.27 volume attachment list --volume-id {volume}'), [])
