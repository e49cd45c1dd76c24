import { TelamonError } from '@telamon/model';
import type { Cluster } from './cluster.ts';
import { escapeHtml, htmlTable } from './html.ts';
import type { Listeners } from './listeners.ts';

/**
 * Adds `/<role>/ring` for every ring that the process follows: a page for people, JSON for those who ask for it. Forgetting an instance
 * changes who owns what, so it stands on the admin listener alone: `POST /<role>/ring?forget=ID`.
 */
export function mountRingPages({ metrics, admin }: Listeners, cluster: Cluster): void {
  const open = { tenant: 'none' } as const;
  for (const [role, ring] of cluster.followed) {
    const path = `/${role}/ring`;
    metrics.route(
      'GET',
      path,
      async (context) => {
        const rows = ring.rows();
        if (context.headers.accept?.includes('application/json') === true)
          return context.json(200, JSON.stringify({ shards: rows }));
        const cells = rows.map((row) => Object.values(row).map((value) => String(value)));
        const table = htmlTable(Object.keys(rows[0] ?? { id: '' }), cells);
        const page = `<!doctype html><meta charset="utf-8"><title>${escapeHtml(role)} ring</title><h1>Ring of ${escapeHtml(role)}s</h1>${table}`;
        await context.bytes(200, 'text/html; charset=utf-8', Buffer.from(page));
      },
      open,
    );
    admin.route(
      'POST',
      path,
      async (context) => {
        const id = context.query.get('forget');
        if (id === '') throw new TelamonError('name the instance: ?forget=ID', { status: 400 });
        await ring.forget(id);
        await context.empty(204);
      },
      open,
    );
  }
}
