"""novaclient as a library, over a session of keystoneauth."""

import novaclient
from novaclient import api_versions, client, exceptions

from report import equal, has, holds


def play(cloud):
    nova = lambda version: client.Client(version, session=cloud.session)
    discovery(cloud, nova)
    server = servers(cloud, nova)
    states(cloud, nova, server)
    volumes(cloud, nova, server)
    history(cloud, nova, server)
    offers(cloud, nova)


def refusal(kind, call, *args, **options):
    """Calls, and returns the refusal, which must be of this kind."""
    try:
        result = call(*args, **options)
    except kind as error:
        return error
    raise AssertionError(f'{call.__name__} should have been refused with {kind.__name__}, and answered {result!r}')


def discovery(cloud, nova):
    with cloud.step('novaclient: versions'):
        current = nova('2.1').versions.get_current()
        equal('version', (current.id, current.status, current.min_version), ('v2.1', 'CURRENT', '2.1'))
        has('ids', [each.id for each in nova('2.1').versions.list()], 'v2.1')

    with cloud.step('novaclient: discover_version takes the newest that both know'):
        newest = nova('2.1').versions.get_current().version
        found = api_versions.discover_version(nova('2.1'), api_versions.APIVersion('2.latest'))
        wanted = min(api_versions.APIVersion(newest), novaclient.API_MAX_VERSION)
        equal('version', found.get_string(), wanted.get_string())

    with cloud.step('novaclient: a microversion that is too new'):
        client_of_later = nova('2.92')
        client_of_later.client.api_version = api_versions.APIVersion('2.999')
        client_of_later.api_version = api_versions.APIVersion('2.999')
        error = refusal(exceptions.NotAcceptable, client_of_later.flavors.list)
        equal('code', error.code, 406)


def servers(cloud, nova):
    old, new = nova('2.1'), nova('2.90')
    image = new.glance.find_image('tiny')
    flavor = new.flavors.find(name='m1.nano')
    name = cloud.name_for('novaclient')
    with cloud.step('novaclient: servers.create', needed=True):
        made = new.servers.create(name, image.id, flavor.id, nics='none', meta={'a': '1'}, description='words',
                                  tags=['one'], hostname='a-host')
        cloud.keep_server(made.id)
        holds('a password', made.adminPass)
        cloud.server_is(made.id, 'ACTIVE')
        server = new.servers.get(made.id)
        equal('server', (server.name, server.status, server.metadata, server.description, server.tags),
              (name, 'ACTIVE', {'a': '1'}, 'words', ['one']))
        equal('hostname', getattr(server, 'OS-EXT-SRV-ATTR:hostname'), 'a-host')
        equal('image', server.image['id'], image.id)
        equal('networks', dict(server.networks), {})

    with cloud.step('novaclient: servers.list, find'):
        equal('by name', [each.id for each in old.servers.list(search_opts={'name': name})], [server.id])
        equal('no details', [each.id for each in old.servers.list(detailed=False, search_opts={'name': name})], [server.id])
        equal('find', old.servers.find(name=name).id, server.id)
        equal('status', [each.id for each in old.servers.list(search_opts={'name': name, 'status': 'ERROR'})], [])
        refusal(exceptions.NotFound, old.servers.find, name='nothing')
        equal('404', refusal(exceptions.NotFound, old.servers.get, 'nothing').code, 404)
        equal('a page', len(old.servers.list(limit=1)), 1)
        equal('sorted', [each.id for each in old.servers.list(search_opts={'name': name}, sort_keys=['display_name'],
                                                            sort_dirs=['asc'])], [server.id])
        equal('400', refusal(exceptions.BadRequest, old.servers.list, marker='nothing').code, 400)

    with cloud.step('novaclient: servers.update, metadata'):
        new.servers.update(server, name=f'{name}-b', description='other')
        changed = new.servers.get(server.id)
        equal('changed', (changed.name, changed.description), (f'{name}-b', 'other'))
        equal('answer', new.servers.set_meta(server, {'b': '2'}).to_dict(), {'a': '1', 'b': '2'})
        new.servers.set_meta_item(server, 'a', '3')
        equal('metadata', new.servers.get(server.id).metadata, {'a': '3', 'b': '2'})
        new.servers.delete_meta(server, ['a'])
        equal('metadata', new.servers.get(server.id).metadata, {'b': '2'})
        equal('404', refusal(exceptions.NotFound, new.servers.delete_meta, server, ['nothing']).code, 404)

    with cloud.step('novaclient: servers, tags'):
        server.add_tag('two')
        equal('tags', sorted(server.tag_list()), ['one', 'two'])
        server.delete_tag('one')
        equal('tags', server.tag_list(), ['two'])
        server.set_tags(['x', 'y'])
        equal('tags', sorted(server.tag_list()), ['x', 'y'])
        server.delete_all_tags()
        equal('tags', server.tag_list(), [])
        equal('404', refusal(exceptions.NotFound, server.delete_tag, 'nothing').code, 404)

    with cloud.step('novaclient: servers.create, refused'):
        error = refusal(exceptions.BadRequest, new.servers.create, 'x', 'nothing', flavor.id, nics='none')
        equal('400', error.code, 400)
        error = refusal(exceptions.BadRequest, new.servers.create, 'x', image.id, 'nothing', nics='none')
        holds('the flavor', 'Flavor nothing could not be found.' in str(error), str(error))
        error = refusal(exceptions.BadRequest, new.servers.create, 'x', image.id, flavor.id, nics='none', key_name='nothing')
        holds('the key', 'Invalid key_name provided.' in str(error), str(error))
    return new.servers.get(server.id)


