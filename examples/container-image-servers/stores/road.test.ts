import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archivistaClient } from '@cilock/archivista-client'
import { generateKey } from '@cilock/core'
import { nodeFetch } from '@cilock/http/node'
import { registryClient } from '@cilock/registry'
import { goTools, hasGoTools } from '@cilock/vectors'
import { describe, expect, it } from 'vitest'
import { registryRoad } from '../../container-image/src/registry-road.ts'
import { road } from '../../container-image/src/road.ts'
import { startServer, starter as archivistaStarter } from '../../../packages/archivista-client/stores/server.ts'
import { startRegistry, starter as registryStarter } from '../../../packages/registry/stores/server.ts'

const [archivistas, registries] = [archivistaStarter(), registryStarter()]
const isThere = archivistas !== undefined && registries !== undefined && hasGoTools()

describe.skipIf(!isThere)(isThere ? 'the tutorial road with real servers' : 'the tutorial road with real servers SKIPPED: needs the tools beside the vectors (set CILOCK_VECTORS)', () => {
  it.each([true, false])('lets exactly the image through that is signed and was built (a list of referrers: %s)', { timeout: 600_000 }, async (referrers) => {
    const archivista = startServer(archivistas ?? '')
    const registry = startRegistry(registries ?? '', referrers)
    const folder = mkdtempSync(join(tmpdir(), 'cilock-servers-'))
    try {
      const [builder, scanner, release, keeper] = await Promise.all([generateKey('ec-p256'), generateKey('ed25519'), generateKey('ed25519'), generateKey('ec-p256')])
      const whole = road({ builder, scanner, release }, () => undefined, false)
      const { value: first } = await whole.next()
      await whole.return(undefined)
      if (first === undefined) throw new TypeError('the road begins with the image as it was built')
      const fetch = nodeFetch()
      const store = registryClient({ fetch }).repository(`${registry.host}/acme/app`)
      const client = archivistaClient({ url: archivista.url, fetch })
      const verdicts: string[] = []
      for await (const { verdict } of registryRoad({ builder, scanner, release, keeper }, first.request.evidence, first.at, { store, client })) verdicts.push(verdict)
      const passed = /^passed: sha256:[0-9a-f]{64} is signed, and \/config\/digest of it is the image sha256:[0-9a-f]{64} of step docker-build$/
      expect(verdicts).toEqual([expect.stringMatching(passed), expect.stringMatching(/^refused: ERR_COSIGN_NONE /), verdicts[0], expect.stringMatching(/^refused: ERR_SUBJECT_MISMATCH /)])

      writeFileSync(join(folder, 'keeper.pub'), keeper.publicKeyPem)
      const digest = /sha256:[0-9a-f]{64}/.exec(verdicts[0] ?? '')?.[0] ?? ''
      const { cosign } = goTools('cosign')
      const verdict = await cosign(folder, ['verify', '--key', 'keeper.pub', '--insecure-ignore-tlog=true', '--allow-http-registry', `${registry.host}/acme/app@${digest}`])
      expect(verdict).toMatchObject({ status: 0 })
    } finally {
      registry.stop()
      archivista.stop()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
