import type { Known } from './known.ts';

const head = `# Where the embedded cloud is not a real one

One script of requests (\`tests/differential/scenes/\`, and each case of the suite's plan that is a single exchange) is sent to a real Nova with
its Keystone, Cinder and Glance, and to the embedded cloud in the same release. Status, headers, keys and types of the body, words, messages, and the courses of states are
compared. What differs is listed here, with the reason, or a test fails. Written from \`tests/differential/differences.yaml\` by

\`npm run differential -- --document\`
`;

/** The document of all known differences. */
export function differencesDocument(known: readonly Known[]): string {
  const areas = [...new Set(known.map(({ area }) => area))];
  const sections = areas.map(area => {
    const rows = known.filter(each => each.area === area);
    const lines = rows.map(
      ({ difference, reason, clouds }) =>
        `- ${difference}${clouds ? ` (${clouds.join(', ')})` : ''} **Why:** ${reason}`,
    );
    return `## ${area}\n\n${lines.join('\n')}\n`;
  });
  return [head, ...sections].join('\n');
}
