/**
 * Expands `$name`, `${name}` and `$$` as Go's `Regexp.Expand`: in the form without braces the name is as long as possible
 * (`$1x` is the group `1x`), unknown groups are empty, a dollar sign that starts no name stays.
 */
export function expandTemplate(
  template: string,
  groups: readonly (string | undefined)[],
  names: Readonly<Record<string, number>>,
): string {
  let out = '';
  let at = 0;
  for (;;) {
    const dollar = template.indexOf('$', at);
    if (dollar < 0) return out + template.slice(at);
    out += template.slice(at, dollar);
    if (template[dollar + 1] === '$') {
      out += '$';
      at = dollar + 2;
      continue;
    }
    const reference = readReference(template, dollar + 1);
    if (reference === undefined) {
      out += '$';
      at = dollar + 1;
      continue;
    }
    out += groupText(reference.name, groups, names);
    at = reference.end;
  }
}

function readReference(template: string, start: number): { name: string; end: number } | undefined {
  const isBraced = template[start] === '{';
  const nameStart = isBraced ? start + 1 : start;
  const name = /^[\p{L}\p{Nd}_]+/u.exec(template.slice(nameStart))?.[0];
  if (name === undefined) return undefined;
  const end = nameStart + name.length;
  if (!isBraced) return { name, end };
  return template[end] === '}' ? { name, end: end + 1 } : undefined;
}

function groupText(name: string, groups: readonly (string | undefined)[], names: Readonly<Record<string, number>>): string {
  // A number with a leading zero or of nine digits is a name to Go.
  if (/^(0|[1-9][0-9]{0,8})$/.test(name)) return groups[Number(name)] ?? '';
  const index = Object.hasOwn(names, name) ? names[name]! : -1;
  return groups[index] ?? '';
}
