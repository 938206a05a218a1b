import { canonical } from './engine.ts'
import type { ReportedError, Verdict } from './oracle.ts'

/** Why the two disagree; undefined where they do not. */
export function difference(opa: Verdict, here: Verdict): string | undefined {
  if (opa.kind === 'crash') return undefined
  if (opa.kind !== here.kind) return `OPA: ${describe(opa)}; here: ${describe(here)}`
  if (opa.kind === 'value' && here.kind === 'value') {
    const [theirs, ours] = [canonical(opa.json), canonical(here.json)]
    return theirs === ours ? undefined : `OPA: ${theirs}; here: ${ours}`
  }
  if (opa.kind === 'errors' && here.kind === 'errors') {
    const [theirs, ours] = [opa.errors, here.errors].map((errors) => errors.map(shown).sort().join('\n'))
    return theirs === ours ? undefined : `OPA: ${theirs ?? ''}; here: ${ours ?? ''}`
  }
  return undefined
}

/**
 * Code, place and text, with the names that the compiler makes up. Go libraries describe malformed data in their own
 * words.
 */
function shown({ code, message, row, col }: ReportedError): string {
  const text = message
    .replace(/ ?(?:asn1: |jwk\.|jwsbb\.|yaml: |invalid JSON: |cannot parse JSON: |strconv\.|parsing time |json: |invalid character |unexpected end of JSON|unexpected EOF).*$/s, '')
  return `${code} ${row}:${col} ${text}`
}

function describe(verdict: Verdict): string {
  if (verdict.kind === 'value') return verdict.json
  return verdict.kind === 'errors' ? verdict.errors.map(({ code, message, row, col }) => `${code} ${row}:${col} ${message}`).join(' | ') : verdict.kind
}
