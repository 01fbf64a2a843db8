import '../../pages/theme.css';
import './page.css';
import { render } from 'preact';
import type { PageData } from '../page-data.ts';
import { App } from './app.tsx';
import { decodeReport } from './decode.ts';
import { runOf } from './run.ts';
import { restoreTheme } from './theme-button.tsx';

restoreTheme();
const place = document.getElementById('page');
const data = document.getElementById('data');
if (place && data) {
  const run = runOf(decodeReport(JSON.parse(data.textContent ?? '') as PageData));
  data.remove();
  place.replaceChildren();
  render(<App run={run} />, place);
}
