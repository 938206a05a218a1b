import { encryptedKeySuite } from './suite/encrypted.ts'

encryptedKeySuite()
