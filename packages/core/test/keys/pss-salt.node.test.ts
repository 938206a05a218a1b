import { pssSaltSuite } from './suite/pss-salt.ts'

pssSaltSuite()
