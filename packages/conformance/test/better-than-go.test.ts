import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '@cilock/attestor-environment'
import { attest, parseEnvelope, parseStatement } from '@cilock/core'
import { skipped, vectors } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { recordings } from '../src/evidence/recording.ts'
import { ourAttestors, restOf } from '../src/evidence/rest-case.ts'
import { runAgain } from '../src/evidence/run-again.ts'
import { stage } from '../src/evidence/stage.ts'
import { readExpected } from '../src/expected.ts'

interface Found {
  readonly code: number
  readonly stderr: string
  /** The statement as text; empty where none was written. */
  readonly said: string
  /** The predicate of the entry whose type ends so. */
  readonly entry: (type: string) => unknown
  readonly subjects: readonly string[]
  readonly keyids: readonly string[]
  /** How many certificates stand beside the first signature, but for its own. */
  readonly issuers: number
  /** Names of the files that were left in the folder for outputs. */
  readonly outputs: readonly string[]
}

interface Statement {
  readonly subject: readonly { readonly name: string }[]
  readonly predicate: { readonly attestations?: readonly { readonly type: string; readonly attestation: unknown }[] }
}

const folder = vectors('golden/evidence')
const byId = new Map(folder === undefined ? [] : recordings(folder).map((recording) => [recording.id, recording]))

async function run(id: string): Promise<Found> {
  const whole = byId.get(id.replace(/:rest$/, ''))
  const recording = whole !== undefined && id.endsWith(':rest') ? restOf(whole, await ourAttestors()) : whole
  if (recording === undefined || folder === undefined) throw new TypeError(`no recording ${id}`)
  const place = stage(recording, join(folder, 'keys'))
  try {
    const { code, stderr } = await runAgain(recording, place)
    const path = join(place.root, 'out/att.json')
    const envelope = existsSync(path) ? parseEnvelope(readFileSync(path)) : undefined
    const said = envelope === undefined ? '' : place.recorded(new TextDecoder().decode(envelope.payload))
    const { subject, predicate } = (said === '' ? { subject: [], predicate: {} } : JSON.parse(said)) as Statement
    return {
      code,
      stderr,
      said,
      subjects: subject.map(({ name }) => name),
      entry: (type) => predicate.attestations?.find((each) => each.type.endsWith(type))?.attestation,
      keyids: envelope?.signatures.map(({ keyid }) => keyid) ?? [],
      issuers: envelope?.signatures[0]?.intermediates?.length ?? 0,
      outputs: existsSync(join(place.root, 'out')) ? readdirSync(join(place.root, 'out')) : [],
    }
  } finally {
    place.remove()
  }
}

/** The attestor fails by this code, and what the others found is signed without it. */
const failsWith =
  (attestor: string, code: string) =>
  ({ code: exit, stderr, entry }: Found): void => {
    expect(exit).toBe(1)
    expect(stderr).toContain(`error: ${code} ${attestor}: `)
    expect(entry(`/${attestor}/v0.1`)).toBeUndefined()
    expect(entry('/product/v0.3')).toBeDefined()
  }

/** The command line is refused before anything is run. */
const refusedWith =
  (code: string) =>
  ({ code: exit, stderr, said }: Found): void => {
    expect(exit).toBe(1)
    expect(stderr).toContain(`error: ${code} `)
    expect(said).toBe('')
  }

/** The evidence is written; that a store has it is not claimed. */
const notStored =
  (code: string) =>
  ({ code: exit, stderr, said, keyids }: Found): void => {
    expect(exit).toBe(1)
    expect(stderr).toContain(`error: ${code} `)
    expect(said).toContain('"name":"build"')
    expect(keyids).toEqual([p256])
  }

const noSubject =
  (name: string) =>
  ({ code, subjects }: Found): void => {
    expect(code).toBe(0)
    expect(subjects.some((each) => each.endsWith(`/${name}`))).toBe(false)
  }

const remotes =
  (...urls: readonly string[]) =>
  ({ entry, said }: Found): void => {
    expect(entry('/git/v0.1')).toMatchObject({ remotes: urls })
    for (const secret of ['p%zz', 'pa ss', 'tok#1', 'tok3n']) expect(said).not.toContain(secret)
  }

