import type { Rule } from '../behaviour/policy.ts';
import type { Keystone } from '../keystone/keystone.ts';
import type { Token } from '../keystone/token.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { drop, insertBefore, restatus, rewrite } from './patching.ts';

const fault = ofKind('persona');
const status = ofKind('status');
const header = ofKind('header');

const anyone: Rule = () => true;
const nobody: Rule = token => token.roles.includes('admin');

/** Mistakes in who may do what; a table. */
export const authorizationFaults: readonly Fault[] = [
  fault('policy-create-open', 'A reader may attach.', ['attach.access.reader'], b => {
    b.policy.rules.create = b.policy.rules.index;
  }),
  fault('policy-update-open', 'A reader may update.', ['update.access.reader'], b => {
    b.policy.rules.update = b.policy.rules.index;
  }),
  fault('policy-delete-open', 'A reader may detach.', ['detach.access.reader'], b => {
    b.policy.rules.delete = b.policy.rules.index;
  }),
  fault('policy-swap-open', 'A member may swap.', ['update.swap.member', 'update.sample.swap'], b => {
    b.policy.rules.swap = anyone;
  }),
  fault('policy-index-admin-only', 'Only an admin may list.', ['list.reader'], b => {
    b.policy.rules.index = nobody;
  }),
  fault('policy-show-admin-only', 'Only an admin may show.', ['show.success'], b => {
    b.policy.rules.show = nobody;
  }),
  fault('policy-show-member-only', 'A reader may not show.', ['show.reader'], b => {
    b.policy.rules.show = b.policy.rules.create;
  }),
  fault('policy-index-member-only', 'A reader may not list.', ['list.reader'], b => {
    b.policy.rules.index = b.policy.rules.create;
  }),
  fault('policy-create-admin-only', 'Only an admin may attach.', ['attach.success'], b => {
    b.policy.rules.create = nobody;
  }),
  fault('policy-update-admin-only', 'Only an admin may update.', ['update.flag'], b => {
    b.policy.rules.update = nobody;
  }),
  fault('policy-delete-admin-only', 'Only an admin may detach.', ['detach.success'], b => {
    b.policy.rules.delete = nobody;
  }),
  fault('policy-swap-nobody', 'Not even an admin may swap.', ['update.swap.other.unknown'], b => {
    b.policy.rules.swap = () => false;
  }),
  status(
    'policy-403-as-404',
    'A refusal by policy is 404 instead of 403.',
    ['attach.access.reader', 'update.access.reader', 'detach.access.reader', 'update.swap.member'],
    b => restatus(b, 'policy', 404),
  ),
  status(
    'policy-403-as-401',
    'A refusal by policy is 401 instead of 403.',
    ['attach.access.reader', 'update.access.reader', 'detach.access.reader', 'update.swap.member'],
    b => restatus(b, 'policy', 401),
  ),
  fault(
    'other-project-visible',
    'The attachments of a server of another project can be read and changed.',
    ['access.project.other'],
    b => {
      b.policy.finds = anyone;
      for (const name of ['index', 'show', 'create', 'update', 'delete'] as const) b.policy.rules[name] = anyone;
    },
  ),
  fault('other-project-403', 'A server of another project is 403 instead of 404.', ['access.project.other'], b => {
    b.policy.finds = anyone;
  }),
  fault(
    'admin-own-project-only',
    "An admin finds only its own project's servers.",
    ['list.admin', 'show.admin', 'attach.admin', 'update.admin', 'detach.admin'],
    b => {
      b.policy.finds = (token, projectId) => token.project?.id === projectId;
    },
  ),
  status(
    'unauthenticated-403',
    'A request without a good token is 403 instead of 401.',
    ['access.token.missing', 'access.token.invalid'],
    b => {
      b.authentication.status = 403;
    },
  ),
  header('unauthenticated-no-challenge', 'A 401 has no WWW-Authenticate.', ['access.token.challenge'], b => {
    b.authentication.challenges = false;
  }),
  fault('unknown-token-accepted', 'An unknown token is let in as the first user.', ['access.token.invalid'], b => {
    b.authentication.identify = (keystone, token) =>
      keystone.validate(token) ?? (token === undefined ? undefined : guest(keystone));
  }),
  fault(
    'missing-token-accepted',
    'A request without a token is let in as the first user.',
    ['access.token.missing'],
    b => {
      b.authentication.identify = (keystone, token) =>
        token === undefined ? guest(keystone) : keystone.validate(token);
    },
  ),
  fault('lock-holds-admin', 'A lock holds back an admin too.', ['attach.locked.admin'], b => {
    b.policy.ignoresLock = () => false;
  }),
  fault('lock-holds-admin-on-delete', 'A lock holds back an admin from a detach.', ['detach.locked.admin'], b =>
    insertBefore(b.sequences.delete, 'vm-state', 'admin-lock', call => {
      if (call.server.locked) throw call.refusal('locked', { server: call.server.id });
    }),
  ),
  fault(
    'lock-ignored-for-owner',
    'A lock does not hold back who made the server.',
    ['attach.state.locked', 'detach.state.locked'],
    b => {
      for (const steps of [b.sequences.create, b.sequences.delete]) {
        rewrite(steps, 'lock', run => call => (call.token.user.id === call.server.userId ? undefined : run(call)));
      }
    },
  ),
  fault('policy-not-asked-on-delete', 'Detach never asks the policy.', ['detach.access.reader'], b =>
    drop(b.sequences.delete, 'policy'),
  ),
];

function guest(keystone: Keystone): Token | undefined {
  const [user] = keystone.identities.users;
  if (user === undefined) return undefined;
  return keystone.issue({ user, project: user.project, system: false, roles: user.roles, methods: [] });
}
