import { formatTerm } from '../value/format.ts'
import { parseJson } from '../value/json.ts'
import { objectEntries, objectGet } from '../value/members.ts'
import { isArray, isObject, type Value } from '../value/value.ts'
import { RegoError } from '../errors.ts'
import { CommandError } from './host.ts'

/** What the `.manifest` of a bundle says of its content; OPA's format. */
export interface BundleManifest {
  /** Paths below `data` that the bundle owns; the empty one is all of it. */
  readonly roots: readonly string[]
  /** The dialect of a module, where the manifest says one. */
  readonly dialectOf: (path: string) => 'v0' | 'v1' | undefined
}

/** Without a `.manifest` a bundle owns everything. */
export const noManifest: BundleManifest = { roots: [''], dialectOf: () => undefined }

const dialects: Readonly<Record<string, 'v0' | 'v1'>> = { '0': 'v0', '1': 'v1' }

/** Reads a `.manifest`; `name` stands in messages. */
export function readManifest(text: string, name: string): BundleManifest {
  const manifest = parsed(text, name)
  const member = (key: string): Value | undefined => (isObject(manifest) ? objectGet(manifest, key) : undefined)
  const roots = strings(member('roots') ?? [''], `roots of ${name}`).map((root) => root.replace(/^\/+|\/+$/g, ''))
  const overlap = roots.find((root, i) => roots.some((other, j) => i !== j && isBelow(other, root)))
  if (overlap !== undefined) throw new CommandError(`expected roots that do not overlap in ${name}, found ${roots.map((root) => JSON.stringify(root)).join(', ')}`)
  const whole = member('rego_version')
  const single = member('file_rego_versions')
  const ofAll = whole === undefined ? undefined : dialect(whole, name)
  const files = single === undefined || single === null ? [] : entries(single, name)
  return { roots, dialectOf: (path) => files.find(([file]) => file === path || file === `/${path}`)?.[1] ?? ofAll }
}

/** Whether a path is a root or below it. */
export function isBelow(path: string, root: string): boolean {
  return root === '' || path === root || path.startsWith(`${root}/`)
}

function entries(value: Value, name: string): readonly (readonly [string, 'v0' | 'v1'])[] {
  if (!isObject(value)) throw new CommandError(`expected an object of versions in ${name}, found something else`)
  return objectEntries(value).map(([key, version]) => {
    if (typeof key !== 'string' || /[*?[{\\]/.test(key)) throw new CommandError(`expected names of files in file_rego_versions of ${name}, found a pattern: ${formatTerm(key)}`)
    return [key, dialect(version, name)] as const
  })
}

function dialect(version: Value, name: string): 'v0' | 'v1' {
  const known = typeof version === 'number' ? dialects[String(version)] : undefined
  if (known === undefined) throw new CommandError(`expected 0 or 1 as version of Rego in ${name}, found ${JSON.stringify(version)}`)
  return known
}

function strings(value: Value, what: string): readonly string[] {
  if (!isArray(value) || !value.every((item) => typeof item === 'string')) throw new CommandError(`expected a list of texts as ${what}, found something else`)
  return value.filter((item) => typeof item === 'string')
}

function parsed(text: string, name: string): Value {
  try {
    const manifest = parseJson(text)
    if (isObject(manifest)) return manifest
  } catch (error) {
    if (!RegoError.is(error)) throw error
    throw new CommandError(`${name}: ${error.message}`, { cause: error })
  }
  throw new CommandError(`expected an object in ${name}, found something else`)
}
