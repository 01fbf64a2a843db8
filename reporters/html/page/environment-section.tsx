import { choiceRows } from '../../../src/report/choice-rows.ts';
import { duration } from '../../../src/report/duration.ts';
import { plural } from '../../../src/report/plural.ts';
import { printable } from '../../../src/report/printable.ts';
import { CommandLine } from './command.tsx';
import { useRun } from './context.ts';
import { Section } from './section.tsx';

/** What the run found, chose and used up. */
export function EnvironmentSection() {
  const { target, choices, stage, ledger, command, selection } = useRun().report;
  const { servers, actions, waitedMs, readings } = stage;
  return (
    <Section id="environment" title="Environment">
      <dl class="facts wide">
        {target &&
          Object.entries(target.personas).map(([name, { roles, project }]) => (
            <div key={name}>
              <dt>persona {name}</dt>
              <dd>
                {roles === null ? 'roles unknown' : roles.join(', ')}
                {project !== null && `, project ${printable(project)}`}
              </dd>
            </div>
          ))}
        {choices &&
          choiceRows(choices).map(({ label, text, id }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {printable(text)} {id !== null && <code>{printable(id)}</code>}
              </dd>
            </div>
          ))}
        {choices && (
          <div>
            <dt>servers at once</dt>
            <dd>at most {choices.servers}</dd>
          </div>
        )}
        <div>
          <dt>work</dt>
          <dd>
            {plural(servers, 'server')} built, {plural(actions, 'server action')} sent, {plural(readings, 'reading')} of
            what was watched; somebody waited for the cloud during {duration(waitedMs)}
          </dd>
        </div>
        <div>
          <dt>resources</dt>
          <dd>
            {ledger.created} made, {ledger.removed} removed
          </dd>
        </div>
        <div>
          <dt>selection</dt>
          <dd>
            <code class="block">{printable(JSON.stringify(selection, null, 1))}</code>
          </dd>
        </div>
      </dl>
      <CommandLine label="run" text={command} />
    </Section>
  );
}
