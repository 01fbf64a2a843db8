"""openstacksdk: the proxies of compute and block storage, and their waiting."""

from openstack import exceptions

from report import equal, has, holds


def play(cloud):
    sdk = cloud.sdk
    with cloud.step('SDK: create_server, wait_for_server', needed=True):
        image, flavor = sdk.image.find_image('tiny'), sdk.compute.find_flavor('m1.nano')
        made = sdk.compute.create_server(name=cloud.name_for('sdk'), image_id=image.id, flavor_id=flavor.id,
                                         networks='none', metadata={'a': '1'})
        cloud.keep_server(made.id)
        server = sdk.compute.wait_for_server(made, interval=0.1)
        equal('server', (server.status, server.name, server.metadata), ('ACTIVE', cloud.name_for('sdk'), {'a': '1'}))
        equal('flavor', server.flavor['original_name'], 'm1.nano')
        equal('image', server.image.id, image.id)

    with cloud.step('SDK: find_server, servers'):
        equal('found', sdk.compute.find_server(server.name).id, server.id)
        equal('none', sdk.compute.find_server('nothing'), None)
        equal('list', [each.id for each in sdk.compute.servers(name=server.name)], [server.id])
        equal('no details', [each.id for each in sdk.compute.servers(details=False, name=server.name)], [server.id])
        has('by pages', [each.id for each in sdk.compute.servers(limit=1)], server.id)

    with cloud.step('SDK: create_volume, wait_for_status', needed=True):
        made = sdk.block_storage.create_volume(name=cloud.name_for('sdk'), size=1)
        cloud.keep_volume(made.id)
        volume = sdk.block_storage.wait_for_status(made, status='available', interval=0.1)
        equal('volume', (volume.status, volume.size, volume.is_bootable), ('available', 1, False))
        equal('found', sdk.block_storage.find_volume(cloud.name_for('sdk')).id, volume.id)
        has('volumes', [each.id for each in sdk.block_storage.volumes()], volume.id)
        has('by pages', [each.id for each in sdk.block_storage.volumes(limit=1)], volume.id)

    with cloud.step('SDK: create_volume_attachment', needed=True):
        made = sdk.compute.create_volume_attachment(server, volume_id=volume.id, delete_on_termination=False)
        equal('volume', made.volume_id, volume.id)
        sdk.block_storage.wait_for_status(volume, status='in-use', interval=0.1)

    with cloud.step('SDK: volume_attachments'):
        [row] = sdk.compute.volume_attachments(server)
        equal('row', (row.volume_id, row.tag, row.delete_on_termination), (volume.id, None, False))
        holds('ids', row.bdm_id and row.attachment_id, row)
        [attachment] = cloud.volume('GET', f'/attachments?volume_id={volume.id}')['attachments']
        equal('attachment', row.attachment_id, attachment['id'])

    with cloud.step('SDK: update_volume_attachment'):
        # This version of the SDK has the method and never sends it.
        try:
            sdk.compute.update_volume_attachment(volume.id, server, delete_on_termination=True)
        except exceptions.MethodNotSupported:
            pass
        has('flags', (True, False), next(iter(sdk.compute.volume_attachments(server))).delete_on_termination)

    with cloud.step('SDK: delete_volume_attachment, wait_for_status'):
        sdk.compute.delete_volume_attachment(volume.id, server)
        sdk.block_storage.wait_for_status(volume, status='available', interval=0.1)
        cloud.until('the list', lambda: list(sdk.compute.volume_attachments(server)), [])
        equal('again', sdk.compute.delete_volume_attachment(volume.id, server), None)

    with cloud.step('SDK: refusals'):
        for call, status in (
            (lambda: sdk.compute.get_server('nothing'), 404),
            (lambda: sdk.compute.create_volume_attachment(server, volume_id='nothing'), 400),
            (lambda: sdk.compute.unpause_server(server), 409),
            (lambda: sdk.compute.reset_server_state(server, 'error'), 403),
            (lambda: sdk.compute.get_volume_attachment(volume.id, server), 404),
        ):
            try:
                call()
            except exceptions.HttpException as error:
                equal('status', error.status_code, status)
            else:
                raise AssertionError(f'expected {status}')

    with cloud.step('SDK: actions'):
        for action, status in (('pause', 'PAUSED'), ('unpause', 'ACTIVE'), ('suspend', 'SUSPENDED'), ('resume', 'ACTIVE'),
                               ('stop', 'SHUTOFF'), ('start', 'ACTIVE'), ('shelve', 'SHELVED'), ('unshelve', 'ACTIVE')):
            getattr(sdk.compute, f'{action}_server')(server)
            server = sdk.compute.wait_for_server(server, status=status, interval=0.1)
            cloud.server_is(server.id, status)
        sdk.compute.reboot_server(server, 'HARD')
        cloud.server_is(server.id, 'ACTIVE')
        sdk.compute.resize_server(server, '84')
        sdk.compute.wait_for_server(server, status='VERIFY_RESIZE', interval=0.1)
        sdk.compute.confirm_server_resize(server)
        sdk.compute.wait_for_server(server, interval=0.1)

    with cloud.step('SDK: update_server, metadata, tags'):
        sdk.compute.update_server(server, name=cloud.name_for('sdk-b'))
        sdk.compute.set_server_metadata(server, b='2')
        equal('metadata', dict(sdk.compute.get_server_metadata(server).metadata), {'a': '1', 'b': '2'})
        sdk.compute.delete_server_metadata(server, ['a'])
        server = sdk.compute.get_server(server.id)
        equal('server', (server.name, server.metadata), (cloud.name_for('sdk-b'), {'b': '2'}))

    with cloud.step('SDK: server_actions, flavors, limits, quotas'):
        has('flavors', [each.name for each in sdk.compute.flavors()], 'm1.nano', 'm1.micro')
        has('images', [each.name for each in sdk.image.images()], 'tiny')
        limits = sdk.compute.get_limits()
        holds('used servers', limits.absolute.instances_used >= 1, limits.absolute.instances_used)
        holds('a quota', isinstance(sdk.compute.get_quota_set(cloud.project_id).cores, int))
        holds('a quota', isinstance(sdk.block_storage.get_quota_set(cloud.project_id).volumes, int))
        has('zones', [each.name for each in sdk.compute.availability_zones()], 'nova')
        has('types', [each.name for each in sdk.block_storage.types()], 'default')

    with cloud.step('SDK: delete_volume, delete_server, wait_for_delete'):
        sdk.block_storage.delete_volume(volume)
        sdk.block_storage.wait_for_delete(volume, interval=0.1, wait=60)
        sdk.compute.delete_server(server, force=True)
        sdk.compute.wait_for_delete(server, interval=0.1, wait=60)
        equal('none', sdk.compute.find_server(server.id), None)
