import { vi } from 'vitest'
import { keyFuzzSuite } from './suite/fuzz.ts'

vi.mock('#crypto', async () => import('../../src/platform/crypto.web.ts'))

keyFuzzSuite()
