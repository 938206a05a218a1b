import { vi } from 'vitest'
import { ed25519EdgeSuite } from './suite/ed25519-edges.ts'
import { wycheproofSuite } from './suite/wycheproof.ts'

vi.mock('#crypto', async () => import('../../src/platform/crypto.web.ts'))

wycheproofSuite()
ed25519EdgeSuite()
