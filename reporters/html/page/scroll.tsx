import type { ComponentChildren } from 'preact';

interface Scrolled {
  label: string;
  children: ComponentChildren;
  class?: string;
}

/** What may be wider than the screen scrolls by itself, also by keyboard. */
export function Scroll({ label, children }: Scrolled) {
  return (
    // biome-ignore lint/a11y: what can be scrolled must be reached by keyboard and have a name, and is no set of fields.
    <div class="scroll" role="group" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

/** The same for text whose lines must not be broken. */
export function ScrollText({ label, children, class: name = '' }: Scrolled) {
  return (
    // biome-ignore lint/a11y: as above.
    <pre class={`scroll ${name}`} role="group" aria-label={label} tabIndex={0}>
      {children}
    </pre>
  );
}