const signedBy =
  (keyid: string) =>
  ({ code, keyids }: Found): void => {
    expect(code).toBe(0)
    expect(keyids).toEqual([keyid])
  }

const image = '8874845b27e4f941b0646f608df8429cc144b45881995e782ec910f9603f0041'
const layer = '30fab83b3ae9858148a13be979f7136db50fdce6e7c743b0c7b5b5e57daca461'
const p256 = '40b2b11d7a959ef0721b292e5f80aaf39f388ee1e43ab077915f510761d02450'

const product = (found: Found): unknown => (found.entry('/docker/v0.1') as { readonly products: Readonly<Record<string, unknown>> }).products[image]
const leaves = (found: Found, type: string): readonly string[] => (found.entry(type) as { readonly leaves: readonly { readonly path: string }[] }).leaves.map(({ path }) => path)

/** What is right where Go is wrong. */
const better: Readonly<Record<string, (found: Found) => void>> = {
  'by-name-inclusion-proof': refusedWith('ERR_NOT_SUPPORTED'),
  'cli-bad-workload': refusedWith('ERR_NOT_SUPPORTED'),
  'docker-bake': (found) => {
    expect(found.code).toBe(0)
    expect(Object.keys((found.entry('/docker/v0.1') as { readonly products: object }).products)).not.toEqual([])
  },
  'docker-digest-short': failsWith('docker', 'ERR_MALFORMED'),
  'docker-duplicate-keys': failsWith('docker', 'ERR_MALFORMED'),
  'docker-name-missing': (found) => {
    expect(product(found)).toMatchObject({ imagereferences: [] })
    noSubject('imagereference:')(found)
  },
  'docker-names-several': (found) => {
    expect(product(found)).toMatchObject({ imagereferences: ['registry.example.com/acme/app:1.0', 'registry.example.com/acme/app:latest'] })
  },
  'docker-provenance-git-material': (found) => {
    expect(JSON.stringify(product(found))).toContain('{"sha1":"c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0"}')
    expect(found.said).not.toContain('"sha256":""')
    noSubject('materialdigest:')(found)
  },
  'docker-provenance-v1': (found) => {
    expect(product(found)).toMatchObject({ materials: { 'linux/amd64': [{ uri: 'pkg:docker/alpine@3.20?platform=linux%2Famd64' }] } })
  },
  'docker-two-files-same-digest': (found) => {
    expect(product(found)).toMatchObject({ imagereferences: ['registry.example.com/acme/app:1.0', 'two'] })
  },
  'env-add-key-bad-glob': refusedWith('ERR_GLOB_INVALID'),
  // the value of a variable that the user calls sensitive, `CI`, is one of the command's arguments
  'env-add-key-filter': ({ entry }) => expect(entry('/command-run/v0.2')).toMatchObject({ cmd: ['sh', '-c', '[REDACTED]'] }),
  'env-secret-in-output': ({ entry }) => {
    expect(entry('/command-run/v0.2')).toMatchObject({ stdout: 'token is [REDACTED]\n[REDACTED] tok-123456789\n[REDACTED]\n[REDACTED]\n[REDACTED]\n' })
  },
  'env-secret-multiline': ({ said }) => {
    expect(said).toContain('[REDACTED]')
    expect(said).not.toContain('second-line-of-it')
  },
  'env-secret-names': ({ entry }) => {
    const { stdout } = entry('/command-run/v0.2') as { readonly stdout: string }
    expect(stdout.split('\n').filter((line) => line !== '' && !line.endsWith(' [REDACTED]'))).toEqual([])
  },
  'env-secret-nested': ({ entry }) => expect(entry('/command-run/v0.2')).toMatchObject({ stdout: '[REDACTED] [REDACTED] short\n' }),
  'git-author-odd': (found) => {
    noSubject('authoremail:')(found)
    noSubject('committeremail:')(found)
    expect(found.entry('/git/v0.1')).toMatchObject({ authoremail: '', committeremail: '' })
  },
  'git-no-commits': noSubject('authoremail:'),
  'git-no-commits-staged': noSubject('committeremail:'),
  'witness-git-no-commits': noSubject('commithash:'),
  'git-remote-06': remotes('https://github.com/acme/app.git'),
  'git-remote-11': remotes('https://github.com/acme/app.git'),
  'git-remote-13': remotes('gitlab.example.com:acme/app.git'),
  'git-remote-14': remotes('https://github.com/acme/app.git'),
  // The recording has the worktree without its repository: Go sees an empty one all the same.
  'git-worktree': failsWith('git', 'ERR_NOT_A_REPOSITORY'),
  'github-empty-variables': failsWith('github', 'ERR_NOT_IN_GITHUB_ACTIONS'),
  'github-oidc-alg-mismatch': failsWith('github', 'ERR_TOKEN_SIGNATURE'),
  'github-oidc-env-mismatch': failsWith('github', 'ERR_TOKEN_MISMATCH'),
  'github-oidc-expired': failsWith('github', 'ERR_TOKEN_CLAIMS'),
  'oci-config-lies': failsWith('oci', 'ERR_OCI_DIFF_ID_MISMATCH'),
  'oci-layer-hardlink': ({ entry }) => expect(entry('/oci/v0.1')).toMatchObject({ diffids: [{ sha256: layer }, { sha256: layer }] }),
  'oci-layer-symlink': ({ entry }) => expect(entry('/oci/v0.1')).toMatchObject({ diffids: [{ sha256: layer }, { sha256: layer }] }),
  'oci-layer-missing': failsWith('oci', 'ERR_OCI_ENTRY_MISSING'),
  'oci-layer-twice-in-tar': failsWith('oci', 'ERR_OCI_ENTRY_DUPLICATE'),
  'oci-layer-xz': failsWith('oci', 'ERR_OCI_DIFF_ID_MISMATCH'),
  'oci-manifest-twice': failsWith('oci', 'ERR_OCI_ENTRY_DUPLICATE'),
  'oci-other-tar-too': ({ code, entry }) => {
    expect(code).toBe(0)
    expect(entry('/oci/v0.1')).toBeDefined()
  },
  'oci-tags-empty-string': noSubject('imagetag:'),
  'run-archivista-empty-gitoid': notStored('ERR_ARCHIVISTA_RESPONSE'),
  'run-archivista-header-bad': refusedWith('ERR_USAGE'),
  'run-archivista-headers': notStored('ERR_ARCHIVISTA_INTEGRITY'),
  'run-archivista-json': notStored('ERR_ARCHIVISTA_INTEGRITY'),
  'run-archivista-no-outfile': ({ code, stderr }) => {
    expect(code).toBe(1)
    expect(stderr).toContain('error: ERR_ARCHIVISTA_INTEGRITY ')
  },
  'run-archivista-oidc': notStored('ERR_ARCHIVISTA_INTEGRITY'),
  'run-archivista-path-prefix': notStored('ERR_ARCHIVISTA_INTEGRITY'),
  'run-archivista-store': notStored('ERR_ARCHIVISTA_INTEGRITY'),
  'run-json-unknown-format': refusedWith('ERR_USAGE'),
  'run-product-glob-19': refusedWith('ERR_GLOB_INVALID'),
  'run-step-inferred': refusedWith('ERR_USAGE'),
  'run-symlink-include-glob': (found) => expect(leaves(found, '/product/v0.3')).toContain('link.txt'),
  'sbom-cyclonedx-xml': ({ entry }) => expect(entry('cyclonedx.org/bom')).toMatchObject({ _sbomFormat: 'cyclonedx' }),
  'sbom-marker-late': ({ entry }) => expect(entry('cyclonedx.org/bom')).toMatchObject({ _sbomFormat: 'cyclonedx' }),
  'sbom-duplicate-keys': failsWith('sbom', 'ERR_MALFORMED'),
  'sbom-number-overflow': failsWith('sbom', 'ERR_MALFORMED'),
  'sbom-strings': failsWith('sbom', 'ERR_MALFORMED'),
  'sbom-purl-oci-not-hex': ({ code, said }) => {
    expect(code).toBe(0)
    expect(said).not.toContain('imagedigest:nothex')
  },
  'signer-encrypted-ec-p256-aes128-sha512': signedBy(p256),
  'signer-encrypted-ec-p256-prf-sha384': signedBy(p256),
  'signer-encrypted-ec-p256-scrypt': signedBy(p256),
  'signer-form-ec-p256-sec1-params': signedBy(p256),
  'signer-passphrase-unneeded-two-blocks': signedBy(p256),
  'signer-rsa-1024': refusedWith('ERR_KEY_UNSUPPORTED'),
  'witness-signer-rsa-1024': refusedWith('ERR_KEY_UNSUPPORTED'),
  'witness-run-archivista': notStored('ERR_ARCHIVISTA_INTEGRITY'),
  'witness-run-env': ({ said }) => expect(said).not.toContain('tok-1234567890'),
  'witness-run-symlinks': (found) => {
    expect(found.code).toBe(0)
    expect(Object.keys(found.entry('/product/v0.1') as object)).toEqual(['link-dir/f', 'link-file', 'real/f'])
  },
  'witness-sbom-cyclonedx': ({ entry }) => {
    // As it is in the file, but for the order of keys.
    expect(entry('cyclonedx.org/bom')).toEqual(JSON.parse(readFileSync(join(folder ?? '', 'cases/witness-sbom-cyclonedx/inputs/in/bom.cdx.json'), 'utf8')))
  },
  // Go leaves an empty file, which the next command takes for an envelope
  'sign-tsa-down': (found) => {
    refusedWith('ERR_SIGNER_FAILED')(found)
    expect(found.outputs).toEqual([])
  },
  'x509-key-mismatch': refusedWith('ERR_CERTIFICATE_KEY'),
  'x509-intermediates-without-cert': refusedWith('ERR_USAGE'),
  'x509-fullchain-file': ({ code, issuers }) => {
    expect(code).toBe(0)
    expect(issuers).toBe(1)
  },
  'signer-encrypted-cosign-new': ({ code, keyids }) => {
    expect(code).toBe(0)
    expect(keyids).toHaveLength(1)
  },
  // no sha256 was asked for, which trees are made of
  'run-hashes-05:rest': ({ code, stderr, entry }) => {
    expect(code).toBe(1)
    for (const attestor of ['material', 'product']) expect(stderr).toContain(`error: ERR_SHA256_REQUIRED ${attestor}: `)
    expect(entry('/material/v0.3')).toBeUndefined()
    expect(entry('/git/v0.1')).toBeDefined()
  },
  // the report is another attestor's, so here the rest of the run is as it should be
  'sarif-duplicate-keys:rest': ({ code, said }) => {
    expect(code).toBe(0)
    expect(parseStatement(new TextEncoder().encode(said)).predicateType).toMatch(/collection/)
  },
  'witness-sbom-export': ({ code, entry }) => {
    expect(code).toBe(0)
    expect(entry('cyclonedx.org/bom')).toBeUndefined()
  },
}

