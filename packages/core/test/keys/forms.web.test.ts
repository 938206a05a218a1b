import { vi } from 'vitest'
import { keyFormSuite } from './suite/forms.ts'

vi.mock('#crypto', async () => import('../../src/platform/crypto.web.ts'))

keyFormSuite('web')
