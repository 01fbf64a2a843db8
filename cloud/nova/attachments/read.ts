import type { Field, RowSource } from '../../behaviour/views.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Call } from '../api/call.ts';
import { commonSteps, querySchemaStep } from '../api/common-steps.ts';
import { novaJson } from '../api/respond.ts';
import type { Step } from '../api/step.ts';
import { findServer, policyStep } from './guards.ts';
import { foundRows } from './list-order.ts';

/** The steps of `GET /servers/{id}/os-volume_attachments`. */
export function listSteps(): Step[] {
  return [
    ...commonSteps,
    querySchemaStep(call => call.world.behaviour.schemas.listQuery),
    findServer,
    policyStep(() => 'index'),
    {
      name: 'answer',
      run: call => {
        const { views } = call.world.behaviour;
        const items = page(call)
          .filter(row => !views.hides(row, call.minor))
          .map(row => bodyOf(views.list, call.minor, { row, server: call.server }));
        return novaJson(call, views.codes.list, { [views.wrap.list]: items });
      },
    },
  ];
}

/** The steps of `GET /servers/{id}/os-volume_attachments/{volume}`. */
export function showSteps(): Step[] {
  return [
    ...commonSteps,
    findServer,
    policyStep(() => 'show'),
    {
      name: 'attachment',
      run: call => {
        const { views } = call.world.behaviour;
        const row = call.server.rows.find(({ volumeId }) => volumeId === call.volumeId);
        if (row === undefined || views.hides(row, call.minor)) {
          throw call.refusal('not-attached', { server: call.server.id, volume: call.volumeId });
        }
        call.row = row;
      },
    },
    {
      name: 'answer',
      run: call => {
        const { views } = call.world.behaviour;
        const body = bodyOf(views.show, call.minor, { row: call.row, server: call.server });
        return novaJson(call, views.codes.show, { [views.wrap.show]: body });
      },
    },
  ];
}

/** The fields that the microversion has. */
export function bodyOf<Source>(fields: readonly Field<Source>[], minor: number, source: Source): JsonObject {
  const body: Record<string, Json> = {};
  for (const { name, since, until, value } of fields) {
    const found = since <= minor && minor <= until ? value(source) : undefined;
    if (found !== undefined) body[name] = found;
  }
  return body;
}

function page(call: Call): readonly RowSource['row'][] {
  const { behaviour, deployment } = call.world;
  const { paging, views } = behaviour;
  const number = (name: string): number => Number(paging.pick(call.query[name] ?? []) ?? 0);
  const asked = number('limit');
  const unlimited = call.query.limit === undefined || (asked === 0 && paging.zeroIsAll);
  const limit = unlimited ? paging.maxLimit : Math.min(asked, paging.maxLimit);
  const offset = call.query.offset === undefined ? 0 : Math.max(0, number('offset') + paging.shift);
  const found = foundRows(deployment, views.order(call.server.rows));
  const rows = found.filter(row => paging.countsHidden || row.volumeId !== null);
  return paging.cut(rows, offset, limit + (call.query.limit === undefined ? 0 : paging.extra));
}
