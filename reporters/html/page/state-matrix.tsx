import { useMemo } from 'preact/hooks';
import { compareMicroversions } from '../../../src/contract/microversion.ts';
import { classOf } from '../../../src/report/class-of.ts';
import { stateRuleOf } from '../../../src/report/state-matrix.ts';
import { useRun } from './context.ts';
import { filterLink } from './filter.ts';
import { Matrix } from './matrix.tsx';
import { Tally } from './tally.ts';

/** Each request in each situation of a server, at each class of microversions. */
export function StateMatrix() {
  const { report, judged } = useRun();
  const { tally, states, columns } = useMemo(() => {
    const tally = new Tally();
    const states = new Set<string>();
    const requests = new Map<string, Set<string>>();
    for (const one of judged) {
      const rule = stateRuleOf(one.case.rule);
      if (!rule) continue;
      const start = classOf(one.case.microversion, report.classes);
      states.add(rule.state);
      requests.set(rule.request, (requests.get(rule.request) ?? new Set()).add(start));
      tally.add(rule.state, `${rule.request} ${start}`, one);
    }
    const columns = [...requests].flatMap(([request, starts]) =>
      [...starts]
        .toSorted(compareMicroversions)
        .map(start => ({ key: `${request} ${start}`, head: `${start}+`, group: request })),
    );
    return { tally, states: [...states], columns };
  }, []);
  if (states.length === 0) return null;
  return (
    <>
      <h3>Requests by state of the server and microversion</h3>
      <Matrix
        label="requests by state of the server and microversion"
        corner="server"
        rows={states}
        columns={columns}
        cellAt={(state, column) => {
          const counts = tally.at(state, column);
          const [request = '', start = ''] = column.split(' ');
          return (
            counts && { counts, link: filterLink({ rule: `${request}.state.${state}`, microversion: `${start}+` }) }
          );
        }}
      />
    </>
  );
}
