"""What a cloud offers before anything is made: flavors, images, types, limits and quotas."""

from report import equal, has, holds


def play(cloud):
    run = cloud.openstack

    with cloud.step('flavor list'):
        flavors = run.json('flavor list')
        nano = next(flavor for flavor in flavors if flavor['Name'] == 'm1.nano')
        equal('fields', list(nano), ['ID', 'Name', 'RAM', 'Disk', 'Ephemeral', 'VCPUs', 'Is Public'])
        equal('m1.nano', (nano['ID'], nano['VCPUs'], nano['Is Public']), ('42', 1, True))

    with cloud.step('flavor list --long, by pages, at 2.61'):
        first = run.json('flavor list --long --limit 1', version='2.61')
        equal('flavors on a page', len(first), 1)
        rest = run.json('flavor list --long --marker', first[0]['ID'], version='2.61')
        equal('all of them', len(rest) + 1, len(run.json('flavor list')))
        has('fields', first[0], 'Swap', 'RXTX Factor', 'Properties')

    with cloud.step('flavor show'):
        flavor = run.json('flavor show m1.nano')
        equal('id', flavor['id'], '42')
        equal('properties', flavor['properties'], {})

    with cloud.step('a flavor that does not exist'):
        words = run.refused('flavor show nothing')
        holds('its name', 'No Flavor found for nothing' in words, words)

    with cloud.step('image list'):
        images = run.json('image list')
        has('names', [image['Name'] for image in images], 'tiny')
        equal('status', next(image['Status'] for image in images if image['Name'] == 'tiny'), 'active')

    with cloud.step('image list, filtered'):
        equal('named', [image['Name'] for image in run.json('image list --name tiny')], ['tiny'])
        has('public and long', run.json('image list --public --long --limit 1')[0], 'Checksum', 'Visibility', 'Project')
        equal('private', [i for i in run.json('image list --private') if i['Name'] == 'tiny'], [])

    with cloud.step('image show'):
        image = run.json('image show tiny')
        equal('disk_format', image['disk_format'], 'raw')
        equal('visibility', image['visibility'], 'public')
        equal('size', image['size'], 1024)

    with cloud.step('an image that does not exist'):
        words = run.refused('image show nothing')
        holds('its name', 'No Image found for nothing' in words, words)

    with cloud.step('volume type list'):
        types = run.json('volume type list')
        has('names', [each['Name'] for each in types], 'default', 'multiattach')
        equal('fields', list(types[0]), ['ID', 'Name', 'Is Public'])

    with cloud.step('volume type list --long, --default'):
        has('fields', run.json('volume type list --long')[0], 'Description')
        equal('default', [each['Name'] for each in run.json('volume type list --default')], ['default'])

    with cloud.step('volume type show'):
        kind = run.json('volume type show multiattach')
        equal('is_public', kind['is_public'], True)
        equal('properties', kind['properties'], {'multiattach': '<is> True'})

    with cloud.step('availability zone list'):
        zones = run.json('availability zone list --compute --volume')
        has('zones', [(zone['Zone Name'], zone['Zone Status']) for zone in zones], ('nova', 'available'))

    with cloud.step('quota show'):
        quota = run.json('quota show')
        quota = {row['Resource']: row['Limit'] for row in quota} if isinstance(quota, list) else quota
        has('quotas', quota, 'cores', 'instances', 'ram', 'key-pairs', 'properties', 'volumes', 'gigabytes', 'snapshots')
        has('quotas', quota, 'backups', 'backup-gigabytes', 'per-volume-gigabytes', 'volumes_default', 'gigabytes_default')
        has('quotas', quota, 'server-groups', 'server-group-members', 'injected-files', 'injected-file-size')
        equal('project', quota['project'], cloud.project_id)

    with cloud.step('quota show --default'):
        has('quotas', run.run('quota show --default'), 'cores', 'gigabytes')

    with cloud.step('limits show --absolute'):
        limits = {row['Name']: row['Value'] for row in run.json('limits show --absolute')}
        has('limits', limits, 'maxTotalInstances', 'maxTotalCores', 'maxTotalRAMSize', 'totalInstancesUsed')
        has('limits', limits, 'maxTotalVolumes', 'maxTotalVolumeGigabytes', 'totalVolumesUsed', 'totalGigabytesUsed')
        has('limits at 2.1', limits, 'maxImageMeta', 'maxPersonality', 'maxPersonalitySize', 'maxTotalFloatingIps')

    with cloud.step('limits show --rate'):
        equal('rates', run.json('limits show --rate'), [])
