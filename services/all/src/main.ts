import { runProcess } from '@telamon/host';
import { ALL } from './composition.ts';

await runProcess(ALL);
