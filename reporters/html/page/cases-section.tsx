import './cases.css';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { compareMicroversions } from '../../../src/contract/microversion.ts';
import { deviationText } from '../../../src/report/failure-text.ts';
import { plural } from '../../../src/report/plural.ts';
import { printableLine } from '../../../src/report/printable.ts';
import { Badge } from './badge.tsx';
import { useRun } from './context.ts';
import { type Filter, filtered, filterKeys, noFilter } from './filter.ts';
import { outcomes } from './outcome.ts';
import { caseLink, listCases } from './route.ts';
import type { Judged } from './run.ts';
import { Section } from './section.tsx';

const step = 100;

/** Every case, or those that a filter lets through; the filter stands in the address. */
export function CasesSection({ filter }: { filter: Filter }) {
  const { report, judged } = useRun();
  const cases = useMemo(() => filtered(judged, filter, report), [filter]);
  return (
    <Section id="cases" title="All cases">
      <FilterForm filter={filter} />
      <p role="status">
        {cases.length === judged.length
          ? plural(cases.length, 'case')
          : `${cases.length} of ${plural(judged.length, 'case')}`}
      </p>
      <CaseList key={JSON.stringify(filter)} cases={cases} />
    </Section>
  );
}

function FilterForm({ filter }: { filter: Filter }) {
  const { judged, report } = useRun();
  const options = useMemo(() => {
    const distinct = (of: (one: Judged) => string) => [...new Set(judged.map(of))];
    const microversions = distinct(({ case: one }) => one.microversion).toSorted(compareMicroversions);
    return {
      verdict: outcomes.filter(each => judged.some(({ result }) => (result?.verdict ?? 'unjudged') === each)),
      suite: distinct(({ case: one }) => one.suite),
      operation: distinct(({ case: one }) => one.operation),
      microversion: [...report.classes.map(start => `${start}+`), ...microversions],
      level: distinct(({ case: one }) => one.level),
    };
  }, []);
  const set = (key: keyof Filter, value: string) => listCases({ ...filter, [key]: value }, key === 'text');
  const isFiltered = filterKeys.some(key => filter[key] !== '');
  return (
    <search>
      <form class="filter" onSubmit={event => event.preventDefault()}>
        <label class="filter-text">
          text
          <input
            type="search"
            value={filter.text}
            placeholder="words of id, rule or message"
            onInput={event => set('text', event.currentTarget.value)}
          />
        </label>
        {Object.entries(options).map(([name, values]) => {
          const key = name as keyof typeof options;
          const chosen = filter[key];
          const all: readonly string[] =
            chosen === '' || (values as readonly string[]).includes(chosen) ? values : [chosen, ...values];
          return (
            <label key={name}>
              {name}
              <select value={chosen} onChange={event => set(key, event.currentTarget.value)}>
                <option value="">all</option>
                {all.map(value => (
                  <option key={value} value={value}>
                    {value}
                  </option>
                ))}
              </select>
            </label>
          );
        })}
        {filter.rule !== '' && (
          <button type="button" class="quiet-button" onClick={() => set('rule', '')}>
            rule {filter.rule} <span aria-hidden="true">×</span>
            <span class="unseen">: show all rules</span>
          </button>
        )}
        {isFiltered && (
          <button type="button" class="quiet-button" onClick={() => listCases(noFilter)}>
            Show all
          </button>
        )}
      </form>
    </search>
  );
}

/** The first hundred cases, and more when the reader comes to their end. */
function CaseList({ cases }: { cases: readonly Judged[] }) {
  const [count, setCount] = useState(step);
  const end = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!end.current) return undefined;
    const watcher = new IntersectionObserver(entries => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setCount(shown => shown + step);
    });
    watcher.observe(end.current);
    return () => watcher.disconnect();
  }, [count]);
  return (
    <>
      <ul class="case-list">
        {cases.slice(0, count).map(({ case: one, result }) => (
          <li key={one.id}>
            <a href={caseLink(one.id)}>
              <Badge outcome={result?.verdict ?? 'unjudged'} />
              <span class="case-id">{one.id}</span>
              <span class="case-said">{saidOf(result)}</span>
            </a>
          </li>
        ))}
      </ul>
      {cases.length > count && (
        <button type="button" class="quiet-button" ref={end} onClick={() => setCount(count + step)}>
          {cases.length - count} more
        </button>
      )}
    </>
  );
}

function saidOf(result: Judged['result']): string {
  const [first] = result?.deviations ?? [];
  return first ? deviationText(first) : printableLine(result?.message ?? result?.skip?.detail ?? '');
}
