/** What a product's name says it is; the first suffix that fits counts, without regard to case. */
const kinds: readonly (readonly [suffix: string, kind: string])[] = [
  ['.slsa-provenance.json', 'slsa-provenance'],
  ['.intoto.jsonl', 'intoto'],
  ['.intoto.json', 'intoto'],
  ['.intoto.dsse', 'intoto-dsse'],
  ['.dsse', 'intoto-dsse'],
  ['.spdx.json', 'spdx'],
  ['.spdx.yaml', 'spdx'],
  ['.spdx.yml', 'spdx'],
  ['.cdx.json', 'cyclonedx'],
  ['.cdx.xml', 'cyclonedx'],
  ['.sarif.json', 'sarif'],
  ['.sarif', 'sarif'],
  ['.vex.json', 'vex'],
  ['.csaf.json', 'vex'],
]

/** The `kind` of a leaf of product v0.3; undefined for a name that says nothing. */
export function leafKind(path: string): string | undefined {
  const name = path.toLowerCase()
  if (name === 'bom.json' || name.endsWith('/bom.json')) return 'cyclonedx'
  return kinds.find(([suffix]) => name.endsWith(suffix))?.[1]
}
