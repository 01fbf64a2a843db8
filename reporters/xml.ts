const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As references, because a parser turns plain line ends and tabs of an attribute into spaces.
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Escapes for text and quoted attributes; characters that XML 1.0 cannot hold in any form become visible: `\u{1b}`. */
export function escapeXml(text: string, where: 'text' | 'attribute'): string {
  return text
    .replace(
      /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu,
      char => `\\u{${char.codePointAt(0)?.toString(16)}}`,
    )
    .replace(where === 'text' ? /[&<>\r]/g : /[&<>"\n\r\t]/g, char => entities[char] ?? char);
}

/** One element: its attributes, and its content that is already XML. */
export function xmlElement(name: string, attributes: Record<string, string | number>, content: string[] = []): string {
  const start = [
    name,
    ...Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(`${value}`, 'attribute')}"`),
  ];
  return content.length === 0 ? `<${start.join(' ')}/>` : `<${start.join(' ')}>${content.join('\n')}</${name}>`;
}
