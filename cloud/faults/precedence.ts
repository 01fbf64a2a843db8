import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { moveBefore } from './patching.ts';

const fault = ofKind('precedence');

/** Mistakes in the order of checks; a table. */
export const precedenceFaults: readonly Fault[] = [
  fault(
    'order-list-server-before-query',
    'List looks for the server before it checks the query.',
    ['precedence.list'],
    b => moveBefore(b.sequences.list, 'server', 'schema'),
  ),
  fault(
    'order-show-server-before-type',
    'Show looks for the server before it checks the content type.',
    ['precedence.show'],
    b => moveBefore(b.sequences.show, 'server', 'content-type'),
  ),
  fault(
    'order-create-server-before-body',
    'Attach looks for the server before it checks the body.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'server', 'schema'),
  ),
  fault(
    'order-update-server-before-body',
    'Update looks for the server before it checks the body.',
    ['precedence.update'],
    b => moveBefore(b.sequences.update, 'server', 'schema'),
  ),
  fault(
    'order-create-policy-before-body',
    'Attach asks the policy before it checks the body.',
    ['precedence.attach'],
    b => {
      moveBefore(b.sequences.create, 'server', 'schema');
      moveBefore(b.sequences.create, 'policy', 'schema');
    },
  ),
  fault(
    'order-update-policy-before-body',
    'Update asks the policy before it checks the body.',
    ['precedence.update'],
    b => {
      moveBefore(b.sequences.update, 'server', 'schema');
      moveBefore(b.sequences.update, 'policy', 'schema');
    },
  ),
  fault(
    'order-create-volume-before-lock',
    'Attach looks for the volume before the lock and the state of the server.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'volume', 'lock'),
  ),
  fault(
    'order-create-volume-before-state',
    'Attach looks for the volume before the vm_state.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'volume', 'vm-state'),
  ),
  fault(
    'order-create-volume-before-gate',
    'Attach looks for the volume before the gate of 2.20.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'volume', 'shelved-gate'),
  ),
  fault(
    'order-create-volume-before-policy',
    'Attach looks for the volume before it asks the policy.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'volume', 'policy'),
  ),
  fault(
    'order-create-lock-before-policy',
    'Attach checks the lock before it asks the policy.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'lock', 'policy'),
  ),
  fault(
    'order-create-double-before-lock',
    'Attach asks whether the volume is attached before the lock.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'double-attach', 'lock'),
  ),
  fault(
    'order-create-double-before-state',
    'Attach asks whether the volume is attached before the vm_state.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'double-attach', 'vm-state'),
  ),
  fault(
    'order-create-body-before-version',
    'Attach parses the body before it looks at the microversion.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'json', 'version-format'),
  ),
  fault(
    'order-create-type-before-version',
    'Attach checks the content type before the microversion.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'content-type', 'version-format'),
  ),
  fault(
    'order-create-body-before-type',
    'Attach parses the body before it checks the content type.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'json', 'content-type'),
  ),
  fault(
    'order-create-body-before-url',
    'Attach checks the body before the project in the URL.',
    ['precedence.attach'],
    b => moveBefore(b.sequences.create, 'schema', 'project-url'),
  ),
  fault('order-create-state-before-lock', 'Attach checks the vm_state before the lock.', ['precedence.attach'], b =>
    moveBefore(b.sequences.create, 'vm-state', 'lock'),
  ),
  fault('order-create-lock-before-gate', 'Attach checks the lock before the gate of 2.20.', ['precedence.attach'], b =>
    moveBefore(b.sequences.create, 'lock', 'shelved-gate'),
  ),
  fault(
    'order-create-task-before-state',
    'Attach checks the task_state before the vm_state.',
    ['attach.state.building'],
    b => moveBefore(b.sequences.create, 'task-state', 'vm-state'),
  ),
  fault(
    'order-delete-volume-before-policy',
    'Detach looks for the volume before it asks the policy.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'volume', 'policy'),
  ),
  fault(
    'order-delete-lock-before-volume',
    'Detach checks the lock before it looks for the volume.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'lock', 'volume'),
  ),
  fault(
    'order-delete-state-before-volume',
    'Detach checks the vm_state before it looks for the volume.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'vm-state', 'volume'),
  ),
  fault(
    'order-delete-attachment-before-volume',
    'Detach looks for the attachment before the volume.',
    ['detach.volume.unknown'],
    b => moveBefore(b.sequences.delete, 'attachment', 'volume'),
  ),
  fault(
    'order-delete-state-before-root',
    'Detach checks the vm_state before it protects the root volume.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'vm-state', 'root'),
  ),
  fault(
    'order-delete-lock-before-root',
    'Detach checks the lock before it protects the root volume.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'lock', 'root'),
  ),
  fault(
    'order-delete-lock-before-policy',
    'Detach checks the lock before it asks the policy.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'lock', 'policy'),
  ),
  fault(
    'order-delete-begin-before-lock',
    'Detach asks Cinder before it checks the lock and the state.',
    ['precedence.detach', 'detach.state.locked', 'detach.state.suspended'],
    b => moveBefore(b.sequences.delete, 'begin', 'lock'),
  ),
  fault(
    'order-delete-attachment-before-gate',
    'Detach looks for the attachment before the gate of 2.20.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'attachment', 'shelved-gate'),
  ),
  fault('order-delete-lock-before-gate', 'Detach checks the lock before the gate of 2.20.', ['precedence.detach'], b =>
    moveBefore(b.sequences.delete, 'lock', 'shelved-gate'),
  ),
  fault(
    'order-delete-volume-before-gate',
    'Detach looks for the volume before the gate of 2.20.',
    ['precedence.detach'],
    b => moveBefore(b.sequences.delete, 'volume', 'shelved-gate'),
  ),
  fault(
    'order-update-new-before-old',
    'Swap looks for the new volume before the old one.',
    ['update.swap.other.unknown'],
    b => moveBefore(b.sequences.update, 'new-volume', 'old-volume'),
  ),
  fault(
    'order-update-state-before-new',
    'Swap checks the vm_state before it looks for the new volume.',
    ['precedence.update'],
    b => moveBefore(b.sequences.update, 'vm-state', 'new-volume'),
  ),
  fault(
    'order-update-state-before-old',
    'Swap checks the vm_state before it looks for the old volume.',
    ['precedence.update'],
    b => moveBefore(b.sequences.update, 'vm-state', 'old-volume'),
  ),
  fault(
    'order-update-row-before-policy',
    'Update looks for the attachment before it asks the policy.',
    ['precedence.update'],
    b => moveBefore(b.sequences.update, 'row', 'policy'),
  ),
  fault(
    'order-update-flag-before-checks',
    'Update stores the flag before it checks the other properties.',
    ['update.immutable'],
    b => moveBefore(b.sequences.update, 'flag', 'immutable-id'),
  ),
];
