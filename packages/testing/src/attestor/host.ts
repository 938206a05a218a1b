/** What a program can reach without being handed it, as far as it is there. */
interface HostProcess {
  env: Record<string, string | undefined>
  cwd: () => string
  readonly getBuiltinModule?: (name: string) => Record<string, unknown> | undefined
}

const host = Reflect.get(globalThis, 'process') as HostProcess | undefined

/** Replaces members of objects for a while; `restore` puts back what was there. */
class Replacements {
  readonly #restore: (() => void)[] = []

  replace(object: object, key: string, value: unknown): void {
    const before = Object.getOwnPropertyDescriptor(object, key)
    if (before?.configurable === false && before.writable !== true) return
    Object.defineProperty(object, key, { ...(before ?? { configurable: true, enumerable: true }), ...(before?.get === undefined ? { value } : { get: () => value }) })
    this.#restore.push(() => {
      if (before === undefined) Reflect.deleteProperty(object, key)
      else Object.defineProperty(object, key, before)
    })
  }

  restore(): void {
    for (const undo of this.#restore.toReversed()) undo()
  }
}

/**
 * What a piece of synchronous work reached for: the clock, chance, the network, timers, variables, the directory, files,
 * processes. Nothing is kept from it.
 */
export function reachedBy(work: () => unknown): readonly string[] {
  const reached = new Set<string>()
  const replacements = new Replacements()
  const watch = (object: object, name: string, keys: readonly string[]): void => {
    for (const key of keys) {
      const original: unknown = Reflect.get(object, key)
      if (typeof original === 'function') replacements.replace(object, key, watched(original, () => reached.add(`${name}.${key}`)))
    }
  }
  watch(globalThis, 'globalThis', ['fetch', 'setTimeout', 'setInterval', 'setImmediate'])
  replacements.replace(globalThis, 'Date', watched(Date, (args) => args.length === 0 && reached.add('the clock')))
  watch(Math, 'Math', ['random'])
  watch(Object.getPrototypeOf(crypto) as object, 'crypto', ['getRandomValues', 'randomUUID'])
  if (host !== undefined) {
    watch(host, 'process', ['cwd'])
    replacements.replace(host, 'env', new Proxy(host.env, { get: (env, key) => (reached.add(`process.env.${String(key)}`), Reflect.get(env, key) as unknown) }))
    for (const name of ['fs', 'fs/promises', 'child_process', 'net', 'os']) {
      const builtin = host.getBuiltinModule?.(`node:${name}`) ?? {}
      watch(builtin, name, Object.keys(builtin).filter((key) => /^[a-z]/.test(key)))
    }
  }
  const sync = host?.getBuiltinModule?.('node:module')?.['syncBuiltinESMExports'] as (() => void) | undefined
  try {
    sync?.()
    work()
  } finally {
    replacements.restore()
    sync?.()
  }
  return [...reached]
}

/** The same function, which tells that it was called; `Date.now` is the clock too. */
function watched(original: Function, tell: (args: readonly unknown[]) => void): unknown {
  const now = Reflect.get(original, 'now') as (() => number) | undefined
  return new Proxy(original, {
    apply: (target, self, args: unknown[]) => (tell(args), Reflect.apply(target, self, args) as unknown),
    construct: (target, args: unknown[], newTarget) => (tell(args), Reflect.construct(target, args, newTarget) as object),
    get: (target, key) => (key === 'now' && now !== undefined ? () => (tell([]), now()) : (Reflect.get(target, key) as unknown)),
  })
}

/** What stands in every variable of {@link elsewhere}. */
export const planted = 'planted-by-the-contract-of-attestors'

/**
 * Runs work as if in another process at another time: the clock is three years on, chance is a constant, every variable
 * has another value, the directory is another one. What finds the network is told.
 */
export async function elsewhere<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly fetched: boolean }> {
  const replacements = new Replacements()
  let fetched = false
  replacements.replace(globalThis, 'fetch', async () => {
    fetched = true
    throw new TypeError('an attestor has to use the `fetch` of its context')
  })
  replacements.replace(globalThis, 'Date', laterDate(3 * 365 * 24 * 60 * 60 * 1000))
  replacements.replace(Math, 'random', () => 0.25)
  if (host !== undefined) {
    replacements.replace(host, 'env', otherVariables(host.env))
    replacements.replace(host, 'cwd', () => `/${planted}`)
  }
  try {
    return { value: await work(), fetched }
  } finally {
    replacements.restore()
  }
}

/** Where temporary files go, and how text is written, is no matter of evidence. */
const systemVariables: ReadonlySet<string> = new Set(['TMPDIR', 'TMP', 'TEMP', 'SystemRoot', 'NODE_OPTIONS', 'NODE_V8_COVERAGE'])

function otherVariables(env: Record<string, string | undefined>): Record<string, string | undefined> {
  const others = Object.keys(env).map((name) => [name, systemVariables.has(name) ? env[name] : planted])
  return { ...(Object.fromEntries(others) as Record<string, string | undefined>), PLANTED: planted }
}

function laterDate(milliseconds: number): unknown {
  const RealDate = Date
  const now = (): number => RealDate.now() + milliseconds
  return new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args: unknown[], newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget === target ? target : newTarget) as object,
    get: (target, key) => (key === 'now' ? now : (Reflect.get(target, key) as unknown)),
  })
}