describe.skipIf(folder === undefined)(folder === undefined ? skipped('golden/evidence') : 'where Go is wrong', () => {
  it.each(Object.entries(better))('%s', async (id, check) => check(await run(id)), 60_000)

  it('lib-unsigned', async () => {
    const { envelope, collection } = await attest({
      step: 'build',
      workingDir: '/',
      env: {},
      clock: () => new Date(0),
      host: { os: 'linux', name: 'builder', user: 'dev' },
      attestors: [environment()],
      signers: [],
      allowUnsigned: true,
    })
    expect(envelope.signatures).toEqual([])
    expect(parseStatement(envelope.payload).predicate).toEqual(collection)
  })

  it('every case that is listed so has its assertion here', () => {
    const expected = readExpected(fileURLToPath(new URL('../expected/evidence.json', import.meta.url)))
    const listed = [...expected.values()].filter(({ reason }) => reason.startsWith('Go is wrong')).map(({ id }) => id.replace(/:write$/, ''))
    expect(listed.toSorted()).toEqual([...Object.keys(better), 'lib-unsigned'].toSorted())
  })

  it('a command that writes the time into its files gives the same files, if not the same bytes', async () => {
    const found = await run('run-git-dir-in-tree')
    const object = /^\.git\/objects\//
    // git notes in the index that the copies of the inputs are younger than it thought
    const made = leaves(found, '/product/v0.3')
    expect(made.filter((path) => !object.test(path) && path !== '.git/index').toSorted()).toEqual(['.git/COMMIT_EDITMSG', '.git/logs/HEAD', '.git/refs/heads/main', 'p'])
    expect(made.filter((path) => object.test(path))).toHaveLength(1)
  })
})
