import { connect } from '../../src/target/connect.ts';
import { openSessions, type Sessions } from '../../src/target/session.ts';
import { cloudsYaml, environment, fakeCloud, type Received, type Reply, settings, tree } from './support.ts';

/** Runs `run` with sessions on a fake cloud whose Nova answers by `nova`. */
export async function withCloud(
  nova: (request: Received) => Reply,
  run: (sessions: Sessions, cloud: Awaited<ReturnType<typeof fakeCloud>>) => Promise<void>,
): Promise<void> {
  const cloud = await fakeCloud({ nova });
  const cwd = tree({ 'clouds.yaml': cloudsYaml(cloud.origin) });
  const sessions = openSessions(structuredClone(await connect(settings, environment(cwd), cwd)));
  cloud.received.splice(0);
  try {
    await run(sessions, cloud);
  } finally {
    await sessions.close();
  }
}
