import type { Row, Server } from '../server.ts';

/** Takes a row out of its server. */
export function dropRow(server: Server, row: Row): void {
  const index = server.rows.indexOf(row);
  if (index >= 0) server.rows.splice(index, 1);
}
