import { useState } from 'preact/hooks';

/** Copies a text; `what` names it for those who do not see where the button stands. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState('Copy');
  const copy = () => {
    void copied(text).then(done => {
      setSaid(done ? 'Copied' : 'Not copied');
      setTimeout(() => setSaid('Copy'), 2000);
    });
  };
  return (
    <button type="button" class="quiet-button copy" onClick={copy}>
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
