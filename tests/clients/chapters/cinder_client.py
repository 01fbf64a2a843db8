"""cinderclient as a library, over a session of keystoneauth."""

from cinderclient import api_versions, client, exceptions

from report import equal, has, holds


def play(cloud):
    cinder = lambda version: client.Client(version, session=cloud.session)

    with cloud.step('cinderclient: discovery'):
        url = cloud.session.get_endpoint(service_type='block-storage', interface='public')
        oldest, newest = client.get_server_version(url)
        equal('oldest', oldest, api_versions.APIVersion('3.0'))
        holds('a newest', newest >= api_versions.APIVersion('3.60'), newest)
        highest = client.get_highest_client_server_version(url)
        equal('both', str(highest), str(min(newest, api_versions.APIVersion(api_versions.MAX_VERSION)).get_string()))

    with cloud.step('cinderclient: volumes.create, get', needed=True):
        volumes = cinder('3.60').volumes
        made = volumes.create(1, name=cloud.name_for('cinderclient'), description='words', metadata={'a': '1'})
        volume = cloud.keep_volume(made.id)
        cloud.volume_is(volume, 'available')
        got = volumes.get(volume)
        equal('volume', (got.name, got.description, got.size, got.status, got.metadata, got.bootable),
              (cloud.name_for('cinderclient'), 'words', 1, 'available', {'a': '1'}, 'false'))
        equal('group', got.group_id, None)

    with cloud.step('cinderclient: volumes.list, find'):
        equal('by name', [each.id for each in volumes.list(search_opts={'name': got.name})], [volume])
        equal('find', volumes.find(name=got.name).id, volume)
        has('no details', [each.id for each in volumes.list(detailed=False)], volume)
        has('by metadata', [each.id for each in volumes.list(search_opts={'metadata': {'a': '1'}})], volume)
        equal('by other metadata', volumes.list(search_opts={'metadata': {'a': 'nothing'}}), [])
        equal('a page', len(volumes.list(limit=1)), 1)
        ids = [each.id for each in volumes.list(sort='created_at:desc', search_opts={'name': got.name})]
        equal('sorted', ids, [volume])
        equal('404', refusal(exceptions.NotFound, volumes.get, 'nothing').code, 404)

    with cloud.step('cinderclient: volumes.update, metadata'):
        volumes.update(volume, name=cloud.name_for('other'), description='others')
        equal('names', (volumes.get(volume).name, volumes.get(volume).description), (cloud.name_for('other'), 'others'))
        volumes.set_metadata(volume, {'b': '2'})
        equal('metadata', volumes.get(volume).metadata, {'a': '1', 'b': '2'})
        volumes.update_all_metadata(volume, {'c': '3'})
        equal('metadata', volumes.get(volume).metadata, {'c': '3'})
        volumes.delete_metadata(volume, ['c'])
        equal('metadata', volumes.get(volume).metadata, {})
        equal('404', refusal(exceptions.NotFound, cinder('3.0').volumes.delete_metadata, volume, ['nothing']).code, 404)

    with cloud.step('cinderclient: volumes, image metadata, flags, size'):
        volumes.set_image_metadata(volume, {'x': 'y'})
        equal('image metadata', volumes.show_image_metadata(volume)[1]['metadata'], {'x': 'y'})
        volumes.delete_image_metadata(volume, ['x'])
        volumes.set_bootable(volume, True)
        equal('bootable', volumes.get(volume).bootable, 'true')
        volumes.update_readonly_flag(volume, True)
        equal('readonly', volumes.get(volume).metadata, {'readonly': 'True'})
        volumes.update_readonly_flag(volume, False)
        equal('readonly', volumes.get(volume).metadata, {'readonly': 'False'})
        volumes.extend(volume, 2)
        cloud.volume_is(volume, 'available')
        equal('size', volumes.get(volume).size, 2)

    with cloud.step('cinderclient: volumes.reserve, begin_detaching, refused'):
        volumes.reserve(volume)
        equal('status', volumes.get(volume).status, 'attaching')
        volumes.unreserve(volume)
        equal('status', volumes.get(volume).status, 'available')
        equal('400', refusal(exceptions.BadRequest, volumes.begin_detaching, volume).code, 400)

    with cloud.step('cinderclient: attachments.list, show, delete'):
        attachments = cinder('3.60').attachments
        server = cloud.new_server('cinderclient')
        path = f'/servers/{server}/os-volume_attachments'
        cloud.compute('POST', path, {'volumeAttachment': {'volumeId': volume}})
        cloud.volume_is(volume, 'in-use')
        [row] = attachments.list(search_opts={'volume_id': volume})
        equal('row', (row.volume_id, row.instance, row.status), (volume, server, 'attached'))
        one = attachments.show(row.id)
        equal('one', (one.id, one.volume_id, one.instance, one.status), (row.id, volume, server, 'attached'))
        # It once was read-only: Cinder says 'ro' of the attachment ever after, and lets the server write.
        equal('modes', (one.attach_mode, one.connection_info['access_mode']), ('ro', 'rw'))
        has('connection_info', one.connection_info, 'driver_volume_type', 'attachment_id', 'access_mode')
        has('of a server', [each.id for each in attachments.list(search_opts={'instance_id': server})], row.id)
        refused = refusal(exceptions.ClientException, attachments.delete, row.id)
        equal('409', refused.code, 409)
        equal('404', refusal(exceptions.NotFound, attachments.show, 'nothing').code, 404)
        [place] = volumes.get(volume).attachments
        equal('place', (place['server_id'], place['attachment_id']), (server, row.id))
        cloud.compute('DELETE', f'{path}/{volume}')
        cloud.volume_is(volume, 'available')

    with cloud.step('cinderclient: volume_types, limits, quotas, zones'):
        types = cinder('3.60').volume_types
        ids = {each.name: each.id for each in types.list()}
        has('types', ids, 'default', 'multiattach')
        equal('default', types.default().name, 'default')
        equal('one', types.get(ids['multiattach']).extra_specs, {'multiattach': '<is> True'})
        limits = {each.name: each.value for each in cinder('3.60').limits.get().absolute}
        has('limits', limits, 'maxTotalVolumes', 'totalVolumesUsed', 'maxTotalVolumeGigabytes', 'totalBackupsUsed')
        quota = cinder('3.60').quotas.get(cloud.project_id)
        holds('a quota of volumes', isinstance(quota.volumes, int), quota.volumes)
        has('usage', cinder('3.60').quotas.get(cloud.project_id, usage=True).volumes, 'limit', 'in_use', 'reserved')
        holds('a default', isinstance(cinder('3.60').quotas.defaults(cloud.project_id).gigabytes, int))
        has('zones', [each.zoneName for each in cinder('3.60').availability_zones.list()], 'nova')

    with cloud.step('cinderclient: volumes.delete'):
        equal('403', refusal(exceptions.Forbidden, volumes.force_delete, volume).code, 403)
        volumes.delete(volume)
        cloud.volume_is(volume, 'gone')

    with cloud.step('cinderclient: a microversion that is too new'):
        later = cinder('3.60')
        later.client.default_microversion = '3.999'
        equal('406', refusal(exceptions.ClientException, later.volumes.list).code, 406)


def refusal(kind, call, *args, **options):
    """Calls, and returns the refusal, which must be of this kind."""
    try:
        result = call(*args, **options)
    except kind as error:
        return error
    raise AssertionError(f'{call.__name__} should have been refused with {kind.__name__}, and answered {result!r}')
