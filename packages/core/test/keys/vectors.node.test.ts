import { ed25519EdgeSuite } from './suite/ed25519-edges.ts'
import { wycheproofSuite } from './suite/wycheproof.ts'

wycheproofSuite()
ed25519EdgeSuite()
