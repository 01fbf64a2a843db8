import type { Case } from '../../../src/plan/case.ts';
import { assertionText } from '../../../src/report/assertion-text.ts';

/** What the plan says of a case: what it needs, sends and expects; names in double braces are filled in by the run. */
export function PlannedView({ planned: { given, request, expect, watch } }: { planned: Case }) {
  const needs = Object.entries(given).map(([name, value]) => `${name} ${value}`);
  const { status, error, ...others } = expect;
  return (
    <>
      <h4>Planned</h4>
      <dl class="facts">
        <div>
          <dt>given</dt>
          <dd>{needs.join(', ')}</dd>
        </div>
        {watch ? (
          <div>
            <dt>asserted</dt>
            <dd>
              {assertionText(watch.rule)}; scenario {watch.scenario}
            </dd>
          </div>
        ) : (
          <>
            <div>
              <dt>sends</dt>
              <dd>
                <code class="block">{requestText(request)}</code>
              </dd>
            </div>
            <div>
              <dt>expects</dt>
              <dd>
                {status.join(' or ')} {error}
                {Object.keys(others).length > 0 && <code class="block">{JSON.stringify(others, null, 1)}</code>}
              </dd>
            </div>
          </>
        )}
      </dl>
    </>
  );
}

function requestText({ method, path, query, headers, body, raw, token }: Case['request']): string {
  return [
    `${method} ${path}${query === undefined ? '' : `?${query}`}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(token === undefined ? [] : [`token: ${token}`]),
    ...(raw === undefined ? [] : [raw]),
    ...(body === undefined ? [] : [JSON.stringify(body, null, 1)]),
  ].join('\n');
}
