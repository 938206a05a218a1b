import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { demo } from '../src/demo.ts'

const example = fileURLToPath(new URL('..', import.meta.url))

describe('the demo', () => {
  it('lets exactly the attested image through, and names the reason of every refusal', async () => {
    const lines: string[] = []
    await demo((line) => lines.push(...line.split('\n')), false)
    const verdicts = lines.filter((line) => /^(?:passed|refused):/.test(line))
    expect(verdicts[0]).toMatch(/^passed: sha256:[0-9a-f]{64} is \S*imageid:[0-9a-f]{64} of step docker-build$/)
    expect(verdicts.slice(1).map((line) => line.split(' ')[1])).toEqual([
      'ERR_NO_COLLECTION',
      'ERR_ATTESTATION_MISSING',
      'ERR_SUBJECT_MISMATCH',
      'ERR_FUNCTIONARY_MISMATCH',
      'ERR_EVIDENCE_SIGNATURE',
      'ERR_POLICY_EXPIRED',
      'ERR_REGO_DENIED',
      'ERR_REGO_DENIED',
      'ERR_REGO_DENIED',
      'ERR_REGO_DENIED',
      'ERR_ARTIFACTS_MISMATCH',
      // from the registry
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'ERR_COSIGN_NONE',
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'ERR_SUBJECT_MISMATCH',
      'ERR_EVIDENCE_INCOMPLETE',
      'ERR_REGISTRY_INTEGRITY',
    ])
    expect(verdicts[14]).toBe(verdicts[12])
    expect(verdicts[12]).toMatch(/^passed: sha256:[0-9a-f]{64} is signed, and \/config\/digest of it is the image sha256:[0-9a-f]{64} of step docker-build$/)
  })

  it('says which rule refused it, in which line, and why', async () => {
    const lines: string[] = []
    await demo((line) => lines.push(...line.split('\n')), false)
    const denied = lines.filter((line) => line.startsWith('refused: ERR_REGO_DENIED'))
    expect(denied).toEqual([
      expect.stringMatching(/step "scan": "action\.rego" denies: acme\/scan@v1 is not pinned to a commit \(row 7\)/),
      expect.stringMatching(/step "scan": "action\.rego" denies: evil\/scan@[0-9a-f]{40} is none of the approved actions \(row 12\)/),
      expect.stringMatching(/step "docker-sbom": "sbom\.rego" denies: the SBOM describes pkg:oci\/app@sha256%3A0{64}\S*, and the image that was built is sha256:[0-9a-f]+… \(row 9\)/),
      expect.stringMatching(/step "docker-build": "branch\.rego" denies: built from refs\/heads\/feature, and releases are built from refs\/heads\/main \(row 7\)/),
    ])
  })

  it('says what --docker needs where no daemon answers', async () => {
    const { PATH } = process.env
    process.env['PATH'] = '/nowhere'
    try {
      await expect(demo(() => {}, true)).rejects.toThrow('--docker needs a docker with buildx')
    } finally {
      process.env['PATH'] = PATH
    }
  })
})

describe('the description of an image', () => {
  it('names the config digest that the committed SBOM names', () => {
    const dir = mkdtempSync(join(tmpdir(), 'cilock-describe-'))
    try {
      cpSync(join(example, 'image'), dir, { recursive: true })
      cpSync(join(example, 'fixtures/image/image.tar'), join(dir, 'image.tar'))
      execFileSync(process.execPath, [join(example, 'scripts/describe-image.mjs')], { cwd: dir })
      const purl = (file: string): string => /sha256%3A[0-9a-f]{64}/.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
      expect(purl(join(dir, 'image.cdx.json'))).toBe(purl(join(example, 'fixtures/image/image.cdx.json')))
    } finally {
      rmSync(dir, { recursive: true })
    }
  })
})
