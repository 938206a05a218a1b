import type { Attestor, RunType } from '@cilock/core'
import type { Flags } from './flags/flag.ts'

/** What the attestors that the command line can run look like before they are loaded. */
export interface AttestorRow {
  readonly name: string
  readonly predicateType: string
  readonly runType: RunType
  /** Part of every run unless switched off. */
  readonly always?: true
  /** Part of a run without `--attestations`. */
  readonly default?: true
  /** Loads the attestor's package and makes one with the flags of this run. */
  readonly load: (flags: Flags, command: readonly string[], tee: Tee) => Promise<Attestor>
}

/** Where the output of a wrapped command goes while it runs. */
export interface Tee {
  readonly stdout: (chunk: Uint8Array) => void
  readonly stderr: (chunk: Uint8Array) => void
}

const aflock = (name: string): string => `https://aflock.ai/attestations/${name}`

/** Every attestor that `-a` may name, in the order of their names. */
export const attestorTable: readonly AttestorRow[] = [
  {
    name: 'command-run',
    predicateType: aflock('command-run/v0.2'),
    runType: 'execute',
    always: true,
    load: async (flags, command, tee) =>
      (await import('@cilock/attestor-command-run')).commandRun({
        command,
        ignoreExitCode: flags.bool('ignore-command-exit-code'),
        addSensitiveKeys: flags.list('env-add-sensitive-key'),
        allowSensitiveKeys: flags.list('env-allow-sensitive-key'),
        stdout: tee.stdout,
        stderr: tee.stderr,
      }),
  },
  {
    name: 'docker',
    predicateType: aflock('docker/v0.1'),
    runType: 'postproduct',
    load: async () => (await import('@cilock/attestor-docker')).docker(),
  },
  {
    name: 'environment',
    predicateType: aflock('environment/v0.1'),
    runType: 'prematerial',
    default: true,
    load: async (flags) =>
      (await import('@cilock/attestor-environment')).environment({
        filterSensitiveVars: flags.bool('env-filter-sensitive-vars'),
        disableDefaultSensitiveVars: flags.bool('env-disable-default-sensitive-vars'),
        addSensitiveKeys: flags.list('env-add-sensitive-key'),
        allowSensitiveKeys: flags.list('env-allow-sensitive-key'),
        ...(flags.given('env-capture-allowlist') ? { captureAllowlist: flags.list('env-capture-allowlist') } : {}),
      }),
  },
  {
    name: 'git',
    predicateType: aflock('git/v0.1'),
    runType: 'prematerial',
    default: true,
    load: async (flags) =>
      (await import('@cilock/attestor-git')).git({
        addSensitiveKeys: flags.list('env-add-sensitive-key'),
        allowSensitiveKeys: flags.list('env-allow-sensitive-key'),
      }),
  },
  {
    name: 'github',
    predicateType: aflock('github/v0.1'),
    runType: 'prematerial',
    load: async () => (await import('@cilock/attestor-github')).github(),
  },
  {
    name: 'material',
    predicateType: aflock('material/v0.3'),
    runType: 'material',
    always: true,
    load: async (flags) => (await import('@cilock/attestor-files')).material({ dirHashGlobs: flags.list('dirhash-glob') }),
  },
  {
    name: 'oci',
    predicateType: aflock('oci/v0.1'),
    runType: 'postproduct',
    load: async () => (await import('@cilock/attestor-oci')).oci(),
  },
  {
    name: 'product',
    predicateType: aflock('product/v0.3'),
    runType: 'product',
    always: true,
    load: async (flags) =>
      (await import('@cilock/attestor-files')).product({
        includeGlob: flags.string('attestor-product-include-glob') ?? '*',
        excludeGlob: flags.string('attestor-product-exclude-glob') ?? '',
        dirHashGlobs: flags.list('dirhash-glob'),
      }),
  },
  {
    name: 'sbom',
    predicateType: aflock('sbom/v0.1'),
    runType: 'postproduct',
    load: async (flags) => {
      const file = flags.string('attestor-sbom-file') ?? ''
      return (await import('@cilock/attestor-sbom')).sbom({
        export: flags.bool('attestor-sbom-export'),
        ...(file === '' ? {} : { file }),
      })
    },
  },
]
