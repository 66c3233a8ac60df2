/** Certificates for the tests of one file, made by openssl: authorities, servers and clients, good and bad ones. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Certificates {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Makes an authority. */
  authority(name: string): CertificateFiles {
    const { cert, key } = this.#files(name);
    openssl('req', '-x509', ...KEY, '-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${name}`);
    return { cert, key };
  }

  /** Makes a certificate for these names, as in `DNS:localhost,IP:127.0.0.1`; without days it is over at once. */
  issued(by: CertificateFiles, name: string, names: string, days = 2): CertificateFiles {
    const { cert, key } = this.#files(name);
    const [request, extensions] = [join(this.#folder, `${name}.csr`), join(this.#folder, `${name}.ext`)];
    openssl('req', '-new', ...KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`);
    writeFileSync(extensions, `subjectAltName=${names}\n`);
    const signing = ['-CA', by.cert, '-CAkey', by.key, '-days', String(days), '-extfile', extensions, '-out', cert];
    openssl('x509', '-req', '-in', request, ...signing);
    return { cert, key };
  }

  #files(name: string): CertificateFiles {
    return { cert: join(this.#folder, `${name}.pem`), key: join(this.#folder, `${name}.key`) };
  }
}

function openssl(...words: readonly string[]): void {
  execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
