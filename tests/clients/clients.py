#!/usr/bin/env python3
"""
Runs the clients of OpenStack against a cloud: the `openstack` command, novaclient, cinderclient and the SDK.

    python3 clients.py --clouds clouds.yaml --cloud member --admin admin --reader reader

Prints one line for each step. Ends with 1 where one failed, with 2 where the clients are not installed.
"""

import argparse
import os
import sys
import time

CHAPTERS = (
    'signing_in', 'offers', 'servers', 'actions', 'events', 'volumes', 'attaching',
    'nova_client', 'cinder_client', 'sdk_attachments', 'sdk_layer',
)


def main():
    options = _options()
    os.environ['OS_CLIENT_CONFIG_FILE'] = options.clouds
    try:
        import haste
        from journal import Journal
        from report import Report
        from cloud import Cloud
        from commands import warm_up
    except ImportError as missing:
        print(f'the clients are not installed: {missing}', file=sys.stderr)
        return 2
    from importlib import import_module

    begun = time.monotonic()
    journal = Journal()
    journal.start()
    haste.start()
    warm_up()
    report = Report(journal)
    personas = {name: Cloud(cloud, report, journal) for name, cloud in vars(options).items() if name in ('admin', 'reader')}
    cloud = Cloud(options.cloud, report, journal)
    cloud.admin, cloud.reader = personas['admin'], personas['reader']
    try:
        for chapter in options.chapter or CHAPTERS:
            play = import_module(f'chapters.{chapter}').play
            report.chapter(chapter, lambda: play(cloud))
    finally:
        cloud.put_away()
    print(f'{report.passed} passed, {report.failed} failed, {time.monotonic() - begun:.1f}s')
    return 0 if report.failed == 0 else 1


def _options():
    parser = argparse.ArgumentParser(description='runs the OpenStack clients against a cloud')
    parser.add_argument('--clouds', required=True, help='a clouds.yaml')
    parser.add_argument('--cloud', default='member', help='a member of a project (default: member)')
    parser.add_argument('--admin', default='admin', help='an admin (default: admin)')
    parser.add_argument('--reader', default='reader', help='a reader of the same project (default: reader)')
    parser.add_argument('--chapter', action='append', choices=CHAPTERS, help='only this one (repeatable)')
    return parser.parse_args()


if __name__ == '__main__':
    sys.exit(main())
