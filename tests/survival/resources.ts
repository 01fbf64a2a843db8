import type { Survival } from './troubles.ts';

/** Runs on clouds whose servers and volumes do not do as they should; a table. */
export const resourceSurvivals: Readonly<Record<string, Survival>> = {
  'pause-never-ends': {
    situations: ['paused', 'stopped'],
    code: 4,
    errors: { paused: /^error: the action pause: server \S+ did not get there within 2 s \(ACTIVE, task pausing\)$/ },
    made: 10,
  },
  'suspend-fails': {
    situations: ['suspended', 'stopped'],
    code: 4,
    errors: { suspended: /^error: the action suspend: server \S+ went to ERROR: .*the hypervisor could not do it$/ },
    made: 10,
  },
  'resize-fails': {
    situations: ['resized', 'stopped'],
    code: 4,
    errors: { resized: /^error: the action resize: server \S+ went to ERROR: .*the hypervisor could not do it$/ },
    made: 10,
  },
  // One server walks; where it cannot leave, another one takes its place, and no case is the worse for it.
  'unshelve-fails': { situations: ['shelved', 'error'], options: ['--servers', '6'], code: 0, made: 6 },
  // One bad server or volume is replaced.
  'build-fails': { situations: ['paused', 'stopped', 'suspended'], code: 0, made: 11 },
  'volume-fails': { situations: ['paused', 'stopped', 'suspended'], code: 0, made: 10 },
  'slow-builds': { situations: ['paused'], options: ['--wait', '30'], code: 0, made: 3 },
  'build-never-ends': {
    situations: ['paused', 'stopped'],
    code: 4,
    errors: {
      paused: /^error: server \S+ was not ready after 2 s$/,
      stopped: /^error: server \S+ was not ready after 2 s$/,
    },
    made: 6,
  },
  'slow-volumes': { situations: ['paused'], options: ['--wait', '30'], code: 0, made: 3 },
  'slow-deletes': { situations: ['paused', 'deleted'], options: ['--wait', '30'], code: 0, made: 6 },
  'deletes-never-end': {
    situations: ['paused'],
    code: 5,
    left: /^still there: its deletion was accepted, but did not end$/,
    made: 3,
  },
};
