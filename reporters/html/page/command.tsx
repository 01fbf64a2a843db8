import { CopyButton } from './copy-button.tsx';

/** A command line with a button that copies it. */
export function CommandLine({ label, text }: { label: string; text: string }) {
  return (
    <div class="command">
      <span class="command-label">{label}</span>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reached by keyboard. */}
      <pre tabIndex={0} role="group" aria-label={`${label} command`}>
        {text}
      </pre>
      <CopyButton text={text} what={`the ${label} command`} />
    </div>
  );
}
