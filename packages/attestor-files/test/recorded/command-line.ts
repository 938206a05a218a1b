/** What `cilock run` was told, as far as it concerns the four attestors of these tests. */
export interface RunOptions {
  readonly workingDir: string | undefined
  readonly command: readonly string[]
  readonly attestations: readonly string[]
  readonly hashes: readonly string[]
  readonly dirHashGlobs: readonly string[]
  readonly includeGlob: string | undefined
  readonly excludeGlob: string | undefined
  readonly ignoreExitCode: boolean
  readonly without: readonly string[]
  readonly filterSensitiveVars: boolean
  readonly disableDefaultSensitiveVars: boolean
  readonly addSensitiveKeys: readonly string[]
  readonly allowSensitiveKeys: readonly string[]
  readonly captureAllowlist: readonly string[] | undefined
  /** What the command line puts into the environment. */
  readonly env: Readonly<Record<string, string>>
}

const switches = new Set(['--offline', '--json', '--ignore-command-exit-code', '--env-filter-sensitive-vars', '--env-disable-default-sensitive-vars', '--enable-archivista', '--validate-only'])

export function runOptions(argv: readonly string[]): RunOptions {
  const flags = new Map<string, string[]>()
  let at = 2
  for (; at < argv.length; at += 1) {
    const argument = argv[at] ?? ''
    if (!argument.startsWith('-') || argument === '--') break
    const [name = '', inline] = argument.split(/=(.*)/s)
    const values = flags.get(name) ?? []
    flags.set(name, values)
    if (inline !== undefined) values.push(inline)
    else if (switches.has(name)) values.push('true')
    else values.push(argv[(at += 1)] ?? '')
  }
  const list = (name: string): readonly string[] | undefined => flags.get(name)?.flatMap((value) => value.split(',')).filter((value) => value !== '')
  const has = (name: string): boolean => flags.get(name)?.at(-1) === 'true'
  const traceMode = flags.get('--capture-mode')?.at(-1)?.split(':')[1]
  return {
    workingDir: flags.get('-d')?.at(-1),
    command: argv.slice(argv[at] === '--' ? at + 1 : at),
    attestations: flags.has('-a') ? (list('-a') ?? []).map((name) => name.replace(/^https:.*\/(.*)\/v0\.\d$/, '$1')) : ['environment'],
    hashes: hashesOf(list('--hashes')),
    dirHashGlobs: list('--dirhash-glob') ?? [],
    includeGlob: flags.get('--attestor-product-include-glob')?.at(-1),
    excludeGlob: flags.get('--attestor-product-exclude-glob')?.at(-1),
    ignoreExitCode: has('--ignore-command-exit-code'),
    without: list('--no-default-attestor') ?? [],
    filterSensitiveVars: has('--env-filter-sensitive-vars'),
    disableDefaultSensitiveVars: has('--env-disable-default-sensitive-vars'),
    addSensitiveKeys: list('--env-add-sensitive-key') ?? [],
    allowSensitiveKeys: list('--env-allow-sensitive-key') ?? [],
    captureAllowlist: list('--env-capture-allowlist'),
    env: traceMode === undefined || traceMode === 'auto' ? {} : { CILOCK_TRACE_MODE: traceMode },
  }
}

/** The Go command takes a gitoid's name and hashes by the plain algorithm; none at all means the library's three. */
function hashesOf(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return ['sha256']
  if (names.length === 0) return ['sha256', 'gitoid:sha256', 'gitoid:sha1']
  return [...new Set(names.map((name) => name.replace('gitoid:', '').replace('dirHash', 'sha256')))]
}
