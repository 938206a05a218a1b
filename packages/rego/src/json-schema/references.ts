import { builtinError } from '../builtins/operands.ts'
import { formatGoUrl, parseGoUrl } from '../url/go-url.ts'
import { resolveUrl } from '../url/resolve.ts'
import { objectGet } from '../value/members.ts'
import { isArray, isObject, isPlainObject, type JsonObject, type Value } from '../value/value.ts'
import { members } from './members.ts'
import { hybrid } from './schema.ts'

const metaSchemas: Readonly<Record<string, number | undefined>> = {
  'http://json-schema.org/draft-04/schema': 4,
  'http://json-schema.org/draft-06/schema': 6,
  'http://json-schema.org/draft-07/schema': 7,
}

/** The draft that `$schema` names. */
export function draftOf(document: Value): number {
  if (typeof document === 'boolean') return hybrid
  if (!isObject(document) || !isPlainObject(document)) throw builtinError('schema is invalid')
  const uri = objectGet(document, '$schema')
  if (uri === undefined) return hybrid
  if (typeof uri !== 'string') throw builtinError('$schema must be of type string')
  const normal = normalReference(uri)
  return Object.hasOwn(metaSchemas, normal) ? (metaSchemas[normal] ?? hybrid) : hybrid
}

/** A reference as Go's library prints it back. */
export function normalReference(text: string): string {
  const url = parseGoUrl(text)
  if (url === undefined) throw builtinError(`parse ${JSON.stringify(text)}: invalid URL`)
  return formatGoUrl(url)
}

/** The places of a document that references may lead to. Nothing is ever loaded from elsewhere. */
export interface References {
  /** The absolute form of an object's own `$ref`. */
  readonly absolute: (schema: JsonObject) => string | undefined
  /** What a reference leads to. */
  readonly resolve: (reference: string) => Value
}

/** Finds all `$id`s and `$ref`s of a document and resolves them against each other. */
export function collectReferences(document: Value): References {
  const documents = new Map<string, Value>()
  const absolutes = new Map<JsonObject, string>()

  const visit = (node: Value, base: string): void => {
    if (isArray(node)) {
      for (const item of node) visit(item, base)
      return
    }
    if (!isObject(node) || !isPlainObject(node)) return
    const local = register(node, base)
    const ref = objectGet(node, '$ref')
    const absolute = typeof ref === 'string' ? inherit(local, ref) : undefined
    if (absolute !== undefined) absolutes.set(node, absolute)
    for (const [key, child] of members(node)) {
      // `const` and `enum` are data; under these three, names are not keywords.
      if (key === 'const' || key === 'enum') continue
      if (key !== 'properties' && key !== 'dependencies' && key !== 'patternProperties') visit(child, local)
      else if (isObject(child) && isPlainObject(child)) for (const [, schema] of members(child)) visit(schema, local)
    }
  }

  const register = (node: JsonObject, base: string): string => {
    const id = objectGet(node, 'id') === undefined ? objectGet(node, '$id') : objectGet(node, 'id')
    const own = typeof id === 'string' ? inherit(base, id) : undefined
    if (own === undefined) return base
    if (documents.has(own)) throw builtinError(`Reference already exists: "${own}"`)
    documents.set(own, node)
    return own
  }

  visit(document, '')
  documents.set('', document)

  return {
    absolute: (schema) => absolutes.get(schema),
    resolve: (reference) => {
      const direct = documents.get(reference)
      if (direct !== undefined) return direct
      const url = parseGoUrl(reference)
      if (url === undefined) throw builtinError(`parse ${JSON.stringify(reference)}: invalid URL`)
      const base = documents.get(formatGoUrl({ ...url, fragment: '', rawFragment: '' }))
      if (base !== undefined) return pointed(base, url.fragment)
      if (url.scheme === '' || url.host === '') throw builtinError(`Reference ${reference} must be canonical`)
      throw builtinError(`remote reference loading disabled: ${reference}`)
    },
  }
}

/** A reference below a base whose own fragment does not count. */
export function inherit(base: string, reference: string): string | undefined {
  return resolveUrl(base.replace(/#.*$/s, ''), reference)
}

/** RFC 6901; a fragment that is no pointer leads to the whole document. */
function pointed(document: Value, pointer: string): Value {
  if (pointer !== '' && !pointer.startsWith('/')) return document
  let node = document
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (isArray(node)) {
      if (!/^[+-]?\d+$/.test(key)) throw builtinError(`Invalid array index '${key}'`)
      const item = node[Number(key)]
      if (item === undefined) throw builtinError(`Out of bound array[0,${node.length}] index '${Number(key)}'`)
      node = item
    } else if (isObject(node)) {
      const child = objectGet(node, key)
      if (child === undefined) throw builtinError(`Object has no key '${key}'`)
      node = child
    } else throw builtinError(`Invalid token reference '${key}'`)
  }
  return node
}
