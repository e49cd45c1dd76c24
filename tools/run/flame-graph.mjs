/** Turns a V8 CPU profile into a merged call tree and the tree into an SVG. */
const WIDTH = 1400;
const ROW = 17;
const SHARE_MIN = 0.0005;

/** Microseconds per node id: the time until the next sample belongs to the node of this one. */
function selfTimes(profile) {
  const selfUs = new Map();
  profile.samples.forEach((id, index) => {
    const deltaUs = Math.max(0, profile.timeDeltas[index + 1] ?? 0);
    selfUs.set(id, (selfUs.get(id) ?? 0) + deltaUs);
  });
  return selfUs;
}

function frameName({ functionName, url, lineNumber }) {
  const file =
    url === ''
      ? ''
      : ` ${url
          .replace(/^file:\/\//, '')
          .split('/')
          .slice(-3)
          .join('/')}:${lineNumber + 1}`;
  return `${functionName || '(anonymous)'}${file}`;
}

/** The call tree with equal frames under one parent merged; idle time is left out. Cost: O(nodes). */
export function mergeStacks(profile) {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const selfUs = selfTimes(profile);
  const build = (ids, name) => {
    const groups = new Map();
    for (const id of ids) {
      for (const child of byId.get(id).children ?? []) {
        const childName = frameName(byId.get(child).callFrame);
        if (childName === '(idle)') continue;
        const group = groups.get(childName);
        if (group === undefined) groups.set(childName, [child]);
        else group.push(child);
      }
    }
    const children = [...groups].map(([key, members]) => build(members, key)).sort((a, b) => b.totalUs - a.totalUs);
    const own = ids.reduce((sum, id) => sum + (selfUs.get(id) ?? 0), 0);
    return { name, children, totalUs: own + children.reduce((sum, child) => sum + child.totalUs, 0) };
  };
  return build([profile.nodes[0].id], 'all');
}

/** The functions with the most time of their own. */
export function topFunctions(profile, count) {
  const selfUs = selfTimes(profile);
  const byName = new Map();
  for (const node of profile.nodes) {
    const name = frameName(node.callFrame);
    byName.set(name, (byName.get(name) ?? 0) + (selfUs.get(node.id) ?? 0));
  }
  return [...byName]
    .map(([name, us]) => ({ name, selfUs: us }))
    .sort((a, b) => b.selfUs - a.selfUs)
    .slice(0, count);
}

/** One SVG; hovering over a box shows its name, time and share. */
export function drawFlame(root) {
  const boxes = [];
  let depthMax = 0;
  const place = (node, x, depth) => {
    const width = (node.totalUs / root.totalUs) * WIDTH;
    if (node.totalUs / root.totalUs < SHARE_MIN) return;
    depthMax = Math.max(depthMax, depth);
    boxes.push(drawBox(node, { x, width, depth, totalUs: root.totalUs }));
    let left = x;
    for (const child of node.children) {
      place(child, left, depth + 1);
      left += (child.totalUs / root.totalUs) * WIDTH;
    }
  };
  place(root, 0, 0);
  const height = (depthMax + 1) * ROW;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="monospace" font-size="11">\n${boxes.join('\n')}\n</svg>\n`;
}

function drawBox(node, { x, width, depth, totalUs }) {
  const share = ((node.totalUs / totalUs) * 100).toFixed(2);
  const hue = [...node.name].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 55, 7);
  const fits = Math.floor(width / 6.7);
  const text =
    fits < 4 ? '' : `<text x="${(x + 2).toFixed(1)}" y="${depth * ROW + 12}">${escapeXml(node.name.slice(0, fits))}</text>`;
  const title = `<title>${escapeXml(node.name)}: ${(node.totalUs / 1000).toFixed(1)} ms, ${share} %</title>`;
  return `<g>${title}<rect x="${x.toFixed(1)}" y="${depth * ROW}" width="${width.toFixed(1)}" height="${ROW - 1}" fill="hsl(${hue},85%,68%)"/>${text}</g>`;
}

function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
