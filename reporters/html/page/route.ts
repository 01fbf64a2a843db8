import { useEffect, useState } from 'preact/hooks';
import { type Filter, filterKeys, filterLink, noFilter } from './filter.ts';

/** Where the reader is: which cases are listed, and which one is open above the page. */
export interface Route {
  filter: Filter;
  /** Id of a case. */
  open: string | null;
}

/** The link that opens a case. */
export function caseLink(id: string): string {
  return `#${encodeURIComponent(id)}`;
}

// What the address said before a case was opened; closing it leads back there.
let below = '';
let listeners: (() => void)[] = [];

/** The route of the address, and again whenever it changes. */
export function useRoute(isCase: (id: string) => boolean): Route {
  const [route, setRoute] = useState(() => routeOf(noFilter, isCase));
  useEffect(() => {
    const changed = () => setRoute(({ filter }) => routeOf(filter, isCase));
    listeners.push(changed);
    window.addEventListener('popstate', changed);
    window.addEventListener('hashchange', changed);
    return () => {
      listeners = listeners.filter(each => each !== changed);
      window.removeEventListener('popstate', changed);
      window.removeEventListener('hashchange', changed);
    };
  }, [isCase]);
  return route;
}

/** Lists other cases; `typing`: in the same step of the browser's history. */
export function listCases(filter: Filter, typing = false): void {
  const link = filterLink(filter);
  if (typing) history.replaceState(null, '', link);
  else history.pushState(null, '', link);
  for (const listener of listeners) listener();
}

/** Closes the open case. */
export function closeCase(): void {
  history.pushState(null, '', below === '' ? '#' : below);
  for (const listener of listeners) listener();
}

/** While a case is open, the list below it stays as it was. */
function routeOf(filter: Filter, isCase: (id: string) => boolean): Route {
  const { hash } = location;
  const name = decoded(hash.slice(1));
  if (isCase(name)) return { filter, open: name };
  below = hash;
  const [section = '', query = ''] = hash.slice(1).split('?', 2);
  return { filter: section === 'cases' ? filterFrom(query) : noFilter, open: null };
}

function filterFrom(query: string): Filter {
  const given = new URLSearchParams(query);
  return Object.fromEntries(filterKeys.map(key => [key, given.get(key) ?? ''])) as unknown as Filter;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
