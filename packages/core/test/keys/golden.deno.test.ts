import { vi } from 'vitest'
import { goldenKeySuite } from './suite/golden.ts'

vi.mock('#crypto', async () => import('../../src/platform/crypto-deno.node.ts'))

goldenKeySuite('node')
