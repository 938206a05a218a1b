export { knownTypes as types } from '@cilock/cli'
