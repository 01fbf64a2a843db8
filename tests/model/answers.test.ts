import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/model/command.ts';
import { ask, wholeModel } from './small-model.ts';

const model = wholeModel();

/** The status that is expected after some commands; volumes 0 and 1 are plain, 2 is for several servers. */
function expected(before: Command[], rule: string, server: number | null = 0, volume: number | null = 0): string {
  const world = before.reduce((now, command) => {
    expect(model.isPossible(now, command), JSON.stringify(command)).toBe(true);
    return model.after(now, command);
  }, model.start());
  const { status, decides } = model.answers.answer(world, ask(rule, server, volume));
  return `${status.join(' or ')} ${decides.rule}`;
}

const attached = ask('attach.success@2.60');
const step = (name: string, server = 0): Command => ({ step: name, server });

describe('one condition', () => {
  test.each([
    ['nothing special', [], 'attach.success@2.60', '200 attach.success'],
    ['without a body', [], 'attach.success@2.101', '202 attach.success'],
    ['attached', [attached], 'attach.success@2.60', '400 attach.volume.attached'],
    ['paused', [step('pause')], 'attach.success@2.60', '200 attach.success'],
    ['suspended', [step('suspend')], 'attach.success@2.60', '409 attach.state.suspended'],
    ['shelved, before 2.20', [step('shelve')], 'attach.success@2.1', '409 attach.state.shelved'],
    ['shelved, from 2.20 on', [step('shelve')], 'attach.success@2.20', '200 attach.success'],
    ['locked', [step('lock')], 'attach.success@2.60', '409 attach.state.locked'],
    ['locked, for an administrator', [step('lock')], 'attach.admin@2.1', '200 attach.admin'],
    ['locked, for a list', [attached, step('lock')], 'list.success@2.60', '200 list.success'],
    ['gone', [step('forceDelete')], 'attach.success@2.60', '404 attach.state.deleted'],
    ['offloaded, with a tag', [step('shelve-shelved_offloaded')], 'attach.tag@2.49', '400 attach.tag.offloaded'],
    ['not attached', [], 'detach.success@2.60', '404 detach.volume.unknown'],
    ['attached, detached', [attached, ask('detach.success@2.60')], 'detach.success@2.60', '404 detach.volume.unknown'],
    ['flag of what is not attached', [], 'update.flag[true]@2.85', '404 update.volume.unknown'],
  ] as [string, Command[], string, string][])('%s', (_, before, rule, answer) => {
    expect(expected(before, rule)).toBe(answer);
  });
});

describe('several conditions at once: what is checked first decides', () => {
  test.each([
    ['locked and attached', [attached, step('lock')], 'attach.success@2.60', '409 attach.state.locked'],
    ['locked and not attached', [step('lock')], 'detach.success@2.60', '404 detach.volume.unknown'],
    ['suspended and attached', [attached, step('suspend')], 'attach.success@2.60', '409 attach.state.suspended'],
    ['a reader, locked', [step('lock')], 'attach.access.reader@2.1', '403 attach.access.reader'],
    ['without a token, locked', [step('lock')], 'access.token.missing[attach]@2.1', '401 access.token.missing'],
  ] as [string, Command[], string, string][])('%s', (_, before, rule, answer) => {
    expect(expected(before, rule)).toBe(answer);
  });
});

describe('volumes and other servers', () => {
  test('a plain volume is for one server', () => {
    expect(expected([attached], 'attach.success@2.60', 1)).toBe('400 attach.volume.attached-elsewhere');
    expect(expected([attached], 'show.success@2.60', 1)).toBe('404 show.volume.unknown');
  });

  test('one for several is not, from its microversion on', () => {
    const shared = [ask('attach.success@2.60', 0, 2)];
    expect(expected(shared, 'attach.success@2.60', 1, 2)).toBe('200 attach.success');
    expect(expected(shared, 'attach.success@2.60', 0, 2)).toMatch(/^400 /);
    expect(expected([], 'attach.success@2.1', 0, 2)).toBe('400 attach.multiattach.refused');
  });

  test('of a volume for several, the one that an offloaded server is only promised keeps nobody from its detach', () => {
    const both = [ask('attach.success@2.60', 0, 2), ask('attach.success@2.60', 1, 2), step('shelve-shelved_offloaded')];
    expect(expected(both, 'detach.success@2.60', 1, 2)).toBe('202 detach.success');
  });

  test('with its server goes a volume that is to end with it, and no other', () => {
    const flagged = [ask('attach.flag[true]@2.79'), ask('attach.success@2.60', 0, 1), step('forceDelete')];
    expect(expected(flagged, 'attach.success@2.60', 1, 0)).toBe('404 attach.volume.unknown');
    expect(expected(flagged, 'attach.success@2.60', 1, 1)).toBe('200 attach.success');
  });
});
