import { CUSTOM_BUCKETS_SCHEMA } from '@telamon/model';

/**
 * The 256 bounds of schema 8 within [0.5, 1) as little-endian doubles; coarser schemas use every 2^(8-schema)-th. They are
 * part of the data model: Prometheus' table differs from the rounded powers of two by up to four units in the last place.
 */
const BOUNDS_BASE64: string =
  'AAAAAAAA4D+/vFr6GgvgPzUz+6k9FuA/gQI7FGgh4D9hgHc+mizgP8y7ES7UN+A/hH9u6BVD4D+xVPZyX07gP3SFFdOwWeA/iR88Dgpl4D/d9t0pa3DgPz' +
  'aocivUe+A/yJt1GEWH4D/gB2b2vZLgP4Pzxso+nuA/GTkfm8ep4D8PiflsWLXgP4Vs5EXxwOA/9kdyK5LM4D/qXTkjO9jgP6LR0zLs4+A/xanfX6Xv4D8a' +
  '0/6vZvvgPz0j1ygwB+E/UFsS0AET4T+1Kl6r2x7hP8sxbMC9KuE/qgTyFKg24T/fLamumkLhPy0xT5OVTuE/UI6lyJha4T/Bw3FUpGbhP3tRfTy4cuE/wL' +
  'uVhtR+4T/pjYw4+YrhPy9dN1gml+E/dctv61uj4T8cihP4ma/hP9NcBITgu+E/axwolS/I4T+quWgxh9ThPyZAtF7n4OE/HNn8IlDt4T9MzjiEwfnhP9aM' +
  'Yog7BuI/Gah4Nb4S4j+V3H2RSR/iP9ASeaLdK+I/OGJ1bno44j8KFIL7H0XiPz6msk/OUeI/dM4ecYVe4j/dfOJlRWviPyrfHTQOeOI/gGP14d+E4j9vu5' +
  'F1upHiP+HeH/WdnuI/Ew/RZoqr4j+P2drQf7jiPy4bdzl+xeI/CwPkpoXS4j+JFWQflt/iP1UvPqmv7OI/aoi9StL54j8VtzEK/gbjP/2y7u0yFOM/MdhM' +
  '/HAh4z8y6qg7uC7jP/8WZLIIPOM/LfrjZmJJ4z/wn5JfxVbjPzqI3qIxZOM/yqk6N6dx4z9JdR4jJn/jP2TYBW2ujOM/7UBxG0Ca4z/2n+U026fjP/Rs7L' +
  '9/teM/46gTwy3D4z9y4e1E5dDjPyI0Ekym3uM/dVEc33Ds4z8bgKwERfrjPySgZ8MiCOQ/Ki73IQoW5D+KRgkn+yPkP5aoUNn1MeQ/1LmEP/o/5D8tiWFg' +
  'CE7kPzLSp0IgXOQ/VwAd7UFq5D82MotmbXjkP9A8wbWihuQ/0q6S4eGU5D/e09fwKqPkP9e3bep9seQ/Jyo21dq/5D8UwRe4Qc7kPw3d/Zmy3OQ//qvYgS' +
  '3r5D+nLJ12svnkP+8xRX9BCOU/QmbPotoW5T/vTj/ofSXlP4FPnVYrNOU/J6329OJC5T8Nkl3KpFHlP9AQ6d1wYOU/2ie1Nkdv5T/PxOLbJ37lP/zHl9QS' +
  'jeU/ywf/Jwic5T8pVEjdB6vlPwJ6qPsRuuU/tkZZiibJ5T+Si5mQRdjlP0ghrRVv5+U/cevcIKP25T8I3Ha54QXmP/T2zeYqFeY/hFU6sH4k5j/9KRkd3T' +
  'PmPx7DzDRGQ+Y/tY+8/rlS5j8kIlWCOGLmP/UzCMfBceY/cqlM1FWB5j83lZ6x9JDmP8w7f2aeoOY/Phd1+lKw5j++2gt1EsDmP0V21N3cz+Y/LhplPLLf' +
  '5j/kOlmYku/mP4KUUfl9/+Y/hS70ZnQP5z9zX+zodR/nP4nQ6oaCL+c/coGlSJo/5z/8y9c1vU/nP8hnQlbrX+c/CW6rsSRw5z8+Xd5PaYDnP/UcrDi5kO' +
  'c/hgHrcxSh5z/az3YJe7HnPzHBMAHtwec/74b/YmrS5z9hTs828+LnP5DEkYSH8+c/EBo+VCcE6D/YBtGt0hToPxHOTJmJJeg/9kG5Hkw26D+rxyNGGkfo' +
  'Px9bnxf0V+g/65JEm9lo6D81pDHZynnoP5dmitnHiug/DVh4pNCb6D/boCpC5azoP3gX1roFvug/i0S1FjLP6D/YZgheauDoPzZ3FZmu8eg/iiwo0P4C6T' +
  '/F/5ELWxTpP+IvqlPDJek/5MXNsDc36T/kmF8ruEjpPw1SyMtEWuk/sXB2mt1r6T9PTt6fgn3pP6IieuQzj+k/uAfKcPGg6T8L/lNNu7LpP4/wo4KRxOk/' +
  '1LhLGXTW6T8hI+MZY+jpP5zyB41e+uk/ZOVde2YM6j+7uI7teh7qPzItSuybMOo/1wpGgMlC6j9bJT6yA1XqP1Fg9IpKZ+o/VrMwE5556j9XLsFT/ovqP7' +
  '79eVVrnuo/uW41IeWw6j9489O/a8PqP3MnPDr/1eo/rNNamZ/o6j/+8iLmTPvqP2O2jSkHDus/UImabM4g6z/6FU+4ojPrP7BJtxWERus/OFnljXJZ6z8p' +
  'xfEpbmzrP0Ve+/J2f+s/4kkn8oyS6z9HBqEwsKXrPx1vmrfguOs/0MFLkB7M6z8FovPDad/rPwYe11vC8us/O7NBYSgG7D+aUoXdmxnsPypl+tkcLew/eN' +
  'D/X6tA7D8g+/p4R1TsP0nRVy7xZ+w/McmIiah77D+y5waUbY/sP9jEUVdAo+w/ZpDv3CC37D9yFm0uD8vsP/bDXVUL3+w/cKtbWxXz7D95iQdKLQftP2bJ' +
  'CCtTG+0/7okNCIcv7T/TocrqyEPtP4ak+9wYWO0/0uZi6HZs7T+Wg8kW44DtP3Rg/3Fdle0/hDLbA+ap7T8TgzrWfL7tP160AfMh0+0/VgYcZNXn7T9dm3' +
  'szl/ztPxZ9GWtnEe4/JqH1FEYm7j8P7hY7MzvuP/U/i+cuUO4/dW1nJDll7j+BTMf7UXruPz63zXd5j+4/2JCkoq+k7j9tynyG9LnuP+5nji1Iz+4/DoUY' +
  'oqrk7j8mWmHuG/ruPylBthycD+8/lbprNysl7z9yct1IyTrvPz5Fblt2UO8/9kSIeTJm7z8Qvpyt/XvvP4Y8JALYke8/1pCegcGn7z8S1ZI2ur3vP+5xjy' +
  'vC0+8/1iMqa9np7z8=';

