"""openstacksdk: the layer above its proxies, which tools like Ansible use."""

import openstack

from report import equal, has, holds


def play(cloud):
    sdk = cloud.sdk
    name = cloud.name_for('layer')

    with cloud.step('SDK layer: create_server(wait=True)', needed=True):
        server = sdk.create_server(name, image='tiny', flavor='m1.nano', wait=True,
                                   auto_ip=False, meta={'a': '1'}, timeout=120)
        cloud.keep_server(server.id)
        equal('server', (server.name, server.status, server.metadata), (name, 'ACTIVE', {'a': '1'}))
        holds('an address', server.addresses, server.addresses)

    with cloud.step('SDK layer: get_server, list_servers, search_servers'):
        equal('by name', sdk.get_server(name).id, server.id)
        equal('by id', sdk.get_server_by_id(server.id).id, server.id)
        equal('none', sdk.get_server('nothing'), None)
        has('list', [each.id for each in sdk.list_servers()], server.id)
        equal('search', [each.id for each in sdk.search_servers(name)], [server.id])
        equal('filters', [each.id for each in sdk.search_servers(filters={'status': 'ERROR', 'name': name})], [])

    with cloud.step('SDK layer: create_volume', needed=True):
        volume = sdk.create_volume(1, name=name, wait=True, timeout=60)
        cloud.keep_volume(volume.id)
        equal('volume', (volume.name, volume.status, volume.size), (name, 'available', 1))
        of_image = sdk.create_volume(1, name=f'{name}-image', image='tiny', wait=True, timeout=60)
        cloud.keep_volume(of_image.id)
        equal('bootable', of_image.is_bootable, True)

    with cloud.step('SDK layer: get_volume, list_volumes, get_volume_type'):
        equal('by name', sdk.get_volume(name).id, volume.id)
        equal('by id', sdk.get_volume_by_id(volume.id).id, volume.id)
        equal('none', sdk.get_volume('nothing'), None)
        has('list', [each.id for each in sdk.list_volumes()], volume.id, of_image.id)
        equal('a type', sdk.get_volume_type('multiattach').name, 'multiattach')

    with cloud.step('SDK layer: attach_volume'):
        made = sdk.attach_volume(server, volume, wait=True, timeout=60)
        holds('a device', made.device, made)
        volume = sdk.get_volume(volume.id)
        equal('status', volume.status, 'in-use')
        equal('device', sdk.get_volume_attach_device(volume, server.id), made.device)
        equal('of the server', [each.id for each in sdk.get_volumes(sdk.get_server(server.id))], [volume.id])

    with cloud.step('SDK layer: attach_volume, of one that is attached'):
        try:
            sdk.attach_volume(server, volume)
        except openstack.exceptions.SDKException as error:
            holds('why not', 'already attached' in str(error), str(error))
        else:
            raise AssertionError('it was attached again')

    with cloud.step('SDK layer: detach_volume'):
        sdk.detach_volume(server, volume, wait=True, timeout=60)
        equal('status', sdk.get_volume(volume.id).status, 'available')

    with cloud.step('SDK layer: create_server, from a volume'):
        booted = sdk.create_server(f'{name}-booted', image=None, flavor='m1.nano', boot_volume=of_image.id,
                                   wait=True, terminate_volume=True, timeout=120)
        cloud.keep_server(booted.id)
        equal('status', booted.status, 'ACTIVE')
        equal('volumes', [each['id'] for each in booted.attached_volumes], [of_image.id])

    with cloud.step('SDK layer: update_server, metadata, rebuild'):
        equal('name', sdk.update_server(server.id, name=f'{name}-b').name, f'{name}-b')
        sdk.set_server_metadata(server.id, {'b': '2'})
        equal('metadata', sdk.get_server_by_id(server.id).metadata, {'a': '1', 'b': '2'})
        sdk.delete_server_metadata(server.id, ['a'])
        equal('metadata', sdk.get_server_by_id(server.id).metadata, {'b': '2'})
        rebuilt = sdk.rebuild_server(server.id, sdk.get_image('tiny').id, wait=True, timeout=60)
        equal('status', rebuilt.status, 'ACTIVE')

    with cloud.step('SDK layer: flavors, images, limits, quotas'):
        equal('flavor', sdk.get_flavor('m1.nano').id, '42')
        equal('by ram', sdk.get_flavor_by_ram(100).name, 'm1.micro')
        has('images', [each.name for each in sdk.list_images()], 'tiny')
        has('zones', sdk.list_availability_zone_names(), 'nova')
        holds('limits', sdk.get_compute_limits().total_instances_used >= 1)
        has('limits', sdk.get_volume_limits()['absolute'], 'maxTotalVolumes')
        equal('project', sdk.current_project_id, cloud.project_id)

    with cloud.step('SDK layer: delete_server, delete_volume'):
        sdk.compute.delete_server(booted, force=True)
        cloud.volume_is(of_image.id, 'gone')
        equal('deleted', sdk.delete_volume(volume.id, wait=True, timeout=60), True)
        equal('none', sdk.get_volume(volume.id), None)
        equal('deleted', sdk.delete_server(server.id), True)
        cloud.server_is(server.id, 'SOFT_DELETED')
        equal('none to delete', sdk.delete_server('nothing'), False)
