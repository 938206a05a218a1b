import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, decodeBase64, JsonNumber, parseJson } from '@cilock/core'
import { verifyConsistency, verifyInclusion, verifySubtreeConsistency, verifySubtreeInclusion } from '@cilock/core/merkle'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'

type Case = Readonly<Record<string, unknown>>

const folder = vectors('merkle')

function readCases(kind: string): readonly { readonly name: string; readonly content: Case }[] {
  if (folder === undefined) return []
  const root = join(folder, kind)
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => ({ name, content: parseJson(readFileSync(join(root, name))) as Case }))
}

const hash = (content: Case, key: string): Uint8Array => {
  const text = content[key] ?? ''
  return decodeBase64(typeof text === 'string' ? text : '?')
}
const path = (content: Case): readonly Uint8Array[] => ((content['proof'] ?? []) as readonly string[]).map((text) => decodeBase64(text))
const size = (content: Case, key: string): number => {
  const value = content[key]
  return JsonNumber.is(value) ? Number(value.text) : Number(value)
}

const kinds: readonly { readonly kind: string; readonly count: number; readonly verify: (content: Case) => void }[] = [
  {
    kind: 'inclusion',
    count: 98,
    verify: (c) => verifyInclusion({ index: size(c, 'leafIdx'), size: size(c, 'treeSize'), root: hash(c, 'root'), leafHash: hash(c, 'leafHash'), path: path(c) }),
  },
  {
    kind: 'consistency',
    count: 98,
    verify: (c) => verifyConsistency({ firstSize: size(c, 'size1'), secondSize: size(c, 'size2'), firstRoot: hash(c, 'root1'), secondRoot: hash(c, 'root2'), path: path(c) }),
  },
  {
    kind: 'subtreeinclusion',
    count: 204,
    verify: (c) => verifySubtreeInclusion({ index: size(c, 'leafIdx'), start: size(c, 'start'), end: size(c, 'end'), root: hash(c, 'root'), leafHash: hash(c, 'leafHash'), path: path(c) }),
  },
  {
    kind: 'subtreeconsistency',
    count: 118,
    verify: (c) => verifySubtreeConsistency({ start: size(c, 'start'), end: size(c, 'end'), size: size(c, 'size'), subtreeRoot: hash(c, 'root1'), root: hash(c, 'root2'), path: path(c) }),
  },
]

describe.skipIf(folder === undefined).each(kinds)(folder === undefined ? skipped('merkle') : 'the published proofs of $kind', ({ kind, count, verify }) => {
  const cases = readCases(kind)

  it('are all there, valid ones and others', () => {
    expect(cases.length).toBe(count)
    expect(new Set(cases.map(({ content }) => content['wantErr']))).toEqual(new Set([true, false]))
  })

  it('are accepted and refused as they say', () => {
    const judge = (content: Case): boolean => {
      try {
        verify(content)
        return false
      } catch (error) {
        expect(CilockError.is(error) && error.code).toBe('ERR_EVIDENCE_INVALID')
        return true
      }
    }
    expect(cases.filter(({ content }) => judge(content) !== content['wantErr']).map(({ name }) => name)).toEqual([])
  })
})
