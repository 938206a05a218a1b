import { parseDigest } from './content/digest.ts'
import { RegistryError } from './error.ts'

/** Where a repository is. */
export interface RepositoryName {
  /** Host, with a port where it is given: `registry.example.com`, `localhost:5000`, `docker.io`. */
  readonly registry: string
  /** The path: `team/app`. */
  readonly repository: string
}

/** What an image is called. */
export interface Reference extends RepositoryName {
  /** Present where it was given, and `latest` where neither tag nor digest was. */
  readonly tag?: string
  /** Wins over the tag. */
  readonly digest?: string
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`)
const hostPattern = /^(?:\[[0-9a-fA-F:.]+\]|[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*)(?::\d{1,5})?$/
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/

/**
 * Reads `registry/repository:tag@digest` as Docker does: without a registry it is Docker Hub's, where `library/` stands
 * before names of one part; without tag and digest the tag is `latest`.
 *
 * @example
 * parseReference('localhost:5000/team/app:v1') // { registry: 'localhost:5000', repository: 'team/app', tag: 'v1' }
 * @throws RegistryError `ERR_REFERENCE_INVALID`, `ERR_DIGEST_INVALID`
 */
export function parseReference(text: string): Reference {
  if (text.length > 4096) throw invalid('text of at most 4,096 characters', text)
  const [rest = '', digest, ...more] = text.split('@')
  if (more.length > 0) throw invalid('one @', text)
  if (digest !== undefined) parseDigest(digest)
  const colon = rest.lastIndexOf(':')
  const hasTag = colon > rest.lastIndexOf('/')
  const tag = hasTag ? rest.slice(colon + 1) : undefined
  if (tag !== undefined) checkTag(tag)
  const name = parseRepository(hasTag ? rest.slice(0, colon) : rest)
  const given = tag ?? (digest === undefined ? 'latest' : undefined)
  return { ...name, ...(given !== undefined && { tag: given }), ...(digest !== undefined && { digest }) }
}

/**
 * Reads `registry/repository`, without tag and digest.
 *
 * @throws RegistryError `ERR_REFERENCE_INVALID`
 */
export function parseRepository(text: string): RepositoryName {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const hasRegistry = first === 'localhost' || first.includes('.') || first.includes(':')
  const registry = hasRegistry ? first : 'docker.io'
  const path = hasRegistry ? text.slice(slash + 1) : text
  const isHub = registry === 'docker.io' || registry === 'index.docker.io'
  const repository = isHub && !path.includes('/') ? `library/${path}` : path
  if (!hostPattern.test(registry) || Number(/:(\d+)$/.exec(registry)?.[1] ?? 0) > 65_535) throw invalid('a host before the first slash', text)
  if (repository.length > 255 || !repositoryPattern.test(repository)) throw invalid('a repository in lower case, such as team/app', text)
  return { registry: isHub ? 'docker.io' : registry, repository }
}

/** A reference as text, to be read again. */
export function formatReference({ registry, repository, tag, digest }: Reference): string {
  return `${registry}/${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
}

/** @throws RegistryError `ERR_REFERENCE_INVALID` */
export function checkTag(tag: string): string {
  if (!tagPattern.test(tag)) throw invalid('a tag of letters, digits, _, . and -, at most 128', tag)
  return tag
}

function invalid(expected: string, found: string): RegistryError {
  return new RegistryError('ERR_REFERENCE_INVALID', `expected ${expected}, found ${JSON.stringify(found.slice(0, 200))}`)
}
