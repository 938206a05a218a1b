import { keyFuzzSuite } from './suite/fuzz.ts'

keyFuzzSuite()