def states(cloud, nova, server):
    for action, status in (
        ('pause', 'PAUSED'), ('unpause', 'ACTIVE'), ('suspend', 'SUSPENDED'), ('resume', 'ACTIVE'),
        ('stop', 'SHUTOFF'), ('start', 'ACTIVE'), ('rescue', 'RESCUE'), ('unrescue', 'ACTIVE'),
        ('shelve', 'SHELVED'), ('unshelve', 'ACTIVE'),
    ):
        with cloud.step(f'novaclient: server.{action}'):
            getattr(server, action)()
            cloud.server_is(server.id, status)

    with cloud.step('novaclient: server.lock, unlock'):
        server.lock(reason='mine')
        equal('lock', (nova('2.90').servers.get(server.id).locked_reason, refusal(exceptions.Conflict, server.stop).code),
              ('mine', 409))
        server.unlock()

    with cloud.step('novaclient: server.reboot, rebuild, resize'):
        server.reboot('HARD')
        cloud.server_is(server.id, 'ACTIVE')
        rebuilt = server.rebuild(server.image['id'], meta={'c': '4'}, description=None)
        holds('a password', rebuilt.adminPass)
        cloud.server_is(server.id, 'ACTIVE')
        equal('metadata', nova('2.90').servers.get(server.id).metadata, {'c': '4'})
        server.resize('84')
        cloud.server_is(server.id, 'VERIFY_RESIZE')
        server.revert_resize()
        cloud.server_is(server.id, 'ACTIVE')

    with cloud.step('novaclient: server.migrate, reset_state, refused to a member'):
        for call in (server.migrate, server.reset_state):
            equal('403', refusal(exceptions.Forbidden, call).code, 403)


def volumes(cloud, nova, server):
    volume = cloud.new_volume('novaclient')
    for version in ('2.1', '2.49', '2.60', '2.79', '2.85', '2.89', '2.92'):
        minor, manager = int(version[2:]), nova(version).volumes
        more = {'delete_on_termination': True} if minor >= 79 else {}
        with cloud.step(f'novaclient: volumes, at {version}', needed=True):
            added = manager.create_server_volume(server.id, volume, '/dev/vdb', **more)
            equal('answer', (added.volumeId, added.serverId), (volume, server.id))
            equal('fields', sorted(added.to_dict()), sorted(['device', 'id', 'serverId', 'volumeId', *since(minor)]))
            cloud.volume_is(volume, 'in-use')
            [row] = manager.get_server_volumes(server.id)
            one = manager.get_server_volume(server.id, volume)
            equal('list and show', row.to_dict(), one.to_dict())
            ids = ['attachment_id', 'bdm_uuid'] if minor >= 89 else ['id']
            equal('fields', sorted(one.to_dict()), sorted(['device', 'serverId', 'volumeId', *since(minor), *ids]))
            if minor >= 85:
                manager.update_server_volume(server.id, volume, volume, delete_on_termination=False)
                equal('flag', manager.get_server_volume(server.id, volume).delete_on_termination, False)
            manager.delete_server_volume(server.id, volume)
            cloud.volume_is(volume, 'available')
            cloud.until('the list', lambda: manager.get_server_volumes(server.id), [])

    with cloud.step('novaclient: volumes, refused'):
        manager = nova('2.60').volumes
        equal('404', refusal(exceptions.NotFound, manager.get_server_volume, server.id, volume).code, 404)
        equal('404', refusal(exceptions.NotFound, manager.delete_server_volume, server.id, volume).code, 404)
        equal('400', refusal(exceptions.BadRequest, manager.create_server_volume, server.id, 'nothing').code, 400)
        equal('403', refusal(exceptions.Forbidden, manager.update_server_volume, server.id, volume, volume).code, 403)


def since(minor):
    return [*(['tag'] if minor >= 70 else []), *(['delete_on_termination'] if minor >= 79 else [])]


def history(cloud, nova, server):
    with cloud.step('novaclient: instance_action'):
        actions = nova('2.62').instance_action.list(server.id)
        has('actions', [each.action for each in actions], 'create', 'attach_volume', 'detach_volume', 'rebuild', 'shelve')
        one = nova('2.62').instance_action.get(server.id, actions[-1].request_id)
        equal('action', one.action, 'create')
        has('an event', one.events[0], 'event', 'start_time', 'finish_time', 'result', 'hostId')
        equal('newest', [each.action for each in nova('2.62').instance_action.list(server.id, limit=1)],
              [actions[0].action])

    with cloud.step('novaclient: servers.delete, restore, force_delete'):
        server.delete()
        cloud.server_is(server.id, 'SOFT_DELETED')
        server.restore()
        cloud.server_is(server.id, 'ACTIVE')
        server.force_delete()
        cloud.until('the server', lambda: 'server' in cloud.compute('GET', f'/servers/{server.id}'), False)


def offers(cloud, nova):
    with cloud.step('novaclient: flavors, limits, quotas, zones'):
        equal('flavor', nova('2.1').flavors.get('42').name, 'm1.nano')
        equal('keys', nova('2.61').flavors.get('42').extra_specs, {})
        limits = {each.name: each.value for each in nova('2.1').limits.get().absolute}
        has('limits', limits, 'maxTotalCores', 'totalCoresUsed', 'maxSecurityGroups')
        quota = nova('2.92').quotas.get(cloud.project_id)
        holds('a quota of instances', isinstance(quota.instances, int), quota.instances)
        equal('the same', nova('2.92').quotas.get(cloud.project_id, detail=True).instances['limit'], quota.instances)
        holds('a default', isinstance(nova('2.92').quotas.defaults(cloud.project_id).cores, int))
        has('zones', [each.zoneName for each in nova('2.1').availability_zones.list(detailed=False)], 'nova')
