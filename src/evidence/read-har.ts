import { JSONParser } from '@streamparser/json';
import type { HarCreator, HarEntry, HarPage } from './har.ts';
import { harBytes } from './har-bytes.ts';
import { harEntry } from './har-entry.ts';
import { HarError } from './har-error.ts';

/** A HAR while it is read. What stands around the entries is complete once they have all been taken. */
export interface Har {
  /** In the order of the file, each as soon as it is read. @throws HarError */
  readonly entries: AsyncIterable<HarEntry>;
  readonly pages: readonly HarPage[];
  readonly creator: HarCreator | undefined;
  /** Of the format; `1.1` where the file does not say. */
  readonly version: string;
}

/** Newest version of the format that is read. */
const newest = { major: 1, minor: 2 };

/** What is taken out of the file; all else is read over. */
const paths = ['$.log.version', '$.log.creator', '$.log.pages.*', '$.log.entries.*'];

/**
 * Reads a HAR (http://www.softwareishard.com/blog/har-12-spec/) of any size, plain or compressed by gzip, entry by entry. `file`
 * may be `-` for standard input.
 */
export function readHar(file: string): Har {
  const reading = new Reading(file);
  return {
    entries: reading.entries(),
    get pages() {
      return reading.pages;
    },
    get creator() {
      return reading.creator;
    },
    get version() {
      return reading.version ?? '1.1';
    },
  };
}

class Reading {
  readonly file: string;
  readonly pages: HarPage[] = [];
  creator: HarCreator | undefined;
  version: string | undefined;
  #read: HarEntry[] = [];
  /** Entries so far, and bytes before what is being parsed. */
  #count = 0;
  #offset = 0;
  readonly #parser = new JSONParser({ paths, keepStack: false, stringBufferSize: 65_536 });

  constructor(file: string) {
    this.file = file;
    this.#parser.onValue = ({ value, key, stack }) => this.#take(value, key, stack.at(-1)?.key);
  }

  async *entries(): AsyncGenerator<HarEntry> {
    try {
      for await (const chunk of harBytes(this.file)) {
        // Whatever follows the document is none of ours.
        if (this.#parser.isEnded) break;
        const broken = this.#attempt(() => this.#parser.write(chunk));
        yield* this.#taken();
        if (broken) throw this.#brokenOff(broken.message.replaceAll(/\s+/g, ' '));
        this.#offset += chunk.length;
      }
    } catch (error) {
      throw error instanceof HarError ? error : this.#unread(error as NodeJS.ErrnoException);
    }
    if (this.#offset === 0 && !this.#parser.isEnded) throw this.#brokenOff('it is empty');
    if (!this.#parser.isEnded && this.#attempt(() => this.#parser.end())) throw this.#brokenOff('it ends too early');
    if (!this.#isHar) throw new HarError('unreadable', `${this.file} is JSON but no HAR: it has no log`);
  }

  get #isHar(): boolean {
    return this.#count > 0 || this.version !== undefined || this.creator !== undefined || this.pages.length > 0;
  }

  /** The error that the parser meets; what it read before stays. */
  #attempt(work: () => void): Error | undefined {
    try {
      work();
    } catch (error) {
      if (error instanceof HarError) throw error;
      return error as Error;
    }
    return undefined;
  }

  *#taken(): Generator<HarEntry> {
    const entries = this.#read;
    this.#read = [];
    for (const entry of entries) {
      this.#count += 1;
      yield entry;
    }
  }

  #take(value: unknown, key: unknown, container: unknown): void {
    if (container === 'entries') this.#read.push(harEntry(value));
    else if (container === 'pages') this.pages.push(isObject(value) ? (value as HarPage) : {});
    else if (key === 'creator') this.creator = isObject(value) ? (value as HarCreator) : {};
    else this.#setVersion(String(value));
  }

  #setVersion(version: string): void {
    this.version = version;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === newest.major && minor <= newest.minor) return;
    const known = `${newest.major}.${newest.minor}`;
    throw new HarError('unreadable', `${this.file} is a HAR of version ${version}; versions up to ${known} are read`);
  }

  #brokenOff(why: string): HarError {
    // Before anything of a HAR was seen it may be any file.
    if (!this.#isHar) return new HarError('unreadable', `${this.file} is no JSON: ${why}`);
    const entries = this.#count === 1 ? '1 entry' : `${this.#count} entries`;
    return new HarError('cut', `${this.file} breaks off after ${entries}, at about byte ${this.#offset}: ${why}`);
  }

  #unread(error: NodeJS.ErrnoException): HarError {
    if (error.code?.startsWith('Z_')) return this.#brokenOff(`its compression: ${error.message}`);
    return new HarError('unreadable', `${this.file} cannot be read: ${error.message}`);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
