import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes certificates for 127.0.0.1 with the machine's `openssl`, all by one authority that lives as long as the folder. */
export class TestCertificates {
  readonly caPath: string;
  readonly certPath: string;
  readonly keyPath: string;
  readonly #folder: string;
  #serial = 1;

  constructor(folder: string) {
    this.#folder = folder;
    this.caPath = join(folder, 'ca.crt');
    this.certPath = join(folder, 'peer.crt');
    this.keyPath = join(folder, 'peer.key');
    writeFileSync(join(folder, 'peer.ext'), 'subjectAltName=IP:127.0.0.1\n');
    this.#openssl('req', '-x509', '-days', '2', '-subj', '/CN=test authority', ...this.#newKey('ca.key'), '-out', 'ca.crt');
    this.rotate();
  }

  /** Whether there is a program to make certificates with. */
  static isPossible(): boolean {
    try {
      execFileSync('openssl', ['version']);
      return true;
    } catch {
      return false;
    }
  }

  /** Puts a new key and certificate in place of those before; gives the certificate's serial number, hexadecimal. */
  rotate(): string {
    const serial = (0x1000 + this.#serial++).toString(16).toUpperCase();
    this.#openssl('req', '-subj', '/CN=peer', ...this.#newKey('new.key'), '-out', 'new.csr');
    const signer = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-set_serial', `0x${serial}`, '-extfile', 'peer.ext'];
    this.#openssl('x509', '-req', '-days', '2', '-in', 'new.csr', ...signer, '-out', 'new.crt');
    renameSync(join(this.#folder, 'new.key'), this.keyPath);
    renameSync(join(this.#folder, 'new.crt'), this.certPath);
    return serial;
  }

  #newKey(name: string): string[] {
    return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', name];
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: 'pipe' });
  }
}
