import './dialog.css';
import { useEffect, useRef } from 'preact/hooks';
import { Badge } from './badge.tsx';
import { CaseView } from './case-view.tsx';
import { useRun } from './context.ts';
import { CopyButton } from './copy-button.tsx';
import { closeCase } from './route.ts';

/** The open case, above the page; nothing without one. */
export function CaseDialog({ id }: { id: string | null }) {
  const { byId } = useRun();
  const dialog = useRef<HTMLDialogElement>(null);
  const judged = id === null ? undefined : byId.get(id);
  useEffect(() => {
    const element = dialog.current;
    if (!element) return;
    if (judged && !element.open) element.showModal();
    if (!judged && element.open) element.close();
    element.scrollTo(0, 0);
  }, [judged]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the case closes it; by keyboard Escape does.
    <dialog
      ref={dialog}
      aria-labelledby="case-title"
      onCancel={event => {
        event.preventDefault();
        closeCase();
      }}
      onClick={event => {
        if (event.target === dialog.current) closeCase();
      }}
    >
      {judged && (
        <div class="sheet">
          <header>
            <h2 id="case-title">
              <Badge outcome={judged.result?.verdict ?? 'unjudged'} /> <span>{judged.case.id}</span>
            </h2>
            <div class="sheet-buttons">
              <CopyButton text={location.href} label="Copy link" what="of this case" />
              <button type="button" class="quiet-button" onClick={closeCase} autofocus>
                Close
              </button>
            </div>
          </header>
          <CaseView key={judged.case.id} judged={judged} />
        </div>
      )}
    </dialog>
  );
}