const BOUNDS: Float64Array = decodeBounds();

/** Upper bound of bucket `index` of a native histogram; that of `index - 1` is its lower one. */
export function bucketUpperBound(index: number, schema: number, customValues: Float64Array): number {
  if (schema === CUSTOM_BUCKETS_SCHEMA) {
    if (index < 0) return Number.NEGATIVE_INFINITY;
    return index < customValues.length ? customValues[index]! : Number.POSITIVE_INFINITY;
  }
  const perOctave = 2 ** schema;
  if (schema <= 0) return scale(1, index / perOctave);
  const octave = Math.floor(index / perOctave);
  return scale(BOUNDS[(index - octave * perOctave) * 2 ** (8 - schema)]!, octave + 1);
}

/** `fraction * 2^exponent`. The bound above the largest double is that double: the next bucket holds infinities. */
function scale(fraction: number, exponent: number): number {
  if (fraction * 2 ** (exponent - 1024) === 1) return Number.MAX_VALUE;
  // Two steps, because 2^exponent alone may overflow or vanish.
  const half = Math.trunc(exponent / 2);
  return fraction * 2 ** half * 2 ** (exponent - half);
}

function decodeBounds(): Float64Array {
  const bytes = Uint8Array.from(atob(BOUNDS_BASE64), (char) => char.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}
