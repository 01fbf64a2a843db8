import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its key, as files and as texts. */
export interface Certified {
  certFile: string;
  keyFile: string;
  cert: string;
  key: string;
}

/** An authority of its own, whose files are in `folder`. */
export interface Authority extends Certified {
  /** A certificate of this authority; `names`: what stands in subjectAltName. */
  issue(name: string, names?: string[], more?: string[]): Certified;
}

/** Makes an authority with openssl; nothing of it outlives the test. */
export function makeAuthority(folder: string, name: string): Authority {
  const own = make(folder, name, ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=keyCertSign']);
  return {
    ...own,
    issue: (leaf, names = [], more = []) => {
      const alternatives = names.length === 0 ? [] : ['-addext', `subjectAltName=${names.join(',')}`];
      const by = ['-CA', own.certFile, '-CAkey', own.keyFile, '-addext', 'basicConstraints=CA:FALSE'];
      return make(folder, leaf, [...by, ...alternatives, ...more]);
    },
  };
}

function make(folder: string, name: string, more: string[]): Certified {
  const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`];
  const days = more.includes('-days') ? [] : ['-days', '2'];
  openssl('req', ...kind, ...days, '-keyout', keyFile, '-out', certFile, ...more);
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

/** A certificate for 127.0.0.1, signed by itself, whose time is over; `openssl req` makes none. */
export function makeExpired(folder: string, name: string): Certified {
  const [config, request, index] = [`${name}.cnf`, `${name}.csr`, `${name}.index`].map(file => join(folder, file));
  const settings = [
    '[ca]\ndefault_ca=own\n[own]\ndefault_md=sha256\nrand_serial=yes\npolicy=any\nx509_extensions=leaf',
    `database=${index}\nnew_certs_dir=${folder}\n[any]\ncommonName=supplied\n[leaf]\nsubjectAltName=IP:127.0.0.1\n`,
  ];
  writeFileSync(config ?? '', settings.join('\n'));
  writeFileSync(index ?? '', '');
  const [certFile, keyFile] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`];
  openssl('req', '-new', ...kind, '-keyout', keyFile, '-out', request ?? '');
  const time = ['-startdate', '20000101000000Z', '-enddate', '20000102000000Z'];
  const files = ['-config', config ?? '', '-in', request ?? '', '-keyfile', keyFile, '-out', certFile];
  openssl('ca', '-batch', '-selfsign', '-notext', ...files, ...time);
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
