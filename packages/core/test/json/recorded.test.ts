import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CilockError, decodeBase64, decodeUtf8, parseJson, stringifyJson, type JsonObject } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'

const folder = vectors('golden/evidence/cases')

interface Recorded {
  readonly name: string
  readonly payload: Uint8Array
}

/** Every statement that a Go tool made in the recorded runs. `sign` takes a file as it is, so those are left out. */
function readPayloads(root: string): readonly Recorded[] {
  return readdirSync(root)
    .filter((id) => !id.startsWith('sign-'))
    .flatMap((id) => {
      const outputs = readdirSync(join(root, id), { withFileTypes: true }).some((entry) => entry.name === 'outputs') ? join(root, id, 'outputs') : undefined
      const names = outputs === undefined ? [] : readdirSync(outputs).filter((name) => name.endsWith('.json'))
      return names.flatMap((name) => payloadOf(`${id}/${name}`, readFileSync(join(root, id, 'outputs', name))))
    })
}

function payloadOf(name: string, bytes: Uint8Array): readonly Recorded[] {
  const { payload, payloadType } = parseJson(bytes) as JsonObject
  return payloadType === 'application/vnd.in-toto+json' && typeof payload === 'string' ? [{ name, payload: decodeBase64(payload) }] : []
}

describe.skipIf(folder === undefined)(folder === undefined ? skipped('golden/evidence') : 'statements recorded from Go', () => {
  const payloads = folder === undefined ? [] : readPayloads(folder)

  it('are written again byte for byte, but for the escaped U+FFFD that stands for invalid bytes', () => {
    const refused: Record<string, string> = {}
    const different: string[] = []
    for (const { name, payload } of payloads) {
      try {
        if (stringifyJson(parseJson(payload)) !== decodeUtf8(payload).replaceAll('\\ufffd', '\ufffd')) different.push(name)
      } catch (error) {
        if (!CilockError.is(error)) throw error
        refused[name] = error.code
      }
    }
    expect(payloads.length).toBeGreaterThan(600)
    expect(different).toEqual([])
    expect(refused).toEqual({
      'govulncheck-invalid-utf8/att.json': 'ERR_MALFORMED',
      'sarif-duplicate-keys/att.json': 'ERR_MALFORMED',
      'scubagoggles-invalid-utf8/att.json': 'ERR_MALFORMED',
      'trivy-invalid-utf8/att.json': 'ERR_MALFORMED',
    })
  })
})
