"""Starts the embedded cloud, attaches a volume with openstacksdk and looks at what was asked."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request

import openstack

command = sys.argv[1:] or ["npx", "novaspec"]
folder = tempfile.mkdtemp()
ready = os.path.join(folder, "clouds.yaml")
cloud = subprocess.Popen(
    [*command, "cloud", "--release", "zed", "--ready-file", ready],
    stdout=subprocess.DEVNULL,
)
try:
    while not os.path.exists(ready) or os.path.getsize(ready) == 0:
        if cloud.poll() is not None:
            sys.exit("the cloud did not start")
        time.sleep(0.05)
    os.environ["OS_CLIENT_CONFIG_FILE"] = ready
    connection = openstack.connect(cloud="novaspec")

    server = connection.compute.create_server(
        name="example",
        flavor_id=next(connection.compute.flavors()).id,
        image_id=next(connection.image.images()).id,
        networks="none",
    )
    server = connection.compute.wait_for_server(server, interval=0.1)
    volume = connection.block_storage.create_volume(size=1)
    connection.block_storage.wait_for_status(volume, interval=0.1)
    connection.compute.create_volume_attachment(server, volume_id=volume.id)
    connection.block_storage.wait_for_status(volume, "in-use", interval=0.1)

    root = connection.config.get_auth_args()["auth_url"].removesuffix("/identity/v3")
    url = f"{root}/_novaspec/log?service=compute&method=POST"
    with urllib.request.urlopen(url) as answer:
        exchanges = json.load(answer)["exchanges"]
    for exchange in exchanges:
        print(exchange["request"]["path"].split("/")[-1], exchange["response"]["status"])
    urllib.request.urlopen(urllib.request.Request(f"{root}/_novaspec/reset", method="POST"))
    print(len(list(connection.compute.servers())), "servers after the reset")
finally:
    cloud.terminate()
    cloud.wait()
