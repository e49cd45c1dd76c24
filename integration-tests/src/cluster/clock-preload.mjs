/**
 * Loaded into a process under test (`node --import`): its clock is off by as many milliseconds as the file
 * FAULTS_FOLDER/clock-skew says, looked at every 50 ms; monotonic time is not touched. Worker threads load it, too.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.env.FAULTS_FOLDER;
if (folder !== undefined) {
  const path = join(folder, 'clock-skew');
  const RealDate = Date;
  let skewMs = 0;
  const look = () => {
    skewMs = existsSync(path) ? Number(readFileSync(path, 'utf8')) || 0 : 0;
  };
  look();
  setInterval(look, 50).unref();
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [RealDate.now() + skewMs] : args, newTarget),
    get: (target, key) => (key === 'now' ? () => RealDate.now() + skewMs : Reflect.get(target, key)),
  });
}
