import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareUtf8, typeIn } from '@cilock/core'
import { knownTypes } from '@cilock/sdk'
import { expect, it } from 'vitest'
import { root } from './code-blocks.ts'

/** The witness form of a type that has a newer one in CI/lock: v0.1 of files and commands. */
function witnessForm(name: string, type: string): string {
  const form = typeIn('witness', type) ?? `https://witness.dev/attestations/${name}/v0.1`
  return knownTypes.some(({ aliases = [] }) => aliases.includes(form)) ? `\`${form}\`` : '–'
}

it('lists every type that is read, by the URIs that are written and read', () => {
  const rows = knownTypes.toSorted((a, b) => compareUtf8(a.name, b.name)).map(({ name, predicateType, aliases }) => {
    const witness = witnessForm(name, predicateType)
    const others = (aliases ?? []).map((each: string) => `\`${each}\``).filter((each) => each !== witness)
    return `| ${name} | \`${predicateType}\` | ${witness} | ${others.join(', ') || '–'} |`
  })
  const page = readFileSync(join(root, 'docs/formats.md'), 'utf8')
  const table = page.split('| Attestor | Written | For witness | Read too |\n| --- | --- | --- | --- |\n')[1]?.split('\n\n')[0]
  expect(table?.split('\n')).toEqual(rows)
})
