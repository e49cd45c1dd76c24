/** JSON of an object. */
export type Json = Readonly<Record<string, unknown>>;

/** Keys by which Kubernetes merges lists of objects in a strategic merge patch; the first that all elements have counts. */
const MERGE_KEYS = ['mountPath', 'containerPort', 'port', 'name', 'topologyKey', 'type', 'key'];

/** RFC 7386: mappings are merged, everything else is replaced, null removes. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isMapping(patch)) return patch;
  const result: Record<string, unknown> = isMapping(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/**
 * The part of a strategic merge patch that helm sends: like a merge patch, but lists of objects are merged by a key, `$patch: delete`
 * removes an element, `$setElementOrder` sorts and `$retainKeys` removes the other keys.
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  if (!isMapping(patch)) return patch;
  const retained = patch['$retainKeys'];
  let result: Record<string, unknown> = isMapping(target) ? { ...target } : {};
  if (Array.isArray(retained)) result = Object.fromEntries(Object.entries(result).filter(([key]) => retained.includes(key)));
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith('$')) continue;
    if (value === null) delete result[key];
    else if (Array.isArray(value)) result[key] = mergeLists(result[key], value, patch[`$setElementOrder/${key}`]);
    else result[key] = strategicMergePatch(result[key], value);
  }
  return result;
}

function mergeLists(target: unknown, patch: readonly unknown[], order: unknown): unknown[] {
  const mergeKey = MERGE_KEYS.find((key) => patch.length > 0 && patch.every((element) => isMapping(element) && key in element));
  if (mergeKey === undefined || !Array.isArray(target)) return [...patch];
  const byKey = new Map(target.filter(isMapping).map((element) => [element[mergeKey], element]));
  for (const element of patch.filter(isMapping)) {
    const key = element[mergeKey];
    if (element['$patch'] === 'delete') byKey.delete(key);
    else byKey.set(key, strategicMergePatch(byKey.get(key), element) as Json);
  }
  if (!Array.isArray(order)) return [...byKey.values()];
  const places = order.filter(isMapping).map((element) => element[mergeKey]);
  return [...byKey.values()].sort((a, b) => places.indexOf(a[mergeKey]) - places.indexOf(b[mergeKey]));
}

function isMapping(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
