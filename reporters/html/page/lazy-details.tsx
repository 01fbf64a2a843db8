import './groups.css';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** A part that can be unfolded; what is in it is made only then. */
export function LazyDetails({
  summary,
  children,
  open = false,
  class: name,
  id,
}: {
  summary: ComponentChildren;
  children: () => ComponentChildren;
  open?: boolean;
  class?: string;
  id?: string;
}) {
  const [isOpen, setOpen] = useState(open);
  return (
    <details
      {...(name === undefined ? {} : { class: name })}
      {...(id === undefined ? {} : { id })}
      open={isOpen}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>{summary}</summary>
      {isOpen && children()}
    </details>
  );
}
