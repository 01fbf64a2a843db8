import { useState } from 'preact/hooks';

/** Copies a text; `what` names it for those who do not see where the button stands. */
export function CopyButton({ text, what, label = 'Copy' }: { text: string; what: string; label?: string }) {
  const [said, setSaid] = useState(label);
  const copy = async () => {
    setSaid((await copied(text)) ? 'Copied' : 'Not copied');
    setTimeout(() => setSaid(label), 2000);
  };
  return (
    <button type="button" class="quiet-button copy" onClick={() => void copy()}>
      <span aria-live="polite">{said}</span>
      <span class="unseen"> {what}</span>
    </button>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
