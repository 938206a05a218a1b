import { RegoError } from '../errors.ts'
import type { ModuleSource } from '../program.ts'
import { defaultLimits } from '../limits.ts'
import { parseJson } from '../value/json.ts'
import { objectEntries, objectGet } from '../value/members.ts'
import { isObject, isPlainObject, type JsonObject, type Value } from '../value/value.ts'
import type { readYaml } from '../yaml/read.ts'
import { BuiltinError } from '../builtins/builtin.ts'
import { CommandError, type Host } from './host.ts'

export interface Loaded {
  readonly modules: readonly (ModuleSource & { readonly source: string })[]
  readonly data: JsonObject
}

/**
 * Reads policies and data: `.rego` files are modules, `.json` and `.yaml` files are merged into `data`, in folders
 * below the names of the folders they stand in.
 */
export async function load(paths: readonly string[], host: Host): Promise<Loaded> {
  const modules: Loaded['modules'][number][] = []
  let data: JsonObject = {}
  for (const path of paths) {
    for (const file of host.listFiles(path)) {
      if (file.endsWith('.rego')) modules.push({ name: file, source: host.readFile(file) })
      else if (/\.(?:json|ya?ml)$/.test(file)) data = merge(data, below(folders(path, file), await readDocument(file, host)), file)
      else if (file === path) throw new CommandError(`expected a .rego, .json or .yaml file, found ${file}`)
    }
  }
  return { modules, data }
}

/** What was loaded on two ways. */
export function joined(one: Loaded, other: Loaded): Loaded {
  return { modules: [...one.modules, ...other.modules], data: merge(one.data, other.data, 'another place') }
}

/** A JSON or YAML file. */
export function readDocument(file: string, host: Host): Promise<Value> {
  return parseDocument(file, host.readFile(file))
}

/** The content of a JSON or YAML file; YAML's library is loaded where there is some. */
export async function parseDocument(file: string, text: string): Promise<Value> {
  try {
    return /\.ya?ml$/.test(file) ? (await import('../yaml/read.ts')).readYaml(text, yamlContext) : parseJson(text)
  } catch (error) {
    if (RegoError.is(error) || error instanceof BuiltinError) throw new CommandError(`${file}: ${error.message}`, { cause: error })
    throw error
  }
}

/** Files are the user's own, so reading them is bounded by depth alone. */
const yamlContext: Parameters<typeof readYaml>[1] = {
  spend: () => {},
  checkLength: () => {},
  checkSize: () => {},
  limits: defaultLimits,
  now: undefined,
  seed: undefined,
  evaluationCache: new Map(),
  programCache: { get: () => undefined, set: () => {} },
  note: undefined,
  signal: undefined,
}

export function folders(root: string, file: string): readonly string[] {
  return file === root ? [] : file.slice(root.replace(/\/$/, '').length + 1).split('/').slice(0, -1)
}

export function below(path: readonly string[], value: Value): Value {
  return path.reduceRight<Value>((inner, name) => withOwn({}, name, inner), value)
}

export function merge(into: JsonObject, value: Value, file: string): JsonObject {
  if (!isObject(value) || !isPlainObject(value)) throw new CommandError(`expected an object as data, found something else in ${file}`)
  let merged = into
  for (const [key, member] of objectEntries(value)) {
    if (typeof key !== 'string') continue
    const present = objectGet(merged, key)
    const both = present !== undefined && isObject(present) && isPlainObject(present)
    if (present !== undefined && !(both && isObject(member))) throw new CommandError(`expected each part of data once, found ${key} again in ${file}`)
    merged = withOwn(merged, key, both ? merge(present, member, file) : member)
  }
  return merged
}

function withOwn(object: JsonObject, key: string, value: Value): JsonObject {
  const copy: Record<string, Value> = { ...object }
  Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true })
  return copy
}
