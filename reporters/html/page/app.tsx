import './top.css';
import { useEffect } from 'preact/hooks';
import { CaseDialog } from './case-dialog.tsx';
import { CasesSection } from './cases-section.tsx';
import { RunContext } from './context.ts';
import { EnvironmentSection } from './environment-section.tsx';
import { FailuresSection } from './failures-section.tsx';
import { HistoriesSection } from './histories-section.tsx';
import { MatrixSection } from './matrix-section.tsx';
import { useRoute } from './route.ts';
import type { Run } from './run.ts';
import { SkipsSection } from './skips-section.tsx';
import { ThemeButton } from './theme-button.tsx';
import { TimelinesSection } from './timelines-section.tsx';
import { TimingsSection } from './timings-section.tsx';
import { VerdictSection } from './verdict-section.tsx';
import { WaivedSection } from './waived-section.tsx';

/** The whole page. */
export function App({ run }: { run: Run }) {
  const route = useRoute(run.isCase);
  useEffect(showAddress, []);
  const { failures, errors, waived } = run;
  const wrong = failures.length + errors.length;
  const sections: [string, string][] = [
    ['verdict', 'Verdict'],
    ...(wrong > 0 ? ([['failures', `What is wrong (${wrong})`]] as [string, string][]) : []),
    ...(waived.length > 0 ? ([['waived', 'Waived']] as [string, string][]) : []),
    ...(run.judged.length > 0
      ? ([
          ['matrix', 'Matrix'],
          ['timelines', 'Timelines'],
          ['latency', 'Latency'],
          ['histories', 'Histories'],
          ['skips', 'Not judged'],
        ] as [string, string][])
      : []),
    ['environment', 'Environment'],
    ...(run.judged.length > 0 ? ([['cases', 'All cases']] as [string, string][]) : []),
  ];
  return (
    <RunContext.Provider value={run}>
      <a class="skip-link" href="#verdict">
        To the verdict
      </a>
      <header class="top">
        <span class="brand">novaspec</span>
        <nav aria-label="sections">
          {sections.map(([id, title]) => (
            <a key={id} href={`#${id}`}>
              {title}
            </a>
          ))}
        </nav>
        <ThemeButton />
      </header>
      <main>
        <VerdictSection />
        {wrong > 0 && <FailuresSection />}
        {waived.length > 0 && <WaivedSection />}
        {run.judged.length > 0 && (
          <>
            <MatrixSection />
            <TimelinesSection />
            <TimingsSection />
            <HistoriesSection />
            <SkipsSection />
          </>
        )}
        <EnvironmentSection />
        {run.judged.length > 0 && <CasesSection filter={route.filter} />}
      </main>
      <footer>
        {run.report.tool.name} {run.report.tool.version}, run {run.report.runId}, plan {run.report.planDigest}
      </footer>
      <CaseDialog id={route.open} />
    </RunContext.Provider>
  );
}

/** Brings into view what the address names: the browser looked for it before it was there, and knows no lists of cases. */
function showAddress(): () => void {
  show(location.hash);
  const clicked = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a[href^="#cases"]') : null;
    const href = link?.getAttribute('href');
    if (href) requestAnimationFrame(() => show(href));
  };
  document.addEventListener('click', clicked);
  return () => document.removeEventListener('click', clicked);
}

function show(hash: string): void {
  const [name = ''] = hash.slice(1).split('?', 1);
  if (name !== '') document.getElementById(name)?.scrollIntoView();
}
