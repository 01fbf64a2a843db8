import './command.css';
import { CopyButton } from './copy-button.tsx';
import { ScrollText } from './scroll.tsx';

/** A command line with a button that copies it. */
export function CommandLine({ label, text }: { label: string; text: string }) {
  return (
    <div class="command">
      <span class="command-label">{label}</span>
      <ScrollText label={`${label} command`}>{text}</ScrollText>
      <CopyButton text={text} what={`the ${label} command`} />
    </div>
  );
}
