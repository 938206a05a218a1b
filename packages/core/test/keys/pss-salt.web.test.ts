import { vi } from 'vitest'
import { pssSaltSuite } from './suite/pss-salt.ts'

vi.mock('#crypto', async () => import('../../src/platform/crypto.web.ts'))

pssSaltSuite()
