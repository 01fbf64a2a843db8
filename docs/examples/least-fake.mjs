// The least of a Nova and a Cinder that novaspec can judge: it attaches, lists, shows and detaches, and knows no errors but 404.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const servers = new Map();
const volumes = new Map();
const attached = new Map();

const gone = what => ({ status: 404, body: { itemNotFound: { code: 404, message: `${what} could not be found.` } } });
const view = ({ server, volume }) => ({ id: volume, serverId: server, volumeId: volume, device: '/dev/vdb' });

function attachments(method, server, id, wanted) {
  if (!servers.has(server)) return gone(`Instance ${server}`);
  const here = [...attached.values()].filter(each => each.server === server);
  if (method === 'GET' && id === undefined) return { status: 200, body: { volumeAttachments: here.map(view) } };
  const volume = id ?? wanted.volumeAttachment.volumeId;
  if (!volumes.has(volume) || (id !== undefined && attached.get(id)?.server !== server))
    return gone(`Volume ${volume}`);
  if (method === 'DELETE') return { status: 202, done: attached.delete(volume) };
  if (method === 'POST') attached.set(volume, { server, volume, entry: randomUUID() });
  return { status: 200, body: { volumeAttachment: view(attached.get(volume)) } };
}

function resource(kind, all, method, id, wanted, look) {
  const own = id ?? randomUUID();
  if (method === 'POST') all.set(own, { id: own, name: wanted[kind].name });
  if (!all.has(own)) return gone(`${kind} ${own}`);
  if (method === 'DELETE') return { status: 202, done: all.delete(own) };
  return { status: method === 'POST' ? 202 : 200, body: { [kind]: { ...all.get(own), ...look(own) } } };
}

function volumeLook(id) {
  const { server, entry } = attached.get(id) ?? {};
  if (server === undefined) return { status: 'available', attachments: [] };
  return { status: 'in-use', attachments: [{ server_id: server, attachment_id: entry, volume_id: id }] };
}

function answer(method, path, wanted) {
  const [, version, kind, id, sub, item] = path.split('/');
  if (!kind) return { status: 200, body: { version: { id: 'v2.1', version: '2.1', min_version: '2.1' } } };
  if (kind === 'images') return { status: 200, body: { images: [{ id: 'tiny', name: 'tiny' }] } };
  if (kind === 'flavors')
    return { status: 200, body: { flavors: [{ id: '1', name: 'm1.tiny', vcpus: 1, ram: 64, disk: 1 }] } };
  if (sub === 'os-volume_attachments') return attachments(method, id, item, wanted);
  if (kind === 'servers') return resource('server', servers, method, id, wanted, () => ({ status: 'ACTIVE' }));
  return version === 'v3' && kind === 'volumes'
    ? resource('volume', volumes, method, id, wanted, volumeLook)
    : gone(path);
}

async function serve(request, response) {
  const chunks = await request.toArray();
  const wanted = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
  const { status, body } = answer(request.method, request.url.split('?')[0], wanted);
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(body && JSON.stringify(body));
}

const server = createServer((request, response) => void serve(request, response));
server.listen(Number(process.argv[2] ?? 8774), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
