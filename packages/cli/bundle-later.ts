import { basename, dirname } from 'node:path'
import { build } from 'esbuild'
import type { BuildOptions, Plugin } from 'esbuild'

/** Modules that one file of the bundle holds; it is loaded when the first of their functions is called. */
export interface LaterPart {
  readonly name: string
  /** Absolute paths. */
  readonly modules: readonly string[]
}

/** What stands in a bundle in place of a module that is loaded later. */
type StandIns = ReadonlyMap<string, string>

const namespace = 'later'

/**
 * Leaves modules out of the files that a program always loads: whoever imports one gets functions that load it when they are
 * called. All that may be imported of such a module are functions and plain data; the bundler refuses other names.
 */
export async function laterPlugin(parts: readonly LaterPart[], options: BuildOptions): Promise<Plugin> {
  const modules = new Set(parts.flatMap((part) => part.modules))
  const standIns = new Map<string, string>()
  for (const part of parts) for (const [path, text] of await standInsOf(part, options)) standIns.set(path, text)
  return {
    name: 'later',
    setup: (context) => {
      context.onResolve({ filter: /^later-/ }, ({ path }) => ({ path, namespace, sideEffects: false }))
      context.onResolve({ filter: /.*/ }, async ({ path, pluginData, ...from }) => {
        if (pluginData === namespace || from.kind === 'entry-point' || from.namespace === namespace || modules.has(from.importer)) return undefined
        const found = await context.resolve(path, { ...from, pluginData: namespace })
        return modules.has(found.path) ? { path: found.path, namespace, sideEffects: false } : undefined
      })
      context.onLoad({ filter: /.*/, namespace }, ({ path }) => {
        const part = parts.find(({ name }) => path === nameOf(name))
        return part === undefined ? { contents: standIns.get(path) ?? '', resolveDir: dirname(path) } : { contents: together(part), resolveDir: '/' }
      })
    },
  }
}

/** The module that a part is: each of its modules under a name of its own. */
function together({ modules }: LaterPart): string {
  return modules.map((path, index) => `export * as m${index} from ${JSON.stringify(path)}\n`).join('')
}

/** Whether a file that the bundler made is such a part: where its import stands, it is required, so that functions stay as synchronous as they were. */
export function isLaterPart(file: string | null): boolean {
  return file !== null && basename(file).startsWith(nameOf(''))
}

function nameOf(part: string): string {
  return `later-${part}`
}

async function standInsOf(part: LaterPart, options: BuildOptions): Promise<StandIns> {
  const { outputFiles } = await build({ ...options, stdin: { contents: together(part), resolveDir: '/', loader: 'ts' }, format: 'esm', write: false })
  const text = (outputFiles ?? []).map((file) => file.text).join('')
  const found = (await import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`)) as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  return new Map(part.modules.map((path, index) => [path, standIn(part.name, `m${index}`, found[`m${index}`] ?? {})]))
}

function standIn(part: string, module: string, exported: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(exported).flatMap(([name, value]) => {
    if (isPlainFunction(value)) return [`export function ${name}(...values) { return (loaded ??= part()).${module}.${name}(...values) }`]
    return isPlainData(value) ? [`export const ${name} = ${JSON.stringify(value)}`] : []
  })
  return `${lines.join('\n')}\nlet loaded\nconst part = () => import(${JSON.stringify(nameOf(part))})\n`
}

/** No class, of which there could be instances, and nothing else to be read from it. */
function isPlainFunction(value: unknown): boolean {
  return typeof value === 'function' && !/^class\b/.test(Function.prototype.toString.call(value)) && Object.keys(value).length === 0
}

/** What JSON can say: nobody changes it, so a copy is as good. */
function isPlainData(value: unknown): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true
  if (Array.isArray(value)) return value.every(isPlainData)
  return typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlainData)
}
