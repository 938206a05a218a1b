import { CosignError } from '../error.ts'

/**
 * Whether everything that is wanted was signed, as text.
 *
 * @throws CosignError `ERR_ANNOTATION_MISMATCH`
 */
export function checkAnnotations(wanted: Readonly<Record<string, string>>, signed: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(wanted)) {
    const found = Object.hasOwn(signed, name) ? signed[name] : undefined
    if (found === value) continue
    const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 120)) : found === undefined ? 'none' : 'something that is no text'
    throw new CosignError('ERR_ANNOTATION_MISMATCH', `expected the annotation ${JSON.stringify(name)} to be ${JSON.stringify(value)}, found ${shown}`)
  }
}
