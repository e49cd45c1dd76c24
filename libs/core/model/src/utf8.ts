/**
 * Orders two strings as their UTF-8 bytes would be ordered, which is the order Prometheus keeps labels in.
 * JavaScript's `<` compares UTF-16 code units and differs where one side has a surrogate pair and the other U+E000..U+FFFF.
 * Returns a negative number, 0 or a positive number. Cost: O(common prefix).
 */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rankOfUnit(x) - rankOfUnit(y);
  }
  return a.length - b.length;
}

/** Moves surrogates above the rest of the basic plane, where their code points belong. */
function rankOfUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
