import { formatReference, parseReference } from '../reference.ts'
import { RegistryError } from '../error.ts'

/**
 * What docker calls an image, in full: `docker.io/library/app:v1`.
 *
 * @throws RegistryError `ERR_REFERENCE_INVALID`
 */
export function wholeName(name: string): string {
  const reference = parseReference(name)
  if (reference.digest !== undefined) throw new RegistryError('ERR_REFERENCE_INVALID', `expected a name with a tag, found one with a digest: ${JSON.stringify(name.slice(0, 300))}`)
  return formatReference(reference)
}

/** The same as `docker save` writes it: Docker Hub need not be said. */
export function familiarName(whole: string): string {
  return whole.replace(/^docker\.io\/(?:library\/(?=[^/]*$))?/, '')
}

/** Whether two names are one image's for docker; what is no name is only its own. */
export function isSameName(one: string, other: string): boolean {
  return one === other || (canonical(one) ?? one) === (canonical(other) ?? other)
}

function canonical(name: string): string | undefined {
  try {
    return wholeName(name)
  } catch {
    return undefined
  }
}
