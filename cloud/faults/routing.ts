import type { Fault } from './fault.ts';

/** Mistakes in what reaches an operation; a table. */
export const routingFaults: readonly Fault[] = [
  {
    id: 'route-put-collection',
    sentence: 'A PUT of the collection attaches like a POST.',
    kind: 'routing',
    breaks: ['route.collection.unknown'],
    patch: b => {
      b.routing.collection.push(['PUT', 'create']);
    },
  },
  {
    id: 'route-post-item',
    sentence: 'A POST to an item updates like a PUT.',
    kind: 'routing',
    breaks: ['route.item.unknown'],
    patch: b => {
      b.routing.item.push(['POST', 'update']);
    },
  },
  {
    id: 'route-head-as-get',
    sentence: 'HEAD is answered like GET.',
    kind: 'routing',
    breaks: ['route.method.unknown'],
    patch: b => {
      b.routing.head = true;
    },
  },
  {
    id: 'route-trailing-slash',
    sentence: 'A path may end in a slash.',
    kind: 'routing',
    breaks: ['route.suffix.unknown'],
    patch: b => {
      b.routing.suffixes.push('/');
    },
  },
];
