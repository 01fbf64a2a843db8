// What pages are made of beside code: their stylesheets, which the compiled files read from where they are themselves.
import { cpSync } from 'node:fs';

cpSync('reporters/pages', 'dist/reporters/pages', { recursive: true, filter: path => !path.endsWith('.ts') });
