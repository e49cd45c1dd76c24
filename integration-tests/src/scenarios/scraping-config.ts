/** Addresses that the configuration names. */
export interface ScrapingConfigOptions {
  readonly node: string;
  readonly remoteWrite: string;
}

/** Configuration of a Prometheus that scrapes a node-exporter and itself every second and sends everything on at once. */
export function scrapingConfig({ node, remoteWrite }: ScrapingConfigOptions): string {
  return `
global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:
  - { job_name: node, static_configs: [ { targets: ['${new URL(node).host}'] } ] }
  - { job_name: self, static_configs: [ { targets: ['SELF'] } ] }
remote_write:
  - url: ${remoteWrite}/api/v1/push
    queue_config: { batch_send_deadline: 500ms, min_backoff: 50ms, max_backoff: 500ms, max_samples_per_send: 1000 }
`;
}
