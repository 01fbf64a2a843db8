import { useState } from 'preact/hooks';

type Theme = 'light' | 'dark';

const key = 'novaspec-theme';

/** Takes up the theme that the reader chose in another page; without one the page follows the system. */
export function restoreTheme(): void {
  try {
    const chosen = localStorage.getItem(key);
    if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
  } catch {
    // A browser that keeps nothing for pages from files follows the system.
  }
}

/** Changes between light and dark. */
export function ThemeButton() {
  const [theme, setTheme] = useState(shown);
  const other: Theme = theme === 'dark' ? 'light' : 'dark';
  const change = () => {
    document.documentElement.dataset.theme = other;
    setTheme(other);
    try {
      localStorage.setItem(key, other);
    } catch {
      // It then holds for this page alone.
    }
  };
  return (
    <button type="button" class="quiet-button" onClick={change} aria-label={`Change to the ${other} theme`}>
      <span aria-hidden="true">{other === 'dark' ? '☾' : '☀'}</span> <span class="wide-only">{other}</span>
    </button>
  );
}

function shown(): Theme {
  const { theme } = document.documentElement.dataset;
  if (theme === 'light' || theme === 'dark') return theme;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}
