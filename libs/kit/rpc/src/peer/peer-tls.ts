import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { TelamonError } from '@telamon/model';
import { ReloadedFiles } from '../reloaded-files.ts';
import type { RpcLog } from '../rpc-log.ts';

/** PEM files of mutual TLS; '' where there is none. */
export interface PeerTlsFiles {
  /** Own certificate and its chain: for the server, and shown to other servers by clients. */
  readonly certFile: string;
  readonly keyFile: string;
  /** Authorities of callers: with it every caller must show a certificate of theirs. */
  readonly clientCaFile: string;
  /** Authorities of the servers called: with it calls go out over TLS. */
  readonly caFile: string;
}

/** Options of {@link PeerTls.load}. */
export interface PeerTlsOptions {
  readonly files: PeerTlsFiles;
  readonly log: RpcLog;
  /** How often the files are looked at; 0: only {@link PeerTls.reload} reads again. Default 10 s. */
  readonly checkIntervalMs?: number;
}

/** The content of the files; undefined where there is none. Holds a private key: never print it. */
export interface PeerTlsMaterial {
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
  readonly clientCa: Buffer | undefined;
  readonly ca: Buffer | undefined;
}

const MAX_FILE_BYTES = 1 << 20;

/**
 * Certificates of calls between processes, read again when a file changes; what is bad is reported and the last good state stays. One of these
 * serves the `PeerServer` and the `GrpcTransport` of a process.
 */
export class PeerTls {
  readonly #files: ReloadedFiles<PeerTlsMaterial>;

  private constructor(files: ReloadedFiles<PeerTlsMaterial>) {
    this.#files = files;
  }

  /** Reads the files and begins to watch them. @throws TelamonError naming the file that is missing or bad. */
  static async load({ files, log, checkIntervalMs }: PeerTlsOptions): Promise<PeerTls> {
    const names = Object.values(files).filter((file: string) => file !== '') as string[];
    const reloaded = await ReloadedFiles.load({
      read: () => readMaterial(files),
      filesOf: () => names,
      onRead: () => log.info('certificates of peers read', { file: files.certFile || files.caFile }),
      onFailure: (error) => log.error('certificates of peers not read; the last good ones stay in force', { error }),
      checkIntervalMs,
    });
    return new PeerTls(reloaded);
  }

  /** The last good state. */
  get material(): PeerTlsMaterial {
    return this.#files.state;
  }

  /** Calls back after each change, until the returned function is called. */
  onChange(listener: (material: PeerTlsMaterial) => void): () => void {
    return this.#files.onChange(listener);
  }

  /** Reads the files again now. Never throws: a bad file is logged. */
  async reload(): Promise<void> {
    await this.#files.reload();
  }

  /** Stops watching. */
  close(): void {
    this.#files.close();
  }
}

async function readMaterial(files: PeerTlsFiles): Promise<PeerTlsMaterial> {
  const [cert, key, clientCa, ca] = await Promise.all(
    [files.certFile, files.keyFile, files.clientCaFile, files.caFile].map(readPem),
  );
  if ((cert === undefined) !== (key === undefined)) throw new TelamonError('a certificate and its key come together');
  // A key that does not fit, caught while one file is new and the other old, must not replace what works.
  for (const authority of [clientCa, ca]) check({ cert, key, ca: authority });
  return { cert, key, clientCa, ca };
}

function check(context: { cert: Buffer | undefined; key: Buffer | undefined; ca: Buffer | undefined }): void {
  try {
    createSecureContext(context);
  } catch (error) {
    throw new TelamonError(`certificate, key or authority of peers is bad: ${(error as Error).message}`, { isRetryable: false });
  }
}

async function readPem(file: string): Promise<Buffer | undefined> {
  if (file === '') return undefined;
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) throw new Error(`larger than ${MAX_FILE_BYTES} bytes`);
    return await readFile(file);
  } catch (error) {
    throw new TelamonError(`file ${file}: ${(error as Error).message}`, { isRetryable: false, cause: error });
  }
}
