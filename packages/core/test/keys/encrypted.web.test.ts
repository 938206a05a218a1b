import { vi } from 'vitest'
import { encryptedKeySuite } from './suite/encrypted.ts'

vi.mock('#crypto', async () => import('../../src/platform/crypto.web.ts'))

encryptedKeySuite()
