/**
 * Loaded into a process under test before anything else (`node --import`): makes its disk fail while a file says so, and notes what was
 * synced, so that a power cut can be played afterwards. Worker threads load it, too.
 *
 *   FAULTS_FOLDER/data        what counts as the disk
 *   FAULTS_FOLDER/disk-fault  while it is there, its text is what writes below `data` fail with: ENOSPC, EIO or EROFS
 *   FAULTS_FOLDER/synced.log  one JSON line a sync: {"inode","size"} of a file, {"folder","names"} of a directory
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, resolve, sep } from 'node:path';

const folder = process.env.FAULTS_FOLDER;
if (folder !== undefined) await install(fs.realpathSync(folder));

async function install(root) {
  const disk = join(root, 'data');
  const faultPath = join(root, 'disk-fault');
  const real = {};
  for (const name of [
    'write',
    'writeSync',
    'writev',
    'writevSync',
    'open',
    'openSync',
    'fsync',
    'fsyncSync',
    'fdatasync',
    'fdatasyncSync',
  ])
    real[name] = fs[name].bind(fs);
  const { readFileSync, readlinkSync, existsSync, fstatSync, readdirSync } = fs;
  const journal = real.openSync(join(root, 'synced.log'), 'a');
  /** Descriptors that had their last, partial write: a disk fills up in the middle of one. */
  const filled = new Set();

  const pathOf = (descriptor) => readlinkSync(`/proc/self/fd/${descriptor}`);
  const isOnDisk = (path) => path === disk || path.startsWith(disk + sep);
  const faultNow = () => (existsSync(faultPath) ? readFileSync(faultPath, 'utf8').trim() : '');
  const failure = (code, call) => Object.assign(new Error(`${code}: injected, ${call}`), { code, syscall: call, errno: -1 });
  const faultOf = (descriptor, call) => {
    const code = faultNow();
    if (code === '') {
      filled.delete(descriptor);
      return undefined;
    }
    return isOnDisk(pathOf(descriptor)) ? failure(code, call) : undefined;
  };
  const note = (entry) => void real.writeSync(journal, `${JSON.stringify(entry)}\n`);
  /** What a sync that begins now will cover; undefined off the disk. */
  const coverage = (descriptor) => {
    const path = pathOf(descriptor);
    if (!isOnDisk(path)) return undefined;
    const status = fstatSync(descriptor);
    if (status.isDirectory()) return { folder: path, names: readdirSync(path) };
    return { inode: status.ino, size: status.size };
  };
  const isCreating = (flags) => (typeof flags === 'number' ? (flags & fs.constants.O_CREAT) !== 0 : /[wa]/.test(String(flags)));
  const openFault = (path, flags) =>
    isCreating(flags) && faultNow() === 'EROFS' && isOnDisk(resolve(String(path))) ? failure('EROFS', 'open') : undefined;

  fs.write = (descriptor, ...rest) => {
    const error = faultOf(descriptor, 'write');
    if (error === undefined) return real.write(descriptor, ...rest);
    const [bytes, offset, length, position] = rest;
    if (error.code === 'ENOSPC' && rest.length === 5 && length > 1 && !filled.has(descriptor)) {
      filled.add(descriptor);
      return real.write(descriptor, bytes, offset, length >> 1, position, rest.at(-1));
    }
    process.nextTick(rest.at(-1), error);
  };
  fs.writev = (descriptor, ...rest) => {
    const error = faultOf(descriptor, 'writev');
    if (error === undefined) return real.writev(descriptor, ...rest);
    process.nextTick(rest.at(-1), error);
  };
  for (const name of ['writeSync', 'writevSync'])
    fs[name] = (descriptor, ...rest) => {
      const error = faultOf(descriptor, 'write');
      if (error !== undefined) throw error;
      return real[name](descriptor, ...rest);
    };
  fs.open = (path, ...rest) => {
    const error = openFault(path, rest[0]);
    if (error === undefined) return real.open(path, ...rest);
    process.nextTick(rest.at(-1), error);
  };
  fs.openSync = (path, ...rest) => {
    const error = openFault(path, rest[0]);
    if (error !== undefined) throw error;
    return real.openSync(path, ...rest);
  };
  for (const name of ['fsync', 'fdatasync'])
    fs[name] = (descriptor, done) => {
      const error = faultOf(descriptor, name);
      if (error !== undefined && error.code === 'EIO') return process.nextTick(done, error);
      const covered = coverage(descriptor);
      real[name](descriptor, (failed) => {
        if (!failed && covered !== undefined) note(covered);
        done(failed);
      });
    };
  for (const name of ['fsyncSync', 'fdatasyncSync'])
    fs[name] = (descriptor) => {
      const error = faultOf(descriptor, name);
      if (error !== undefined && error.code === 'EIO') throw error;
      const covered = coverage(descriptor);
      real[name](descriptor);
      if (covered !== undefined) note(covered);
    };
  await patchHandles({ faultOf, coverage, note, isOnDisk, faultNow, failure, openFault });
  syncBuiltinESMExports();
}

/** The same for `fs.promises`. */
async function patchHandles({ faultOf, coverage, note, isOnDisk, faultNow, failure, openFault }) {
  const probe = await fs.promises.open('/dev/null');
  const handles = Object.getPrototypeOf(probe);
  await probe.close();
  for (const name of ['write', 'writev', 'writeFile', 'appendFile']) {
    const real = handles[name];
    handles[name] = async function (...args) {
      const error = faultOf(this.fd, name);
      if (error !== undefined) throw error;
      return await real.apply(this, args);
    };
  }
  for (const name of ['sync', 'datasync']) {
    const real = handles[name];
    handles[name] = async function () {
      const error = faultOf(this.fd, name);
      if (error !== undefined && error.code === 'EIO') throw error;
      const covered = coverage(this.fd);
      await real.call(this);
      if (covered !== undefined) note(covered);
    };
  }
  const { writeFile, open } = fs.promises;
  fs.promises.writeFile = async (path, ...rest) => {
    const code = typeof path === 'string' && isOnDisk(resolve(path)) ? faultNow() : '';
    if (code !== '') throw failure(code, 'write');
    return await writeFile(path, ...rest);
  };
  fs.promises.open = async (path, ...rest) => {
    const error = openFault(path, rest[0]);
    if (error !== undefined) throw error;
    return await open(path, ...rest);
  };
}
